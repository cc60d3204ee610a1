"""A folder with a full and a delta for each day after it, and what is true about them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from simulators.kbo_reuse import xml
from simulators.kbo_reuse.mandates import PROVISIONAL, Clerk
from simulators.kbo_reuse.register import Day, Register, read

SEQUENCE = 2900
"""Sequence number of a file: that of the extract of open data, plus this."""


@dataclass(slots=True)
class Reuse:
    """One archive."""

    file: str
    """Below the folder: `full/...` or `delta/...`."""
    kind: str
    """F or D."""
    sequence: int
    entities: int


@dataclass(slots=True)
class Manifest:
    """The archives in order, and for each VME after the last one the holders of its mandates that run."""

    archives: list[Reuse] = field(default_factory=list)
    syndics: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)


def write(register: Path, out: Path, *, seed: int = 1) -> Manifest:
    """Write the files for the register in a folder that simulators.kbo wrote. The same question gives the same bytes.

    Raises:
        ValueError: there is no register; one line.
    """
    known = read(register)
    clerk = Clerk(known, seed)
    manifest = Manifest()
    first, *later = known.days
    clerk.open(first)
    manifest.archives.append(_full(out, first, known, clerk))
    for before, day in zip(known.days, later, strict=False):
        touched = clerk.follow(day)
        manifest.archives.append(_delta(out, before, day, touched, clerk))
        manifest.gone += sorted(day.gone)
    last = known.days[-1].snapshot
    manifest.syndics = {number: _running(clerk, number, last) for number in sorted(clerk.mandates)}
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    (out / "manifest.json").write_text(text + "\n", encoding="utf-8")
    return manifest


def _full(out: Path, day: Day, known: Register, clerk: Clerk) -> Reuse:
    entities = len(day.vmes) + len(known.others)
    numbers = sorted((*day.vmes, *known.others))
    pieces = (
        xml.vme(day.vmes[number], clerk.mandates[number]) if number in day.vmes else xml.company(number)
        for number in numbers
    )
    return _archive(out, "F", day, [], pieces, entities)


def _delta(out: Path, before: Day, day: Day, touched: set[str], clerk: Clerk) -> Reuse:
    """Every second VME that is gone was cancelled; the others stopped, so that they are still there."""
    gone = sorted(day.gone)
    cancelled, stopped = gone[::2], gone[1::2]
    numbers = sorted(touched | day.changed)
    pieces = [xml.vme(day.vmes[number], clerk.mandates[number]) for number in numbers]
    pieces += [xml.vme(before.vmes[number], (), stopped=day.snapshot) for number in stopped]
    return _archive(out, "D", day, cancelled, pieces, len(pieces))


def _archive(out: Path, kind: str, day: Day, cancelled: list[str], pieces: Iterable[str], entities: int) -> Reuse:
    made, sequence = day.snapshot + timedelta(days=1), SEQUENCE + day.extract
    folder = out / ("full" if kind == "F" else "delta")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"D{made:%Y%m%d}.KBO.ZIP"
    data = f"D{made:%Y%m%d}.xml" if kind == "F" else f"D{made:%Y%m%d}.wijzig.xml"
    with ZipFile(path, "w") as archive:
        _member(archive, data, made, xml.document(kind, sequence, made, cancelled, pieces, entities))
        _member(archive, f"D{made:%Y%m%d}.codes.XML", made, [xml.codes()])
    return Reuse(f"{folder.name}/{path.name}", kind, sequence, entities)


def _member(archive: ZipFile, name: str, made: date, pieces: Iterable[str]) -> None:
    info = ZipInfo(name, (made.year, made.month, made.day, 6, 0, 0))
    info.compress_type = ZIP_DEFLATED
    with archive.open(info, "w", force_zip64=True) as file:
        for piece in pieces:
            file.write(piece.encode())


def _running(clerk: Clerk, number: str, day: date) -> list[dict[str, object]]:
    return [
        {
            "enterprise": one.enterprise,
            "person": f"{one.person[1]} {one.person[0]}" if one.person else None,
            "business": one.business,
            "provisional": one.code == PROVISIONAL,
            "begin": one.begin.isoformat(),
        }
        for one in clerk.mandates[number]
        if one.begin <= day and (one.end is None or one.end >= day)
    ]
