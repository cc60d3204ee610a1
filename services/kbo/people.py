"""Finding and erasing a person: by the id of a dossier or klantenreis, or by the number of a one-man business.

The ledger of kbo holds no names or mail addresses: those stand in the register (public data, replaced whole by each
import) and in mails (not kept); the address of a building, as a request had it, until that is answered. What leads to
a person is for whom something is followed or was asked, and that the second source was asked about a natural person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import ColumnElement, Connection, Table, delete, func, or_, select

from loketbus.ledger.tx import Tx
from services.kbo.domain.numbers import check
from services.kbo.store import following, open_questions
from services.kbo.store.tables import dossier, followed_by, open_question, second_opinion

_MOST = 1_000_000


class People:
    """See `loketbus.service.SubjectStore`."""

    def find(self, connection: Connection, subject: str) -> dict[str, int]:
        """Rows about this person, by table."""
        counts = {table.name: _count(connection, table, where) for table, where in _rows(subject)}
        counts[open_question.name] = len(_asked(connection, subject))
        return {table: rows for table, rows in counts.items() if rows}

    def everybody(self, connection: Connection) -> Iterable[str]:
        """All dossiers and klantenreizen, and the numbers of natural persons."""
        yield from connection.execute(select(dossier.c.dossier)).scalars()
        for row in connection.execute(select(followed_by.c.who, followed_by.c.klantenreis).distinct()):
            yield from (one for one in (row.who.partition(":")[2], row.klantenreis) if one)
        for one in open_questions.oldest(connection, _MOST):
            yield from (who for who in (one.asked.dossier, one.asked.klantenreis) if who)
        persons = select(second_opinion.c.number).where(second_opinion.c.natural_person)
        yield from connection.execute(persons).scalars()

    def erase(self, tx: Tx, subject: str) -> dict[str, int]:
        """Remove them; who is then followed for nobody is forgotten too."""
        erased = self.find(tx.connection, subject)
        for request in _asked(tx.connection, subject):
            open_questions.remove(tx, request)
        for table, where in _rows(subject):
            if table is not followed_by:
                tx.execute(delete(table).where(where))
        held = tx.execute(select(followed_by.c.number, followed_by.c.who).where(_followed(subject))).all()
        for row in held:
            following.unfollow(tx, row.who, [row.number])
        return erased


def _rows(subject: str) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    yield followed_by, _followed(subject)
    yield dossier, dossier.c.dossier == subject
    number = check(subject).number
    yield second_opinion, second_opinion.c.natural_person & (second_opinion.c.number == number)


def _followed(subject: str) -> ColumnElement[bool]:
    own = (following.of_dossier(subject), following.asked_for(subject))
    return or_(followed_by.c.who.in_(own), followed_by.c.klantenreis == subject)


def _asked(connection: Connection, subject: str) -> list[str]:
    """Requests that are still owed an answer; there are few."""
    found = open_questions.oldest(connection, _MOST)
    return [one.request for one in found if subject in (one.asked.dossier, one.asked.klantenreis)]


def _count(connection: Connection, table: Table, where: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(where)).scalar_one())
