"""Mails in quarantine, over HTTP as people and the command line use it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from loketbus.errors import Unavailable
from loketbus.ledger.tables import audit
from loketbus.security import TokenStore
from loketbus.server import build_app
from loketbus.workers import WorkerTimeout
from services.mail_ingest.api_mailbox import mailbox_router
from services.mail_ingest.mailroom import Mailroom
from services.mail_ingest.remote.protocol import Change, ChangeKind, Gone, Listing, Page, Poison
from services.mail_ingest.store import tables
from tests.integration.mail_ingest.test_intake import Mailbox, page
from tests.support.ews import eml
from tests.support.mailroom import BOX, Room, open_room

ANSWER = b"<t:Message><t:Subject>Half</t:Subject></t:Message>"


@dataclass
class Desk:
    """A room with one mail in quarantine, and its HTTP."""

    room: Room
    app: FastAPI
    tokens: TokenStore

    def client(self, *roles: str) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {self.tokens.create('An Operator', roles)}"}
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url="http://service.example", headers=headers
        )

    async def ask(self, method: str, path: str, status: int = 200, **options: Any) -> Any:
        """As an operator."""
        async with self.client("operator") as client:
            answer = await client.request(method, f"/mailbox{path}", **options)
        assert answer.status_code == status, answer.text
        return answer.json() if "json" in answer.headers["content-type"] else answer.content

    async def only(self) -> dict[str, Any]:
        """The one that waits."""
        [item] = await self.ask("GET", "/quarantine")
        return dict(item)

    async def acts(self) -> list[tuple[str, str, str | None]]:
        return [(row.actor, row.action, row.reason) for row in await self.room.rows(audit)]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    spool = tmp_path / "spool"
    spool.mkdir()
    mailbox = Mailbox(spool)
    async with open_room(tmp_path, mailbox) as room:
        mailroom = Mailroom(room.intake, room.reconciler, room.quarantine, BOX)
        room.runtime.wiring.routers[:] = [mailbox_router(room.runtime.wiring, mailroom)]
        tokens = TokenStore(tmp_path / "tokens.json")
        yield Desk(room, build_app(room.runtime, tokens), tokens)
    assert [
        path for folder in (spool, tmp_path / "var" / "mail_ingest" / "incoming") for path in folder.glob("*")
    ] == []


async def refused_by_the_server(desk: Desk, **changes: Any) -> dict[str, Any]:
    bad = Poison(**{"provider_id": "bad", "reason": "ErrorItemCorrupt", "raw": ANSWER} | changes)
    desk.room.mailbox.pages = {None: page("1", "bad")}
    desk.room.mailbox.answers = {"bad": bad}
    await desk.room.sync()
    return await desk.only()


async def not_parsed(desk: Desk) -> dict[str, Any]:
    desk.room.mailbox.pages = {None: page("1", "bad")}
    desk.room.mailbox.answers = {"bad": eml(1)}
    desk.room.parsers.trouble = {eml(1)[:20]: [WorkerTimeout("parse", 1)] * 3}
    await desk.room.sync()
    return await desk.only()


class TestLooking:
    async def test_the_list_says_what_is_wrong_and_nothing_of_the_mail(self, desk: Desk) -> None:
        item = await refused_by_the_server(desk)
        assert (item["reason"], item["explanation"]) == (
            "ErrorItemCorrupt",
            "De mail is beschadigd op de mailserver.",
        )
        assert (item["attempts"], item["path"], item["tried_again_by_itself"]) == (1, "inbox", False)
        assert not {"headers", "subject"} & item.keys()

    async def test_what_left_the_mailbox_is_not_tried_again_by_itself(self, desk: Desk) -> None:
        item = await refused_by_the_server(desk, transient=True)
        assert item["tried_again_by_itself"] is True
        left = Change(kind=ChangeKind.DELETE, provider_id="bad")
        desk.room.mailbox.pages["1"] = Page(changes=(left,), poison=(), cursor="2", last=True)
        await desk.room.sync()
        assert (await desk.only())["tried_again_by_itself"] is False

    async def test_showing_one_reads_its_headers_and_is_audited(self, desk: Desk) -> None:
        item = await not_parsed(desk)
        shown = await desk.ask("GET", f"/quarantine/{item['id'][:8]}")
        assert shown["headers"]["Onderwerp"] == "Vraag 1 over isolatie"
        assert (shown["whole"], shown["kept_bytes"]) == (True, len(eml(1)))
        assert await desk.acts() == [("An Operator", "quarantine_read", None)]

    async def test_of_half_an_answer_no_headers_are_shown(self, desk: Desk) -> None:
        item = await refused_by_the_server(desk)
        shown = await desk.ask("GET", f"/quarantine/{item['id']}")
        assert (shown["whole"], shown["headers"]) == (False, {})

    async def test_what_was_received_comes_out_as_it_came(self, desk: Desk) -> None:
        item = await refused_by_the_server(desk)
        assert await desk.ask("GET", f"/quarantine/{item['id']}/raw") == ANSWER
        assert ("An Operator", "quarantine_export", None) in await desk.acts()

    async def test_what_nothing_was_received_of_says_so(self, desk: Desk) -> None:
        item = await refused_by_the_server(desk, reason="too_large", raw=b"")
        answer = await desk.ask("GET", f"/quarantine/{item['id']}/raw", 422)
        assert "niets ontvangen" in answer["title"]

    @pytest.mark.parametrize(("beginning", "status"), [("nonsense", 404), ("ab", 404)])
    async def test_an_unknown_or_too_short_number(self, desk: Desk, beginning: str, status: int) -> None:
        await refused_by_the_server(desk)
        await desk.ask("GET", f"/quarantine/{beginning}", status)

    @pytest.mark.parametrize("role", ["dispatcher", "behandelaar", "crm", "dpo"])
    async def test_who_may_not(self, desk: Desk, role: str) -> None:
        item = await refused_by_the_server(desk)
        async with desk.client(role) as client:
            for method, path in [
                ("GET", "/quarantine"),
                ("GET", f"/quarantine/{item['id']}"),
                ("GET", f"/quarantine/{item['id']}/raw"),
                ("POST", f"/quarantine/{item['id']}/drop"),
                ("POST", f"/quarantine/{item['id']}/retry"),
                ("POST", f"/quarantine/{item['id']}/import"),
                ("POST", "/import"),
                ("POST", "/reconcile"),
            ]:
                assert (await client.request(method, f"/mailbox{path}", json={"reason": "x"})).status_code == 403, path


class TestTryingAgain:
    async def test_what_can_be_fetched_now_is_taken_in(self, desk: Desk) -> None:
        item = await refused_by_the_server(desk)
        desk.room.mailbox.answers["bad"] = eml(1)
        assert await desk.ask("POST", f"/quarantine/{item['id']}/retry") == {"state": "taken_in"}
        assert await desk.room.subjects() == ["Vraag 1 over isolatie"]
        assert await desk.ask("GET", "/quarantine") == []

    async def test_what_still_cannot_be_read_says_why(self, desk: Desk) -> None:
        item = await refused_by_the_server(desk)
        answer = await desk.ask("POST", f"/quarantine/{item['id']}/retry")
        assert (answer["state"], answer["reason"]) == ("quarantine", "ErrorItemCorrupt")
        assert (await desk.only())["attempts"] == 2

    async def test_what_is_gone_says_so(self, desk: Desk) -> None:
        item = await refused_by_the_server(desk)
        desk.room.mailbox.answers["bad"] = Gone(provider_id="bad")
        assert (await desk.ask("POST", f"/quarantine/{item['id']}/retry"))["state"] == "gone"
        assert (await desk.only())["gone_at"] is not None

    async def test_a_whole_mail_that_was_kept_serves_when_it_is_gone(self, desk: Desk) -> None:
        item = await not_parsed(desk)
        desk.room.mailbox.answers["bad"] = Gone(provider_id="bad")
        assert await desk.ask("POST", f"/quarantine/{item['id']}/retry") == {"state": "taken_in"}
        assert await desk.room.subjects() == ["Vraag 1 over isolatie"]

    async def test_an_item_of_another_adapter_asks_for_a_file(self, desk: Desk) -> None:
        item = await refused_by_the_server(desk)
        desk.room.mailbox.provider = "graph"
        answer = await desk.ask("POST", f"/quarantine/{item['id']}/retry", 422)
        assert "import" in answer["title"]

    async def test_a_server_that_is_away_is_no_verdict(self, desk: Desk) -> None:
        item = await refused_by_the_server(desk)

        async def away(wanted: object) -> None:
            raise Unavailable("away", "De mailserver is niet bereikbaar.")

        desk.room.mailbox.fetch = away
        await desk.ask("POST", f"/quarantine/{item['id']}/retry", 503)
        assert (await desk.only())["attempts"] == 1


class TestImporting:
    async def test_a_mended_mail_takes_the_place(self, desk: Desk) -> None:
        item = await refused_by_the_server(desk)
        answer = await desk.ask("POST", f"/quarantine/{item['id']}/import", content=eml(7))
        assert (answer["state"], answer["known_before"]) == ("taken_in", False)
        assert await desk.room.subjects() == ["Vraag 7 over isolatie"]
        [place] = await desk.room.rows(tables.place)
        assert (place.provider_id, place.mail, place.quarantine) == ("bad", answer["mail"], None)
        assert await desk.ask("GET", "/quarantine") == []
        assert ("An Operator", "quarantine_import", None) in await desk.acts()

    async def test_a_file_may_be_a_mail_of_its_own_once(self, desk: Desk) -> None:
        await desk.room.sync()
        assert (await desk.ask("POST", "/import", content=eml(7)))["known_before"] is False
        assert (await desk.ask("POST", "/import", content=eml(7)))["known_before"] is True
        assert await desk.room.subjects() == ["Vraag 7 over isolatie"]

    async def test_a_known_mail_doubles_nothing(self, desk: Desk) -> None:
        desk.room.mailbox.pages = {None: page("1", "a")}
        desk.room.mailbox.answers = {"a": eml(7)}
        await desk.room.sync()
        assert (await desk.ask("POST", "/import", content=eml(7)))["known_before"] is True

    async def test_garbage_is_refused(self, desk: Desk) -> None:
        item = await refused_by_the_server(desk)
        answer = await desk.ask("POST", f"/quarantine/{item['id']}/import", 422, content=b"%PDF-1.7 x")
        assert "geen mail" in answer["title"]
        assert (await desk.only())["id"] == item["id"]

    async def test_a_file_that_cannot_be_parsed_either_is_refused(self, desk: Desk) -> None:
        item = await refused_by_the_server(desk)
        desk.room.parsers.trouble = {eml(7)[:20]: [WorkerTimeout("parse", 1)] * 3}
        answer = await desk.ask("POST", f"/quarantine/{item['id']}/import", 422, content=eml(7))
        assert "Ook dit bestand" in answer["title"]

    async def test_a_file_larger_than_a_mail_may_be_is_refused(self, desk: Desk, tmp_path: Path) -> None:
        await refused_by_the_server(desk)
        big = b"From: a@b.example\r\n\r\n" + b"x" * 1_100_000
        small = desk.room.runtime.settings.model_copy(update={"mail_max_bytes": 1_000_000})
        desk.room.runtime.wiring.settings = small
        answer = await desk.ask("POST", "/import", 422, content=big)
        assert "groter" in answer["title"]


class TestLettingGo:
    async def test_with_a_reason_it_is_gone_for_good_and_audited(self, desk: Desk) -> None:
        item = await not_parsed(desk)
        await desk.ask("POST", f"/quarantine/{item['id']}/drop", json={"reason": "reclame"})
        assert await desk.ask("GET", "/quarantine") == []
        [dropped] = await desk.ask("GET", "/quarantine", params={"dropped": True})
        assert dropped["dropped"] == "reclame"
        assert ("An Operator", "quarantine_drop", "reclame") in await desk.acts()
        assert await desk.room.kept(item["id"]) == []
        desk.room.mailbox.pages["1"] = page("2", "bad")
        await desk.room.sync()
        assert await desk.room.subjects() == [], "it does not come back"
        for act in ("drop", "retry", "import"):
            body: dict[str, Any] = {"content": eml(7)} if act == "import" else {"json": {"reason": "x"}}
            answer = await desk.ask("POST", f"/quarantine/{item['id']}/{act}", 422, **body)
            assert "vervallen" in answer["title"]

    @pytest.mark.parametrize("reason", [None, "", "  "])
    async def test_without_a_reason_it_is_refused(self, desk: Desk, reason: str | None) -> None:
        item = await not_parsed(desk)
        answer = await desk.ask("POST", f"/quarantine/{item['id']}/drop", 422, json={"reason": reason})
        assert "reden" in answer["title"]
        assert (await desk.only())["id"] == item["id"]


class TestTheMailbox:
    async def test_folders_junk_and_quarantine_at_a_glance(self, desk: Desk) -> None:
        await refused_by_the_server(desk)
        async with desk.client("behandelaar") as client:
            state = (await client.get("/mailbox")).json()
        assert {one["path"]: one["read"] for one in state["folders"]} == {
            "inbox": True,
            "sentitems": True,
            "junkemail": False,
        }
        assert (state["junk"], state["quarantine"], state["warning"]) == (3, 1, None)

    async def test_comparing_answers_with_the_report(self, desk: Desk) -> None:
        desk.room.mailbox.listing = _nothing_listed
        report = await desk.ask("POST", "/reconcile")
        assert (report["complete"], report["listed"], len(report["folders"])) == (True, 0, 2)
        assert await desk.ask("GET", "/reconciliations") == [report]


async def _nothing_listed(folder: str, after: str | None, limit: int) -> Listing:
    return Listing(items=(), next=None)
