"""Fulls and Updates as zip files: flat, meta.csv first, byte for byte the same for the same spec."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from simulators.kbo.crew import Crew
from simulators.kbo.dialect import COLUMNS, TABLES, dated, header
from simulators.kbo.figures import codes
from simulators.kbo.spec import Spec
from simulators.kbo.tables import tables
from simulators.kbo.timeline import timeline

BOM = "\ufeff"
LEVEL = 6
ZIP64_SCALE = 0.5  # from here on activity.csv may come near the 2 GiB that a plain zip member can hold
SPAN = 4_000  # positions per piece of work: some MB of text
KEYS = {"enterprise": "EnterpriseNumber", "establishment": "EstablishmentNumber", "branch": "Id"}
UNIQUE = frozenset({"enterprise", "establishment", "branch"})


@dataclass(slots=True)
class Archive:
    """One file: its name, what it says it is, and its data rows by member (without .csv)."""

    file: str
    type: str
    extract: int
    snapshot: str
    rows: dict[str, int] = field(default_factory=dict)


def file_name(spec: Spec, day: int, full: bool) -> str:
    """As published since October 2025; the date is that of publication, the day after the snapshot."""
    return f"KboOpenData_{spec.extract + day:04d}_{spec.written(day, full):%Y_%m_%d}_{'Full' if full else 'Update'}.zip"


def write_full(spec: Spec, day: int, folder: Path, crew: Crew) -> Archive:
    """The whole register on that day."""
    archive = _archive(spec, day, full=True)
    with _Writer(spec, day, folder / archive.file, archive) as writer:
        for table in TABLES:
            pieces = ((spec, table, low, high, day) for low, high in _pieces(spec, table))
            writer.add(table, COLUMNS[table], crew.map(_piece, pieces))
    return archive


def write_update(spec: Spec, day: int, folder: Path) -> tuple[Archive, dict[int, list[str]]]:
    """What differs from the day before: keys to delete, then all rows that these entities have now.

    Also which positions differ, each with the tables in which they do.
    """
    archive = _archive(spec, day, full=False)
    touched: dict[int, list[str]] = {position: [] for position in timeline(spec).happened(day)}
    with _Writer(spec, day, folder / archive.file, archive) as writer:
        for table in TABLES:
            changes = list(_changes(spec, table, day, touched))
            for change in changes:
                touched[change.position].append(table)
            writer.add(f"{table}_delete", (KEYS.get(table, "EntityNumber"),), _deletes(changes))
            writer.add(f"{table}_insert", COLUMNS[table], _inserts(changes, table, spec.duplicates))
    return archive, {position: names for position, names in touched.items() if names}


def _archive(spec: Spec, day: int, *, full: bool) -> Archive:
    kind = "full" if full else "update"
    return Archive(file_name(spec, day, full), kind, spec.extract + day, spec.day(day).isoformat())


def _pieces(spec: Spec, table: str) -> Iterator[tuple[int, int]]:
    low, high = tables(spec).span(table)
    return ((start, min(start + SPAN, high)) for start in range(low, high, SPAN))


def _piece(spec: Spec, table: str, low: int, high: int, day: int) -> bytes:
    """Text of some positions; the first entities of a table stand there twice when duplicates are asked for."""
    drawn = tables(spec)
    rows = [drawn.rows(table, position, day) for position in range(low, high)]
    if spec.duplicates and low == drawn.span(table)[0]:
        doubled = [at for at, text in enumerate(rows) if text][: spec.duplicates]
        for at in doubled:
            rows[at] *= 2
    return "".join(rows).encode()


@dataclass(frozen=True, slots=True)
class _Change:
    """The rows of one entity in one table, the day before and now."""

    position: int
    number: str
    before: str
    now: str


def _changes(spec: Spec, table: str, day: int, positions: Iterable[int]) -> Iterator[_Change]:
    drawn = tables(spec)
    low, high = drawn.span(table)
    for position in positions:
        if low <= position < high:
            before, now = drawn.rows(table, position, day - 1), drawn.rows(table, position, day)
            if before != now:
                yield _Change(position, drawn.number(position), before, now)


def _deletes(changes: Iterable[_Change]) -> Iterator[bytes]:
    return (f'"{change.number}"\n'.encode() for change in changes if change.before)


def _inserts(changes: Iterable[_Change], table: str, duplicates: int) -> Iterator[bytes]:
    """The first ones twice when asked for; in a table with a key first as they were, because the last row counts."""
    for nth, change in enumerate(change for change in changes if change.now):
        extra = (table in UNIQUE and change.before) or change.now
        yield ((extra if nth < duplicates else "") + change.now).encode()


class _Writer:
    """A zip file that appears under its name when it is whole."""

    def __init__(self, spec: Spec, day: int, path: Path, archive: Archive) -> None:
        self._spec, self._path, self._archive = spec, path, archive
        self._written = spec.written(day, archive.type == "full")
        self._part = path.with_name(path.name + ".part")
        self._zip = ZipFile(self._part, "w", ZIP_DEFLATED, compresslevel=LEVEL)

    def __enter__(self) -> _Writer:
        self._add_text("meta", self._meta())
        self._add_text("code", codes())
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._zip.close()
        if kind is None:
            os.replace(self._part, self._path)
        else:
            self._part.unlink()

    def add(self, member: str, columns: tuple[str, ...], pieces: Iterable[bytes]) -> None:
        """A member of rows; every row begins with a quote, a continued line does not."""
        rows = 0
        with self._zip.open(self._info(member), "w", force_zip64=self._spec.scale > ZIP64_SCALE) as file:
            file.write(self._opening() + header(columns).encode())
            for piece in pieces:
                rows += piece.count(b'\n"') + bool(piece)
                file.write(piece)
        self._archive.rows[member] = rows

    def _add_text(self, member: str, text: str) -> None:
        self._zip.writestr(self._info(member), self._opening() + text.encode())
        self._archive.rows[member] = text.count("\n") - 1

    def _opening(self) -> bytes:
        return BOM.encode() if self._spec.bom else b""

    def _info(self, member: str) -> ZipInfo:
        info = ZipInfo(f"{member}.csv", self._written.timetuple()[:6])
        info.compress_type, info.external_attr = ZIP_DEFLATED, 0o644 << 16
        return info

    def _meta(self) -> str:
        archive = self._archive
        values = {
            "SnapshotDate": dated(self._spec.day(archive.extract - self._spec.extract)),
            "ExtractTimestamp": f"{self._written:%d-%m-%Y %H:%M:%S}",
            "ExtractType": archive.type,
            "ExtractNumber": str(archive.extract),
            "Version": "1.0.0",
        }
        return header(COLUMNS["meta"]) + "".join(f'"{name}","{value}"\n' for name, value in values.items())
