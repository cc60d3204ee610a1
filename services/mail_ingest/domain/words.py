"""Finding the words of a list in somebody's text. No I/O.

A word of the list is written as a beheerder would: `puinzak*`, `*lening`, `mijn verbouw begeleiding`. The rules:
- case, accents and signs make no difference; only letters, digits and % count;
- `*` in front or at the end stands for more letters (`premie*` is in "premieaanvraag", `*lening` in "verbouwlening");
  without it the word stands alone;
- a space stands for a space, a hyphen or nothing: Dutch compounds are written in all three ways;
- of words that overlap in the text only the one with the most letters counts (`huurpremie` beats `premie`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

PATTERN_MAX = 60
"""Characters of one word of the list."""
_BETWEEN = " {0,3}"
_CACHED = 0x3000
"""Letters that people here write; the fold of others is made anew each time, so that nobody can fill our memory."""


class _Fold(dict[int, str]):
    """One character for each character, so that a place in the folded text is the same place in the text."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKD", chr(code))[0].lower()[0]
        folded = plain if plain.isalnum() or plain == "%" else " "
        if code < _CACHED:
            self[code] = folded
        return folded


_FOLD = _Fold()


def composed(text: str) -> str:
    """One character per letter, accent included; the text that `Match.start` and `Match.end` count in."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Small letters, no accents, a space for every sign; as long as `text`, which must be `composed`."""
    return text.translate(_FOLD)


def tidy(pattern: str) -> str:
    """A word of the list as it is kept.

    Raises:
        ValueError: nothing is left of it, it is too long, or a `*` stands in the middle.
    """
    front, back = pattern.lstrip().startswith("*"), pattern.rstrip().endswith("*")
    inner = pattern.strip().strip("*")
    words = " ".join(fold(composed(inner)).replace("%", " % ").split()).replace(" %", "%")
    if "*" in inner:
        raise ValueError("Een * mag alleen vooraan of achteraan staan")
    if len(words.replace(" ", "")) < (3 if front or back else 2) or len(words) > PATTERN_MAX:
        raise ValueError(f"Een woord heeft minstens 2 letters (3 met een *) en hoogstens {PATTERN_MAX} tekens")
    return "*" * front + words + "*" * back


@dataclass(frozen=True, slots=True)
class Match:
    """Where a word of the list stands in a text."""

    entry: int
    """Which word of the list."""
    start: int
    end: int


class _Entry:
    """One word of the list, ready to be looked for."""

    def __init__(self, pattern: str) -> None:
        spaced = pattern.strip("*").replace("%", " % ").split()
        self.letters = "".join(spaced)
        self._open = pattern.startswith("*")
        back = r"\w*" if pattern.endswith("*") else "" if spaced[-1] == "%" else r"(?!\w)"
        # What comes before is looked at afterwards: an expression that begins with plain letters is found quickly.
        self._expression = re.compile(_BETWEEN.join(re.escape(word) for word in spaced) + back)

    def spans(self, folded: str) -> Iterator[tuple[int, int]]:
        """Where it stands, from left to right."""
        at = 0
        while (match := self._expression.search(folded, at)) is not None:
            start, at = match.start(), match.start() + 1
            begin = _begin_of_word(folded, start)
            if self._open or begin == start:
                yield begin, match.end()
                at = match.end()


class Matcher:
    """The words of a list (each as `tidy` gives it), ready to be looked for."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._entries = [_Entry(pattern) for pattern in patterns]

    def find(self, folded: str) -> list[Match]:
        """Every word of the list in a folded text, without those that a longer one covers."""
        # Most words of the list are in no text at all: one look without the spaces rules them out cheaply.
        squeezed = folded.replace(" ", "")
        found = [
            Match(number, *span)
            for number, entry in enumerate(self._entries)
            if entry.letters in squeezed
            for span in entry.spans(folded)
        ]
        return self._longest(found, len(folded))

    def _longest(self, found: list[Match], length: int) -> list[Match]:
        covering = bytearray(length)  # at each place the size of the longest word there
        for match in sorted(found, key=self._size):
            covering[match.start : match.end] = bytes([self._size(match)]) * (match.end - match.start)
        return [match for match in found if max(covering[match.start : match.end]) == self._size(match)]

    def _size(self, match: Match) -> int:
        return len(self._entries[match.entry].letters)


def _begin_of_word(folded: str, place: int) -> int:
    if not folded[place].isalnum():
        return place
    return max(folded.rfind(" ", 0, place), folded.rfind("%", 0, place)) + 1
