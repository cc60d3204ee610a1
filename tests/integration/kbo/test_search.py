"""Searching by name: spelling, typing errors, order, filters; and never a natural person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import nullcontext, suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loketbus.errors import Rejected
from services.kbo.domain.organisation import Hits
from services.kbo.domain.words import written
from services.kbo.questions import Register, View
from services.kbo.register.importing import import_archives
from tests.support.kbo_extracts import chain, full
from tests.support.kbo_rows import Rows

# Name, legal form, postcode of the seat. The numbers follow from the order.
NAMES = [
    ("VME Residentie Zonnehof", "070", "2800"),
    ("Vereniging van mede-eigenaars Zonnehof", "070", "9000"),
    ("Residentie Zonnehof", "070", "8400"),
    ("Zonnehof", "610", "2800"),
    ("Bakkerij Zonnehof", "610", "2800"),
    ("ACP Résidence L'Étoile", "070", "1050"),
    ("Bakkerij Peeters", "610", "2800"),
    ("Bakkerij Peeters en Zonen", "610", "9000"),
    ("Peeters Bakkerij", "014", "9000"),
    ("Schrijnwerkerij Vandenbroucke", "610", "2800"),
    ("N.V. De Toekomst", "014", "2800"),
    ("Société Générale de Chauffage", "014", "1000"),
    ("Œuvre Nationale", "017", "1000"),
    ("Van Damme", "610", "2800"),
    ("Vandamme & Zonen", "610", "2800"),
    ("ACP Consulting", "610", "2800"),
    ("De", "610", "2800"),
    ("De Lijn", "416", "2800"),
    ("V.M.E. Kerkstraat 12", "070", "2800"),
    ("VME Kerkstraat 112", "070", "2800"),
    ("Dupont, Jean", "", ""),
    ("Onbekende Figuur", "", ""),
]  # fmt: skip
TYPES = {"Dupont, Jean": "1", "Onbekende Figuur": "0"}
PERSON, PERSONS_SHOP, UNIT = "Dupont, Jean", "Friterie Dupont", "Zonnehof Winkel"


def _number(base: int) -> str:
    return f"{base:08d}{97 - base % 97:02d}"


def _dotted(number: str) -> str:
    return (
        f"{number[:4]}.{number[4:7]}.{number[7:]}"
        if number < "2"
        else f"{number[0]}.{number[1:4]}.{number[4:7]}.{number[7:]}"
    )


NUMBERS = {name: _number(2_000_000 + 11 * at) for at, (name, _, _) in enumerate(NAMES)}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[View]:
    """The names above; the person has a shop with a name of its own, the bakery a shop called after a building."""
    folder = tmp_path_factory.mktemp("small")
    units = {_number(20_000_000): ("Bakkerij Zonnehof", UNIT), _number(20_000_011): (PERSON, PERSONS_SHOP)}
    enterprises = [
        (_dotted(NUMBERS[name]), "AC", "000", "2" if form else TYPES[name], form or None, None, "01-01-2000")
        for name, form, _ in NAMES
    ]
    names = [(_dotted(NUMBERS[name]), "2", "001", name) for name, _, _ in NAMES]
    names += [(_dotted(unit), "2", "003", name) for unit, (_, name) in units.items()]
    streets = ("Markt", "Markt", "1", "", "", None)
    seats = [
        (_dotted(NUMBERS[name]), "REGO", None, None, postcode, "Stad", "Ville", *streets)
        for name, _, postcode in NAMES
        if postcode
    ]
    shops = [(_dotted(unit), "BAET", None, None, "3000", "Leuven", "Louvain", *streets) for unit in units]
    owners = [(_dotted(unit), "01-01-2000", _dotted(NUMBERS[owner])) for unit, (owner, _) in units.items()]
    rows = {"enterprise": enterprises, "denomination": names, "address": seats + shops, "establishment": owners}
    import_archives(folder, [full(folder / "KboOpenData_0140_2025_10_05_Full.zip", 140, rows)])
    register = Register(folder)
    with register.open() as view:
        yield view
    register.close()


def names(hits: Hits) -> list[str]:
    return [hit.matched for hit in hits.hits]


@pytest.mark.parametrize("name", [name for name, form, _ in NAMES if form])
@pytest.mark.parametrize("spelled", [str, str.upper, str.lower, lambda name: f"  {name} !"])
def test_the_very_name_stands_first(small: View, name: str, spelled: object) -> None:
    hits = small.search(spelled(name))  # type: ignore[operator]
    assert hits.hits[0].number == NUMBERS[name]
    assert hits.hits[0].score == 1
    assert not hits.corrected


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("oeuvre nationale", "Œuvre Nationale"),
        ("societe generale", "Société Générale de Chauffage"),
        ("letoile", "ACP Résidence L'Étoile"),
        ("étoile", "ACP Résidence L'Étoile"),
        ("VME residentie etoile", "ACP Résidence L'Étoile"),
        ("VME Etoile", "ACP Résidence L'Étoile"),
        ("Res. Etoile", "ACP Résidence L'Étoile"),
        ("V.M.E. Res. Zonnehof", "VME Residentie Zonnehof"),
        ("nv de toekomst", "N.V. De Toekomst"),
        ("toekomst, de", "N.V. De Toekomst"),
        ("Vereniging van medeëigenaars Kerkstraat 12", "V.M.E. Kerkstraat 12"),
    ],
)
def test_other_spellings_find_it(small: View, asked: str, found: str) -> None:
    assert names(small.search(asked))[0] == found


@pytest.mark.parametrize(
    ("begun", "found"),
    [("schrijnw", "Schrijnwerkerij Vandenbroucke"), ("bakkerij peet", "Bakkerij Peeters"),
     ("toeko", "N.V. De Toekomst"),
     ("société gén", "Société Générale de Chauffage"), ("schrijnwerkerij v", "Schrijnwerkerij Vandenbroucke"),
     ("vereniging van mede-eig", "Vereniging van mede-eigenaars Zonnehof"), ("acp résid", "ACP Résidence L'Étoile")],
)  # fmt: skip
def test_the_last_word_may_be_unfinished(small: View, begun: str, found: str) -> None:
    assert found in names(small.search(begun))


@pytest.mark.parametrize(
    ("typed", "found", "read"),
    [
        ("Bakkerij Peetrs", "Bakkerij Peeters", "peetrs -> peeters"),
        ("Bakkerij Peetesr", "Bakkerij Peeters", "peetesr -> peeters"),
        ("Bakkerij Peetters", "Bakkerij Peeters", "peetters -> peeters"),
        ("Bakkkerij Peeters", "Bakkerij Peeters", "bakkkerij -> bakkerij"),
        ("Zonenhof", "Zonnehof", "zonenhof -> zonnehof"),
        ("Schrijnwrekerij Vandenbroeke", "Schrijnwerkerij Vandenbroucke", "schrijnwrekerij -> schrijnwerkerij"),
        ("Schrijnwerkerij Vandenbroecke", "Schrijnwerkerij Vandenbroucke", "vandenbroecke -> vandenbroucke"),
    ],
)
def test_typing_errors_are_read_and_said(small: View, typed: str, found: str, read: str) -> None:
    hits = small.search(typed)
    assert names(hits)[0] == found
    assert read in hits.corrected
    assert hits.hits[0].score < 1


@pytest.mark.parametrize("typed", ["Zon", "Zaanehuf", "Peterrs Bakery", "Qwertyuiop", "Kerkstraat 13"])
def test_more_errors_than_that_are_not_guessed(small: View, typed: str) -> None:
    assert not small.search(typed).corrected


def test_the_order_is_exact_then_all_words_then_more(small: View) -> None:
    assert names(small.search("bakkerij peeters")) == [
        "Bakkerij Peeters",
        "Peeters Bakkerij",
        "Bakkerij Peeters en Zonen",
    ]
    assert names(small.search("zonnehof"))[0] == "Zonnehof"
    assert names(small.search("kerkstraat 12")) == ["V.M.E. Kerkstraat 12"]
    assert names(small.search("kerkstraat 112")) == ["VME Kerkstraat 112"]


def test_a_vme_goes_first_when_one_is_asked(small: View) -> None:
    found = small.search("VME Zonnehof").hits
    assert {hit.number for hit in found if hit.vme} == {
        NUMBERS[name] for name, form, _ in NAMES if form == "070" and "Zonnehof" in name
    }
    assert [hit.vme for hit in found] == sorted((hit.vme for hit in found), reverse=True)
    consulting = small.search("acp consulting").hits
    assert [hit.matched for hit in consulting] == ["ACP Consulting"]


def test_fewer_words_when_nobody_has_all(small: View) -> None:
    assert names(small.search("Schrijnwerkerij Vandenbroucke BV")) == ["Schrijnwerkerij Vandenbroucke"]
    assert names(small.search("Schrijnwerkerij Vandenbroucke Mechelen"))[0] == "Schrijnwerkerij Vandenbroucke"
    assert not small.search("Qwertyuiop Asdfghjkl Bakkerij").hits


def test_a_name_of_a_unit_gives_its_enterprise(small: View) -> None:
    hit = small.search(UNIT).hits[0]
    assert (hit.number, hit.name, hit.matched) == (NUMBERS["Bakkerij Zonnehof"], "Bakkerij Zonnehof", UNIT)
    assert hit.unit == _number(20_000_000)
    assert hit.seat is not None
    assert hit.seat.postcode == "2800"


def test_filters_by_postcode_and_form(small: View) -> None:
    assert {hit.number for hit in small.search("zonnehof", postcode="2800").hits} == {
        NUMBERS["VME Residentie Zonnehof"], NUMBERS["Zonnehof"], NUMBERS["Bakkerij Zonnehof"]
    }  # fmt: skip
    assert names(small.search("zonnehof", postcode="3000")) == [UNIT]
    assert names(small.search("zonnehof", postcode="2800", form="070")) == ["VME Residentie Zonnehof"]
    assert names(small.search("acp", form="610")) == ["ACP Consulting"]
    assert {hit.form.code for hit in small.search("vme", form="070").hits if hit.form} == {"070"}
    assert {hit.number for hit in small.search("vme", postcode="2800").hits} == {
        NUMBERS[name] for name, form, postcode in NAMES if (form, postcode) == ("070", "2800")
    }
    assert not small.search("zonnehof", postcode="1234").hits


def test_a_limit_says_that_there_is_more(small: View) -> None:
    whole = small.search("zonnehof")
    assert not whole.more
    part = small.search("zonnehof", limit=2)
    assert part.hits == whole.hits[:2]
    assert part.more


def test_a_natural_person_is_not_found_nor_what_is_hers(small: View) -> None:
    assert small.organisation(NUMBERS[PERSON]) is not None
    for text in (PERSON, PERSONS_SHOP, "Dupont", "Friterie", "Dupon", "Friteri"):
        assert not {NUMBERS[PERSON]} & {hit.number for hit in small.search(text).hits}
    assert not small.at_address("Markt", "1", "3000").hits[1:]


def test_who_is_of_unknown_type_may_be_a_person_and_is_not_found(small: View) -> None:
    assert small.organisation(NUMBERS["Onbekende Figuur"]) is not None
    assert not small.search("Onbekende Figuur").hits


@pytest.mark.parametrize(
    "text",
    ["", " ", "😀", '"', 'a"b', "(x OR y)", "NEAR(a b)", "*", "a*", "-x", "x AND", "NOT", "words:x", "^a", "{a b}", "'",
     "'; DROP TABLE name; --", "\x00", "a\x00b", "\ud800", "\ue002", "a" * 10_000, "woord " * 2_000, "v", "de", "VME",
     "V.M.E.", "de de de", "12", "%", "_", "🇧🇪 bakkerij", "e\u0301"],
)  # fmt: skip
def test_any_text_has_an_answer(small: View, text: str) -> None:
    for postcode, form in ((None, None), ("2800", None), (None, "070"), ("2800", "610")):
        assert small.search(text, postcode=postcode, form=form).source == small.source


@given(text=st.text())
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_text_is_an_error(small: View, text: str) -> None:
    assert NUMBERS[PERSON] not in {hit.number for hit in small.search(text).hits}


@given(postcode=st.none() | st.text(max_size=6), form=st.none() | st.text(max_size=4))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_filter_is_used_or_refused(small: View, postcode: str | None, form: str | None) -> None:
    given_one = any(text and text.strip() for text in (postcode, form))
    with suppress(Rejected) if given_one else nullcontext():
        narrowed = small.search("bakkerij", postcode, form).hits != small.search("bakkerij").hits
        assert narrowed is given_one


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[View, Rows]]:
    made = chain(tmp_path_factory.mktemp("extracts"), updates=0, seed=3)
    folder = tmp_path_factory.mktemp("register")
    import_archives(folder, [made.first])
    register = Register(folder)
    with register.open() as view:
        yield view, Rows(made.first)
    register.close()


def test_no_word_of_the_register_finds_a_natural_person(generated: tuple[View, Rows]) -> None:
    view, rows = generated
    texts = {row["Denomination"] for some in rows.of("denomination").values() for row in some}
    asked = {word for text in texts for word in written(text)}
    assert rows.persons
    found = {hit.number for word in sorted(asked) for hit in view.search(word, limit=200).hits}
    assert found
    assert not found & rows.persons


def test_no_name_of_a_natural_person_or_her_unit_finds_her(generated: tuple[View, Rows]) -> None:
    view, rows = generated
    for entity, names_of in rows.of("denomination").items():
        if rows.owner(entity) in rows.persons:
            for row in names_of:
                assert not {hit.number for hit in view.search(row["Denomination"]).hits} & rows.persons


def test_every_name_of_a_legal_person_finds_it(generated: tuple[View, Rows]) -> None:
    view, rows = generated
    for entity, names_of in rows.of("denomination").items():
        owner = rows.owner(entity)
        if owner not in rows.persons:
            for row in names_of:
                hits = view.search(row["Denomination"], limit=100)
                assert owner in {hit.number for hit in hits.hits if hit.score == 1}, row


def test_lists_and_addresses_give_no_natural_person(generated: tuple[View, Rows]) -> None:
    view, rows = generated
    there = (row for some in rows.of("address").values() for row in some)
    addresses = [row for row in there if re.fullmatch("[0-9]{4}", row["Zipcode"])]
    found = {
        hit.number
        for row in addresses
        for hit in view.at_address(row["StreetNL"], row["HouseNumber"], row["Zipcode"], limit=500).hits
    }
    found |= {
        hit.number for code in {row["Zipcode"] for row in addresses} for hit in view.by_postcode(code, limit=500).hits
    }
    found |= {hit.number for hit in view.syndics(limit=500).hits}
    assert found
    assert not found & rows.persons
