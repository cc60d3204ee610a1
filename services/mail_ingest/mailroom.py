"""Everything around one mailbox, put together from the settings, and its place in the service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from loketbus.lanes.gate import Gate
from loketbus.leases import Lease
from loketbus.service import Wiring
from loketbus.workers import WorkerPool
from services.mail_ingest import adapters
from services.mail_ingest.domain import mailbox_id
from services.mail_ingest.intake import Intake
from services.mail_ingest.quarantine import Quarantine, incoming
from services.mail_ingest.reconcile import Reconciler
from services.mail_ingest.remote.graph_hints import GraphHints, hints_router
from services.mail_ingest.settings import MailSettings, graph_connection, graph_hints
from services.mail_ingest.taking import Taker

log = structlog.get_logger(__name__)

SYNC_JOB = "post ophalen"
RECONCILE_JOB = "postvak vergelijken"
HINTS_JOB = "postmeldingen"
KEEP_HINTS_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Mailroom:
    """What people and programs may ask about the mailbox; the first two are None where none is read."""

    intake: Intake | None
    reconciler: Reconciler | None
    quarantine: Quarantine
    box: str | None = None


def open_mailroom(bus: Wiring[MailSettings]) -> Mailroom:
    """Read the mailbox of the settings, if one is set: fetch, compare, and listen to hints that there is mail."""
    settings = bus.settings
    if settings.mailbox is None:
        return Mailroom(None, None, Quarantine(bus))
    box = mailbox_id(settings.mailbox)
    mailbox, lane = adapters.open_mailbox(settings), f"mailbox:{box}"
    parsers = WorkerPool("parse", max_workers=settings.parse_workers, memory_limit_bytes=settings.parse_memory_bytes)
    taker = Taker(bus, parsers, box)
    intake = Intake(bus, mailbox, taker, box)
    reconciler = Reconciler(bus, mailbox, intake, taker, box, Gate(lane, bus.ledger, clock=bus.now))
    for left in incoming(settings).glob("*.eml"):
        left.unlink()
    reading = bus.every(settings.mail_poll_seconds, SYNC_JOB, intake.sync, lane=lane)
    bus.every(settings.mail_reconcile_seconds, RECONCILE_JOB, reconciler.run)
    bus.on_close(mailbox.close)
    bus.on_close(parsers.close)
    _listen(bus, reading.wake.set)
    if advice := adapters.warning(settings, bus.now().date()):
        log.warning("adapter_ends", advice=advice)
    return Mailroom(intake, reconciler, Quarantine(bus, box, mailbox, taker), box)


def _listen(bus: Wiring[MailSettings], wake: Callable[[], None]) -> None:
    """Let Graph say when there is mail, if it may; polling goes on all the same."""
    asked = graph_hints(bus.settings)
    if asked is None:
        return
    hints = GraphHints(graph_connection(bus.settings), asked)

    async def keep(_: Lease) -> None:
        await hints.keep()

    bus.every(KEEP_HINTS_SECONDS, HINTS_JOB, keep)
    bus.api(hints_router(asked.secret.get_secret_value(), wake, hints.heard))
    bus.on_close(hints.close)
