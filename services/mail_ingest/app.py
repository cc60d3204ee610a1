"""Wiring of mail_ingest: the shared mailbox into the W&E queue."""

from __future__ import annotations

from pathlib import Path

from loketbus_contracts import (
    ADDRESS_MENTIONED,
    CODELIST_CHANGED,
    CONTACT_RECEIVED,
    DOSSIER_STATE,
    MAIL_SENT,
    ORGANISATION_MENTIONED,
    QUEUE_COMMAND,
)

from loketbus.consume.subscription import AfterDeath
from loketbus.service import Service, Wiring
from services.mail_ingest import adapters, api, api_mailbox, api_tokens, api_words
from services.mail_ingest.demo import demo
from services.mail_ingest.handlers.codelists import CodeListHandler
from services.mail_ingest.handlers.commands import QueueCommandHandler
from services.mail_ingest.handlers.contacts import ContactReceivedHandler
from services.mail_ingest.handlers.dossiers import DossierStateHandler
from services.mail_ingest.handlers.mentions import AddressMentionedHandler, OrganisationMentionedHandler
from services.mail_ingest.handlers.sent import MailSentHandler
from services.mail_ingest.mailroom import open_mailroom
from services.mail_ingest.people import People
from services.mail_ingest.policy import examine_tokens
from services.mail_ingest.settings import MailSettings


def wire(bus: Wiring[MailSettings]) -> None:
    """Read one mailbox (if one is set), link replies, show the queue."""
    settings = bus.settings
    bus.consume(MAIL_SENT, MailSentHandler(), after_death=AfterDeath.GO_ON)
    bus.consume(CONTACT_RECEIVED, ContactReceivedHandler(settings.queue_from), after_death=AfterDeath.GO_ON)
    bus.consume(CODELIST_CHANGED, CodeListHandler(), after_death=AfterDeath.GO_ON)
    bus.consume(DOSSIER_STATE, DossierStateHandler(), after_death=AfterDeath.GO_ON)
    bus.consume(ORGANISATION_MENTIONED, OrganisationMentionedHandler(), after_death=AfterDeath.GO_ON)
    bus.consume(ADDRESS_MENTIONED, AddressMentionedHandler(), after_death=AfterDeath.GO_ON)
    bus.consume(QUEUE_COMMAND, QueueCommandHandler(), after_death=AfterDeath.HOLD_KEY)
    bus.api(api.queue_router(bus), api.page_router())
    bus.api(api_words.words_router(bus), api_tokens.tokens_router(settings))
    bus.subjects.append(People())
    bus.api(api_mailbox.mailbox_router(bus, open_mailroom(bus)))


service = Service(
    "mail_ingest",
    "Postbus naar wachtrij W&E",
    wire,
    MailSettings,
    migrations=Path(__file__).parent / "migrations",
    default_port=8001,
    demo=demo,
    doctor=lambda settings: [*adapters.examine(settings), *examine_tokens(settings)],
)
