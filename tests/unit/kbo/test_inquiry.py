"""One question, with and without a second source and a source of syndics."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NoReturn, cast

import pytest

from loketbus.errors import Unavailable
from services.kbo.domain.organisation import Hit, Hits
from services.kbo.domain.second_opinion import SecondOpinion
from services.kbo.domain.syndic import SyndicAnswer
from services.kbo.inquiry import Inquiries
from services.kbo.questions import Register
from tests.support.organisations import FIRM, PERSON, SOURCE, VME, Shelf, legal, person, seat, unit

NOW = datetime(2026, 1, 2, tzinfo=UTC)
LINK = "https://kbo.test/?nr={number}"


@dataclass
class Second:
    outcome: Any = "stopped"
    asked: list[str] = field(default_factory=list)

    async def opinion(self, number: str) -> SecondOpinion:
        self.asked.append(number)
        return SecondOpinion(number, self.outcome, NOW, stopped_on=date(2020, 2, 1))


@dataclass
class Syndics:
    answer: SyndicAnswer | None
    asked: list[str] = field(default_factory=list)

    async def syndic(self, vme_number: str) -> SyndicAnswer:
        self.asked.append(vme_number)
        if self.answer is None:
            raise Unavailable("kbo_syndics_missing", "Er is niets.")
        return self.answer


class Missing:
    def open(self) -> NoReturn:
        raise Unavailable("register_missing", "Er is nog geen register.")


def inquiries(shelf: Shelf, second: Second | None = None, syndics: Syndics | None = None) -> Inquiries:
    return Inquiries(cast("Register", shelf), second, syndics, LINK)


async def test_a_vme_without_other_sources() -> None:
    found = await inquiries(Shelf([legal()])).about(
        "BE 0812.345.603", vme=True, address="Leopoldstraat 12, 2800 Mechelen"
    )
    assert [one.code for one in found.verdicts] == ["ok"]
    assert found.usable
    assert found.syndic is not None
    assert (found.syndic.status, found.link) == ("not_in_source", f"https://kbo.test/?nr={VME}")


async def test_the_second_source_is_asked_only_for_what_the_register_lacks() -> None:
    second = Second()
    asked = inquiries(Shelf([legal()], [unit(VME)]), second)
    for text in (VME, "2000000339", "0403.170.702", "geen nummer"):
        await asked.about(text)
    assert second.asked == []
    assert [one.code for one in (await asked.about("0403.170.701")).verdicts] == ["stopped"]
    assert second.asked == [FIRM]


async def test_a_branch_id_is_known_to_nobody_else() -> None:
    second = Second()
    branch = "9000000191"
    found = await inquiries(Shelf(), second).about(branch)
    assert found.check.kind == "branch"
    assert [one.code for one in found.verdicts] == ["establishment_number_given", "not_found"]
    assert second.asked == []


async def test_a_typing_error_gets_a_suggestion() -> None:
    found = await inquiries(Shelf(suggested=FIRM)).about("0403.170.702")
    assert found.suggestion == FIRM
    assert (await inquiries(Shelf(suggested=FIRM)).about("12")).suggestion is None


async def test_an_establishment_brings_its_enterprise() -> None:
    found = await inquiries(Shelf([legal(FIRM, "Umicore", form="014")], [unit(FIRM)])).about("2.000.000.339", vme=True)
    assert found.organisation is not None
    assert found.number == FIRM
    assert [one.code for one in found.verdicts] == ["establishment_number_given", "not_a_vme"]
    assert found.syndic is None


async def test_a_syndic_gets_the_name_of_its_enterprise() -> None:
    syndics = Syndics(SyndicAnswer("registered", number=FIRM))
    found = await inquiries(Shelf([legal(), legal(FIRM, "Immo", form="610")]), syndics=syndics).about(VME, vme=True)
    assert found.syndic is not None
    assert (found.syndic.number, found.syndic.name) == (FIRM, "Immo")


async def test_a_syndic_whose_enterprise_is_a_person_is_a_person() -> None:
    syndics = Syndics(SyndicAnswer("registered", number=PERSON))
    found = await inquiries(Shelf([legal(), person()]), syndics=syndics).about(VME, vme=True)
    assert found.syndic is not None
    assert (found.syndic.number, found.syndic.name, found.syndic.person_number) == (None, None, PERSON)


@pytest.mark.parametrize(("number", "vme"), [(VME, False), (FIRM, True), ("0403.170.702", True)])
async def test_syndics_are_asked_for_vmes_only(number: str, vme: bool) -> None:
    syndics = Syndics(SyndicAnswer("none_registered"))
    shelf = Shelf([legal(), legal(FIRM, "Immo", form="610")])
    assert (await inquiries(shelf, syndics=syndics).about(number, vme=vme)).syndic is None
    assert syndics.asked == []


async def test_a_source_of_syndics_that_is_away_holds_nothing_up() -> None:
    found = await inquiries(Shelf([legal()]), syndics=Syndics(None)).about(VME, vme=True)
    assert found.syndic is not None
    assert (found.syndic.status, found.usable) == ("unknown", True)


async def test_no_register_is_said() -> None:
    with pytest.raises(Unavailable, match="register_missing"):
        await inquiries(cast("Shelf", Missing())).about(VME)


def hits(*struck: date | None) -> Hits:
    found = (Hit(VME, "VME", "VME", None, legal().situation, seat(struck_off_on=day)) for day in struck)
    return Hits(tuple(found), SOURCE)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (hits(), "Geen VME op dit adres."),
        (hits(None), "Eén VME op dit adres."),
        (hits(None, None), "2 VME's op dit adres."),
        (hits(date(2024, 1, 1)), "Eén VME op dit adres. Dat adres is ambtshalve doorgehaald: het telt niet meer."),
    ],
)
async def test_vmes_at_an_address(found: Hits, said: str) -> None:
    shelf = Shelf(hits=found)
    answer = await inquiries(shelf).vmes_at("Leopoldstraat 12 bus 4, 2800 Mechelen")
    assert shelf.asked_at == [("Leopoldstraat", "12", "2800", "070")]
    assert answer.message.startswith(said)
    assert (answer.understood.box, answer.missing, answer.hits) == ("4", (), found)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Leopoldstraat 12", ("postcode",)),
        ("Leopoldstraat, 2800 Mechelen", ("house_number",)),
        ("Leopoldstraat", ("postcode", "house_number")),
        ("", ("postcode", "street", "house_number")),
    ],
)
async def test_an_address_that_is_not_whole_is_not_looked_for(text: str, missing: tuple[str, ...]) -> None:
    shelf = Shelf()
    answer = await inquiries(shelf).vmes_at(text)
    assert (answer.missing, answer.hits, shelf.asked_at) == (missing, None, [])
    assert answer.message.startswith("Geef ook ")
