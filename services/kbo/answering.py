"""Another answer for requests that were answered with `unknown`, as soon as somebody knows.

The second source is asked again by its own job; a newer register may have the number too. The final `reply.v1` was the
first one: this is another `organisation.resolved.v1` under the same request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack

from loketbus_contracts import ORGANISATION_RESOLVED

from loketbus.leases import Lease
from loketbus.ledger.tx import Cause, Tx
from loketbus.service import Wiring
from services.kbo.handlers.requested import is_person, is_unknown
from services.kbo.inquiry import Inquiries, Inquiry
from services.kbo.questions import Register, View
from services.kbo.settings import KboSettings
from services.kbo.store import following, open_questions
from services.kbo.store.open_questions import OpenQuestion
from services.kbo.told import resolved_event

AT_ONCE = 200
"""Questions in one run whose answer the second source has by now."""
LOOKED_UP = 5_000
"""Questions in one run that a newer register may answer: a look at its index each."""
CONSUMER = "kbo/answering"


class Answering:
    """The job that answers what is still owed."""

    def __init__(self, bus: Wiring[KboSettings], inquiries: Inquiries, register: Register) -> None:
        self._bus = bus
        self._inquiries = inquiries
        self._register = register

    async def run(self, lease: Lease) -> None:
        """Answer every open question of which somebody knows more by now.

        Raises:
            Unavailable: there are open questions and there is no register any more.
        """
        ledger, now = self._bus.ledger, self._bus.now()
        if not await ledger.read(lambda connection: open_questions.oldest(connection, 1)):
            return
        await ledger.write(lambda connection: open_questions.forget_old(connection, now))
        known = await ledger.read(lambda connection: open_questions.answered_by_second_source(connection, AT_ONCE))
        waiting = await ledger.read(lambda connection: open_questions.oldest(connection, LOOKED_UP))
        arrived = await self._arrived(waiting)
        for one in {one.request: one for one in (*known, *arrived)}.values():
            lease.check()
            await self._answer(one, lease)

    async def _arrived(self, waiting: Sequence[OpenQuestion]) -> list[OpenQuestion]:
        with ExitStack() as stack:
            view = await asyncio.to_thread(stack.enter_context, self._register.open())
            return await asyncio.to_thread(_there, view, waiting)

    async def _answer(self, one: OpenQuestion, lease: Lease) -> None:
        asked = one.asked
        inquiry = await self._inquiries.about(asked.number, vme=asked.vme, address=asked.address)
        if is_unknown(inquiry):
            return
        cause = Cause(
            consumer=CONSUMER,
            source=CONSUMER,
            id=f"answer:{one.request}",
            at=self._bus.now(),
            correlation_id=one.correlation_id,
        )
        await self._bus.write(cause, lambda tx: _tell(tx, lease, one, inquiry))


def _there(view: View, waiting: Sequence[OpenQuestion]) -> list[OpenQuestion]:
    return [one for one in waiting if view.exists(one.number)]


def _tell(tx: Tx, lease: Lease, one: OpenQuestion, inquiry: Inquiry) -> None:
    lease.verify(tx.connection)
    if not open_questions.still_open(tx.connection, one.request):
        return
    resolved = resolved_event(
        inquiry,
        request=one.request,
        number=one.asked.number,
        occurred_at=tx.at,
        followed=one.followed and not is_person(inquiry),
        klantenreis=one.asked.klantenreis,
        dossier=one.asked.dossier,
    )
    tx.emit(ORGANISATION_RESOLVED, one.asked.number, resolved)
    if inquiry.number is not None and is_person(inquiry):
        following.forget(tx, [inquiry.number])
    open_questions.remove(tx, one.request)
