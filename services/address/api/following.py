"""`/addresses/{id}/follow`: say so when the register changes."""

from __future__ import annotations

import uuid
from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from loketbus_contracts import ADDRESS_REQUESTED, AddressRequested

from loketbus import audit
from loketbus.errors import Rejected
from loketbus.following import asked_for
from loketbus.ledger.tx import Cause, Tx
from loketbus.security import ApiProblem
from loketbus.service import Wiring
from services.address.answers.look_up import Known, LookUp
from services.address.api.access import Desk, Follower
from services.address.api.addresses import NOT_THERE, AddressId, absence, number
from services.address.api.models import FollowBody, Followed, Problem
from services.address.settings import AddressSettings
from services.address.store import followers
from services.address.store import following as rows

SOURCE = "address/http"
TAGS: list[str | Enum] = ["Adressen: volgen"]

IdempotencyKey = Annotated[
    str,
    Header(
        min_length=1,
        max_length=200,
        description="your own id of this request: sent again after a doubt it is done once",
    ),
]
_REFUSALS: dict[int | str, dict[str, Any]] = {
    **NOT_THERE,
    409: {"model": Problem, "description": "the key was another request's"},
    422: {
        "model": Problem,
        "description": "`invalid_id`, `not_kept`; or `retired`, `rejected`: follow what came in its place",
    },
}


def following_router(bus: Wiring[AddressSettings], look_up: LookUp) -> APIRouter:
    """Follow, look, and stop."""
    router = APIRouter(prefix="/addresses", tags=TAGS)
    _follow(router, bus, look_up)
    _look_and_stop(router, bus)
    return router


def _follow(router: APIRouter, bus: Wiring[AddressSettings], look_up: LookUp) -> None:
    @router.put("/{address:path}/follow", summary="Volg een adres", response_model=Followed, responses=_REFUSALS)
    async def follow(actor: Follower, address: AddressId, idempotency_key: IdempotencyKey, body: FollowBody) -> Any:
        """As `address.requested.v1` with `follow` does, with the same answer on `address.resolved.v1`.

        Without dossier and klantenreis it is followed for good. Changes come on `address.changed.v1`.
        """
        id, who = number(address), asked_for(body.dossier, body.klantenreis)
        asked = AddressRequested(
            reference=str(id), address_id=str(id), follow=True, **body.model_dump(exclude_none=True)
        )
        key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{actor.name}|{idempotency_key}"))

        async def check() -> None:
            _may_be_followed(await look_up.address(id))

        def note(tx: Tx) -> None:
            _audit(tx, actor.name, "follow", id, who)

        await bus.submit(
            ADDRESS_REQUESTED, asked.reference, asked, idempotency_key=key, requester="follow", check=check, also=note
        )
        return await bus.ledger.read(lambda connection: followers.standing(connection, id))


def _look_and_stop(router: APIRouter, bus: Wiring[AddressSettings]) -> None:
    @router.get("/{address:path}/follow", summary="Wordt dit adres gevolgd, en voor wie?", response_model=Followed)
    async def look(_: Desk, address: AddressId) -> Any:
        """Also of what is not followed, or not there."""
        return await bus.ledger.read(lambda connection: followers.standing(connection, number(address)))

    @router.delete("/{address:path}/follow", summary="Volg een adres niet langer", response_model=Followed)
    async def stop(
        actor: Follower,
        address: AddressId,
        dossier: Annotated[str | None, Query(max_length=200)] = None,
        klantenreis: Annotated[str | None, Query(max_length=200)] = None,
    ) -> Any:
        """For this dossier or klantenreis, or what was followed for good. Others keep following it."""
        id, who = number(address), asked_for(dossier, klantenreis)
        identity, now = str(uuid.uuid4()), bus.now()
        cause = Cause(consumer=SOURCE, source=SOURCE, id=identity, at=now, correlation_id=identity)

        def write(tx: Tx) -> None:
            if rows.followers.is_follower(tx.connection, id, who):
                rows.unfollow(tx, who, [id])
                _audit(tx, actor.name, "unfollow", id, who)

        await bus.write(cause, write)
        return await bus.ledger.read(lambda connection: followers.standing(connection, id))


def _may_be_followed(found: Known) -> None:
    """Whoever would follow one that cannot be used should follow what came in its place.

    Raises:
        ApiProblem: it is not there.
        Rejected: it is retired or rejected.
    """
    if found.usable:
        return
    first = found.reasons[0]
    successors = ", ".join(f"{one.address.id} ({one.label})" for one in found.successors)
    hint = f"Volg wat in de plaats kwam: {successors}." if successors else ""
    if found.whole is None:
        raise ApiProblem(absence(found), first.code, first.message, hint)
    raise Rejected(first.code, f"{first.message} {hint}".strip())


def _audit(tx: Tx, actor: str, action: str, id: int, who: str) -> None:
    audit.record(tx.connection, actor=actor, action=action, target=f"address/{id}", reason=f"voor {who}", now=tx.now)
