"""`GET /register`: how the replica stands."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Response

from loketbus.clock import Clock
from services.address.api.access import Reader
from services.address.api.answering import json_answer
from services.address.api.models_register import RegisterStanding
from services.address.settings import AddressSettings
from services.address.standing import standing


def register_router(settings: AddressSettings, now: Clock) -> APIRouter:
    """The replica itself, not what is in it."""
    router = APIRouter(tags=["Adressen: register"])

    @router.get(
        "/register", summary="Welk register is er, hoe vers, en wat is er te doen?", response_model=RegisterStanding
    )
    async def register(_: Reader) -> Response:
        """Answers also when there is none that can be read: `source` is null, and `problem` says which."""
        return json_answer((await asyncio.to_thread(standing, settings, now())).as_json())

    return router
