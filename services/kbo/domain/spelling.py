"""The digits in a number as people write it, and what had to be read past to see them. No I/O."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from services.kbo.domain.characters import Folded, bare, fold

REGISTERS = frozenset({"rpr", "rpm", "rechtspersonenregister", "registre"})  # a court's seat follows
_LABEL_WORDS = (
    "btw tva vat mwst ust be b belgie belgique belgium belgien kbo bce cbe zdu id no nr nrs num nummer nummers numero "
    "number nbr btwnr btwnummer kbonr kbonummer ondernemingsnr ondernemingsnummer ondernemings onderneming firmanummer "
    "entreprise enterprise company unternehmensnummer vestiging vestigings vestigingsnr vestigingsnummer unit unite "
    "vestigingseenheid vestigingseenheidsnummer etablissement establishment bijkantoor succursale branch vme acp "
    "personnes morales d l de des du het la le n van uw ons onze mijn is"
)
LABELS = REGISTERS | frozenset(_LABEL_WORDS.split())
GLUED = re.compile(
    r"(?P<head>(?:btw|tva|vat|mwst|kbo|bce|cbe|rpr|rpm|nr|be)*)(?P<digits>[0-9oil]*)(?P<tail>[a-z]*)", re.I
)
LOOK_ALIKES = str.maketrans("OoIilL", "001111")
_WORD = re.compile(r"[^\W_]+")
_MORE_MARKS = frozenset("°№|=<>`´^~\t\r\n")
_NO_MARKS = frozenset("%&@")
_COURT_WORDS_MAX = 12


@dataclass(frozen=True, slots=True)
class Reading:
    """Digits in the order of the text, the codes of what was changed, and the code of why it is no number (or "")."""

    digits: str
    changes: tuple[str, ...] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of words or a run of digits (with look-alikes), and where it stands in the folded text."""

    is_number: bool
    text: str
    start: int
    end: int

    @property
    def digits(self) -> str:
        return self.text.translate(LOOK_ALIKES)


def read(text: str) -> Reading:
    """What stands there. Never raises; linear in the length of the text."""
    folded = fold(text)
    pieces = list(_pieces(folded.text))
    runs = [list(run) for is_number, run in groupby(pieces, lambda piece: piece.is_number) if is_number]
    if not runs:
        return Reading("", trouble="no_number")
    readings = {"".join(piece.digits for piece in run) for run in runs}
    if len(readings) > 1:
        return Reading("", trouble="several_numbers")
    trouble = "" if _words_fit(pieces) and _marks_fit(folded.text) else "unexpected_text"
    return Reading(readings.pop(), tuple(_changes(folded, pieces, runs[0])), trouble)


def _pieces(text: str) -> list[_Piece]:
    found: list[_Piece] = []
    for word in _WORD.finditer(text):
        found += _split(word[0], word.start())
    return [
        # A lone letter O is a zero only where the number goes on behind it.
        _Piece(False, piece.text, piece.start, piece.end) if _lone_letter(found, at) else piece
        for at, piece in enumerate(found)
    ]


def _split(word: str, at: int) -> list[_Piece]:
    """One piece, or three where labels touch the digits (`BE0403170701`)."""
    parts = GLUED.fullmatch(word)
    if parts is None or not (any(map(str.isdigit, parts["digits"])) or word in ("O", "o")):
        return [_Piece(False, word, at, at + len(word))]
    return [
        _Piece(name == "digits", parts[name], at + parts.start(name), at + parts.end(name))
        for name in ("head", "digits", "tail")
        if parts[name]
    ]


def _lone_letter(pieces: Sequence[_Piece], at: int) -> bool:
    if pieces[at].text not in ("O", "o"):
        return False
    return at + 1 == len(pieces) or not pieces[at + 1].is_number


def _words_fit(pieces: Sequence[_Piece]) -> bool:
    words = [bare(piece.text) for piece in pieces if not piece.is_number]
    unknown = [word for word in words if word not in LABELS]
    return not unknown or (not REGISTERS.isdisjoint(words) and len(unknown) <= _COURT_WORDS_MAX)


def _marks_fit(text: str) -> bool:
    return all(_mark_fits(character) for character in set(_WORD.sub("", text)))


def _mark_fits(character: str) -> bool:
    punctuation = unicodedata.category(character)[0] in "PZ"
    return (punctuation and character not in _NO_MARKS) or character in _MORE_MARKS


def _changes(folded: Folded, pieces: Sequence[_Piece], run: Sequence[_Piece]) -> list[str]:
    start, end = run[0].start, run[-1].end
    first, last = folded.origin(start, end)
    facts = {
        "invisible_removed": last - first > end - start,
        "digits_converted": any(c.isdecimal() and not c.isascii() for c in folded.original),
        "words_removed": any(not piece.is_number for piece in pieces),
        "letters_to_digits": any(not piece.text.isdecimal() for piece in run),
        "separators_removed": not _usual(folded.text[start:end], run),
    }
    return [code for code, happened in facts.items() if happened]


def _usual(written: str, run: Sequence[_Piece]) -> bool:
    """Nothing between the digits, or the dots of the register itself."""
    sizes = tuple(len(piece.text) for piece in run)
    dotted = sizes in ((4, 3, 3), (1, 3, 3, 3)) and written.count(".") == len(sizes) - 1
    return len(run) == 1 or (dotted and len(written) == sum(sizes) + len(sizes) - 1)
