"""One round over all registers of the feed: which of them are still asked when some do not answer. No I/O."""

from __future__ import annotations

from loketbus.errors import Unavailable
from services.address.domain.feed_events import Register

NEEDED: frozenset[Register] = frozenset({"straatnamen", "adressen"})
"""They are asked whatever is wrong with those that only add something."""
FAILURES_MAX = 2
"""Registers in a row that fail for the same cause: then it is no matter of one register."""
WRONG_PLACE = "register_wrong_place"
"""This feed is not served there (each is switched on by itself): the register's own word, so no outage."""


class Round:
    """What came of the registers so far."""

    def __init__(self) -> None:
        self._failures: list[Unavailable] = []
        self._absent: list[Unavailable] = []
        self._answered = False
        self._row = 0

    def asks(self, register: Register) -> bool:
        """Is there sense in asking it?"""
        return self._row < FAILURES_MAX + (register in NEEDED)

    def answered(self) -> None:
        """A register was read."""
        self._answered, self._row = True, 0

    def failed(self, trouble: Unavailable) -> None:
        """A register was not."""
        if trouble.code == WRONG_PLACE:
            self._absent.append(trouble)
            return
        same = bool(self._failures) and self._failures[-1].code == trouble.code
        self._row = self._row + 1 if same else 1
        self._failures.append(trouble)

    def end(self) -> None:
        """All were asked.

        Raises:
            Unavailable: the first failure; that nothing at all is served there is one too.
        """
        wrong = [] if self._answered else self._absent
        for trouble in [*self._failures, *wrong]:
            raise trouble
