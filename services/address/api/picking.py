"""`GET /municipalities`, `/streets`, `/streets/{id}/numbers`: how the desk picks an address."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from loketbus.security import ApiProblem
from services.address.answers import picking
from services.address.answers.shown import Shown
from services.address.api.access import Desk
from services.address.api.answering import NO_REGISTER, absent, read
from services.address.api.models import Boxes, HouseNumbers, Municipalities, Problem, Streets
from services.address.questions import Register, View

TAGS: list[str | Enum] = ["Adressen: kiezen"]
LIMIT_MAX = 100

Postcode = Annotated[str, Query(description="four digits", examples=["2800"])]
Nis = Annotated[str, Query(description="code of the municipality, five digits", examples=["12025"])]
StreetId = Annotated[int, Path(ge=0, description="object id of the street", examples=[10770])]
House = Annotated[str, Path(description="a house number as the register has it", examples=["19"])]
_UNREADABLE: dict[int | str, dict[str, Any]] = {
    422: {"model": Problem, "description": "`filter_unreadable`: that cannot be a postcode or a NIS code"},
    **NO_REGISTER,
}
_ABSENT: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "`street_unknown`, `house_number_unknown`: nothing of the kind here"},
    410: {"model": Problem, "description": "`street_removed` from the register"},
    **NO_REGISTER,
}


def picking_router(register: Register) -> APIRouter:
    """Lists to pick from, in the order in which people look."""
    router = APIRouter(tags=TAGS)
    _municipalities(router, register)
    _streets(router, register)
    _numbers(router, register)
    return router


def _municipalities(router: APIRouter, register: Register) -> None:
    @router.get(
        "/municipalities",
        summary="Welke gemeenten horen bij een postcode?",
        response_model=Municipalities,
        responses=_UNREADABLE,
    )
    async def municipalities(_: Desk, postcode: Postcode) -> Response:
        """Usually one; of a postcode of Brussels, of PO boxes, or one that nobody has, none: `message` says which."""
        code = picking.postcode(postcode)
        return await read(register, lambda view: picking.municipalities(view, code))


def _streets(router: APIRouter, register: Register) -> None:
    @router.get(
        "/streets",
        summary="Stel straten voor bij wat al getypt is",
        response_model=Streets,
        responses=_UNREADABLE,
    )
    async def streets(
        _: Desk,
        q: Annotated[str, Query(description="the beginning of any words of the name", examples=["st kat"])] = "",
        postcode: Postcode = "",
        nis: Nis = "",
        limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = 20,
    ) -> Response:
        """Case, accents, hyphens, apostrophes and abbreviations do not matter; nothing typed: the first of the area.

        None at all because the postcode or municipality is unknown or not kept here: `message` says so.
        """
        code, municipality = (picking.postcode(postcode) if postcode else None), (picking.nis(nis) if nis else None)
        return await read(register, lambda view: picking.streets(view, q, code, municipality, limit))


def _numbers(router: APIRouter, register: Register) -> None:
    @router.get(
        "/streets/{street}/numbers",
        summary="Som de huisnummers van een straat op",
        response_model=HouseNumbers,
        responses=_ABSENT,
    )
    async def numbers(_: Desk, street: StreetId) -> Response:
        """In natural order, those in use and those that are proposed."""
        return await read(register, lambda view: picking.numbers(view, _found(view, street)))

    @router.get(
        "/streets/{street}/numbers/{house:path}",  # 12/2 may be a house number too
        summary="Som op wat er op een huisnummer is: het hele gebouw en de bussen",
        response_model=Boxes,
        responses=_ABSENT,
    )
    async def boxes(_: Desk, street: StreetId, house: House) -> Response:
        """'Het hele gebouw (zonder bus)' first; then the boxes in natural order."""
        return await read(register, lambda view: _at(view, street, house))


def _at(view: View, street: int, house: str) -> Shown:
    at = _found(view, street)
    found = picking.boxes(view, at, house)
    if found is None:
        title = f"{at[0].name}: op dit huisnummer is er niets"
        raise ApiProblem(404, "house_number_unknown", title, picking.near(view, at, house))
    return found


def _found(view: View, street: int) -> picking.Where:
    return picking.street(view, street) or absent(view, "street", street, "Straat")
