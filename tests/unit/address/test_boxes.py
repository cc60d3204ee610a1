"""Boxes are the same as written first; what is only equivalent makes candidates (reference, sections 5 and 6)."""

from __future__ import annotations

import pytest

from services.address.domain.boxes import Floor, alike, floor, keys, without_marker


@pytest.mark.parametrize(
    ("written", "registered"),
    [
        ("02", "2"), ("0102", "102"), ("1.02", "0102"), ("1/1", "1-1"), ("1.0", "1"), ("A-01", "A1"), ("a 1", "A1"),
        ("GLV", "0"), ("gelijkvloers", "GV"), ("glvl", "GLV"), ("V2", "VER2"), ("2e verd.", "V2"), ("2ét", "VER2"),
        ("1", "bus 1"), ("86", "BU86"), ("1", "Bus1"), ("1 links", "1L"), ("001", "1"), ("1.2", "102"),
    ],
)  # fmt: skip
def test_one_box_in_two_notations(written: str, registered: str) -> None:
    assert keys(written) & keys(registered)


@pytest.mark.parametrize(
    ("one", "other"),
    [("1", "101"), ("12", "1.2"), ("001", "A001"), ("A1", "B1"), ("2", "20"), ("1", "1A"), ("GLVR", "GV"), ("", "1")],
)
def test_different_boxes(one: str, other: str) -> None:
    assert not keys(one) & keys(other)


def test_what_is_written_so_wins_over_what_is_equivalent() -> None:
    building = ["3", "11", "001", "002", "101", "102"]  # Dendermondsesteenweg 200, 2830 (reference, section 5)
    assert alike("101", building) == ("written", ("101",))
    assert alike("1", building) == ("notation", ("001",))
    assert alike("01", ["1", "001"]) == ("notation", ("1", "001"))
    assert alike("A 2", ["A2", "2"]) == ("notation", ("A2",))


@pytest.mark.parametrize(
    ("text", "boxes", "there"),
    [
        ("gelijkvloers", ["001", "101", "201"], ["001"]),
        ("gelijkvloers", ["GLVL", "GLVR", "101"], ["GLVL", "GLVR"]),
        ("2e verdieping", ["101", "201", "202"], ["201", "202"]),
        ("verd. 2 app 3", ["0203", "0303"], ["0203"]),
        ("1ste verdieping links", ["1L", "1R"], ["1L"]),
        ("2e verdieping", ["1", "2", "3"], []),
    ],
)
def test_a_floor_finds_candidates(text: str, boxes: list[str], there: list[str]) -> None:
    assert list(alike(text, boxes)[1]) == there


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("gelijkvloers", Floor(0, "")), ("verd. 2 app 3", Floor(2, "3")), ("3 2e verd", Floor(2, "3")),
        ("RC", Floor(0, "")), ("2", None), ("B2", None), ("links", None), ("1e verd 2e verd", None),
    ],
)  # fmt: skip
def test_floors_in_words(text: str, told: Floor | None) -> None:
    assert floor(text) == told


@pytest.mark.parametrize(
    ("written", "box"), [("bus 3", "3"), ("b3", "3"), ("Bte. 12", "12"), ("boîte A", "A"), ("B", "B"), ("bus", "")]
)
def test_markers(written: str, box: str) -> None:
    assert without_marker(written) == box
