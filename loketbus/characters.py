"""One character as it is meant: digits of any script, spaces, dots and dashes of any kind, marks that nobody sees."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

INITIALS = r"(?<![^\W_])(?:[^\W\d_]\.){2,}(?:[^\W\d_](?![^\W_]))?"
"""Pattern of letters with dots, which are one word: `B.T.W.`, `V.M.E`."""
_INVISIBLE = frozenset({"Cf", "Cc", "Mn", "Me"})  # zero width, RTL marks, BOM, soft hyphen, controls, emoji variations
_DOTS = frozenset("·•․‧∙⋅。｡")
_SLASHES = frozenset("⁄∕⧸")
_DASHES = frozenset("−⁻₋")  # the minus signs, which are no punctuation to Unicode
_LETTERS = str.maketrans({"О": "O", "о": "o", "Ο": "O", "ο": "o", "І": "I", "і": "i", "Ӏ": "I"})  # Cyrillic, Greek

_LIGATURES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "œ": "oe", "æ": "ae", "ð": "d", "þ": "th"})


@dataclass(frozen=True, slots=True)
class Folded:
    """A text of plain characters, where each came from, and the text that it was."""

    text: str
    where: tuple[int, ...] | range
    original: str

    @property
    def lost_invisible(self) -> bool:
        """Something that nobody sees was left out; an accent that is written apart from its letter is seen."""
        return len(self.where) < len(self.original) and not all(
            map(fold_one, unicodedata.normalize("NFC", self.original))
        )

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The part of the original that `text[start:end]` stands for; `start < end`."""
        return self.where[start], self.where[end - 1] + 1


def fold(text: str) -> Folded:
    """Plain characters for plain reading; never longer than the text."""
    if text.isascii() and text.isprintable():
        return Folded(text, range(len(text)), text)
    kept = [(plain, at) for at, character in enumerate(text) if (plain := fold_one(character))]
    return Folded("".join(plain for plain, _ in kept), tuple(at for _, at in kept), text)


@lru_cache(maxsize=4096)
def fold_one(character: str) -> str:
    """The plain character that this one stands for; "" when it cannot be seen.

    Line ends and tabs stay: they part words.
    """
    if character in "\n\t\r":
        return character
    category = unicodedata.category(character)
    if category in _INVISIBLE:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "No":  # a superscript or a fraction is no digit of a number
        return character
    if category in ("Zs", "Zl", "Zp"):
        return " "
    return _punctuation(character, category)


def _punctuation(character: str, category: str) -> str:
    if category == "Pd" or character in _DASHES:
        return "-"
    if character in _DOTS:
        return "."
    if character in _SLASHES:
        return "/"
    wide = unicodedata.normalize("NFKC", character)
    return (wide if len(wide) == 1 else character).translate(_LETTERS)


def bare(word: str) -> str:
    """Lower case without accents: `Numéro` gives `numero`."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return re.sub(r"[\u0300-\u036f]", "", decomposed)


def plain(text: str) -> str:
    """Lower case without accents and ligatures: `Œuvre Élise` gives `oeuvre elise`."""
    if text.isascii():
        return text.lower()
    return bare(unicodedata.normalize("NFKD", text)).translate(_LIGATURES)
