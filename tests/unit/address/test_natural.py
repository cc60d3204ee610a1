"""House numbers and boxes stand where people look for them, whatever order they came in."""

from __future__ import annotations

import ast
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.address.domain.natural import box_key, house_key

FREQUENCIES = "shared/data/address/best2019_house_box_frequencies_OUT_hsBx.txt"
NUMBERS = [
    ("2", "2A", "2_1", "10", "12", "12A", "12_2", "12-14", "13", "100"),
    ("2", "2BIS", "2TER", "3"),
    ("2", "2bis", "2_2"),
    ("47", "47-50", "48"),
    ("9", "9a", "9B", "10"),
    ("1", "1161B", "ZN"),
    ("240", "240/1", "240/2", "240/10", "241"),
]
BOXES = [
    ("0", "GLV", "1", "2", "10", "001", "002", "101", "0001", "0101", "0201", "1.01", "1.02", "2.01", "A1", "A2", "B1"),
    ("-2", "-1", "KELDER", "GLVL", "GLVR", "1"),
    ("GL-L", "GV", "RC", "1L", "1R", "2L"),
    ("0/1", "0/2", "1/1", "01/2", "2/1"),
    ("1", "1A", "1B", "2", "11"),
    ("A", "A2", "A10", "B", "VER1", "VER2"),
    ("3", "11", "12", "13", "21", "22", "001", "002", "101", "102", "103", "201", "202", "303", "401"),
]
"""The last one is a real building: Dendermondsesteenweg 200, 2830 (reference section 5)."""
written = st.text(st.sampled_from("0123456789ABab_-/. GLVbis"), min_size=1, max_size=10)


@pytest.mark.parametrize("wanted", NUMBERS)
def test_house_numbers(wanted: tuple[str, ...]) -> None:
    assert tuple(sorted(_shuffled(wanted), key=house_key)) == wanted


@pytest.mark.parametrize("wanted", BOXES)
def test_boxes(wanted: tuple[str, ...]) -> None:
    assert tuple(sorted(_shuffled(wanted), key=box_key)) == wanted


@given(st.sets(written, max_size=8), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_does_not_depend_on_what_came_first(texts: set[str], chance: random.Random) -> None:
    for key in (house_key, box_key):
        once = sorted(texts, key=key)
        again = list(texts)
        chance.shuffle(again)
        assert sorted(again, key=key) == once


@given(st.integers(1, 10**9), st.integers(1, 10**9), st.sampled_from(["", "A", "_1", "BIS", "-9", "/2", "xx"]))
@settings(max_examples=60, deadline=None)
def test_the_number_counts_before_all_that_follows(one: int, other: int, rest: str) -> None:
    if one < other:
        assert house_key(f"{one}{rest}") < house_key(str(other))


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_text_has_a_place(text: str) -> None:
    assert house_key(text) != house_key(f"{text}1")
    assert box_key(text) != box_key(f"{text}1")


def test_numbers_and_boxes_of_flanders_in_2019_have_places_of_their_own() -> None:
    path = Path(__file__).resolve().parents[3].parent / FREQUENCIES
    if not path.is_file():
        pytest.skip("no shared data here")
    lines = [line for line in path.read_text("latin-1").splitlines() if line.startswith("(")][::7]
    texts = {str(ast.literal_eval(line)[0]) for line in lines}
    assert len(texts) > 3_000
    assert len({house_key(one) for one in texts}) == len({box_key(one) for one in texts}) == len(texts)


def _shuffled(texts: tuple[str, ...]) -> list[str]:
    mixed = list(texts)
    random.Random(1).shuffle(mixed)
    assert mixed != list(texts)
    return mixed
