"""The questions that one register answers."""

from __future__ import annotations

import sqlite3
from functools import cached_property

from services.kbo.domain.numbers import candidates, valid_digits
from services.kbo.domain.organisation import LEGAL_PERSON, Hits, Organisation, Source, Unit
from services.kbo.questions import filters, lists, names, places, records
from services.kbo.questions.reading import Reading
from services.kbo.questions.replica import Replica

LIMIT_MAX = 500
"""Hits in one answer."""


class View:
    """One register, read through one connection. Numbers are ten digits without dots.

    Its lists raise `Rejected` (`filter_unreadable`, `form_unknown`) for a postcode or form that nobody could have.
    """

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
        """The one number in the register that a typing error makes into these ten wrong digits.

        None too when it is not that of a legal person, or of a unit of one: nobody asked for it.
        """
        found = {number for number in candidates(digits) if self.exists(number)}
        if len(found) != 1:
            return None
        (number,) = found
        return number if self._of_a_legal_person(number) else None

    def search(self, text: str, postcode: str | None = None, form: str | None = None, limit: int = 20) -> Hits:
        """By name: words in any order, the last may be a beginning; typing errors are taken when nothing else fits.

        `postcode` is that of the seat or unit whose name it is. Never a natural person, nor a unit of one.
        """
        where, kind = filters.postcode(postcode), filters.form(self._reading, form)
        return names.search(self._reading, text, where, kind, _bounded(limit))

    def at_address(
        self, street: str, house_number: str, postcode: str, form: str | None = None, limit: int = 50
    ) -> Hits:
        """Legal persons and their units there; without house number those of the whole street.

        Score 1 is that house number; 0.9 a range that holds it (`12-14`), 0.8 the same number with or without letter.
        An address that was struck off is given too: look at `Hit.seat.struck_off_on`.
        """
        where = (street, house_number, filters.some_postcode(postcode))
        return places.at_address(self._reading, where, filters.form(self._reading, form), _bounded(limit))

    def by_form(self, form: str, postcode: str | None = None, after: str | None = None, limit: int = 50) -> Hits:
        """Legal persons of a form, by postcode of the seat and number; `after` is the number of the last one seen."""
        kind, where = filters.some_form(self._reading, form), filters.postcode(postcode)
        return lists.by_form(self._reading, kind, where, after, _bounded(limit))

    def by_postcode(self, postcode: str, form: str | None = None, after: str | None = None, limit: int = 50) -> Hits:
        """Legal persons with their seat there, by number."""
        where, kind = filters.some_postcode(postcode), filters.form(self._reading, form)
        return lists.by_postcode(self._reading, where, kind, after, _bounded(limit))

    def syndics(self, postcode: str | None = None, after: str | None = None, limit: int = 50) -> Hits:
        """Legal persons that are professional syndic (NACE-BEL 2025 68321), themselves or by a unit; by number.

        `postcode` is that of the seat. `after` is the number of the last one seen.
        """
        return lists.syndics(self._reading, filters.postcode(postcode), after, _bounded(limit))

    def _of_a_legal_person(self, number: str) -> bool:
        unit = self.unit(number)
        owner = self.organisation(unit.enterprise if unit else number, establishments=0)
        return owner is not None and owner.type.code == LEGAL_PERSON

    @cached_property
    def _reading(self) -> Reading:
        return Reading(self._replica, self._db)


def _bounded(limit: int) -> int:
    return max(0, min(limit, LIMIT_MAX))
