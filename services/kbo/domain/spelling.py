"""The digits in a number as people write it, and what had to be read past to see them. No I/O."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from loketbus.characters import INITIALS, Folded, bare, fold

LENGTH = 10
_COURT_WORDS = "rpr rpm rjp rechtspersonenregister registre ondernemingsrechtbank tribunal unternehmensgericht"
_COURTS = frozenset(_COURT_WORDS.split())  # the seat follows
_OTHER_REGISTERS = frozenset({"kvk", "hra", "hrb", "siren", "siret", "rcs"})
_LABEL_WORDS = (
    "btw tva vat mwst ust tax be belgie belgique belgium belgien belgisch belge kbo bce cbe zdu zud on ne ve vme acp "
    "id idnr no nr nrs num nummer nummers numero number nbr reg registration identificatie identification "
    "ond ondern onderneming ondernemings ent entreprise enterprise company unternehmen unternehmens bedrijf bedrijfs "
    "firma intracommunautaire intracommunautair vest vestiging vestigings vestigingseenheid unit unite etablissement "
    "establishment niederlassungseinheit bijkantoor succursale branch personnes morales "
    "d l de der die das des du het la le n van uw ons onze mijn mon notre votre is est ist in onder sous unter met "
    "ingeschreven geregistreerd"
)
_LABELS = _COURTS | frozenset(_LABEL_WORDS.split())
_ENDING = re.compile(r"(?:s?(?:nr|nummer))?(?:be)?$")  # `btwnr`, `vestigingseenheidsnummer`, `BTWBE0403170701`
# Labels end where a look-alike of a digit begins (`BEO403`), other letters at the first digit (`NL0403`). Possessive:
# nothing is tried twice, or long nonsense would take quadratic time.
_GLUED = re.compile(
    r"(?P<head>(?:btw|tva|vat|mwst|kbo|bce|cbe|rpr|rpm|nr|be)*+(?=[0-9oil])|[^\W\d_]*+)"
    r"(?P<digits>[0-9oil]*+)(?P<tail>[^\W\d_]*+)",
    re.I,
)
_LOOK_ALIKES = str.maketrans("OoIilL", "001111")
_WORD = re.compile(rf"{INITIALS}|[^\W_]+")
_COUNTRIES = "AT|BG|CHE?|CY|CZ|DE|DK|EE|EL|ES|EU|FI|FR|GB|GR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI"
_FOREIGN = re.compile(  # VAT numbers, also the EU's own for companies from elsewhere
    rf"(?<![^\W_])(?:{_COUNTRIES})(?:[A-Z]{{0,2}}|[ .:)\-]{{1,3}})[0-9](?:[ .\-/]{{0,3}}[0-9]){{6}}", re.I
)
_BANK_ACCOUNT = re.compile(
    r"(?<![^\W_])(?:BE ?[0-9]{2}([ .\-]?)[0-9]{4}(?:\1[0-9]{4}){2}|[0-9]{3}-[0-9]{7}-[0-9]{2}"
    rf"|(?:{_COUNTRIES})[0-9]{{2}}( ?)[A-Z0-9]{{4}}\2[A-Z0-9]{{4}}\2[A-Z0-9]{{3}}[A-Z0-9 ]{{0,24}})(?![^\W_])",
    re.I,
)
_MORE_MARKS = frozenset("°№|=<>`´^~\t\r\n")
_NO_MARKS = frozenset("%&@")
_SEAT_WORDS_MAX = 12


@dataclass(frozen=True, slots=True)
class Reading:
    """The digits that were meant ("" when that is in doubt), what was changed, and why it is no number ("" when it is).

    Nine digits have got their zero. Both what was changed and why are codes.
    """

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
        return self.text.translate(_LOOK_ALIKES)


def read(text: str) -> Reading:
    """What stands there. Never raises; linear in the length of the text."""
    folded = fold(text)
    plain = _BANK_ACCOUNT.sub(lambda account: " " * len(account[0]), folded.text)
    pieces = list(_pieces(plain))
    runs = [list(run) for is_number, run in groupby(pieces, lambda piece: piece.is_number) if is_number]
    numbers = {_number(run): run for run in reversed(runs)}  # of the same twice, the first
    complete = [number for number in numbers if len(number) == LENGTH]
    if len(complete) > 1 or any(map(_several, runs)):
        return Reading("", trouble="several_numbers")
    if _FOREIGN.search(plain) or not _OTHER_REGISTERS.isdisjoint(_words(pieces)):
        return Reading("", trouble="foreign_number")
    if not complete and (len(numbers) != 1 or _mixed(pieces)):
        return Reading("", trouble=_without_number(folded.text, plain))
    number = complete[0] if complete else _number(runs[0])
    fits = len(numbers) == 1 and plain == folded.text and _words_fit(pieces) and _marks_fit(plain)
    return Reading(number, tuple(_changes(folded, pieces, numbers[number])), "" if fits else "unexpected_text")


def _number(run: Sequence[_Piece]) -> str:
    return _with_zero("".join(piece.digits for piece in run))


def _with_zero(digits: str) -> str:
    """Nine digits are a number without the 0 in front, as VAT numbers once were."""
    return f"0{digits}" if len(digits) == LENGTH - 1 and not digits.startswith("0") else digits


def _several(run: Sequence[_Piece]) -> bool:
    """True where the run falls apart into numbers that are each complete."""
    found = [""]
    for piece in run:
        if len(_with_zero(found[-1])) == LENGTH:
            found.append("")
        found[-1] += piece.digits
    return len(found) > 1 and len(_with_zero(found[-1])) == LENGTH


def _mixed(pieces: Sequence[_Piece]) -> bool:
    """Digits stand in the midst of a word."""
    return any(map(str.isdecimal, "".join(piece.text for piece in pieces if not piece.is_number)))


def _without_number(text: str, plain: str) -> str:
    if any(map(str.isdecimal, plain)):
        return "unexpected_text"
    return "no_number" if plain == text else "bank_account"


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
    parts = _GLUED.fullmatch(word)
    if parts is None or not (any(map(str.isdecimal, parts["digits"])) or word in ("O", "o")):
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
    """Labels only, and behind the name of a court or its register the words of its seat."""
    words = _words(pieces)
    court = next((at for at, word in enumerate(words) if word in _COURTS), len(words))
    seat = [word for word in words[court:] if word not in _LABELS]
    return _LABELS.issuperset(words[:court]) and len(seat) <= _SEAT_WORDS_MAX and all(map(str.isalpha, seat))


def _words(pieces: Sequence[_Piece]) -> list[str]:
    """Without accents, dots and "number" behind it: `B.T.W.` and `btwnummer` give `btw`."""
    words = (bare(piece.text).replace(".", "") for piece in pieces if not piece.is_number)
    return [_ENDING.sub("", word) or word for word in words]


def _marks_fit(text: str) -> bool:
    return all(_mark_fits(character) for character in set(_WORD.sub("", text)))


def _mark_fits(character: str) -> bool:
    punctuation = unicodedata.category(character)[0] in "PZ"
    return (punctuation and character not in _NO_MARKS) or character in _MORE_MARKS


def _changes(folded: Folded, pieces: Sequence[_Piece], run: Sequence[_Piece]) -> list[str]:
    start, end = run[0].start, run[-1].end
    facts = {
        "invisible_removed": folded.lost_invisible,
        "digits_converted": any(c.isdecimal() and not c.isascii() for c in folded.original),
        "words_removed": any(not piece.is_number for piece in pieces),
        "letters_to_digits": any(not piece.text.isdecimal() for piece in run),
        "separators_removed": not _usual(folded.text[start:end], run),
        "zero_added": sum(len(piece.text) for piece in run) < len(_number(run)),
    }
    return [code for code, happened in facts.items() if happened]


def _usual(written: str, run: Sequence[_Piece]) -> bool:
    """Nothing between the digits, or the dots of the register itself."""
    sizes = tuple(len(piece.text) for piece in run)
    dotted = sizes in ((4, 3, 3), (1, 3, 3, 3)) and written.count(".") == len(sizes) - 1
    return len(run) == 1 or (dotted and len(written) == sum(sizes) + len(sizes) - 1)
