"""What kbo answers over HTTP, to whom, and what it writes down about that; on a real, small register."""

from __future__ import annotations

from typing import Any

import pytest

from loketbus.security import unprotected_routes
from tests.integration.kbo.desk import BEHANDELAAR, CRM, PERSON, UNIT_OF_PERSON, VME, Desk
from tests.support.kbo_service import FIRST, KboHouse

ABSENT = "0403170701"
PATHS = ("/check?number=1", "/organisations?q=x", "/organisations/1", "/vmes/1", "/syndics", "/register")


@pytest.fixture
async def desk(kbo: KboHouse) -> Desk:
    """With the first Full."""
    kbo.load(FIRST)
    return Desk(kbo)


class TestWhoMay:
    async def test_nothing_is_answered_without_a_token(self, kbo: KboHouse) -> None:
        desk = Desk(kbo)
        assert unprotected_routes(desk.app) == ["/health", "/metrics", "/ready"]
        async with desk.client() as nobody:
            for path in PATHS:
                answer = await nobody.get(path)
                assert (answer.status_code, answer.json()["code"]) == (401, "token_missing"), path

    async def test_an_operator_sees_the_register_and_not_what_is_in_it(self, desk: Desk) -> None:
        assert (await desk.get("/register", "operator")).status_code == 200
        assert (await desk.get("/check", "operator", number=ABSENT)).status_code == 200
        for path in ("/organisations/1", "/vmes/1", "/syndics", "/addresses/organisations", "/organisations"):
            assert (await desk.get(path, "operator")).status_code == 403, path

    async def test_a_partner_sees_nothing(self, desk: Desk) -> None:
        for path in PATHS:
            assert (await desk.get(path, "partner:klusjes")).status_code == 403, path


class TestNumbers:
    async def test_in_any_spelling(self, desk: Desk) -> None:
        number, *_ = desk.one(VME)
        spelled = f"BE {number[:4]}.{number[4:7]}.{number[7:]}"
        answer = await desk.get(f"/organisations/{spelled}")
        found = answer.json()
        assert answer.status_code == 200, found
        assert (found["number"], found["organisation"]["number"]) == (number, number)
        assert found["organisation"]["form"] == {
            "code": "070",
            "nl": "Vereniging van mede-eigenaars",
            "fr": "Association des copropriétaires",
            "de": "Miteigentümervereinigung",
        }
        assert [one["code"] for one in found["check"]["changes"]] == ["words_removed"]
        assert (found["source"]["extract"], found["source"]["source"]) == (FIRST, "kbo_open_data")
        assert found["source"]["attribution"].startswith("Bron: Kruispuntbank van Ondernemingen")

    async def test_with_a_slash_in_it(self, desk: Desk) -> None:
        number, *_ = desk.one(VME)
        spelled = f"{number[:4]}%2F{number[4:7]}.{number[7:]}"
        for path in (f"/organisations/{spelled}", f"/vmes/{spelled}"):
            answer = await desk.get(path)
            assert (answer.status_code, answer.json()["number"]) == (200, number), path
        assert (await desk.get(f"/organisations/{number}/follow")).json()["followed"] is False
        nonsense = await desk.get("/organisations/a/b")
        assert (nonsense.status_code, nonsense.json()["code"]) == (422, "invalid_number")

    async def test_a_number_that_is_not_there_gets_its_verdict(self, desk: Desk) -> None:
        for path in (f"/organisations/{ABSENT}", f"/vmes/{ABSENT}"):
            answer = await desk.get(path)
            problem = answer.json()
            assert (answer.status_code, problem["code"]) == (404, "not_found")
            assert answer.headers["content-type"] == "application/problem+json"
            assert problem["title"] == problem["answer"]["verdicts"][0]["message"]
            assert problem["answer"]["source"]["extract"] == FIRST

    async def test_a_number_that_cannot_be_gets_the_one_that_is_meant(self, desk: Desk) -> None:
        number, *_ = desk.one(VME)
        wrong = number[:2] + str((int(number[2]) + 1) % 10) + number[3:]
        problem = await desk.get(f"/organisations/{wrong}")
        assert (problem.status_code, problem.json()["code"]) == (422, "invalid_number")
        check = (await desk.get("/check", number=wrong)).json()
        assert check == problem.json()["answer"]["check"]
        assert (check["valid"], check["suggestion"]) == (False, number)

    async def test_the_check_needs_no_register(self, kbo: KboHouse) -> None:
        found = await Desk(kbo).get("/check", number="0403.170.702")
        assert (found.status_code, found.json()["suggestion"]) == (200, None)


class TestPersons:
    async def test_by_exact_number_for_the_desk_and_audited(self, desk: Desk) -> None:
        number, name = desk.one(PERSON)
        answer = (await desk.get(f"/organisations/{number}", BEHANDELAAR)).json()
        assert answer["organisation"]["natural_person"] is True
        assert name in [one["text"] for one in answer["organisation"]["names"]]
        assert desk.audited() == [("An", "look_up_person", f"kbo/{number}")]
        assert name not in repr(desk.audited())

    @pytest.mark.parametrize("role", [CRM, "dispatcher"])
    async def test_others_get_the_verdict_and_nothing_else(self, desk: Desk, role: str) -> None:
        number, name = desk.one(PERSON)
        unit, street = desk.one(UNIT_OF_PERSON)
        answer = await desk.get(f"/organisations/{number}", role)
        assert (answer.status_code, answer.json()["organisation"]) == (200, None)
        assert answer.json()["verdicts"][0]["code"] == "natural_person"
        assert name not in answer.text
        of_unit = await desk.get(f"/organisations/{unit}", role)
        assert (of_unit.json()["organisation"], of_unit.json()["unit"]) == (None, None)
        assert street not in of_unit.text
        assert desk.audited() == []

    async def test_a_unit_of_a_person_is_audited_too(self, desk: Desk) -> None:
        unit, street = desk.one(UNIT_OF_PERSON)
        assert street in (await desk.get(f"/organisations/{unit}", "beheerder")).text
        assert desk.audited() == [("An", "look_up_person", f"kbo/{unit}")]

    async def test_a_legal_person_is_not_audited(self, desk: Desk) -> None:
        number, *_ = desk.one(VME)
        await desk.get(f"/organisations/{number}")
        assert desk.audited() == []

    async def test_no_search_finds_one(self, desk: Desk) -> None:
        number, name = desk.one(PERSON)
        found = (await desk.get("/organisations", q=name, limit=500)).json()
        assert number not in [hit["number"] for hit in found["hits"]]


class TestFinding:
    async def test_by_name(self, desk: Desk) -> None:
        (name,) = desk.one(
            "SELECT name FROM denomination d JOIN enterprise e ON e.number = d.id >> 12 WHERE form = '610'"
        )
        found = (await desk.get("/organisations", q=name)).json()
        assert name in [hit["matched"] for hit in found["hits"]]
        assert found["source"]["snapshot"] == "2025-10-04"

    async def test_page_by_page(self, desk: Desk) -> None:
        seen: list[str] = []
        after: dict[str, str] = {}
        while True:
            page = (await desk.get("/organisations", form="070", limit=7, **after)).json()
            seen += [hit["number"] for hit in page["hits"]]
            if not page["more"]:
                break
            after = {"after": seen[-1]}
        (count,) = desk.one("SELECT count(*) FROM enterprise WHERE form = '070'")
        assert len(seen) == len(set(seen)) == count

    async def test_by_postcode_and_form_and_syndics(self, desk: Desk) -> None:
        *_, postcode, _ = desk.one(VME)
        there = (await desk.get("/organisations", postcode=postcode, limit=500)).json()["hits"]
        vmes = (await desk.get("/organisations", postcode=postcode, form="070", limit=500)).json()["hits"]
        assert {hit["seat"]["postcode"] for hit in there} == {postcode}
        assert [hit["number"] for hit in there if hit["vme"]] == [hit["number"] for hit in vmes]
        assert (await desk.get("/syndics", limit=1)).json()["hits"]

    async def test_something_must_be_asked(self, desk: Desk) -> None:
        answer = await desk.get("/organisations")
        assert (answer.status_code, answer.json()["code"]) == (422, "nothing_asked")

    async def test_a_filter_that_cannot_be_read_is_no_whole_country(self, desk: Desk) -> None:
        asked = {"/organisations": ({"q": "x"}, {"form": "070"}, {}), "/syndics": ({},)}
        for path, query in ((path, query) for path, queries in asked.items() for query in queries):
            answer = await desk.get(path, postcode="Mechelen", **query)
            assert (answer.status_code, answer.json()["code"]) == (422, "filter_unreadable"), (path, query)
            assert "vier cijfers" in answer.json()["title"]
        unknown = await desk.get("/organisations", q="x", form="998")
        assert (unknown.status_code, unknown.json()["code"]) == (422, "form_unknown")

    async def test_at_an_address(self, desk: Desk) -> None:
        number, street, house, postcode, town = desk.one(VME)
        place = {"street": street.upper(), "house_number": house, "postcode": postcode}
        found = (await desk.get("/addresses/organisations", **place)).json()
        assert number in [hit["number"] for hit in found["hits"]]
        vmes = (await desk.get("/vmes", address=f"{street} {house}, {postcode} {town}")).json()
        assert number in [hit["number"] for hit in vmes["vmes"]["hits"]]
        judged = (await desk.get(f"/vmes/{number}", address=f"{street} {house}, {postcode} {town}")).json()
        assert judged["verdicts"][0]["code"] == "ok"
        assert judged["syndic"]["status"] == "not_in_source"
        assert judged["link"].endswith(number)

    async def test_no_vme_at_an_address_is_an_ordinary_answer(self, desk: Desk) -> None:
        answer = await desk.get("/vmes", address="Nergensstraat 1, 2800 Mechelen")
        assert (answer.status_code, answer.json()["vmes"]["hits"]) == (200, [])
        assert answer.json()["message"].startswith("Geen VME op dit adres.")
        unclear = (await desk.get("/vmes", address="ergens in Mechelen")).json()
        assert (unclear["vmes"], "postcode" in unclear["missing"]) == (None, True)


class TestRegister:
    async def test_how_it_stands(self, desk: Desk) -> None:
        said = (await desk.get("/register", "operator")).json()
        assert (said["source"]["extract"], said["drop"]) == (FIRST, "none")
        (enterprises,) = desk.one("SELECT count(*) FROM enterprise")
        assert said["rows"]["enterprise"] == enterprises
        assert said["age_days"] > 0
        assert "kbo import" in said["advice"][0], "a made-up register is old"

    async def test_without_one_every_question_says_so(self, kbo: KboHouse) -> None:
        desk = Desk(kbo)
        asked: dict[str, dict[str, Any]] = {
            f"/organisations/{ABSENT}": {},
            "/organisations": {"q": "x"},
            f"/vmes/{ABSENT}": {},
            "/vmes": {"address": "Kerkstraat 1, 2800 Mechelen"},
            "/syndics": {},
            "/addresses/organisations": {"street": "Kerkstraat", "house_number": "1", "postcode": "2800"},
        }
        for path, query in asked.items():
            answer = await desk.get(path, **query)
            assert (answer.status_code, answer.json()["code"]) == (503, "register_missing"), path
            assert "loketbus kbo import" in answer.json()["title"]
        assert (await desk.get("/register")).json()["source"] is None

    async def test_the_document_tells_what_each_answers(self, desk: Desk) -> None:
        document = (await desk.get("/openapi.json")).json()
        own = {path: each for path, each in document["paths"].items() if not path.startswith(("/_ops", "/blobs"))}
        assert sorted(own) == [
            "/addresses/organisations",
            "/check",
            "/organisations",
            "/organisations/{number}",
            "/organisations/{number}/follow",
            "/register",
            "/syndics",
            "/vmes",
            "/vmes/{number}",
        ]
        for path, methods in own.items():
            for method, said in methods.items():
                assert said["summary"].strip(), (path, method)
                assert "$ref" in said["responses"]["200"]["content"]["application/json"]["schema"], (path, method)
        examples = own["/organisations/{number}"]["get"]["parameters"][0]["examples"]
        assert {one["value"] for one in examples.values()} >= {"0403170701", "2.000.000.339"}
