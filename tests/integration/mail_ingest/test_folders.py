"""Intake over folders: subfolders, Sent items, junk, what leaves and comes back, one folder's trouble."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from loketbus_contracts import MAIL_SENT

from loketbus.errors import Denied, Unavailable
from loketbus.ledger.tables import outbox
from services.mail_ingest.domain.remarks import RemarkCode
from services.mail_ingest.remote.protocol import Change, ChangeKind, CursorLost, Page, Poison
from services.mail_ingest.store import tables
from tests.integration.mail_ingest.test_intake import Mailbox, page
from tests.support.ews import eml, message_id
from tests.support.mailroom import Room, open_room

LEFT = json.dumps([RemarkCode.LEFT_INBOX])
NONE = json.dumps([])
WE = "inbox/W&E"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Room]:
    spool = tmp_path / "spool"
    spool.mkdir()
    mailbox = Mailbox(spool)
    mailbox.below["inbox"] = [WE]
    mailbox.answers = {name: eml(number) for number, name in enumerate("abcdef", 1)}
    async with open_room(tmp_path, mailbox) as room:
        yield room
    assert list(spool.iterdir()) == []


def deleted(cursor: str, *names: str) -> Page:
    changes = tuple(Change(kind=ChangeKind.DELETE, provider_id=name) for name in names)
    return Page(changes=changes, poison=(), cursor=cursor, last=True)


async def later(desk: Room, **time: float) -> None:
    """Some time goes by, and the job runs."""
    desk.clock.ahead += timedelta(**time)
    await desk.sync()


class TestWhichFolders:
    async def test_the_inbox_with_all_below_it_and_what_was_sent(self, desk: Room) -> None:
        desk.mailbox.pages = {None: page("1", "a")}
        desk.mailbox.others = {WE: {None: page("x", "b")}, "sentitems": {None: page("s", "c")}}
        await desk.sync()
        assert await desk.subjects() == ["Vraag 1 over isolatie", "Vraag 2 over isolatie"]
        cursors = {row.folder: (row.root, row.state, row.total) for row in await desk.rows(tables.folder)}
        assert cursors == {
            "inbox": ("inbox", "1", 3),
            WE: ("inbox", "x", 1),
            "sentitems": ("sentitems", "s", 3),
            "junkemail": ("junkemail", None, 3),
        }
        assert "junkemail" not in desk.mailbox.requests, "of junk only the number is looked at"

    async def test_a_quiet_round_asks_only_the_inbox_and_sent_items(self, desk: Room) -> None:
        await desk.sync()
        desk.mailbox.requests.clear()
        await later(desk, seconds=30)
        assert desk.mailbox.requests == ["inbox", "sentitems"]
        await later(desk, seconds=120)
        assert desk.mailbox.requests[2:] == ["inbox", WE, "sentitems"]

    async def test_a_lively_folder_is_asked_every_round(self, desk: Room) -> None:
        desk.mailbox.others = {WE: {None: page("1", "a"), "1": page("2", "b")}}
        await desk.sync()
        await later(desk, seconds=30)
        assert await desk.subjects() == ["Vraag 1 over isolatie", "Vraag 2 over isolatie"]

    async def test_new_folders_are_found_after_a_while_and_removed_ones_forgotten(self, desk: Room) -> None:
        desk.mailbox.others = {WE: {None: page("1", "a")}, "inbox/Nieuw": {None: page("1", "b")}}
        await desk.sync()
        desk.mailbox.below["inbox"] = ["inbox/Nieuw"]
        await later(desk, seconds=301)
        assert await desk.subjects() == ["Vraag 1 over isolatie", "Vraag 2 over isolatie"]
        assert WE not in {row.folder for row in await desk.rows(tables.folder)}
        await later(desk, seconds=30)
        assert await desk.remarks() == {"Vraag 1 over isolatie": LEFT, "Vraag 2 over isolatie": NONE}

    @pytest.mark.parametrize("root", ["junkemail", "sentitems"])
    async def test_a_folder_that_moves_below_the_inbox_is_read_from_its_beginning(self, desk: Room, root: str) -> None:
        desk.mailbox.below[root] = ["x"]
        desk.mailbox.others = {"x": {None: page("1", "a")}}
        await desk.sync()
        assert await desk.subjects() == []
        desk.mailbox.below |= {root: [], "inbox": [WE, "x"]}
        await later(desk, seconds=301)
        assert await desk.subjects() == ["Vraag 1 over isolatie"]
        assert {row.root for row in await desk.rows(tables.folder, tables.folder.c.folder == "x")} == {"inbox"}


class TestOneFoldersTrouble:
    async def test_a_lost_cursor_starts_that_folder_over_and_no_other(self, desk: Room) -> None:
        desk.mailbox.pages = {None: page("1", "a")}
        desk.mailbox.others = {WE: {None: page("x", "b"), "x": CursorLost()}}
        await desk.sync()
        desk.mailbox.others[WE][None] = page("y", "b", "c")
        await later(desk, seconds=121)
        assert desk.mailbox.fetched == ["a", "b", "c"]
        assert desk.mailbox.asked == [None, "1"]

    @pytest.mark.parametrize(
        ("problem", "code"),
        [
            (Denied("folder_denied", "Deze map mag niet gelezen worden."), "folder_denied"),
            (CursorLost(), "cursor_refused"),
            (Unavailable("unexpected_answer", "Het antwoord is niet te lezen."), "unexpected_answer"),
        ],
    )
    async def test_a_folder_that_cannot_be_read_is_noted_and_the_others_go_on(
        self, desk: Room, problem: Exception, code: str
    ) -> None:
        desk.mailbox.others = {WE: {None: problem}, "sentitems": {None: page("s", "c")}}
        desk.mailbox.pages = {None: page("1", "a")}
        await desk.sync()
        assert {row.folder: row.problem for row in await desk.rows(tables.folder, tables.folder.c.problem != "")} == {
            WE: code
        }
        assert desk.mailbox.fetched == ["a", "c"]
        desk.mailbox.others[WE] = {None: page("x", "b")}
        await later(desk, seconds=121)
        assert desk.mailbox.fetched == ["a", "c", "b"]
        assert await desk.rows(tables.folder, tables.folder.c.problem.is_not(None)) == []

    async def test_what_cannot_be_read_is_not_asked_every_round(self, desk: Room) -> None:
        desk.mailbox.others = {"sentitems": {None: Denied("folder_denied", "Deze map mag niet gelezen worden.")}}
        await desk.sync()
        desk.mailbox.requests.clear()
        await later(desk, seconds=30)
        assert desk.mailbox.requests == ["inbox"]

    async def test_trouble_of_the_server_is_no_folders_trouble(self, desk: Room) -> None:
        away = Unavailable("away", "De mailserver is niet bereikbaar.")
        await desk.sync()
        desk.mailbox.others = {WE: {"0": Denied("denied", "Het wachtwoord is fout.")}}
        desk.mailbox.refuses = {"inbox": away}
        with pytest.raises(Unavailable, match="away"):
            await later(desk, seconds=121)
        assert await desk.rows(tables.folder, tables.folder.c.problem.is_not(None)) == []

    async def test_a_server_that_asks_for_patience_is_asked_nothing_more(self, desk: Room) -> None:
        await desk.sync()
        desk.mailbox.others = {WE: {"0": Unavailable("busy", "De mailserver is te druk.", retry_after_seconds=20)}}
        desk.mailbox.requests.clear()
        with pytest.raises(Unavailable, match="busy"):
            await later(desk, seconds=121)
        assert desk.mailbox.requests == ["inbox", WE]

    async def test_trouble_of_ours_is_no_folders_trouble(self, desk: Room) -> None:
        desk.mailbox.others = {WE: {None: page("x", "b")}}
        desk.parsers.trouble = {eml(2)[:20]: [Unavailable("disk_full", "De schijf is vol.")]}
        with pytest.raises(Unavailable, match="disk_full"):
            await desk.sync()
        await desk.sync()
        assert await desk.subjects() == ["Vraag 2 over isolatie"]

    async def test_without_rights_on_sent_items_the_inbox_is_read_all_the_same(self, desk: Room) -> None:
        desk.mailbox.refuses = {"sentitems": Denied("folder_denied", "Deze map mag niet gelezen worden.")}
        desk.mailbox.pages = {None: page("1", "a")}
        await desk.sync()
        assert await desk.subjects() == ["Vraag 1 over isolatie"]


class TestLeaving:
    async def test_a_deleted_mail_keeps_its_item_and_gets_a_remark_a_round_later(self, desk: Room) -> None:
        desk.mailbox.pages = {None: page("1", "a"), "1": deleted("2", "a")}
        await desk.sync()
        await desk.sync()
        assert await desk.remarks() == {"Vraag 1 over isolatie": NONE}, "it may be found elsewhere yet"
        await desk.sync()
        assert await desk.remarks() == {"Vraag 1 over isolatie": LEFT}
        [place] = await desk.rows(tables.place)
        assert place.gone_at is not None

    async def test_a_mail_that_comes_back_loses_the_remark(self, desk: Room) -> None:
        desk.mailbox.pages = {None: page("1", "a"), "1": deleted("2", "a"), "2": page("2")}
        await desk.sync()
        await desk.sync()
        await desk.sync()
        desk.mailbox.pages["2"] = page("3", "a")
        await desk.sync()
        assert await desk.remarks() == {"Vraag 1 over isolatie": NONE}
        assert desk.mailbox.fetched == ["a"], "it is known"

    async def test_a_mail_that_moves_under_another_id_never_gets_a_remark(self, desk: Room) -> None:
        desk.mailbox.pages = {None: page("1", "a"), "1": deleted("2", "a")}
        desk.mailbox.answers["a moved"] = desk.mailbox.answers["a"]
        await desk.sync()
        desk.mailbox.others = {WE: {"0": page("x", "a moved")}}
        for _ in range(3):
            await desk.sync()
        assert await desk.remarks() == {"Vraag 1 over isolatie": NONE}
        [item] = await desk.rows(tables.item)
        assert len(await desk.rows(tables.history, tables.history.c.item == item.item)) == 1, "nothing was said of it"

    async def test_a_mail_that_moves_under_its_own_id_is_at_its_new_place(self, desk: Room) -> None:
        desk.mailbox.pages = {None: page("1", "a"), "1": deleted("2", "a")}
        await desk.sync()
        desk.mailbox.others = {WE: {"0": page("x", "a"), "x": page("x")}}
        for _ in range(3):
            await desk.sync()
        [place] = await desk.rows(tables.place)
        assert (place.folder, place.gone_at) == (WE, None)
        assert await desk.remarks() == {"Vraag 1 over isolatie": NONE}
        desk.mailbox.pages["2"] = deleted("3", "a")
        await desk.sync()
        assert (await desk.rows(tables.place))[0].gone_at is None, "the inbox says it late: it stands elsewhere now"

    async def test_one_of_two_places_is_enough(self, desk: Room) -> None:
        desk.mailbox.answers["copy of a"] = desk.mailbox.answers["a"]
        desk.mailbox.pages = {None: page("1", "a", "copy of a"), "1": deleted("2", "a"), "2": page("2")}
        for _ in range(3):
            await desk.sync()
        assert await desk.remarks() == {"Vraag 1 over isolatie": NONE}
        desk.mailbox.pages["2"] = deleted("3", "copy of a")
        await desk.sync()
        await desk.sync()
        assert await desk.remarks() == {"Vraag 1 over isolatie": LEFT}

    async def test_what_was_not_told_before_a_crash_is_told_after_it(self, desk: Room) -> None:
        desk.mailbox.pages = {None: page("1", "a"), "1": deleted("2", "a")}
        await desk.sync()
        await desk.sync()
        desk.use(desk.mailbox)
        await desk.sync()
        assert await desk.remarks() == {"Vraag 1 over isolatie": LEFT}

    @pytest.mark.parametrize(("kinds", "there"), [(("delete", "create"), True), (("update", "delete"), False)])
    async def test_the_last_word_of_a_page_counts(self, desk: Room, kinds: tuple[str, ...], there: bool) -> None:
        changes = tuple(Change(kind=ChangeKind(kind), provider_id="a") for kind in kinds)
        desk.mailbox.pages = {None: page("1", "a"), "1": Page(changes=changes, poison=(), cursor="2", last=True)}
        await desk.sync()
        await desk.sync()
        assert ((await desk.rows(tables.place))[0].gone_at is None) is there


class TestPoison:
    async def test_what_was_taken_in_stays_so_when_it_cannot_be_read_later(self, desk: Room) -> None:
        bad = Poison(provider_id="a", reason="unreadable_change", raw=b"<t:Update/>")
        desk.mailbox.pages = {None: page("1", "a"), "1": page("2", poison=(bad,))}
        await desk.sync()
        await desk.sync()
        assert await desk.aside() == {}
        assert [row.mail is not None for row in await desk.rows(tables.place)] == [True]

    async def test_the_same_poison_again_is_no_news(self, desk: Room) -> None:
        bad = Poison(provider_id="bad", reason="unreadable_change", raw=b"<t:Create/>")
        nameless = Poison(provider_id=None, reason="unreadable_change")
        desk.mailbox.pages = {None: page("1", poison=(bad, nameless)), "1": page("2", poison=(bad, nameless))}
        await desk.sync()
        await desk.sync()
        assert sorted(row.attempts for row in await desk.rows(tables.place)) == [1, 1]


class TestSentItems:
    async def sent(self, desk: Room, *names: str) -> None:
        desk.mailbox.others = {"sentitems": {None: page("1", *names)}}
        await desk.sync()

    async def told(self, desk: Room) -> list[dict[str, object]]:
        rows = await desk.rows(outbox, outbox.c.topic == MAIL_SENT.name)
        return [json.loads(row.record_value) for row in rows]

    async def test_an_answer_from_outlook_is_told_with_the_conversation_of_the_question(self, desk: Room) -> None:
        desk.mailbox.pages = {None: page("1", "a")}
        desk.mailbox.answers["s"] = eml(50, In_Reply_To=message_id(1), Date="Fri, 20 Nov 2026 13:00:00 +0000")
        await self.sent(desk, "s")
        [told] = await self.told(desk)
        [mail] = await desk.rows(tables.mail)
        assert (told["message_id"], told["in_reply_to"]) == (message_id(50), [message_id(1)])
        assert (told["conversation"], told["mailbox"]) == (mail.conversation, mail.mailbox)
        [item] = await desk.rows(tables.item)
        assert item.answered_via == "outlook"
        assert len(await desk.rows(tables.mail)) == 1, "what is sent is no question"

    async def test_the_copy_that_came_in_is_a_mail_of_its_own(self, desk: Room) -> None:
        desk.mailbox.answers["s"] = desk.mailbox.answers["a"]
        desk.mailbox.pages = {None: page("1", "a")}
        await self.sent(desk, "s")
        assert len(await self.told(desk)) == 1
        assert await desk.subjects() == ["Vraag 1 over isolatie"]

    async def test_read_again_under_another_id_it_is_told_once(self, desk: Room) -> None:
        desk.mailbox.answers |= {"s": eml(50), "s moved": eml(50)}
        await self.sent(desk, "s", "s moved")
        assert len(await self.told(desk)) == 1
        assert {row.root for row in await desk.rows(tables.place)} == {"sentitems"}

    async def test_an_automatic_answer_answers_nothing(self, desk: Room) -> None:
        desk.mailbox.pages = {None: page("1", "a")}
        desk.mailbox.answers["s"] = eml(50, In_Reply_To=message_id(1), Auto_Submitted="auto-replied")
        await self.sent(desk, "s")
        assert [item.answered_at for item in await desk.rows(tables.item)] == [None]

    async def test_what_nothing_can_refer_to_is_kept_known_and_not_told(self, desk: Room) -> None:
        desk.mailbox.answers["s"] = b"From: desk@stad.example\r\nSubject: Zonder kenmerk\r\n\r\nDag"
        await self.sent(desk, "s")
        assert await self.told(desk) == []
        assert [row.mail is not None for row in await desk.rows(tables.place)] == [True]
