"""How items hang together, read from the ledger for the linking rules (`domain.web`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, select

from services.mail_ingest.domain.clues import Found, token_named
from services.mail_ingest.domain.linking import PERSON_METHODS, Candidate, Clue, Method, Parent, Target
from services.mail_ingest.domain.register import Dossier, Register, fold
from services.mail_ingest.domain.web import DEPTH_MAX, THREAD_MAX, Node, Web
from services.mail_ingest.store import clues, dossiers, reach
from services.mail_ingest.store.tables import item, item_clue, mail, reference, sent, sent_reference

Row = Mapping[str, Any]
NODES_MAX = 2_000
"""Mails that are looked at for one decision; a web beyond that is not one conversation."""
_ITEM = (
    item.c.item,
    item.c.mail,
    item.c.klantenreis,
    item.c.dossier,
    item.c.link_method,
    item.c.sender_address,
    item.c.subject,
    item.c.first_contact_at,
    mail.c.message_id,
)
_OURS = {Clue.THREAD, *clues.STRONG}


def load(connection: Connection, rows: Sequence[Row]) -> Web:
    """The web around these items.

    `rows`: columns of `queue_item` and the `message_id` of its mail; they need not be in the ledger yet, but their
    references and clues are.
    """
    loader = _Loader(connection)
    loader.add_items(rows)
    loader.follow_replies()
    loader.follow_threads()
    loader.follow_replies()
    return loader.web()


def items(connection: Connection, names: Collection[str]) -> list[dict[str, Any]]:
    """Whole rows of `queue_item` with their `message_id`, the oldest question first."""
    query = select(item, mail.c.message_id).outerjoin(mail, mail.c.mail == item.c.mail).where(item.c.item.in_(names))
    rows = connection.execute(query.order_by(item.c.first_contact_at, item.c.item)).mappings()
    return [dict(row) for row in rows]


class _Loader:
    """Gathers rows; what was asked for once is not asked again."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._items: dict[str, Row] = {}
        self._sent: dict[str, Row] = {}
        self._parents: dict[str, list[Parent]] = {}
        self._asked: set[str] = set()
        self._clues: dict[str, list[Found]] = {}
        self._common: set[str] = set()
        self._unfollowed: tuple[list[Row], list[Row]] = ([], [])

    def add_items(self, rows: Iterable[Row]) -> None:
        fresh = [row for row in rows if row["item"] not in self._items]
        self._items |= {row["item"]: row for row in fresh}
        self._unfollowed[0].extend(fresh)

    def _add_sent(self, rows: Iterable[Row]) -> None:
        fresh = [row for row in rows if row["message_id"] not in self._sent]
        self._sent |= {row["message_id"]: row for row in fresh}
        self._unfollowed[1].extend(fresh)

    def follow_replies(self) -> None:
        """All that what we have refers to, directly or through others."""
        for _ in range(DEPTH_MAX):
            if not any(self._unfollowed) or len(self._items) > NODES_MAX:
                return  # what was not followed has no parents: of none that it has a namesake may be missing
            ids = self._references() - self._asked
            self._asked |= ids
            self.add_items(self._read(_items().where(mail.c.message_id.in_(ids))))
            self._add_sent(self._read(select(sent).where(sent.c.message_id.in_(ids))))

    def follow_threads(self) -> None:
        """All that Outlook counts to the same conversations."""
        self._read_clues()
        keys = {one.value for found in self._clues.values() for one in found if one.kind is Clue.THREAD}
        keys |= {row["thread"] for row in self._sent.values() if row["thread"] is not None}
        if not keys:
            return
        counts = reach.mails_in(self._connection, keys)
        self._common = {thread for thread, number in counts.items() if number > THREAD_MAX}
        rare = keys - self._common
        peers = _items().join(item_clue, item_clue.c.item == item.c.item)
        self.add_items(self._read(peers.where(item_clue.c.kind == str(Clue.THREAD), item_clue.c.value.in_(rare))))
        self._add_sent(self._read(select(sent).where(sent.c.thread.in_(rare))))

    def web(self) -> Web:
        """What was gathered, as nodes."""
        self._read_clues()
        marks = _Marks(self._connection, self._clues)
        listed = self._listed()
        trains = {row["klantenreis"] for row in (*self._items.values(), *self._sent.values())} - {None}
        named = {row["dossier"] for row in (*self._items.values(), *self._sent.values())} - {None}
        told = [one for found in listed.values() for one in found]
        known = (row for name, row in self._items.items() if marks.of(name) or self._thread_of(name))
        senders = {row["sender_address"] for row in known} - {None}
        register = dossiers.register(
            self._connection,
            named | {one.dossier for one in (*told, *marks.dossiers)},
            trains | marks.klantenreizen,
            senders,
        )
        came = [self._came(row, marks.named(row["item"], register), listed) for row in self._items.values()]
        return Web([*came, *map(self._went, self._sent.values())], register)

    def _came(self, row: Row, marks: tuple[Candidate, ...], listed: Mapping[str, list[Dossier]]) -> Node:
        method, klantenreis = row["link_method"], row["klantenreis"]
        by_person = method in PERSON_METHODS and method != Method.CRM
        said = Target(klantenreis, row["dossier"]) if by_person and klantenreis is not None else None
        on = [Candidate(*_place(one), Method.CRM, (one.nummer,)) for one in listed.get(row["mail"] or "", ())]
        return Node(
            name=row["item"],
            at=row["first_contact_at"],
            message_id=row["message_id"],
            parents=tuple(self._parents.get(row["item"], ())),
            thread=self._thread_of(row["item"]),
            subject=row["subject"],
            sender=row["sender_address"],
            final=by_person,
            said=said,
            listed=() if by_person else tuple(on),
            marks=marks,
            current=None if method in PERSON_METHODS else klantenreis,
        )

    def _went(self, row: Row) -> Node:
        klantenreis, name = row["klantenreis"], _sent_name(row)
        several = klantenreis is None and row["several"] is not None
        return Node(
            name=name,
            at=row["sent_at"],
            message_id=row["message_id"],
            parents=tuple(self._parents.get(name, ())),
            thread=None if row["thread"] in self._common else row["thread"],
            outgoing=True,
            several=several,
            final=several or klantenreis is not None,
            said=None if klantenreis is None else Target(klantenreis, row["dossier"]),
        )

    def _thread_of(self, name: str) -> str | None:
        keys = [one.value for one in self._clues.get(name, ()) if one.kind is Clue.THREAD]
        return keys[0] if keys and keys[0] not in self._common else None

    def _references(self) -> set[str]:
        """Message-IDs that the newest rows refer to, and those of a mail that went out, of which they are copies."""
        came, went = self._unfollowed
        self._unfollowed = ([], [])
        fresh: dict[str, list[Parent]] = {}
        if names := {row["mail"]: row["item"] for row in came if row["mail"] is not None}:
            to_them = select(reference.c.mail, reference.c.message_id, reference.c.method)
            to_them = to_them.where(reference.c.mail.in_(list(names))).order_by(reference.c.position)
            for mail_id, message_id, method in self._connection.execute(to_them):
                fresh.setdefault(names[mail_id], []).append(Parent(message_id, method))
        if ids := {row["message_id"]: _sent_name(row) for row in went}:
            to_those = select(sent_reference.c.message_id, sent_reference.c.parent)
            to_those = to_those.where(sent_reference.c.message_id.in_(list(ids))).order_by(sent_reference.c.position)
            for name, message_id in self._connection.execute(to_those):
                fresh.setdefault(ids[name], []).append(Parent(message_id, Method.REFERENCES))
        self._parents |= fresh
        referred = {parent.message_id for found in fresh.values() for parent in found}
        return referred | self._went_out({row["message_id"] for row in came} - {None})

    def _went_out(self, ids: set[str]) -> set[str]:
        asked = select(sent.c.message_id).where(sent.c.message_id.in_(ids - self._asked))
        return set(self._connection.execute(asked).scalars())

    def _read_clues(self) -> None:
        fresh = self._items.keys() - self._clues.keys()
        if fresh:
            found = clues.of_items(self._connection, fresh, _OURS)
            self._clues |= {name: found.get(name, []) for name in fresh}

    def _listed(self) -> dict[str, list[Dossier]]:
        mails = {(dossiers.MAIL, row["mail"]) for row in self._items.values() if row["mail"] is not None}
        found: dict[str, list[Dossier]] = {}
        for (_, name), one in dossiers.showing(self._connection, mails, None):
            found.setdefault(name, []).append(one)
        return found

    def _read(self, query: Select[Any]) -> list[Row]:
        return [dict(row) for row in self._connection.execute(query).mappings()]


class _Marks:
    """What tokens and numbers in mails name."""

    def __init__(self, connection: Connection, found: Mapping[str, list[Found]]) -> None:
        self._clues = {name: [one for one in shown if one.kind in clues.STRONG] for name, shown in found.items()}
        values = {one.value for shown in self._clues.values() for one in shown}
        numbers = {(str(Clue.NUMBER), value) for value in values}
        self._by_number: dict[str, list[Dossier]] = {}
        for (_, value), one in dossiers.showing(connection, numbers, None):
            self._by_number.setdefault(value, []).append(one)

    def of(self, name: str) -> list[Found]:
        """Clues of an item that may name something."""
        return self._clues.get(name, [])

    @property
    def dossiers(self) -> list[Dossier]:
        """All that is named."""
        return [one for found in self._by_number.values() for one in found]

    @property
    def klantenreizen(self) -> set[str]:
        """All that is named."""
        return {one.klantenreis for one in self.dossiers}

    def named(self, name: str, register: Register) -> tuple[Candidate, ...]:
        """What an item names, tokens first."""
        shown = self.of(name)
        tokens = [self._token(one, register) for one in shown if one.kind is Clue.TOKEN]
        found = [candidate for one in shown if one.kind is Clue.NUMBER for candidate in self._number(one)]
        return (*tokens, *found)

    def _token(self, one: Found, register: Register) -> Candidate:
        token = token_named(one.evidence)
        target = register.named(token.klantenreis, token.dossier)
        return Candidate(target.klantenreis, target.dossier, Method.TOKEN, (one.evidence,))

    def _number(self, one: Found) -> list[Candidate]:
        """A dossier's own number names it; that of its klantenreis names no wagon in particular."""
        named = self._by_number.get(one.value, ())
        targets = [Target(it.klantenreis) if fold(it.klantenreis) == one.value else it.target for it in named]
        return [
            Candidate(target.klantenreis, target.dossier, Method.NUMBER, (one.evidence,))
            for target in dict.fromkeys(targets)
        ]


def _items() -> Select[Any]:
    return select(*_ITEM).join(mail, mail.c.mail == item.c.mail)


def _place(one: Dossier) -> tuple[str, str | None]:
    return one.target.klantenreis, one.target.dossier


def _sent_name(row: Row) -> str:
    return f"sent:{row['message_id']}"
