"""Readers while imports replace the replica and the change feed writes into it: no error, and one state at a time."""

from __future__ import annotations

import shutil
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from loketbus.replicas import swap
from services.address.questions import Register, View
from services.address.questions.reader import KEYS_MAX, Reader
from services.address.register.deriving import derive_street
from tests.support.address_register import MECHELEN, Town

READERS = 3
SWAPS = 50
WRITES = 2
STREET, HOUSE, BOX = 501, 601, 602


def town(tag: int) -> Town:
    """A register in which everything says of which state it is."""
    made = Town(meta={**Town().meta, "extract": str(tag)})
    made.rows["municipality"] = []
    made.municipality(MECHELEN, f"Gemeente {tag}")
    made.street(f"Straat {tag}", id=STREET)
    made.address(STREET, f"{tag}", id=HOUSE)
    made.address(STREET, f"{tag}", "1", id=BOX)
    made.add("feed", "adressen", 1, tag, None)
    return made


def write(path: Path, tag: int) -> None:
    """As the change feed does: several tables and its own position in one transaction."""
    with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        db.execute("UPDATE municipality SET name = ?", (f"Gemeente {tag}",))
        db.execute("UPDATE street SET name = ?", (f"Straat {tag}",))
        db.execute("UPDATE address SET house = ?", (f"{tag}",))
        derive_street(db, STREET)
        db.execute("UPDATE meta SET value = ? WHERE name = 'extract'", (f"{tag}",))
        db.execute("UPDATE feed SET event = ?", (tag,))
        db.execute("COMMIT")


def tags(view: View) -> set[int]:
    """Whatever tells of which state it is, remembered or read."""
    box, street, municipality = view.address(BOX), view.street(STREET), view.municipality(MECHELEN)
    assert box is not None
    assert street is not None
    assert municipality is not None
    (key,) = view.street_keys(MECHELEN)
    (hit,) = view.suggest("straat", nis=MECHELEN)
    (number,) = view.numbers(STREET)
    texts = (box.house, street.name, municipality.name, key, hit.street.name, hit.municipality.name, number.house)
    found = {int("".join(filter(str.isdigit, text))) for text in texts}
    return found | {view.positions["adressen"], int(view.source.extract or 0)}


class Asker(threading.Thread):
    """Asks until it is told to stop."""

    def __init__(self, register: Register, stop: threading.Event) -> None:
        super().__init__()
        self._register, self._stop_asking = register, stop
        self.seen: list[int] = []
        self.wrong: list[object] = []

    def run(self) -> None:
        while not (self._stop_asking.is_set() or self.wrong):
            try:
                with self._register.open() as view:
                    found = tags(view)
            except Exception as error:
                self.wrong.append(repr(error))
            else:
                if len(found) != 1:
                    self.wrong.append(found)
                self.seen += found


@pytest.fixture
def many_turns() -> Iterator[None]:
    """Threads take turns in the midst of things, and nobody waits long for one."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0002)
    yield
    sys.setswitchinterval(before)


@contextmanager
def asking(register: Register) -> Iterator[list[Asker]]:
    stop = threading.Event()
    askers = [Asker(register, stop) for _ in range(READERS)]
    for asker in askers:
        asker.start()
    try:
        yield askers
    finally:
        stop.set()
        for asker in askers:
            asker.join()
        register.close()


@pytest.mark.usefixtures("many_turns")
def test_readers_during_imports_and_changes(tmp_path: Path) -> None:
    path = town(1).save(tmp_path)
    tag = 1
    with asking(Register(tmp_path)) as askers:
        for _ in range(SWAPS):
            for _ in range(WRITES):
                tag += 1
                write(path, tag)
            tag += 1
            path = town(tag).save(tmp_path)
    assert [wrong for asker in askers for wrong in asker.wrong] == []
    assert len({one for asker in askers for one in asker.seen}) > SWAPS // 5, "they saw states come and go"
    for asker in askers:
        assert asker.seen == sorted(asker.seen), "nobody went back to an older one"


def test_an_open_view_stays_what_it_was(tmp_path: Path) -> None:
    path = town(1).save(tmp_path)
    register = Register(tmp_path)
    with register.open() as view:
        write(path, 2)
        assert tags(view) == {1}, "from the moment that it was opened"
        town(3).save(tmp_path)
        assert not path.exists()
        assert tags(view) == {1}
        with register.open() as later:
            assert tags(later) == {3}
    with register.open() as view:
        assert tags(view) == {3}
    register.close()


def test_what_was_remembered_goes_with_every_change(tmp_path: Path) -> None:
    path = town(1).save(tmp_path)
    register = Register(tmp_path)
    for tag in range(2, 6):
        with register.open() as view:
            assert tags(view) == {tag - 1}
        write(path, tag)
    with register.open() as view:
        first = view.street_keys(MECHELEN)
    with register.open() as view:
        assert view.street_keys(MECHELEN) is first, "as long as nothing changes it is not read again"
    register.close()


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE street_key(nis INTEGER, key TEXT, street INTEGER)")
        each = KEYS_MAX // 3
        db.executemany(
            "INSERT INTO street_key VALUES (?, ?, ?)", ((nis, f"k{n}", n) for nis in range(5) for n in range(each))
        )
        reader = Reader(db)
        kept = [reader.street_keys(nis) for nis in (0, 1, 2)]
        assert reader.street_keys(0) is kept[0], "three fit"
        reader.street_keys(3)
        assert reader.street_keys(0) is kept[0], "it was asked for later than 1"
        assert reader.street_keys(1) is not kept[1]
        assert reader.street_keys(1) == kept[1]
        reads: list[str] = []
        db.set_trace_callback(reads.append)
        for nis in (4, 4, 0, 0):
            reader.street_keys(nis)
        assert len(reads) == 1


def test_two_threads_never_share_a_connection(tmp_path: Path) -> None:
    town(1).save(tmp_path)
    register, both = Register(tmp_path), threading.Barrier(2, timeout=30)
    used: list[sqlite3.Connection] = []

    def ask() -> None:
        with register.open() as view:
            both.wait()
            used.append(view._reader.db)
            both.wait()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(used) == 2
    assert used[0] is not used[1]
    register.close()


def test_a_closed_register_opens_again(tmp_path: Path) -> None:
    town(7).save(tmp_path)
    register = Register(tmp_path)
    register.close()
    for _ in range(2):
        with register.open() as view:
            assert tags(view) == {7}
        register.close()


def test_a_folder_that_is_replaced_while_it_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its log may be removed before it is read: what is in the file without the log is no state of the register."""
    folder, other = tmp_path / "register", tmp_path / "other"
    town(1).save(folder)
    shutil.copytree(town(2).save(other).parent, folder / "test-00000002")
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect
    opened: list[str] = []

    def slow(path: str, **named: Any) -> sqlite3.Connection:
        opened.append(path)
        db = connect(path, **named)
        if len(opened) == 1:
            swap(folder, folder / "test-00000002", "address")
        return db

    monkeypatch.setattr("services.address.questions.reader.sqlite3.connect", slow)
    register = Register(folder)
    with register.open() as view:
        assert tags(view) == {2}
    assert len(opened) == 2
    register.close()
