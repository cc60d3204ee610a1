"""The questions that one register answers."""

from __future__ import annotations

import re
import sqlite3
from functools import cached_property

from services.kbo.domain.numbers import candidates, valid_digits
from services.kbo.domain.organisation import Hits, Organisation, Source, Unit
from services.kbo.questions import lists, names, places, records
from services.kbo.questions.reading import Reading
from services.kbo.questions.replica import Replica

_DIGIT = re.compile("[0-9]")
CODE_MAX = 20
LIMIT_MAX = 500
"""Hits in one answer."""


class View:
    """One register, read through one connection. Numbers are ten digits without dots."""

    def __init__(self, replica: Replica, db: sqlite3.Connection) -> None:
        self._replica, self._db = replica, db

    @cached_property
    def source(self) -> Source:
        """Show its `attribution` with every answer."""
        return self._reading.source

    def organisation(self, number: str, establishments: int = 100) -> Organisation | None:
        """An enterprise, also a natural person, with so many of its establishment units at most; None: not there."""
        return records.organisation(self._reading, int(number), establishments) if valid_digits(number) else None

    def unit(self, number: str) -> Unit | None:
        """An establishment unit or branch, also of a natural person."""
        return records.unit(self._reading, int(number)) if valid_digits(number) else None

    def exists(self, number: str) -> bool:
        """An enterprise, unit or branch has this number."""
        return valid_digits(number) and records.exists(self._db, int(number))

    def suggestion(self, digits: str) -> str | None:
        """The one number in the register that a typing error makes into these ten wrong digits."""
        found = [number for number in candidates(digits) if self.exists(number)]
        return found[0] if len(set(found)) == 1 else None

    def search(self, text: str, postcode: str | None = None, form: str | None = None, limit: int = 20) -> Hits:
        """By name: words in any order, the last may be a beginning; typing errors are taken when nothing else fits.

        `postcode` is that of the seat or unit whose name it is. Never a natural person, nor a unit of one.
        """
        return names.search(self._reading, text, _code(postcode), _code(form), _bounded(limit))

    def at_address(
        self, street: str, house_number: str, postcode: str, form: str | None = None, limit: int = 50
    ) -> Hits:
        """Legal persons and their units there; without house number those of the whole street.

        Score 1 is that house number; 0.9 a range that holds it (`12-14`), 0.8 the same number with or without letter.
        An address that was struck off is given too: look at `Hit.seat.struck_off_on`.
        """
        return places.at_address(
            self._reading, (street, house_number, _code(postcode) or ""), _code(form), _bounded(limit)
        )

    def by_form(self, form: str, postcode: str | None = None, after: str | None = None, limit: int = 50) -> Hits:
        """Legal persons of a form, by postcode of the seat and number; `after` is the number of the last one seen."""
        return lists.by_form(self._reading, _code(form) or "", _code(postcode), after, _bounded(limit))

    def by_postcode(self, postcode: str, form: str | None = None, after: str | None = None, limit: int = 50) -> Hits:
        """Legal persons with their seat there, by number."""
        return lists.by_postcode(self._reading, _code(postcode) or "", _code(form), after, _bounded(limit))

    def syndics(self, postcode: str | None = None, after: str | None = None, limit: int = 50) -> Hits:
        """Legal persons that are professional syndic (NACE-BEL 2025 68321), themselves or by a unit; by number.

        `postcode` is that of the seat. `after` is the number of the last one seen.
        """
        return lists.syndics(self._reading, _code(postcode), after, _bounded(limit))

    @cached_property
    def _reading(self) -> Reading:
        return Reading(self._replica, self._db)


def _code(text: str | None) -> str | None:
    """The digits of a postcode or legal form (`B-2800` is 2800); None for nothing."""
    return "".join(_DIGIT.findall((text or "")[:CODE_MAX])) or None


def _bounded(limit: int) -> int:
    return max(0, min(limit, LIMIT_MAX))
