"""Folders, listings and copies."""

from __future__ import annotations

import os
import shutil
from itertools import chain
from pathlib import Path

import pytest

from loketbus.errors import ConfigurationError, Denied, Unavailable
from services.mail_ingest.remote.folder import FolderMailbox
from services.mail_ingest.remote.protocol import Folder, Gone, Poison, Wanted
from tests.integration.mail_ingest.folder.support import Clock, content, contents, mail, mbox, tell, write
from tests.integration.mail_ingest.folder.test_changes import forbid


def snapshot(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Everything below a folder: time of change and of any change, content."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_ctime_ns, path.read_bytes()) for path in files}


class TestFolders:
    async def test_directories_are_folders(self, root: Path, mailbox: FolderMailbox) -> None:
        write(root / "a.eml", mail(1))
        write(root / "2026" / "b.eml", mail(2))
        write(root / "2026" / "mei #1" / "x.mbox", mbox(mail(3), mail(4)))
        write(root / "Sent" / "c.eml", mail(5))
        write(root / "Sent" / "oud" / "d.eml", mail(6))
        write(root / "JUNK" / "e.eml", mail(7))
        write(root / ".git" / "f.eml", mail(8))
        assert await mailbox.folders("inbox") == (
            Folder(folder_id="inbox", path="archief", total=1),
            Folder(folder_id="./2026", path="archief/2026", total=1),
            Folder(folder_id="./2026/mei%20%231", path="archief/2026/mei #1", total=2),
        )
        assert [folder.path for folder in await mailbox.folders("sentitems")] == ["archief/Sent", "archief/Sent/oud"]
        assert [(folder.folder_id, folder.total) for folder in await mailbox.folders("junkemail")] == [("junkemail", 1)]
        for folder, number in [("inbox", 1), ("./2026", 2), ("sentitems", 5), ("./Sent/oud", 6), ("junkemail", 7)]:
            changes, _ = await tell(mailbox, folder=folder)
            assert await contents(mailbox, changes) == [mail(number)]

    @pytest.mark.parametrize("root_name", ["sentitems", "junkemail"])
    async def test_what_is_not_there_is_empty(self, mailbox: FolderMailbox, root_name: str) -> None:
        assert await mailbox.folders(root_name) == (Folder(folder_id=root_name, path=f"archief/{root_name}", total=0),)
        assert (await tell(mailbox, folder=root_name))[0] == []
        assert (await mailbox.listing(root_name, None, 10)).items == ()

    async def test_a_directory_that_went_is_empty(self, root: Path, mailbox: FolderMailbox) -> None:
        path = write(root / "map" / "a.eml", mail(1))
        first, cursor = await tell(mailbox, folder="./map")
        path.unlink()
        path.parent.rmdir()
        (later,), _ = await tell(mailbox, cursor, folder="./map")
        assert later.provider_id == first[0].provider_id

    async def test_a_directory_that_may_not_be_read_is_named_and_refused(
        self, root: Path, mailbox: FolderMailbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(root / "dicht" / "a.eml", mail(1))
        write(root / "open" / "b.eml", mail(2))
        forbid(monkeypatch, b"dicht")
        found = await mailbox.folders("inbox")
        assert [(folder.folder_id, folder.total) for folder in found] == [("inbox", 0), ("./dicht", 0), ("./open", 1)]
        with pytest.raises(Denied):
            await mailbox.changes("./dicht", None, 10)

    @pytest.mark.parametrize("folder", ["./..", "./../buiten", "./%2e%2e/buiten", "./map%2f..%2f..%2fbuiten", "./link"])
    async def test_no_folder_lies_outside(
        self, root: Path, mailbox: FolderMailbox, tmp_path: Path, folder: str
    ) -> None:
        write(tmp_path / "buiten" / "geheim.eml", mail(1))
        write(root / "map" / "a.eml", mail(2))
        (root / "link").symlink_to(tmp_path / "buiten")
        assert (await tell(mailbox, folder=folder))[0] == []
        assert [one.folder_id for one in await mailbox.folders("inbox")] == ["inbox", "./map"]


class TestAway:
    async def test_a_directory_that_is_away_is_no_empty_directory(
        self, root: Path, mailbox: FolderMailbox, tmp_path: Path
    ) -> None:
        write(root / "map" / "a.eml", mail(1))
        _, cursor = await tell(mailbox, folder="./map")
        shutil.move(root, tmp_path / "weg")
        for call in (
            mailbox.probe(),
            mailbox.folders("inbox"),
            mailbox.listing("./map", None, 10),
            mailbox.changes("./map", cursor, 10),
            mailbox.changes("sentitems", None, 10),
        ):
            with pytest.raises(Unavailable) as caught:
                await call
            assert caught.value.code == "folder_away"
        shutil.move(tmp_path / "weg", root)
        assert await tell(mailbox, cursor, folder="./map") == ([], cursor)

    async def test_a_root_that_may_not_be_read(self, mailbox: FolderMailbox, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(os, "scandir", refuse)
        with pytest.raises(Denied):
            await mailbox.probe()

    async def test_a_spool_inside_the_mails_is_refused(self, root: Path) -> None:
        with pytest.raises(ConfigurationError):
            FolderMailbox(root, root / "spool")


class TestListing:
    @pytest.mark.parametrize("limit", [1, 2, 3, 1000])
    async def test_every_id_once_and_the_same_ids_as_the_changes(
        self, root: Path, mailbox: FolderMailbox, limit: int
    ) -> None:
        for number in range(4):
            write(root / f"{number}.eml", mail(number))
        write(root / "x.mbox", mbox(mail(5), mail(6), mail(5)))
        parts: list[tuple[Wanted, ...]] = []
        after = None
        while not parts or after is not None:
            part = await mailbox.listing("inbox", after, limit)
            parts.append(part.items)
            after = part.next
        changes, _ = await tell(mailbox)
        assert max(map(len, parts)) <= limit
        found = list(chain(*parts))
        assert len(found) == 7
        assert {(one.provider_id, one.size) for one in found} == {(one.provider_id, one.size) for one in changes}

    async def test_what_comes_and_goes_hides_no_other(self, root: Path, mailbox: FolderMailbox) -> None:
        for name in "bdfh":
            write(root / f"{name}.eml", mail())
        part = await mailbox.listing("inbox", None, 2)
        (root / "b.eml").unlink()
        write(root / "a.eml", mail())
        rest = await mailbox.listing("inbox", part.next, 2)
        assert [one.provider_id[0] for one in (*part.items, *rest.items)] == ["b", "d", "f", "h"]
        assert rest.next is None


class TestFetch:
    async def test_it_only_reads(self, root: Path, mailbox: FolderMailbox, tmp_path: Path) -> None:
        write(root / "a.eml", mail(1))
        write(root / "x.mbox", mbox(mail(2), mail(3)))
        before = snapshot(root)
        changes, _ = await tell(mailbox)
        await contents(mailbox, changes)
        await mailbox.folders("inbox")
        await mailbox.listing("inbox", None, 10)
        assert snapshot(root) == before
        assert list((tmp_path / "spool").glob("*.eml")) == []

    async def test_byte_for_byte_whatever_it_is(self, root: Path, mailbox: FolderMailbox) -> None:
        raws = [bytes(range(256)) * 9_000, b"", b"\r\n", b"geen mail", mail(1).replace(b"\n", b"\r\n")]
        for number, raw in enumerate(raws):
            write(root / f"{number}.eml", raw, age_seconds=100 + number)
        changes, _ = await tell(mailbox)
        assert await contents(mailbox, changes) == raws

    async def test_an_escaped_line_of_an_mbox_is_as_it_was(self, root: Path, mailbox: FolderMailbox) -> None:
        write(root / "x.mbox", mbox(b"A: b\n\n>From hier\n>>From daar\nvan\n"))
        changes, _ = await tell(mailbox)
        assert await contents(mailbox, changes) == [b"A: b\n\nFrom hier\n>From daar\nvan\n"]

    async def test_names_that_are_no_text(self, root: Path, mailbox: FolderMailbox) -> None:
        name = os.fsdecode(b"caf\xe9 #1\n.eml")
        write(root / name, mail(1))
        changes, _ = await tell(mailbox)
        assert changes[0].provider_id.isascii()
        assert await contents(mailbox, changes) == [mail(1)]

    async def test_a_file_that_went_or_changed_is_gone(self, root: Path, mailbox: FolderMailbox) -> None:
        went, changed = write(root / "a.eml", mail(1)), write(root / "b.eml", mail(2))
        write(root / "c.eml", mail(3))
        box = write(root / "x.mbox", mbox(mail(4)))
        changes, _ = await tell(mailbox)
        went.unlink()
        box.unlink()
        write(changed, mail(9), age_seconds=10)
        answers = await mailbox.fetch([Wanted(provider_id=change.provider_id) for change in changes])
        found = {one.partition("#")[0]: type(answer) for one, answer in answers.items()}
        assert found["a.eml"] is found["b.eml"] is found["x.mbox"] is Gone
        assert content(next(answer for one, answer in answers.items() if one.startswith("c.eml"))) == mail(3)

    async def test_a_mail_that_moved_inside_its_mbox_is_found(self, root: Path, mailbox: FolderMailbox) -> None:
        path = write(root / "x.mbox", mbox(mail(1), mail(2), mail(3)))
        changes, _ = await tell(mailbox)
        write(path, mbox(mail(3), mail(2)), age_seconds=60)
        answers = await mailbox.fetch([Wanted(provider_id=change.provider_id) for change in changes])
        third, second, first = (answers[change.provider_id] for change in changes)
        assert (content(third), content(second), type(first)) == (mail(3), mail(2), Gone)

    async def test_without_its_index_too(self, root: Path, mailbox: FolderMailbox, tmp_path: Path) -> None:
        write(root / "x.mbox", mbox(mail(1), mail(2)))
        changes, _ = await tell(mailbox)
        (index,) = (tmp_path / "spool").glob("*.index")
        for damage in (b"", b"x\n", index.read_bytes()[:-5], None):
            index.unlink() if damage is None else index.write_bytes(damage)
            assert await contents(mailbox, changes) == [mail(2), mail(1)]

    async def test_a_file_that_cannot_be_read_costs_no_other(
        self, root: Path, mailbox: FolderMailbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("a.eml", "b.eml"):
            write(root / name, mail(1))
        write(root / "x.mbox", mbox(mail(2)))
        changes, _ = await tell(mailbox)
        ids = {change.provider_id.partition("#")[0]: change.provider_id for change in changes}
        forbid(monkeypatch, b"a.eml")
        answers = await mailbox.fetch([Wanted(provider_id=one) for one in ids.values()])
        assert answers[ids["a.eml"]] == Poison(provider_id=ids["a.eml"], reason="unreadable", transient=True)
        assert content(answers[ids["b.eml"]]) == mail(1)
        monkeypatch.undo()
        forbid(monkeypatch, b"x.mbox")
        (answer,) = (await mailbox.fetch([Wanted(provider_id=ids["x.mbox"])])).values()
        assert answer == Poison(provider_id=ids["x.mbox"], reason="unreadable", transient=True)

    async def test_a_mail_over_the_limit(self, root: Path, tmp_path: Path) -> None:
        adapter = FolderMailbox(root, tmp_path / "spool", max_mail_bytes=len(mail(1)), now=Clock())
        write(root / "a.eml", mail(1))
        write(root / "b.eml", mail(1) + b"x", age_seconds=10)
        write(root / "c.mbox", mbox(mail(1) + b"x"), age_seconds=5)
        changes, _ = await tell(adapter)
        answers = await adapter.fetch([Wanted(provider_id=change.provider_id) for change in changes])
        mbox_, large, fits = (answers[change.provider_id] for change in changes)
        assert [one.reason for one in (mbox_, large) if isinstance(one, Poison)] == ["too_large"] * 2
        assert content(fits) == mail(1)
        assert list((tmp_path / "spool").glob("*.eml")) == []

    @pytest.mark.parametrize(
        "asked", ["../buiten/geheim.eml#1", "%2e%2e/buiten/geheim.eml#1", "link.eml#1", "", "#", "x"]
    )
    async def test_nothing_outside_can_be_had(
        self, root: Path, mailbox: FolderMailbox, tmp_path: Path, asked: str
    ) -> None:
        write(tmp_path / "buiten" / "geheim.eml", mail(1))
        (root / "link.eml").symlink_to(tmp_path / "buiten" / "geheim.eml")
        assert await mailbox.fetch([Wanted(provider_id=asked)]) == {asked: Gone(provider_id=asked)}

    async def test_a_spool_that_cannot_be_written_is_no_mails_fault(
        self, root: Path, mailbox: FolderMailbox, tmp_path: Path
    ) -> None:
        write(root / "a.eml", mail(1))
        changes, _ = await tell(mailbox)
        (tmp_path / "spool").rename(tmp_path / "weg")
        with pytest.raises(Unavailable):
            await mailbox.fetch([Wanted(provider_id=change.provider_id) for change in changes])

    async def test_what_an_earlier_life_left_is_deleted(self, root: Path, tmp_path: Path) -> None:
        left = write(tmp_path / "spool" / "x.eml", mail(1))
        FolderMailbox(root, tmp_path / "spool", now=Clock())
        assert not left.exists()
