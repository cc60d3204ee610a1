"""Numbers and buildings against a made-up register that was really imported, as it changes from day to day."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from loketbus.errors import Unavailable
from services.kbo import told
from services.kbo.inquiry import Inquiries
from services.kbo.questions import Register
from simulators.demo.cast import FIRMS
from simulators.demo.places import BUILDINGS, Building
from simulators.kbo.anchors import UNIT_BASE
from tests.support.kbo_service import SPEC

LINK = "https://kbo.test/{number}"
FIRST, LAST = SPEC.extract, SPEC.extract + SPEC.updates


def where(building: Building) -> str:
    address = building.address
    return f"{address.street} {address.house_number}, {address.postcode} {address.municipality}"


@pytest.fixture
def asked(made_registers: dict[int, Path], tmp_path: Path) -> Callable[[int], Inquiries]:
    """Inquiries over the register after an extract."""

    def over(extract: int) -> Inquiries:
        folder = tmp_path / f"{extract}"
        folder.mkdir()
        (folder / "register").symlink_to(made_registers[extract])
        (folder / "current").symlink_to("register")
        return Inquiries(Register(folder), None, None, LINK)

    return over


@pytest.mark.parametrize("building", BUILDINGS, ids=lambda one: one.key)
async def test_the_buildings_of_the_demo_are_found_both_ways(
    asked: Callable[[int], Inquiries], building: Building
) -> None:
    inquiries = asked(FIRST)
    found = await inquiries.about(building.number, vme=True, address=where(building))
    assert [one.code for one in found.verdicts] == ["ok"]
    at = await inquiries.vmes_at(where(building))
    assert at.hits is not None
    assert building.number in [hit.number for hit in at.hits.hits]


@pytest.mark.parametrize(
    "written",
    [
        "Residentie Zonnedauw, {street} {house}, {town}",
        "VME Zonnedauw\np/a Immo De Vos BV\n{street} {house}\n{town}\nBelgië",
        "{street} {house} 0101, {town}",
        "{street} {house}/0101, {town}",
        "{street} {house} t.e.m. {more}, {town}",
        "{house}, {street}, {town}",
        "{street} {house} ({town})",
        "{street} {house} te {town}",
        "{town}, {street} {house}",
    ],
)
async def test_the_usual_ways_to_write_the_address_of_a_building(
    asked: Callable[[int], Inquiries], written: str
) -> None:
    inquiries, place = asked(FIRST), BUILDINGS[0].address
    town, more = f"{place.postcode} {place.municipality}", int(place.house_number) + 4
    text = written.format(street=place.street, house=place.house_number, more=more, town=town)
    found = await inquiries.about(BUILDINGS[0].number, vme=True, address=text)
    assert [one.code for one in found.verdicts] == ["ok"]
    at = await inquiries.vmes_at(text)
    assert at.hits is not None
    assert BUILDINGS[0].number in [hit.number for hit in at.hits.hits]


@pytest.mark.parametrize(
    ("written", "missing"),
    [
        ("Postbus 12, {town}", ("street", "house_number")),
        ("Zonnedauw 3, {street} {house}, {town}", ("street", "house_number")),
        ("Residentie Zonnedauw {street} {house}, {town}", ("street",)),
    ],
)
async def test_an_address_that_is_not_understood_is_no_answer(
    asked: Callable[[int], Inquiries], written: str, missing: tuple[str, ...]
) -> None:
    inquiries, place = asked(FIRST), BUILDINGS[0].address
    town = f"{place.postcode} {place.municipality}"
    text = written.format(street=place.street, house=place.house_number, town=town)
    at = await inquiries.vmes_at(text)
    assert (at.hits, at.missing) == (None, missing)
    found = await inquiries.about(BUILDINGS[0].number, vme=True, address=text)
    assert [one.code for one in found.verdicts] == ["ok", "address_unclear"]


async def test_the_address_of_another_building_is_told_apart(asked: Callable[[int], Inquiries]) -> None:
    found = await asked(FIRST).about(BUILDINGS[0].number, vme=True, address=where(BUILDINGS[2]))
    assert [one.code for one in found.verdicts] == ["address_mismatch"]


async def test_the_number_of_the_syndic_itself(asked: Callable[[int], Inquiries]) -> None:
    found = await asked(FIRST).about(FIRMS["syndicus"][0].number, vme=True)
    assert [one.code for one in found.verdicts] == ["not_a_vme"]
    assert "professionele syndicus" in found.verdicts[0].message


async def test_an_establishment_and_its_owner(asked: Callable[[int], Inquiries]) -> None:
    number = f"{UNIT_BASE}{97 - UNIT_BASE % 97:02d}"
    found = await asked(FIRST).about(number)
    assert found.verdicts[0].code == "establishment_number_given"
    assert found.number == FIRMS["aannemer"][1].number


async def test_what_the_updates_bring_shows(asked: Callable[[int], Inquiries]) -> None:
    inquiries = asked(LAST)
    struck = await inquiries.about(BUILDINGS[1].number, vme=True)
    assert [one.code for one in struck.verdicts] == ["address_struck_off"]
    at = await inquiries.vmes_at(where(BUILDINGS[1]))
    assert "doorgehaald" in at.message
    assert struck.source.extract == LAST


async def test_one_typing_error_is_put_right(asked: Callable[[int], Inquiries]) -> None:
    digits = BUILDINGS[0].number
    wrong = digits[:4] + digits[5] + digits[4] + digits[6:]
    assert (await asked(FIRST).about(wrong)).suggestion == digits


async def test_the_answer_is_plain_json_with_its_source(asked: Callable[[int], Inquiries]) -> None:
    shown = told.inquiry(await asked(FIRST).about(BUILDINGS[0].number, vme=True), persons=False)
    assert shown["organisation"]["form"] == {
        "code": "070",
        "nl": "Vereniging van mede-eigenaars",
        "fr": "Association des copropriétaires",
        "de": "Miteigentümervereinigung",
    }
    assert shown["link"] == f"https://kbo.test/{BUILDINGS[0].number}"
    assert "KBO Open Data" in shown["source"]["attribution"]


async def test_without_a_register(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="register_missing"):
        await Inquiries(Register(tmp_path), None, None, LINK).about(BUILDINGS[0].number)
