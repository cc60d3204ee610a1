"""What a service declares. Its `app.py` makes one `Service`, whose `wire` says what it consumes, runs and answers."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from fastapi import APIRouter
from loketbus_contracts.topics import Message, Topic
from prometheus_client import CollectorRegistry
from sqlalchemy import Connection

from loketbus.blobs import BlobStore
from loketbus.clock import Clock
from loketbus.consume.subscription import AfterDeath, Handler, Subscription
from loketbus.jobs import Job
from loketbus.lanes.adapter import Lane
from loketbus.leases import Lease
from loketbus.ledger import Ledger
from loketbus.ledger.tx import Cause, Tx
from loketbus.outcomes import RetryPolicy
from loketbus.settings import BusSettings

if TYPE_CHECKING:
    from loketbus.doctoring import Finding

S = TypeVar("S", bound=BusSettings)
M = TypeVar("M", bound=Message)


class SubjectStore(Protocol):
    """Where a service keeps data about people, so that a person can be found and erased."""

    def find(self, connection: Connection, subject: str) -> dict[str, int]:
        """Rows that hold data about `subject` (a mail address, a contactpersoon id), by table."""

    def everybody(self, connection: Connection) -> Iterable[str]:
        """All subjects that it holds data about, to find again who was erased when an old backup was put back."""

    def erase(self, tx: Tx, subject: str) -> dict[str, int]:
        """Remove or blank them, and tombstone or overwrite what stands on compacted topics; rows by table."""


@dataclass(slots=True)
class Wiring(Generic[S]):
    """What `wire` uses. The bus reads the lists afterwards."""

    settings: S
    ledger: Ledger
    blobs: BlobStore
    write: Callable[[Cause, Callable[[Tx], Any]], Awaitable[Any]]
    """Run a function in a transaction of its own, for what does not come from Kafka (a mailbox, a file)."""
    now: Clock
    submit: Callable[..., Awaitable[bool]]
    """Handle a command for a person who waits: see `Runtime.submit`."""
    subscriptions: list[Subscription] = field(default_factory=list)
    lanes: list[Lane] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    routers: list[APIRouter] = field(default_factory=list)
    subjects: list[SubjectStore] = field(default_factory=list)
    closers: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    extra_gates: list[str] = field(default_factory=list)
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    """For metrics of the service's own; `/metrics` shows them."""

    def consume(
        self,
        topic: Topic[M],
        handler: Handler[M],
        *,
        after_death: AfterDeath,
        prepare_timeout_seconds: float = 60.0,
        policy: RetryPolicy | None = None,
    ) -> None:
        """Handle the events of a topic."""
        if any(known.topic.name == topic.name for known in self.subscriptions):
            raise ValueError(f"{topic.name} is consumed twice; one handler may call two functions")
        for name in ("prepare", "probe"):
            if hasattr(handler, name) and not inspect.iscoroutinefunction(getattr(handler, name)):
                raise TypeError(f"{type(handler).__name__}.{name} must be `async def`")
        self.subscriptions.append(
            Subscription(topic, handler, after_death, prepare_timeout_seconds, policy or RetryPolicy())
        )

    def lane(self, lane: Lane) -> None:
        """Carry out effects on an outside system."""
        if any(known.name == lane.name for known in self.lanes):
            raise ValueError(f"lane {lane.name} is declared twice; two tenants are two names")
        self.lanes.append(lane)

    def every(
        self, interval_seconds: float, name: str, run: Callable[[Lease], Awaitable[None]], *, lane: str | None = None
    ) -> Job:
        """Run a job on a schedule, once over all replicas; its `wake` makes it run at once."""
        if any(known.name == name for known in self.jobs):
            raise ValueError(f"job {name} is declared twice")
        job = Job(name, interval_seconds, run, lane)
        self.jobs.append(job)
        if lane is not None and lane not in self.extra_gates:
            self.extra_gates.append(lane)
        return job

    def api(self, *routers: APIRouter) -> None:
        """Answer over HTTP; every route needs a role (`loketbus.security.require`)."""
        self.routers.extend(routers)

    def on_close(self, closer: Callable[[], Awaitable[None]]) -> None:
        """Run when the service stops."""
        self.closers.append(closer)


@dataclass(frozen=True, slots=True)
class DemoProcess:
    """A piece of the outside world that the demo starts beside a service (a simulator), as a command of its own."""

    name: str
    command: Sequence[str]
    ready_file: Path | None = None
    """Exists as soon as it answers."""


@dataclass(frozen=True, slots=True)
class Demo:
    """What a service needs in the demo: commands that end, processes that stay, and settings for the service."""

    preparations: Sequence[Sequence[str]]
    processes: Sequence[DemoProcess]
    environment: Callable[[], dict[str, str]]
    """Asked once the processes are ready."""
    page: str = ""
    """Path of the page to look at."""


@dataclass(frozen=True, slots=True)
class Service(Generic[S]):
    """A service, found by its entry point in the group `loketbus.services`."""

    name: str
    title: str
    """What it is, in Dutch, for the operations page."""
    wire: Callable[[Wiring[S]], None]
    settings: type[S]
    migrations: Path | None = None
    """Folder of its own Alembic history (`versions/` inside)."""
    default_port: int = 8000
    demo: Callable[[Path], Demo] | None = None
    """Given a folder of its own."""
    doctor: Callable[[S], Sequence[Finding]] | None = None
    """What `loketbus doctor` should say about these settings, beyond that they can be read."""
