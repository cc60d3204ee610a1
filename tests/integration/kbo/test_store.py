"""The ledger of kbo: tables as the code declares them, and whom a change concerns."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, create_engine, text

from loketbus.following import Concerned, asked_for, of_dossier
from loketbus.following import followers as tool
from loketbus.ledger import tables as bus_tables
from loketbus.ledger.tx import MAX_RECORD_BYTES, Cause, Tx
from services.kbo.store import following, tables
from tests.support.kbo_service import KboHouse
from tests.support.polling import wait_until

NUMBER, OTHER = "0952331845", "0953092603"


async def test_the_migration_makes_the_tables_that_the_code_declares(kbo_on_both: KboHouse) -> None:
    declared = MetaData()
    for metadata in (bus_tables.metadata, tables.metadata):
        for table in metadata.tables.values():
            table.to_metadata(declared)

    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        found = [
            one for part in compare_metadata(context, declared) for one in (part if isinstance(part, list) else [part])
        ]
        return [one for one in found if one[0] != "modify_comment" and "_version" not in str(one)]

    assert kbo_on_both.read(differences) == []


async def test_a_number_is_followed_as_long_as_anybody_wants_it(kbo_on_both: KboHouse) -> None:
    def work(tx: Tx) -> Concerned:
        following.follow(tx, NUMBER, of_dossier("d2"), "KR-1")
        following.follow(tx, NUMBER, asked_for("d1", "KR-2"), "KR-2")
        following.follow(tx, NUMBER, asked_for(None, "KR-3"), "KR-3")
        following.follow(tx, NUMBER, asked_for(None), None)
        following.follow(tx, NUMBER, of_dossier("d2"), "KR-4")
        return following.concerned(tx.connection, NUMBER)

    concerned = await kbo_on_both.transaction(work)
    assert concerned == Concerned(("d1", "d2"), ("KR-2", "KR-3", "KR-4"))
    for who in ("dossier:d2", "asked:d1", "crm:KR-3"):
        await kbo_on_both.transaction(lambda tx, one=who: following.unfollow(tx, one, [NUMBER]), who)
        assert kbo_on_both.read(following.anybody)
    await kbo_on_both.transaction(lambda tx: following.unfollow(tx, "crm", [NUMBER, OTHER]), "crm")
    assert not kbo_on_both.read(following.anybody)


@pytest.mark.postgres
async def test_who_adds_a_follower_while_another_replica_drops_the_last_one(
    tmp_path: Path, postgres_database: str
) -> None:
    async with KboHouse(tmp_path / "a", postgres_database, {}) as one:
        await one.transaction(lambda tx: following.follow(tx, NUMBER, of_dossier("d1"), None))
        engine = create_engine(postgres_database)
        with engine.connect() as adding, engine.connect() as dropping:
            following.follow(transaction(adding), NUMBER, of_dossier("d2"), None)
            dropped = asyncio.create_task(asyncio.to_thread(_drop, dropping))

            def stopped() -> bool:
                with engine.connect() as asking:
                    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = :name"
                    return dropped.done() or asking.execute(text(waits), {"name": engine.url.database}).scalar() == 1

            await wait_until(stopped, what="the other waits or is done")
            adding.commit()
            await dropped
        engine.dispose()
        assert one.read(following.anybody)
        assert one.read(lambda connection: following.numbers_of(connection, "dossier:d2")) == {NUMBER: None}


def _drop(connection: Connection) -> None:
    following.unfollow(transaction(connection), of_dossier("d1"), [NUMBER])
    connection.commit()


def transaction(connection: Connection) -> Tx:
    """Of another replica."""
    now = datetime.now(UTC)
    connection.execute(text("SET search_path TO kbo"))
    return Tx(connection, Cause(consumer="test", source="test", id="other", at=now, correlation_id="c"), now, "kbo", "")


async def test_an_event_names_so_many_dossiers_as_fit(kbo: KboHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool, "DOSSIERS_MAX", 10)

    def work(tx: Tx) -> Concerned:
        for number in range(15):
            following.follow(tx, NUMBER, of_dossier(f"d{number:02d}"), f"KR-{number:02d}")
        return following.concerned(tx.connection, NUMBER)

    concerned = await kbo.transaction(work)
    assert len(concerned.dossiers) == len(concerned.klantenreizen) == 10
    assert concerned.dossiers[0] == "d00"


def test_the_longest_event_fits() -> None:
    """Ids have at most 200 characters; those of the CRM are UUIDs."""
    assert tool.DOSSIERS_MAX * 2 * (36 + 3) < MAX_RECORD_BYTES / 2
