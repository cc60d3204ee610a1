"""Whoever is followed is compared with the register after every import, and what changed is told: once, in order.

Event and new snapshot are one transaction, so that a crash at any point neither loses nor repeats a change. All of a
run is read from one register. A register that went back tells nothing: nobody is compared with an older extract.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, time

from loketbus_contracts import ORGANISATION_CHANGED, OrganisationChange, OrganisationChanged, OrganisationState

from loketbus.failpoints import reach
from loketbus.leases import Lease
from loketbus.ledger.tx import Cause, Tx
from loketbus.service import Wiring
from services.kbo.domain import changes
from services.kbo.domain.meetings import BRUSSELS, next_recheck
from services.kbo.domain.organisation import Source
from services.kbo.questions import Register, View
from services.kbo.settings import KboSettings
from services.kbo.store import following as rows
from services.kbo.store.following import Followed
from services.kbo.told import register_source, state

BATCH = 500
"""Organisations per transaction: others wait no longer than that for the ledger."""
CONSUMER = "kbo/following"


@dataclass(frozen=True, slots=True)
class Seen:
    """One number in the register; without a state it is not there."""

    state: OrganisationState | None = None
    natural_person: bool = False


class Following:
    """Tells what changed about those who are followed, and who is due for a look."""

    def __init__(self, bus: Wiring[KboSettings], register: Register) -> None:
        self._bus = bus
        self._register = register

    async def run(self, lease: Lease) -> None:
        """The job: bring all who are followed up to the register of this moment.

        Raises:
            Unavailable: somebody is followed and there is no register.
        """
        if not await self._bus.ledger.read(rows.anybody):
            return
        with ExitStack() as stack:
            view = await asyncio.to_thread(stack.enter_context, self._register.open())
            await self._tell_changes(view, lease)
            await self._tell_due(view, lease)

    async def _tell_changes(self, view: View, lease: Lease) -> None:
        extract = view.source.extract or 0
        while numbers := await self._bus.ledger.read(lambda connection: rows.behind(connection, extract, BATCH)):
            lease.check()
            seen = await asyncio.to_thread(_look, view, numbers)
            cause = _cause(f"extract:{extract}", moment(view.source, self._bus.now()))
            await self._bus.write(cause, _Comparison(lease, view.source, extract, seen).apply)
            reach("kbo.following.told")

    async def _tell_due(self, view: View, lease: Lease) -> None:
        now = self._bus.now()
        while numbers := await self._bus.ledger.read(lambda connection: rows.due(connection, now, BATCH)):
            lease.check()
            seen = await asyncio.to_thread(_look, view, numbers)
            reminder = _Reminder(lease, view.source, self._bus.settings.kbo_link, seen, now)
            await self._bus.write(_cause(f"recheck:{now.isoformat()}", now), reminder.apply)


def moment(source: Source, now: datetime) -> datetime:
    """When a change happened as far as anybody knows: as the day of the snapshot began. `now` where it has no day."""
    return now if source.snapshot is None else datetime.combine(source.snapshot, time(), tzinfo=BRUSSELS)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """A batch of numbers beside what was last told about them."""

    lease: Lease
    source: Source
    extract: int
    seen: Mapping[str, Seen]

    def apply(self, tx: Tx) -> None:
        self.lease.verify(tx.connection)
        held = [one for one in rows.locked(tx.connection, list(self.seen)) if one.extract < self.extract]
        persons = [one.number for one in held if self.seen[one.number].natural_person]
        others = [one for one in held if not self.seen[one.number].natural_person]
        for one in others:
            if one.extract:  # else followed for a dossier and nothing was answered: how it is now is no news
                self._tell(tx, one)
        differ = {one.number: now for one in others if (now := self.seen[one.number].state) != one.state}
        rows.forget(tx, persons)
        rows.keep(tx, self.extract, differ)
        rows.compared(tx, self.extract, [one.number for one in others if one.number not in differ])
        reach("kbo.following.compared")

    def _tell(self, tx: Tx, one: Followed) -> None:
        now = self.seen[one.number].state
        found = changes.changes(one.state, now)
        if found:
            named = now or one.state
            text = changes.line(one.number, named.name if named else None, found)
            own = _under(tx, f"extract:{one.number}:{self.extract}", tx.at)
            _emit(own, one, found, now, text, self.source, self.extract)


@dataclass(frozen=True, slots=True)
class _Reminder:
    """A batch of numbers whose general meeting is over."""

    lease: Lease
    source: Source
    link: str
    seen: Mapping[str, Seen]
    now: datetime

    def apply(self, tx: Tx) -> None:
        self.lease.verify(tx.connection)
        for one in rows.locked(tx.connection, list(self.seen)):
            due, month = one.recheck_at, one.general_meeting_month
            if due is None or month is None or due > self.now:
                continue
            # Who is no VME has no syndic; it keeps its month, because a wrong number may be mended.
            if (present := self.seen[one.number].state) is not None and present.vme:
                self._tell(tx, one, present, month, due)
            rows.looked_at(tx, one.number, next_recheck(month, self.now))

    def _tell(self, tx: Tx, one: Followed, present: OrganisationState, month: int, due: datetime) -> None:
        link = self.link.format(number=one.number)
        text = changes.recheck_line(one.number, present.name, month, link)
        own = _under(tx, f"recheck:{one.number}:{due:%Y-%m-%d}", due)
        _emit(own, one, (changes.recheck(link),), present, text, self.source, self.source.extract or 1)


def _look(view: View, numbers: Sequence[str]) -> dict[str, Seen]:
    return {number: _seen(view, number) for number in numbers}


def _seen(view: View, number: str) -> Seen:
    found = view.organisation(number, establishments=0)
    if found is None:
        return Seen()
    return Seen(natural_person=True) if found.natural_person else Seen(state(found))


def _cause(what: str, at: datetime) -> Cause:
    return Cause(consumer=CONSUMER, source=CONSUMER, id=what, at=at, correlation_id=what)


def _under(tx: Tx, what: str, at: datetime) -> Tx:
    """The same transaction with a cause of the number's own: its ids do not depend on who else is in the batch."""
    return Tx(tx.connection, _cause(what, at), tx.now, tx.source, tx.topic_prefix, emitted=tx.emitted)


def _emit(
    tx: Tx,
    one: Followed,
    found: tuple[OrganisationChange, ...],
    now: OrganisationState | None,
    text: str,
    source: Source,
    extract: int,
) -> None:
    whom = rows.concerned(tx.connection, one.number)
    data = OrganisationChanged(
        number=one.number,
        changes=found,
        organisation=now,
        extract=extract,
        previous_extract=one.extract or None,
        dossiers=whom.dossiers,
        klantenreizen=whom.klantenreizen,
        source=register_source(source),
        occurred_at=tx.at,
        tijdlijn_tekst=text,
    )
    tx.emit(ORGANISATION_CHANGED, one.number, data)
