"""The words of all names: how common they are, which begin with some letters, which one a typing error stands for."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from services.kbo.domain.words import WORDS_MAX, length_mark
from services.kbo.questions.reading import Reading
from services.kbo.register.search_schema import ENDING_MIN

LONG = 8
"""Letters of a word in which two errors are forgiven; in a shorter one there may be one."""
BEGINNINGS_MAX, BEGINNINGS_PER_LETTER = 48, 12
"""Words that a beginning may stand for: the commonest, fewer when it is short."""
ALIKE_MAX = 6
PART_MIN, PART_MAX = 2, 4
_TOTAL = "SELECT coalesce(sum(names), 0) FROM word WHERE word BETWEEN ? AND ?"
_LAST_CHARACTER = "\U0010ffff"


def counts(reading: Reading, words: Sequence[str]) -> dict[str, int]:
    """How many names have each word; a word that none has is absent."""
    marks = ",".join("?" * len(words))
    return dict(reading.db.execute(f"SELECT word, names FROM word WHERE word IN ({marks})", words))  # noqa: S608


def total(reading: Reading) -> int:
    """How many names there are."""
    return reading.remembered("names", lambda: int(reading.one(_TOTAL, length_mark(0), length_mark(WORDS_MAX))[0]))


def beginning(reading: Reading, start: str) -> dict[str, int]:
    """The commonest longer words that begin so, with their counts."""
    query = "SELECT word, names FROM word WHERE word > ? AND word < ? ORDER BY names DESC, word LIMIT ?"
    limit = min(BEGINNINGS_MAX, BEGINNINGS_PER_LETTER * len(start))
    return dict(reading.db.execute(query, (start, start + _LAST_CHARACTER, limit)))


def alike(reading: Reading, word: str) -> dict[str, int]:
    """Other words that it can be a typing error for, with their counts; the nearest and commonest first.

    One error in 4 to 7 letters, two in more: a letter too many, too few, another, or two exchanged. The first or the
    last letters have to be right, or there would be nothing to look for.
    """
    if len(word) < ENDING_MIN or not word.isalpha():
        return {}
    reach = 2 if len(word) >= LONG else 1
    near = process.extract(word, _candidates(reading, word, reach), scorer=OSA.distance, score_cutoff=reach, limit=None)
    distances = {found: distance for found, distance, _ in near if found != word}
    common = counts(reading, list(distances)[:500])
    ranked = sorted(common, key=lambda found: (distances[found], -common[found], found))
    return {found: common[found] for found in ranked[:ALIKE_MAX]}


def _candidates(reading: Reading, word: str, reach: int) -> set[str]:
    """Words of about that length with the same first or the same last letters.

    The parts do not touch, so that two exchanged letters in the middle leave one of them whole.
    """
    size = max(PART_MIN, min(PART_MAX, (len(word) - 1) // 2))
    lengths = (len(word) - reach, len(word) + reach)
    between = "WHERE word >= ? AND word < ? AND length(word) BETWEEN ? AND ?"
    head, tail = word[:size], word[::-1][:size]
    first = reading.db.execute(f"SELECT word FROM word {between}", (head, head + _LAST_CHARACTER, *lengths))  # noqa: S608
    last = reading.db.execute(f"SELECT word FROM ending {between}", (tail, tail + _LAST_CHARACTER, *lengths))  # noqa: S608
    return {found for (found,) in first} | {found[::-1] for (found,) in last}
