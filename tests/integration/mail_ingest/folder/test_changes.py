"""Rounds and cursors: what came, what went, and nothing lost between two looks."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.mail_ingest.remote import _folder_tree
from services.mail_ingest.remote.folder import FolderMailbox
from services.mail_ingest.remote.protocol import ChangeKind, CursorLost, Mailbox
from tests.integration.mail_ingest.folder.support import Clock, contents, kinds, mail, mbox, tell, write

CREATE, DELETE = ChangeKind.CREATE, ChangeKind.DELETE


async def test_it_is_a_mailbox(mailbox: FolderMailbox) -> None:
    adapter: Mailbox = mailbox
    await adapter.probe()
    await adapter.close()


async def test_every_mail_newest_file_first(root: Path, mailbox: FolderMailbox) -> None:
    write(root / "b.eml", mail(1), age_seconds=300)
    write(root / "A.EML", mail(2), age_seconds=100)
    write(root / "c.mbox", mbox(mail(3), mail(4)), age_seconds=200)
    write(root / "lees mij.txt", b"x")
    write(root / "zonder", mail(9))
    changes, _ = await tell(mailbox)
    assert kinds(changes) == [CREATE] * 4
    assert [change.size for change in changes] == [len(mail(n)) for n in (2, 4, 3, 1)]
    assert await contents(mailbox, changes) == [mail(2), mail(4), mail(3), mail(1)]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 512])
async def test_pages(root: Path, mailbox: FolderMailbox, limit: int) -> None:
    for number in range(4):
        write(root / f"{number}.eml", mail(number))
    write(root / "x.mbox", mbox(*map(mail, range(10, 13))))
    changes, cursor = await tell(mailbox, limit=limit)
    assert len({change.provider_id for change in changes}) == len(changes) == 7
    assert await tell(mailbox, cursor) == ([], cursor)


async def test_an_empty_directory(mailbox: FolderMailbox) -> None:
    changes, cursor = await tell(mailbox)
    assert changes == []
    assert await tell(mailbox, cursor) == ([], cursor)


async def test_a_file_that_comes_later_is_found_whatever_its_name_and_time(root: Path, mailbox: FolderMailbox) -> None:
    write(root / "m.eml", mail(1))
    _, cursor = await tell(mailbox)
    write(root / "a.eml", mail(2), age_seconds=1_000_000)
    write(root / "z.eml", mail(3), age_seconds=10)
    changes, cursor = await tell(mailbox, cursor)
    assert await contents(mailbox, changes) == [mail(3), mail(2)]
    assert await tell(mailbox, cursor) == ([], cursor)


async def test_a_deleted_file_is_a_deletion(root: Path, mailbox: FolderMailbox) -> None:
    gone = write(root / "a.eml", mail(1))
    write(root / "b.eml", mail(2))
    changes, cursor = await tell(mailbox)
    gone.unlink()
    (later,), _ = await tell(mailbox, cursor)
    assert (later.kind, later.provider_id) == (DELETE, changes[0].provider_id)
    assert later.provider_id.startswith("a.eml#")


async def test_a_renamed_file_is_a_new_place_of_the_same_mail(root: Path, mailbox: FolderMailbox) -> None:
    path = write(root / "a.eml", mail(1))
    first, cursor = await tell(mailbox)
    path.rename(root / "b.eml")
    later, _ = await tell(mailbox, cursor)
    assert kinds(later) == [CREATE, DELETE]
    assert later[1].provider_id == first[0].provider_id
    assert await contents(mailbox, later[:1]) == [mail(1)]


async def test_a_file_with_other_content_is_read_again(root: Path, mailbox: FolderMailbox) -> None:
    write(root / "a.eml", mail(1))
    _, cursor = await tell(mailbox)
    write(root / "a.eml", mail(2), age_seconds=60)
    later, _ = await tell(mailbox, cursor)
    assert kinds(later) == [CREATE, DELETE]
    assert await contents(mailbox, later[:1]) == [mail(2)]


async def test_an_mbox_that_grows_or_shrinks_keeps_the_ids_of_the_others(root: Path, mailbox: FolderMailbox) -> None:
    write(root / "x.mbox", mbox(mail(1), mail(2), mail(3)))
    first, cursor = await tell(mailbox)
    write(root / "x.mbox", mbox(mail(1), mail(3), mail(4)), age_seconds=60)
    later, _ = await tell(mailbox, cursor)
    assert kinds(later) == [CREATE, DELETE]
    assert later[1].provider_id == first[1].provider_id
    assert await contents(mailbox, [*later[:1], first[0], first[2]]) == [mail(4), mail(3), mail(1)]


async def test_the_same_mail_twice_in_an_mbox_is_two_places(root: Path, mailbox: FolderMailbox) -> None:
    write(root / "x.mbox", mbox(mail(1), mail(2), mail(1)))
    changes, _ = await tell(mailbox)
    assert len({change.provider_id for change in changes}) == 3
    assert await contents(mailbox, changes) == [mail(1), mail(2), mail(1)]


class TestFilesBeingWritten:
    async def test_a_young_file_waits(self, root: Path, mailbox: FolderMailbox, clock: Clock) -> None:
        write(root / "a.eml", mail(1), age_seconds=1)
        changes, cursor = await tell(mailbox)
        assert changes == []
        clock.at += 10
        (change,), _ = await tell(mailbox, cursor)
        assert await contents(mailbox, [change]) == [mail(1)]

    async def test_a_file_from_the_future_waits_until_it_is_left_alone(
        self, root: Path, mailbox: FolderMailbox, clock: Clock
    ) -> None:
        write(root / "a.eml", mail(1)[:10], age_seconds=-100_000)
        _, cursor = await tell(mailbox)
        clock.at += 10
        write(root / "a.eml", mail(1), age_seconds=-100_000)
        changes, cursor = await tell(mailbox, cursor)
        assert changes == []
        clock.at += 10
        (change,), _ = await tell(mailbox, cursor)
        assert await contents(mailbox, [change]) == [mail(1)]

    async def test_an_mbox_that_grows_keeps_the_mails_it_had(
        self, root: Path, mailbox: FolderMailbox, clock: Clock
    ) -> None:
        write(root / "x.mbox", mbox(mail(1)))
        first, cursor = await tell(mailbox)
        write(root / "x.mbox", mbox(mail(1), mail(2)) + b"From half", age_seconds=1)
        assert await tell(mailbox, cursor) == ([], cursor)
        assert await contents(mailbox, first) == [mail(1)]
        write(root / "x.mbox", mbox(mail(1), mail(2), mail(3)), age_seconds=1)
        clock.at += 10
        later, _ = await tell(mailbox, cursor)
        assert kinds(later) == [CREATE, CREATE]
        assert await contents(mailbox, later) == [mail(3), mail(2)]

    @pytest.mark.parametrize("name", [".a.eml", ".tmp/a.eml", "a.eml.tmp", "a.eml.part"])
    async def test_names_that_are_not_looked_at(self, root: Path, mailbox: FolderMailbox, name: str) -> None:
        path = write(root / name, mail(1))
        _, cursor = await tell(mailbox)
        path.rename(root / "a.eml")
        changes, _ = await tell(mailbox, cursor)
        assert await contents(mailbox, changes) == [mail(1)]


class TestCursors:
    async def test_it_goes_on_after_a_restart_in_the_middle_of_a_round(
        self, root: Path, mailbox: FolderMailbox, tmp_path: Path
    ) -> None:
        for number in range(5):
            write(root / f"{number}.eml", mail(number))
        page = await mailbox.changes("inbox", None, 2)
        write(root / "later.eml", mail(9))
        rest, cursor = await tell(FolderMailbox(root, tmp_path / "spool", now=Clock()), page.cursor)
        assert len({change.provider_id for change in (*page.changes, *rest)}) == 5
        (later,), _ = await tell(FolderMailbox(root, tmp_path / "spool", now=Clock()), cursor)
        assert later.provider_id.startswith("later.eml#")

    async def test_an_older_cursor_of_the_round_before_is_still_good(self, root: Path, mailbox: FolderMailbox) -> None:
        write(root / "a.eml", mail(1))
        _, cursor = await tell(mailbox)
        write(root / "b.eml", mail(2))
        told, _ = await tell(mailbox, cursor)
        again, _ = await tell(mailbox, cursor)
        assert again == told

    async def test_a_lost_spool_is_a_lost_cursor_and_the_ids_stay(
        self, root: Path, mailbox: FolderMailbox, tmp_path: Path
    ) -> None:
        write(root / "a.eml", mail(1))
        write(root / "x.mbox", mbox(mail(2), mail(3)))
        first, cursor = await tell(mailbox)
        shutil.rmtree(tmp_path / "spool")
        other = FolderMailbox(root, tmp_path / "spool", now=Clock())
        with pytest.raises(CursorLost):
            await tell(other, cursor)
        assert await contents(other, first) == await contents(other, (await tell(other))[0])
        assert (await tell(other))[0] == first

    @pytest.mark.parametrize("cursor", ["x", "x:1", "../x:0", "abc:-1", ":", "é:0"])
    async def test_what_is_no_cursor(self, mailbox: FolderMailbox, cursor: str) -> None:
        with pytest.raises(CursorLost):
            await mailbox.changes("inbox", cursor, 10)

    async def test_a_cursor_of_another_folder(self, root: Path, mailbox: FolderMailbox) -> None:
        write(root / "map" / "a.eml", mail(1))
        _, cursor = await tell(mailbox)
        with pytest.raises(CursorLost):
            await mailbox.changes("./map", cursor, 10)

    async def test_the_spool_does_not_grow_with_the_rounds(
        self, root: Path, mailbox: FolderMailbox, tmp_path: Path
    ) -> None:
        cursor = None
        sizes = []
        for number in range(6):
            write(root / f"{number}.eml", mail(number))
            _, cursor = await tell(mailbox, cursor)
            sizes.append(len(os.listdir(tmp_path / "spool")))
        assert sizes[-1] == sizes[1] <= 4


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(0, 3), st.integers(0, 3)),
        st.tuples(st.just("mbox"), st.integers(0, 1), st.lists(st.integers(0, 3), max_size=3).map(tuple)),
        st.tuples(st.just("delete"), st.integers(0, 3), st.just(0)),
        st.tuples(st.just("look"), st.integers(1, 3), st.just(0)),
        st.tuples(st.just("forget"), st.just(0), st.just(0)),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(STEPS)
async def test_in_any_order_of_events_what_was_told_is_what_there_is(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int | tuple[int, ...]]]
) -> None:
    """The sum of creations and deletions is the directory, also when a page's cursor was not saved."""
    base = tmp_path_factory.mktemp("folder")
    root = base / "archief"
    root.mkdir()
    adapter = FolderMailbox(root, base / "spool", now=Clock())
    known: set[str] = set()
    saved: str | None = None
    for age, (step, number, what) in enumerate([*steps, ("look", 100, 0)]):
        if step == "write":
            assert isinstance(what, int)
            write(root / f"{number}.eml", mail(what), age_seconds=10_000 - age)
        elif step == "mbox":
            assert isinstance(what, tuple)
            write(root / f"{number}.mbox", mbox(*map(mail, what)), age_seconds=10_000 - age)
        elif step == "delete":
            (root / f"{number}.eml").unlink(missing_ok=True)
        elif step == "forget":
            await adapter.changes("inbox", saved, 1)
        else:
            page = await adapter.changes("inbox", saved, number)
            saved = page.cursor
            _apply(known, page.changes)
    changes, _ = await tell(adapter, saved)
    _apply(known, changes)
    listed = await adapter.listing("inbox", None, 1000)
    assert known == {one.provider_id for one in listed.items}


def _apply(known: set[str], changes: object) -> None:
    for change in changes:  # type: ignore[attr-defined]
        (known.add if change.kind is CREATE else known.discard)(change.provider_id)


async def test_an_mbox_that_cannot_be_read_is_heard_of_and_healed(
    root: Path, mailbox: FolderMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(root / "a.eml", mail(1))
    write(root / "x.mbox", mbox(mail(2), mail(3)), age_seconds=60)
    forbid(monkeypatch, b"x.mbox")
    changes, cursor = await tell(mailbox)
    assert [change.provider_id.partition("#")[0] for change in changes] == ["x.mbox", "a.eml"]
    monkeypatch.undo()
    later, _ = await tell(mailbox, cursor)
    assert kinds(later) == [CREATE, CREATE, DELETE]
    assert await contents(mailbox, later[:2]) == [mail(3), mail(2)]


def forbid(monkeypatch: pytest.MonkeyPatch, name: bytes) -> None:
    """The operating system refuses to open such a name (tests may run as root, who may read all)."""
    opened = _folder_tree._open_in

    def refuse(folder: int, part: bytes) -> int:
        if part == name:
            raise PermissionError(13, "Permission denied")
        return opened(folder, part)

    monkeypatch.setattr(_folder_tree, "_open_in", refuse)
