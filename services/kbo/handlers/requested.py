"""`organisation.requested.v1`: look up a number, judge it, follow it when asked. Each request gets one final answer.

A number that is wrong, or of a natural person, is an answer like another: `done`, with the verdicts in
`organisation.resolved.v1`. Without a register the request waits, and whoever asked hears so.
"""

from __future__ import annotations

import asyncio

from loketbus_contracts import (
    ORGANISATION_RESOLVED,
    REPLY,
    Event,
    OrganisationRequested,
    Reply,
    ReplyOutcome,
)

from loketbus.errors import Unavailable
from loketbus.following import asked_for
from loketbus.ledger.tx import Tx
from loketbus.requests import check_answerable
from loketbus.service import Wiring
from loketbus.waiting import tell_waiting
from services.kbo.inquiry import Inquiries, Inquiry
from services.kbo.questions import Register
from services.kbo.settings import KboSettings
from services.kbo.store import following, open_questions
from services.kbo.store.following import Answered
from services.kbo.store.open_questions import OpenQuestion
from services.kbo.told import resolved_event, state

UNKNOWN = "unknown"
_NOT_FOLLOWED = " Wijzigingen worden niet gemeld: een natuurlijk persoon wordt niet gevolgd."


class OrganisationRequestedHandler:
    """`organisation.requested.v1`."""

    def __init__(self, bus: Wiring[KboSettings], inquiries: Inquiries, register: Register) -> None:
        self._bus = bus
        self._inquiries = inquiries
        self._register = register

    async def prepare(self, event: Event[OrganisationRequested]) -> Inquiry:
        """Look it up.

        Raises:
            Rejected: `request_id_not_opaque`: nobody could be answered.
            Unavailable: there is no register; it was said that the request waits.
        """
        check_answerable(event, "vraag", "er is niets opgezocht")
        asked = event.data
        try:
            return await self._inquiries.about(asked.number, vme=asked.vme, address=asked.address)
        except Unavailable as trouble:
            await tell_waiting(self._bus, "kbo", event, trouble)
            raise

    async def probe(self) -> None:
        """Is there a register again?"""
        await asyncio.to_thread(self._open)

    def apply(self, tx: Tx, event: Event[OrganisationRequested], prepared: Inquiry) -> None:
        """Answer, follow, and remember what is still owed."""
        asked = event.data
        followed = asked.follow and _follow(tx, asked, prepared)
        resolved = resolved_event(
            prepared,
            request=event.id,
            number=asked.number,
            occurred_at=tx.at,
            followed=followed,
            klantenreis=asked.klantenreis,
            dossier=asked.dossier,
        )
        tx.emit(ORGANISATION_RESOLVED, event.key, resolved)
        tx.emit(REPLY, event.id, _reply(tx, event, prepared))
        if prepared.check.number is not None and is_unknown(prepared):
            owed = OpenQuestion(event.id, prepared.check.number, asked, followed, event.correlation_id, tx.at)
            open_questions.put(tx, owed)

    def _open(self) -> None:
        with self._register.open():
            pass


def is_unknown(inquiry: Inquiry) -> bool:
    """The second source was away: there will be more to say."""
    return any(one.code == UNKNOWN for one in inquiry.verdicts)


def is_person(inquiry: Inquiry) -> bool:
    """It is a natural person, as far as either source knows."""
    own = inquiry.organisation is not None and inquiry.organisation.natural_person
    return own or (inquiry.second is not None and inquiry.second.natural_person)


def _follow(tx: Tx, asked: OrganisationRequested, inquiry: Inquiry) -> bool:
    """Follow the enterprise, unless it is a person or the number is none of an enterprise."""
    if inquiry.number is None or is_person(inquiry):
        return False
    who = asked_for(asked.dossier, asked.klantenreis)
    # What the register became between this answer and the first comparison is news to whoever got the answer.
    shown = None if inquiry.organisation is None else state(inquiry.organisation)
    answered = Answered(inquiry.source.extract or 0, shown)
    following.follow(tx, inquiry.number, who, asked.klantenreis, asked.general_meeting_month, answered)
    return True


def _reply(tx: Tx, event: Event[OrganisationRequested], inquiry: Inquiry) -> Reply:
    first = inquiry.verdicts[0]
    return Reply(
        request=event.id,
        request_type=event.type,
        request_key=event.key,
        outcome=ReplyOutcome.DONE,
        code=first.code,
        message=first.message + (_NOT_FOLLOWED if event.data.follow and is_person(inquiry) else ""),
        klantenreis=event.data.klantenreis,
        occurred_at=tx.at,
    )
