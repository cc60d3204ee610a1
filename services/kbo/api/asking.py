"""`GET /check`, `/organisations/{number}`, `/vmes/{number}`: all about one number."""

from __future__ import annotations

import asyncio
from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse

from loketbus.errors import Unavailable
from loketbus.service import Wiring
from services.kbo import told
from services.kbo.api.access import Desk, Reader, may_see_persons
from services.kbo.api.models import Answer, Check, Problem, problem_json
from services.kbo.domain.numbers import candidates
from services.kbo.domain.numbers import check as checked
from services.kbo.inquiry import Inquiries, Inquiry
from services.kbo.questions import Register
from services.kbo.settings import KboSettings

TEXT_MAX = 200
TAGS: list[str | Enum] = ["KBO: nummers"]

Number = Annotated[
    str,
    Path(
        max_length=TEXT_MAX,
        description="an enterprise or establishment number in any spelling, URL-encoded",
        openapi_examples={
            "tien cijfers": {"value": "0403170701"},
            "met punten": {"value": "BE 0403.170.701"},
            "vestiging": {"value": "2.000.000.339"},
        },
    ),
]
NO_REGISTER: dict[int | str, dict[str, Any]] = {
    503: {"model": Problem, "description": "there is no register on this machine yet (`register_missing`)"}
}
_REFUSALS: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "no such number in the register; the verdict says what is known of it"},
    422: {"model": Problem, "description": "`invalid_number`: what is wrong with it, and which one may be meant"},
    **NO_REGISTER,
}


def asking_router(bus: Wiring[KboSettings], inquiries: Inquiries, register: Register) -> APIRouter:
    """Numbers, one at a time."""
    router = APIRouter(tags=TAGS)
    _check(router, register)
    _organisation(router, bus, inquiries)
    _vme(router, bus, inquiries)
    return router


def _check(router: APIRouter, register: Register) -> None:
    @router.get("/check", summary="Kijk na of een nummer juist gevormd is", response_model=Check)
    async def check(_: Reader, number: Annotated[str, Query(max_length=TEXT_MAX, examples=["0403.170.702"])]) -> Any:
        """Is it right, what was done to read it, and which number may be meant. Says nothing about who has it."""
        found = checked(number)
        suggestion = None if found.valid else await asyncio.to_thread(_suggested, register, found.digits)
        return told.checked(found, suggestion)


def _organisation(router: APIRouter, bus: Wiring[KboSettings], inquiries: Inquiries) -> None:
    @router.get(
        "/organisations/{number:path}",  # a slash is usual in numbers, and stands here decoded
        summary="Alles over één onderneming of vestiging",
        response_model=Answer,
        responses=_REFUSALS,
    )
    async def organisation(actor: Desk, number: Number) -> Any:
        """With labels in three languages, the verdicts, and where it comes from.

        A natural person is shown to behandelaar, wachtrijverantwoordelijke and beheerder, and that is audited; others
        get the verdict `natural_person` and nothing else.
        """
        return await _answer(bus, actor, await inquiries.about(number))


def _vme(router: APIRouter, bus: Wiring[KboSettings], inquiries: Inquiries) -> None:
    @router.get(
        "/vmes/{number:path}",
        summary="Kijk na of een nummer dat van een VME is",
        response_model=Answer,
        responses=_REFUSALS,
    )
    async def vme(
        actor: Desk,
        number: Number,
        address: Annotated[
            str | None,
            Query(
                max_length=500,
                description="of the building, to compare with the seat",
                examples=["Leopoldstraat 12, 2800 Mechelen"],
            ),
        ] = None,
    ) -> Any:
        """Verdicts with what to do, and the page of the register where a person sees the syndic."""
        return await _answer(bus, actor, await inquiries.about(number, vme=True, address=address))


async def _answer(bus: Wiring[KboSettings], actor: Desk, found: Inquiry) -> dict[str, Any] | JSONResponse:
    shown = told.inquiry(found, persons=await may_see_persons(bus, actor, found))
    if found.organisation is not None or found.unit is not None:
        return shown
    status = 404 if found.check.valid else 422
    return JSONResponse(problem_json(shown, status), status, media_type="application/problem+json")


def _suggested(register: Register, digits: str) -> str | None:
    """Without a register nothing is suggested: the check itself needs none."""
    if next(candidates(digits), None) is None:
        return None
    try:
        with register.open() as view:
            return view.suggestion(digits)
    except Unavailable:
        return None
