"""The hashed list of erasures: in the ledger, and in a file beside it that a restored ledger does not take back.

At every start both are made equal. Whoever the file names and the ledger does not know as erased, stands in a ledger
that was put back from before: such a person is erased again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select, update

from loketbus.ledger.tables import erasure, meta

_KEY_NAME = "erasure_key"
_CHUNK = 500


class ErasureFile:
    """`erasures.jsonl`: the key of the hashes on the first line, then one erasure per line."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> tuple[str | None, dict[str, dict[str, str]]]:
        """The key, and the erasures by their hash; a last line that a crash cut off is left out."""
        lines = self.path.read_text(encoding="ascii").splitlines() if self.path.is_file() else []
        values = [value for value in map(_value, lines) if value is not None]
        key = next((value["key"] for value in values if "key" in value), None)
        return key, {value["subject_hash"]: value for value in values if "subject_hash" in value}

    def append(self, values: Iterable[dict[str, str]]) -> None:
        """Add lines that are on disk when this returns."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            # A line of its own, also after one that was cut off.
            file.write("".join(f"\n{json.dumps(value)}" for value in values).encode("ascii") + b"\n")
            file.flush()
            os.fsync(file.fileno())


def digests(connection: Connection, subjects: Iterable[str]) -> dict[str, str]:
    """The hash of each subject, by subject; capitals do not matter."""
    key = bytes.fromhex(_key(connection))
    return {
        subject: hmac.new(key, subject.strip().lower().encode(), hashlib.sha256).hexdigest() for subject in subjects
    }


def remember(connection: Connection, subject: str, erased_at: datetime, topics_empty_at: datetime) -> None:
    """Keep in the ledger that somebody was erased."""
    (digest,) = digests(connection, [subject]).values()
    connection.execute(delete(erasure).where(erasure.c.subject_hash == digest))
    connection.execute(
        insert(erasure).values(subject_hash=digest, erased_at=erased_at, topics_empty_at=topics_empty_at)
    )


def erased_since(connection: Connection, subjects: Sequence[str], at: datetime) -> bool:
    """Was one of them erased after `at`? Then what is from before must not come in again."""
    if not subjects or connection.execute(select(erasure.c.subject_hash).limit(1)).first() is None:
        return False
    hashes = list(digests(connection, subjects).values())
    where = (erasure.c.subject_hash.in_(hashes), erasure.c.erased_at >= at)
    return connection.execute(select(erasure.c.subject_hash).where(*where).limit(1)).first() is not None


def level(connection: Connection, file: ErasureFile) -> set[str]:
    """Make ledger and file equal; returns the hashes that the ledger had forgotten."""
    key, told = file.read()
    if key is not None:
        _adopt_key(connection, key)
    rows = {row["subject_hash"]: dict(row) for row in connection.execute(select(erasure)).mappings()}
    news: list[dict[str, str]] = [] if key is not None or not rows else [{"key": _key(connection)}]
    news += [_line(row) for digest, row in rows.items() if told.get(digest) != _line(row)]
    if news:
        file.append(news)
    forgotten = told.keys() - rows.keys()
    for digest in sorted(forgotten):
        times = {name: datetime.fromisoformat(told[digest][name]) for name in ("erased_at", "topics_empty_at")}
        connection.execute(insert(erasure).values(subject_hash=digest, **times))
    return set(forgotten)


def _line(row: dict[str, object]) -> dict[str, str]:
    return {name: value.isoformat() if isinstance(value, datetime) else str(value) for name, value in row.items()}


def _value(line: str) -> dict[str, str] | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _key(connection: Connection) -> str:
    known = connection.execute(select(meta.c.value).where(meta.c.name == _KEY_NAME)).scalar_one_or_none()
    if known is None:
        known = secrets.token_hex(32)
        connection.execute(insert(meta).values(name=_KEY_NAME, value=known))
    return str(known)


def _adopt_key(connection: Connection, key: str) -> None:
    """A ledger from before the first erasure has no key yet, or one that nothing was hashed with."""
    if _key(connection) != key:
        connection.execute(update(meta).where(meta.c.name == _KEY_NAME).values(value=key))
