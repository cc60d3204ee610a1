"""Wiring of mail_ingest: the shared mailbox into the W&E queue."""

from __future__ import annotations

from pathlib import Path

from loketbus_contracts import MAIL_SENT

from loketbus.consume.subscription import AfterDeath
from loketbus.service import Service, Wiring
from loketbus.workers import WorkerPool
from services.mail_ingest import api
from services.mail_ingest.demo import demo
from services.mail_ingest.domain import mailbox_id
from services.mail_ingest.handlers import MailSentHandler
from services.mail_ingest.intake import Intake
from services.mail_ingest.remote.ews import EwsMailbox
from services.mail_ingest.settings import MailSettings, ews_connection
from services.mail_ingest.store.people import People

SYNC_JOB = "post ophalen"


def wire(bus: Wiring[MailSettings]) -> None:
    """Read one mailbox (if one is set), link replies, show the queue."""
    settings = bus.settings
    bus.consume(MAIL_SENT, MailSentHandler(), after_death=AfterDeath.GO_ON)
    bus.api(api.queue_router(bus.ledger), api.page_router())
    bus.subjects.append(People())
    if settings.mailbox is None:
        return
    box = mailbox_id(settings.mailbox)
    mailbox = EwsMailbox(ews_connection(settings), settings.var / "mail_ingest" / "spool")
    parsers = WorkerPool("parse", max_workers=settings.parse_workers, memory_limit_bytes=settings.parse_memory_bytes)
    intake = Intake(bus, mailbox, parsers, box)
    bus.every(settings.mail_poll_seconds, SYNC_JOB, intake.sync, lane=f"mailbox:{box}")
    bus.on_close(mailbox.close)
    bus.on_close(parsers.close)


service = Service(
    "mail_ingest",
    "Postbus naar wachtrij W&E",
    wire,
    MailSettings,
    migrations=Path(__file__).parent / "migrations",
    default_port=8001,
    demo=demo,
)
