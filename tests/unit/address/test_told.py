"""What travels about an address, from what is known of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest
from loketbus_contracts import AddressRequested

from services.address.domain.model import Address, Candidate, Match, Municipality, Note, Source, Status, Street, Verdict
from services.address.told import (
    AS_WRITTEN_MAX,
    INPUT_MAX,
    SHORT,
    Untellable,
    candidates,
    found,
    mentioned,
    resolved_event,
    source_model,
    state,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MECHELEN = Municipality(12025, "Mechelen")
MOENS = Street(10769, 12025, "Moensstraat")
HOUSE = Address(3201926, MOENS.id, "19", None, 2800, Status.IN_GEBRUIK, version="2023-11-02T07:37:34+01:00")
BOX = Address(3201930, MOENS.id, "19", "0101", 2800, Status.VOORGESTELD, parent=HOUSE.id)
FOUND = (Note("found", "Gevonden."),)
EXACT = Match("Moensstraat 19", "exact", FOUND, (), MOENS, MECHELEN, 2800, "19", None, HOUSE, HOUSE)
SOURCE = Source("replica", "2026-08-01", datetime(2026, 8, 1, tzinfo=UTC))


def resolved(match: Match, source: Source = SOURCE, **values: object) -> dict[str, object]:
    asked = AddressRequested.model_validate({"reference": "r"} | values)
    return resolved_event(match, source, asked, request="q", occurred_at=NOW).model_dump(exclude_none=True)


def test_ids_leave_as_text_and_a_house_is_its_own_building() -> None:
    told = state(HOUSE, MOENS, MECHELEN)
    assert (told.address_id, told.building_address_id, told.street_id) == ("3201926", "3201926", "10769")
    assert (told.nis, told.postcode, told.status) == ("12025", "2800", "inGebruik")
    assert told.label == "Moensstraat 19, 2800 Mechelen"
    box = state(BOX, MOENS, MECHELEN)
    assert (box.building_address_id, box.status) == ("3201926", "voorgesteld")
    assert box.label == "Moensstraat 19 bus 0101, 2800 Mechelen"
    assert state(replace(BOX, parent=None, postcode=None), MOENS, MECHELEN).building_address_id is None


def test_a_nis_code_keeps_its_five_digits() -> None:
    assert state(HOUSE, MOENS, Municipality(1234, "x")).nis == "01234"


def test_a_candidate_is_an_address_or_a_street() -> None:
    street, box = candidates((Candidate(MOENS, MECHELEN, postcode=2800), Candidate(MOENS, MECHELEN, BOX)))
    assert (street.address_id, street.label) == (None, "Moensstraat, 2800 Mechelen")
    assert (box.address_id, box.building_address_id, box.box, box.status) == (
        "3201930",
        "3201926",
        "0101",
        "voorgesteld",
    )


def test_only_candidates_that_would_look_the_same_carry_what_tells_them_apart() -> None:
    twin = replace(MOENS, id=2, homonym="WA")
    alone = candidates((Candidate(twin, MECHELEN, HOUSE), Candidate(MOENS, MECHELEN, BOX)))
    assert [one.label for one in alone] == ["Moensstraat 19, 2800 Mechelen", "Moensstraat 19 bus 0101, 2800 Mechelen"]
    assert [one.homonym for one in alone] == ["WA", None]
    both = candidates((Candidate(twin, MECHELEN, HOUSE), Candidate(MOENS, MECHELEN, HOUSE)))
    assert [one.label for one in both] == ["Moensstraat (WA) 19, 2800 Mechelen", "Moensstraat 19, 2800 Mechelen"]
    streets = candidates((Candidate(twin, MECHELEN, postcode=2800), Candidate(MOENS, MECHELEN, postcode=2800)))
    assert [one.label for one in streets] == ["Moensstraat (WA), 2800 Mechelen", "Moensstraat, 2800 Mechelen"]


def test_what_the_contract_has_no_room_for() -> None:
    assert state(replace(HOUSE, postcode=12345), MOENS, MECHELEN).postcode is None
    nowhere = Municipality(120250, "x")
    with pytest.raises(Untellable, match="no nis of the contract"):
        state(HOUSE, MOENS, nowhere)
    match = replace(EXACT, municipality=nowhere)
    assert (found(match), mentioned(match, "x").label) == (None, "Moensstraat 19, 2800 x")
    assert resolved(match)["address_id"] == str(HOUSE.id)


def test_an_answer_names_the_address_its_building_and_where_it_comes_from() -> None:
    told = resolved(replace(EXACT, address=BOX, box="0101"), klantenreis="KR-1", dossier="d1")
    assert (told["address_id"], told["building_address_id"]) == ("3201930", "3201926")
    assert (told["klantenreis"], told["dossier"], told["followed"]) == ("KR-1", "d1", False)
    assert told["source"] == {
        "source": "replica",
        "extract": "2026-08-01",
        "as_of": SOURCE.as_of,
        "attribution": "Bron: Gebouwen- en Adressenregister, Digitaal Vlaanderen, toestand op 01/08/2026.",
    }
    undated = resolved(EXACT, Source("replica"))["source"]
    assert undated == {"source": "replica", "attribution": "Bron: Gebouwen- en Adressenregister, Digitaal Vlaanderen."}


def test_a_replica_names_what_it_was_made_from() -> None:
    line = "Bron: BeSt-Add, FOD BOSA, gewest Vlaanderen, bestand van 2026-08-01 (CC-BY 4.0)"
    assert source_model(replace(SOURCE, attribution=line)).attribution == f"{line}, toestand op 01/08/2026."


def test_of_a_building_without_the_bus_the_building_is_told_and_no_address_id() -> None:
    told = resolved(replace(EXACT, verdict="building_only", address=None, box="77"))
    assert "address_id" not in told
    assert told["building_address_id"] == "3201926"
    assert told["tijdlijn_tekst"] == (
        "Adres nagekeken in het Adressenregister: Moensstraat 19, 2800 Mechelen: alleen het gebouw gevonden."
    )


@pytest.mark.parametrize(
    ("match", "line"),
    [
        (EXACT, "Moensstraat 19, 2800 Mechelen: gevonden."),
        (
            Match("x", "street_only", FOUND, (), MOENS, MECHELEN, 2800, "99"),
            "Moensstraat 99, 2800 Mechelen: alleen de straat gevonden.",
        ),
        (Match("Verzonnenlei\n 4", "unknown", FOUND), "Verzonnenlei 4: niet gevonden."),
        (Match("", "unknown", FOUND), "(leeg): niet gevonden."),
        (replace(EXACT, input="3201926"), "Moensstraat 19, 2800 Mechelen: gevonden."),
    ],
)
def test_the_line_for_the_tijdlijn(match: Match, line: str) -> None:
    assert resolved(match)["tijdlijn_tekst"] == f"Adres nagekeken in het Adressenregister: {line}"


def test_every_verdict_has_a_few_words() -> None:
    assert set(SHORT) == set(get_args(Verdict))


def test_a_long_text_does_not_travel_back_whole() -> None:
    told = resolved(Match("woord " * 5_000, "unknown", FOUND))
    assert len(str(told["input"])) <= INPUT_MAX
    assert len(str(told["tijdlijn_tekst"])) < 2 * AS_WRITTEN_MAX


def test_a_mention_says_what_stood_there_and_what_it_is() -> None:
    one = mentioned(replace(EXACT, address=BOX), "Moensstraat 19\nbus 0101")
    assert (one.as_written, one.verdict) == ("Moensstraat 19 bus 0101", "exact")
    assert (one.address, one.building_address) == ("3201930", "3201926")
    assert one.label == "Moensstraat 19 bus 0101, 2800 Mechelen"
    unknown = mentioned(Match("x", "unknown", FOUND), "x" * 500)
    assert (unknown.address, unknown.building_address, unknown.label) == (None, None, None)
    assert len(unknown.as_written) == AS_WRITTEN_MAX
