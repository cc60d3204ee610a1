"""An oracle that shares no code: archives through csv and zipfile, updates with plain sets."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parents[4]
SAMPLES = ROOT.parent / "shared" / "data" / "kbo"
TABLES = ("activity", "address", "branch", "contact", "denomination", "enterprise", "establishment")

Rows = Counter[tuple[str, ...]]


def text(path: Path, member: str) -> str:
    with ZipFile(path) as archive:
        return archive.read(f"{member}.csv").decode("utf-8-sig")


def rows(path: Path, member: str) -> list[tuple[str, ...]]:
    """Data rows, without the header."""
    return [tuple(row) for row in csv.reader(io.StringIO(text(path, member), newline=""))][1:]


def records(path: Path, member: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text(path, member), newline="")))


def register(path: Path) -> dict[str, Rows]:
    return {table: Counter(rows(path, table)) for table in TABLES}


def updated(state: dict[str, Rows], update: Path) -> dict[str, Rows]:
    """Deletes strictly before inserts, table by table."""
    new = {}
    for table, old in state.items():
        gone = {row[0] for row in rows(update, f"{table}_delete")}
        kept = Counter({row: count for row, count in old.items() if row[0] not in gone})
        new[table] = kept + Counter(rows(update, f"{table}_insert"))
    return new


def shapes(lines: str) -> list[set[str]]:
    """Per column how its values are written: `null`, `empty`, `text`, `bare`."""
    columns: list[set[str]] = []
    for line in lines.splitlines()[1:]:
        fields = _fields(line)
        columns += [set() for _ in range(len(fields) - len(columns))]
        for at, field in enumerate(fields):
            columns[at].add({"": "null", '""': "empty"}.get(field, "text" if field.startswith('"') else "bare"))
    return columns


def _fields(line: str) -> list[str]:
    fields, quoted = [""], False
    for character in line:
        quoted ^= character == '"'
        if character == "," and not quoted:
            fields.append("")
        else:
            fields[-1] += character
    return fields
