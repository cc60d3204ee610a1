"""Topics of a test's own on a shared Kafka, what was sent to them, and a look in the ledger from outside."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from loketbus_contracts import DEADLETTER
from loketbus_contracts.topics import Topic
from sqlalchemy import Connection, Engine, select

from loketbus.clock import Clock, utc_now
from loketbus.consume.cursors import Place
from loketbus.ledger.engine import database_url, open_engine
from loketbus.ledger.tables import effect
from loketbus.settings import BusSettings
from tests.bus_suite.letters import Letter
from tests.bus_suite.subject import Subject
from tests.support.kafka_lines import Wiretap, Writer, make_topics
from tests.support.kafka_tools import Read
from tests.support.polling import wait_until
from tests.support.reconcile import Account, Sent, is_quiet, read_account, reconcile

R = TypeVar("R")

SOURCE_PARTITIONS = 4
OUTGOING_PARTITIONS = 2
SETTLE_SECONDS = 90.0
VISIBLE_SECONDS = 20.0


class Yard:
    """Everything around a service under test but the service; `missing` topics are not made."""

    def __init__(
        self, subject: Subject, kafka: str, prefix: str, var: Path, database: str | None, *, missing: Sequence[str] = ()
    ) -> None:
        self.subject = subject
        self.service = subject.service()
        self.kafka = kafka
        self.prefix = prefix
        self.sent: list[Sent] = []
        self.refusing = frozenset(prefix + name for name in missing)
        self.outgoing = {prefix + topic.name: OUTGOING_PARTITIONS for topic in (*subject.outgoing, DEADLETTER)}
        self._engine: Engine | None = None
        self.earlier: list[Account] = []
        self._use(var, database)
        self._writer = Writer(kafka)
        self._wiretap: Wiretap | None = None

    def restore(self, var: Path, database: str | None) -> None:
        """Go on with this backup of the ledger."""
        self.earlier.append(self.account())
        self._use(var, database)

    def _use(self, var: Path, database: str | None) -> None:
        self.let_go()
        self.settings: BusSettings = self.service.settings(
            kafka=self.kafka, topic_prefix=self.prefix, var=var, database=database, **self.subject.settings()
        )

    async def open(self, *others: Topic[Any]) -> None:
        """Make the topics; `others` are what the service consumes besides."""
        sources = {self.prefix + topic.name: SOURCE_PARTITIONS for topic in (self.subject.topic, *others)}
        present = {name: count for name, count in (self.outgoing | sources).items() if name not in self.refusing}
        await make_topics(self.kafka, present)

    async def open_missing(self) -> None:
        """Make the topics that were left out."""
        await make_topics(self.kafka, {name: self.outgoing[name] for name in self.refusing})
        self.refusing = frozenset()
        await self._hang_up()

    async def close(self) -> None:
        """Hang up all lines."""
        self.let_go()
        await self._writer.close()
        await self._hang_up()

    async def send(self, *letters: Letter) -> list[Sent]:
        """Send in order; what lies on the topic then."""
        name = self.subject.topic.name
        places = await self._writer.send(self.prefix + name, [one.raw for one in letters])
        return self.note(letters, places)

    def note(self, letters: Sequence[Letter], places: Sequence[tuple[int, int]]) -> list[Sent]:
        """Remember what was sent in another way."""
        name = self.subject.topic.name
        sent = [
            Sent(Place(name, partition), offset, one.key, one.number, one.kind)
            for one, (partition, offset) in zip(letters, places, strict=True)
        ]
        self.sent += sent
        return sent

    def forget(self, gone: Sequence[Sent]) -> None:
        """Kafka lost these before anybody read them, and a person accepted it."""
        self.sent = [one for one in self.sent if one not in gone]

    def account(self) -> Account:
        """What the ledger says now, to somebody outside."""
        return self._look(lambda connection: read_account(connection, self.subject.applied))

    def row(self, sent: Sent) -> dict[str, Any] | None:
        """The row in which this record waits or died, if it does."""
        where = (effect.c.topic == sent.place.topic, effect.c.partition == sent.place.partition)
        query = select(effect).where(*where, effect.c.record_offset == sent.offset, effect.c.kind == "event")
        found = self._look(lambda connection: connection.execute(query).mappings().first())
        return None if found is None else dict(found)

    async def row_is(self, sent: Sent, *states: str) -> dict[str, Any]:
        """Wait until the record is held in one of these states."""

        def held() -> dict[str, Any] | None:
            row = self.row(sent)
            return row if row is not None and row["state"] in states else None

        row = await wait_until(held, SETTLE_SECONDS, what=f"{sent} is {' or '.join(states)}")
        assert row is not None
        return row

    async def applied(self, sent: Iterable[Sent]) -> None:
        """Wait until all of these are applied."""
        wanted = list(sent)

        def done() -> bool:
            found = self.account().applied
            return all(one.number in found.get(one.key, ()) for one in wanted)

        await wait_until(done, SETTLE_SECONDS, what=f"{len(wanted)} records are applied")

    async def settled(self, clock: Clock = utc_now) -> Account:
        """Wait until nothing is on its way any more, then reconcile everything that was sent."""
        last = {one.place: one for one in sorted(self.sent, key=lambda one: one.offset)}.values()

        def quiet() -> bool:
            return bool(self._look(lambda connection: is_quiet(connection, last, clock(), self.refusing)))

        try:
            await wait_until(quiet, SETTLE_SECONDS, what="nothing is on its way any more")
        except AssertionError:
            await self._reconcile(self.account())  # says what is
            raise
        account = self.account()
        await self._reconcile(account)
        return account

    async def wire(self) -> dict[str, list[Read]]:
        """Outgoing topics as a read_committed reader sees them now."""
        if self._wiretap is None:
            present = {name: count for name, count in self.outgoing.items() if name not in self.refusing}
            self._wiretap = Wiretap(self.kafka, present)
        return await self._wiretap.read()

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for something that is on its way."""
        await wait_until(condition, SETTLE_SECONDS, what=what)

    async def _reconcile(self, account: Account) -> None:
        await self._visible(account)
        reconcile(self.sent, account, await self.wire(), refusing=self.refusing, earlier=self.earlier)

    async def _visible(self, account: Account) -> None:
        """Wait for what was published: Kafka confirms a commit before a read_committed reader can see it."""
        published = {row["event_id"].encode() for row in account.outbox if row["published_at"] is not None}

        async def seen() -> bool:
            found = {one.header("ce_id") for records in (await self.wire()).values() for one in records}
            return published <= found

        with contextlib.suppress(AssertionError):  # reconcile says what is missing
            await wait_until(seen, VISIBLE_SECONDS)

    async def _hang_up(self) -> None:
        if self._wiretap is not None:
            await self._wiretap.close()
            self._wiretap = None

    def _look(self, work: Callable[[Connection], R]) -> R:
        if self._engine is None:
            self._engine = open_engine(database_url(self.settings, self.service.name), self.service.name)
        with self._engine.connect() as connection:
            return work(connection)

    def let_go(self) -> None:
        """Close our own connections to the ledger."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None
