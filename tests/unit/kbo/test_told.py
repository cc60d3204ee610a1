"""What is told, as a model of the contract and as JSON: the same facts, and never a natural person."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.kbo import told
from services.kbo.domain import check
from services.kbo.domain.organisation import Hit, Hits, Organisation, Unit
from services.kbo.domain.second_opinion import SecondOpinion
from services.kbo.domain.syndic import NOT_IN_SOURCE, SyndicAnswer
from services.kbo.domain.verdicts import Facts, verdicts
from services.kbo.inquiry import Inquiry
from tests.support.organisations import FIRM, PERSON, SOURCE, VME, legal, person, seat, unit

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def inquiry(
    number: str, organisation: Organisation | None = None, own: Unit | None = None, second: SecondOpinion | None = None
) -> Inquiry:
    facts = Facts(check(number), organisation, own, second, vme=True)
    return Inquiry(
        facts.check, True, verdicts(facts), SOURCE, organisation, own, second, link=f"https://kbo.test/{number}"
    )


def event(one: Inquiry) -> str:
    return told.resolved_event(one, request="r-1", number=one.check.input, occurred_at=NOW).model_dump_json()


def test_a_state_has_what_the_crm_needs() -> None:
    state = told.state(legal())
    assert (state.number, state.name, state.vme, state.legal_form, state.situation) == (
        VME, "VME Leopoldstraat 12", True, "070", "000"
    )  # fmt: skip
    assert state.other_names == ("Afkorting",)
    assert state.seat is not None
    assert state.seat.label == "Leopoldstraat 12, 2800 Mechelen"


def test_an_unknown_code_has_no_label() -> None:
    state = told.state(legal(situation="888"))
    assert (state.situation, state.situation_label) == ("888", None)


def test_a_person_has_no_state() -> None:
    with pytest.raises(ValueError, match="does not travel"):
        told.state(person())


@pytest.mark.parametrize(
    "one",
    [
        inquiry(PERSON, person()),
        inquiry("2000000339", person(), unit(PERSON)),
        inquiry("2000000339", None, unit(PERSON)),
    ],
    ids=["by number", "by establishment", "orphan establishment"],
)
def test_a_person_never_travels(one: Inquiry) -> None:
    sent, shown = json.loads(event(one)), told.inquiry(one, persons=False)
    for answer in (sent, shown):
        said = json.dumps(answer).replace(one.check.input, "")
        assert not any(secret in said for secret in ("Geheim", PERSON, "68321"))
    assert sent["organisation"] is None
    assert sent["enterprise"] is None


def test_a_person_is_shown_to_who_may_see_her() -> None:
    shown = told.inquiry(inquiry("2000000339", person(), unit(PERSON)), persons=True)
    assert shown["organisation"]["name"] == "Geheim, Persoon"
    assert shown["unit"]["address"]["street_nl"] == "Geheimstraat"
    assert shown["number"] == PERSON


def test_a_stopped_person_leaves_no_date() -> None:
    opinion = SecondOpinion(PERSON, "stopped", NOW, natural_person=True, stopped_on=date(2020, 2, 1), stop_reason="X9")
    one = inquiry(PERSON, second=opinion)
    for answer in (event(one), json.dumps(told.inquiry(one, persons=False))):
        assert "2020-02-01" not in answer
        assert "X9" not in answer


def test_the_source_that_decided_is_named() -> None:
    second = SecondOpinion(VME, "stopped", NOW, name="VME", stopped_on=date(2020, 2, 1), stop_reason="Sluiting")
    stopped = told.resolved_event(inquiry(VME, second=second), request="r", number=VME, occurred_at=NOW)
    assert (stopped.source.source, stopped.stopped_on, stopped.stop_reason) == ("vkbo", date(2020, 2, 1), "Sluiting")
    unsure = inquiry(VME, second=SecondOpinion(VME, "unknown", NOW))
    assert told.resolved_event(unsure, request="r", number=VME, occurred_at=NOW).source.source == "kbo_open_data"


def test_the_source_that_knew_of_an_establishment_is_named() -> None:
    unit_number = "2000000339"
    one = inquiry(unit_number, second=SecondOpinion(unit_number, "stopped", NOW))
    sent = told.resolved_event(one, request="r", number=unit_number, occurred_at=NOW)
    assert [verdict.code for verdict in sent.verdicts] == ["establishment_number_given", "stopped"]
    assert sent.source.source == "vkbo"


def test_the_line_for_the_tijdlijn() -> None:
    sent = told.resolved_event(inquiry(VME, legal()), request="r", number=VME, occurred_at=NOW)
    assert sent.tijdlijn_tekst == "Nummer 0812.345.603 (VME Leopoldstraat 12) nagekeken in de KBO: in orde."
    wrong = told.resolved_event(inquiry("12"), request="r", number="12", occurred_at=NOW)
    assert wrong.tijdlijn_tekst == "Nummer (ongeldig nummer) nagekeken in de KBO: geen geldig nummer."


def test_the_enterprise_of_an_establishment_travels() -> None:
    owner = legal(FIRM, "Umicore", form="014")
    sent = told.resolved_event(inquiry("2000000339", owner, unit(FIRM)), request="r", number="x", occurred_at=NOW)
    assert (sent.resolved, sent.enterprise) == ("2000000339", FIRM)


def test_a_person_who_is_syndic_has_no_name_outside() -> None:
    answer = SyndicAnswer("registered", person="Persoon Geheim", person_number=PERSON, since=date(2024, 1, 1))
    one = replace(inquiry(VME, legal()), syndic=answer)
    for text in (event(one), json.dumps(told.inquiry(one, persons=False))):
        assert "Geheim" not in text
        assert PERSON not in text
        assert "registered" in text
    assert told.inquiry(one, persons=True)["syndic"]["person"] == "Persoon Geheim"


def test_the_link_is_always_there_for_a_vme() -> None:
    sent = told.resolved_event(
        replace(inquiry(VME, legal()), syndic=NOT_IN_SOURCE), request="r", number=VME, occurred_at=NOW
    )
    assert sent.syndic is not None
    assert (sent.syndic.status, sent.syndic.link) == ("not_in_source", f"https://kbo.test/{VME}")


def test_json_is_plain() -> None:
    hit = Hit(VME, "VME", "VME", None, legal().situation, seat())
    shown = told.hits(Hits((hit,), SOURCE, more=True, corrected=("a -> b",)))
    assert json.loads(json.dumps(shown)) == shown
    assert shown["source"]["attribution"].endswith("toestand op 11/10/2025.")
    whole = told.inquiry(inquiry(VME, legal(address=seat(struck_off_on=date(2024, 3, 2)))), persons=False)
    assert json.loads(json.dumps(whole)) == whole
    assert whole["organisation"]["seat"]["struck_off_on"] == "2024-03-02"
