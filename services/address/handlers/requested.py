"""`address.requested.v1`: resolve an address, follow it when asked. Each request gets one final answer.

An address that is not there is an answer like another: `done`, with the verdict in `address.resolved.v1`. Without a
replica the request waits, and whoever asked hears so.
"""

from __future__ import annotations

import asyncio

from loketbus_contracts import ADDRESS_RESOLVED, REPLY, AddressRequested, Event, Reply, ReplyOutcome

from loketbus.errors import Unavailable
from loketbus.following import asked_for
from loketbus.ledger.tx import Tx
from loketbus.requests import check_answerable
from loketbus.service import Wiring
from loketbus.waiting import tell_waiting
from services.address.domain.by_id import REPLACED
from services.address.domain.model import Asked
from services.address.inquiry import Inquiries, Inquiry
from services.address.questions import Register
from services.address.settings import AddressSettings
from services.address.store import following
from services.address.store.following import Snapshot, Taken
from services.address.told import found, resolved_event

_NOT_FOLLOWED = "Wijzigingen worden niet gemeld: er is geen adres om te volgen."


class AddressRequestedHandler:
    """`address.requested.v1`."""

    def __init__(self, bus: Wiring[AddressSettings], inquiries: Inquiries, register: Register) -> None:
        self._bus = bus
        self._inquiries = inquiries
        self._register = register

    async def prepare(self, event: Event[AddressRequested]) -> Inquiry:
        """Look it up.

        Raises:
            Rejected: `request_id_not_opaque`: nobody could be answered.
            Unavailable: there is no register; it was said that the request waits.
        """
        check_answerable(event, "vraag", "er is niets opgezocht")
        try:
            return await self._inquiries.about(asked(event.data), confirm=True)
        except Unavailable as trouble:
            await tell_waiting(self._bus, "address", event, trouble)
            raise

    async def probe(self) -> None:
        """Is there a register again?"""
        await asyncio.to_thread(self._open)

    def apply(self, tx: Tx, event: Event[AddressRequested], prepared: Inquiry) -> None:
        """Answer, and follow."""
        data = event.data
        followed = data.follow and _follow(tx, data, prepared)
        resolved = resolved_event(
            prepared.match, prepared.source, data, request=event.id, occurred_at=tx.at, followed=followed
        )
        tx.emit(ADDRESS_RESOLVED, event.key, resolved)
        tx.emit(REPLY, event.id, _reply(tx, event, prepared, followed=followed))

    def _open(self) -> None:
        with self._register.open():
            pass


def asked(data: AddressRequested) -> Asked | str:
    """What is looked for: an id that is known before words."""
    if data.address_id:
        return data.address_id
    return Asked(
        text=data.text or "",
        street=data.street or "",
        house_number=data.house_number or "",
        box=data.box or "",
        postcode=data.postcode or "",
        municipality=data.municipality or "",
    )


def _follow(tx: Tx, data: AddressRequested, inquiry: Inquiry) -> bool:
    """Follow the address that was found, from the answer on."""
    if inquiry.followable is None:
        return False
    # What the register became between this answer and the first comparison is news to whoever got the answer.
    state = found(inquiry.match)
    answered = None if state is None else Taken(Snapshot(state=state), inquiry.source.as_of)
    who = asked_for(data.dossier, data.klantenreis)
    following.follow(tx, inquiry.followable, who, data.klantenreis, answered)
    return True


def _reply(tx: Tx, event: Event[AddressRequested], inquiry: Inquiry, *, followed: bool) -> Reply:
    replaced = [one.message for one in inquiry.match.changes if one.code == REPLACED]
    whom = [f"Gevolgd wordt nu adres {inquiry.followable}."] if replaced and followed else []
    hint = [_NOT_FOLLOWED] if event.data.follow and not followed else []
    return Reply(
        request=event.id,
        request_type=event.type,
        request_key=event.key,
        outcome=ReplyOutcome.DONE,
        code=inquiry.match.verdict,
        message=" ".join([inquiry.match.reasons[0].message, *replaced, *whom, *hint]),
        klantenreis=event.data.klantenreis,
        occurred_at=tx.at,
    )
