"""Faults as knobs: what goes wrong, in which operation, for which items, and how often."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


class UnknownFaultError(ValueError):
    """The kind or one of its parameters does not exist; the text names it."""


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One thing that can go wrong: when it strikes and which parameters it takes (with their defaults)."""

    stage: str
    defaults: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Fault:
    """One armed fault. `count` None strikes for ever; `skip` lets that many fitting requests pass first."""

    id: int
    kind: str
    operation: str | None
    count: int | None
    skip: int
    items: tuple[str, ...]
    params: dict[str, Any]
    hits: int = 0

    def as_json(self) -> dict[str, Any]:
        """For the control API."""
        return asdict(self)


class FaultBook:
    """The armed faults of one simulator, in the order in which they were armed."""

    def __init__(self, kinds: Mapping[str, FaultKind]) -> None:
        self._kinds = kinds
        self._faults: list[Fault] = []
        self._last_id = 0

    def add(
        self,
        kind: str,
        *,
        operation: str | None = None,
        count: int | None = 1,
        skip: int = 0,
        items: Iterable[str] = (),
        **params: Any,
    ) -> Fault:
        """Arm a fault.

        Raises:
            UnknownFaultError: no such kind or parameter (a typing error in a test must not pass silently).
        """
        if kind not in self._kinds:
            raise UnknownFaultError(f"no fault {kind!r}; there are {sorted(self._kinds)}")
        defaults = self._kinds[kind].defaults
        if unknown := set(params) - set(defaults):
            raise UnknownFaultError(f"fault {kind!r} has no {sorted(unknown)}; it has {sorted(defaults)}")
        self._last_id += 1
        fault = Fault(self._last_id, kind, operation, count, skip, tuple(items), {**defaults, **params})
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Disarm all."""
        self._faults.clear()

    def all(self) -> list[Fault]:
        """Every fault armed since the last `clear`, spent ones too (see `hits`)."""
        return list(self._faults)

    def take(self, stage: str, operation: str, items: set[str]) -> list[Fault]:
        """The faults of `stage` that strike this request, which concerns `items`; each counts one hit."""
        struck = [fault for fault in self._faults if self._fits(fault, stage, operation, items)]
        return [fault for fault in struck if self._strike(fault)]

    def _fits(self, fault: Fault, stage: str, operation: str, items: set[str]) -> bool:
        return (
            self._kinds[fault.kind].stage == stage
            and fault.operation in (None, operation)
            and (not fault.items or not items.isdisjoint(fault.items))
            and (fault.count is None or fault.hits < fault.count)
        )

    @staticmethod
    def _strike(fault: Fault) -> bool:
        if fault.skip > 0:
            fault.skip -= 1
            return False
        fault.hits += 1
        return True
