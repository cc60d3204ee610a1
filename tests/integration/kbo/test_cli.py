"""`loketbus kbo ...` on a register on this machine, without a service: what people read, what programs read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from loketbus.errors import Denied, LoketbusError, OutsideUnavailable, Rejected
from services.kbo.cli import kbo
from tests.integration.kbo.desk import PERSON, UNIT_OF_PERSON, VME, first
from tests.support.command import loketbus
from tests.support.kbo_service import FIRST

ATTRIBUTION = "Bron: Kruispuntbank van Ondernemingen - KBO Open Data, FOD Economie, toestand op 04/10/2025."
Run = Callable[..., Result]


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings of a shell; nobody asks the real VKBO."""
    monkeypatch.setenv("LOKETBUS_VAR", str(tmp_path))
    monkeypatch.setenv("LOKETBUS_KBO_VKBO_URL", "")
    return tmp_path


@pytest.fixture
def register(var: Path, made_registers: dict[int, Path]) -> Path:
    """As it is after the first Full."""
    folder = var / "kbo" / "register"
    folder.mkdir(parents=True)
    (folder / "one").symlink_to(made_registers[FIRST])
    (folder / "current").symlink_to("one")
    return folder


@pytest.fixture
def archives(made_registers: dict[int, Path]) -> dict[int, Path]:
    """What they were made of."""
    found = (made_registers[FIRST].parent / "archives").glob("*.zip")
    return {int(path.name.split("_")[1]): path for path in found}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(kbo, list(arguments))


def read(*arguments: str, code: int = 0) -> Any:
    """What `--json` prints."""
    result = run(*arguments, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def refused(*arguments: str) -> LoketbusError:
    """The error that `main` makes a line of."""
    error = run(*arguments).exception
    assert isinstance(error, LoketbusError)
    return error


@pytest.mark.usefixtures("var")
class TestWithoutRegister:
    def test_questions_say_how_to_load_one(self) -> None:
        for command in (["search", "x"], ["show", "0403170701"], ["vme", "0403170701"], ["list", "--form", "070"]):
            error = refused(*command)
            assert isinstance(error, OutsideUnavailable), command
            assert "loketbus kbo import" in str(error), command
        assert isinstance(refused("vmes", "Kerkstraat 1, 2800 Mechelen"), OutsideUnavailable)

    def test_the_status_says_so_too(self) -> None:
        said = read("status", code=1)
        assert (said["source"], said["age_days"], said["rows"]) == (None, None, {})
        assert "loketbus kbo import" in said["advice"][0]

    async def test_as_a_process_it_is_one_line_and_code_3(self, var: Path) -> None:
        said = await loketbus("kbo", "search", "bakkerij", var=var)
        assert (said.code, said.out) == (3, "")
        assert said.err.startswith("Fout: Het ondernemingsregister is hier nog niet geladen.")
        assert said.err.count("\n") == 1


class TestImport:
    def test_a_full_and_its_updates_and_what_cannot_be_loaded(self, var: Path, archives: dict[int, Path]) -> None:
        chain = [str(archives[FIRST + day]) for day in range(3)]
        report = read("import", *chain)
        assert (report["extract"], report["kind"]) == (FIRST + 2, "full")
        assert {"enterprise", "activity"} <= report["rows"].keys()
        assert "Niets te laden" in run("import", chain[1]).stdout

        gap = refused("import", str(archives[FIRST + 4]))
        assert isinstance(gap, Rejected)
        assert gap.message.startswith(f"Update {FIRST + 4:04d} volgt niet op extract {FIRST + 2:04d}")
        broken = var / "KboOpenData_0144_2025_10_09_Full.zip"
        broken.write_bytes(archives[FIRST].read_bytes()[:5000])
        assert str(refused("import", str(broken))).startswith("kbo_archive_broken: KboOpenData_0144")
        assert read("status", code=1)["source"]["extract"] == FIRST + 2, "nothing changed"

    @pytest.mark.usefixtures("var")
    def test_people_read_what_was_loaded(self, archives: dict[int, Path]) -> None:
        result = run("import", str(archives[FIRST]))
        assert result.exit_code == 0, result.output
        assert "enterprise" in result.stdout
        assert f"Het register staat op uittreksel {FIRST:04d}, toestand op 04/10/2025" in result.stdout

    async def test_as_a_process_a_refusal_is_one_line_and_code_1(self, var: Path, archives: dict[int, Path]) -> None:
        said = await loketbus("kbo", "import", str(archives[FIRST + 1]), var=var)
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith("Fout: Er is nog geen register")
        assert said.err.count("\n") == 1


class TestShow:
    def test_all_about_an_organisation(self, register: Path) -> None:
        number, street, *_ = first(register, VME)
        found = read("show", f"BE{number}")
        assert (found["number"], found["organisation"]["seat"]["street_nl"]) == (number, street)
        assert found["source"]["attribution"] == ATTRIBUTION
        result = run("show", number)
        assert "Rechtsvorm: Vereniging van mede-eigenaars (070)" in result.stdout
        assert street in result.stdout
        assert result.stdout.endswith(f"{ATTRIBUTION}\n")

    def test_a_person_only_when_asked_for(self, register: Path) -> None:
        number, name = first(register, PERSON)
        result = run("show", number)
        assert result.exit_code == 0
        assert "natuurlijk persoon: gegevens worden niet getoond" in result.stdout
        assert name not in result.stdout
        assert name not in run("show", number, "--json").stdout
        assert name in run("show", number, "--persons").stdout
        assert name in [one["text"] for one in read("show", number, "--persons")["organisation"]["names"]]

    def test_nor_where_her_establishment_is(self, register: Path) -> None:
        unit, street = first(register, UNIT_OF_PERSON)
        assert street not in run("show", unit).stdout
        assert read("show", unit)["unit"] is None
        assert street in run("show", unit, "--persons").stdout

    @pytest.mark.usefixtures("register")
    def test_what_is_not_there(self) -> None:
        assert read("show", "0403170701", code=1)["verdicts"][0]["code"] == "not_found"
        result = run("show", "0403170702")
        assert (result.exit_code, "Dit is geen geldig nummer." in result.stdout) == (1, True)

    @pytest.mark.usefixtures("register")
    def test_an_outage_of_vkbo_is_unknown_and_nobody_promises_to_ask_again(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LOKETBUS_KBO_VKBO_URL", "http://127.0.0.1:1/features/v1")
        for command in ("show", "vme"):
            result = run(command, "0403170701", "--json")
            said = json.loads(result.stdout)
            assert (result.exit_code, said["verdicts"][0]["code"]) == (1, "unknown")
            assert said["second"]["outcome"] == "unknown"
            assert "vraag het later opnieuw" in said["verdicts"][0]["message"]
            assert result.stderr == "Fout: VKBO (Digitaal Vlaanderen) antwoordt nu niet.\n"
        assert "VKBO" not in run("show", "0403170701").stdout, "nothing of it is shown"

    @pytest.mark.usefixtures("register")
    def test_a_refusal_of_vkbo_says_what_to_mend(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[str] = []

        class Refusing:
            def __init__(self, _: object) -> None: ...

            async def feature(self, number: str) -> None:
                asked.append(number)
                raise Denied("vkbo_denied", "VKBO weigert onze vragen. Kijk na of het netwerk dit adres toelaat.")

            async def close(self) -> None: ...

        monkeypatch.setenv("LOKETBUS_KBO_VKBO_URL", "http://127.0.0.1:1/features/v1")
        monkeypatch.setattr("services.kbo.cli.asking.VkboClient", Refusing)
        result = run("show", "0403170701", "--json")
        assert result.stderr.startswith("Fout: VKBO weigert onze vragen.")
        assert (json.loads(result.stdout)["verdicts"][0]["code"], asked) == ("unknown", ["0403170701"])


class TestVme:
    def test_the_verdicts(self, register: Path) -> None:
        number, street, house, postcode, town = first(register, VME)
        found = read("vme", number, "--address", f"{street} {house}, {postcode} {town}")
        assert (found["usable"], found["verdicts"][0]["code"]) == (True, "ok")
        assert found["syndic"]["status"] == "not_in_source"
        result = run("vme", number, "--address", "Verkeerdestraat 1, 9000 Gent")
        assert "Het opgegeven adres past niet" in result.stdout
        assert f"ondernemingsnummer={number}" in result.stdout
        assert ATTRIBUTION in result.stdout

    def test_the_number_of_something_else(self, register: Path) -> None:
        (number,) = first(register, "SELECT printf('%010d', number) FROM enterprise WHERE form = '610' LIMIT 1")
        found = read("vme", number, code=1)
        assert (found["usable"], found["verdicts"][0]["code"]) == (False, "not_a_vme")

    def test_a_person_is_named_nowhere(self, register: Path) -> None:
        number, name = first(register, PERSON)
        result = run("vme", number)
        assert (result.exit_code, name in result.stdout) == (1, False)

    def test_at_an_address(self, register: Path) -> None:
        number, street, house, postcode, town = first(register, VME)
        address = f"{street} {house}, {postcode} {town}"
        assert number in [hit["number"] for hit in read("vmes", address)["vmes"]["hits"]]
        assert number in [hit["number"] for hit in read("at", address)["hits"]]
        none = run("vmes", "Nergensstraat 1, 2800 Mechelen")
        assert (none.exit_code, none.stdout.startswith("Geen VME op dit adres.")) == (0, True)
        assert ATTRIBUTION in none.stdout
        unclear = run("vmes", "ergens")
        assert (unclear.exit_code, "Geef ook de postcode" in unclear.stdout) == (1, True)
        assert isinstance(refused("at", "ergens"), Rejected)


@pytest.mark.usefixtures("register")
class TestFinding:
    def test_by_name_form_and_postcode(self, register: Path) -> None:
        number, _, _, postcode, _ = first(register, VME)
        listed = read("list", "--form", "070", "--postcode", postcode)
        assert number in [hit["number"] for hit in listed["hits"]]
        assert {hit["form"]["code"] for hit in listed["hits"]} == {"070"}
        name = next(hit["name"] for hit in listed["hits"] if hit["number"] == number)
        assert number in [hit["number"] for hit in read("search", name, "--form", "070")["hits"]]
        result = run("search", name)
        assert ATTRIBUTION in result.stdout

    def test_no_person(self, register: Path) -> None:
        number, name = first(register, PERSON)
        assert number not in [hit["number"] for hit in read("search", name, "--limit", "500")["hits"]]

    def test_a_number_is_no_name(self, register: Path) -> None:
        number, *_ = first(register, VME)
        assert f"loketbus kbo show {number}" in run("search", f"BE {number}").stdout

    def test_syndics(self) -> None:
        assert read("syndics", "--limit", "2")["source"]["extract"] == FIRST

    def test_something_must_be_asked(self) -> None:
        for nothing in (["list"], ["list", "--form", "", "--postcode", ""]):
            error = refused(*nothing)
            assert (isinstance(error, Rejected), "--form" in str(error)) == (True, True)

    @pytest.mark.parametrize(
        "command",
        [["list", "--form", "070"], ["syndics"], ["search", "residentie"], ["search", "residentie", "--form", "070"]],
    )
    def test_a_filter_that_cannot_be_read_is_no_whole_country(self, command: list[str]) -> None:
        error = refused(*command, "--postcode", "Mechelen")
        assert (isinstance(error, Rejected), "vier cijfers" in str(error)) == (True, True)

    def test_nor_is_a_form_that_does_not_exist(self) -> None:
        for command in (["list"], ["search", "residentie"], ["at", "Kerkstraat 1, 2800 Mechelen"]):
            assert "070 is een VME" in str(refused(*command, "--form", "VME"))
            assert "form_unknown" in str(refused(*command, "--form", "998"))
        assert read("list", "--form", "70")["hits"] == read("list", "--form", "070")["hits"] != []


def test_a_suggestion_comes_from_the_register(register: Path) -> None:
    number, *_ = first(register, VME)
    wrong = number[:2] + str((int(number[2]) + 1) % 10) + number[3:]
    result = run("check", wrong, "--json")
    assert json.loads(result.stdout)["suggestion"] == number
    assert "Bedoelt u" in run("check", wrong).stdout
