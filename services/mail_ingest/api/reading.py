"""`GET /queue/...`: items, histories, counts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime
from sqlalchemy import Connection

from loketbus.errors import Rejected
from loketbus.service import Wiring
from services.mail_ingest.api.access import Reader
from services.mail_ingest.api.models import (
    ALL_QUEUES,
    Counts,
    HistoryEntry,
    ItemDetail,
    ListedItem,
    Me,
    QueueCount,
    Waiting,
    listed,
)
from services.mail_ingest.domain.accounts import account
from services.mail_ingest.domain.story import describe
from services.mail_ingest.settings import MailSettings
from services.mail_ingest.store import history, notes, places, queues
from services.mail_ingest.store import items as stored

MINE, NOBODY = "mine", "none"
_OPEN = {"true": True, "false": False, "all": None}


def reading_router(bus: Wiring[MailSettings]) -> APIRouter:
    """What people see."""
    router = APIRouter()
    _lists(router, bus)
    _one(router, bus)
    _counting(router, bus)
    return router


def _lists(router: APIRouter, bus: Wiring[MailSettings]) -> None:
    template = bus.settings.crm_new_dossier_url

    @router.get("/items", response_model=list[ListedItem])
    async def items(
        actor: Reader,
        wachtrij: Annotated[str, Query(description=f"`{ALL_QUEUES}`: every queue")] = "we",
        open: Literal["true", "false", "all"] = "true",
        linked: bool | None = None,
        ambiguous: Annotated[bool | None, Query(description="several klantenreizen come into question")] = None,
        automatic: bool | None = None,
        behandelaar: Annotated[str | None, Query(description=f"an account, `{MINE}` or `{NOBODY}`")] = None,
        suggested: Annotated[str | None, Query(description="the queue that software suggests")] = None,
        klantenreis: str | None = None,
        q: Annotated[str | None, Query(max_length=200, description="in the subject or the sender")] = None,
        newest: bool = False,
        after_at: AwareDatetime | None = None,
        after_item: str = "",
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> list[dict[str, Any]]:
        """Items, the longest waiting question first (or the newest); go on with the `after_*` of the last one."""
        chosen = stored.Filter(
            wachtrij=None if wachtrij == ALL_QUEUES else wachtrij,
            open=_OPEN[open],
            linked=linked,
            ambiguous=ambiguous,
            automatic=automatic,
            behandelaar=account(actor.name) if behandelaar == MINE else None if behandelaar == NOBODY else behandelaar,
            unassigned=behandelaar == NOBODY,
            suggested=suggested,
            klantenreis=klantenreis,
            words=q,
            newest=newest,
            after=None if after_at is None else (after_at, after_item),
            limit=limit,
        )
        rows = await bus.ledger.read(lambda connection: stored.list_items(connection, chosen))
        return [listed(row, template) for row in rows]


def _one(router: APIRouter, bus: Wiring[MailSettings]) -> None:
    @router.get("/items/{item}", response_model=ItemDetail)
    async def item(_: Reader, item: str) -> dict[str, Any]:
        """One item with the sender's own words; the first eight characters of its id will do."""
        found = await detail(bus, item)
        if found is None:
            raise _no_such_item()
        return found

    @router.get("/items/{item}/history")
    async def story(_: Reader, item: str) -> list[HistoryEntry]:
        """Who did what with it, from old to new."""

        def read(connection: Connection) -> list[HistoryEntry] | None:
            whole = stored.resolve(connection, item)
            return None if whole is None else _history(connection, whole)

        found = await bus.ledger.read(read)
        if found is None:
            raise _no_such_item()
        return found


def _counting(router: APIRouter, bus: Wiring[MailSettings]) -> None:
    @router.get("/counts")
    async def counts(_: Reader) -> Counts:
        """Open items per queue and per behandelaar, since when the oldest waits, and what stands in quarantine."""
        return await bus.ledger.read(_counts)

    @router.get("/me")
    async def me(actor: Reader) -> Me:
        """Under which account the caller stands in items and histories."""
        return Me(account=account(actor.name), roles=sorted(actor.roles))


async def detail(bus: Wiring[MailSettings], item: str) -> dict[str, Any] | None:
    """An item for `ItemDetail`; None when there is none."""

    def read(connection: Connection) -> dict[str, Any] | None:
        row = stored.show_item(connection, item)
        if row is None:
            return None
        return listed(row, bus.settings.crm_new_dossier_url) | {"notes": notes.newest(connection, row["item"])}

    return await bus.ledger.read(read)


def _no_such_item() -> Rejected:
    return Rejected("not_found", "Dit wachtrij-item bestaat niet (meer).")


def _history(connection: Connection, item: str) -> list[HistoryEntry]:
    desk = queues.desk(connection)
    return [
        HistoryEntry(
            revision=entry.revision,
            at=entry.at,
            actor=entry.actor,
            act=entry.act,
            text=describe(entry, desk),
            changes={name: list(change) for name, change in entry.changes.items()},
        )
        for entry in history.of(connection, item)
    ]


def _counts(connection: Connection) -> Counts:
    waiting = {name: Waiting(open=one.open, oldest_at=one.oldest_at) for name, one in stored.loads(connection).items()}
    return Counts(
        queues={code: QueueCount(**count) for code, count in stored.counts(connection).items()},
        behandelaars={name: one for name, one in waiting.items() if name is not None},
        unassigned=waiting.get(None, Waiting(open=0, oldest_at=None)),
        quarantine=places.quarantined(connection),
    )
