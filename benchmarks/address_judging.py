"""Whether an answer is what was meant. Everybody is judged alike: by street and house number, as only ours has boxes.

A municipality counts where the contender names one. Ours is judged by the id of the address besides, box and all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from benchmarks.address_queries import Question

Outcome: TypeAlias = Literal["right", "wrong", "refused"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a contender says: a street, perhaps with a house number. None instead of an answer: it says no, or asks."""

    street: str
    house: str | None = None
    municipality: str | None = None
    id: int | None = None
    """Of the address, where the contender says that this is it."""


def judged(question: Question, answer: Answer | None) -> Outcome:
    """Saying no is right where there is nothing; the street alone is right where it has no such number."""
    if answer is None:
        return "refused" if question.house else "right"
    if question.street is None or not _same_street(question, answer):
        return "wrong"
    if answer.house is None:
        return "refused" if question.house else "right"
    return "right" if question.house and question.house.casefold() == answer.house.casefold() else "wrong"


def judged_by_id(question: Question, answer: Answer | None) -> Outcome:
    """Box and all: an id that is given is the one that is meant."""
    given = None if answer is None else answer.id
    if given == question.id:
        return "right"
    return "refused" if given is None else "wrong"


def _same_street(question: Question, answer: Answer) -> bool:
    return answer.street == question.street and answer.municipality in (None, question.municipality)


@dataclass(frozen=True, slots=True)
class Score:
    """Of many questions."""

    right: int
    wrong: int
    refused: int

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> Score:
        """Counted."""
        counts = Counter(outcomes)
        return cls(counts["right"], counts["wrong"], counts["refused"])

    @property
    def right_percent(self) -> float:
        """Of all."""
        return 100 * self.right / (self.right + self.wrong + self.refused)

    @property
    def not_wrong_percent(self) -> float:
        """Nobody was misled: right, or honest about not knowing."""
        return 100 - 100 * self.wrong / (self.right + self.wrong + self.refused)

    def __str__(self) -> str:
        return f"{self.right} right, {self.wrong} wrong, {self.refused} refused"
