"""Carrying out a queue command: the item as it is, the rules, and the answer. In one transaction."""

from __future__ import annotations

from loketbus_contracts import LinkTo, QueueCommand, ReplyOutcome

from loketbus.ledger.tx import Tx
from services.mail_ingest import items, links, suggestions
from services.mail_ingest.domain.dispatch import Change, Desk, decide
from services.mail_ingest.domain.story import conflict
from services.mail_ingest.replies import CONFLICT, Answer, rejected, unknown
from services.mail_ingest.store import clues, history, queues, webs
from services.mail_ingest.store import items as rows


def carry_out(tx: Tx, command: QueueCommand) -> Answer:
    """Do what was asked, or say why not; never raises for what a person asked wrongly."""
    row = rows.get_item(tx.connection, command.item)
    if row is None:
        return unknown()
    desk = queues.desk(tx.connection, command.action if isinstance(command.action, LinkTo) else None)
    if command.expected_revision not in (None, row["revision"]):
        return rejected(CONFLICT, _what_happened(tx, row, command, desk), row["revision"], row["klantenreis"])
    verdict = decide(row, command.action, desk)
    if not isinstance(verdict, Change):
        return rejected(verdict.code, verdict.message, row["revision"], row["klantenreis"])
    return _done(tx, row, command, verdict)


def _done(tx: Tx, row: items.Row, command: QueueCommand, change: Change) -> Answer:
    act, actor, columns = command.action.command, command.actor, dict(change.columns)
    about_the_link = "klantenreis" in columns
    if about_the_link:
        columns["suggestion"] = suggestions.for_item(tx, row | columns)
    after = items.save(tx, row, columns, act=act, actor=actor, tijdlijn=change.tijdlijn, note=change.note)
    if about_the_link:
        _tell_replies(tx, after)
    return Answer(
        outcome=ReplyOutcome.DONE,
        code=change.code,
        message=change.message,
        revision=after["revision"],
        # After unlink: the one whose tijdlijn this is about.
        klantenreis=after["klantenreis"] or row["klantenreis"],
        tijdlijn=change.tijdlijn,
    )


def _tell_replies(tx: Tx, row: items.Row) -> None:
    """What a person says about a mail holds for what replies to it."""
    [whole] = webs.items(tx.connection, [row["item"]])
    if row["klantenreis"] is not None:
        links.arrived(tx, row, whole["message_id"])
    elif whole["message_id"] is not None:
        links.relink(tx, messages=(whole["message_id"],), threads=clues.threads(tx.connection, [row["item"]]))


def _what_happened(tx: Tx, row: items.Row, command: QueueCommand, desk: Desk) -> str:
    since = history.of(tx.connection, row["item"], after=command.expected_revision or 0)
    return conflict(since, command.actor, desk)
