"""How an address is cut apart without a register: what a list of street names alone, or a geocoder, is given.

The reference (section 7) measured its peers so: the street is what stands before the first digit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_POSTCODE = re.compile(r"(?<!\d)[1-9]\d{3}(?!\d)")
_NUMBER = re.compile(r"\d+(?:[A-Za-z](?![A-Za-z]))?")


@dataclass(frozen=True, slots=True)
class Cut:
    """Parts of an address; "" for what is not there."""

    street: str
    number: str
    postcode: str
    municipality: str


def cut(text: str) -> Cut:
    """Street before the first digit, number there, the last four digits as postcode, the rest behind it."""
    text = " ".join(text.split())
    found = list(_POSTCODE.finditer(text, 1))
    postcode = found[-1] if found else None
    head = text[: postcode.start()] if postcode else text
    number = _NUMBER.search(head)
    street = head[: number.start()] if number else head
    behind = text[postcode.end() :] if postcode else text.rpartition(",")[2]
    return Cut(_bare(street), number[0] if number else "", postcode[0] if postcode else "", _bare(behind))


def number_first(text: str) -> str:
    """`21 Grote Markt 2800 Mechelen`, as addok's own rules expect it; as it stands where there is nothing to move."""
    parts = cut(text)
    if not parts.street or not parts.number:
        return text
    return " ".join(filter(None, (parts.number, parts.street, parts.postcode, parts.municipality)))


def _bare(text: str) -> str:
    return text.strip(" ,.-")
