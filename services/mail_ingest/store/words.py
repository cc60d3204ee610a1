"""The words by which a thematic queue is suggested, a list per queue that a beheerder edits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, select

from services.mail_ingest.domain.suggestion import Word
from services.mail_ingest.store.tables import queue, word, word_list

_VERSION_CHARS = 12


def labels(connection: Connection) -> dict[str, str]:
    """The queues in use, in their order."""
    query = select(queue.c.wachtrij, queue.c.label).where(queue.c.active).order_by(queue.c.position, queue.c.wachtrij)
    return {row.wachtrij: row.label for row in connection.execute(query)}


def version(connection: Connection) -> str:
    """Of all lists of queues in use: another one as soon as one of them changes."""
    query = select(word_list.c.wachtrij, word_list.c.version).join(queue, queue.c.wachtrij == word_list.c.wachtrij)
    rows = connection.execute(query.where(queue.c.active).order_by(word_list.c.wachtrij))
    return _hash([list(row) for row in rows])


def all_words(connection: Connection) -> list[Word]:
    """The words of the queues in use."""
    query = select(word.c.wachtrij, word.c.word, word.c.weight).join(queue, queue.c.wachtrij == word.c.wachtrij)
    return [
        Word(*row) for row in connection.execute(query.where(queue.c.active).order_by(word.c.wachtrij, word.c.word))
    ]


def list_of(connection: Connection, wachtrij: str) -> tuple[str | None, dict[str, int]]:
    """The version of the list of one queue (None while it never had one), and its words with their weights."""
    found = connection.execute(select(word_list.c.version).where(word_list.c.wachtrij == wachtrij)).scalar_one_or_none()
    query = select(word.c.word, word.c.weight).where(word.c.wachtrij == wachtrij).order_by(word.c.word)
    return found, {row.word: row.weight for row in connection.execute(query)}


def replace(connection: Connection, wachtrij: str, weights: Mapping[str, int]) -> str:
    """Give a queue another list (words as `domain.words.tidy` gives them); its version."""
    for table in (word, word_list):
        connection.execute(delete(table).where(table.c.wachtrij == wachtrij))
    rows = [{"wachtrij": wachtrij, "word": name, "weight": weight} for name, weight in weights.items()]
    if rows:
        connection.execute(insert(word), rows)
    new = _hash(sorted(weights.items()))
    connection.execute(insert(word_list).values(wachtrij=wachtrij, version=new))
    return new


def _hash(what: object) -> str:
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()[:_VERSION_CHARS]
