"""The suite that every consumer inherits, on what people ask of kbo and on what it reads besides."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from loketbus_contracts import (
    DOSSIER_STATE,
    MAIL_RECEIVED,
    ORGANISATION_MENTIONED,
    ORGANISATION_REQUESTED,
    ORGANISATION_RESOLVED,
    REPLY,
    BlobRef,
    MailReceived,
    OrganisationMentioned,
    OrganisationRequested,
    OrganisationResolved,
)
from loketbus_contracts.topics import Message, Topic
from sqlalchemy import Connection, select

from loketbus.ledger.tables import outbox
from loketbus.service import Service, Wiring
from services.kbo.app import service
from services.kbo.fetch_job import register_folder
from services.kbo.register.importing import import_archives
from services.kbo.settings import KboSettings
from simulators.kbo import write
from tests.bus_suite import EventSuite, LifeSuite
from tests.bus_suite.databases import DATABASES
from tests.support.kbo_service import SPEC
from tests.support.matrix import WHOLE_MATRIX, only_chaos
from tests.support.telling import handled, state, tells

BEGIN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
"""Of the suite's letters: each is a second per number later."""
VME = "0952331845"


@cache
def register() -> Path:
    """A small register, once per process."""
    folder = Path(tempfile.mkdtemp(prefix="loketbus-kbo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    write(folder / "archives", replace(SPEC, updates=0))
    import_archives(folder / "register", list((folder / "archives").glob("*.zip")))
    return folder / "register"


def wire(bus: Wiring[KboSettings]) -> None:
    """The service as it is, in a house that has a register."""
    folder = register_folder(bus.settings)
    if not folder.is_symlink():
        shutil.rmtree(folder, ignore_errors=True)  # a backup of the suite's has a copy without links
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.symlink_to(register())
    service.wire(bus)


class Requests:
    """`organisation.requested.v1`: each gets one answer. The suite's keys are no numbers, which is an answer too."""

    topic: Topic[Any] = ORGANISATION_REQUESTED
    outgoing: tuple[Topic[Any], ...] = (ORGANISATION_RESOLVED, REPLY)

    def service(self) -> Service[Any]:
        return replace(service, wire=wire)

    def settings(self) -> Mapping[str, Any]:
        return {"kbo_vkbo_url": None, "kbo_follow_seconds": 3600.0}

    def data(self, key: str, number: int) -> Message:
        return OrganisationRequested(number=key, dossier=f"d{number}")

    def applied(self, connection: Connection) -> Mapping[str, Sequence[int]]:
        rows = connection.execute(select(outbox.c.topic, outbox.c.record_value).order_by(outbox.c.id))
        answered = defaultdict[str, list[int]](list)
        for topic, value in rows:
            if topic.endswith(ORGANISATION_RESOLVED.name):
                resolved = OrganisationResolved.model_validate_json(value)
                assert resolved.dossier is not None
                answered[resolved.number].append(int(resolved.dossier.removeprefix("d")))
        return answered


class Mails(Requests):
    """`mail.received.v1`: each mail names a VME that is in the register."""

    topic: Topic[Any] = MAIL_RECEIVED
    outgoing: tuple[Topic[Any], ...] = (ORGANISATION_MENTIONED,)

    def data(self, key: str, number: int) -> Message:
        raw = BlobRef(ref="r", size=1, sha256="0" * 64, media_type="message/rfc822")
        mail = f"{key}~{number}"
        return MailReceived(mail=mail, conversation=key, mailbox="b", received_at=BEGIN, raw=raw, new_text=f"VME {VME}")

    def applied(self, connection: Connection) -> Mapping[str, Sequence[int]]:
        rows = connection.execute(select(outbox.c.topic, outbox.c.record_value).order_by(outbox.c.id))
        named = defaultdict[str, list[int]](list)
        for topic, value in rows:
            if topic.endswith(ORGANISATION_MENTIONED.name):
                told = OrganisationMentioned.model_validate_json(value)
                key, _, number = told.mail.rpartition("~")
                assert [one.number for one in told.organisations] == [VME]
                named[key].append(int(number))
        return named


class Dossiers(Requests):
    """`dossier.state.v1`."""

    topic: Topic[Any] = DOSSIER_STATE
    outgoing: tuple[Topic[Any], ...] = (REPLY,)

    def service(self) -> Service[Any]:
        return replace(service, wire=tells(wire))

    def data(self, key: str, number: int) -> Message:
        return state(key, number, BEGIN)

    def applied(self, connection: Connection) -> Mapping[str, Sequence[int]]:
        return handled(connection)


class TestRequests(EventSuite):
    subject = Requests()
    databases = DATABASES if WHOLE_MATRIX else ("sqlite",)


@only_chaos
class TestRequestsLife(LifeSuite):
    subject = Requests()


@only_chaos
class TestMails(EventSuite):
    subject = Mails()


@only_chaos
class TestDossiers(EventSuite):
    subject = Dossiers()
