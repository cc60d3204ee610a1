"""Which mandate counts, and which reuse files are applied in which order."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

import pytest

from services.kbo.domain.syndic import Mandate, chosen
from services.kbo.syndics.reuse.archives import Archive
from services.kbo.syndics.reuse.plan import Found, plan
from services.kbo.syndics.reuse.reading import Head

TODAY = date(2026, 1, 15)
Kind = Literal["full", "delta"]


def mandate(begin: str, end: str | None = None, *, enterprise: str = "x", provisional: bool = False) -> Mandate:
    return Mandate(
        date.fromisoformat(begin), date.fromisoformat(end) if end else None, enterprise, provisional=provisional
    )


@pytest.mark.parametrize(
    ("mandates", "holder", "others"),
    [
        ([], None, 0),
        ([mandate("2020-01-01", "2025-12-31")], None, 0),
        ([mandate("2026-01-16")], None, 0),
        ([mandate("2020-01-01", "2026-01-15")], "x", 0),
        ([mandate("2026-01-15")], "x", 0),
        ([mandate("2020-01-01", enterprise="old"), mandate("2024-01-01", enterprise="new")], "new", 1),
        ([mandate("2020-01-01", enterprise="real"), mandate("2024-01-01", provisional=True)], "real", 1),
        ([mandate("2024-01-01", enterprise="only", provisional=True)], "only", 0),
    ],
)
def test_the_mandate_that_runs(mandates: list[Mandate], holder: str | None, others: int) -> None:
    answer = chosen(mandates, TODAY, None, "Bron")
    assert (answer.status, answer.number, answer.others) == (
        "registered" if holder else "none_registered", holder, others
    )  # fmt: skip


def test_a_person_with_a_firm_is_a_professional() -> None:
    person = Mandate(None, None, person="Iemand", person_number="0871234501")
    assert chosen([person], TODAY, None, "").professional
    assert not chosen([Mandate(None, None, person="Iemand")], TODAY, None, "").professional


def files(*names: tuple[Kind, int]) -> list[Found]:
    return [Found(Archive(Path(f"{kind}{number}")), Head(kind, number, None)) for kind, number in names]


F: Kind = "full"
D: Kind = "delta"


@pytest.mark.parametrize(
    ("state", "there", "steps", "missing"),
    [
        (None, [], "", None),
        (None, [(D, 5)], "", None),
        (None, [(F, 4), (D, 5), (D, 6)], "full4 delta5 delta6", None),
        (None, [(D, 6), (F, 4), (D, 5)], "full4 delta5 delta6", None),
        (None, [(F, 1), (D, 3), (F, 4)], "full4", None),
        (None, [(F, 4), (D, 6)], "full4", 5),
        (5, [(F, 4), (D, 5)], "", None),
        (5, [(D, 5), (D, 6), (D, 6), (D, 7)], "delta6 delta7", None),
        (5, [(D, 7)], "", 6),
        (5, [(D, 6), (D, 8)], "delta6", 7),
        (5, [(D, 7), (F, 8), (D, 9)], "full8 delta9", None),
        (5, [(D, 6), (D, 7), (F, 7)], "delta6 delta7", None),
        (5, [(F, 3)], "", None),
    ],
)
def test_the_plan(state: int | None, there: list[tuple[Kind, int]], steps: str, missing: int | None) -> None:
    made = plan(state, files(*there))
    assert (" ".join(step.archive.name for step in made.steps), made.missing) == (steps, missing)
