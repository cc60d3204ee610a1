"""`GET /addresses/{id}`, `/addresses/{id}/building`, `/parcels/{capakey}`: what is known by its id."""

from __future__ import annotations

import asyncio
from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from loketbus.errors import Rejected
from services.address.answers import by_id
from services.address.answers.look_up import Known, LookUp, OnParcel, on_parcel
from services.address.api.access import Desk
from services.address.api.answering import NO_REGISTER, json_answer, problem
from services.address.api.models import BuildingAround, KnownAddress, ParcelAnswer, Problem
from services.address.domain.by_id import NOT_KEPT
from services.address.domain.object_ids import object_id
from services.address.questions import Register

TAGS: list[str | Enum] = ["Adressen: op id"]

AddressId = Annotated[
    str,
    Path(
        description="object id, or the URI of the register with or without version",
        openapi_examples={
            "id": {"value": "3201926"},
            "URI": {"value": "https://data.vlaanderen.be/id/adres/3201926"},
        },
    ),
]
CaPaKey = Annotated[
    str,
    Path(
        description="in any of its three notations",
        openapi_examples={
            "kadaster": {"value": "21683D0265/02R020"},
            "adressenregister": {"value": "21683D0265-02R020"},
            "legger": {"value": "21683_D_0265_R_020_02"},
        },
    ),
]
Refresh = Annotated[bool, Query(description="ask the live register, also when its last answer still counts")]
NOT_THERE: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "the register never had it: a wrong id"},
    410: {"model": Problem, "description": "it existed and was removed from the register"},
    **NO_REGISTER,
    503: {
        "model": Problem,
        "description": "`street_pending`: it is there, and its street will be within the hour; or no replica of the "
        "register on this machine that can be read",
    },
}
_ADDRESS: dict[int | str, dict[str, Any]] = {
    **NOT_THERE,
    422: {
        "model": Problem,
        "description": "`invalid_id`: this is no id of an address; `not_kept`: it is not in the part of the register "
        "that is kept here, so nobody can say here whether it exists: ask with `refresh`",
    },
}
_PARCEL: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "not in the part of the register that is kept here"},
    410: {"model": Problem, "description": "it existed and was removed from the register"},
    422: {"model": Problem, "description": "`capakey_incomplete`, `capakey_wrong`: nothing is filled in by guessing"},
    **NO_REGISTER,
}


def addresses_router(register: Register, look_up: LookUp) -> APIRouter:
    """What is known by an id; one that is gone is a refusal that says what came in its place."""
    router = APIRouter(tags=TAGS)
    _building(router, look_up)
    _address(router, look_up)
    _parcel(router, register)
    return router


def _address(router: APIRouter, look_up: LookUp) -> None:
    @router.get(
        "/addresses/{address:path}",  # a URI holds slashes
        summary="Wat weet het register van een adres?",
        response_model=KnownAddress,
        responses=_ADDRESS,
    )
    async def address(_: Desk, address: AddressId, refresh: Refresh = False) -> Response:
        """Also when it is retired (`gehistoreerd`): then with what came in its place."""
        found = await look_up.address(number(address), refresh=refresh)
        return json_answer(by_id.known(found)) if found.whole is not None else gone(found)


def _building(router: APIRouter, look_up: LookUp) -> None:
    @router.get(
        "/addresses/{address:path}/building",
        summary="Het gebouw van een adres, met al zijn adressen, eenheden en percelen",
        response_model=BuildingAround,
        responses=_ADDRESS,
    )
    async def building(_: Desk, address: AddressId, refresh: Refresh = False) -> Response:
        """Also from a box: over its house number, its units and their building. `notes` says what is not linked."""
        around = await look_up.building(number(address), refresh=refresh)
        whole = around.known.whole
        return gone(around.known) if whole is None else json_answer(by_id.around(around, whole))


def _parcel(router: APIRouter, register: Register) -> None:
    @router.get(
        "/parcels/{capakey:path}",
        summary="Een perceel met zijn adressen",
        response_model=ParcelAnswer,
        responses=_PARCEL,
    )
    async def parcel(_: Desk, capakey: CaPaKey) -> Response:
        """Addresses of the parcel itself, and the boxes of house numbers on it."""

        def ask() -> OnParcel:
            with register.open() as view:
                return on_parcel(view, capakey)

        found = await asyncio.to_thread(ask)
        answer = by_id.parcel(found)
        return json_answer(answer) if found.view.status is not None else _no_parcel(found, answer)


def number(given: str) -> int:
    """The id of an address.

    Raises:
        Rejected: `invalid_id`.
    """
    found = object_id(given)
    if found is None:
        raise Rejected("invalid_id", "Dit is geen id van een adres in het register: dat is een getal, zoals 3201926.")
    return found


def absence(found: Known) -> int:
    """HTTP status of an address that cannot be given: only 404 and 410 say something about its id."""
    if found.pending:
        return 503
    if found.removed:
        return 410
    return 422 if found.reasons[0].code == NOT_KEPT else 404


def gone(found: Known) -> Response:
    """Why it cannot be given, with what came in its place."""
    first = found.reasons[0]
    return problem(absence(found), first.code, first.message, by_id.known(found))


def _no_parcel(found: OnParcel, answer: dict[str, Any]) -> Response:
    key = found.view.capakey
    if found.removed:
        return problem(410, "parcel_removed", f"Perceel {key} is uit het register verwijderd.", answer)
    title = f"Perceel {key} staat niet in het deel van het register dat hier bewaard wordt."
    return problem(404, "parcel_unknown", title, answer)
