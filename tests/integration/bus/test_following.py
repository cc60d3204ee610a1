"""Following for dossiers, on a service's own table whatever its key is; and what was said about a mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from loketbus_contracts import DossierState, Event
from sqlalchemy import BigInteger, Column, MetaData, String, Table, create_engine, select

from loketbus.following import (
    Concerned,
    DossierFollowing,
    Followers,
    FollowingSubjects,
    Revisions,
    asked_for,
    dossier_table,
    followed_by_table,
    of_dossier,
)
from loketbus.ledger.tables import Instant
from loketbus.ledger.tx import Cause, Tx
from loketbus.mentions import KEPT, MentionMemory, mentioned_table

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Desk:
    """The tables of a service that follows things, in one transaction; `a` and `b` are two of them."""

    def __init__(self, tx: Tx, kind: type[String] | type[BigInteger], a: Any, b: Any) -> None:
        self.tx, self.a, self.b = tx, a, b
        metadata = MetaData()
        key = Column("thing", kind, primary_key=True, autoincrement=False)
        self.followed = Table("followed", metadata, key, Column("since", Instant, nullable=False))
        self.followers = Followers[Any](self.followed, followed_by_table(self.followed))
        self.revisions = Revisions(dossier_table(metadata))
        self.mentions = MentionMemory(mentioned_table(metadata))
        metadata.create_all(tx.connection)

    def say(self, revision: int, *things: Any, actief: bool = True) -> None:
        values = {"klantenreis": "KR", "nummer": "KR/1", "actief": actief, "occurred_at": NOW}
        data = DossierState(dossier="d1", revision=revision, **values)
        event = Event(id="e", type="t", source="crm", key="d1", time=NOW, data=data, correlation_id="c")
        DossierFollowing(self.followers, self.revisions, lambda _: frozenset(things)).apply(self.tx, event, None)

    @property
    def held(self) -> list[Any]:
        return list(self.tx.execute(select(self.followed.c.thing).order_by(self.followed.c.thing)).scalars())


@pytest.fixture(params=[(String, "0403", "1000"), (BigInteger, 9, 3_000_000_000)], ids=["text", "number"])
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        cause = Cause(consumer="test", source="test", id="1", at=NOW, correlation_id="c")
        yield Desk(Tx(connection, cause, NOW, "test"), *request.param)
    engine.dispose()


def test_a_dossier_follows_what_its_last_revision_names(desk: Desk) -> None:
    desk.say(1, desk.a)
    desk.say(3, desk.b)
    desk.say(2, desk.a, desk.b)
    desk.say(3, desk.a)
    assert desk.held == [desk.b]
    assert desk.followers.of(desk.tx.connection, of_dossier("d1")) == {desk.b: "KR"}


def test_an_inactive_or_deleted_dossier_lets_go_what_it_asked_for_too(desk: Desk) -> None:
    for who in (asked_for("d1"), asked_for(None, "KR-9")):
        desk.followers.follow(desk.tx, desk.a, who, None)
    desk.say(5, desk.b)
    desk.say(6, desk.b, actief=False)
    assert desk.held == [desk.a]
    assert desk.followers.listed(desk.tx.connection, desk.a) == [{"who": "crm:KR-9", "klantenreis": None}]
    DossierFollowing(desk.followers, desk.revisions, lambda _: frozenset()).forget(desk.tx, "d1")
    desk.say(1, desk.b)  # its revisions begin anew
    assert desk.held == [desk.a, desk.b]


def test_what_is_erased_can_no_longer_be_found(desk: Desk) -> None:
    subjects, connection = FollowingSubjects(desk.followers, desk.revisions), desk.tx.connection
    desk.say(1, desk.a)
    desk.followers.follow(desk.tx, desk.a, asked_for("d2", "KR-2"), "KR-2")
    assert set(subjects.everybody(connection)) == {"d1", "KR", "d2", "KR-2"}
    assert subjects.erase(desk.tx, "d1") == {"followed_by": 1, "dossier": 1}
    assert subjects.find(connection, "d1") == {}
    assert desk.followers.concerned(connection, desk.a) == Concerned(("d2",), ("KR-2",))
    assert subjects.erase(desk.tx, "KR-2") == {"followed_by": 1}
    assert not desk.followers.anybody(connection)


def test_what_was_said_about_a_mail_is_known_until_it_is_old(desk: Desk) -> None:
    desk.mentions.remember(desk.tx, "m1", anything=True)
    desk.mentions.remember(desk.tx, "m2", anything=False)
    desk.tx.now += KEPT + timedelta(days=1)
    assert [desk.mentions.was_mentioned(desk.tx.connection, mail) for mail in ("m1", "m2")] == [True, False]
    desk.mentions.remember(desk.tx, "m3", anything=True)
    assert not desk.mentions.was_mentioned(desk.tx.connection, "m1")
