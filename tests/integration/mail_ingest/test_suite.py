"""The suite that every consumer inherits, on the topics of mail_ingest that people depend on most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from loketbus_contracts import (
    CONTACT_RECEIVED,
    QUEUE_COMMAND,
    QUEUE_ITEM,
    REPLY,
    AddNote,
    ContactReceived,
    QueueCommand,
    Reply,
)
from loketbus_contracts.topics import Message, Topic
from sqlalchemy import Connection, select

from loketbus import deadletters
from loketbus.ledger.tables import outbox
from loketbus.service import Service
from services.mail_ingest.app import service
from services.mail_ingest.domain import contact_item_id
from services.mail_ingest.replies import UNKNOWN
from services.mail_ingest.store.tables import contact, history
from tests.bus_suite import EventSuite, House, LifeSuite
from tests.bus_suite.letters import poison
from tests.support.matrix import WHOLE_MATRIX

BEGIN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
"""Of the suite's letters: each is a second per number later."""


def number_of(at: datetime) -> int:
    return round((at - BEGIN).total_seconds())


class Commands:
    """`queue.command.v1`: each gets one final answer. The items do not exist, which is an answer too."""

    topic: Topic[Any] = QUEUE_COMMAND
    outgoing: tuple[Topic[Any], ...] = (REPLY,)

    def service(self) -> Service[Any]:
        return service

    def settings(self) -> Mapping[str, Any]:
        return {}

    def data(self, key: str, number: int) -> Message:
        return QueueCommand(item=key, actor="suite", action=AddNote(text=f"notitie {number}"))

    def applied(self, connection: Connection) -> Mapping[str, Sequence[int]]:
        rows = connection.execute(select(outbox.c.topic, outbox.c.record_value).order_by(outbox.c.id))
        replies = [Reply.model_validate_json(value) for topic, value in rows if topic.endswith(REPLY.name)]
        answered = defaultdict[str, list[int]](list)
        for reply in replies:
            if reply.code == UNKNOWN:
                answered[reply.request_key].append(number_of(reply.occurred_at))
        return answered


class Contacts(Commands):
    """`contact.received.v1`: the first makes an item, each later one corrects it."""

    topic: Topic[Any] = CONTACT_RECEIVED
    outgoing: tuple[Topic[Any], ...] = (QUEUE_ITEM,)

    def data(self, key: str, number: int) -> Message:
        return ContactReceived(contact=key, bron="telefoon", received_at=BEGIN, text=f"vraag {number}")

    def applied(self, connection: Connection) -> Mapping[str, Sequence[int]]:
        names = {contact_item_id(one): one for one in connection.execute(select(contact.c.contact)).scalars()}
        told = defaultdict[str, list[int]](list)
        for row in connection.execute(select(history).order_by(history.c.item, history.c.revision)):
            told[names[row.item]].append(number_of(row.at))
        return told


class TestCommands(EventSuite):
    subject = Commands()

    async def test_whoever_asked_hears_what_became_of_a_dead_command(self, house: House) -> None:
        service = self.subject.service().name
        dead = poison("bad-json", self.subject, house.key(), 0)
        sent = await house.yard.send(dead)
        row = await house.yard.row_is(sent[0], "dead")
        assert answers(house, dead.event_id) == [("waiting", "mislukt_bericht")]
        await house.by_hand(
            lambda connection, act: deadletters.give_up(connection, service, house.yard.prefix, row["id"], act)
        )
        assert answers(house, dead.event_id) == [("waiting", "mislukt_bericht"), ("rejected", "vervallen")]
        await house.settled()


def answers(house: House, request: str) -> list[tuple[str, str]]:
    """What was said to whoever asked, in order."""
    replies = (
        Reply.model_validate_json(row["record_value"])
        for row in house.yard.account().outbox
        if row["topic"].endswith(REPLY.name)
    )
    return [(str(reply.outcome), reply.code) for reply in replies if reply.request == request]


@pytest.mark.skipif(not WHOLE_MATRIX, reason="make chaos runs the suite on this topic too")
class TestContacts(EventSuite):
    subject = Contacts()


@pytest.mark.skipif(not WHOLE_MATRIX, reason="make chaos runs it here too; make test runs it on the example service")
class TestCommandsLife(LifeSuite):
    subject = Commands()
