from __future__ import annotations

import pytest

from benchmarks.address_judging import Answer, Score, judged, judged_by_id
from benchmarks.address_queries import Question

THERE = Question("as registered", "Bruul 12A bus 3, 2800 Mechelen", "Bruul", "12A", "Mechelen", 7)
NO_NUMBER = Question("no such number", "Bruul 900, 2800 Mechelen", "Bruul", None, "Mechelen", None)
NO_STREET = Question("no such street", "Bruuldreef 12, 2800 Mechelen", None, None, "Mechelen", None)


@pytest.mark.parametrize(
    ("question", "answer", "outcome"),
    [
        (THERE, Answer("Bruul", "12a"), "right"),
        (THERE, Answer("Bruul", "12A", "Mechelen"), "right"),
        (THERE, Answer("Bruul", "12A", "Gent"), "wrong"),
        (THERE, Answer("Bruul", "12"), "wrong"),
        (THERE, Answer("Brug", "12A"), "wrong"),
        (THERE, Answer("Brug"), "wrong"),
        (THERE, Answer("Bruul"), "refused"),
        (THERE, None, "refused"),
        (NO_NUMBER, None, "right"),
        (NO_NUMBER, Answer("Bruul"), "right"),
        (NO_NUMBER, Answer("Bruul", "900"), "wrong"),
        (NO_NUMBER, Answer("Brug"), "wrong"),
        (NO_STREET, None, "right"),
        (NO_STREET, Answer("Bruul"), "wrong"),
        (NO_STREET, Answer("Bruul", "12"), "wrong"),
    ],
)
def test_by_street_and_house_number(question: Question, answer: Answer | None, outcome: str) -> None:
    assert judged(question, answer) == outcome


@pytest.mark.parametrize(
    ("question", "answer", "outcome"),
    [
        (THERE, Answer("Bruul", "12A", "Mechelen", 7), "right"),
        (THERE, Answer("Bruul", "12A", "Mechelen", 8), "wrong"),  # the right house, another box
        (THERE, Answer("Bruul", "12A", "Mechelen"), "refused"),
        (THERE, None, "refused"),
        (NO_NUMBER, Answer("Bruul"), "right"),
        (NO_STREET, Answer("Brug", "12", "Mechelen", 9), "wrong"),
    ],
)
def test_by_id(question: Question, answer: Answer | None, outcome: str) -> None:
    assert judged_by_id(question, answer) == outcome


def test_shares() -> None:
    score = Score.of(["right", "right", "wrong", "refused"])
    assert (score.right_percent, score.not_wrong_percent) == (50, 75)
    assert str(score) == "2 right, 1 wrong, 1 refused"
