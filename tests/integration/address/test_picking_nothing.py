"""No municipality or no street at all: why, in a true sentence, over HTTP and on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.address.api.models import Municipalities, Streets
from services.address.cli import address as commands
from services.address.settings import AddressSettings, register_folder
from tests.integration.address.desk import Desk, told
from tests.support.address_register import Town
from tests.support.address_service import AddressHouse, town

NOT_KEPT = "Van daar worden hier geen straten en adressen bijgehouden."


def mechelen_only() -> Town:
    """Of Willebroek it knows the name and the postcode."""
    made = town()
    made.meta["nis"] = "12025"
    return made


@pytest.fixture
def desk(address: AddressHouse) -> Desk:
    address.load(mechelen_only())
    return Desk(address)


@pytest.mark.parametrize(
    ("postcode", "says"),
    [
        ("0612", "ze bestaat niet, of is er een van postbussen"),
        ("9999", "ze bestaat niet, of is er een van postbussen"),
        ("1000", "is er een van Brussel: dit register gaat alleen over Vlaanderen"),
        ("4000", "is er een van de provincie Luik"),
    ],
)
async def test_a_postcode_of_no_municipality_here(desk: Desk, postcode: str, says: str) -> None:
    found = told(await desk.get("/municipalities", postcode=postcode), Municipalities)
    assert (found["postcode"], found["municipalities"]) == (postcode, [])
    assert says in found["message"]
    streets = told(await desk.get("/streets", postcode=postcode), Streets)
    assert (streets["streets"], streets["message"]) == ([], found["message"])


async def test_a_postcode_of_a_municipality_that_is_not_kept(desk: Desk) -> None:
    found = told(await desk.get("/municipalities", postcode="2830"), Municipalities)
    assert found["municipalities"] == [{"nis": "12040", "name": "Willebroek"}]
    assert found["message"] == f"Postcode 2830 is van Willebroek. {NOT_KEPT}"


@pytest.mark.parametrize(
    ("filters", "says"),
    [
        ({}, None),
        ({"postcode": "2800"}, None),
        ({"nis": "12025"}, None),
        ({"postcode": "2830"}, f"Postcode 2830 is van Willebroek. {NOT_KEPT}"),
        ({"nis": "12040"}, f"NIS-code 12040 is van Willebroek. {NOT_KEPT}"),
        ({"nis": "99999"}, "NIS-code 99999 is van geen gemeente die dit register kent."),
        ({"postcode": "2800", "nis": "12040"}, f"NIS-code 12040 is van Willebroek. {NOT_KEPT}"),
    ],
)
async def test_why_there_is_no_street(desk: Desk, filters: Mapping[str, str], says: str | None) -> None:
    found = told(await desk.get("/streets", q="zzz", **filters), Streets)
    assert (found["streets"], found["message"]) == ([], says)


async def test_a_postcode_of_another_municipality(address: AddressHouse) -> None:
    address.load()
    found = told(await Desk(address).get("/streets", postcode="2800", nis="12040"), Streets)
    assert found["message"] == "Postcode 2800 is van Mechelen, niet van Willebroek."


async def test_nothing_is_said_where_there_are_streets(desk: Desk) -> None:
    found = told(await desk.get("/streets", q="leo", postcode="2800"), Streets)
    assert (len(found["streets"]), found["message"]) == (1, None)


def test_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOKETBUS_VAR", str(tmp_path))
    mechelen_only().save(register_folder(AddressSettings(var=tmp_path)))
    for command, says in (
        (["municipalities", "1000"], "alleen over Vlaanderen"),
        (["municipalities", "2830"], NOT_KEPT),
        (["suggest", "x", "--postcode", "9999"], "ze bestaat niet"),
        (["suggest", "x", "--postcode", "2830"], NOT_KEPT),
    ):
        assert says in CliRunner().invoke(commands, command).stdout
