"""Which municipalities an import keeps: those that were asked, and those that they went up in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from loketbus.errors import Rejected
from services.address.register.carrying import Carried
from services.address.register.deriving_names import VALID
from services.address.register.report import Remark
from services.address.register.state import ReplicaState

Nis = tuple[str, ...]
_ANY_VALID = f"""
SELECT 1 FROM street s CROSS JOIN address a ON a.street = s.id WHERE s.nis = ? AND a.status IN {VALID} LIMIT 1
"""  # noqa: S608 - numbers of our own


class Keeping:
    """Of one import.

    Args:
        asked: NIS codes; None: all.
        carried: says which municipalities the change feed saw merge.
        before: the present replica, where it can be read.
    """

    def __init__(self, asked: Sequence[str] | None, carried: Carried, before: ReplicaState | None) -> None:
        self.asked: Nis | None = None if asked is None else tuple(asked)
        self.from_merger = {} if self.asked is None else _merged(self.asked, carried, before)
        """By code that is kept too: the one that went up in it, where that is known."""
        self.kept = self.asked
        """After `judge` only what the download has."""

    @property
    def wanted(self) -> frozenset[int] | None:
        """NIS codes of which addresses are loaded; None: all."""
        return None if self.asked is None else frozenset(map(int, (*self.asked, *self.from_merger)))

    def judge(self, db: sqlite3.Connection, name: str) -> Iterator[Remark]:
        """After loading the download of that name: what somebody should know.

        Raises:
            Rejected: `address_nothing_kept`.
        """
        if self.asked is None:
            if db.execute("SELECT 1 FROM address").fetchone() is None:
                raise _nothing_kept(name, None)
            return
        names = _names(db)
        valid = _addresses(db)
        there = [code for code in (*self.asked, *self.from_merger) if code in names or code in valid]
        if not any(valid.get(code) for code in there):
            raise _nothing_kept(name, self.asked)
        self.kept = tuple(there)
        for code in self.asked:
            if code not in there:
                yield Remark("nis_absent", absent(code))
            elif not valid.get(code) and code not in self.from_merger.values():
                yield Remark("nis_empty", empty(_called(code, names)))
        for code, old in self.from_merger.items():
            if code in there:
                was = None if old is None else _called(old, names)
                yield Remark("nis_added", f"{merged(was, _called(code, names))} {to_add(code)}")


@dataclass(frozen=True, slots=True)
class Kept:
    """What a replica has of the municipalities that it keeps; nothing of one that keeps all."""

    names: Mapping[str, str]
    """By NIS code."""
    empty: frozenset[str]
    """Codes without any valid address."""
    mergers: tuple[tuple[str, str], ...]
    """Codes of a municipality that is kept and of the one, kept too, that it went up in."""

    def called(self, code: str) -> str:
        """Name and code, for people."""
        return _called(code, self.names)


def kept_in(file: Path, codes: Nis | None) -> Kept:
    """Of the replica in `file`, which keeps these codes.

    Raises:
        sqlite3.Error: it cannot be read.
    """
    if codes is None:
        return Kept({}, frozenset(), ())
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as db:
        valid = {code for code in codes if db.execute(_ANY_VALID, (int(code),)).fetchone()}
        merged = db.execute("SELECT old, new FROM replaced WHERE kind = 'municipality' ORDER BY at, new").fetchall()
        mergers = [(_code(old), _code(new)) for old, new in merged]
        return Kept(_names(db), frozenset(codes) - valid, tuple(one for one in mergers if set(one) <= set(codes)))


def absent(code: str) -> str:
    """Dutch: this code was asked and is nowhere."""
    return f"NIS-code {code} staat niet in de download: er wordt niets van bewaard. Kijk LOKETBUS_ADDRESS_NIS na."


def empty(municipality: str) -> str:
    """Dutch: this municipality is no more."""
    return (
        f"Gemeente {municipality} heeft geen enkel adres in gebruik: ze is opgeheven, of de code klopt niet. "
        "Kijk LOKETBUS_ADDRESS_NIS na."
    )


def merged(old: str | None, new: str) -> str:
    """Dutch: why a municipality is kept that nobody asked."""
    which = "Een gevraagde gemeente" if old is None else f"Gemeente {old}"
    return f"{which} ging op in {new}, die daarom mee bewaard wordt."


def to_add(code: str) -> str:
    """Dutch: what to do about that."""
    return f"Voeg {code} toe aan LOKETBUS_ADDRESS_NIS."


def _merged(asked: Nis, carried: Carried, before: ReplicaState | None) -> dict[str, str | None]:
    """Step by step; from what the present replica keeps where it cannot say any more what merged."""
    found: dict[str, str | None] = {}
    following = list(asked)
    while following:
        code = following.pop()
        for old, new in ((_code(old), _code(new)) for old, new in carried.mergers):
            if old == code and new not in asked and new not in found:
                found[new] = old
                following.append(new)
    if carried.lost and before is not None and before.nis and before.asked and set(before.asked) <= set(asked):
        found |= {code: None for code in before.nis if code not in asked and code not in found}
    return found


def _code(nis: int) -> str:
    return f"{nis:05d}"


def _names(db: sqlite3.Connection) -> dict[str, str]:
    return {_code(nis): name for nis, name in db.execute("SELECT nis, name FROM municipality")}


def _addresses(db: sqlite3.Connection) -> Mapping[str, bool]:
    """NIS codes of which there are addresses: is one of them valid."""
    query = f"""
        SELECT s.nis, max(a.status IN {VALID}) FROM address a CROSS JOIN street s ON s.id = a.street GROUP BY s.nis
    """  # noqa: S608 - numbers of our own
    return {_code(nis): bool(valid) for nis, valid in db.execute(query)}


def _called(code: str, names: Mapping[str, str]) -> str:
    return f"{names[code]} (NIS {code})" if code in names else f"NIS {code}"


def _nothing_kept(name: str, asked: Nis | None) -> Rejected:
    of = "" if asked is None else f" van de gevraagde gemeenten (NIS {', '.join(asked)})"
    text = f"{name}: hierin staat geen enkel adres in gebruik{of}; het oude register blijft in gebruik."
    return Rejected("address_nothing_kept", text, audience="ict")
