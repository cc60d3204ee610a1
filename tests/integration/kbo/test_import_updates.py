"""What an Update can do to an entity, also to the tables that follow: found by name and address, or no longer."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from loketbus.errors import Rejected
from services.kbo.questions import Register
from services.kbo.register.importing import import_archives
from services.kbo.register.report import Report
from tests.support.kbo_extracts import Row, full, update

VME, FIRM, PERSON = "0403.170.701", "0200.065.765", "0401.574.852"
UNIT = "2.000.000.339"


def address(number: str, kind: str = "REGO", street: str = "Vinkstraat", struck: str | None = None) -> Row:
    return (number, kind, None, None, "2800", "Mechelen", "Mechelen", street, street, "12", "", "", struck)


def enterprise(number: str, kind: str = "2", form: str | None = "610") -> Row:
    return (number, "AC", "000", kind, form, None, "12-10-2025")


def name(number: str, text: str) -> Row:
    return (number, "2", "001", text)


START = {
    "enterprise": [enterprise(FIRM), enterprise(PERSON, "1", None), enterprise(VME, form="070")],
    "establishment": [(UNIT, "01-11-1974", FIRM)],
    "denomination": [name(FIRM, "Dakwerken Vink"), name(PERSON, "Janssens, Jan"), name(UNIT, "Winkel Wouw")],
    "address": [address(FIRM), address(UNIT, "BAET", "Kerkstraat")],
    "activity": [(UNIT, "003", "2025", "68321", "MAIN")],
}


class Replica:
    """A register of extract 140 that gets updates."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._extract = 140
        self.register = Register(folder / "replica")

    def update(self, deletes: dict[str, list[str]], inserts: dict[str, list[Row]]) -> Report:
        self._extract += 1
        path = update(self._folder / f"{self._extract}.zip", self._extract, deletes, inserts)
        return import_archives(self._folder / "replica", [path])

    def named(self, text: str) -> list[str]:
        with self.register.open() as view:
            return [hit.number for hit in view.search(text).hits]

    def at(self, street: str) -> set[str]:
        with self.register.open() as view:
            return {hit.number for hit in view.at_address(street, "12", "2800").hits}

    def of_form(self, form: str) -> list[str]:
        with self.register.open() as view:
            return [hit.number for hit in view.by_form(form).hits]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The register before, to copy."""
    folder = tmp_path_factory.mktemp("first")
    import_archives(folder / "replica", [full(folder / "140.zip", 140, START)])
    return folder / "replica"


@pytest.fixture
def replica(first: Path, tmp_path: Path) -> Iterator[Replica]:
    shutil.copytree(first, tmp_path / "replica", symlinks=True)
    made = Replica(tmp_path)
    yield made
    made.register.close()


def digits(number: str) -> str:
    return number.replace(".", "")


def test_a_legal_person_becomes_natural_and_back(replica: Replica) -> None:
    assert replica.named("vink") == replica.named("wouw") == [digits(FIRM)]
    assert replica.at("Vinkstraat") == replica.at("Kerkstraat") == {digits(FIRM)}
    replica.update({"enterprise": [FIRM]}, {"enterprise": [enterprise(FIRM, "1", None)]})
    assert replica.named("vink") == replica.named("wouw") == []
    assert replica.at("Vinkstraat") == replica.at("Kerkstraat") == set()
    with pytest.raises(Rejected, match="form_unknown"):  # the code table of these archives lacks it too
        replica.of_form("610")
    replica.update({"enterprise": [FIRM]}, {"enterprise": [enterprise(FIRM)]})
    assert replica.named("vink") == replica.named("wouw") == replica.of_form("610") == [digits(FIRM)]
    assert replica.at("Vinkstraat") == replica.at("Kerkstraat") == {digits(FIRM)}


def test_an_establishment_changes_hands(replica: Replica) -> None:
    replica.update({"establishment": [UNIT]}, {"establishment": [(UNIT, "01-11-1974", PERSON)]})
    assert replica.named("wouw") == []
    assert replica.at("Kerkstraat") == set()
    replica.update({"establishment": [UNIT]}, {"establishment": [(UNIT, "01-11-1974", VME)]})
    assert replica.named("wouw") == [digits(VME)]
    assert replica.at("Kerkstraat") == {digits(VME)}


def test_an_entity_comes_without_being_deleted_first(replica: Replica) -> None:
    replica.update({}, {"denomination": [name(VME, "Residentie Lijster")], "address": [address(VME, street="Lei")]})
    assert replica.named("lijster") == [digits(VME)]
    assert replica.at("Lei") == {digits(VME)}
    report = replica.update({}, {"enterprise": [enterprise(VME, form="610")], "denomination": [name(VME, "Tweede")]})
    assert replica.named("lijster") == replica.named("tweede") == [digits(VME)]
    assert {(note.table, note.reason, note.example) for note in report.notes} == {
        ("enterprise", "replaced", digits(VME))
    }


def test_who_is_gone_is_found_no_more(replica: Replica) -> None:
    gone = {"enterprise": [FIRM], "establishment": [UNIT], "denomination": [FIRM, UNIT], "address": [FIRM, UNIT]}
    report = replica.update(gone | {"activity": [UNIT]}, {})
    assert replica.named("vink") == replica.named("wouw") == []
    assert replica.at("Vinkstraat") == replica.at("Kerkstraat") == set()
    with replica.register.open() as view:
        assert not view.exists(digits(FIRM))
        assert not view.syndics().hits
    assert {table: rows.deleted for table, rows in report.rows.items() if rows.deleted} == {
        "enterprise": 1,
        "establishment": 1,
        "denomination": 2,
        "address": 2,
        "activity": 1,
    }


def test_an_address_is_struck_off_and_the_entity_stays(replica: Replica) -> None:
    replica.update({"address": [FIRM]}, {"address": [address(FIRM, struck="01-10-2025")]})
    with replica.register.open() as view:
        organisation = view.organisation(digits(FIRM))
        assert organisation is not None
        assert organisation.seat is not None
        assert organisation.seat.struck_off_on is not None
    assert replica.at("Vinkstraat") == {digits(FIRM)}


def test_of_two_seats_the_last_one_is_the_seat_and_it_is_told(replica: Replica) -> None:
    report = replica.update(
        {"address": [FIRM]}, {"address": [address(FIRM, street="Lei"), address(FIRM, street="Dreef")]}
    )
    assert (replica.at("Lei"), replica.at("Dreef")) == (set(), {digits(FIRM)})
    again = replica.update({}, {"address": [address(FIRM, street="Lei")]})
    assert (replica.at("Lei"), replica.at("Dreef")) == ({digits(FIRM)}, set())
    for told in (report, again):
        assert [(note.table, note.reason, note.count, note.example) for note in told.notes] == [
            ("address", "replaced", 1, digits(FIRM))
        ]
    with replica.register.open() as view:
        organisation = view.organisation(digits(FIRM))
        assert organisation is not None
        assert [one.street_nl for one in organisation.addresses] == ["Lei"]


def test_a_move_and_another_name_in_one_update(replica: Replica) -> None:
    replica.update(
        {"address": [FIRM], "denomination": [FIRM]},
        {"address": [address(FIRM, street="Lei")], "denomination": [name(FIRM, "Dakwerken Zwaluw")]},
    )
    assert replica.named("vink") == []
    assert replica.named("zwaluw") == [digits(FIRM)]
    assert (replica.at("Vinkstraat"), replica.at("Lei")) == (set(), {digits(FIRM)})


def test_unknown_codes_and_contacts_stay_raw(replica: Replica) -> None:
    replica.update({}, {"contact": [(FIRM, "ENT", "FAX", "053/39-00-70"), (FIRM, "ENT", "WEB", "fb.example/x/")]})
    with replica.register.open() as view:
        organisation = view.organisation(digits(FIRM))
        assert organisation is not None
        assert [(one.kind.text, one.value) for one in organisation.contacts] == [
            ("FAX", "053/39-00-70"),
            ("WEB", "fb.example/x/"),
        ]


def test_an_update_without_changes_is_an_extract_too(replica: Replica) -> None:
    report = replica.update({}, {})
    assert (report.extract, report.previous_extract) == (141, 140)
    assert replica.named("vink") == [digits(FIRM)]
