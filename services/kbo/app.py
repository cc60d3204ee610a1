"""Wiring of kbo: a replica of the company register, and who asks it, follows it and is mentioned in mails."""

from __future__ import annotations

import asyncio
from pathlib import Path

from loketbus_contracts import DOSSIER_STATE, MAIL_RECEIVED, ORGANISATION_REQUESTED

from loketbus.consume.subscription import AfterDeath
from loketbus.service import Service, Wiring
from services.kbo.answering import Answering
from services.kbo.api import kbo_router
from services.kbo.demo import demo
from services.kbo.doctor import examine
from services.kbo.fetch_job import open_fetching, register_folder
from services.kbo.following import Following
from services.kbo.handlers.dossiers import DossierStateHandler
from services.kbo.handlers.mails import MailReceivedHandler
from services.kbo.handlers.requested import OrganisationRequestedHandler
from services.kbo.inquiry import Inquiries
from services.kbo.people import People
from services.kbo.questions import Register
from services.kbo.second_source import open_second_source
from services.kbo.settings import KboSettings
from services.kbo.syndics import open_syndics

FOLLOWING = "kbo_following"
SYNDICS = "kbo_syndics"
SYNDICS_SECONDS = 3600.0
"""The reuse file comes once a day."""
ANSWERING = "kbo_answering"


def wire(bus: Wiring[KboSettings]) -> None:
    """Keep the register, answer about it, tell what changes."""
    settings = bus.settings
    register = Register(register_folder(settings))
    second = open_second_source(bus, lambda number: asyncio.to_thread(_exists, register, number))
    syndics = open_syndics(settings)
    if syndics is not None:
        bus.every(SYNDICS_SECONDS, SYNDICS, syndics.take_in)
    inquiries = Inquiries(register, second, syndics, settings.kbo_link)
    # Questions do not build upon each other: one that cannot be read must not keep the others waiting for a person.
    requested = OrganisationRequestedHandler(bus, inquiries, register)
    bus.consume(ORGANISATION_REQUESTED, requested, after_death=AfterDeath.GO_ON)
    bus.consume(DOSSIER_STATE, DossierStateHandler(), after_death=AfterDeath.GO_ON)
    mails = MailReceivedHandler(register, settings.kbo_home_postcodes)
    bus.consume(MAIL_RECEIVED, mails, after_death=AfterDeath.GO_ON)
    following = bus.every(settings.kbo_follow_seconds, FOLLOWING, Following(bus, register).run)
    bus.every(settings.kbo_follow_seconds, ANSWERING, Answering(bus, inquiries, register).run)
    open_fetching(bus, imported=following.wake.set)
    bus.api(kbo_router(bus, register, inquiries))
    bus.subjects.append(People())

    async def close() -> None:
        register.close()

    bus.on_close(close)


def _exists(register: Register, number: str) -> bool:
    with register.open() as view:
        return view.exists(number)


service = Service(
    "kbo",
    "Bedrijven (KBO)",
    wire,
    KboSettings,
    migrations=Path(__file__).parent / "migrations",
    default_port=8002,
    demo=demo,
    doctor=examine,
)
