"""Somebody who asks kbo over HTTP, and who there is to ask about in the made-up register."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import select

from loketbus.ledger.tables import audit
from loketbus.replicas import current
from loketbus.security import TokenStore
from loketbus.server import build_app
from services.kbo.fetch_job import register_folder
from tests.support.kbo_service import KboHouse

BEHANDELAAR, CRM = "behandelaar", "crm"


class Desk:
    """The application of one house."""

    def __init__(self, house: KboHouse) -> None:
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
            return await client.get(path, params=query)

    def acts(self) -> list[tuple[str, str, str | None]]:
        """Action, target and for whom, of what people did."""
        query = select(audit.c.action, audit.c.target, audit.c.reason).order_by(audit.c.id)
        return [tuple(row) for row in self.house.read(lambda connection: connection.execute(query).all())]

    def audited(self) -> list[tuple[str, str, str]]:
        """Actor, action and target of what people did."""
        query = select(audit.c.actor, audit.c.action, audit.c.target).order_by(audit.c.id)
        return [tuple(row) for row in self.house.read(lambda connection: connection.execute(query).all())]

    def one(self, query: str) -> tuple[Any, ...]:
        """The first row of a question about the register itself."""
        return first(register_folder(self.house.settings), query)


def first(register: Path, query: str) -> tuple[Any, ...]:
    """The first row, from entities.db with addresses.db attached."""
    folder = current(register)
    assert folder is not None
    with closing(sqlite3.connect(folder / "entities.db")) as db:
        db.execute("ATTACH ? AS addresses", (str(folder / "addresses.db"),))
        return tuple(db.execute(query).fetchone())


PERSON = """
    SELECT printf('%010d', e.number), d.name FROM enterprise e JOIN denomination d ON d.id >> 12 = e.number
    WHERE e.type = '1' AND e.number IN (SELECT enterprise FROM establishment) LIMIT 1
"""
UNIT_OF_PERSON = """
    SELECT printf('%010d', u.number), a.street_nl FROM establishment u JOIN enterprise e ON e.number = u.enterprise
    JOIN address a ON a.id >> 12 = u.number WHERE e.type = '1' AND a.street_nl IS NOT NULL LIMIT 1
"""
VME = """
    SELECT printf('%010d', e.number), a.street_nl, a.house_number, a.postcode, a.municipality_nl FROM enterprise e
    JOIN address a ON a.id >> 12 = e.number WHERE e.form = '070' AND e.situation = '000' AND a.struck_off IS NULL
    AND a.street_nl IS NOT NULL AND a.street_nl NOT LIKE '%(%' AND a.municipality_nl IS NOT NULL LIMIT 1
"""
