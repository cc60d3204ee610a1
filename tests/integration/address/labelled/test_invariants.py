"""Whatever stands behind an address: no number of the text is lost in an answer that is given as sure."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.address.domain.matching import match
from services.address.domain.model import Asked, Match, Note
from services.address.questions import Register, View
from tests.integration.address.labelled.registers import town

STREETS = ("Bruul", "Leopoldstraat", "Hanswijkstraat", "Colomalaan", "Adegemstraat", "Grote Markt")
HOUSES = ("5", "12", "12-14", "18", "20", "22", "22A", "3B", "24", "30", "14BIS", "2A", "15-23", "99")
BEHIND = (
    " bus 2", "/2", " B", ", 3", " links", " 12", " (3)", "-5", " of 7", " A. Peeters", " te", " 3 hoog", " en 14",
    ", IJzerenleen 14", " nr 4", " 2e verd.", " bis", " bus", "A", " b 1", ", bus 1.02", " GLVL", " 2 kamers", "/A",
    ", blok B", " t.a.v. Jan", ", 2", " 2801", " - 20", " 0102", " x 2", ", appartement 3", " II", "_2",
)  # fmt: skip
BEFORE = ("", "", "", "", "bus 2, ", "4 ", "VME ", "Kasteel, ", "Bruul 7, ", "IJzerenleen 14 en ", "1e verdieping, ")
PLACES = (", 2800 Mechelen", " 2800 Mechelen", "", " Mechelen", ", B-2800 Mechelen", " B 2800 Mechelen")

texts = st.builds(
    lambda before, street, house, behind, place: f"{before}{street} {house}{''.join(behind)}{place}",
    st.sampled_from(BEFORE), st.sampled_from(STREETS), st.sampled_from(HOUSES),
    st.lists(st.sampled_from(BEHIND), max_size=3), st.sampled_from(PLACES),
)  # fmt: skip


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[View]:
    folder = tmp_path_factory.mktemp("invariants")
    town().save(folder)
    register = Register(folder)
    with register.open() as opened:
        yield opened
    register.close()


def digits(text: str) -> list[str]:
    """Numbers in a text, without zeros in front: `1.02` holds 1 and 2."""
    return [number.lstrip("0") for number in re.findall("[0-9]+", text)]


def counted(note: Note) -> bool:
    """It tells of a quantity or a storey, which a house without boxes does not have."""
    return re.search("kamers|hoog|verd", note.message) is not None


def told(found: Match) -> list[str]:
    """Numbers of the answer; a box of floor and number also holds these."""
    box = found.box or ""
    parts = (found.house_number or "", box, box[:-2], box[-2:], str(found.postcode or ""))
    return digits(" ".join(parts))


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=texts)
def test_no_number_is_lost(view: View, text: str) -> None:
    found = match(view, Asked(text))
    if found.verdict in ("exact", "corrected"):
        noted = digits(" ".join(note.message for note in found.changes if note.code != "left_out" or counted(note)))
        lost = [number for number in digits(text) if number not in (*told(found), *noted)]
        assert lost == [], (text, found.house_number, found.box, found.changes)
    if found.verdict == "exact":
        assert [number for number in digits(text) if number not in told(found)] == [], (text, found)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=texts)
def test_what_the_street_has_is_never_said_to_be_missing(view: View, text: str) -> None:
    found = match(view, Asked(text))
    if found.verdict == "street_only" and found.street and found.house_number:
        there = [row for row in view.at(found.street.id, [found.house_number]) if row.status.valid and row.box is None]
        assert there == [], (text, found.reasons)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=texts)
def test_a_building_with_boxes_is_only_sure_when_no_part_of_it_was_named(view: View, text: str) -> None:
    found = match(view, Asked(text))
    if found.address is not None and found.box is None and found.candidates:
        left_out = " ".join(note.message for note in found.changes if note.code == "left_out")
        assert re.search(r"‘[^’]*(?:bus|links|verd|hoog|[0-9])[^’]*’", left_out) is None, (text, left_out)
