"""Every question answers what a look at all rows of the extract answers; and a reader never sees two registers."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from loketbus.errors import Rejected, Unavailable
from loketbus.replicas import current, swap
from services.kbo.domain.numbers import candidates, valid_digits
from services.kbo.domain.organisation import Hits, Organisation, RegisterAddress
from services.kbo.questions import Register, View
from services.kbo.register.importing import import_archives
from tests.support.kbo_extracts import Chain, chain, full
from tests.support.kbo_rows import Row, Rows

MECHELEN = "2800"


@dataclass(frozen=True)
class Loaded:
    """A register, and its rows."""

    folder: Path
    rows: Rows
    chain: Chain


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    made = chain(tmp_path_factory.mktemp("extracts"), updates=0)
    folder = tmp_path_factory.mktemp("register")
    import_archives(folder, [made.first])
    return Loaded(folder, Rows(made.first), made)


@pytest.fixture
def view(loaded: Loaded) -> Iterator[View]:
    register = Register(loaded.folder)
    with register.open() as view:
        yield view
    register.close()


def test_the_source_tells_extract_and_snapshot(view: View) -> None:
    assert (view.source.extract, view.source.snapshot) == (140, date(2025, 10, 4))
    assert "04/10/2025" in view.source.attribution


def test_every_enterprise_has_all_its_rows(view: View, loaded: Loaded) -> None:
    rows = loaded.rows
    tables = {table: rows.of(table) for table in ("denomination", "address", "contact", "activity")}
    units = _owned(rows.establishments)
    for number, row in rows.enterprises.items():
        found = view.organisation(number, establishments=10_000)
        assert found is not None
        assert found.number == number
        assert _codes(found) == _expected_codes(row)
        assert [(n.language.code, n.kind.code, n.text) for n in found.names] == [
            (n["Language"], n["TypeOfDenomination"], n["Denomination"]) for n in tables["denomination"][number]
        ]
        assert [_address(address) for address in found.addresses] == [*map(_expected, tables["address"][number])]
        assert [(c.level.code, c.kind.code, c.value) for c in found.contacts] == [
            (c["EntityContact"], c["ContactType"], c["Value"]) for c in tables["contact"][number]
        ]
        assert [(a.group.code, a.nace_version, a.nace.code, a.classification.code) for a in found.activities] == [
            (a["ActivityGroup"], a["NaceVersion"], a["NaceCode"], a["Classification"])
            for a in tables["activity"][number]
        ]
        assert [unit.number for unit in found.establishments] == sorted(units.get(number, []))
        assert found.establishment_count == len(units.get(number, []))


def test_every_unit_has_all_its_rows(view: View, loaded: Loaded) -> None:
    rows = loaded.rows
    names, addresses, activities = rows.of("denomination"), rows.of("address"), rows.of("activity")
    for number, row in {**rows.establishments, **rows.branches}.items():
        unit = view.unit(number)
        assert unit is not None
        assert (unit.number, unit.enterprise, unit.start) == (number, rows.owner(number), _day(row["StartDate"]))
        assert [name.text for name in unit.names] == [name["Denomination"] for name in names[number]]
        assert ([_address(unit.address)] if unit.address else []) == [*map(_expected, addresses[number])]
        assert [one.nace.code for one in unit.activities] == [one["NaceCode"] for one in activities[number]]


def test_the_first_establishments_come_with_name_and_address(view: View, loaded: Loaded) -> None:
    units = _owned(loaded.rows.establishments)
    number = max(units, key=lambda one: len(units[one]))
    whole, some = view.organisation(number), view.organisation(number, establishments=2)
    assert whole is not None
    assert some is not None
    assert len(units[number]) > 2
    assert some.establishments == whole.establishments[:2]
    assert some.establishment_count == whole.establishment_count
    for brief in whole.establishments:
        unit = view.unit(brief.number)
        assert unit is not None
        assert (brief.names, brief.address, brief.start) == (unit.names, unit.address, unit.start)


def test_branches_belong_to_their_enterprise(view: View, loaded: Loaded) -> None:
    for number, numbers in _owned(loaded.rows.branches).items():
        found = view.organisation(number)
        assert found is not None
        assert [branch.number for branch in found.branches] == sorted(numbers)


def test_codes_have_their_labels_in_three_languages(view: View) -> None:
    vme = next(iter(view.by_form("070").hits))
    assert vme.form is not None
    assert vme.form.nl == "Vereniging van mede-eigenaars"
    assert vme.form.fr == "Association des copropriétaires"
    assert vme.form.de == "Miteigentümervereinigung"


@pytest.mark.parametrize(
    "number", ["", "abc", "0403170702", "2000000339", "9999999999", "０４０３１７０７０１", "\ud800"]
)
def test_what_is_not_there_is_nothing(view: View, number: str) -> None:
    assert view.organisation(number) is None
    assert view.unit(number) is None
    assert not view.exists(number)
    assert view.suggestion(number) is None


def test_whoever_is_in_the_register_exists(view: View, loaded: Loaded) -> None:
    rows = loaded.rows
    assert all(view.exists(number) for number in (*rows.enterprises, *rows.establishments, *rows.branches))


@pytest.mark.parametrize("postcode", ["Mechelen", "280", "28000", "2800 Mechelen", "²800", "-"])
def test_a_postcode_that_cannot_be_read_is_refused(view: View, postcode: str) -> None:
    lists: tuple[Callable[[str], Hits], ...] = (
        view.by_postcode,
        view.syndics,
        lambda given: view.search("vme", given),
        lambda given: view.by_form("070", given),
        lambda given: view.at_address("Kerkstraat", "1", given),
    )
    for ask in lists:
        with pytest.raises(Rejected, match=r"filter_unreadable: Geef een postcode van vier cijfers"):
            ask(postcode)


@pytest.mark.parametrize(
    ("form", "says"),
    [("VME", "filter_unreadable.*drie cijfers: 070"), ("0070", "filter_unreadable"), ("998", "form_unknown.*070")],
)
def test_a_form_that_nobody_can_have_is_refused(view: View, form: str, says: str) -> None:
    lists: tuple[Callable[[str], Hits], ...] = (
        view.by_form,
        lambda given: view.search("vme", form=given),
        lambda given: view.by_postcode(MECHELEN, given),
        lambda given: view.at_address("Kerkstraat", "1", MECHELEN, given),
    )
    for ask in lists:
        with pytest.raises(Rejected, match=says):
            ask(form)


def test_filters_in_other_spellings_and_none(view: View) -> None:
    assert view.by_form("70") == view.by_form("070") == view.by_form(" 070 ")
    assert view.by_postcode("B-2800") == view.by_postcode("be 2800") == view.by_postcode(MECHELEN)
    assert view.by_form("070", "") == view.by_form("070", " ") == view.by_form("070")
    assert view.by_postcode(MECHELEN, "") == view.by_postcode(MECHELEN)


def test_a_suggestion_is_the_only_number_that_can_be_meant(view: View, loaded: Loaded) -> None:
    rows = loaded.rows
    there = {*rows.enterprises, *rows.establishments}
    suggested = withheld = 0
    for number in sorted(there)[::7]:
        wrong = number[:7] + str((int(number[7]) + 1) % 10) + number[8:]
        assert not valid_digits(wrong)
        fitting = {other for other in candidates(wrong) if other in there}
        if len(fitting) != 1:
            assert view.suggestion(wrong) is None
            continue
        (meant,) = fitting
        legal = rows.enterprises[rows.owner(meant)]["TypeOfEnterprise"] == "2"
        assert view.suggestion(wrong) == (meant if legal else None), "nobody asked for a natural person, nor a unit"
        suggested, withheld = suggested + legal, withheld + (not legal)
    assert suggested
    assert withheld


def test_by_form_is_every_legal_person_of_that_form_page_by_page(view: View, loaded: Loaded) -> None:
    addresses = loaded.rows.of("address")
    for form in ("070", "610", "030", "412", "999"):
        expected = sorted(
            (loaded.rows.seat_postcode(addresses, number), number)
            for number, row in loaded.rows.enterprises.items()
            if row["JuridicalForm"] == form
        )
        assert _pages(lambda after, form=form: view.by_form(form, after=after, limit=7)) == [one for _, one in expected]
        here = [number for postcode, number in expected if postcode == MECHELEN]
        assert _pages(lambda after, form=form: view.by_form(form, MECHELEN, after, limit=3)) == here
        assert _pages(lambda after, form=form: view.by_postcode(MECHELEN, form, after, limit=3)) == here


def test_by_postcode_is_every_legal_person_with_its_seat_there(view: View, loaded: Loaded) -> None:
    addresses = loaded.rows.of("address")
    for postcode in (MECHELEN, "1000", "9000", "0000"):
        expected = sorted(
            number
            for number in loaded.rows.enterprises
            if number not in loaded.rows.persons and loaded.rows.seat_postcode(addresses, number) == postcode
        )
        assert _pages(lambda after, at=postcode: view.by_postcode(at, after=after, limit=4)) == expected


def test_syndics_have_the_code_of_2025_themselves_or_by_a_unit(view: View, loaded: Loaded) -> None:
    addresses = loaded.rows.of("address")
    expected = sorted(
        {
            loaded.rows.owner(entity)
            for entity, rows in loaded.rows.of("activity").items()
            if any(row["NaceVersion"] == "2025" and row["NaceCode"].startswith("68321") for row in rows)
        }
        - loaded.rows.persons
    )
    assert expected
    assert _pages(lambda after: view.syndics(after=after, limit=2)) == expected
    for postcode in {loaded.rows.seat_postcode(addresses, number) for number in expected}:
        there = [number for number in expected if loaded.rows.seat_postcode(addresses, number) == postcode]
        if postcode:
            assert _pages(lambda after, at=postcode: view.syndics(at, after, limit=2)) == there


def test_at_an_address_are_all_who_have_it_and_nobody_else(view: View, loaded: Loaded) -> None:
    expected: dict[tuple[str, str, str], set[str]] = {}
    for entity, rows in loaded.rows.of("address").items():
        owner = loaded.rows.owner(entity)
        for row in rows:
            if owner not in loaded.rows.persons and not row["CountryNL"]:
                for street in {row["StreetNL"], row["StreetFR"]}:
                    expected.setdefault((_street(street), row["HouseNumber"], row["Zipcode"]), set()).add(owner)
    assert any(len(there) > 1 for there in expected.values())
    for (street, house, postcode), there in expected.items():
        hits = view.at_address(street.upper(), house, postcode, limit=500)
        assert {hit.number for hit in hits.hits if hit.score == 1} == there
        assert not hits.corrected


def test_an_address_can_be_asked_for_one_form(view: View, loaded: Loaded) -> None:
    hit = view.by_form("070", MECHELEN).hits[0]
    assert hit.seat is not None
    street, house = hit.seat.street_nl or "", hit.seat.house_number or ""
    assert hit.number in {one.number for one in view.at_address(street, house, MECHELEN, form="070").hits}
    assert hit.number not in {one.number for one in view.at_address(street, house, MECHELEN, form="610").hits}


def test_struck_off_addresses_are_found_and_marked(view: View, loaded: Loaded) -> None:
    struck = [
        (number, row)
        for number, rows in loaded.rows.of("address").items()
        for row in rows
        if row["DateStrikingOff"] and number in loaded.rows.enterprises and not row["CountryNL"]
    ]
    assert struck
    for number, row in struck:
        hits = view.at_address(row["StreetNL"], row["HouseNumber"], row["Zipcode"], limit=500).hits
        seat = next(hit.seat for hit in hits if hit.number == number)
        assert seat is not None
        assert seat.struck_off_on == _day(row["DateStrikingOff"])


def test_a_misspelled_street_is_read_and_said(view: View) -> None:
    right = view.at_address("Koningin Astridlaan", "148", MECHELEN)
    wrong = view.at_address("Koningin Astrydlaan", "148", MECHELEN)
    assert right.hits
    assert [hit.number for hit in wrong.hits] == [hit.number for hit in right.hits]
    assert wrong.corrected == ("Koningin Astrydlaan -> Koningin Astridlaan",)
    assert all(hit.score < 1 for hit in wrong.hits)
    assert not view.at_address("Boulevard Périphérique", "148", MECHELEN).hits


def test_a_house_number_of_a_right_street_where_nobody_is_gives_nobody(view: View) -> None:
    hits = view.at_address("Koningin Astridlaan", "9999", MECHELEN)
    assert hits.hits == ()
    assert not hits.corrected


def test_house_numbers_of_one_building(tmp_path: Path) -> None:
    """Made by hand: `12`, `12A`, `12-14`, `12/14`, `14`, `120` in one street; asked is 12."""
    houses = {"0200000010": "12", "0200000109": "12A", "0200000208": "12-14", "0200000307": "12/14"}
    others = {"0200000406": "14", "0200000505": "120", "0200000604": ""}
    where = (None, None, "2800", "Mechelen", "Malines", "Heikant(STE)", "Le Heikant")
    _load_vmes(tmp_path, {number: (*where, house, "", "", None) for number, house in {**houses, **others}.items()})
    with Register(tmp_path / "register").open() as view:
        for street in ("Heikant", "heikant (STE)", "LE HEIKANT"):
            hits = view.at_address(street, "12 bus 3", "B-2800", form="070").hits
            assert {hit.number: hit.score for hit in hits} == dict(zip(houses, (1.0, 0.8, 0.9, 0.9), strict=True))
            assert hits[0].number == "0200000010"
        assert {hit.number for hit in view.at_address("Heikant", "", "2800").hits} == {*houses, *others}
        assert {hit.number for hit in view.at_address("Heikant", "12B", "2800").hits} == {*houses} - {"0200000109"}


def test_nobody_is_asked_too_much_or_too_strangely(view: View) -> None:
    for text in ("", "\ud800", "x" * 10_000, "'; DROP TABLE place; --", "😀", "\x00", "%"):
        assert not view.at_address(text, text, MECHELEN).hits
        for ask in (view.by_form, view.by_postcode, lambda given: view.at_address("Kerkstraat", "1", given)):
            with pytest.raises(Rejected, match="filter_unreadable"):
                ask(text)
    assert view.syndics(after="\ud800").hits == view.syndics().hits
    assert len(view.by_form("070", limit=10**9).hits) <= 500
    assert view.by_form("070", limit=0).hits == ()


def test_without_a_register_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="loketbus kbo import") as caught, Register(tmp_path).open():
        pass
    assert caught.value.code == "register_missing"


def test_a_damaged_register_is_unavailable(loaded: Loaded, tmp_path: Path) -> None:
    made = _copy(loaded, tmp_path, "0140-00000001")
    (made / "entities.db").write_bytes(b"no database" * 1000)
    with pytest.raises(Unavailable) as caught, Register(tmp_path).open() as view:
        view.exists("0403170701")
    assert caught.value.code == "register_unreadable"
    (made / "addresses.db").unlink()
    with pytest.raises(Unavailable) as caught, Register(tmp_path).open():
        pass
    assert caught.value.code == "register_unreadable"


def test_a_reader_keeps_its_register_when_another_becomes_current(loaded: Loaded, tmp_path: Path) -> None:
    number = next(iter(loaded.rows.enterprises))
    old = _copy(loaded, tmp_path, "0140-00000001")
    register = Register(tmp_path)
    with register.open() as before:
        _copy(loaded, tmp_path, "0141-00000002")
        shutil.rmtree(old)
        assert before.organisation(number) is not None
        assert before.search("vme").hits
        with register.open() as after:
            assert after.organisation(number) == before.organisation(number)
    register.close()


def test_readers_and_swaps_side_by_side(loaded: Loaded, tmp_path: Path) -> None:
    """Who finds a folder that is gone a moment later looks again; nobody sees an error."""
    numbers = sorted(loaded.rows.enterprises)[:20]
    _copy(loaded, tmp_path, "0140-00000000")
    register = Register(tmp_path)

    def ask(number: str) -> bool:
        with register.open() as view:
            return view.organisation(number) is not None and bool(view.by_form("070").hits)

    with ThreadPoolExecutor(4) as readers:
        answers = []
        for turn in range(1, 9):
            answers += [readers.submit(ask, number) for number in numbers]
            old = current(tmp_path)
            _copy(loaded, tmp_path, f"0140-{turn:08x}")
            assert old is not None
            shutil.rmtree(old)
        assert all(answer.result() for answer in answers)
    register.close()


def _load_vmes(folder: Path, seats: dict[str, tuple[str | None, ...]]) -> None:
    dotted = {number: f"{number[:4]}.{number[4:7]}.{number[7:]}" for number in seats}
    rows = {
        "enterprise": [(one, "AC", "000", "2", "070", None, "01-01-2000") for one in dotted.values()],
        "denomination": [(one, "2", "001", f"VME {one}") for one in dotted.values()],
        "address": [(dotted[number], "REGO", *seat) for number, seat in seats.items()],
    }
    import_archives(folder / "register", [full(folder / "KboOpenData_0140_2025_10_05_Full.zip", 140, rows)])


def _copy(loaded: Loaded, folder: Path, name: str) -> Path:
    """Becomes the current register."""
    source = current(loaded.folder)
    assert source is not None
    made = folder / name
    shutil.copytree(source, made)
    swap(folder, made, "kbo")
    return made


def _pages(ask: Callable[[str | None], Hits]) -> list[str]:
    """All numbers, page after page."""
    found: list[str] = []
    while True:
        page = ask(found[-1] if found else None)
        found += [hit.number for hit in page.hits]
        if not page.more:
            return found


def _owned(units: dict[str, Row]) -> dict[str, list[str]]:
    owned: dict[str, list[str]] = {}
    for number, row in units.items():
        owned.setdefault(row["EnterpriseNumber"].replace(".", ""), []).append(number)
    return owned


def _codes(found: Organisation) -> tuple[str | date | None, ...]:
    form, cac = (label.code if label else "" for label in (found.form, found.form_cac))
    return found.status.code, found.situation.code, found.type.code, form, cac, found.start


def _expected_codes(row: Row) -> tuple[str | date | None, ...]:
    names = ("Status", "JuridicalSituation", "TypeOfEnterprise", "JuridicalForm", "JuridicalFormCAC")
    return *(row[name] for name in names), _day(row["StartDate"])


def _address(address: RegisterAddress) -> tuple[str | date | None, ...]:
    texts = (
        address.country_nl, address.country_fr, address.postcode, address.municipality_nl, address.municipality_fr,
        address.street_nl, address.street_fr, address.house_number, address.box, address.extra,
    )  # fmt: skip
    return address.kind.code, *(text or "" for text in texts), address.struck_off_on


def _expected(row: Row) -> tuple[str | date | None, ...]:
    names = (
        "TypeOfAddress", "CountryNL", "CountryFR", "Zipcode", "MunicipalityNL", "MunicipalityFR", "StreetNL",
        "StreetFR", "HouseNumber", "Box", "ExtraAddressInfo",
    )  # fmt: skip
    return *(row[name] for name in names), _day(row["DateStrikingOff"])


def _day(text: str) -> date | None:
    return datetime.strptime(text, "%d-%m-%Y").date() if text else None


def _street(text: str) -> str:
    return text.split("(")[0].strip().lower()
