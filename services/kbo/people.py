"""Finding and erasing a person: by the id of a dossier or klantenreis, or by the number of a one-man business.

The ledger of kbo holds no names or mail addresses: those stand in the register (public data, replaced whole by each
import) and in mails (not kept); the address of a building, as a request had it, until that is answered. What leads to
a person is for whom something is followed or was asked, and that the second source was asked about a natural person.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, delete, func, select

from loketbus.following import FollowingSubjects
from loketbus.ledger.tx import Tx
from services.kbo.domain.numbers import check
from services.kbo.store import open_questions
from services.kbo.store.following import followers, revisions
from services.kbo.store.tables import open_question, second_opinion

_MOST = 1_000_000


class People(FollowingSubjects):
    """See `loketbus.service.SubjectStore`."""

    def __init__(self) -> None:
        super().__init__(followers, revisions)

    def find(self, connection: Connection, subject: str) -> dict[str, int]:
        """Rows about this person, by table."""
        opinions = select(func.count()).select_from(second_opinion).where(_judged(subject))
        counts = {
            second_opinion.name: connection.execute(opinions).scalar_one(),
            open_question.name: len(_asked(connection, subject)),
        }
        return super().find(connection, subject) | {table: rows for table, rows in counts.items() if rows}

    def everybody(self, connection: Connection) -> Iterable[str]:
        """All dossiers and klantenreizen, and the numbers of natural persons."""
        yield from super().everybody(connection)
        for one in open_questions.oldest(connection, _MOST):
            yield from (who for who in (one.asked.dossier, one.asked.klantenreis) if who)
        persons = select(second_opinion.c.number).where(second_opinion.c.natural_person)
        yield from connection.execute(persons).scalars()

    def erase(self, tx: Tx, subject: str) -> dict[str, int]:
        """Remove them; who is then followed for nobody is forgotten too."""
        erased = self.find(tx.connection, subject)
        super().erase(tx, subject)
        for request in _asked(tx.connection, subject):
            open_questions.remove(tx, request)
        tx.execute(delete(second_opinion).where(_judged(subject)))
        return erased


def _judged(subject: str) -> ColumnElement[bool]:
    return second_opinion.c.natural_person & (second_opinion.c.number == check(subject).number)


def _asked(connection: Connection, subject: str) -> list[str]:
    """Requests that are still owed an answer; there are few."""
    found = open_questions.oldest(connection, _MOST)
    return [one.request for one in found if subject in (one.asked.dossier, one.asked.klantenreis)]
