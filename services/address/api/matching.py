"""`POST /match`: an address as somebody wrote it, with a verdict."""

from __future__ import annotations

import re
from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict

from services.address.answers import shown
from services.address.api.access import Desk
from services.address.api.answering import NO_REGISTER, json_answer
from services.address.api.models import Matched
from services.address.domain.model import Asked
from services.address.inquiry import Inquiries

TAGS: list[str | Enum] = ["Adressen: oordeel"]
_HALVES = re.compile("[\ud800-\udfff]")
_EXAMPLES: dict[str, Any] = {
    "vrije tekst": {"value": {"text": "Moensstraat 19 bus 2, 2800 Mechelen"}},
    "losse velden": {"value": {"street": "Moensstraat", "house_number": "19", "box": "2", "postcode": "2800"}},
    "een id": {"value": {"address_id": "3201926", "refresh": True}},
}


def _whole(given: object) -> object:
    """JSON may hold half of a surrogate pair, which is no text; whoever wrote it gets a verdict all the same."""
    return _HALVES.sub("\ufffd", given) if isinstance(given, str) else given


Text = Annotated[str, BeforeValidator(_whole)]


class MatchBody(BaseModel):
    """What is looked for. However long it is: what no address can need is not read."""

    # A postcode may come as a number; a wrong name of a field should not look like an empty one.
    model_config = ConfigDict(use_attribute_docstrings=True, extra="forbid", coerce_numbers_to_str=True)

    text: Text | None = None
    """The address as somebody wrote it; with parts beside it, it says what those leave open."""
    street: Text | None = None
    house_number: Text | None = None
    """As it was typed; it may hold a bus (`12/3`)."""
    box: Text | None = None
    postcode: Text | None = None
    municipality: Text | None = None
    address_id: Text | None = None
    """Object id or URI of the register, of one that is known; then the rest is not looked at."""
    refresh: bool = False
    """Let the live register confirm the address that is found."""


def matching_router(inquiries: Inquiries) -> APIRouter:
    """Verdicts. Without `refresh` the replica alone answers: at once, and without using up the register's budget."""
    router = APIRouter(tags=TAGS)

    @router.post("/match", summary="Zoek een adres op, met oordeel", response_model=Matched, responses=NO_REGISTER)
    async def match(_: Desk, body: Annotated[MatchBody, Body(openapi_examples=_EXAMPLES)]) -> Response:
        """Always a verdict with its reasons in Dutch, whatever was written; never a guess given as an address."""
        found = await inquiries.about(body.address_id or _asked(body), refresh=body.refresh)
        answer = shown.match(found.match, _literal(body))
        return json_answer(
            {**answer, "address": shown.match_address(found.match), "source": shown.source(found.source)}
        )

    return router


def _asked(body: MatchBody) -> Asked:
    return Asked(
        text=body.text or "",
        street=body.street or "",
        house_number=body.house_number or "",
        box=body.box or "",
        postcode=body.postcode or "",
        municipality=body.municipality or "",
    )


def _literal(body: MatchBody) -> str | None:
    """What was asked, letter by letter, when that is one text."""
    given = body.model_dump(exclude={"refresh"}, exclude_none=True)
    return body.address_id or (body.text if len(given) == 1 else None)
