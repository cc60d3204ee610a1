"""`POST /queue/...`: doing something with items."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Header
from fastapi.responses import JSONResponse
from loketbus_contracts import Assign, Close, Release, ReplyOutcome
from sqlalchemy import Connection

from loketbus.errors import Rejected
from loketbus.service import Wiring
from services.mail_ingest import replies
from services.mail_ingest.api.access import Coordinator, Reader, on_behalf_of, permit
from services.mail_ingest.api.models import (
    BulkBody,
    BulkDone,
    CommandBody,
    Done,
    HandedOver,
    HandOverBody,
    ItemDetail,
    Problem,
    Result,
)
from services.mail_ingest.api.reading import detail
from services.mail_ingest.domain.accounts import account
from services.mail_ingest.domain.identity import NAMESPACE
from services.mail_ingest.giving import Order, give, give_all
from services.mail_ingest.replies import CONFLICT, UNKNOWN, Answer
from services.mail_ingest.settings import MailSettings
from services.mail_ingest.store import items, queues

IdempotencyKey = Annotated[
    str,
    Header(
        min_length=1,
        max_length=200,
        description="your own id of this request: sent again after a doubt it is done once and answered the same",
    ),
]
_CONFLICTS = frozenset({CONFLICT, "item_closed", "already_closed", "not_dispatched"})
_REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": description}
    for status, description in {
        404: "no such item (any more)",
        409: "the item is not what you thought (revision_conflict, item_closed, ...), or the key was another request's",
        422: "it cannot be done (unknown_queue, unknown_reason, ...)",
    }.items()
}


def acting_router(bus: Wiring[MailSettings]) -> APIRouter:
    """Commands, one by one or many at once."""
    router = APIRouter()
    _one(router, bus)
    _many(router, bus)
    _hand_over(router, bus)
    return router


def _one(router: APIRouter, bus: Wiring[MailSettings]) -> None:
    @router.post("/items/{item}/commands", response_model=Done, responses=_REFUSALS)
    async def command(actor: Reader, item: str, body: CommandBody, idempotency_key: IdempotencyKey) -> Any:
        """Do one thing with one item: the commands of `queue.command.v1`, with the same answer as `reply.v1`."""
        permit(actor, body.action)
        whom = on_behalf_of(actor, body.actor)
        whole = await bus.ledger.read(lambda connection: items.resolve(connection, item))
        if whole is None:
            return _refused(replies.unknown(), None)
        request = _request(account(actor.name), idempotency_key, whole)
        reply = await give(bus, Order(request, whole, whom, body.action, body.expected_revision))
        shown = await detail(bus, whole)
        return _refused(reply, shown) if reply.outcome is ReplyOutcome.REJECTED else _done(reply, shown)


def _many(router: APIRouter, bus: Wiring[MailSettings]) -> None:
    @router.post("/bulk")
    async def bulk(actor: Reader, body: BulkBody, idempotency_key: IdempotencyKey) -> BulkDone:
        """The same for at most 500 items; each gets its own answer, and a refused one does not stop the others."""
        permit(actor, body.action)
        whom = on_behalf_of(actor, body.actor)
        if isinstance(body.action, Close):
            reason = body.action.reason
            await bus.ledger.read(lambda connection: _must_be_for_many(connection, reason))
        names = [one.item for one in body.items]
        wholes = await bus.ledger.read(lambda connection: items.resolve_all(connection, names))
        requester = account(actor.name)
        orders = [
            Order(_request(requester, idempotency_key, whole), whole, whom, body.action, one.expected_revision)
            for one in body.items
            if (whole := wholes.get(one.item)) is not None
        ]
        given = iter(await give_all(bus, orders))
        results = [_result(one.item, next(given) if one.item in wholes else replies.unknown()) for one in body.items]
        return BulkDone(**_counted(results), results=results)


def _hand_over(router: APIRouter, bus: Wiring[MailSettings]) -> None:
    @router.post("/hand-over")
    async def hand_over(actor: Coordinator, body: HandOverBody) -> HandedOver:
        """All open items of a colleague who is away. Sent again it does what is still left."""
        if body.from_ == body.to:
            raise Rejected("same_behandelaar", "Kies een andere behandelaar dan wie afwezig is.")
        action = Release() if body.to is None else Assign(behandelaar=body.to)
        theirs = await bus.ledger.read(lambda connection: items.assigned(connection, body.from_, body.wachtrij))
        # The revision as read: what a colleague took over meanwhile stays theirs.
        orders = [Order(str(uuid.uuid4()), item, account(actor.name), action, revision) for item, revision in theirs]
        given = await give_all(bus, orders)
        results = [_result(order.item, answer) for order, answer in zip(orders, given, strict=True)]
        left = [result for result in results if result.outcome is ReplyOutcome.REJECTED]
        return HandedOver(**_counted(results), results=left)


def _request(requester: str, key: str, item: str) -> str:
    """An id of ours, so that two people who choose the same key do not meet, and any text may be one."""
    return str(uuid.uuid5(NAMESPACE, f"request|{requester}|{item}|{key}"))


def _must_be_for_many(connection: Connection, reason: str) -> None:
    """Refuse a reason that needs a look at each item.

    Raises:
        Rejected: `reason_not_bulk`.
    """
    known = queues.desk(connection).reasons
    if reason not in known or not (known[reason].bulk and known[reason].active):
        usable = ", ".join(code for code, choice in known.items() if choice.bulk and choice.active) or "(geen)"
        raise Rejected(
            "reason_not_bulk", f"Met deze reden kunt u niet veel items tegelijk afsluiten. Kies uit: {usable}."
        )


def _done(reply: Answer, shown: dict[str, Any] | None) -> dict[str, Any]:
    said = {"outcome": reply.outcome, "code": reply.code, "message": reply.message, "revision": reply.revision}
    return said | {"item": shown}


def _refused(reply: Answer, shown: dict[str, Any] | None) -> JSONResponse:
    status = 404 if reply.code == UNKNOWN else 409 if reply.code in _CONFLICTS else 422
    problem = Problem(
        type=f"urn:loketbus:problem:{reply.code}",
        title=reply.message,
        status=status,
        code=reply.code,
        message=reply.message,
        revision=reply.revision,
        item=None if shown is None else ItemDetail(**shown),
    )
    return JSONResponse(problem.model_dump(mode="json"), status, media_type="application/problem+json")


def _counted(results: Sequence[Result]) -> dict[str, int]:
    rejected = sum(result.outcome is ReplyOutcome.REJECTED for result in results)
    return {"done": len(results) - rejected, "rejected": rejected}


def _result(item: str, answer: Answer) -> Result:
    return Result(item=item, outcome=answer.outcome, code=answer.code, message=answer.message, revision=answer.revision)
