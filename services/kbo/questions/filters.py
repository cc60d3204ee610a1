"""What narrows a question: a postcode, a legal form. One that cannot be read is refused, never left out."""

from __future__ import annotations

import re

from loketbus.errors import Rejected
from services.kbo.domain.organisation import VME_FORM
from services.kbo.questions.lists import forms
from services.kbo.questions.reading import Reading

_POSTCODE = re.compile(r"(?:BE?)?[ -]*([0-9]{4})", re.IGNORECASE)
_FORM = re.compile(r"[0-9]{1,3}")


def postcode(text: str | None) -> str | None:
    """Four digits (`B-2800` is 2800); None for nothing.

    Raises:
        Rejected: `filter_unreadable`.
    """
    return some_postcode(text) if text and text.strip() else None


def some_postcode(text: str) -> str:
    """As `postcode`, where there must be one."""
    found = _POSTCODE.fullmatch(text.strip())
    if found is None:
        raise Rejected("filter_unreadable", "Geef een postcode van vier cijfers, bijvoorbeeld 2800.")
    return found[1]


def form(reading: Reading, text: str | None) -> str | None:
    """The code of a legal form, its zeros in front (`70` is 070); None for nothing.

    Raises:
        Rejected: `filter_unreadable`, or `form_unknown`: neither the code table nor anybody has it.
    """
    return some_form(reading, text) if text and text.strip() else None


def some_form(reading: Reading, text: str) -> str:
    """As `form`, where there must be one."""
    if not _FORM.fullmatch(text.strip()):
        raise Rejected("filter_unreadable", "Geef de code van de rechtsvorm, drie cijfers: 070 is een VME.")
    code = text.strip().zfill(3)
    if code == VME_FORM or reading.codes.label("JuridicalForm", code).text != code:
        return code
    there = forms(reading)
    if code not in there:
        known = ", ".join(filter(None, there))
        message = (
            f"Rechtsvorm {code} bestaat niet in de KBO. In het register staan: {known}. 070 is een VME; "
            "bij elke organisatie die u opvraagt, staat de code van haar rechtsvorm."
        )
        raise Rejected("form_unknown", message)
    return code
