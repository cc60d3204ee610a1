"""The bus: what every service of Loketbus stands on. What a service author needs is exported here.

    from loketbus import AfterDeath, BusSettings, Rejected, Service, Tx, Wiring

Three tools have a place of their own: `loketbus.http`, `loketbus.blobs`, `loketbus.workers`. Events, topics and models
come from `loketbus_contracts`. Start at `docs/write-a-service.md`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loketbus.consume.subscription import AfterDeath, Handler
    from loketbus.errors import (
        ConfigurationError,
        Denied,
        LoketbusError,
        LostOwnership,
        NotYet,
        Outcome,
        OutsideUnavailable,
        Rejected,
        Unavailable,
    )
    from loketbus.lanes.adapter import Adapter, Answer, Done, Effect, Lane
    from loketbus.leases import Lease
    from loketbus.ledger import Ledger
    from loketbus.ledger.tables import Instant
    from loketbus.ledger.tx import Cause, Tx
    from loketbus.outcomes import RetryPolicy
    from loketbus.revisions import next_revision
    from loketbus.security import Actor, require
    from loketbus.service import Demo, DemoProcess, Service, SubjectStore, Wiring
    from loketbus.settings import BusSettings

__version__ = "0.1.0"

__all__ = [
    "Actor",
    "Adapter",
    "AfterDeath",
    "Answer",
    "BusSettings",
    "Cause",
    "ConfigurationError",
    "Demo",
    "DemoProcess",
    "Denied",
    "Done",
    "Effect",
    "Handler",
    "Instant",
    "Lane",
    "Lease",
    "Ledger",
    "LoketbusError",
    "LostOwnership",
    "NotYet",
    "Outcome",
    "OutsideUnavailable",
    "Rejected",
    "RetryPolicy",
    "Service",
    "SubjectStore",
    "Tx",
    "Unavailable",
    "Wiring",
    "__version__",
    "next_revision",
    "require",
]

_HOMES = {
    "loketbus.consume.subscription": ("AfterDeath", "Handler"),
    "loketbus.errors": (
        "ConfigurationError",
        "Denied",
        "LoketbusError",
        "LostOwnership",
        "NotYet",
        "Outcome",
        "OutsideUnavailable",
        "Rejected",
        "Unavailable",
    ),
    "loketbus.lanes.adapter": ("Adapter", "Answer", "Done", "Effect", "Lane"),
    "loketbus.leases": ("Lease",),
    "loketbus.ledger": ("Ledger",),
    "loketbus.ledger.tables": ("Instant",),
    "loketbus.ledger.tx": ("Cause", "Tx"),
    "loketbus.outcomes": ("RetryPolicy",),
    "loketbus.revisions": ("next_revision",),
    "loketbus.security": ("Actor", "require"),
    "loketbus.service": ("Demo", "DemoProcess", "Service", "SubjectStore", "Wiring"),
    "loketbus.settings": ("BusSettings",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

if not TYPE_CHECKING:  # a type checker would take any name for granted

    def __getattr__(name: str) -> Any:
        # Looked up when asked for: the child process of a parser must not load FastAPI and SQLAlchemy.
        if name not in _HOME_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(_HOME_OF[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
