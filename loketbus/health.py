"""What is wrong right now, in words: feeds `/health`, `/ready`, `doctor` and the metrics."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from loketbus.clock import Clock, utc_now


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it should be.

    `blocks`: no event can be handled while it lasts. `fatal`: only a restart of the process can help.
    """

    code: str
    reason: str
    since: datetime
    blocks: bool = True
    fatal: bool = False


@dataclass(slots=True)
class Health:
    """Problems by part of the service (`consumer`, `relay`, `lane:...`); no problem is health."""

    clock: Clock = utc_now
    problems: dict[str, Problem] = field(default_factory=dict)
    started: set[str] = field(default_factory=set)
    awaited: set[str] = field(default_factory=set)
    """Parts that must have come up once before the service is ready."""

    def expect(self, part: str) -> None:
        """`part` must report `ok` once before the service is ready."""
        self.awaited.add(part)

    def ok(self, part: str) -> None:
        """`part` works."""
        self.started.add(part)
        self.problems.pop(part, None)

    def problem(self, part: str, code: str, reason: str, *, blocks: bool = True, fatal: bool = False) -> None:
        """`part` does not work, and why (Dutch, for people)."""
        known = self.problems.get(part)
        since = known.since if known is not None and known.code == code else self.clock()
        self.problems[part] = Problem(code, reason, since, blocks, fatal)

    @property
    def alive(self) -> bool:
        """False when the process should be restarted by its supervisor."""
        return not any(problem.fatal for problem in self.problems.values())

    def ready(self) -> tuple[bool, dict[str, str]]:
        """Could an event be handled now; and all that is wrong, in Dutch, by part (also what blocks nothing)."""
        reasons = {
            part: f"{problem.reason} (sinds {problem.since:%H:%M:%S} UTC)"
            for part, problem in sorted(self.problems.items())
        }
        missing = sorted(self.awaited - self.started - reasons.keys())
        blocked = bool(missing) or any(problem.blocks for problem in self.problems.values())
        return not blocked, reasons | dict.fromkeys(missing, "Nog niet gestart.")
