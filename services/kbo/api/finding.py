"""`GET /organisations`, `/vmes`, `/addresses/organisations`, `/syndics`: who is called so, or is there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Query

from loketbus.errors import Rejected
from services.kbo import told
from services.kbo.api.access import Desk
from services.kbo.api.asking import NO_REGISTER
from services.kbo.api.models import Hits, Problem, VmesAt
from services.kbo.domain import organisation
from services.kbo.inquiry import Inquiries
from services.kbo.questions import Register, View

TAGS: list[str | Enum] = ["KBO: zoeken"]
LIMIT_MAX = 500

Postcode = Annotated[str | None, Query(max_length=20, description="of the seat", examples=["2800"])]
Form = Annotated[str | None, Query(max_length=10, description="code of the legal form; 070 is a VME", examples=["070"])]
After = Annotated[
    str | None, Query(pattern="^[0-9]{10}$", description="go on behind this number: the last one of the former page")
]
Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX)]
_REFUSALS: dict[int | str, dict[str, Any]] = {
    422: {"model": Problem, "description": "`filter_unreadable`, `form_unknown`: that cannot be a postcode or a form"},
    **NO_REGISTER,
}


def finding_router(register: Register, inquiries: Inquiries) -> APIRouter:
    """Lists. Natural persons and their establishments are in none of them."""
    router = APIRouter(tags=TAGS)
    _organisations(router, register)
    _at_address(router, register)
    _vmes(router, inquiries)
    _syndics(router, register)
    return router


def _organisations(router: APIRouter, register: Register) -> None:
    @router.get(
        "/organisations",
        summary="Zoek organisaties op naam, of som ze op per rechtsvorm en postcode",
        response_model=Hits,
        responses=_REFUSALS,
    )
    async def organisations(
        _: Desk,
        q: Annotated[str | None, Query(max_length=200, description="a name; typing errors are forgiven")] = None,
        postcode: Postcode = None,
        form: Form = None,
        after: After = None,
        limit: Limit = 20,
    ) -> Any:
        """By name: the best first. Without a name: all of a legal form, a postcode or both, by number."""
        if q is not None:
            return await _told(register, lambda view: view.search(q, postcode, form, limit))
        if form:
            return await _told(register, lambda view: view.by_form(form, postcode, after, limit))
        if postcode:
            return await _told(register, lambda view: view.by_postcode(postcode, None, after, limit))
        raise Rejected("nothing_asked", "Geef een naam (q), een rechtsvorm (form) of een postcode.")


def _at_address(router: APIRouter, register: Register) -> None:
    @router.get(
        "/addresses/organisations",
        summary="Welke organisaties en vestigingen zijn op dit adres?",
        response_model=Hits,
        responses=_REFUSALS,
    )
    async def at_address(
        _: Desk,
        street: Annotated[str, Query(max_length=200, examples=["Leopoldstraat"])],
        postcode: Annotated[str, Query(max_length=20, examples=["2800"])],
        house_number: Annotated[str, Query(max_length=30, examples=["12"], description="none: the whole street")] = "",
        form: Form = None,
        limit: Limit = 50,
    ) -> Any:
        """Spelling and language of the street do not matter."""
        return await _told(register, lambda view: view.at_address(street, house_number, postcode, form, limit))


def _vmes(router: APIRouter, inquiries: Inquiries) -> None:
    @router.get("/vmes", summary="Welke VME's zijn op dit adres?", response_model=VmesAt, responses=NO_REGISTER)
    async def vmes(
        _: Desk,
        address: Annotated[str, Query(max_length=500, examples=["Leopoldstraat 12, 2800 Mechelen"])],
    ) -> Any:
        """None is an ordinary answer, and so is more than one. `missing` names what lacks in the address."""
        return told.vmes_at(await inquiries.vmes_at(address))


def _syndics(router: APIRouter, register: Register) -> None:
    @router.get(
        "/syndics",
        summary="Professionele syndici (NACE-BEL 2025 68321)",
        response_model=Hits,
        responses=_REFUSALS,
    )
    async def syndics(_: Desk, postcode: Postcode = None, after: After = None, limit: Limit = 50) -> Any:
        """By number; those who are natural persons are left out."""
        return await _told(register, lambda view: view.syndics(postcode, after, limit))


async def _told(register: Register, ask: Callable[[View], organisation.Hits]) -> dict[str, Any]:
    def read() -> dict[str, Any]:
        with register.open() as view:
            return told.hits(ask(view))

    return await asyncio.to_thread(read)
