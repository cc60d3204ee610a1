"""Events of the change feed as typed changes: the real samples, their shapes by hand, and anything else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.address.domain.feed_events import REGISTERS, Change, Odd, Transform, Unreadable, event_id, read
from services.address.domain.model import Status
from tests.support import address_feed as feed
from tests.support.address_feed import SAMPLES, concept, names, point, status, uri


def test_a_new_address_has_every_column() -> None:
    made = read(feed.address(31319625, 64260, "30", "002", id=5610931), "address")
    assert isinstance(made, Change)
    assert (made.event, made.action, made.object, made.nis) == (5610931, "create", 31319625, {12025})
    assert made.version == "2025-04-18T11:52:12+02:00"
    assert made.new == {
        "street": 64260,
        "status": Status.IN_GEBRUIK,
        "house": "30",
        "box": "002",
        "postcode": 2800,
        "official": 1,
        "method": "afgeleidVanObject",
        "specification": "perceel",
        "x": 157560.95,
        "y": 190981.82,
    }
    assert made.odd == ()


def test_a_value_that_was_removed_is_none() -> None:
    gone = read(
        feed.update("adressen", 1, ("busnummer", "2", None), ("heeftPostinfo", uri("postinfo", 2800), None)), "address"
    )
    assert isinstance(gone, Change)
    assert gone.new == {"box": None, "postcode": None}
    assert gone.old == {"box": "2", "postcode": 2800}


def test_an_update_without_attributes_is_a_new_version() -> None:
    renamed = read(feed.update("adressen", 1, version="2026-01-01T00:00:00+01:00"), "address")
    assert isinstance(renamed, Change)
    assert (renamed.new, renamed.version) == ({}, "2026-01-01T00:00:00+01:00")


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        (point("109560.95", "168981.82"), (109560.95, 168981.82)),
        (list(reversed(point("109560.95", "168981.82"))), (109560.95, 168981.82)),
        (point("109560.95", "168981.82")[0], (109560.95, 168981.82)),  # one object, as the schema has it
        (point("109560.95", "168981.82")[1:], (None, None)),
        (None, (None, None)),
        ([{"type": "Punt"}, "x", None], (None, None)),
    ],
)
def test_of_a_position_lambert_72_counts(position: object, expected: tuple[float | None, float | None]) -> None:
    moved = read(feed.update("adressen", 1, ("positie.geometrie", None, position)), "address")
    assert isinstance(moved, Change)
    assert (moved.new["x"], moved.new["y"]) == expected


@pytest.mark.parametrize(
    ("given_names", "expected"),
    [
        (names(nl="Aakaai", fr="Quai d'Aa"), ("Aakaai", "Quai d'Aa", None)),
        (names(fr="Quai d'Aa", nl="Aakaai"), ("Aakaai", "Quai d'Aa", None)),
        (names(fr="Quai d'Aa"), ("Quai d'Aa", "Quai d'Aa", None)),
        (names(de="Aastraße"), ("Aastraße", None, "Aastraße")),
    ],
)
def test_names_by_language(given_names: object, expected: tuple[str | None, ...]) -> None:
    named = read(feed.update("straatnamen", 1, ("straatnaam", [], given_names)), "street")
    assert isinstance(named, Change)
    assert (named.new["name"], named.new["name_fr"], named.new["name_de"]) == expected


@pytest.mark.parametrize(("addition", "expected"), [(names(nl="zij"), "zij"), (names(fr="côté"), "côté"), (None, None)])
def test_homonym(addition: object, expected: str | None) -> None:
    changed = read(feed.update("straatnamen", 1, ("homoniemToevoeging", None, addition)), "street")
    assert isinstance(changed, Change)
    assert changed.new == {"homonym": expected}


@pytest.mark.parametrize(
    "attributes",
    [
        {"gebouweenheidStatus": "gerealiseerd", "gebouweenheidFunctie": "nietGekend", "gebouw.id": uri("gebouw", 7),
         "adresIds": [uri("adres", 3), uri("adres", 2), uri("adres", 3)], "afwijkingVastgesteld": False},
        {"status": status("gerealiseerd", "gebouweenheid"), "functie": concept("gebouweenheidfunctie/nietGekend"),
         "isDeelVan": uri("gebouw", 7), "toegekendAdres": [uri("adres", 2), uri("adres", 3)]},
    ],
)  # fmt: skip
def test_units_as_they_are_sent_and_as_the_schema_names_them(attributes: dict[str, Any]) -> None:
    unit = read(feed.create("gebouweenheden", 5, **attributes), "unit")
    assert isinstance(unit, Change)
    assert unit.new == {"status": Status.GEREALISEERD, "function": "nietGekend", "building": 7}
    assert unit.links == (2, 3)
    assert unit.odd == ()


@pytest.mark.parametrize("key", ["72015B0517-00B002", "72015B0517/00B002", uri("perceel", "72015B0517-00B002")])
def test_a_parcel_has_its_capakey(key: str) -> None:
    parcel = read(feed.create("percelen", key, perceelStatus="gerealiseerd", adresIds=[]), "parcel")
    assert isinstance(parcel, Change)
    assert (parcel.object, parcel.links) == ("72015B0517/00B002", ())


def test_postal_information() -> None:
    named = read(feed.update("postinfo", 9050, ("postnaam", [], names(nl="Ledeberg")), nis=()), "postal")
    assert isinstance(named, Change)
    assert (named.object, named.nis, named.names, named.new) == (9050, frozenset(), (("Ledeberg", "nl"),), {})
    attached = read(feed.update("postinfo", 9050, ("isToegekendAan", None, uri("gemeente", 44021))), "postal")
    assert isinstance(attached, Change)
    assert (attached.new, attached.names) == ({"nis": 44021}, None)


def test_three_shapes_of_transform() -> None:
    found = [
        read(feed.transform("adressen", (963208, 30411696), (1767836, 30411697)), "address"),
        read(feed.transform("straatnamen", (228493, 236700), (228493, 236701)), "street"),
        read(feed.transform("gemeenten", (71022, 71072), nis=(73040, 71072, 71022)), "municipality"),
    ]
    assert [one.pairs for one in found if isinstance(one, Transform)] == [
        ((963208, 30411696), (1767836, 30411697)),
        ((228493, 236700), (228493, 236701)),
        ((71022, 71072),),
    ]
    assert found[2].nis == {73040, 71072, 71022}


def test_what_is_not_known_is_left_out_and_named() -> None:
    changed = feed.update(
        "adressen", 1,
        ("verdieping", None, 3), ("status", None, status("gereserveerd")), ("huisnummer", "1", "2"),
        ("officieelToegekend", True, "ja"), ("busnummer", None, "x" * 300),
    )  # fmt: skip
    changed["dataschema"] = f"{feed.SCHEMAS}/adres/2027-03-01/adres.json"
    found = read(changed, "address")
    assert isinstance(found, Change)
    assert found.new == {"house": "2"}
    assert found.odd == (
        Odd("newer_schema", "2027-03-01"),
        Odd("unknown_attribute", "verdieping"),
        Odd("unknown_value", "status"),
        Odd("unknown_value", "officieelToegekend"),
        Odd("unknown_value", "busnummer"),
    )


@pytest.mark.parametrize(
    ("register", "name", "wrong", "right"),
    [
        ("adressen", "heeftPostinfo", uri("postinfo", 12345), uri("postinfo", 2800)),
        ("adressen", "heeftPostinfo", "0000", "0612"),
        ("adressen", "heeftPostinfo", "280", "2800"),
        ("adressen", "heeftStraatnaam", uri("straatnaam", 0), uri("straatnaam", 1)),
        ("adressen", "huisnummer", "  ", "1 "),
        ("adressen", "status", concept("gebouweenheidstatus/gerealiseerd"), status("afgekeurd")),
        ("straatnamen", "isToegekendDoor", uri("gemeente", 120250), uri("gemeente", 12025)),
        ("straatnamen", "isToegekendDoor", "00000", "12025"),
        ("straatnamen", "straatnaam", [], names(nl="Aakaai")),
        ("straatnamen", "straatnaam", None, names(fr="Quai d'Aa")),
        ("straatnamen", "straatnaam", names(nl=" "), names(nl="Aakaai")),
        ("gemeenten", "gemeentenaam", [], names(nl="Mechelen")),
        ("postinfo", "isToegekendAan", uri("gemeente", 1), uri("gemeente", 44021)),
        ("gebouweenheden", "gebouweenheidStatus", "inGebruik", "gehistoreerd"),
        ("percelen", "adresIds", ["0"], ["1"]),
    ],
)
def test_what_cannot_be_told_to_anybody_is_no_value(register: Any, name: str, wrong: object, right: object) -> None:
    """The contract has postcodes of four digits, NIS codes of five, names that are not empty."""
    key = {"postinfo": 9050, "gemeenten": 12025, "percelen": "72015B0517-00B002"}.get(register, 1)
    bad, good = (read(feed.update(register, key, (name, None, one)), REGISTERS[register]) for one in (wrong, right))
    assert isinstance(bad, Change)
    assert isinstance(good, Change)
    assert (bad.new, bad.links, bad.odd) == ({}, None, (Odd("unknown_value", name),))
    assert (good.odd, bool(good.new or good.links)) == ((), True)


def with_data(event: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**event, "data": {**event["data"], **changes}}


HOUSE = feed.address(1, 2, "3")


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ("text", "no_event"),
        (None, "no_event"),
        ({**HOUSE, "data": None}, "no_event"),
        (with_data(HOUSE, nisCodes="12025"), "no_event"),
        ({**HOUSE, "id": None}, "no_id"),
        ({**HOUSE, "id": "12a"}, "no_id"),
        ({**HOUSE, "id": "٣"}, "no_id"),
        ({**HOUSE, "type": "basisregisters.address.create.v2"}, "unknown_type"),
        ({**HOUSE, "type": "basisregisters.address.merge.v1"}, "unknown_type"),
        ({**HOUSE, "type": "basisregisters.road.create.v1"}, "unknown_type"),
        (feed.street(1, "Grote Markt"), "wrong_register"),
        (with_data(HOUSE, objectId=None), "no_object"),
        (with_data(HOUSE, objectId="../1"), None),  # the last part of a path is the id
        (with_data(HOUSE, objectId="12025A"), "no_object"),
        (with_data(HOUSE, objectId="000"), "no_object"),
        (with_data(HOUSE, nisCodes=["120250"]), "no_event"),
        (with_data(feed.transform("adressen", (1, 2)), transformaties=[{"vanId": "0", "naarId": "1"}]), "no_successor"),
        (with_data(HOUSE, attributen=[]), "incomplete"),
        (with_data(HOUSE, attributen="all"), "incomplete"),
        (with_data(feed.transform("adressen", (1, 2)), transformaties=[]), "no_successor"),
        (with_data(feed.transform("adressen", (1, 2)), transformaties=[{"vanId": "1"}]), "no_successor"),
        (with_data(feed.transform("adressen", (1, 2)), transformaties=["1"]), "no_successor"),
    ],
)
def test_what_cannot_be_read_says_why(event: object, code: str | None) -> None:
    if code is None:
        assert read(event, "address")
        return
    with pytest.raises(Unreadable) as refused:
        read(event, "address")
    assert refused.value.code == code


@pytest.mark.parametrize(("register", "wrong"), [("postinfo", 12345), ("gemeenten", 120250), ("gemeenten", 1)])
def test_an_object_of_its_kind(register: Any, wrong: int) -> None:
    with pytest.raises(Unreadable) as refused:
        read(feed.delete(register, wrong, nis=()), REGISTERS[register])
    assert refused.value.code == "no_object"


def test_a_municipality_only_goes_up_in_a_municipality() -> None:
    with pytest.raises(Unreadable) as refused:
        read(feed.transform("gemeenten", (12025, 120250)), "municipality")
    assert refused.value.code == "no_successor"


@pytest.mark.parametrize(
    ("given_id", "expected"),
    [("17", 17), (17, 17), (True, None), ("9" * 19, None), (-1, None), (1.0, None), ("", None)],
)
def test_ids(given_id: object, expected: int | None) -> None:
    assert event_id({"id": given_id}) == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["status", "straatnaam", "huisnummer", "adresIds", "positie.geometrie", "postnaam", "gebouw.id"]
)
ATTRIBUTE = st.fixed_dictionaries({"naam": NAMES | JSON, "oudeWaarde": JSON, "nieuweWaarde": JSON})
DATA = st.fixed_dictionaries(
    {"objectId": st.just("17") | JSON, "nisCodes": st.just(["12025"]) | JSON, "attributen": st.lists(ATTRIBUTE) | JSON},
    optional={"versieId": JSON, "transformaties": JSON, "vanId": JSON, "naarIds": JSON, "naarId": JSON},
)


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(sorted(REGISTERS.items())),
    action=st.sampled_from(["create", "update", "delete", "transform"]),
    data=DATA | JSON,
    more=st.fixed_dictionaries({}, optional={"time": JSON, "dataschema": JSON, "id": JSON, "type": JSON}),
)
def test_anything_is_read_or_said_to_be_unreadable(
    kind: tuple[str, str], action: str, data: Any, more: dict[str, Any]
) -> None:
    register, holds = kind
    said = _said({**feed.event(register, action, data, id=1), **more}, holds)
    assert all(text.isascii() for text in said[0])
    json.dumps(said[1], ensure_ascii=False).encode()  # what SQLite is given


def _said(event: Any, holds: Any) -> tuple[list[str], list[Any]]:
    """What is shown to people, and what is stored."""
    try:
        found = read(event, holds)
    except Unreadable as why:
        return [why.what, str(why)], []
    return [odd.what for odd in found.odd], [dict(getattr(found, "new", {})), found.at]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")
@pytest.mark.parametrize("register", list(REGISTERS))
def test_every_real_sample_is_read_whole(register: Any) -> None:
    events = feed.samples()[register]
    found = [read(event, REGISTERS[register]) for event in events]
    assert len(found) >= 6
    assert [one.odd for one in found if one.odd] == []
    for one, event in zip(found, events, strict=True):
        if isinstance(one, Change) and one.action == "create" and register != "postinfo":
            assert one.new
        assert (one.event, one.at) == (int(event["id"]), event["time"])
