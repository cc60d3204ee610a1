"""The examples of the contract are what the code says about those facts."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from loketbus_contracts import (
    ORGANISATION_CHANGED,
    ORGANISATION_RESOLVED,
    OrganisationChanged,
    OrganisationResolved,
    OrganisationState,
)
from loketbus_contracts._examples import Example, examples
from loketbus_contracts._generate import ROOT

from services.kbo.domain import changes, check
from services.kbo.domain.meetings import BRUSSELS
from services.kbo.domain.organisation import Activity, Label, Name, Organisation, RegisterAddress, Source
from services.kbo.domain.second_opinion import Outcome, SecondOpinion
from services.kbo.domain.syndic import NOT_IN_SOURCE
from services.kbo.domain.verdicts import Facts, verdicts
from services.kbo.following import moment
from services.kbo.inquiry import Inquiry
from services.kbo.settings import KboSettings
from services.kbo.told import resolved_event
from tests.support.organisations import person

LINK = str(KboSettings.model_fields["kbo_link"].default)
AS_VME = ("vme", "suggestion", "not_a_vme")
"""Examples that answer a request with `vme`."""
MAY = 5
RESOLVED = {one.name: one for one in examples(ROOT / "examples", ORGANISATION_RESOLVED)}
CHANGED = {one.name: one for one in examples(ROOT / "examples", ORGANISATION_CHANGED)}


def organisation(state: OrganisationState) -> Organisation:
    """The legal person of the register that is told as this state."""
    seat = state.seat
    assert seat is not None
    address = RegisterAddress(
        Label("REGO"),
        street_nl=seat.street,
        house_number=seat.house_number,
        postcode=seat.postcode,
        municipality_nl=seat.municipality,
        struck_off_on=seat.struck_off_on,
    )
    syndic = Activity(Label("003"), "2025", Label("68321"), Label("MAIN"))
    return Organisation(
        number=state.number,
        status=Label("AC"),
        situation=Label(state.situation, state.situation_label),
        type=Label("2"),
        form=Label(state.legal_form or "", state.legal_form_label),
        form_cac=None,
        start=state.start,
        names=tuple(
            Name(text, Label(kind), Label("2"))
            for text, kind in ((state.name, "001"), *((other, "003") for other in state.other_names))
        ),
        addresses=(address,),
        activities=(syndic,) if state.professional_syndic else (),
        establishment_count=state.establishments,
    )


def facts(name: str, told: OrganisationResolved) -> Facts:
    """What was known when this was answered."""
    found = organisation(told.organisation) if told.organisation else None
    second = None
    if name == "natural_person":
        found = person(told.number)
    elif found is None and told.resolved is not None:
        outcome: Outcome = "unknown" if name == "unknown" else "stopped"
        end = (told.stopped_on, told.stop_reason)
        second = SecondOpinion(told.resolved, outcome, told.occurred_at, False, None, *end)
    return Facts(check(told.number), found, second=second, suggestion=told.suggestion, vme=name in AS_VME)


@pytest.mark.parametrize("example", RESOLVED.values(), ids=RESOLVED)
def test_an_answer(example: Example) -> None:
    event = example.event(ORGANISATION_RESOLVED)
    told: OrganisationResolved = event.data
    known = facts(example.name, told)
    inquiry = Inquiry(
        known.check,
        known.vme,
        verdicts(known),
        Source("kbo_open_data", 141, date(2026, 11, 2)),
        known.organisation,
        second=known.second,
        suggestion=known.suggestion,
        syndic=NOT_IN_SOURCE if known.vme and known.organisation and known.organisation.vme else None,
        link=LINK.format(number=told.resolved),
    )
    assert told == resolved_event(
        inquiry,
        request=told.request,
        number=told.number,
        occurred_at=event.time,
        followed=told.followed,
        klantenreis=told.klantenreis,
        dossier=told.dossier,
    )


@pytest.mark.parametrize("example", CHANGED.values(), ids=CHANGED)
def test_a_change(example: Example) -> None:
    event = example.event(ORGANISATION_CHANGED)
    told: OrganisationChanged = event.data
    assert (event.time, event.causation_id) == (told.occurred_at, event.correlation_id)
    name = told.organisation.name if told.organisation else told.changes[0].before
    link = LINK.format(number=told.number)
    if example.name == "recheck":
        assert told.changes == (changes.recheck(link),)
        assert told.tijdlijn_tekst == changes.recheck_line(told.number, name, MAY, link)
        assert told.occurred_at == datetime.combine(date(2027, MAY + 1, 1), time(), BRUSSELS)
        return
    assert told.tijdlijn_tekst == changes.line(told.number, name, told.changes)
    source = Source("kbo_open_data", told.extract, told.source.snapshot)
    assert told.occurred_at == moment(source, event.time)
    assert told.source.attribution == source.attribution
