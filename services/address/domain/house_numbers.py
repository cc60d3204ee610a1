"""Where a house number begins, and how house numbers are written. No I/O."""

from __future__ import annotations

import re

NUMBER_AT = re.compile(r"(?:(?<=[^\W\d_]{4})|(?<!\w)(?<![0-9][./-]))[0-9]")
"""A digit that begins a number, also where the space is lacking (`Kerkstraat12`)."""
_INTRODUCED = re.compile(
    r"[\s,.:(-]*(?<!\w)(?:(?P<beside>naast|tegenover|over|t\.?\s?h\.?\s?v\.?|ter hoogte van|bij)\s{0,2})?"
    r"(?:(?<!\w)(?:(?:huis)?nr|n[°ºo]|(?:huis)?nummer|numero|num)[.:\s]*|#\s*)?$",
    re.IGNORECASE,
)
BESIDE = "naast"
"""Written for the number itself; `tegenover` and the others are never that."""
_ALONE = re.compile(r"(?:(?:huis)?(?:nr|n[°ºo]|nummer|numero)\.?[\s:]*)?(?=[0-9])", re.IGNORECASE)
UNNUMBERED = re.compile(r"\s(?:z\.?\s?/?n\.?r?|s\.?/?n|zonder (?:huis)?nummer|sans numero)\.?$", re.IGNORECASE)
HOUSE_LETTERS = frozenset("ABCDEFGHKLMNPRSTVWXYZ")
"""Letters behind a house number (reference 1.7); I, J, O, Q and U are never one."""
_SPAN = re.compile(r"(?P<first>[0-9]{1,5})[-/](?P<last>[0-9]{1,5})")
BIS = {"BIS": "2", "TER": "3", "QUATER": "4"}
"""The register also writes `12_2` for 12bis."""


def street_before(text: str) -> tuple[str, str]:
    """A street without what introduces its number (`Kerkstraat naast nr`): the street, and what says where it is."""
    intro = _INTRODUCED.search(text)
    if intro is None:
        return text, ""
    return text[: intro.start()].rstrip(" ,.-/:"), intro["beside"] or ""


def number_alone(text: str) -> str:
    """The number of a part that begins with one (`nr. 10`), "" when it does not."""
    intro = _ALONE.match(text)
    return text[intro.end() :] if intro else ""


def spellings(house: str) -> tuple[str, ...]:
    """How the register may write a house number that is one as it stands: `12-14`, `12/14`, `12_14`."""
    return (house,) if house.isalnum() else (house, house.replace("/", "-"), house.replace("-", "/"))


def holds(house: str, number: int) -> bool:
    """`12-14` holds 12 and 14, and 13 only where both sides of the street count (`12-15`)."""
    ends = _SPAN.fullmatch(house)
    if ends is None:
        return False
    first, last = int(ends["first"]), int(ends["last"])
    return first <= number <= last and ((last - first) % 2 == 1 or (number - first) % 2 == 0)
