"""Extracts for tests: a chain of the simulator, and small ones of which a test writes every row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from simulators.kbo import Manifest, Spec, write
from simulators.kbo.dialect import COLUMNS, TABLES, header, quoted

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "kbo"
BARE = {"StartDate", "DateStrikingOff"}
KEYS = {"enterprise": "EnterpriseNumber", "establishment": "EstablishmentNumber", "branch": "Id"}
CODES = (("JuridicalForm", "070", "NL", "Vereniging van mede-eigenaars"),)

Row = tuple[str | None, ...]
Rows = Mapping[str, Iterable[Row]]


@dataclass(frozen=True)
class Chain:
    """A Full, its updates and the next Full."""

    folder: Path
    manifest: Manifest

    @property
    def first(self) -> Path:
        """The Full at the beginning."""
        return self.folder / self.manifest.archives[0].file

    @property
    def updates(self) -> list[Path]:
        """In order."""
        return [self.folder / archive.file for archive in self.manifest.archives if archive.type == "update"]

    @property
    def last(self) -> Path:
        """The Full at the end."""
        return self.folder / self.manifest.archives[-1].file


def chain(folder: Path, **spec: object) -> Chain:
    """By the simulator; see its `Spec`."""
    return Chain(folder, write(folder, Spec(**{"scale": 0.0003, **spec})))  # type: ignore[arg-type]


def full(path: Path, extract: int, rows: Rows) -> Path:
    """A Full of these rows; None is NULL."""
    return _save(path, "full", extract, {table: _csv(table, rows.get(table, ())) for table in TABLES})


def update(path: Path, extract: int, deletes: Mapping[str, Iterable[str]], inserts: Rows) -> Path:
    """An Update."""
    texts = {}
    for table in TABLES:
        keys = "".join(f'"{key}"\n' for key in deletes.get(table, ()))
        texts[f"{table}_delete"] = f'"{KEYS.get(table, "EntityNumber")}"\n{keys}'
        texts[f"{table}_insert"] = _csv(table, inserts.get(table, ()))
    return _save(path, "update", extract, texts)


def repack(archive: Path, path: Path, changes: Mapping[str, str | bytes | None]) -> Path:
    """The same archive with other texts for some members; None leaves a member out."""
    with ZipFile(archive) as old, ZipFile(path, "w", ZIP_DEFLATED) as new:
        texts = {name.removesuffix(".csv"): old.read(name) for name in old.namelist()}
        for member, text in {**texts, **changes}.items():
            if text is not None:
                new.writestr(f"{member}.csv", text)
    return path


def meta(kind: str, extract: int) -> str:
    """meta.csv as published."""
    values = {
        "SnapshotDate": "04-10-2025",
        "ExtractTimestamp": "05-10-2025 07:40:58",
        "ExtractType": kind,
        "ExtractNumber": str(extract),
        "Version": "1.0.0",
    }
    return header(COLUMNS["meta"]) + "".join(f'"{name}","{value}"\n' for name, value in values.items())


def _save(path: Path, kind: str, extract: int, texts: Mapping[str, str]) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as file:
        for member, text in {"meta": meta(kind, extract), "code": _csv("code", CODES), **texts}.items():
            file.writestr(f"{member}.csv", text)
    return path


def _csv(table: str, rows: Iterable[Row]) -> str:
    columns = COLUMNS[table]
    lines = (",".join(map(_field, columns, row)) + "\n" for row in rows)
    return header(columns) + "".join(lines)


def _field(column: str, value: str | None) -> str:
    return "" if value is None else value if column in BARE else quoted(value)
