"""HTTP: the register for a person who waits, and for the CRM's screens."""

from __future__ import annotations

from fastapi import APIRouter

from loketbus.service import Wiring
from services.kbo.api.asking import asking_router
from services.kbo.api.finding import finding_router
from services.kbo.api.following import following_router
from services.kbo.api.register import register_router
from services.kbo.inquiry import Inquiries
from services.kbo.questions import Register
from services.kbo.settings import KboSettings

__all__ = ["kbo_router"]


def kbo_router(bus: Wiring[KboSettings], register: Register, inquiries: Inquiries) -> APIRouter:
    """`/check`, `/organisations`, `/vmes`, `/addresses`, `/syndics`, `/register`."""
    router = APIRouter()
    router.include_router(following_router(bus, inquiries))  # before those of whom a number may hold a slash
    router.include_router(finding_router(register, inquiries))
    router.include_router(asking_router(bus, inquiries, register))
    router.include_router(register_router(bus.settings, bus.now))
    return router
