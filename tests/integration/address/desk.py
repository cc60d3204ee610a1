"""Somebody who asks address over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import select

from loketbus.ledger.tables import audit
from loketbus.security import TokenStore
from loketbus.server import build_app
from services.address.api.models import Model
from tests.support.address_service import AddressHouse

BEHANDELAAR, CRM = "behandelaar", "crm"


class Desk:
    """The application of one house."""

    def __init__(self, house: AddressHouse) -> None:
        self.house = house
        self.tokens = TokenStore(house.settings.var / "tokens.json")
        self.app: FastAPI = build_app(house.runtime, self.tokens)

    def client(self, *roles: str, name: str = "An") -> httpx.AsyncClient:
        """Somebody with these roles; nobody without."""
        headers = {"Authorization": f"Bearer {self.tokens.create(name, roles)}"} if roles else {}
        transport = httpx.ASGITransport(self.app)
        return httpx.AsyncClient(transport=transport, base_url="http://service.example", headers=headers)

    async def get(self, path: str, role: str = BEHANDELAAR, **query: Any) -> httpx.Response:
        """GET, as somebody with one role."""
        async with self.client(role) as client:
            return await client.get(path, params=query or None)

    async def match(self, text: str | None = None, role: str = BEHANDELAAR, **body: Any) -> httpx.Response:
        """POST /match."""
        given = body if text is None else {"text": text, **body}
        async with self.client(role) as client:
            return await client.post("/match", json=given)

    def audited(self) -> list[tuple[str, str, str, str | None]]:
        """Actor, action, target and for whom, of what people did."""
        query = select(audit.c.actor, audit.c.action, audit.c.target, audit.c.reason).order_by(audit.c.id)
        return [tuple(row) for row in self.house.read(lambda connection: connection.execute(query).all())]


def told(answer: httpx.Response, model: type[Model]) -> dict[str, Any]:
    """What a fine answer says; it has every field of its model and no other."""
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    model.model_validate_json(answer.content, extra="forbid")
    return body


def refused(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal, which says what is the matter in Dutch."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert (body["status"], body["title"].strip() != "") == (answer.status_code, True)
    return answer.status_code, body["code"]
