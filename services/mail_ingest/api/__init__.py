"""HTTP: the queues for people and for the CRM, and the page on localhost."""

from __future__ import annotations

from fastapi import APIRouter

from loketbus.service import Wiring
from services.mail_ingest.api.acting import acting_router
from services.mail_ingest.api.managing import managing_router
from services.mail_ingest.api.page import page_router
from services.mail_ingest.api.reading import reading_router
from services.mail_ingest.settings import MailSettings

__all__ = ["page_router", "queue_router"]


def queue_router(bus: Wiring[MailSettings]) -> APIRouter:
    """`/queue`: see items, do something with them, set the queues."""
    router = APIRouter(prefix="/queue", tags=["wachtrij"])
    router.include_router(reading_router(bus))
    router.include_router(acting_router(bus))
    router.include_router(managing_router(bus))
    return router
