"""`/organisations/{number}/follow`: say so when the register changes."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query
from loketbus_contracts import ORGANISATION_REQUESTED, OrganisationRequested

from loketbus import audit
from loketbus.errors import Rejected
from loketbus.following import asked_for
from loketbus.ledger.tx import Cause, Tx
from loketbus.security import Actor, require
from loketbus.service import Wiring
from services.kbo.api.access import Desk
from services.kbo.api.asking import NO_REGISTER, Number
from services.kbo.api.models import Problem
from services.kbo.api.models_register import FollowBody, Followed
from services.kbo.domain.numbers import check
from services.kbo.handlers.requested import is_person
from services.kbo.inquiry import Inquiries
from services.kbo.settings import KboSettings
from services.kbo.store import followers
from services.kbo.store import following as rows

SOURCE = "kbo/http"

Follower = Annotated[Actor, Depends(require("behandelaar", "wachtrijverantwoordelijke", "beheerder", "crm"))]
IdempotencyKey = Annotated[
    str,
    Header(
        min_length=1,
        max_length=200,
        description="your own id of this request: sent again after a doubt it is done once",
    ),
]
_REFUSALS: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "no such enterprise in the register"},
    409: {"model": Problem, "description": "the key was another request's"},
    422: {"model": Problem, "description": "no number of an enterprise, or a natural person, who is never followed"},
    **NO_REGISTER,
}


def following_router(bus: Wiring[KboSettings], inquiries: Inquiries) -> APIRouter:
    """Follow, look, and stop."""
    router = APIRouter(prefix="/organisations", tags=["KBO: volgen"])
    _follow(router, bus, inquiries)
    _look_and_stop(router, bus)
    return router


def _follow(router: APIRouter, bus: Wiring[KboSettings], inquiries: Inquiries) -> None:
    @router.put("/{number}/follow", summary="Volg een organisatie", response_model=Followed, responses=_REFUSALS)
    async def follow(actor: Follower, number: Number, idempotency_key: IdempotencyKey, body: FollowBody) -> Any:
        """As `organisation.requested.v1` with `follow` does, with the same answer on `organisation.resolved.v1`.

        Without dossier and klantenreis it is followed for good. Changes come on `organisation.changed.v1`.
        """
        enterprise = await _enterprise(inquiries, number)
        asked = OrganisationRequested(number=enterprise, follow=True, **body.model_dump())
        key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{actor.name}|{idempotency_key}"))
        who = asked_for(body.dossier, body.klantenreis)

        def note(tx: Tx) -> None:
            _audit(tx, actor.name, "follow", enterprise, who)

        await bus.submit(ORGANISATION_REQUESTED, enterprise, asked, idempotency_key=key, requester="follow", also=note)
        return await bus.ledger.read(lambda connection: followers.standing(connection, enterprise))


def _look_and_stop(router: APIRouter, bus: Wiring[KboSettings]) -> None:
    @router.get("/{number}/follow", summary="Wordt deze organisatie gevolgd, en voor wie?", response_model=Followed)
    async def look(_: Desk, number: Number) -> Any:
        """Also of what is not followed, or not there."""
        return await bus.ledger.read(lambda connection: followers.standing(connection, _valid(number)))

    @router.delete("/{number}/follow", summary="Volg een organisatie niet langer", response_model=Followed)
    async def stop(
        actor: Follower,
        number: Number,
        dossier: Annotated[str | None, Query(max_length=200)] = None,
        klantenreis: Annotated[str | None, Query(max_length=200)] = None,
    ) -> Any:
        """For this dossier or klantenreis, or what was followed for good. Others keep following it."""
        enterprise, who = _valid(number), asked_for(dossier, klantenreis)
        identity, now = str(uuid.uuid4()), bus.now()
        cause = Cause(consumer=SOURCE, source=SOURCE, id=identity, at=now, correlation_id=identity)

        def write(tx: Tx) -> None:
            if rows.followers.is_follower(tx.connection, enterprise, who):
                rows.unfollow(tx, who, [enterprise])
                _audit(tx, actor.name, "unfollow", enterprise, who)

        await bus.write(cause, write)
        return await bus.ledger.read(lambda connection: followers.standing(connection, enterprise))


def _audit(tx: Tx, actor: str, action: str, number: str, who: str) -> None:
    audit.record(tx.connection, actor=actor, action=action, target=f"kbo/{number}", reason=f"voor {who}", now=tx.now)


async def _enterprise(inquiries: Inquiries, number: str) -> str:
    """The number of an enterprise that can be followed.

    Raises:
        Rejected: `not_found`, or why it cannot.
    """
    found = await inquiries.about(number)
    if is_person(found) or (found.unit is not None and found.organisation is None):
        raise Rejected("natural_person", "Een natuurlijk persoon wordt niet gevolgd.")
    if found.number is None or found.organisation is None:
        first = found.verdicts[0]
        raise Rejected("not_found" if found.check.valid else first.code, first.message)
    return found.number


def _valid(number: str) -> str:
    """Ten digits.

    Raises:
        Rejected: `invalid_number`.
    """
    found = check(number)
    if found.number is None:
        raise Rejected("invalid_number", " ".join(reason.text for reason in found.reasons))
    return found.number
