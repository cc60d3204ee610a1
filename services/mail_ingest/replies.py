"""The answer to a command: one `reply.v1`, also for who waits at the other end of HTTP."""

from __future__ import annotations

from dataclasses import dataclass

from loketbus_contracts import QUEUE_COMMAND, REPLY, Event, QueueCommand, Reply, ReplyOutcome
from sqlalchemy import Connection, select

from loketbus.ledger.tables import outbox
from loketbus.ledger.tx import Tx

UNKNOWN = "unknown_item"
CONFLICT = "revision_conflict"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a command."""

    outcome: ReplyOutcome
    code: str
    message: str
    """Dutch."""
    revision: int | None = None
    """Of the item as it is now."""
    klantenreis: str | None = None
    tijdlijn: str | None = None


def unknown() -> Answer:
    """Erased or never there: whoever asks learns no more than that."""
    return rejected(UNKNOWN, "Dit wachtrij-item bestaat niet (meer). Laad de lijst opnieuw.")


def rejected(code: str, message: str, revision: int | None = None, klantenreis: str | None = None) -> Answer:
    """A refusal; `revision` and `klantenreis` of the item as it is."""
    return Answer(ReplyOutcome.REJECTED, code, message, revision, klantenreis)


def send(tx: Tx, event: Event[QueueCommand], answer: Answer) -> None:
    """Say it, under the request's own id."""
    data = Reply(
        request=event.id,
        request_type=QUEUE_COMMAND.name,
        request_key=event.key,
        outcome=answer.outcome,
        code=answer.code,
        message=answer.message,
        revision=answer.revision,
        klantenreis=answer.klantenreis,
        occurred_at=tx.at,
        tijdlijn_tekst=answer.tijdlijn,
    )
    tx.emit(REPLY, event.id, data)


def given(connection: Connection, topic_prefix: str, request: str) -> Answer | None:
    """The answer that a request got; published ones are kept for a week."""
    where = (outbox.c.topic == topic_prefix + REPLY.name, outbox.c.key == request, outbox.c.record_value.is_not(None))
    query = select(outbox.c.record_value).where(*where).order_by(outbox.c.id.desc()).limit(1)
    value = connection.execute(query).scalar_one_or_none()
    return None if value is None else _read(Reply.model_validate_json(value))


def _read(reply: Reply) -> Answer:
    return Answer(reply.outcome, reply.code, reply.message, reply.revision, reply.klantenreis, reply.tijdlijn_tekst)
