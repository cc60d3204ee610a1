"""Which items may have to be decided again when something became known."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, exists, func, select, union_all

from services.mail_ingest.domain.linking import Clue
from services.mail_ingest.domain.web import THREAD_MAX
from services.mail_ingest.store.tables import item, item_clue, mail, reference, sent, sent_reference

REACH_MAX = 2_000
"""Items that one event may have decided again; what is beyond waits for the next one about it."""
WINDOW = timedelta(days=90)
"""How long after each other two questions with one subject may be one."""
PEERS_MAX = 50


def affected(connection: Connection, messages: Collection[str], threads: Collection[str]) -> set[str]:
    """Items whose link may follow from these Message-IDs and thread keys.

    Those that refer to them, directly or through others, or are copies of them; the threads of all these; and what
    refers to those threads.
    """
    below = _Below(connection)
    below.follow(messages)
    below.follow(below.add_threads(threads))
    return below.items


class _Below:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.items: set[str] = set()
        self._messages: set[str] = set()
        self._threads: set[str] = set()

    def follow(self, messages: Collection[str]) -> None:
        """Everything that refers to these Message-IDs, directly or through others."""
        fresh = set(messages) - self._messages
        while fresh and len(self.items) < REACH_MAX:
            self._messages |= fresh
            query = select(item.c.item, mail.c.message_id).join(mail, mail.c.mail == item.c.mail)
            query = query.join(reference, reference.c.mail == mail.c.mail).where(reference.c.message_id.in_(fresh))
            came = self._connection.execute(query).all()
            self.items |= {row.item for row in came} | self._copies(fresh)
            fresh = ({row.message_id for row in came} | self._answers(fresh)) - self._messages - {None}

    def add_threads(self, threads: Collection[str]) -> set[str]:
        """The other mails in these threads and in those of what was reached; returns their Message-IDs."""
        keys = set(threads) | self._threads
        if self.items:
            query = select(item_clue.c.value).where(item_clue.c.item.in_(self.items))
            keys |= set(self._connection.execute(query.where(item_clue.c.kind == str(Clue.THREAD))).scalars())
        keys = self._worth_it(keys)
        if not keys:
            return set()
        query = select(item.c.item, mail.c.message_id).join(mail, mail.c.mail == item.c.mail)
        query = query.join(item_clue, item_clue.c.item == item.c.item)
        query = query.where(item_clue.c.kind == str(Clue.THREAD), item_clue.c.value.in_(keys))
        came = self._connection.execute(query).all()
        self.items |= {row.item for row in came}
        went = self._connection.execute(select(sent.c.message_id).where(sent.c.thread.in_(keys))).scalars()
        return ({row.message_id for row in came} | set(went)) - {None}

    def _copies(self, messages: set[str]) -> set[str]:
        """Items with the Message-ID of a mail that went out; the threads of those mails are noted."""
        query = select(sent.c.thread, item.c.item).outerjoin(mail, mail.c.message_id == sent.c.message_id)
        query = query.outerjoin(item, item.c.mail == mail.c.mail).where(sent.c.message_id.in_(messages))
        rows = self._connection.execute(query).all()
        self._threads |= {row.thread for row in rows if row.thread is not None}
        return {row.item for row in rows if row.item is not None}

    def _answers(self, messages: set[str]) -> set[str]:
        """Mails that went out and refer to these."""
        query = select(sent.c.message_id, sent.c.thread)
        query = query.join(sent_reference, sent_reference.c.message_id == sent.c.message_id)
        rows = self._connection.execute(query.where(sent_reference.c.parent.in_(messages))).all()
        self._threads |= {row.thread for row in rows if row.thread is not None}
        return {row.message_id for row in rows}

    def _worth_it(self, keys: set[str]) -> set[str]:
        """Without those that many mails share; the one mail too many still has its thread decided again."""
        return {thread for thread, number in mails_in(self._connection, keys).items() if number <= THREAD_MAX + 1}


def mails_in(connection: Connection, threads: Collection[str]) -> dict[str, int]:
    """How many mails are in each of these threads."""
    if not threads:
        return {}
    shown = select(item_clue.c.value.label("thread")).where(
        item_clue.c.kind == str(Clue.THREAD), item_clue.c.value.in_(threads)
    )
    both = union_all(shown, select(sent.c.thread).where(sent.c.thread.in_(threads))).subquery()
    counts = connection.execute(select(both.c.thread, func.count()).group_by(both.c.thread))
    return {thread: int(number) for thread, number in counts}


def just_too_common(connection: Connection, threads: Collection[str]) -> set[str]:
    """Threads that the newest mail made too common to say anything."""
    return {thread for thread, number in mails_in(connection, threads).items() if number == THREAD_MAX + 1}


def no_longer_alone(connection: Connection, row: Mapping[str, Any], threads: Collection[str]) -> set[str]:
    """Of the threads of an item those in which one other person wrote, who now is no longer the only one."""
    query = select(item_clue.c.value, item.c.sender_address).distinct()
    query = query.join(item, item.c.item == item_clue.c.item).where(
        item_clue.c.kind == str(Clue.THREAD), item_clue.c.value.in_(threads), item.c.item != row["item"]
    )
    writers: dict[str, set[str | None]] = {}
    for thread, sender in connection.execute(query):
        writers.setdefault(thread, set()).add(sender)
    return {thread for thread, found in writers.items() if len(found) == 1 and row["sender_address"] not in found}


def in_company(connection: Connection, senders: Collection[str]) -> set[str]:
    """Items of these senders in threads in which others write too; the newest 2,000."""
    if not senders:
        return set()
    theirs, other = item_clue.alias(), item.alias()
    others = exists().where(
        theirs.c.kind == str(Clue.THREAD),
        theirs.c.value == item_clue.c.value,
        other.c.item == theirs.c.item,
        other.c.sender_address.is_distinct_from(item.c.sender_address),
    )
    query = select(item.c.item).join(item_clue, item_clue.c.item == item.c.item)
    query = query.where(item.c.sender_address.in_(senders), item_clue.c.kind == str(Clue.THREAD), others)
    rows = connection.execute(query.order_by(item.c.first_contact_at.desc(), item.c.item).limit(REACH_MAX))
    return set(rows.scalars())


def belonging_to(connection: Connection, klantenreizen: Collection[str]) -> tuple[set[str], set[str]]:
    """Items that belong to these klantenreizen, and the Message-IDs of them and of what went out; the newest 2,000."""
    if not klantenreizen:
        return set(), set()
    query = select(item.c.item, mail.c.message_id).outerjoin(mail, mail.c.mail == item.c.mail)
    query = query.where(item.c.klantenreis.in_(klantenreizen)).order_by(item.c.first_contact_at.desc(), item.c.item)
    came = connection.execute(query.limit(REACH_MAX)).all()
    went = select(sent.c.message_id).where(sent.c.klantenreis.in_(klantenreizen))
    newest = connection.execute(went.order_by(sent.c.sent_at.desc(), sent.c.message_id).limit(REACH_MAX))
    ids = {row.message_id for row in came if row.message_id is not None} | set(newest.scalars())
    return {row.item for row in came}, ids


def near(connection: Connection, row: Mapping[str, Any], *, linked: bool) -> list[dict[str, Any]]:
    """Other questions of the same sender around the same time, the nearest 50 before and after.

    Linked ones (whatever their state), or open ones without a link.
    """
    if row["sender_address"] is None:
        return []
    at = row["first_contact_at"]
    query = select(item).where(
        item.c.sender_address == row["sender_address"],
        item.c.first_contact_at.between(at - WINDOW, at + WINDOW),
        item.c.item != row["item"],
    )
    query = query.where(item.c.klantenreis.is_not(None) if linked else item.c.klantenreis.is_(None))
    if not linked:
        query = query.where(item.c.open)
    rows = connection.execute(query.order_by(item.c.first_contact_at.desc(), item.c.item).limit(PEERS_MAX)).mappings()
    return [dict(one) for one in rows]


def of_sender_on(connection: Connection, row: Mapping[str, Any], most: int) -> int:
    """Questions of the same sender on the same day (UTC), at most `most`; the item itself not counted."""
    day = row["first_contact_at"].replace(hour=0, minute=0, second=0, microsecond=0)
    query = select(item.c.item).where(
        item.c.sender_address == row["sender_address"],
        item.c.first_contact_at >= day,
        item.c.first_contact_at < day + timedelta(days=1),
        item.c.item != row["item"],
    )
    return len(connection.execute(query.limit(most)).all())
