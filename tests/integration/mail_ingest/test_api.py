"""What the service answers over HTTP: who may, what a person sees, and erasing somebody through `/_ops`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from loketbus import blob_refs
from loketbus.runtime import Runtime
from loketbus.security import TokenStore, unprotected_routes
from loketbus.server import build_app
from services.mail_ingest import mails
from services.mail_ingest.app import service
from services.mail_ingest.domain import mailbox_id
from services.mail_ingest.parsing import Address, parse_to_blobs
from services.mail_ingest.settings import MailSettings
from services.mail_ingest.store.places import Place
from tests.support.ews import eml
from tests.support.letters import DESK, stored

BOX = mailbox_id(DESK)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PAGE = ["/detail.js", "/list.js", "/lists.js", "/page.css", "/page.js", "/talk.js", "/words.js"]
OPEN_ON_PURPOSE = sorted(["/", "/health", "/metrics", "/ready", *PAGE])


@dataclass
class Desk:
    """The service without its background tasks."""

    runtime: Runtime[MailSettings]
    app: FastAPI
    tokens: TokenStore
    ahead: timedelta = timedelta()

    def client(self, *roles: str, name: str = "test") -> httpx.AsyncClient:
        """Somebody with these roles; nobody without."""
        headers = {"Authorization": f"Bearer {self.tokens.create(name, roles)}"} if roles else {}
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url="http://service.example", headers=headers
        )

    async def take_in(self, mail: Any) -> None:
        """A parsed mail."""
        cause = mails.cause_of(BOX, mail, NOON)
        await self.runtime.write(
            cause, lambda tx: mails.record(tx, BOX, Place("ews", f"place of {mail.content_hash}", "inbox"), mail)
        )


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    def now() -> datetime:
        return datetime.now(UTC) + found.ahead

    settings = MailSettings(var=tmp_path)
    runtime = Runtime(service, settings, clock=now)
    tokens = TokenStore(tmp_path / "tokens.json")
    found = Desk(runtime, build_app(runtime, tokens), tokens)
    yield found
    runtime.ledger.close()


class TestWhoMay:
    def test_only_these_routes_answer_without_a_token(self, desk: Desk) -> None:
        assert unprotected_routes(desk.app) == OPEN_ON_PURPOSE

    async def test_every_other_route_says_so_in_dutch(self, desk: Desk) -> None:
        async with desk.client() as nobody:
            for path in ("/queue/items", "/queue/counts", "/_ops/status", "/blobs/x", "/openapi.json"):
                answer = await nobody.get(path)
                assert answer.status_code == 401, path
                assert answer.json()["detail"].startswith("Stuur een toegangstoken mee"), path

    @pytest.mark.parametrize("declared", [True, False])
    async def test_an_endless_body_is_refused_before_it_fills_the_memory(self, desk: Desk, declared: bool) -> None:
        sent = 0

        async def endless() -> AsyncIterator[bytes]:
            nonlocal sent
            for _ in range(100):
                sent += 1 << 20
                yield b" " * (1 << 20)

        length = {"Content-Length": str(100 << 20)} if declared else {}
        async with desk.client() as nobody:
            headers = {"Content-Type": "application/json", "Idempotency-Key": "k", **length}
            answer = await nobody.post("/queue/bulk", content=endless(), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert sent <= 2 << 20

    async def test_a_role_opens_its_own_doors(self, desk: Desk) -> None:
        async with desk.client("dispatcher") as dispatcher:
            assert (await dispatcher.get("/queue/items")).status_code == 200
            assert (
                await dispatcher.post("/_ops/subjects/find", json={"subject": "an@burger.example"})
            ).status_code == 403
        async with desk.client("dpo") as dpo:
            assert (await dpo.post("/_ops/subjects/find", json={"subject": "an@burger.example"})).json() == {}
            assert (await dpo.get("/queue/items")).status_code == 403

    async def test_the_page_comes_without_a_token_and_runs_nothing_of_others(self, desk: Desk) -> None:
        async with desk.client() as nobody:
            answer = await nobody.get("/")
        assert answer.status_code == 200
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


class TestQueue:
    async def test_list_page_show_and_count(self, desk: Desk) -> None:
        for name in "abc":
            await desk.take_in(stored(name))
        async with desk.client("behandelaar") as person:
            first = (await person.get("/queue/items", params={"limit": 2})).json()
            after = {"after_at": first[-1]["first_contact_at"], "after_item": first[-1]["item"]}
            rest = (await person.get("/queue/items", params=after)).json()
            assert {item["subject"] for item in first + rest} == {"Vraag a", "Vraag b", "Vraag c"}
            assert len(rest) == 1
            shown = (await person.get(f"/queue/items/{rest[0]['item']}")).json()
            assert shown["new_text"].startswith("Dit is vraag")
            counts = (await person.get("/queue/counts")).json()
            since = NOON.isoformat().replace("+00:00", "Z")
            assert counts == {
                "queues": {"we": {"unlinked": 3, "linked": 0, "automatic": 0, "oldest_at": since}},
                "behandelaars": {},
                "unassigned": {"open": 3, "oldest_at": since},
                "quarantine": 0,
            }

    async def test_an_unknown_item_is_not_found(self, desk: Desk) -> None:
        async with desk.client("crm") as crm:
            answer = await crm.get("/queue/items/onbekend")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    @pytest.mark.parametrize("query", [{"after_at": "2026-11-20T12:00:00"}, {"limit": 0}, {"limit": 501}])
    async def test_a_wrong_question_is_refused(self, desk: Desk, query: dict[str, Any]) -> None:
        async with desk.client("crm") as crm:
            assert (await crm.get("/queue/items", params=query)).status_code == 422


class TestErasing:
    WHO = "an@burger.example"

    async def take_in(self, desk: Desk) -> dict[str, Any]:
        """A real mail, with real blobs; the item."""
        raw = eml(1, From=f"An <{self.WHO}>", attachments={"scan.pdf": b"%PDF-1.7 an"})
        await desk.take_in(parse_to_blobs(raw, desk.runtime.blobs))
        async with desk.client("crm") as crm:
            [item] = (await crm.get("/queue/items")).json()
            found: dict[str, Any] = (await crm.get(f"/queue/items/{item['item']}")).json()
            assert (await crm.get(f"/blobs/{found['raw_ref']}")).content == raw
            return found

    async def erase(self, desk: Desk) -> dict[str, Any]:
        async with desk.client("dpo") as dpo:
            answer = await dpo.post("/_ops/subjects/erase", json={"subject": self.WHO})
            assert answer.status_code == 200, answer.text
            report: dict[str, Any] = answer.json()
            return report

    async def blobs(self, desk: Desk) -> int:
        return len([path for path in desk.runtime.settings.var.glob("blobs/mail_ingest/*/*/*") if path.is_file()])

    async def test_files_go_at_once(self, desk: Desk) -> None:
        item = await self.take_in(desk)
        assert await self.blobs(desk) == 3
        desk.ahead = blob_refs.IN_FLIGHT_MAX + timedelta(seconds=1)
        report = await self.erase(desk)
        assert report["found"]["mail"] == report["erased"]["mail"] == 1
        assert "mail" not in report["left"]
        assert report["blobs_left"] == 0
        assert await self.blobs(desk) == 0
        async with desk.client("crm") as crm:
            assert (await crm.get("/queue/items")).json() == []
            assert (await crm.get(f"/blobs/{item['raw_ref']}")).status_code == 404

    async def test_files_of_a_moment_ago_are_out_of_reach_now_and_gone_at_the_next_housekeeping(
        self, desk: Desk
    ) -> None:
        item = await self.take_in(desk)
        assert (await self.erase(desk))["blobs_left"] == 3
        async with desk.client("crm") as crm:
            assert (await crm.get(f"/blobs/{item['raw_ref']}")).status_code == 404
        assert await self.blobs(desk) == 3
        desk.ahead = blob_refs.IN_FLIGHT_MAX + timedelta(seconds=1)
        async with desk.runtime.leases.hold("test", ttl_seconds=60) as lease:
            await desk.runtime.housekeeping.run(lease)
        assert await self.blobs(desk) == 0

    async def test_a_file_that_another_mail_has_too_stays(self, desk: Desk) -> None:
        await self.take_in(desk)
        other = eml(2, attachments={"scan.pdf": b"%PDF-1.7 an"})
        await desk.take_in(parse_to_blobs(other, desk.runtime.blobs))
        desk.ahead = blob_refs.IN_FLIGHT_MAX + timedelta(seconds=1)
        assert (await self.erase(desk))["blobs_left"] == 0
        assert await self.blobs(desk) == 3

    async def test_killed_between_the_erasure_and_the_files_it_is_finished_later(self, desk: Desk) -> None:
        await self.take_in(desk)
        desk.ahead = blob_refs.IN_FLIGHT_MAX + timedelta(seconds=1)
        people = desk.runtime.wiring.subjects[0]
        await desk.runtime.write(mails.cause_of(BOX, stored("x"), NOON), lambda tx: people.erase(tx, self.WHO))
        assert await self.blobs(desk) == 3
        await blob_refs.bury(desk.runtime.ledger, desk.runtime.blobs, desk.runtime.clock)
        assert await self.blobs(desk) == 0

    async def test_a_file_that_another_mail_brings_just_now_stays(self, desk: Desk) -> None:
        await self.take_in(desk)
        await self.erase(desk)
        again = parse_to_blobs(eml(2, attachments={"scan.pdf": b"%PDF-1.7 an"}), desk.runtime.blobs)
        await desk.take_in(again)
        desk.ahead = blob_refs.IN_FLIGHT_MAX + timedelta(seconds=1)
        assert await blob_refs.bury(desk.runtime.ledger, desk.runtime.blobs, desk.runtime.clock) == 0
        assert await desk.runtime.blobs.exists(again.attachments[0].sha256)
        assert await self.blobs(desk) == 3

    async def test_the_desks_own_address_is_refused(self, desk: Desk) -> None:
        await self.take_in(desk)
        async with desk.client("dpo") as dpo:
            answer = await dpo.post("/_ops/subjects/erase", json={"subject": DESK})
        assert (answer.status_code, answer.json()["code"]) == (422, "own_mailbox")
        assert await self.blobs(desk) == 3


class TestBlobs:
    async def test_a_file_that_the_store_lost_is_not_a_200(self, desk: Desk) -> None:
        await desk.take_in(stored("a", from_=Address("An", "an@burger.example")))  # its blobs were never put
        async with desk.client("crm") as crm:
            [item] = (await crm.get("/queue/items")).json()
            shown = (await crm.get(f"/queue/items/{item['item']}")).json()
            answer = await crm.get(f"/blobs/{shown['raw_ref']}")
        assert answer.status_code == 404
        assert "back-up" in answer.json()["title"]
