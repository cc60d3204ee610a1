"""Giving queue commands for people who wait: through the same handler and inbox as those on Kafka."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from loketbus_contracts import QUEUE_COMMAND, QueueCommand
from loketbus_contracts.queue import Action

from loketbus.errors import Outcome, Rejected
from loketbus.service import Wiring
from services.mail_ingest.replies import Answer, given, rejected
from services.mail_ingest.settings import MailSettings

SIDE_BY_SIDE = 50
"""Commands of one request at a time; the ledger lets them share a commit."""


@dataclass(frozen=True, slots=True)
class Order:
    """One command of somebody who waits."""

    request: str
    """Opaque: the same request is carried out once, and gets the same answer again."""
    item: str
    actor: str
    action: Action
    expected_revision: int | None = None


async def give(bus: Wiring[MailSettings], order: Order) -> Answer:
    """Carry it out and return its answer, a refusal too.

    Raises:
        Rejected: `id_reused`, the request was another command; `answer_gone`, it was answered over a week ago.
        Unavailable: `key_waiting`, an earlier command for this item has to go first.
    """
    command = QueueCommand(
        item=order.item, actor=order.actor, action=order.action, expected_revision=order.expected_revision
    )
    await bus.submit(QUEUE_COMMAND, order.item, command, idempotency_key=order.request, requester=order.actor)
    prefix = bus.settings.topic_prefix
    answer = await bus.ledger.read(lambda connection: given(connection, prefix, order.request))
    if answer is None:
        raise Rejected(
            "answer_gone", "Deze opdracht is al behandeld, meer dan een week geleden. Laad het item opnieuw."
        )
    return answer


async def give_all(bus: Wiring[MailSettings], orders: Sequence[Order]) -> list[Answer]:
    """Carry out many, each on its own; the answers in the same order."""
    room = asyncio.Semaphore(SIDE_BY_SIDE)

    async def one(order: Order) -> Answer:
        async with room:
            try:
                return await give(bus, order)
            except Outcome as error:
                return rejected(error.code, error.message)

    return list(await asyncio.gather(*(one(order) for order in orders)))
