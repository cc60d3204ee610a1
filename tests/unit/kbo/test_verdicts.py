"""Every verdict of reference section 6 and the general ones: when it is given, the order, what it never says."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from services.kbo.domain import check
from services.kbo.domain.organisation import Organisation
from services.kbo.domain.second_opinion import SecondOpinion
from services.kbo.domain.situations import situation
from services.kbo.domain.verdicts import INFORMATION, ORDER, Facts, verdicts
from services.kbo.told.events import SHORT
from tests.support.organisations import FIRM, PERSON, VME, legal, person, seat, unit

SAMPLES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "kbo"
NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
UNIT = "2.000.000.339"


def codes(facts: Facts) -> list[str]:
    return [one.code for one in verdicts(facts)]


def blocking(facts: Facts) -> list[str]:
    return [one.code for one in verdicts(facts) if one.blocking]


def as_vme(organisation: Organisation | None, address: str | None = None) -> Facts:
    return Facts(check(organisation.number if organisation else VME), organisation, vme=True, address=address)


def absent(outcome: str | None, number: str = VME, asked_as_vme: bool = True, **fields: object) -> Facts:
    second = SecondOpinion(VME, outcome, NOW, **fields) if outcome else None  # type: ignore[arg-type]
    return Facts(check(number), second=second, vme=asked_as_vme)


@pytest.mark.parametrize(
    ("facts", "expected", "blocks"),
    [
        (as_vme(legal()), ["ok"], []),
        (as_vme(legal(), "Leopoldstraat 12, 2800 Mechelen"), ["ok"], []),
        (Facts(check(FIRM), legal(FIRM, "Umicore", form="014")), ["ok"], []),
        (Facts(check("0403.170.702")), ["invalid_number"], ["invalid_number"]),
        (absent("never_existed"), ["never_existed"], ["never_existed"]),
        (absent("stopped"), ["stopped"], ["stopped"]),
        (absent("not_found"), ["not_found"], ["not_found"]),
        (absent("unknown"), ["unknown"], ["unknown"]),
        (absent("active"), ["newer_than_register"], []),
        (absent("active", vme=True), ["newer_than_register"], []),
        (absent("active", vme=False), ["not_a_vme", "newer_than_register"], ["not_a_vme"]),
        (absent("active", asked_as_vme=False, vme=False), ["newer_than_register"], []),
        (absent("stopped", vme=False), ["stopped", "not_a_vme"], ["stopped", "not_a_vme"]),
        (absent("active", natural_person=True, vme=False),
         ["natural_person", "not_a_vme", "newer_than_register"], ["not_a_vme"]),
        (absent("active", asked_as_vme=False, natural_person=True, vme=False),
         ["natural_person", "newer_than_register"], []),
        (absent("active", UNIT), ["establishment_number_given", "newer_than_register"], ["establishment_number_given"]),
        (absent("unknown", UNIT),
         ["establishment_number_given", "unknown"], ["establishment_number_given", "unknown"]),
        (absent(None, "9000000191"),
         ["establishment_number_given", "not_found"], ["establishment_number_given", "not_found"]),
        (absent(None), ["not_found"], ["not_found"]),
        (as_vme(legal(FIRM, "Immo Dijleland", form="610")), ["not_a_vme"], ["not_a_vme"]),
        (Facts(check(PERSON), person()), ["natural_person"], []),
        (as_vme(person()), ["natural_person", "not_a_vme"], ["not_a_vme"]),
        (as_vme(legal(situation="012")), ["in_liquidation"], []),
        (as_vme(legal(situation="014")), ["in_liquidation"], ["in_liquidation"]),
        (as_vme(legal(situation="050")), ["insolvent"], ["insolvent"]),
        (as_vme(legal(situation="053")), ["insolvent"], ["insolvent"]),
        (as_vme(legal(situation="006")), ["number_replaced"], ["number_replaced"]),
        (as_vme(legal(situation="015")), ["ended"], ["ended"]),
        (as_vme(legal(situation="091")), ["reorganisation"], []),
        (as_vme(legal(situation="021")), ["situation_unusual"], []),
        (as_vme(legal(situation="888")), ["situation_unknown"], []),
        (as_vme(legal(address=seat(struck_off_on=date(2024, 3, 2)))), ["address_struck_off"], []),
        (as_vme(legal(without_seat=True)), ["no_seat"], []),
        (as_vme(legal(), "Kerkstraat 12, 2800 Mechelen"), ["address_mismatch"], []),
        (as_vme(legal(), "Mechelen"), ["ok", "address_unclear"], []),
        (as_vme(legal(), "Residentie Zon, 2800 Mechelen"), ["ok", "address_unclear"], []),
        (as_vme(legal(), "Residentie Zon, 2812 Muizen"), ["address_mismatch"], []),
        (as_vme(legal(called="De Zonnebloem")), ["ok", "name_unusual"], []),
    ],
)  # fmt: skip
def test_verdict(facts: Facts, expected: list[str], blocks: list[str]) -> None:
    assert (codes(facts), blocking(facts)) == (expected, blocks)


def test_the_weightiest_stands_first() -> None:
    struck = seat(struck_off_on=date(2024, 3, 2))
    facts = as_vme(legal(FIRM, "Immo", form="610", situation="050", address=struck))
    assert codes(facts) == ["not_a_vme", "insolvent", "address_struck_off"]


def test_every_code_has_a_place_and_a_short_form() -> None:
    assert set(SHORT) == set(ORDER) - INFORMATION
    assert len(set(ORDER)) == len(ORDER)


def test_an_establishment_is_sent_on_to_its_enterprise() -> None:
    one = unit(FIRM)
    first = verdicts(Facts(check(one.number), legal(FIRM, "Umicore", form="014"), one))[0]
    assert first.code == "establishment_number_given"
    assert "0403.170.701" in first.message
    assert "Umicore" in first.message


@pytest.mark.parametrize("vme", [True, False])
def test_of_a_person_nothing_is_said(vme: bool) -> None:
    own = unit(PERSON)
    for facts in (Facts(check(PERSON), person(), vme=vme), Facts(check(own.number), person(), own, vme=vme)):
        said = " ".join(one.message for one in verdicts(facts))
        assert not any(word in said for word in ("Geheim", "0871", "syndicus"))


def test_an_orphan_establishment_is_still_no_enterprise() -> None:
    assert codes(Facts(check("2000000339"), None, unit(FIRM)))[0] == "establishment_number_given"


def test_stopped_says_when_and_why_but_not_of_a_person() -> None:
    why: dict[str, Any] = {"stopped_on": date(2020, 2, 1), "stop_reason": "Sluiting van vereffening"}
    assert "01/02/2020 (Sluiting van vereffening)" in verdicts(absent("stopped", **why))[0].message
    assert "2020" not in verdicts(absent("stopped", natural_person=True, **why))[0].message


def test_what_the_second_source_calls_no_vme_is_named_but_a_person_is_not() -> None:
    firm = verdicts(absent("active", name="Immo Dijleland", vme=False))[0].message
    assert "maar Immo Dijleland: de rechtsvorm is een andere" in firm
    said = " ".join(one.message for one in verdicts(absent("active", natural_person=True, vme=False)))
    assert "Naam en adres" not in said, "nobody can see them: they are not in the register"


def test_the_syndics_own_number_is_recognised() -> None:
    told = verdicts(as_vme(legal(FIRM, "Immo Dijleland", form="610", syndic=True)))[0].message
    other = verdicts(as_vme(legal(FIRM, "Bakkerij", form="610")))[0].message
    assert "professionele syndicus" in told
    assert "professionele syndicus" not in other


def test_an_invalid_number_says_why_and_what_it_may_be() -> None:
    told = verdicts(Facts(check("0403.170.702"), suggestion=FIRM))[0].message
    assert "tikfout" in told
    assert "0403.170.701" in told


def test_an_unknown_situation_is_shown_raw() -> None:
    assert "888" in verdicts(as_vme(legal(situation="888")))[0].message


@pytest.mark.parametrize(
    "given",
    [
        "Leopoldstraat 12 bus 3, 2800 Mechelen", "leopoldstr. 12, 2800 Mechelen", "Leopoldstraat 10-14, 2800 Mechelen",
        "Leopoldstraat 12A, 2800 Mechelen", "Leopoldstraat 12", "Leopoldstraat 12, Mechelen",
        "Leopoldstraat 12, Malines", "Leopoldstraat 12/3, 2800 Mechelen",
    ],
)  # fmt: skip
def test_the_same_building(given: str) -> None:
    assert codes(as_vme(legal(), given)) == ["ok"]


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ("Leopoldstraat 14, 2800 Mechelen", "het huisnummer"),
        ("Leopoldstraat 14-18, 2800 Mechelen", "het huisnummer"),
        ("Leopoldstraat 12, 2812 Muizen", "de postcode"),
        ("Korte Leopoldstraat 12, 2800 Mechelen", "de straat"),
    ],
)
def test_another_building(given: str, part: str) -> None:
    (verdict,) = verdicts(as_vme(legal(), given))
    assert verdict.code == "address_mismatch"
    assert f"{part} verschilt" in verdict.message
    assert "Leopoldstraat 12, 2800 Mechelen" in verdict.message


def test_a_street_has_two_languages_and_letters_behind_it() -> None:
    brussels = seat(street_nl="Louizalaan(STE)", street_fr="Avenue Louise", postcode="1050", house_number="12-14")
    for given in ("Louizalaan 14, 1050 Elsene", "Avenue Louise 12, 1050 Ixelles", "Av. Louise 12, 1050 Ixelles"):
        assert codes(as_vme(legal(address=brussels), given)) == ["ok"]


def test_a_struck_off_seat_hides_no_other_address() -> None:
    gone = legal(address=seat(struck_off_on=date(2024, 3, 2)))
    assert codes(as_vme(gone, "Kerkstraat 1, 1000 Brussel")) == ["address_struck_off", "address_mismatch"]


@pytest.mark.parametrize(
    ("called", "usual"),
    [
        ("VME De Zonnebloem", True), ("V.M.E. Zon", True), ("Residentie Zon", True), ("ACP Soleil", True),
        ("Vereniging van mede-eigenaars Zon", True), ("Association des copropriétaires Soleil", True),
        ("Leopoldstraat 12", True), ("Résidence du Parc", True), ("Zonnebloem", False), ("Vmetal", False),
    ],
)  # fmt: skip
def test_names_of_vmes(called: str, usual: bool) -> None:
    assert ("name_unusual" not in codes(as_vme(legal(called=called)))) == usual


def test_two_vmes_at_one_address_are_each_in_order() -> None:
    twin = legal("0812345702", "VME Leopoldstraat 12 blok B")
    assert [codes(as_vme(one, "Leopoldstraat 12, 2800 Mechelen")) for one in (legal(), twin)] == [["ok"], ["ok"]]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")
def test_every_situation_of_the_register_is_known() -> None:
    with (SAMPLES / "update_0147_pseudonymised" / "code.csv").open(encoding="utf-8-sig", newline="") as file:
        known = {row["Code"] for row in csv.DictReader(file) if row["Category"] == "JuridicalSituation"}
    assert len(known) == 40
    assert [code for code in known if situation(code).kind == "unknown"] == []
