"""At least 98 % of the labelled spellings are right, and no wrong address is ever given as exact or corrected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.address.questions import Register, View
from tests.integration.address.labelled.registers import town
from tests.integration.address.labelled.spellings import judge, spellings

RIGHT = 0.98
SPELLINGS = 400


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[View]:
    folder: Path = tmp_path_factory.mktemp("labelled")
    town().save(folder)
    register = Register(folder)
    with register.open() as opened:
        yield opened
    register.close()


@pytest.mark.parametrize("half", ["develop", "report", "fresh"])
def test_spellings(view: View, half: str) -> None:
    outcomes = judge(view, spellings(half))
    assert [(one.spelling.text, one.given) for one in outcomes if one.wrong] == []
    missed = [(one.spelling.text, one.spelling.verdicts, one.verdict, one.given) for one in outcomes if not one.right]
    assert len(missed) <= (1 - RIGHT) * len(outcomes), f"{len(missed)} of {len(outcomes)}: {missed}"


def test_enough_of_them() -> None:
    batches = [[one.text for one in spellings(half)] for half in ("develop", "report", "fresh")]
    assert all(len(set(batch)) == len(batch) for batch in batches)
    assert len(set(batches[0] + batches[1])) == len(batches[0] + batches[1]) >= SPELLINGS
