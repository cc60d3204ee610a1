"""Wiring of address: a replica of the address register, and who asks it, follows it and is mentioned in mails."""

from __future__ import annotations

from pathlib import Path

from loketbus_contracts import ADDRESS_REQUESTED, DOSSIER_STATE, MAIL_RECEIVED
from prometheus_client import Gauge

from loketbus.consume.subscription import AfterDeath
from loketbus.service import Service, Wiring
from services.address.api import address_router
from services.address.demo import demo
from services.address.doctor import examine
from services.address.feed_job import open_feed
from services.address.following import Following
from services.address.handlers.dossiers import DossierStateHandler
from services.address.handlers.mails import MailReceivedHandler
from services.address.handlers.requested import AddressRequestedHandler
from services.address.inquiry import Inquiries
from services.address.live import open_connection, open_live
from services.address.people import People
from services.address.questions import Register
from services.address.register_age import RegisterAge
from services.address.settings import AddressSettings, register_folder

FOLLOWING = "address_following"


def wire(bus: Wiring[AddressSettings]) -> None:
    """Keep the register, answer about it, tell what changes."""
    settings = bus.settings
    register = Register(register_folder(settings))
    connection = open_connection(bus)
    live = open_live(bus, connection)
    inquiries = Inquiries(register, live)
    # Questions do not build upon each other: one that cannot be read must not keep the others waiting for a person.
    requested = AddressRequestedHandler(bus, inquiries, register)
    bus.consume(ADDRESS_REQUESTED, requested, after_death=AfterDeath.GO_ON)
    bus.consume(DOSSIER_STATE, DossierStateHandler(), after_death=AfterDeath.GO_ON)
    bus.consume(MAIL_RECEIVED, MailReceivedHandler(register), after_death=AfterDeath.GO_ON)
    untold = Gauge("loketbus_address_untold", "Followed addresses that cannot be told now", registry=bus.registry)
    following = bus.every(settings.address_follow_seconds, FOLLOWING, Following(bus, register, untold.set).run)
    open_feed(bus, connection, changed=following.wake.set)
    bus.api(address_router(bus, register, inquiries, live))
    bus.registry.register(RegisterAge(register, register_folder(settings), bus.now))
    bus.subjects.append(People())

    async def close() -> None:
        register.close()

    bus.on_close(close)


service = Service(
    "address",
    "Adressen (Adressenregister)",
    wire,
    AddressSettings,
    migrations=Path(__file__).parent / "migrations",
    default_port=8003,
    demo=demo,
    doctor=examine,
)
