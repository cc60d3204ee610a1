"""Enterprise, establishment and branch numbers: strict check, every spelling, and likely corrections. No I/O.

Ten digits; the last two are 97 - (the first eight modulo 97), so 01 to 97. The first digit tells the kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from services.kbo.domain.spelling import LENGTH, Reading, read

Kind = Literal["enterprise", "establishment", "branch"]

_KINDS: dict[str, Kind] = {
    "0": "enterprise",
    "1": "enterprise",
    **dict.fromkeys("2345678", "establishment"),
    "9": "branch",
}
_CHANGES = {
    "invisible_removed": "Onzichtbare tekens in of naast het nummer zijn weggelaten.",
    "digits_converted": "Cijfers in een ander schrift zijn omgezet naar gewone cijfers.",
    "words_removed": "De woorden voor of na het nummer zijn weggelaten.",
    "letters_to_digits": "Een letter O is gelezen als het cijfer 0, of een letter l of I als het cijfer 1.",
    "separators_removed": "Spaties of leestekens tussen de cijfers zijn weggelaten.",
    "zero_added": "Het nummer telde negen cijfers; de 0 vooraan is toegevoegd.",
}
_REASONS = {
    "no_number": "Hier staat geen nummer. Geef de tien cijfers van het nummer in de KBO.",
    "several_numbers": "Hier staat meer dan één nummer, of tweemaal hetzelfde. Geef er één tegelijk.",
    "unexpected_text": "Bij de cijfers staat tekst die niet bij het nummer hoort. Geef alleen het nummer.",
    "foreign_number": "Bij het nummer staat de aanduiding van een ander land, of van een ander register dan de KBO. "
    "Geef het Belgische ondernemingsnummer: tien cijfers, eventueel met BE ervoor.",
    "too_short": "Een nummer in de KBO telt tien cijfers; hier staan er {count}. Kijk het nummer na.",
    "too_long": "Een nummer in de KBO telt tien cijfers; hier staan er {count}. "
    "Geef alleen het nummer, of kijk het na.",
    "national_number": "Dit lijkt een rijksregisternummer. Dat hoort hier niet: geef het ondernemingsnummer.",
    "bank_account": "Dit lijkt een rekeningnummer. Geef het ondernemingsnummer.",
    "check_digits_range": "De laatste twee cijfers liggen altijd tussen 01 en 97; hier staat {check}. "
    "Kijk het nummer na.",
    "check_digits": "De laatste twee cijfers passen niet bij de eerste acht. Er is wellicht een tikfout.",
}


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was changed or is wrong: a code for programs, a Dutch sentence for people."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class NumberCheck:
    """What a text is worth as a number of the register.

    `number` and `kind` are there only when it is valid; `digits` are the ten digits that were read even when they are
    wrong (for `candidates`), or "".
    """

    input: str
    valid: bool
    number: str | None
    kind: Kind | None
    changes: tuple[Note, ...] = ()
    reasons: tuple[Note, ...] = ()
    digits: str = ""


def check(text: str) -> NumberCheck:
    """Normalise and check. Never raises, whatever the text."""
    reading = read(text)
    digits, wrong = reading.digits, _wrong(reading)
    valid = not wrong
    return NumberCheck(
        input=text,
        valid=valid,
        number=digits if valid else None,
        kind=kind_of(digits) if valid else None,
        changes=tuple(Note(code, _CHANGES[code]) for code in reading.changes),
        reasons=(_reason(wrong, digits),) if wrong else (),
        digits=digits if len(digits) == LENGTH else "",
    )


def valid_digits(digits: str) -> bool:
    """True for ten plain digits whose last two fit the first eight (00, 98 and 99 never do)."""
    return _ten(digits) and int(digits[8:]) == 97 - int(digits[:8]) % 97


def kind_of(digits: str) -> Kind | None:
    """The kind that the first digit tells; None for no digits."""
    return _KINDS.get(digits[:1])


def display(digits: str) -> str:
    """As the register writes it: 0403.170.701, and 2.000.000.339 for establishments and branches."""
    if kind_of(digits) == "enterprise":
        return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"
    return f"{digits[0]}.{digits[1:4]}.{digits[4:7]}.{digits[7:]}"


def candidates(digits: str) -> Iterator[str]:
    """Valid numbers that differ by two exchanged neighbours, then by one digit.

    Nothing for a valid number, which cannot be such an error of another one, nor for what is not ten digits. Branch
    ids are left out: they are no official numbers, so nobody means one.
    """
    if not _ten(digits) or valid_digits(digits):
        return
    for other in (*_transposed(digits), *_replaced(digits)):
        if valid_digits(other) and kind_of(other) != "branch":
            yield other


def _wrong(reading: Reading) -> str:
    """The code of what is wrong. Of digits that are no number the count says more than the words around them."""
    digits = reading.digits
    if digits and len(digits) != LENGTH:
        return _wrong_length(digits)
    return reading.trouble or _wrong_check(digits)


def _wrong_length(digits: str) -> str:
    if _is_national_number(digits):
        return "national_number"
    return "too_short" if len(digits) < LENGTH else "too_long"


def _wrong_check(digits: str) -> str:
    if not 1 <= int(digits[8:]) <= 97:
        return "check_digits_range"
    return "" if valid_digits(digits) else "check_digits"


def _is_national_number(digits: str) -> bool:
    """Year, month, day, serial, and 97 - (all that modulo 97); a 2 goes in front for births from 2000 on.

    Months go on from 20 and 40 for who is no inhabitant. A 0 too many before a number of the register fits as well.
    """
    if len(digits) != LENGTH + 1 or valid_digits(digits[1:]):
        return False
    head, month, day, tail = int(digits[:9]), int(digits[2:4]), int(digits[4:6]), int(digits[9:])
    dated = month < 60 and month % 20 <= 12 and day <= 31
    return dated and tail in (97 - head % 97, 97 - (head + 2_000_000_000) % 97)


def _reason(code: str, digits: str) -> Note:
    return Note(code, _REASONS[code].format(count=len(digits), check=digits[8:10]))


def _ten(digits: str) -> bool:
    return len(digits) == LENGTH and digits.isascii() and digits.isdigit()


def _transposed(digits: str) -> Iterator[str]:
    for at in range(LENGTH - 1):
        if digits[at] != digits[at + 1]:
            yield digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]


def _replaced(digits: str) -> Iterator[str]:
    for at in range(LENGTH):
        for digit in "0123456789":
            if digit != digits[at]:
                yield digits[:at] + digit + digits[at + 1 :]
