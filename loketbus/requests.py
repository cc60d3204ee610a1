"""Requests that a handler never got to answer: whoever asked hears that it waits for a person, and how that ended.

The handler answers what it handles. A request that died gets `waiting`; trying it again leads to the handler's own
answer, dropping it to `rejected`. So each request gets exactly one final `reply.v1`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loketbus_contracts.catalog import ALL
from loketbus_contracts.envelope import Event, is_opaque
from loketbus_contracts.reply import REPLY, Reply, ReplyOutcome
from loketbus_contracts.topics import Topic

from loketbus.errors import Rejected
from loketbus.ledger.tx import Tx

DEAD = "mislukt_bericht"
DROPPED = "vervallen"
_MESSAGES = {
    ReplyOutcome.WAITING: "Deze vraag kon niet verwerkt worden en wacht op een beheerder; u krijgt nog een antwoord.",
    ReplyOutcome.REJECTED: "Deze vraag is niet uitgevoerd: een beheerder liet ze vervallen. Stel ze opnieuw.",
}
_ANSWERED: Mapping[str, Topic[Any]] = {f"events:{topic.name}": topic for topic in ALL if topic.answered}


def check_answerable(event: Event[Any], what: str, not_done: str) -> None:
    """Before anything is done: the id of a request is the key of its answer.

    Args:
        event: the request.
        what: it is, in Dutch: `vraag`, `opdracht`.
        not_done: what therefore did not happen, in Dutch: `er is niets opgezocht`.

    Raises:
        Rejected: `request_id_not_opaque`: nobody could be answered.
    """
    if not is_opaque(event.id):
        raise Rejected(
            "request_id_not_opaque",
            f"Het kenmerk van deze {what} (ce_id) kan geen sleutel van een antwoord zijn; {not_done}. "
            "Vraag de afzender om een kenmerk zonder spaties of @, van hoogstens 200 tekens.",
            detail="ce_id is not an opaque id",
            audience="ict",
        )


def died(tx: Tx, row: Mapping[str, Any]) -> None:
    """Say on `reply.v1` that a request became a dead letter; `row` is one of `effect`."""
    _answer(tx, row, ReplyOutcome.WAITING, DEAD)


def dropped(tx: Tx, row: Mapping[str, Any]) -> None:
    """Say on `reply.v1` that a person gave a request up; `row` is one of `effect`."""
    _answer(tx, row, ReplyOutcome.REJECTED, DROPPED)


def _answer(tx: Tx, row: Mapping[str, Any], outcome: ReplyOutcome, code: str) -> None:
    topic = _ANSWERED.get(row["lane"])
    # An id that cannot be a key cannot be answered: it is in the dead letter for ICT.
    if topic is None or not is_opaque(row["event_id"] or "") or not is_opaque(row["key"] or ""):
        return
    data = Reply(
        request=row["event_id"],
        request_type=topic.name,
        request_key=row["key"],
        outcome=outcome,
        code=code,
        message=_MESSAGES[outcome],
        occurred_at=tx.now,
    )
    tx.emit(REPLY, row["event_id"], data)
