"""The order of names that were found: the very name, then all its words, then more words, beginnings and errors."""

from __future__ import annotations

from collections.abc import Sequence

from services.kbo.domain.words import VME, meant, written
from services.kbo.questions.hits import Match
from services.kbo.questions.matching import Found
from services.kbo.questions.planning import Plan, Word

_SAME_WORDS, _ALL, _BEGUN, _NEAR = 0.98, 0.95, 0.9, 0.7
_MORE_WORDS, _IN_ORDER, _NO_VME = 0.2, 0.02, 0.8


def rank(asked: Sequence[str], plan: Plan, found: Sequence[Found]) -> list[Match]:
    """Best first; equal ones by number. 1 is the very name, whatever way "VME" is written."""
    scored = [(round(_score(asked, plan, one), 4), one) for one in found]
    scored.sort(key=lambda pair: (-pair[0], pair[1].entity, pair[1].text))
    return [Match(one.entity, score, one.text) for score, one in scored]


def corrected(plan: Plan, best: str) -> tuple[str, ...]:
    """`asked -> read` for the words that were taken for typing errors in the best name."""
    has = {*meant(best), *written(best)}
    errors = [
        (word.asked, next((near for near in word.near if near in has), "")) for word in plan if _fit(word, has) <= _NEAR
    ]
    return tuple(f"{typed} -> {read}" for typed, read in errors if read)


def _score(asked: Sequence[str], plan: Plan, found: Found) -> float:
    words, has = list(asked), meant(found.text)
    for_vme = VME in words
    if for_vme and found.vme:
        words, has = _without(words), _without(has)
    if words == has:
        return 1.0
    if sorted(words) == sorted(has):
        return _SAME_WORDS
    return _alike(words, plan, has, {*has, *written(found.text)}) * (1 if found.vme or not for_vme else _NO_VME)


def _alike(words: Sequence[str], plan: Plan, has: Sequence[str], known: set[str]) -> float:
    """Share of the asked words that are in the name, less for what else is in it."""
    fits = {word.asked: word for word in plan}
    got = [_fit(fits[word], known) if word in fits else 0.0 for word in words]
    more = max(0, len(has) - len(got)) / max(1, len(has))
    in_order = _IN_ORDER if list(has[: len(words)]) == list(words) else 0.0
    return max(0.0, _ALL * sum(got) / max(1, len(got)) - _MORE_WORDS * more + in_order)


def _fit(word: Word, has: set[str]) -> float:
    if word.asked in has:
        return 1.0
    if (word.begun or word.letter) and any(name.startswith(word.asked) for name in has):
        return _BEGUN
    return _NEAR if not has.isdisjoint(word.near) else 0.0


def _without(words: Sequence[str]) -> list[str]:
    return [word for word in words if word != VME]
