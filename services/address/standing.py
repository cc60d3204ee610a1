"""How the replica on this machine stands: which download, how fresh, how its changes are followed, and what to do."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from loketbus.errors import Unavailable
from loketbus.replicas import current
from services.address.answers import shown
from services.address.answers.shown import Shown
from services.address.domain.model import Source
from services.address.questions import Register
from services.address.questions.following import BRUSSELS
from services.address.questions.reader import missing
from services.address.register import keeping
from services.address.register.feed_standing import SENTENCES, FeedStanding, feed_standing
from services.address.register.keeping import Kept, kept_in
from services.address.register.state import ReplicaState, replica_state, unreadable
from services.address.settings import AddressSettings, register_folder

TABLES = ("municipality", "street", "address", "unit", "building", "parcel")
OLD = timedelta(days=30)
"""Of a download whose changes are not followed: some hundreds of addresses of a city by then."""
BEHIND = timedelta(days=1)
"""Addresses are asked every ten minutes; a day is no hiccup any more."""
TROUBLES_MAX = 10_000
HARMLESS = frozenset({"drift", "unknown_attribute"})
"""What counts all the same: nothing has to be done about it."""
ADDRESSES = "adressen"
_NO_FEED = FeedStanding((), 0, ())


@dataclass(frozen=True, slots=True)
class Standing:
    """What people and monitors read. Without a replica that can be read `source` is None."""

    problem: str | None
    """`register_missing`, `register_unreadable`, `register_outdated`, `register_no_access`: as every question gets."""
    state: ReplicaState | None
    source: Source | None
    age: timedelta | None
    """Since the moment up to which it follows the register."""
    rows: dict[str, int]
    feed: FeedStanding
    feed_wanted: bool
    """The settings say to follow the changes."""
    advice: tuple[str, ...]
    """Dutch, about the replica; nothing when all is well."""
    feed_advice: tuple[str, ...]
    """The same about its changes."""

    @property
    def followed_until(self) -> str | None:
        """Up to which moment the changes of addresses are in."""
        return next((one.at for one in self.feed.registers if one.register == ADDRESSES), None)

    def as_json(self) -> Shown:
        """Plain values."""
        return {
            "problem": self.problem,
            "source": None if self.source is None else shown.source(self.source),
            "imported_at": self.state and self.state.imported_at.isoformat(),
            "age_seconds": None if self.age is None else int(self.age.total_seconds()),
            "nis": None if self.state is None or self.state.nis is None else list(self.state.nis),
            "rows": self.rows,
            "feed": {
                "wanted": self.feed_wanted,
                "registers": [
                    {"register": one.register, "page": one.page, "event": one.event, "at": one.at}
                    for one in self.feed.registers
                ],
                "waiting": self.feed.waiting,
                "troubles": [
                    {"code": code, "times": times, "message": SENTENCES.get(code, code)}
                    for code, times in troubles(self.feed)
                ],
            },
            "advice": [*self.advice, *self.feed_advice],
        }


@dataclass(frozen=True, slots=True)
class _Found:
    state: ReplicaState
    source: Source
    rows: dict[str, int]
    feed: FeedStanding
    kept: Kept


def standing(settings: AddressSettings, now: datetime) -> Standing:
    """Look; blocking, and quick. Whatever is wrong with the replica is an advice, never an error."""
    wanted = bool(settings.address_feed and settings.address_api_url and settings.address_api_key)
    try:
        found = _look(register_folder(settings))
    except Unavailable as damage:
        return Standing(damage.code, None, None, None, {}, _NO_FEED, wanted, (damage.message,), ())
    age = None if found.source.as_of is None else max(now - found.source.as_of, timedelta())
    followed = wanted or _until(found.feed) is not None
    return Standing(
        problem=None,
        state=found.state,
        source=found.source,
        age=age,
        rows=found.rows,
        feed=found.feed,
        feed_wanted=wanted,
        advice=tuple(_of_replica(settings, found, age, followed)),
        feed_advice=tuple(_of_feed(found, now)) if followed else (),
    )


def shown_moment(at: datetime | str | None) -> str:
    """For people: the day and time of Belgium, which it says."""
    if at is None:
        return "nog niet begonnen"
    moment = _aware(datetime.fromisoformat(at) if isinstance(at, str) else at)
    return f"{moment.astimezone(BRUSSELS):%d/%m/%Y %H:%M} (Belgische tijd)"


def troubles(feed: FeedStanding) -> list[tuple[str, int]]:
    """Codes with how many messages, the most first."""
    counted: Counter[str] = Counter()
    for one in feed.troubles:
        counted[one.code] += one.times
    return counted.most_common()


def _look(folder: Path) -> _Found:
    """All of one replica.

    Raises:
        Unavailable: there is none, or none that can be read.
    """
    while (state := replica_state(folder)) is not None:
        try:
            return _inside(folder, state)
        except (sqlite3.Error, Unavailable) as error:
            if current(folder) == state.path:
                raise error if isinstance(error, Unavailable) else unreadable(error) from error
            # It was replaced between the two looks.
    raise missing()


def _inside(folder: Path, state: ReplicaState) -> _Found:
    with closing(Register(folder)) as register, register.open() as view:
        source, change = view.source, view.last_change
    feed, kept = feed_standing(state.file, TROUBLES_MAX), kept_in(state.file, state.nis)
    return _Found(state, source, dict(_rows(state.file, change)), feed, kept)


@lru_cache(maxsize=2)
def _rows(file: Path, change: int) -> tuple[tuple[str, int], ...]:
    """Counted once for each state of the file: `change` is the last one of the feed.

    Raises:
        sqlite3.Error: damage further in.
    """
    query = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in TABLES)  # noqa: S608 - our own
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as db:
        return tuple(db.execute(query))


def _of_replica(settings: AddressSettings, found: _Found, age: timedelta | None, followed: bool) -> Iterator[str]:
    yield from _of_area(settings.address_nis, found)
    if age is not None and age > OLD and not followed:
        yield (
            f"Het register is {age.days} dagen oud. Laad een nieuwere download met: loketbus address import PAD, of "
            "volg de wijzigingen met LOKETBUS_ADDRESS_API_URL en LOKETBUS_ADDRESS_API_KEY."
        )


def _of_area(wanted: tuple[str, ...] | str, found: _Found) -> Iterator[str]:
    """What the settings want and the replica does not keep, and the other way round after a merger."""
    state, kept = found.state, found.kept
    if state.nis is None:
        return
    lacking = ["de rest van Vlaanderen"] if wanted == "all" else sorted({*wanted} - {*state.nis, *(state.asked or ())})
    if lacking:
        yield (
            f"Dit register houdt niet alles bij wat LOKETBUS_ADDRESS_NIS vraagt ({', '.join(lacking)} ontbreekt). "
            "Laad de download opnieuw met: loketbus address import PAD."
        )
    yield from (keeping.absent(code) for code in state.asked or () if code not in state.nis and code in wanted)
    gone = {old for old, _ in kept.mergers}
    yield from (keeping.empty(kept.called(code)) for code in sorted(kept.empty - gone) if code in wanted)
    for old, new in kept.mergers:
        if wanted != "all" and new not in wanted:
            yield f"{keeping.merged(kept.called(old), kept.called(new))} {keeping.to_add(new)}"


def _of_feed(found: _Found, now: datetime) -> Iterator[str]:
    if not found.feed.registers:
        yield (
            "Deze download zegt niet waar haar wijzigingen beginnen (BeSt): ze worden niet gevolgd. "
            "Laad de DBF-download van het register om ze wel te volgen."
        )
        return
    until = _until(found.feed)
    behind = now - (until or found.state.imported_at)
    if behind > BEHIND:
        yield (
            f"De wijzigingen zijn al {behind.days} d niet meer gevolgd. Kijk na of de dienst address draait, en haar "
            "verbinding address_feed met: loketbus connectors list."
        )
    for code, times in troubles(found.feed):
        if code not in HARMLESS:
            yield f"{times} x: {SENTENCES.get(code, code)}"


def _until(feed: FeedStanding) -> datetime | None:
    at = next((one.at for one in feed.registers if one.register == ADDRESSES), None)
    if at is None:
        return None
    return _aware(datetime.fromisoformat(at))


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
