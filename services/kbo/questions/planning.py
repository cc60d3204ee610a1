"""What to look for when a name is asked: from exactly that to fewer and other words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.kbo.domain.words import LEGAL_FORMS
from services.kbo.questions.reading import Reading
from services.kbo.questions.vocabulary import alike, beginning, counts, total

RARE_PER_NAME = 1 / 1000
"""A word is rare that fewer names than this share have; some words of many are only enough when one of them is rare."""
RARE_MIN = 20
COMMON = 20_000
"""Names with a word (`van`, `immo`) from which it is a whole word and no beginning: more names than anybody reads."""


@dataclass(frozen=True, slots=True)
class Word:
    """One asked word and what may stand for it in a name."""

    asked: str
    own: int
    """How many names have the word as it was asked."""
    begun: Mapping[str, int] = field(default_factory=dict)
    """Words that begin with it, with their counts: only for the last one, which may be still unfinished."""
    near: Mapping[str, int] = field(default_factory=dict)
    """Words for which it is a typing error, with their counts."""
    letter: bool = False
    """The first letter of an unfinished last word: names with it as a word go before those with such a word."""

    @property
    def choices(self) -> tuple[str, ...]:
        """Each once, what was asked first."""
        own = (self.asked,) if self.own else ()
        return tuple(dict.fromkeys((*own, *self.begun, *self.near)))

    @property
    def names(self) -> int:
        """At most so many names have one of them."""
        return self.own + sum(self.begun.values()) + sum(self.near.values())


Plan = tuple[Word, ...]


def plans(reading: Reading, asked: Sequence[str]) -> Iterator[Plan]:
    """The best first; each is worth a try only when those before it found nothing."""
    words = tuple(dict.fromkeys(asked))
    if not words:
        return
    common = counts(reading, words)
    typed = tuple(Word(word, common.get(word, 0)) for word in words)
    typed = (*typed[:-1], _last(reading, typed[-1], alone=len(words) == 1))
    yield from _whole(typed)
    mended = tuple(word if word.choices else _mended(reading, word) for word in typed)
    yield from _whole(mended, typed)
    widened = tuple(word if word.near else _mended(reading, word) for word in mended)
    yield from _whole(widened, mended)
    yield from _fewer(reading, mended)


def _last(reading: Reading, word: Word, *, alone: bool) -> Word:
    """It may be unfinished. One letter behind other words can become too much: it only counts for the order."""
    if len(word.asked) == 1 and not alone:
        return replace(word, letter=True)
    if word.own >= COMMON:
        return word
    return replace(word, begun=beginning(reading, word.asked))


def _whole(plan: Plan, *earlier: Plan) -> Iterator[Plan]:
    if plan not in earlier and all(word.choices or word.letter for word in plan):
        yield plan


def _mended(reading: Reading, word: Word) -> Word:
    return replace(word, near=alike(reading, word.asked))


def _fewer(reading: Reading, plan: Plan) -> Iterator[Plan]:
    """Without words that nobody has, then without legal forms, then without the commonest; at least half of them."""
    rest = sorted((word for word in plan if word.names), key=lambda word: (word.asked in LEGAL_FORMS, word.names))
    if len(rest) == len(plan):
        rest.pop()
    wanted = sum(word.asked not in LEGAL_FORMS for word in plan)
    rare = max(RARE_MIN, total(reading) * RARE_PER_NAME)
    while rest and 2 * len(rest) >= wanted and rest[0].names <= rare:
        yield tuple(replace(word, letter=False) for word in plan if word in rest)
        rest.pop()
