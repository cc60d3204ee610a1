"""What address answers over HTTP, to whom; on a small register."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from loketbus.security import unprotected_routes
from services.address.api.models import (
    Boxes,
    BuildingAround,
    HouseNumbers,
    KnownAddress,
    Matched,
    Municipalities,
    ParcelAnswer,
    Streets,
)
from services.address.api.models_register import RegisterStanding
from tests.integration.address.desk import CRM, Desk, refused, told
from tests.support.address_register import MECHELEN, META
from tests.support.address_service import (
    BOX,
    BRUUL,
    BUILDING,
    HEIR,
    HOUSE,
    LEOPOLD,
    NOBODY,
    OTHER_BOX,
    REMOVED,
    RETIRED,
    SHOP,
    SPLIT,
    AddressHouse,
    town,
)

PATHS = (
    "/municipalities?postcode=2800",
    "/streets?q=x",
    "/streets/1/numbers",
    "/streets/1/numbers/1",
    "/addresses/1",
    "/addresses/1/building",
    "/addresses/1/follow",
    "/parcels/1",
    "/register",
)
FIELDS = [
    "input", "verdict", "changes", "reasons", "street", "house_number", "box", "postcode", "municipality",
    "address_id", "building_address_id", "candidates",
]  # fmt: skip
NASTY = (
    "",
    "Kerkstraat " * 1000,
    "😀🏠" * 200,
    "\u202e\u200fBruul\u202c",
    "'; DROP TABLE address; --",
    "<script>alert(1)</script><b>Bruul</b>",
    "Bruul\x00\x07",
    "\x00",
    "%s%n${jndi:x}",
    "٢٨٠٠",
)
PARCEL, GONE_PARCEL = "21683D0265/02R020", "21683D0266/00_000"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """With the town, a building of two units and its parcel; for who only asks."""
    made = town()
    block = made.building(id=701)
    made.unit(block, [BOX], id=801)
    made.unit(block, [BUILDING], id=802, function="gemeenschappelijkDeel")
    made.parcel(PARCEL, [BUILDING])
    house = AddressHouse(tmp_path_factory.mktemp("desk"), None)
    asyncio.run(house.__aenter__())
    house.load(made)
    yield Desk(house)
    asyncio.run(house.__aexit__())


class TestWhoMay:
    async def test_nothing_is_answered_without_a_token(self, address: AddressHouse) -> None:
        desk = Desk(address)
        assert unprotected_routes(desk.app) == ["/health", "/metrics", "/ready"]
        async with desk.client() as nobody:
            answers = [await nobody.get(path) for path in PATHS]
            answers.append(await nobody.post("/match", json={"text": "x"}))
        assert {refused(answer) for answer in answers} == {(401, "token_missing")}

    async def test_an_operator_sees_the_register_and_not_what_is_in_it(self, desk: Desk) -> None:
        assert (await desk.get("/register", "operator")).status_code == 200
        for path in PATHS[:-1]:
            assert (await desk.get(path, "operator")).status_code == 403, path
        assert (await desk.match("x", "operator")).status_code == 403

    async def test_a_partner_sees_nothing(self, desk: Desk) -> None:
        for path in PATHS:
            assert (await desk.get(path, "partner:klusjes")).status_code == 403, path


class TestMatch:
    async def test_all_fields_of_an_answer(self, desk: Desk) -> None:
        found = told(await desk.match("Leopoldstraat 14 bus 0101, 2800 Mechelen", CRM), Matched)
        assert list(found) == [*FIELDS, "address", "source"]
        assert (found["input"], found["verdict"], found["changes"]) == (
            "Leopoldstraat 14 bus 0101, 2800 Mechelen",
            "exact",
            [],
        )
        assert (found["address_id"], found["building_address_id"]) == (str(BOX), str(BUILDING))
        assert (found["street"], found["house_number"], found["box"]) == ("Leopoldstraat", "14", "0101")
        assert (found["postcode"], found["municipality"]) == ("2800", "Mechelen")
        assert found["address"]["label"] == "Leopoldstraat 14 bus 0101, 2800 Mechelen"
        assert found["source"]["attribution"] == f"{META['attribution']}, toestand op 01/08/2026."
        assert all(reason["message"].endswith(".") for reason in found["reasons"])

    async def test_parts_and_a_postcode_that_is_a_number(self, desk: Desk) -> None:
        answer = await desk.match(street="Leopoldstraat", house_number="14", box="0102", postcode=2800)
        assert told(answer, Matched)["address_id"] == str(OTHER_BOX)

    async def test_an_id_and_a_uri(self, desk: Desk) -> None:
        for given in (str(SHOP), f"https://data.vlaanderen.be/id/adres/{SHOP}/2023-11-02T07:37:34+01:00"):
            found = told(await desk.match(address_id=given), Matched)
            assert (found["input"], found["verdict"], found["address_id"]) == (given, "exact", str(SHOP))

    async def test_a_number_with_boxes_offers_them(self, desk: Desk) -> None:
        found = told(await desk.match("Leopoldstraat 14, 2800 Mechelen"), Matched)
        assert found["address_id"] == found["building_address_id"] == str(BUILDING)
        assert [one["address_id"] for one in found["candidates"]] == [str(BOX), str(OTHER_BOX)]

    async def test_streets_of_one_name_are_told_apart(self, address: AddressHouse) -> None:
        made = town()
        for street, homonym in ((31, "WA"), (32, None)):
            made.street("Zandstraat", id=street, homonym=homonym)
            made.address(street, "5", id=street * 100)
        address.load(made)
        desk = Desk(address)
        found = told(await desk.match("Zandstraat 5, 2800 Mechelen"), Matched)
        assert found["verdict"] == "ambiguous"
        assert {(one["label"], one["homonym"]) for one in found["candidates"]} == {
            ("Zandstraat (WA) 5, 2800 Mechelen", "WA"),
            ("Zandstraat 5, 2800 Mechelen", None),
        }
        known = told(await desk.get("/addresses/3100"), KnownAddress)
        assert (known["address"]["homonym"], known["address"]["street"]) == ("WA", "Zandstraat")

    async def test_a_box_that_is_not_there(self, desk: Desk) -> None:
        found = told(await desk.match("Leopoldstraat 14 bus 77, 2800 Mechelen"), Matched)
        assert (found["verdict"], found["address_id"]) == ("building_only", None)
        assert found["address"]["address_id"] == found["building_address_id"] == str(BUILDING)

    async def test_whatever_is_written_gets_a_verdict(self, desk: Desk) -> None:
        for text in NASTY:
            found = told(await desk.match(text), Matched)
            assert (found["input"], found["verdict"] != "exact", found["reasons"] != []) == (text, True, True)

    async def test_half_a_surrogate_pair_gets_one_too(self, desk: Desk) -> None:
        async with desk.client(CRM) as client:
            raw = rb'{"text": "Bruul 45\ud83d, 2800 Mechelen", "refresh": false}'
            answer = await client.post("/match", content=raw, headers={"Content-Type": "application/json"})
        found = told(answer, Matched)
        assert found["input"] == "Bruul 45\ufffd, 2800 Mechelen"

    async def test_a_field_that_does_not_exist_is_no_empty_one(self, desk: Desk) -> None:
        assert refused(await desk.match(huisnummer="14")) == (422, "request_invalid")
        assert refused(await desk.match("x" * 1_100_000)) == (413, "too_large")


class TestPicking:
    async def test_from_postcode_to_box(self, desk: Desk) -> None:
        there = told(await desk.get("/municipalities", postcode="2800"), Municipalities)
        assert there["municipalities"] == [{"nis": str(MECHELEN), "name": "Mechelen"}]
        streets = told(await desk.get("/streets", q="leo", postcode="2800"), Streets)
        assert [one["street_id"] for one in streets["streets"]] == [str(LEOPOLD)]
        assert streets["streets"][0]["label"] == "Leopoldstraat, 2800 Mechelen"
        listed = told(await desk.get(f"/streets/{LEOPOLD}/numbers"), HouseNumbers)
        assert [(one["house_number"], one["boxes"]) for one in listed["numbers"]] == [("12", 0), ("14", 2)]
        found = told(await desk.get(f"/streets/{LEOPOLD}/numbers/14"), Boxes)
        assert [(one["label"], one["address_id"]) for one in found["choices"]] == [
            ("het hele gebouw (zonder bus)", str(BUILDING)),
            ("bus 0101", str(BOX)),
            ("bus 0102", str(OTHER_BOX)),
        ]
        assert {one["building_address_id"] for one in found["choices"]} == {str(BUILDING)}

    async def test_any_word_in_one_municipality(self, desk: Desk) -> None:
        for query in ({"q": "kerk", "nis": str(MECHELEN)}, {"q": "KERK", "postcode": "2812"}):
            found = told(await desk.get("/streets", **query), Streets)
            assert [one["label"] for one in found["streets"]] == ["Kerkstraat, 2812 Mechelen"]
        everywhere = told(await desk.get("/streets", q="kerk"), Streets)
        assert [one["nis"] for one in everywhere["streets"]] == ["12025", "12040"]
        assert len((await desk.get("/streets", postcode="2800", limit=1)).json()["streets"]) == 1

    async def test_whatever_is_typed_is_answered(self, desk: Desk) -> None:
        for typed in NASTY:
            told(await desk.get("/streets", q=typed, postcode="2800"), Streets)

    async def test_a_filter_that_cannot_be_read_is_no_whole_country(self, desk: Desk) -> None:
        for path, query in (
            ("/municipalities", {"postcode": "Mechelen"}),
            ("/municipalities", {"postcode": ""}),
            ("/streets", {"q": "x", "postcode": "28000"}),
            ("/streets", {"q": "x", "nis": "²²²²²"}),
        ):
            assert refused(await desk.get(path, **query)) == (422, "filter_unreadable"), query

    async def test_a_postcode_that_nobody_has(self, desk: Desk) -> None:
        found = told(await desk.get("/municipalities", postcode="0612"), Municipalities)
        assert (found["postcode"], found["municipalities"]) == ("0612", [])
        assert "ze bestaat niet, of is er een van postbussen" in found["message"]

    async def test_what_is_not_there(self, address: AddressHouse) -> None:
        made = town()
        made.removed(14, "street")
        address.load(made)
        desk = Desk(address)
        for path in ("/streets/999/numbers", "/streets/999/numbers/1", "/streets/99999999999999999999/numbers"):
            assert refused(await desk.get(path)) == (404, "street_unknown"), path
        assert refused(await desk.get("/streets/14/numbers")) == (410, "street_removed")
        nothing = await desk.get(f"/streets/{LEOPOLD}/numbers/12%2F2")
        assert refused(nothing) == (404, "house_number_unknown")
        assert nothing.json()["detail"] == "In de buurt: 12, 14."


class TestOneAddress:
    async def test_in_use_by_id_or_uri(self, desk: Desk) -> None:
        for given in (str(BOX), f"https://data.vlaanderen.be/id/adres/{BOX}", f"{BOX}%2F2023-11-02T07:37:34+01:00"):
            found = told(await desk.get(f"/addresses/{given}"), KnownAddress)
            assert (found["address_id"], found["usable"], found["successors"]) == (str(BOX), True, [])
            assert found["address"]["building_address_id"] == str(BUILDING)

    async def test_retired_is_still_there_with_what_came_in_its_place(self, desk: Desk) -> None:
        found = told(await desk.get(f"/addresses/{RETIRED}"), KnownAddress)
        assert (found["address"]["status"], found["usable"]) == ("gehistoreerd", False)
        assert [one["code"] for one in found["reasons"]] == ["retired"]
        assert [one["address_id"] for one in found["successors"]] == [str(HEIR)]
        split = told(await desk.get(f"/addresses/{SPLIT}"), KnownAddress)
        assert {one["address_id"] for one in split["successors"]} == {str(SHOP), str(HEIR)}

    async def test_removed_never_there_and_no_id_are_three_things(self, desk: Desk) -> None:
        for path in ("", "/building"):
            removed = await desk.get(f"/addresses/{REMOVED}{path}")
            assert refused(removed) == (410, "removed")
            assert KnownAddress.model_validate(removed.json()["answer"]).address is None
            assert refused(await desk.get(f"/addresses/{NOBODY}{path}")) == (422, "not_kept")
            assert refused(await desk.get(f"/addresses/Bruul{path}")) == (422, "invalid_id")

    async def test_a_whole_register_knows_what_never_existed(self, address: AddressHouse) -> None:
        made = town()
        made.meta["nis"] = "all"
        address.load(made)
        for path in ("", "/building"):
            assert refused(await Desk(address).get(f"/addresses/{NOBODY}{path}")) == (404, "never_existed")

    async def test_one_of_which_the_street_is_not_read_yet_is_not_gone(self, address: AddressHouse) -> None:
        address.load()
        desk = Desk(address)
        with address.feed(SHOP, RETIRED) as db:
            db.execute("UPDATE address SET street = 777 WHERE id IN (?, ?)", (SHOP, RETIRED))
        for path in ("", "/building"):
            answer = await desk.get(f"/addresses/{SHOP}{path}")
            assert refused(answer) == (503, "street_pending")
            assert "Vraag het straks opnieuw." in answer.json()["title"]
            assert refused(await desk.get(f"/addresses/{RETIRED}{path}")) == (503, "retired")

    async def test_values_that_no_address_has_are_no_defect(self, address: AddressHouse) -> None:
        address.load()
        with address.feed(HOUSE, SHOP) as db:
            db.execute("UPDATE address SET postcode = 12345 WHERE id = ?", (HOUSE,))
            db.execute("INSERT INTO municipality VALUES(120250, 'x', NULL, NULL, 2, NULL)")
            db.execute("UPDATE street SET nis = 120250 WHERE id = ?", (BRUUL,))
        desk = Desk(address)
        odd = told(await desk.get(f"/addresses/{HOUSE}"), KnownAddress)
        assert (odd["usable"], odd["address"]["postcode"]) == (True, None)
        assert refused(await desk.get(f"/addresses/{SHOP}")) == (503, "value_unusable")
        for question in ({"text": "Bruul 45"}, {"address_id": str(SHOP)}, {"text": "Leopoldstraat 12, Mechelen"}):
            told(await desk.match(**question), Matched)

    async def test_a_box_leads_to_its_whole_building(self, desk: Desk) -> None:
        found = told(await desk.get(f"/addresses/{BOX}/building"), BuildingAround)
        assert found["building_address_id"] == str(BUILDING)
        assert [one["address_id"] for one in found["addresses"]] == [str(BUILDING), str(BOX), str(OTHER_BOX)]
        assert [(one["unit_id"], one["address_ids"]) for one in found["units"]] == [
            ("801", [str(BOX)]),
            ("802", [str(BUILDING)]),
        ]
        assert found["buildings"] == [{"building_id": "701", "status": "gerealiseerd", "via": "address"}]
        assert [(one["capakey"], one["via"]) for one in found["parcels"]] == [(PARCEL, "building_address")]
        assert found["notes"] == []

    async def test_what_is_not_linked_is_said(self, desk: Desk) -> None:
        found = told(await desk.get(f"/addresses/{HOUSE}/building"), BuildingAround)
        assert (found["units"], found["parcels"]) == ([], [])
        assert [one["code"] for one in found["notes"]] == ["no_building", "no_parcel"]


class TestParcel:
    async def test_three_notations_in_one_out(self, desk: Desk) -> None:
        for written in (PARCEL, "21683D0265-02R020", "21683_D_0265_R_020_02", "21683d0265%2F02r020"):
            found = told(await desk.get(f"/parcels/{written}"), ParcelAnswer)
            assert (found["capakey"], found["status"]) == (PARCEL, "gerealiseerd")
            assert [(one["address_id"], one["via"]) for one in found["addresses"]] == [
                (str(BUILDING), "address"),
                (str(BOX), "building_address"),
                (str(OTHER_BOX), "building_address"),
            ]

    async def test_one_that_is_not_whole_is_not_guessed(self, desk: Desk) -> None:
        assert refused(await desk.get("/parcels/21683D0265/02")) == (422, "capakey_incomplete")
        assert refused(await desk.get("/parcels/Bruul")) == (422, "capakey_wrong")

    async def test_removed_and_unknown(self, address: AddressHouse) -> None:
        made = town()
        made.removed(made.parcel(GONE_PARCEL), "parcel")
        del made.rows["parcel"]
        address.load(made)
        desk = Desk(address)
        assert refused(await desk.get(f"/parcels/{GONE_PARCEL}")) == (410, "parcel_removed")
        assert refused(await desk.get(f"/parcels/{PARCEL}")) == (404, "parcel_unknown")


class TestRegister:
    async def test_how_it_stands(self, desk: Desk) -> None:
        said = told(await desk.get("/register", "operator"), RegisterStanding)
        assert (said["problem"], said["source"]["extract"]) == (None, "2026-08-01")
        assert said["nis"] == ["12025", "12040"]
        assert (said["rows"]["street"], said["rows"]["parcel"]) == (4, 1)

    async def test_without_one_every_question_says_so(self, address: AddressHouse) -> None:
        desk = Desk(address)
        for path in PATHS:
            if path not in ("/register", "/addresses/1/follow"):
                answer = await desk.get(path)
                assert refused(answer) == (503, "register_missing"), path
                assert "loketbus address import" in answer.json()["title"]
        assert refused(await desk.match("Bruul 45")) == (503, "register_missing")
        said = told(await desk.get("/register"), RegisterStanding)
        assert (said["source"], said["problem"]) == (None, "register_missing")

    async def test_the_document_tells_what_each_answers(self, desk: Desk) -> None:
        document = (await desk.get("/openapi.json")).json()
        own: dict[str, Any] = {
            path: each for path, each in document["paths"].items() if not path.startswith(("/_ops", "/blobs"))
        }
        assert sorted(own) == [
            "/addresses/{address}",
            "/addresses/{address}/building",
            "/addresses/{address}/follow",
            "/match",
            "/municipalities",
            "/parcels/{capakey}",
            "/register",
            "/streets",
            "/streets/{street}/numbers",
            "/streets/{street}/numbers/{house}",
        ]
        for path, methods in own.items():
            for method, said in methods.items():
                assert said["summary"].strip(), (path, method)
                assert "$ref" in said["responses"]["200"]["content"]["application/json"]["schema"], (path, method)
        fields = document["components"]["schemas"]["Matched"]["required"]
        assert fields == [*FIELDS, "address", "source"]
