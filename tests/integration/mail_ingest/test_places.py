"""Places, folders and quarantine in the store, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, make_url, select, text

from loketbus.ledger import Ledger, migrate, open_ledger
from services.mail_ingest import mails
from services.mail_ingest.app import service
from services.mail_ingest.domain import mailbox_id
from services.mail_ingest.remote.protocol import Folder
from services.mail_ingest.store import folders, places, quarantine, tables
from services.mail_ingest.store.places import Place, Room
from tests.integration.mail_ingest.conftest import NOON, Book
from tests.support import postgres
from tests.support.letters import DESK, stored

BOX = mailbox_id(DESK)
EWS, GRAPH = Room(BOX, "ews"), Room(BOX, "graph")
BAD = Place("ews", "bad", "inbox")
LATER = NOON + timedelta(hours=1)


def take_in(book: Book, name: str, where: Place, *, minutes: int = 0) -> str:
    """The mail's id."""
    book.write(lambda tx: mails.record(tx, BOX, where, stored(name)), minutes=minutes)
    query = select(tables.mail.c.mail).where(tables.mail.c.message_id == f"<{name}>")
    mail: str = book.read(lambda connection: connection.execute(query).scalar_one())
    return mail


class TestRooms:
    def test_an_id_of_one_adapter_says_nothing_about_the_same_id_of_another(self, book: Book) -> None:
        mail = take_in(book, "a", Place("ews", "1", "inbox"))
        assert book.read(places.unseen, GRAPH, {"1"}) == {"1"}
        take_in(book, "b", Place("graph", "1", "inbox"))
        assert book.read(places.unseen, EWS, {"1"}) == set()
        assert book.read(places.was_taken_in, mail), "nor does it replace it"

    def test_what_was_sent_is_not_what_came_in(self, book: Book) -> None:
        take_in(book, "a", Place("ews", "1", "inbox"))
        assert book.read(places.unseen, Room(BOX, "ews", "sentitems"), {"1"}) == {"1"}
        inside, sent = Place("ews", "1", "inbox"), Place("ews", "1", "sentitems", "sentitems")
        assert places.public_id(BOX, inside) != places.public_id(BOX, sent)


class TestComingAndGoing:
    def gone(self, book: Book, folder: str | None, ids: set[str] | None, room: Room = EWS) -> set[str]:
        return book.ledger.write_sync(lambda connection: places.gone(connection, room, folder, ids, LATER))

    def back(self, book: Book, folder: str, *ids: str) -> set[str]:
        return book.ledger.write_sync(lambda connection: places.still_there(connection, EWS, folder, ids, LATER))

    def test_gone_and_back(self, book: Book) -> None:
        mail = take_in(book, "a", Place("ews", "1", "inbox"))
        assert self.gone(book, "inbox", {"1", "unknown"}) == {mail}
        assert self.gone(book, "inbox", {"1"}) == set(), "once"
        assert self.back(book, "inbox", "1", "unknown") == {mail}
        assert self.back(book, "inbox", "1") == set()

    def test_a_folder_speaks_for_itself_alone(self, book: Book) -> None:
        mail = take_in(book, "a", Place("ews", "1", "inbox"))
        assert self.back(book, "elsewhere", "1") == set()
        assert self.gone(book, "inbox", {"1"}) == set()
        assert self.gone(book, None, None, GRAPH) == set()
        assert self.gone(book, "elsewhere", None) == {mail}

    def test_what_stands_there_is_listed_in_parts(self, book: Book) -> None:
        for name in "cab":
            take_in(book, name, Place("ews", name, "inbox"))
        take_in(book, "new", Place("ews", "new", "inbox"), minutes=60)
        self.gone(book, "inbox", {"b"})
        nameless = Place("ews", f"{places.NAMELESS}x", "inbox")
        book.write(lambda tx: quarantine.put_aside(tx, BOX, nameless, "ErrorX", transient=False))
        assert book.read(places.live, EWS, LATER, "", 1) == [("a", "inbox")]
        assert book.read(places.live, EWS, LATER, "a", 5) == [("c", "inbox")]

    def test_what_the_ledger_thinks_is_elsewhere(self, book: Book) -> None:
        for name in "abc":
            take_in(book, name, Place("ews", name, "inbox"))
        self.gone(book, "inbox", {"b"})
        assert book.read(places.astray, EWS, "inbox", {"a", "b", "x"}, LATER) == {"b"}
        assert book.read(places.astray, EWS, "other", {"a", "b"}, LATER) == {"a", "b"}
        assert book.read(places.astray, EWS, "other", {"a"}, NOON) == set(), "heard of since"

    @pytest.mark.parametrize(("name", "after_a_drop"), [("bad", False), (f"{places.NAMELESS}x", True)])
    def test_what_cannot_be_read_may_be_what_another_adapter_saw(
        self, book: Book, name: str, after_a_drop: bool
    ) -> None:
        mail = take_in(book, "a", Place("ews", "1", "inbox"))
        query = select(tables.item.c.mail).where(places.stands_nowhere("graph"))

        def strays() -> list[str]:
            return list(book.read(lambda connection: connection.execute(query).scalars()))

        assert strays() == [mail]
        where = GRAPH.at(name, "inbox")
        book.write(lambda tx: quarantine.put_aside(tx, BOX, where, "http_500", transient=False))
        assert strays() == []
        [item] = book.read(quarantine.listing)
        book.write(lambda tx: quarantine.drop(tx, item, "al gekend"))
        assert strays() == ([mail] if after_a_drop else []), "only what has an id can be seen to leave"
        self.gone(book, "inbox", {name}, GRAPH)
        assert strays() == [mail]


class TestFolders:
    def keep(self, book: Book, *paths: str) -> set[str]:
        found = [Folder(folder_id=f"id {path}", path=path, total=len(path)) for path in paths]
        return self.look(book, {"inbox": found})

    def look(self, book: Book, found: dict[str, list[Folder]]) -> set[str]:
        return book.ledger.write_sync(lambda connection: folders.keep(connection, BOX, "ews", found, LATER))

    def test_they_come_change_and_go(self, book: Book) -> None:
        self.keep(book, "Postvak IN", "Postvak IN/Oud")
        book.ledger.write_sync(lambda c: folders.save_cursor(c, EWS, "id Postvak IN", "7", LATER))
        mail = take_in(book, "a", Place("ews", "1", "id Postvak IN/Oud"))
        assert self.keep(book, "Postvak IN", "Postvak IN/Nieuw") == {mail}
        rows = book.read(folders.known, BOX, "ews")
        assert [(row.path, row.state, row.is_root) for row in rows] == [
            ("Postvak IN", "7", True),
            ("Postvak IN/Nieuw", None, False),
        ]
        assert book.read(folders.known, BOX, "graph") == []

    @pytest.mark.parametrize(("old", "new"), [("sentitems", "inbox"), ("inbox", "sentitems")])
    def test_one_that_moves_below_another_root_starts_over_there(self, book: Book, old: str, new: str) -> None:
        room, moved = Room(BOX, "ews", old), Folder(folder_id="x", path="elders/x", total=1)
        self.look(book, {old: [moved], new: []})
        book.ledger.write_sync(lambda c: folders.save_cursor(c, room, "x", "7", LATER))
        mail = take_in(book, "a", room.at("1", "x"))
        assert self.look(book, {"inbox": [], "sentitems": [], new: [moved]}) == {mail}
        assert [(row.root, row.state) for row in book.read(folders.known, BOX, "ews")] == [(new, None)]
        book.ledger.write_sync(lambda c: folders.save_cursor(c, room, "x", "8", LATER))
        assert [row.state for row in book.read(folders.known, BOX, "ews")] == [None], "that was read below the old root"

    def test_one_that_shows_twice_counts_once(self, book: Book) -> None:
        one = Folder(folder_id="x", path="Postvak IN/x", total=1)
        for _ in range(2):
            self.look(book, {"inbox": [one, one], "junkemail": [one]})
            assert [(row.folder, row.root) for row in book.read(folders.known, BOX, "ews")] == [("x", "inbox")]

    def test_where_nobody_could_look_all_stays(self, book: Book) -> None:
        self.look(book, {"inbox": [], "sentitems": [Folder(folder_id="s", path="Verzonden", total=1)]})
        self.look(book, {"inbox": []})
        assert [row.folder for row in book.read(folders.known, BOX, "ews")] == ["s"]

    def test_a_problem_lasts_until_the_folder_is_read(self, book: Book) -> None:
        self.keep(book, "Postvak IN")
        book.ledger.write_sync(lambda c: folders.note_problem(c, EWS, "id Postvak IN", "folder_denied"))
        assert [row.problem for row in book.read(folders.known, BOX, "ews")] == ["folder_denied"]
        book.ledger.write_sync(lambda c: folders.save_cursor(c, EWS, "id Postvak IN", "7", LATER))
        assert [row.problem for row in book.read(folders.known, BOX, "ews")] == [None]

    def test_the_last_reports_are_kept(self, book: Book) -> None:
        for number in range(5):
            book.ledger.write_sync(lambda c, n=number: folders.add_report(c, BOX, NOON, str(n), 3))
        assert book.read(folders.reports, BOX, 10) == ["4", "3", "2"]


class TestQuarantine:
    def put_aside(self, book: Book, *, transient: bool, minutes: int = 0) -> bool:
        return book.write(
            lambda tx: quarantine.put_aside(tx, BOX, BAD, "ErrorX", transient=transient, size=7), minutes=minutes
        )

    def waiting(self, book: Book, provider: str = "ews") -> list[Place]:
        return book.read(quarantine.to_try_again, BOX, provider, LATER, 10)

    def test_it_counts_and_is_not_fetched_with_its_page_again(self, book: Book) -> None:
        self.put_aside(book, transient=False)
        assert book.read(places.quarantined) == 1
        assert book.read(places.unseen, EWS, {"bad"}) == set()

    def test_what_may_heal_is_tried_again_later_but_not_for_ever(self, book: Book) -> None:
        for _ in range(quarantine.ATTEMPTS_MAX):
            assert book.read(quarantine.to_try_again, BOX, "ews", NOON, 10) == []
            self.put_aside(book, transient=True)
        assert self.waiting(book) == []

    def test_a_lasting_one_is_not_tried_again(self, book: Book) -> None:
        self.put_aside(book, transient=False)
        assert self.waiting(book) == []

    def test_one_that_is_gone_is_left_to_a_person(self, book: Book) -> None:
        self.put_aside(book, transient=True)
        assert self.waiting(book) == [BAD]
        assert self.waiting(book, "graph") == [], "another adapter knows nothing of it"
        book.ledger.write_sync(lambda connection: quarantine.stop_trying(connection, BOX, BAD, LATER))
        assert self.waiting(book) == []
        [item] = book.read(quarantine.listing)
        assert item.gone_at == LATER

    def test_one_that_moved_is_tried_again_where_it_stands_now(self, book: Book) -> None:
        self.put_aside(book, transient=True)
        book.ledger.write_sync(lambda connection: places.gone(connection, EWS, "inbox", {"bad"}, LATER))
        assert self.waiting(book) == [], "nobody knows where it stands"
        book.ledger.write_sync(lambda connection: places.still_there(connection, EWS, "other", {"bad"}, NOON))
        assert self.waiting(book) == [Place("ews", "bad", "other")]

    def test_it_ends_when_the_mail_can_be_read(self, book: Book) -> None:
        self.put_aside(book, transient=True)
        take_in(book, "a", BAD)
        assert book.read(places.quarantined) == 0
        assert book.read(quarantine.listing) == []

    def test_a_mail_that_was_taken_in_does_not_go_back_there(self, book: Book) -> None:
        mail = take_in(book, "a", BAD)
        assert self.put_aside(book, transient=False) is False
        assert book.read(places.was_taken_in, mail)

    def test_since_when_and_how_large(self, book: Book) -> None:
        self.put_aside(book, transient=True)
        book.write(lambda tx: quarantine.put_aside(tx, BOX, BAD, "ErrorY", transient=True), minutes=10)
        [item] = book.read(quarantine.listing)
        assert (item.reason, item.since, item.tried_at, item.attempts, item.size) == (
            "ErrorY",
            NOON,
            NOON + timedelta(minutes=10),
            2,
            7,
        )
        assert book.read(quarantine.find, item.id[:8]) == [item]

    def test_what_was_dropped_waits_no_more_and_does_not_come_back(self, book: Book) -> None:
        self.put_aside(book, transient=True)
        book.write(lambda tx: quarantine.keep(tx, BOX, BAD, "0" * 64, 3, whole=True))
        [item] = book.read(quarantine.listing)
        assert book.read(quarantine.kept, item) is not None
        book.write(lambda tx: quarantine.drop(tx, item, "reclame"))
        assert (book.read(quarantine.listing), book.read(places.quarantined), self.waiting(book)) == ([], 0, [])
        [dropped] = book.read(lambda connection: quarantine.listing(connection, dropped=True))
        assert dropped.dropped == "reclame"
        assert book.read(quarantine.kept, item) is None
        assert book.read(places.unseen, EWS, {"bad"}) == set()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def new_ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """Without a schema."""
    if request.param == "sqlite":
        opened = open_ledger(make_url(f"sqlite:///{tmp_path / 'ledger.db'}"), "mail_ingest")
        yield opened
        opened.close()
        return
    with postgres.fresh_database(request.getfixturevalue("postgres_url")) as url:
        opened = open_ledger(make_url(url), "mail_ingest")
        yield opened
        opened.close()


def test_places_of_the_first_release_are_taken_over(new_ledger: Ledger, tmp_path: Path) -> None:
    assert service.migrations is not None
    first = tmp_path / "first" / "versions"
    first.mkdir(parents=True)
    shutil.copy(service.migrations / "versions" / "0001_inbox.py", first)
    migrate(new_ledger, first.parent)

    def fill(connection: Connection) -> None:
        insert = "INSERT INTO mailbox_place VALUES (:mailbox, :id, :mail, :why, :transient, :attempts, :seen)"
        rows = [("1", "mail 1", None, False), ("2", None, "ErrorX", True)]
        for name, mail, why, transient in rows:
            known = {"mailbox": BOX, "id": name, "mail": mail, "why": why, "transient": transient}
            connection.execute(text(insert), known | {"attempts": 2, "seen": 1_700_000_000_000_000})

    new_ledger.write_sync(fill)
    migrate(new_ledger, service.migrations)
    assert new_ledger.read_sync(lambda connection: places.unseen(connection, EWS, {"1", "2", "3"})) == {"3"}
    assert new_ledger.read_sync(lambda connection: places.was_taken_in(connection, "mail 1"))
    [item] = new_ledger.read_sync(quarantine.listing)
    assert (item.place, item.reason, item.attempts, item.since) == (
        Place("ews", "2", "inbox"),
        "ErrorX",
        2,
        item.tried_at,
    )
