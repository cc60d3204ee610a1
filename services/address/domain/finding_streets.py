"""Streets in running text: which words in front of a house number or place are one. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from services.address.domain.house_numbers import street_before as without_introduction

WORDS_MAX = 6
"""Of a street."""
WINDOW = 90
"""Characters before a number in which its street begins."""
_ABBREVIATION_MAX = 6
_STREET_LIKE = re.compile(
    r"\w{2}-?(?:straat(?:je)?|str\.?|laan|steenweg|stwg\.?|stw\.?|plein|dreef)$"
    r"|[A-Z][\w'-]{1,40}(?:baan|weg|lei|vest|kaai|markt|dijk|vaart)$"
)
_ENDS_LIKE_ONE = re.compile(
    r"(?<![\w-])(?!(?:steen|spoor|fiets|voet|auto|grens)weg)\w{4,40}(?:baan|weg|lei|vest|markt|vaart)$"
)
_TOKEN = re.compile(r"'?[^\W\d_](?:[\w'-]|\.(?=[^\W\d_]|-))*+\.?")
_NUMBER_IN_NAME = re.compile(r"(?<![\w.,/+-])[0-9]{1,2}(?:e|de|ste)?[ .-]{1,2}$")
_NUMBERS = re.compile(r"(?<!\w)(?:huis)?(?:nrs|nummers)\.?[ :]*$", re.IGNORECASE)
"""What introduces a list of house numbers."""
_PARTICLES = frozenset({"van", "de", "den", "der", "des", "het", "'t", "op", "ten", "ter", "en", "d'", "du", "la"})
_OPENERS = frozenset({
    "De", "Het", "Een", "Mijn", "Ons", "Onze", "In", "Op", "Aan", "Te", "Van", "Adres", "Werfadres", "Ik", "Wij", "En",
    "Bewoner", "Bewoners", "Eigenaar", "Eigenaars", "Huurder", "Huurders", "Woning", "Huis", "Pand", "Gebouw", "Werf",
    "Appartement", "Residentie", "VME", "Betreft", "Premie", "Dossier", "Aanvraag", "Vraag", "Offerte", "Factuur",
})  # fmt: skip
"""With a capital, and never of a name."""
_QUALIFIERS = frozenset({
    "korte", "lange", "oude", "nieuwe", "grote", "groot", "kleine", "klein", "hoge", "lage", "eerste", "tweede",
    "derde", "koning", "koningin", "prins", "prinses", "graaf", "hertog", "baron", "ridder", "sint", "st",
    "heilige", "onze", "pastoor", "pater", "kanunnik", "kardinaal", "monseigneur", "mgr", "deken", "abt",
    "priester", "zuster", "bisschop", "burgemeester", "burg", "dokter", "doctor", "dr", "professor", "prof",
    "generaal", "gen", "kapitein", "kolonel", "luitenant", "majoor", "minister", "meester", "notaris",
    "schepen", "gouverneur", "president",
})  # fmt: skip
"""Words that make another street of the street behind them: Korte Ridderstraat is not Ridderstraat."""


class Street(NamedTuple):
    """`text[start:end]` is a street by name, or looks like one."""

    start: int
    end: int
    like: bool
    """It ends as streets do."""
    plain: bool = False
    """All in small letters, as other words are: it is one only with a place beside it."""


def street_before(text: str, at: int, known: Callable[[str], bool]) -> Street | None:
    """The longest known street that ends here, in the same line; else words that look like one."""
    begin = max(text.rfind("\n", 0, at) + 1, at - WINDOW)
    before = without_introduction(_NUMBERS.sub("", text[begin:at]))[0]
    words = _last_words(before)[-WORDS_MAX:]
    for at_word, word in enumerate(words):
        phrase = before[word.start() :].rstrip(" ,")
        number = _NUMBER_IN_NAME.search(before[: word.start()])
        if number and known(number[0] + phrase):
            return Street(begin + number.start(), begin + len(before), _like(phrase))
        if phrase and known(phrase):
            if at_word and _qualified(words[at_word - 1][0], phrase):
                return Street(begin + words[at_word - 1].start(), begin + len(before), like=True)
            plain = phrase.islower() and not (_like(phrase) or _ENDS_LIKE_ONE.search(phrase))
            return Street(begin + word.start(), begin + len(before), _like(phrase), plain)
    start = _looks_like_street(words)
    return None if start is None else Street(begin + start, begin + len(before), like=True)


def _qualified(word: str, phrase: str) -> bool:
    """The word before belongs to the name: with a capital where the name has one."""
    return word.lower().rstrip(".") in _QUALIFIERS and (word[0].isupper() or phrase.islower())


def _like(phrase: str) -> bool:
    return _STREET_LIKE.search(phrase) is not None


def _last_words(text: str) -> list[re.Match[str]]:
    """The words at the end, as far back as they belong together."""
    words: list[re.Match[str]] = []
    for word in _TOKEN.finditer(text):
        apart = bool(words) and (text[words[-1].end() : word.start()].strip(" ") != "" or _ends_sentence(words[-1][0]))
        words = [word] if apart else [*words, word]
    return words if words and words[-1].end() == len(text) else []


def _ends_sentence(word: str) -> bool:
    """`Mechelen.` and not `Burg.` or `O.L.V.`."""
    return word.endswith(".") and word.count(".") == 1 and len(word) > _ABBREVIATION_MAX


def _looks_like_street(words: Sequence[re.Match[str]]) -> int | None:
    """Where words begin that end as streets do, names before it included."""
    if not words or not _like(words[-1][0]):
        return None
    first = words[-1]
    for word in reversed(words[:-1]):
        if word[0][0].isupper() and word[0] not in _OPENERS:
            first = word
        elif word[0] not in _PARTICLES:
            break
    return first.start()
