"""Streets for somebody who is typing: the right ones first, with all that people do to a name, and along an index."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.address.domain.folding import street_fold, street_key, words
from services.address.domain.model import Status
from services.address.questions import Register, View
from services.address.questions.suggesting import ANYWHERE_MAX
from tests.support.address_register import MECHELEN, WILLEBROEK, Town

NAMES = (
    "'t Leitje", "Adegemstraat", "Bergstraat", "Bethaniënstraat", "Désiré Boucherystraat", "Dokter Jules Moonsstraat",
    "Elf-novemberstraat", "Emmaüsdreef", "Faid'Herbestraat", "Feeënstraat", "Frans Stormsstraat", "Grote Markt",
    "Grote Nieuwedijkstraat", "Hoogstraat", "Hoogstraatje", "Kanonstraat", "Karmelietenstraat", "Kerkstraatje",
    "Klein-Begijnhofbogaard", "Klein Begijnhof", "Kleine Nieuwedijkstraat", "Koningin Astridlaan", "Koning Albertplein",
    "Korte Ridderstraat", "Lange Nieuwstraat", "Lange Ridderstraat", "Leuvensesteenweg",
    "Lucas en Maria Faydherbestraat", "Nieuwstraat", "O-L-V van Fatimastraat", "Onder-den-Toren",
    "Onze-Lieve-Vrouwestraat", "Oude Bankstraat", "Oude Kerkstraat", "Plein-der-Verenigde-Naties", "Sint-Jacobstraat",
    "Sint-Katelijnestraat", "Sint-Romboutskerkhof", "Stationsstraat", "Steenweg", "Steenweg op Blaasveld",
    "Steenweg op Heindonk", "Straatje-zonder-einde", "Twaalf-Apostelenstraat", "Vismarkt",
)  # fmt: skip
"""Real ones of Mechelen (reference section 6)."""
PLAIN = [name for name in NAMES if street_key(name) == street_fold(name)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    town = Town()
    for name in NAMES:
        town.address(town.street(name), "1")
    for postcode, homonym in ((2811, None), (2812, "Muizen")):
        town.address(town.street("Kerkstraat", homonym=homonym), "1", postcode=postcode)
    town.address(town.street("Kerkstraat", WILLEBROEK), "1", postcode=2830)
    both = town.street("Zandvoortstraat", WILLEBROEK, Status.VOORGESTELD, name_fr="Rue du Sable")
    for postcode in (2830, 2800):
        town.address(both, str(postcode), postcode=postcode)
    town.add("postcode", 2800, WILLEBROEK)
    town.street("Zandstraat", status=Status.GEHISTOREERD)
    for house in range(ANYWHERE_MAX * 2):
        town.street(f"{house:04}de Linieregimentstraat", WILLEBROEK)
    made = tmp_path_factory.mktemp("register")
    town.save(made)
    return made


@pytest.fixture
def view(folder: Path) -> Iterator[View]:
    register = Register(folder)
    with register.open() as view:
        yield view
    register.close()


def names(view: View, typed: str, postcode: int | None = 2800, nis: int | None = None, limit: int = 20) -> list[str]:
    return [hit.street.name for hit in view.suggest(typed, postcode, nis, limit)]


def expected(typed: str) -> list[str]:
    """By looking at every name: those that begin so, then those of which words begin so; each by name."""
    first = sorted((one for one in PLAIN if street_fold(one).startswith(street_fold(typed))), key=street_fold)
    every = [one for one in PLAIN if all(any(w.startswith(t) for w in words(one)) for t in words(typed))]
    return first + sorted(set(every) - set(first), key=street_fold)


def test_every_beginning_of_every_word_finds_its_street(view: View) -> None:
    typed = {one[:length] for name in NAMES for one in words(name) for length in range(1, len(one) + 1)}
    for text in sorted(typed):
        found = names(view, text, nis=MECHELEN, limit=200)
        assert len(found) == len(set(found))
        if street_key(text) == street_fold(text):
            assert [one for one in found if one in PLAIN] == expected(text), text
        else:  # `koningin`, `min`: what it may be short for is found as well
            assert set(expected(text)) <= set(found), text


@pytest.mark.parametrize(
    "text", ["grote ma", "op hei", "maria lucas", "nieuwe klei", "onder toren", "str z e", "den o"]
)
def test_several_words_in_any_order(view: View, text: str) -> None:
    found = names(view, text)
    assert found == expected(text)
    assert found


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("st. kat", ["Sint-Katelijnestraat"]),
        ("st. k", ["Sint-Katelijnestraat"]),
        ("St-Kat", ["Sint-Katelijnestraat"]),
        ("sint kat", ["Sint-Katelijnestraat"]),
        ("SINT-KATELIJNESTR", ["Sint-Katelijnestraat"]),
        ("katel", ["Sint-Katelijnestraat"]),
        ("o.l.v.", ["O-L-V van Fatimastraat", "Onze-Lieve-Vrouwestraat"]),
        ("OLV v", ["O-L-V van Fatimastraat", "Onze-Lieve-Vrouwestraat"]),
        ("onze lieve vrouw van fat", ["O-L-V van Fatimastraat"]),
        ("O.L. Vrouwestr.", ["Onze-Lieve-Vrouwestraat"]),
        ("fatima", ["O-L-V van Fatimastraat"]),
        ("dr. jules m", ["Dokter Jules Moonsstraat"]),
        ("dr jules moonsstr", ["Dokter Jules Moonsstraat"]),
        ("kon. a", ["Koning Albertplein", "Koningin Astridlaan"]),
        ("twaalf apost", ["Twaalf-Apostelenstraat"]),
        ("elf november", ["Elf-novemberstraat"]),
        ("desire bou", ["Désiré Boucherystraat"]),
        ("bethaniën", ["Bethaniënstraat"]),
        ("emmaus", ["Emmaüsdreef"]),
        ("t leit", ["'t Leitje"]),
        ("’t leit", ["'t Leitje"]),
        ("faidher", ["Faid'Herbestraat"]),
        ("grotem", ["Grote Markt"]),
        ("  grote   MARKT ", ["Grote Markt"]),
        ("leuvensestwg", ["Leuvensesteenweg"]),
        ("vismarkt 12", []),
        ("statie", []),
        ("xyz", []),
    ],
)
def test_a_name_as_people_type_it(view: View, typed: str, wanted: list[str]) -> None:
    assert names(view, typed) == wanted
    assert names(view, typed, postcode=None) == wanted


def test_what_stands_there_literally_comes_before_what_it_may_be_short_for(view: View) -> None:
    found = names(view, "st", limit=100)
    literal = [one for one in found if one.startswith("St")]
    assert found[: len(literal)] == literal
    assert [one for one in found if one.startswith("Sint")] == found[len(literal) : len(literal) + 3]


def test_namesakes_are_told_apart(view: View) -> None:
    hits = view.suggest("kerkstraat", nis=MECHELEN)
    assert [hit.label for hit in hits[:2]] == ["Kerkstraat, 2811 Mechelen", "Kerkstraat (Muizen), 2812 Mechelen"]
    assert names(view, "kerkstraat", 2812) == ["Kerkstraat"]
    assert names(view, "kerkstraat", 2801) == []


def test_a_postcode_of_two_municipalities(view: View) -> None:
    hit = view.suggest("zand", 2800)[0]
    assert (hit.municipality.name, hit.postcodes, hit.proposed) == ("Willebroek", (2800, 2830), True)
    assert hit.label == "Zandvoortstraat, 2800/2830 Willebroek"
    assert names(view, "", 2800, limit=500) == [*names(view, "", 2800, MECHELEN, 500), "Zandvoortstraat"]
    assert names(view, "zand", 2800, MECHELEN) == names(view, "zand", 1000) == names(view, "zand", 2812) == []


def test_only_streets_that_may_be_used(view: View) -> None:
    assert names(view, "zandstraat") == names(view, "zandstraat", None) == []


def test_by_its_french_name(view: View) -> None:
    assert names(view, "rue du s") == names(view, "sable") == ["Zandvoortstraat"]


def test_nothing_typed_gives_the_first_of_an_area_only(view: View) -> None:
    assert names(view, "", limit=3) == ["Adegemstraat", "Bergstraat", "Bethaniënstraat"]
    assert names(view, "", None) == names(view, " - ", None) == []


@pytest.mark.parametrize(("limit", "found"), [(0, 0), (-5, 0), (1, 1), (7, 7), (10**9, len(NAMES) + 2)])
def test_no_more_than_asked(view: View, limit: int, found: int) -> None:
    assert len(view.suggest("", nis=MECHELEN, limit=limit)) == found


def test_without_area_each_name_comes_once_then_its_namesakes(view: View) -> None:
    hits = view.suggest("kerk")
    assert [(hit.street.name, hit.municipality.name, hit.elsewhere) for hit in hits] == [
        ("Kerkstraat", "Mechelen", 1), ("Kerkstraatje", "Mechelen", 0), ("Oude Kerkstraat", "Mechelen", 0),
        ("Kerkstraat", "Mechelen", 0), ("Kerkstraat", "Willebroek", 0),
    ]  # fmt: skip
    assert hits[0].label == "Kerkstraat, 2811 Mechelen en in 1 andere gemeente"
    assert hits[-1].label == "Kerkstraat, 2830 Willebroek"
    inside = view.suggest("kerk", nis=MECHELEN)
    assert {hit.elsewhere for hit in inside} == {0}
    assert [hit.street.name for hit in view.suggest("kerk", limit=3)] == [
        "Kerkstraat",
        "Kerkstraatje",
        "Oude Kerkstraat",
    ]


def test_without_area_a_word_in_the_middle_is_looked_for_in_so_many_names(view: View) -> None:
    assert len(view.suggest("linie", nis=WILLEBROEK, limit=500)) == 2 * ANYWHERE_MAX
    assert len(view.suggest("linie", limit=500)) == ANYWHERE_MAX


@pytest.mark.parametrize(
    "typed", ["\ud800", "💥", "\x00", "\u202egrote", "%", "' OR 1=1 --", "a " * 5_000, "markt" * 2_000, "ß" * 300]
)
def test_any_text_is_answered(view: View, typed: str) -> None:
    for area in ({"postcode": 2800}, {"nis": MECHELEN}, {}):
        assert isinstance(view.suggest(typed, **area), tuple)


LISTS = re.compile(
    r"\b(SCAN (k|s|t|n|former_key|street(_(start|name|key|word))?|address|a|p)\b|TEMP B-TREE FOR ORDER BY)"
)


def test_every_question_goes_along_an_index(view: View) -> None:
    """Speed is for the benchmarks; that no question looks at a whole table is certain."""
    db: sqlite3.Connection = view._reader.db
    asked: list[str] = []
    db.set_trace_callback(asked.append)
    street = view.streets("grotemarkt")[0].id
    for typed in ("s", "st. kat", "op hei van st"):
        for area in ({"postcode": 2800}, {"nis": MECHELEN}, {"postcode": 2800, "nis": MECHELEN}, {}):
            view.suggest(typed, **area)
    view.streets("grotemarkt", MECHELEN)
    view.former_streets("grotemarkt", MECHELEN)
    view.former_streets("grotemarkt")
    view.street_keys(MECHELEN)
    view.at(street, ["1", "2"])
    view.numbers(street)
    view.boxes(street, "1")
    view.building_of(view.at(street, ["1"])[0].id)
    view.parcel("21683D0265/02R020")
    view.successors(1)
    view.street_successors(1)
    view.places("mechelen")
    view.municipalities(2800)
    view.touched(0)
    db.set_trace_callback(None)
    plans = {query: [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {query}")] for query in asked}
    assert len(plans) > 30
    slow = {query: plan for query, plan in plans.items() if any(map(LISTS.search, plan))}
    assert slow == {}
