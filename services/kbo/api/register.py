"""`GET /register`: how the register stands."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter

from loketbus.clock import Clock
from services.kbo.api.access import Reader
from services.kbo.api.models_register import Register
from services.kbo.settings import KboSettings
from services.kbo.standing import standing


def register_router(settings: KboSettings, now: Clock) -> APIRouter:
    """The register itself, not what is in it."""
    router = APIRouter(tags=["KBO: register"])

    @router.get("/register", summary="Welk register is er, hoe oud, en wat is er te doen?", response_model=Register)
    async def register(_: Reader) -> dict[str, Any]:
        """Answers also when there is none that can be read: `source` is null, and `problem` says which."""
        return (await asyncio.to_thread(standing, settings, now())).as_json()

    return router
