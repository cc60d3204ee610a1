"""All that a number can mean, in the order of reference section 10.6."""

from __future__ import annotations

import pytest

from services.address.domain.numbers_written import Rank
from services.address.domain.readings import numbers


def _read(text: str, box: str = "") -> list[tuple[str, str | None]]:
    return [(one.house, one.box) for one in numbers(text, box).readings]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("21", ("21", None)), ("0030", ("30", None)), ("30-", ("30", None)), ("21 bus 3", ("21", "3")),
        ("12 b 1", ("12", "1")), ("12 bs 1", ("12", "1")), ("12 box2", ("12", "2")), ("12 BU8", ("12", "8")),
        ("12 boîte 3", ("12", "3")), ("12 app. 3", ("12", "3")), ("455 b I", ("455", "I")), ("3B", ("3B", None)),
        ("3 B", ("3B", None)), ("10bis", ("10BIS", None)), ("12_2", ("12_2", None)), ("12-14", ("12-14", None)),
        ("47-50", ("47-50", None)), ("15-23 bus A02", ("15-23", "A02")), ("15-23 A02", ("15-23", "A02")),
        ("2A/ 1.02", ("2A", "1.02")), ("20/A", ("20", "A")), ("30-b", ("30", "B")), ("30 20", ("30", "20")),
        ("12, 3", ("12", "3")), ("12 gelijkvloers", ("12", "GELIJKVLOERS")), ("3Bbus2", ("3B", "2")),
        ("12 (bus 3)", ("12", "3")), ("12 bte", ("12", None)), ("12 /", ("12", None)), ("zn", ("ZN", None)),
        ("12 A bus 3", ("12A", "3")), ("12bis bus 1", ("12BIS", "1")),
    ],
)  # fmt: skip
def test_the_likeliest_reading(text: str, first: tuple[str, str | None]) -> None:
    assert _read(text)[0] == first


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("18/4", [("18/4", None), ("18-4", None), ("18", "4")]),
        ("20-A", [("20", "A"), ("20A", None)]),
        ("12/2", [("12/2", None), ("12-2", None), ("12", "2"), ("12_2", None)]),
        ("3B", [("3B", None), ("3", "B"), ("3_2", None)]),
        ("12bis", [("12BIS", None), ("12_2", None)]),
        ("12 b 1", [("12", "1"), ("12B", "1")]),
        ("90/3/13", [("90/3", "13"), ("90", "3/13")]),
        ("455 I", [("455I", None), ("455", "I")]),
    ],
)
def test_the_order_of_readings(text: str, order: list[tuple[str, str | None]]) -> None:
    assert [one for one in _read(text) if one in order] == order


@pytest.mark.parametrize(
    ("text", "span", "dashed"),
    [
        ("12-14", ("12", "14"), True), ("20/30", ("20", "22", "24", "26", "28", "30"), False),
        ("21+27", ("21", "23", "25", "27"), True), ("47-50", ("47", "48", "49", "50"), True),
        ("15 tot 19", ("15", "17", "19"), True), ("12 t.e.m. 16", ("12", "14", "16"), True),
        ("30-20", (), False), ("12-0101", (), False), ("12-1400", (), False), ("12", (), False),
    ],
)  # fmt: skip
def test_ranges(text: str, span: tuple[str, ...], dashed: bool) -> None:
    read = numbers(text)
    assert (read.span, read.dashed) == (span, dashed)


@pytest.mark.parametrize("text", ["12 A3", "12 V3.02", "12-14 bus 3", "12 blok B", "12B", "12 bus 3 A", "12A bus 3"])
def test_a_digit_or_a_letter_is_never_left_out(text: str) -> None:
    assert all(not one.left_out for one in numbers(text).readings)


def test_a_word_that_says_nothing_is_left_out_last() -> None:
    read = numbers("12 achteraan").readings
    assert (read[-1].house, read[-1].box, read[-1].left_out, read[-1].rank) == ("12", None, "ACHTERAAN", Rank.LAST)


@pytest.mark.parametrize(
    ("house", "box", "first"),
    [
        ("12", "3", ("12", "3")), ("12", "bus 3", ("12", "3")), ("12", "b3", ("12", "3")), ("12A", "3", ("12A", "3")),
        ("12/3", "3", ("12", "3")), ("12", "/", ("12", None)), ("12-14", "3", ("12-14", "3")),
    ],
)  # fmt: skip
def test_a_box_of_its_own(house: str, box: str, first: tuple[str, str | None]) -> None:
    assert first in _read(house, box)[:3]


def test_no_number() -> None:
    assert numbers("").house == numbers("abc").house == ""
    assert numbers("1234567890123").readings == ()
