"""HTTP: the register for a person who waits, and for the CRM's screens."""

from __future__ import annotations

from fastapi import APIRouter

from loketbus.service import Wiring
from services.address.answers.look_up import Asks, LookUp
from services.address.api.addresses import addresses_router
from services.address.api.following import following_router
from services.address.api.matching import matching_router
from services.address.api.picking import picking_router
from services.address.api.register import register_router
from services.address.inquiry import Inquiries
from services.address.questions import Register
from services.address.settings import AddressSettings

__all__ = ["address_router"]


def address_router(bus: Wiring[AddressSettings], register: Register, inquiries: Inquiries, live: Asks) -> APIRouter:
    """`/match`, `/municipalities`, `/streets`, `/addresses`, `/parcels`, `/register`."""
    look_up = LookUp(register, live)
    router = APIRouter()
    router.include_router(matching_router(inquiries))
    router.include_router(picking_router(register))
    router.include_router(following_router(bus, look_up))  # before those of which an id may hold a slash
    router.include_router(addresses_router(register, look_up))
    router.include_router(register_router(bus.settings, bus.now))
    return router
