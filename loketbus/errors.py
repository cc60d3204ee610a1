"""What an error means to the bus. The class tells the runner what to do; the table is in `loketbus.outcomes`.

LoketbusError
 +- Outcome                 raised in prepare, apply or by an adapter
 |   +- Rejected            this item's own fault: dead-lettered at once
 |   +- NotYet              refers to something not seen yet: waits until a deadline
 |   +- Unavailable         the outside world is away or slow: back-off, Retry-After
 |   +- Denied              401, 403, expired: a state of the lane, no hammering
 +- ConfigurationError      a wrong setting: one clear line, exit code 2
 +- OutsideUnavailable      at start or in the CLI: exit code 3
 +- LostOwnership           a newer owner took over (epoch or lease); the transaction must not commit
Anything else is a defect: retried a few times, then dead-lettered with its stack.
"""

from __future__ import annotations

from datetime import datetime


class LoketbusError(Exception):
    """Root of every error of ours."""


class Outcome(LoketbusError):
    """An error with a meaning for the runner.

    Args:
        code: stable and machine readable (`unknown_dossier`); operators group by it.
        message: a Dutch sentence for people: what was wrong and what to do. Never personal data.
        detail: technical detail for developers (English). Never personal data.
    """

    def __init__(self, code: str, message: str, *, detail: str | None = None) -> None:
        super().__init__(f"{code}: {message}" + (f" ({detail})" if detail else ""))
        self.code = code
        self.message = message
        self.detail = detail


class Rejected(Outcome):
    """This item's own fault, from a list that each adapter writes. `audience` says who can mend it: ict or loket."""

    def __init__(self, code: str, message: str, *, detail: str | None = None, audience: str = "loket") -> None:
        super().__init__(code, message, detail=detail)
        self.audience = audience


class NotYet(Outcome):
    """Refers to something not seen yet. Runs again when `what` is announced (`tx.arrived(what)`), or at `deadline`."""

    def __init__(self, what: str, *, deadline: datetime, message: str | None = None) -> None:
        super().__init__(
            "not_yet", message or "Dit bericht wacht op gegevens die nog niet aangekomen zijn.", detail=what
        )
        self.what = what
        self.deadline = deadline


class Unavailable(Outcome):
    """Timeout, connection refused, 429, 5xx.

    Args:
        retry_after_seconds: what the server asked for, if it did.
        maybe_done: the request may have reached the other side, so ask before sending it again.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        detail: str | None = None,
        retry_after_seconds: float | None = None,
        maybe_done: bool = False,
    ) -> None:
        super().__init__(code, message, detail=detail)
        self.retry_after_seconds = retry_after_seconds
        self.maybe_done = maybe_done


class Denied(Outcome):
    """401, 403 or expired credentials: the whole lane waits for a person or a new secret."""


class ConfigurationError(LoketbusError):
    """A setting is wrong; the text is the one line that a person needs. Exit code 2."""


class OutsideUnavailable(LoketbusError):
    """Something outside is not there (Kafka, a port, a disk); the text says what to do. Exit code 3."""


class LostOwnership(LoketbusError):
    """A newer owner took over this partition, lane or lease; whatever was being written must roll back."""
