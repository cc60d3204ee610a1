"""The suite that every consumer inherits, on what people ask of address and on what it reads besides."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from loketbus_contracts import (
    ADDRESS_MENTIONED,
    ADDRESS_REQUESTED,
    ADDRESS_RESOLVED,
    DOSSIER_STATE,
    MAIL_RECEIVED,
    REPLY,
    AddressMentioned,
    AddressRequested,
    AddressResolved,
    BlobRef,
    DossierState,
    Event,
    MailReceived,
    Reply,
    ReplyOutcome,
)
from loketbus_contracts.topics import Message, Topic
from sqlalchemy import Connection, select

from loketbus.ledger.tables import outbox
from loketbus.ledger.tx import Tx
from loketbus.service import Service, Wiring
from services.address.app import service
from services.address.handlers.dossiers import DossierStateHandler
from services.address.settings import AddressSettings, register_folder
from tests.bus_suite import EventSuite, LifeSuite
from tests.bus_suite.databases import DATABASES
from tests.support.address_service import SHOP, town

WHOLE_MATRIX = os.environ.get("LOKETBUS_TEST_WHOLE_MATRIX") == "1"
only_chaos = pytest.mark.skipif(not WHOLE_MATRIX, reason="make chaos runs the suite on this too")
BEGIN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
"""Of the suite's letters: each is a second per number later."""
TEXT = "Bruul 45, 2800 Mechelen"


@cache
def register() -> Path:
    """A small register, once per process."""
    folder = Path(tempfile.mkdtemp(prefix="loketbus-address-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    town().save(folder)
    return folder


def wire(bus: Wiring[AddressSettings]) -> None:
    """The service as it is, in a house that has a register."""
    folder = register_folder(bus.settings)
    if not folder.is_symlink():
        shutil.rmtree(folder, ignore_errors=True)  # a backup of the suite's has a copy without links
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.symlink_to(register())
    service.wire(bus)


class Requests:
    """`address.requested.v1`: each gets one answer."""

    topic: Topic[Any] = ADDRESS_REQUESTED
    outgoing: tuple[Topic[Any], ...] = (ADDRESS_RESOLVED, REPLY)

    def service(self) -> Service[Any]:
        return replace(service, wire=wire)

    def settings(self) -> Mapping[str, Any]:
        return {"address_follow_seconds": 3600.0}

    def data(self, key: str, number: int) -> Message:
        return AddressRequested(reference=key, text=TEXT, dossier=f"d{number}")

    def applied(self, connection: Connection) -> Mapping[str, Sequence[int]]:
        rows = connection.execute(select(outbox.c.topic, outbox.c.record_value).order_by(outbox.c.id))
        answered = defaultdict[str, list[int]](list)
        for topic, value in rows:
            if topic.endswith(ADDRESS_RESOLVED.name):
                resolved = AddressResolved.model_validate_json(value)
                assert resolved.dossier is not None
                answered[resolved.reference].append(int(resolved.dossier.removeprefix("d")))
        return answered


class Mails(Requests):
    """`mail.received.v1`: each mail names an address of the register."""

    topic: Topic[Any] = MAIL_RECEIVED
    outgoing: tuple[Topic[Any], ...] = (ADDRESS_MENTIONED,)

    def data(self, key: str, number: int) -> Message:
        raw = BlobRef(ref="r", size=1, sha256="0" * 64, media_type="message/rfc822")
        mail = f"{key}~{number}"
        return MailReceived(mail=mail, conversation=key, mailbox="b", received_at=BEGIN, raw=raw, new_text=TEXT)

    def applied(self, connection: Connection) -> Mapping[str, Sequence[int]]:
        rows = connection.execute(select(outbox.c.topic, outbox.c.record_value).order_by(outbox.c.id))
        named = defaultdict[str, list[int]](list)
        for topic, value in rows:
            if topic.endswith(ADDRESS_MENTIONED.name):
                told = AddressMentioned.model_validate_json(value)
                key, _, number = told.mail.rpartition("~")
                assert [one.address for one in told.addresses] == [str(SHOP)]
                named[key].append(int(number))
        return named


class Telling:
    """Says on `reply.v1` that its handler was there: a state leaves no other trace than the last one."""

    def __init__(self, inner: DossierStateHandler) -> None:
        self.forget = inner.forget
        self._inner = inner

    def apply(self, tx: Tx, event: Event[DossierState], prepared: None) -> None:
        self._inner.apply(tx, event, prepared)
        data = Reply(
            request=event.id,
            request_type=event.type,
            request_key=event.key,
            outcome=ReplyOutcome.DONE,
            code="handled",
            message="",
            revision=event.data.revision,
            occurred_at=tx.at,
        )
        tx.emit(REPLY, event.id, data)


class Dossiers(Requests):
    """`dossier.state.v1`."""

    topic: Topic[Any] = DOSSIER_STATE
    outgoing: tuple[Topic[Any], ...] = (REPLY,)

    def service(self) -> Service[Any]:
        def tell(bus: Wiring[AddressSettings]) -> None:
            wire(bus)
            bus.subscriptions = [
                replace(one, handler=Telling(one.handler)) if isinstance(one.handler, DossierStateHandler) else one
                for one in bus.subscriptions
            ]

        return replace(service, wire=tell)

    def data(self, key: str, number: int) -> Message:
        state = {"klantenreis": "KR", "nummer": "KR", "actief": True, "occurred_at": BEGIN}
        return DossierState.model_validate({"dossier": key, "revision": number + 1} | state)

    def applied(self, connection: Connection) -> Mapping[str, Sequence[int]]:
        rows = connection.execute(select(outbox.c.topic, outbox.c.record_value).order_by(outbox.c.id))
        handled = defaultdict[str, list[int]](list)
        for topic, value in rows:
            if topic.endswith(REPLY.name):
                reply = Reply.model_validate_json(value)
                assert reply.revision is not None
                handled[reply.request_key].append(reply.revision - 1)
        return handled


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
