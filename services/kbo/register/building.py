"""The steps of an import: each makes one file of the new replica, from a Full or from the old file, with its updates.

Steps that need the file of another one come after it (see `crew.AFTER`).
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from sqlite3 import Connection

from loketbus.bulk import unjournaled
from loketbus.failpoints import reach
from loketbus.replicas import flush
from services.kbo.register import schema, tables
from services.kbo.register.activities import ActivityLoader, delete_activities
from services.kbo.register.archive import Archive, broken, open_archive
from services.kbo.register.deriving import derive, derive_again
from services.kbo.register.dialect import Row, Tick, read_rows
from services.kbo.register.job import SORT_KIB, Job, attach
from services.kbo.register.loading import delete, loader, number
from services.kbo.register.search_build import build_search
from services.kbo.register.search_update import update_search
from services.kbo.register.tables import Table
from services.kbo.register.tally import BAD_NUMBER, Tally

Tell = Callable[[str, int], None]
"""Gets a table and the bytes that were read of it since the last call."""

BYTES_OF_NAME = 200
"""What indexing a name costs, in bytes read (see `importing.SEARCH_COST`)."""
TOUCHED, MOVED = "touched", "moved"
"""Files, gone at the end, with the entities of which rows changed: in entities.db and their units, in addresses.db."""
_UNITS_AND_OWNERS = """
INSERT OR IGNORE INTO touched SELECT u.{wanted} FROM touched t CROSS JOIN entities.{units} u ON u.{known} = t.entity
"""


def build_entities(job: Job, tell: Tell) -> list[Tally]:
    """`entities.db`; with updates also the list of entities that they touch, for the other files."""
    tallies = {table.name: Tally(table.name) for table in tables.IN_ENTITIES}
    touched: set[int] = set()
    with job.writing("entities", schema.ENTITIES) as db:
        for table in tables.IN_ENTITIES:
            _apply(job, db, table, tallies[table.name], tell, touched)
        if not db.execute("SELECT EXISTS (SELECT 1 FROM enterprise)").fetchone()[0]:
            raise broken("Na deze import zou het register leeg zijn (enterprise.csv); haal de bestanden opnieuw op.")
        codes = _describe(job, db)
        if job.old is None:
            for statement in schema.ENTITIES_INDEXES:
                db.execute(statement)
    flush(job.path("entities"))
    if job.old is not None:
        job.note_entities(TOUCHED, touched)
        _add_units_and_owners(job)
    return [codes, *tallies.values()]


def build_addresses(job: Job, tell: Tell) -> list[Tally]:
    """`addresses.db`, all but what `build_places` adds."""
    tallies = {table.name: Tally(table.name) for table in tables.IN_ADDRESSES}
    moved: set[int] = set()
    with job.writing("addresses", schema.ADDRESSES) as db:
        for table in tables.IN_ADDRESSES:
            _apply(job, db, table, tallies[table.name], tell, moved)
    job.note_entities(MOVED, moved)
    return list(tallies.values())


def build_places(job: Job, tell: Tell) -> list[Tally]:
    """The tables of `addresses.db` that follow from it and from the entities."""
    path = job.path("addresses")
    with unjournaled(path, SORT_KIB) as db:
        attach(db, job.path("entities"), "entities")
        if job.old is None:
            derive(db)
        else:
            db.execute("CREATE TEMP TABLE touched(entity INTEGER PRIMARY KEY)")
            for name in (TOUCHED, MOVED):
                attach(db, job.path(name), name)
                db.execute(f"INSERT OR IGNORE INTO temp.touched SELECT entity FROM {name}.touched")  # noqa: S608
            derive_again(db)
    flush(path)
    return []


def build_activities(job: Job, tell: Tell) -> list[Tally]:
    """`activities.db`."""
    tally = Tally("activity")
    with job.writing("activities", schema.ACTIVITIES) as db, _timed(tally):
        for archive, member in _members(job, "activity"):
            if member == "activity_delete":
                _delete_activities(db, archive, tally, tell)
                continue
            load = ActivityLoader(db, tally)
            with archive.open(member) as source:
                load.load(source, _ticking(tally, tell))
            load.close()
            reach("kbo.loaded")
    flush(job.path("activities"))
    return [tally]


def build_names(job: Job, tell: Tell) -> list[Tally]:
    """`search.db`."""
    path, entities = job.path("search"), job.path("entities")
    if job.old is None:
        build_search(entities, path, lambda names: tell("search", names * BYTES_OF_NAME))
    else:
        shutil.copyfile(job.old / path.name, path)
        with unjournaled(job.path(TOUCHED)) as db:
            changed = [entity for (entity,) in db.execute("SELECT entity FROM touched")]
        update_search(job.old / entities.name, entities, path, changed)
    flush(path)
    return []


def _delete_activities(db: Connection, archive: Archive, tally: Tally, tell: Tell) -> None:
    for rows in _rows(archive, "activity_delete", (tables.ACTIVITY.key,), tally, tell):
        tally.keys += len(rows)
        for (text,) in rows:
            entity = number(text)
            if entity:
                tally.deleted += delete_activities(db, entity)
            else:
                tally.note(BAD_NUMBER, text)


def _apply(job: Job, db: Connection, table: Table, tally: Tally, tell: Tell, touched: set[int]) -> None:
    """All archives of the job into one table: of each update the deletes first."""
    with _timed(tally):
        for archive, member in _members(job, table.name):
            if member.endswith("_delete"):
                keys = _rows(archive, member, (table.key,), tally, tell)
                touched.update(delete(db, table, keys, tally))
                continue
            load = loader(db, table, tally)
            for rows in _rows(archive, member, table.columns, tally, tell):
                if job.old is not None:
                    touched.update(number(row[0]) for row in rows)
                load.add(rows)
            reach("kbo.loaded")


def _members(job: Job, table: str) -> Iterator[tuple[Archive, str]]:
    """What there is to read for a table, in order: the Full, then per update its deletes and its inserts."""
    if job.full is not None:
        with open_archive(job.full) as archive:
            yield archive, table
    for update in job.updates:
        with open_archive(update) as archive:
            yield archive, f"{table}_delete"
            yield archive, f"{table}_insert"


def _rows(archive: Archive, member: str, columns: tuple[str, ...], tally: Tally, tell: Tell) -> Iterator[list[Row]]:
    """Rows of a member; keys to delete are not counted as rows."""
    counted = Tally(tally.table) if member.endswith("_delete") else tally
    with archive.open(member) as source:
        yield from read_rows(source, columns, counted, _ticking(tally, tell))
    if counted is not tally:
        for reason, (count, example) in counted.notes.items():
            tally.note(reason, example, count)


def _describe(job: Job, db: Connection) -> Tally:
    """The code list and meta.csv of the newest archive, which are complete in each."""
    tally = Tally("code")
    newest = (job.updates or (job.full,))[-1]
    assert newest is not None
    db.execute("DELETE FROM code")
    db.execute("DELETE FROM meta")
    with _timed(tally), open_archive(newest) as archive:
        for rows in _rows(archive, "code", tables.CODE.columns, tally, lambda table, read: None):
            db.executemany(tables.CODE.insert.replace("INSERT", "INSERT OR REPLACE", 1), rows)
        db.executemany("INSERT INTO meta VALUES(?,?)", archive.meta().values)
    tally.kept = db.execute("SELECT count(*) FROM code").fetchone()[0]
    return tally


def _add_units_and_owners(job: Job) -> None:
    """To those whose rows came or went: the owners of the units among them, and all units of the enterprises."""
    assert job.old is not None
    with unjournaled(job.path(TOUCHED)) as db:
        for path in (job.old / "entities.db", job.path("entities")):
            attach(db, path, "entities")
            for units in ("establishment", "branch"):
                for wanted, known in (("number", "enterprise"), ("enterprise", "number")):
                    db.execute(_UNITS_AND_OWNERS.format(wanted=wanted, units=units, known=known))
            db.execute("DETACH entities")


def _ticking(tally: Tally, tell: Tell) -> Tick:
    return lambda read: tell(tally.table, read)


@contextmanager
def _timed(tally: Tally) -> Iterator[None]:
    start = time.perf_counter()
    yield
    tally.seconds += time.perf_counter() - start
