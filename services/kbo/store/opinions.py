"""What the second source said, and whom to ask about again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from services.kbo.domain.second_opinion import SecondOpinion
from services.kbo.store.tables import second_opinion as table


@dataclass(frozen=True, slots=True)
class Kept:
    """A remembered opinion, and from when on it counts no more (None: it stays)."""

    opinion: SecondOpinion
    ask_again_at: datetime | None

    def counts(self, now: datetime) -> bool:
        """It need not be asked again yet."""
        return self.ask_again_at is None or now < self.ask_again_at


def get(connection: Connection, number: str) -> Kept | None:
    """What is remembered about a number, old or new."""
    row = connection.execute(select(table).where(table.c.number == number)).first()
    if row is None:
        return None
    opinion = SecondOpinion(
        number=row.number,
        outcome=row.outcome,
        asked_at=row.asked_at,
        natural_person=row.natural_person,
        name=row.name,
        stopped_on=None if row.stopped_on is None else date.fromisoformat(row.stopped_on),
        stop_reason=row.stop_reason,
        vme=row.vme,
    )
    return Kept(opinion, row.ask_again_at)


def keep(connection: Connection, opinion: SecondOpinion, ask_again_at: datetime | None, now: datetime) -> None:
    """Remember; an `unknown` does not replace an answer that still counts (another replica may have got one)."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    values = {
        "outcome": opinion.outcome,
        "natural_person": opinion.natural_person,
        "name": opinion.name,
        "stopped_on": None if opinion.stopped_on is None else opinion.stopped_on.isoformat(),
        "stop_reason": opinion.stop_reason,
        "vme": opinion.vme,
        "asked_at": opinion.asked_at,
        "ask_again_at": ask_again_at,
    }
    replaceable = or_(table.c.outcome == "unknown", table.c.ask_again_at <= now)
    connection.execute(
        insert(table)
        .values(number=opinion.number, **values)
        .on_conflict_do_update(
            index_elements=[table.c.number], set_=values, where=replaceable if opinion.outcome == "unknown" else None
        )
    )


def waiting(connection: Connection, due: datetime | None, limit: int) -> list[str]:
    """Numbers without an answer, whose turn it is by `due` (None: whenever), the longest due first."""
    query = select(table.c.number).where(table.c.outcome == "unknown")
    if due is not None:
        query = query.where(table.c.ask_again_at <= due)
    return list(connection.execute(query.order_by(table.c.ask_again_at, table.c.number).limit(limit)).scalars())


def forget(connection: Connection, number: str) -> None:
    """It needs no second opinion any more."""
    connection.execute(delete(table).where(table.c.number == number))


def forget_old(connection: Connection, now: datetime) -> None:
    """Answers that count no more; who asks again gets a new one."""
    connection.execute(delete(table).where(table.c.outcome != "unknown", table.c.ask_again_at <= now))
