"""How the register on this machine stands: extract, age, rows, what fetching last saw, and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from loketbus.errors import Unavailable
from loketbus.replicas import current
from services.kbo import told
from services.kbo.domain.organisation import Source
from services.kbo.fetch_job import register_folder, status_path
from services.kbo.fetch_status import FetchStatus, read_status
from services.kbo.register.swapping import ReplicaState, replica_state, unreadable
from services.kbo.settings import KboSettings

_COUNTS = {
    "entities.db": """
        SELECT 'enterprise', count(*) FROM enterprise UNION ALL SELECT 'establishment', count(*) FROM establishment
        UNION ALL SELECT 'branch', count(*) FROM branch UNION ALL SELECT 'denomination', count(*) FROM denomination""",
    "addresses.db": "SELECT 'address', count(*) FROM address UNION ALL SELECT 'contact', count(*) FROM contact",
}
OLD_DAYS = 7
"""Extracts come daily, but not on every day (reference 1.1): a long weekend is no trouble."""


Problem = Literal["register_missing", "register_unreadable"]
"""Why nothing can be asked: the code that every question gets."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What people and monitors read. Without a register that can be read `source` is None."""

    problem: Problem | None
    source: Source | None
    age_days: int | None
    """Since the day of the snapshot."""
    rows: dict[str, int]
    """By table; activities are not counted."""
    fetching: FetchStatus
    drop: str
    """Where new extracts come from: the setting `kbo_drop`."""
    advice: tuple[str, ...]
    """Dutch; nothing when all is well."""

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "problem": self.problem,
            "source": None if self.source is None else told.source(self.source),
            "age_days": self.age_days,
            "rows": self.rows,
            "drop": self.drop,
            "fetching": self.fetching.model_dump(mode="json"),
            "advice": list(self.advice),
        }


def standing(settings: KboSettings, now: datetime) -> Standing:
    """Look; blocking, and quick. Whatever is wrong with the register is an advice, never an error."""
    fetching = read_status(status_path(settings))
    try:
        state, rows = _look(register_folder(settings))
    except Unavailable as damage:
        advice = (*_of_fetching(fetching), damage.message)
        return _nothing("register_unreadable", settings, fetching, advice)
    if state is None:
        return _nothing("register_missing", settings, fetching, _without(settings, fetching))
    source = Source("kbo_open_data", state.extract, state.snapshot)
    age = (now.date() - state.snapshot).days
    return Standing(None, source, age, rows, fetching, settings.kbo_drop, tuple(_with(settings, fetching, age)))


def _look(folder: Path) -> tuple[ReplicaState | None, dict[str, int]]:
    while (state := replica_state(folder)) is not None:
        try:
            return state, dict(_rows(state.path))
        except Unavailable:
            if current(folder) == state.path:
                raise
            # It was replaced between the two looks.
    return None, {}


def _nothing(problem: Problem, settings: KboSettings, fetching: FetchStatus, advice: Iterable[str]) -> Standing:
    return Standing(problem, None, None, {}, fetching, settings.kbo_drop, tuple(advice))


@lru_cache(maxsize=2)
def _rows(register: Path) -> tuple[tuple[str, int], ...]:
    """Counted once: a register never changes, a newer one is another folder.

    Raises:
        Unavailable: `register_unreadable`, of damage further in.
    """
    found: list[tuple[str, int]] = []
    try:
        for name, query in _COUNTS.items():
            uri = f"{(register / name).absolute().as_uri()}?mode=ro&immutable=1"
            with closing(sqlite3.connect(uri, uri=True)) as db:
                found += db.execute(query)
    except sqlite3.Error as error:
        raise unreadable(error) from error
    return tuple(found)


def _without(settings: KboSettings, fetching: FetchStatus) -> Iterator[str]:
    yield from _of_fetching(fetching)
    if not _is_fetched(settings, fetching):
        yield "Er is geen register. Laad een Full met: loketbus kbo import BESTAND.zip, of stel LOKETBUS_KBO_DROP in."
    elif fetching.problem is None:
        yield "Er is nog geen register; het wordt opgehaald zodra de dienst kbo draait. Zie: loketbus connectors list."


def _with(settings: KboSettings, fetching: FetchStatus, age: int) -> Iterator[str]:
    yield from _of_fetching(fetching)
    if age <= OLD_DAYS or fetching.problem is not None:
        return
    old = f"Het register is {age} dagen oud."
    if _is_fetched(settings, fetching):
        yield f"{old} Kijk na of de dienst kbo draait en of de bron nieuwere uittreksels heeft."
    else:
        yield f"{old} Laad nieuwere bestanden met: loketbus kbo import BESTAND.zip, of stel LOKETBUS_KBO_DROP in."


def _is_fetched(settings: KboSettings, fetching: FetchStatus) -> bool:
    """Somebody looks for new extracts: the service may have settings that this shell lacks."""
    return settings.kbo_drop != "none" or fetching.listed_at is not None


def _of_fetching(fetching: FetchStatus) -> Iterator[str]:
    if fetching.problem is not None:
        yield fetching.problem.message
