"""`loketbus address ...` on a register on this machine, without a service: what people read, what programs read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from loketbus.errors import LoketbusError, OutsideUnavailable, Rejected
from services.address.cli import address as commands
from services.address.settings import AddressSettings, register_folder
from simulators.address.api import KEY, AddressRegisterOptions, AddressRegisterSimulator
from simulators.address.world import World
from tests.support.address_extracts import address, best, best_address, municipality, save, street
from tests.support.address_register import META
from tests.support.address_service import BOX, BUILDING, LEOPOLD, NOBODY, OTHER_BOX, REMOVED, RETIRED, SHOP, town
from tests.support.command import loketbus

PARCEL = "21683D0265/02R020"
ATTRIBUTION = f"{META['attribution']}, toestand op 01/08/2026."


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings of a shell."""
    monkeypatch.setenv("LOKETBUS_VAR", str(tmp_path))
    monkeypatch.setenv("LOKETBUS_ADDRESS_NIS", '["12025", "12040"]')
    return tmp_path


@pytest.fixture
def register(var: Path) -> Path:
    """With the town, a unit and a parcel."""
    made = town()
    made.unit(made.building(id=701), [BOX], id=801)
    made.parcel(PARCEL, [BUILDING])
    return made.save(register_folder(AddressSettings(var=var)))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, list(arguments))


def read(*arguments: str, code: int = 0) -> Any:
    """What `--json` prints."""
    result = run(*arguments, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def refused(*arguments: str) -> LoketbusError:
    """The error that `main` makes a line of."""
    error = run(*arguments).exception
    assert isinstance(error, LoketbusError), error
    return error


def saved(path: Path, **more: Any) -> Path:
    """A small download: Bruul 45 in Mechelen, and what a test adds."""
    tables = {
        "Adres": [address(1, 10, "45")],
        "Straatnaam": [street(10, "Bruul")],
        "Gemeente": [municipality(12025, "Mechelen")],
        **more,
    }
    return save(path, tables)


@pytest.mark.usefixtures("var")
class TestWithoutRegister:
    def test_questions_say_how_to_load_one(self) -> None:
        for command in (["match", "x"], ["suggest", "x"], ["numbers", "1"], ["show", "1"], ["show", PARCEL]):
            error = refused(*command)
            assert isinstance(error, OutsideUnavailable), command
            assert "loketbus address import" in str(error), command

    def test_the_status_says_so_too(self) -> None:
        said = read("status", code=1)
        assert (said["problem"], said["source"], said["rows"]) == ("register_missing", None, {})
        assert "loketbus address import" in said["advice"][0]


class TestImport:
    def test_one_download_and_what_people_read(self, var: Path) -> None:
        report = read("import", str(saved(var / "a.zip")))
        assert (report["nis"], report["rows"]["address"]["kept"]) == (["12025"], 1)
        assert [one["code"] for one in report["remarks"]] == ["nis_absent"]
        assert read("match", "Bruul 45, 2800 Mechelen")["address_id"] == "1"
        result = run("import", str(var / "a.zip"), "--nis", "12025")
        assert result.exit_code == 0, result.output
        assert "Het register staat op de download van 01/08/2026: NIS 12025 (" in result.stdout
        assert "Let op" not in result.stdout
        result = run("import", str(var / "a.zip"))
        assert "Let op: NIS-code 12040 staat niet in de download" in result.stdout
        assert "NIS-code 12040 staat niet in de download" in run("status").stdout

    def test_an_answer_names_the_download_it_is_made_from(self, var: Path) -> None:
        open_data = best(var / "openaddress-bevlg.zip", [best_address(1, 10, "45")])
        bosa = ("Bron: BeSt-Add, FOD BOSA, gewest Vlaanderen, bestand van ", "(CC-BY 4.0), toestand op ")
        flanders = ("Bron: Gebouwen- en Adressenregister van Digitaal Vlaanderen, ", "v1.0), toestand op 01/08/2026.")
        for path, parts in ((open_data, bosa), (saved(var / "a.zip"), flanders)):
            read("import", str(path))
            said = [read(*command)["source"]["attribution"] for command in (["suggest", ""], ["show", "1"])]
            said += [run("match", "x").stdout, run("status").stdout]
            assert [[part for part in parts if part in text] for text in said] == [list(parts)] * 4

    def test_in_parts_the_last_one_counts(self, var: Path) -> None:
        whole = saved(var / "a.zip")
        newer = save(var / "b.zip", {"Adres": [address(1, 10, "45"), address(2, 10, "47")]})
        loose = var / "loose"
        loose.mkdir()
        newer.rename(loose / "a.zip")  # the same name: nothing may be lost for that
        assert read("import", str(whole), str(loose))["rows"]["address"]["kept"] == 2

    def test_which_municipalities(self, var: Path) -> None:
        path = str(saved(var / "a.zip"))
        assert read("import", path, "--nis", "all")["nis"] is None
        refusal = refused("import", path, "--nis", "11037")
        assert isinstance(refusal, Rejected)
        assert refusal.code == "address_nothing_kept"
        assert read("status", code=1)["nis"] is None, "the old one stays"
        for wrong in ("1202", "Mechelen", "12025;11037", ""):
            assert run("import", path, "--nis", wrong).exit_code == 2, wrong

    def test_what_cannot_be_loaded(self, var: Path) -> None:
        broken = var / "broken.zip"
        broken.write_bytes(saved(var / "a.zip").read_bytes()[:700])
        refusal = refused("import", str(broken))
        assert isinstance(refusal, Rejected)
        assert refusal.code == "address_archive_broken"
        for paths in ([var / "nowhere.zip"], [var / "a.zip", var / "nowhere.zip"], [var / "a.zip" / "nowhere.zip"]):
            refusal = refused("import", *map(str, paths))
            assert isinstance(refusal, Rejected)
            assert refusal.message.startswith(f"{paths[-1]} bestaat niet. Geef het zipbestand of de map")
            assert "\n" not in refusal.message


@pytest.mark.usefixtures("register")
class TestPicking:
    def test_from_postcode_to_box(self) -> None:
        assert read("municipalities", "2800")["municipalities"] == [{"nis": "12025", "name": "Mechelen"}]
        assert "Mechelen: NIS 12025" in run("municipalities", "2800").stdout
        found = read("suggest", "leo", "--postcode", "2800")
        assert [one["street_id"] for one in found["streets"]] == [str(LEOPOLD)]
        assert [one["house_number"] for one in read("numbers", str(LEOPOLD))["numbers"]] == ["12", "14"]
        choices = read("numbers", str(LEOPOLD), "14")["choices"]
        assert [one["address_id"] for one in choices] == [str(BUILDING), str(BOX), str(OTHER_BOX)]

    def test_people_read_tables_with_their_source(self) -> None:
        for command, says in (
            (["suggest", "leo"], "Leopoldstraat, 2800 Mechelen"),
            (["numbers", str(LEOPOLD)], "Leopoldstraat, 2800 Mechelen"),
            (["numbers", str(LEOPOLD), "14"], "het hele gebouw (zonder bus)"),
        ):
            result = run(*command)
            assert result.exit_code == 0, result.output
            assert says in result.stdout
            assert result.stdout.endswith(f"{ATTRIBUTION}\n")

    def test_what_is_not_there(self) -> None:
        nothing = run("numbers", str(LEOPOLD), "13")
        assert (nothing.exit_code, nothing.stdout) == (1, "")
        assert "In de buurt: 12, 14." in nothing.stderr
        assert run("numbers", "999").exit_code == 1
        at_house = read("numbers", str(LEOPOLD), "13", code=1)
        assert (at_house["choices"], at_house["street"]["street"]) == ([], "Leopoldstraat")
        assert at_house["message"] == "Leopoldstraat: op dit huisnummer is er niets. In de buurt: 12, 14."
        no_street = read("numbers", "999", code=1)
        assert (no_street["street"], no_street["numbers"]) == (None, [])
        assert no_street["message"] == "Straat 999 staat niet in dit register."
        assert read("suggest", "zzz", "--postcode", "2800")["streets"] == []

    def test_streets_of_one_name_are_told_apart(self, var: Path) -> None:
        made = town()
        for street_id, homonym in ((31, "WA"), (32, None)):
            made.street("Zandstraat", id=street_id, homonym=homonym)
            made.address(street_id, "5", id=street_id * 100)
        made.save(register_folder(AddressSettings(var=var)))
        assert "Zandstraat (WA) 5, 2800 Mechelen" in run("match", "Zandstraat 5, 2800 Mechelen").stdout
        assert "Straat: Zandstraat (WA)\n" in run("show", "3100").stdout
        assert "(WA)" not in run("show", "3200").stdout

    def test_a_filter_that_cannot_be_read_is_no_whole_country(self) -> None:
        for command in (
            ["suggest", "x", "--postcode", "Mechelen"],
            ["suggest", "x", "--nis", "1"],
            ["municipalities", ""],
        ):
            assert "cijfers" in str(refused(*command))


@pytest.mark.usefixtures("register")
class TestShow:
    def test_a_box_with_its_whole_building(self) -> None:
        found = read("show", f"https://data.vlaanderen.be/id/adres/{BOX}")
        assert (found["building_address_id"], found["usable"]) == (str(BUILDING), True)
        assert [one["unit_id"] for one in found["units"]] == ["801"]
        result = run("show", str(BOX))
        assert "Adres: Leopoldstraat 14 bus 0101, 2800 Mechelen" in result.stdout
        assert f"Gebouwadres: {BUILDING}" in result.stdout
        assert PARCEL in result.stdout
        assert result.stdout.endswith(f"{ATTRIBUTION}\n")

    def test_a_retired_one_and_what_came_in_its_place(self) -> None:
        result = run("show", str(RETIRED))
        assert result.exit_code == 0
        assert "gehistoreerd" in result.stdout
        assert "In de plaats kwam: Bruul 9, 2800 Mechelen" in result.stdout

    def test_removed_and_never_there(self) -> None:
        assert read("show", str(REMOVED), code=1)["reasons"][0]["code"] == "removed"
        assert read("show", str(NOBODY), code=1)["reasons"][0]["code"] == "not_kept"
        result = run("show", str(REMOVED))
        assert (result.exit_code, "is uit het register verwijderd" in result.stdout) == (1, True)

    def test_a_parcel_in_any_notation(self) -> None:
        for written in (PARCEL, "21683D0265-02R020", "21683_D_0265_R_020_02"):
            assert read("show", written)["capakey"] == PARCEL
        assert "Leopoldstraat 14 bus 0101" in run("show", PARCEL).stdout
        assert "onvolledig" in str(refused("show", "21683D0265"))
        assert "id_unreadable" in str(refused("show", "Bruul 45"))
        assert "staat niet" in run("show", "11001B0001/00S000").stdout

    async def test_beside_the_register_itself(self) -> None:
        """As a process: what our own code logs meanwhile is no part of the answer."""
        command = ("address", "show", str(SHOP), "--refresh", "--json")
        options = AddressRegisterOptions(key_per_second=None)
        with AddressRegisterSimulator(options, run_as="thread", world=World()) as it:
            said = await loketbus(*command, address_api_url=it.url, address_api_key=KEY)
        assert (said.code, said.err, said.json["reasons"][0]["code"]) == (1, "", "register_absent")
        away = await loketbus(*command, address_api_url=it.url, address_api_key=KEY)
        assert (away.code, away.err, away.json["reasons"][-1]["code"]) == (0, "", "register_unavailable")
        assert away.json["source"]["source"] == "replica"

    def test_without_a_register_to_ask(self) -> None:
        assert read("show", str(SHOP), "--refresh")["reasons"][-1]["code"] == "register_not_asked"


@pytest.mark.usefixtures("register")
class TestStatus:
    def test_what_people_read(self) -> None:
        result = run("status")
        assert "Download van: 2026-08-01" in result.stdout
        assert "Gemeenten: 12025, 12040" in result.stdout
        assert "street 4" in result.stdout
        assert ATTRIBUTION in result.stdout

    def test_with_its_changes(self, var: Path) -> None:
        made = town()
        made.add("feed", "adressen", 3, 6_000_007, "2026-08-05T12:00:00+00:00")
        made.add("feed_trouble", "adressen", "incomplete", "x", 7, 1, "2026-08-05T12:00:00+02:00", "{}")
        made.save(register_folder(AddressSettings(var=var)))
        result = run("status")
        assert result.exit_code == 1
        for part in ("6000007", "05/08/2026 14:00 (Belgische tijd)", "Aan dit nieuwe object ontbreken gegevens"):
            assert part in result.stdout
