"""The page of mail_ingest as its service serves it, filled with mails of the demo, and a browser in front of it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from loketbus_contracts import MAIL_SENT, Event, MailSent
from playwright.async_api import Browser

from loketbus.ledger.tx import Cause, Tx
from loketbus.runtime import Runtime
from loketbus.security import TokenStore
from loketbus.server import build_app
from services.mail_ingest import items, mails
from services.mail_ingest.app import service
from services.mail_ingest.demo_crm import sent_mails
from services.mail_ingest.handlers.sent import MailSentHandler
from services.mail_ingest.parsing import parse_to_blobs
from services.mail_ingest.settings import MailSettings
from services.mail_ingest.store import items as stored
from services.mail_ingest.store.places import Place
from simulators.demo.write import write
from tests.integration.loketbus.serving import serving
from tests.support.browser import chromium

SEED = 2800
MAILS = 60


@dataclass
class Desk:
    """The service without its background tasks; a test takes mails in when it wants."""

    runtime: Runtime[MailSettings]
    url: str
    token: str
    tokens: TokenStore
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    async def take_in(self, raw: bytes, received_at: datetime | None = None) -> str:
        """A mail arrives; its subject."""
        mail = await asyncio.to_thread(parse_to_blobs, raw, self.runtime.blobs)
        cause = mails.cause_of("box", mail, received_at or datetime.now(UTC))
        place = Place("ews", f"place {next(self._numbers)}", "inbox")
        await self.runtime.write(cause, lambda tx: mails.record(tx, "box", place, mail))
        return mail.subject

    async def take_in_demo(self, folder: Path) -> None:
        """The demo's mailbox, and what its desk sent."""
        manifest = await asyncio.to_thread(write, folder, MAILS, SEED, datetime.now(UTC).replace(tzinfo=None))
        for sent in sent_mails(asdict(manifest)):
            await self.say_sent(sent)
        for entry in manifest.inbox:
            raw = await asyncio.to_thread((folder / entry.file).read_bytes)
            await self.take_in(raw, datetime.fromisoformat(entry.received_at))

    def colleague(self, name: str, *roles: str) -> httpx.AsyncClient:
        """Somebody else at the desk, without a browser."""
        return httpx.AsyncClient(
            base_url=self.url, headers={"Authorization": f"Bearer {self.tokens.create(name, roles)}"}
        )

    async def items(self, **query: str) -> list[dict[str, Any]]:
        """What stands in the queues now."""
        async with self.colleague("kijker", "beheerder") as colleague:
            found: list[dict[str, Any]] = (await colleague.get("/queue/items", params=query)).json()
            return found

    async def change(self, subject: str, **columns: Any) -> None:
        """What rules that have tests of their own would find out about an item."""
        [row] = [one for one in await self.items() if one["subject"] == subject]
        cause = Cause(consumer="test", source="test", id=row["item"], at=datetime.now(UTC), correlation_id="c")

        def write(tx: Tx) -> None:
            found = stored.get_item(tx.connection, row["item"])
            assert found is not None
            items.save(tx, found, columns, act="relink")

        await self.runtime.write(cause, write)

    async def say_sent(self, sent: MailSent) -> None:
        """What a CRM says about a mail that the desk sent."""
        cause = Cause(consumer="test", source="crm", id=sent.message_id, at=sent.sent_at, correlation_id="c")
        event = Event(
            id=sent.message_id,
            type=MAIL_SENT.name,
            source="crm",
            key=sent.conversation,
            time=sent.sent_at,
            data=sent,
            correlation_id="c",
        )
        await self.runtime.write(cause, lambda tx: MailSentHandler().apply(tx, event, None))


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    runtime = Runtime(service, MailSettings(var=tmp_path))
    tokens = TokenStore(tmp_path / "tokens.json")
    token = tokens.create("an", ["dispatcher"])
    async with serving(build_app(runtime, tokens)) as url:
        yield Desk(runtime, url, token, tokens)
    runtime.ledger.close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started
