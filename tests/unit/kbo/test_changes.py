"""What differs between two states of an organisation."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loketbus_contracts import OrganisationAddress, OrganisationState

from services.kbo.domain.changes import changes, line, recheck_line

SEAT = OrganisationAddress(
    street="Battelsesteenweg",
    house_number="233",
    postcode="2800",
    municipality="Mechelen",
    label="Battelsesteenweg 233, 2800 Mechelen",
)
STATE = OrganisationState(
    number="0952331880",
    name="Residentie Battelhof",
    legal_form="070",
    legal_form_label="Vereniging van mede-eigenaars",
    situation="000",
    situation_label="Normale toestand",
    seat=SEAT,
    vme=True,
)
MOVED = SEAT.model_copy(update={"house_number": "235", "label": "Battelsesteenweg 235, 2800 Mechelen"})
STRUCK = SEAT.model_copy(update={"struck_off_on": date(2025, 10, 6), "label": f"{SEAT.label} (doorgehaald)"})


def told(before: OrganisationState | None, after: OrganisationState | None) -> list[tuple[str, str | None, str | None]]:
    return [(one.what, one.before, one.after) for one in changes(before, after)]


def but(**values: object) -> OrganisationState:
    return STATE.model_copy(update=values)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (but(name="Residentie Battel"), [("name", "Residentie Battelhof", "Residentie Battel")]),
        (but(seat=MOVED), [("address", SEAT.label, MOVED.label)]),
        (but(seat=None), [("address", SEAT.label, None)]),
        (but(legal_form="610", legal_form_label="BV"), [("form", "Vereniging van mede-eigenaars", "BV")]),
        (but(situation="888", situation_label=None), [("situation", "Normale toestand", "888")]),
        (but(seat=STRUCK), [("struck_off", None, "06/10/2025")]),
        (None, [("gone", "Residentie Battelhof", None)]),
    ],
)
def test_each_thing_is_told_by_its_name(after: OrganisationState | None, expected: list[object]) -> None:
    assert told(STATE, after) == expected


def test_who_comes_or_comes_back_is_new() -> None:
    assert told(None, STATE) == [("new", None, "Residentie Battelhof")]


def test_a_struck_off_address_that_counts_again_is_told_as_well() -> None:
    assert told(but(seat=STRUCK), STATE) == [("struck_off", "06/10/2025", None)]


def test_everything_at_once() -> None:
    found = told(STATE, but(name="x", seat=MOVED, legal_form="610", situation="012"))
    assert [what for what, _, _ in found] == ["name", "address", "form", "situation"]


def test_another_description_of_the_same_code_is_no_change() -> None:
    described = but(legal_form_label="VME", situation_label="Normaal", other_names=("x",), establishments=3)
    assert told(STATE, described) == []


def test_the_line_says_who_and_what() -> None:
    after = but(name="Residentie Battel", seat=STRUCK)
    assert line(STATE.number, after.name, changes(STATE, after)) == (
        'KBO: Residentie Battel (0952.331.880): de naam was "Residentie Battelhof"; '
        "de zetel is ambtshalve doorgehaald op 06/10/2025."
    )
    assert "vraag het nummer opnieuw op" in line(STATE.number, STATE.name, changes(STATE, None))


def test_the_line_of_a_look_ends_with_the_page() -> None:
    text = recheck_line(STATE.number, STATE.name, 5, "https://register.example/0952331880")
    assert "de maand van de algemene vergadering (mei) is voorbij" in text
    assert text.endswith(" https://register.example/0952331880")


seats = st.none() | st.builds(
    OrganisationAddress,
    street=st.sampled_from(["a", "b"]),
    house_number=st.sampled_from(["1", "2"]) | st.none(),
    struck_off_on=st.none() | st.sampled_from([date(2025, 1, 1), date(2025, 2, 1)]),
    label=st.sampled_from(["x", "y"]),
)
states = st.none() | st.builds(
    OrganisationState,
    number=st.just(STATE.number),
    name=st.sampled_from(["A", "B"]),
    legal_form=st.none() | st.sampled_from(["070", "610"]),
    legal_form_label=st.none() | st.sampled_from(["q", "r"]),
    situation=st.sampled_from(["000", "012"]),
    seat=seats,
)


def essence(state: OrganisationState | None) -> object:
    """What people would call the organisation's own facts, written down apart from the code under test."""
    if state is None:
        return None
    seat = state.seat and (state.seat.street, state.seat.house_number)
    struck = state.seat and state.seat.struck_off_on
    return state.name, state.legal_form, state.situation, seat, struck


@given(states, states)
def test_something_is_told_exactly_when_a_fact_differs(
    before: OrganisationState | None, after: OrganisationState | None
) -> None:
    found = changes(before, after)
    assert bool(found) == (essence(before) != essence(after))
    assert len({one.what for one in found}) == len(found)
    assert {one.what for one in found} == {
        {"new": "gone", "gone": "new"}.get(one.what, one.what) for one in changes(after, before)
    }
    if found:
        assert line(STATE.number, "A", found).count(";") >= len(found) - 1
