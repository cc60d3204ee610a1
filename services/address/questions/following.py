"""What this replica keeps, how far it follows the register, and which addresses the change feed touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

from services.address.domain.model import Source
from services.address.questions import rows
from services.address.questions.reader import Reader
from services.address.register.state import nis_of

BRUSSELS = ZoneInfo("Europe/Brussels")
ADDRESSES = "adressen"
_OF_ADDRESS = (
    "SELECT address, at FROM change WHERE address IN {marks}",
    "SELECT id, at FROM removed WHERE kind = 'address' AND id IN {marks}",
    "SELECT old, at FROM replaced WHERE kind = 'address' AND old IN {marks}",
)
_OF_STREET = ("SELECT street, at FROM change WHERE street IN {marks}",)


@dataclass(frozen=True, slots=True)
class Changed:
    """When the register last changed an address itself, and a street with all that is in it, by id."""

    addresses: Mapping[int, datetime] = field(default_factory=dict)
    streets: Mapping[int, datetime] = field(default_factory=dict)


def source(reader: Reader) -> Source:
    """`as_of` is the last change of an address that was followed, or the beginning of the day of the download."""
    meta = dict(reader.all("SELECT name, value FROM meta"))
    extract = meta.get("extract")
    followed = reader.one("SELECT at FROM feed WHERE register = ?", ADDRESSES)
    as_of = _moment(followed and followed[0]) or _moment(extract)
    return Source("replica", extract, as_of, meta.get("attribution"))


def downloaded(reader: Reader) -> datetime | None:
    """The beginning of the day of the download; None when that does not say."""
    row = reader.one("SELECT value FROM meta WHERE name = 'extract'")
    return _moment(row and row[0])


def held_back(reader: Reader, addresses: Sequence[int]) -> frozenset[int]:
    """Those of them that were replaced by something that is not read yet: for a while nothing should be told."""
    query = f"SELECT DISTINCT old FROM pending_transform WHERE old IN {rows.marks(addresses)}"  # noqa: S608
    return frozenset(reader.column(query, *addresses))


def changed_at(reader: Reader, addresses: Sequence[int], streets: Sequence[int]) -> Changed:
    """When the feed last changed them: what it says of that stays the same however long it is followed."""
    return Changed(_last(reader, _OF_ADDRESS, addresses), _last(reader, _OF_STREET, streets))


def _last(reader: Reader, queries: Sequence[str], ids: Sequence[int]) -> dict[int, datetime]:
    found: dict[int, datetime] = {}
    for query in queries:
        for one, at in reader.all(query.format(marks=rows.marks(ids)), *ids):
            moment = _moment(at)
            if moment is not None:  # texts with different offsets: only as moments they can be compared
                found[one] = max(moment, found.get(one, moment))
    return found


def kept(reader: Reader) -> frozenset[int] | None:
    """NIS codes of which the addresses are kept; None: all."""
    codes = nis_of(reader.one("SELECT value FROM meta WHERE name = 'nis'")[0])
    return None if codes is None else frozenset(map(int, codes))


def positions(reader: Reader) -> dict[str, int]:
    """The last event of each change feed that counted."""
    return dict(reader.all("SELECT register, event FROM feed"))


def last_change(reader: Reader) -> int:
    """Ascending since the import; 0: the feed changed nothing yet."""
    return int(reader.one("SELECT COALESCE(MAX(event), 0) FROM change")[0])


def touched(reader: Reader, after: int, limit: int) -> tuple[frozenset[int], int]:
    """Addresses that the feed touched after a `change.event`, those of touched streets too; and the last one seen."""
    found = reader.all("SELECT event, address, street FROM change WHERE event > ? ORDER BY event LIMIT ?", after, limit)
    ids = {address for _, address, _ in found if address}
    for street in {street for _, _, street in found if street is not None}:
        ids.update(reader.column("SELECT id FROM address WHERE street = ?", street))
    return frozenset(ids), found[-1][0] if found else after


def _moment(text: str | None) -> datetime | None:
    """A day is its beginning, in Brussels; None when it is neither a day nor a moment."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else datetime.combine(moment, time(), BRUSSELS)
