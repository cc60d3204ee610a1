"""Folders and listings: what the reconciler compares the ledger with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest

from loketbus.errors import Denied, Unavailable
from services.mail_ingest.remote.ews import EwsMailbox
from services.mail_ingest.remote.protocol import Wanted
from simulators.ews import EwsSimulator
from tests.support.ews import eml, fill

FIRST = datetime(2026, 11, 2, 8, tzinfo=UTC)


async def parts(mailbox: EwsMailbox, limit: int, folder: str = "inbox") -> list[list[str]]:
    """The ids of every part."""
    found: list[list[str]] = []
    after: str | None = None
    while not found or after is not None:
        part = await mailbox.listing(folder, after, limit)
        found.append([one.provider_id for one in part.items])
        after = part.next
    return found


class TestFolders:
    async def test_all_mail_folders_below_with_their_paths_and_totals(
        self, ews: EwsSimulator, mailbox: EwsMailbox
    ) -> None:
        fill(ews, 3)
        new = ews.control.create_folder("Nieuw")
        deeper = ews.control.create_folder("2026/27", new)
        calendar = ews.control.create_folder("Agenda")
        ews.control.classify(calendar, "IPF.Appointment")
        below_calendar = ews.control.create_folder("Bij de agenda", calendar)
        ews.control.classify(deeper, "IPF.Note.OutlookHomepage")
        ews.control.add_mail(eml(4), new)
        ews.control.clear_requests()
        found = await mailbox.folders("inbox")
        assert [(folder.folder_id, folder.path, folder.total) for folder in found] == [
            ("inbox", "Postvak IN", 3),
            (below_calendar, "Postvak IN/Agenda/Bij de agenda", 0),
            (new, "Postvak IN/Nieuw", 1),
            (deeper, "Postvak IN/Nieuw/2026∕27", 0),
        ]
        assert [request["operation"] for request in ews.control.requests()] == ["GetFolder", "FindFolder"]

    async def test_what_it_gives_can_be_read(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        ews.control.create_folder("Nieuw")
        ids = fill(ews, 2, "Nieuw")
        (_, new) = await mailbox.folders("inbox")
        assert {change.provider_id for change in (await mailbox.changes(new.folder_id, None, 9)).changes} == set(ids)
        assert await parts(mailbox, 9, new.folder_id) == [ids]

    @pytest.mark.parametrize("root", ["sentitems", "junkemail"])
    async def test_other_roots(self, ews: EwsSimulator, mailbox: EwsMailbox, root: str) -> None:
        fill(ews, 2, root)
        ews.control.create_folder("Nieuw", "inbox")
        (only,) = await mailbox.folders(root)
        assert (only.folder_id, only.total) == (root, 2)

    async def test_a_server_that_gives_few_at_once(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        names = [f"Map {number}" for number in range(5)]
        for name in names:
            ews.control.create_folder(name)
        ews.control.limit_pages(2)
        assert [folder.path for folder in await mailbox.folders("inbox")][1:] == [
            f"Postvak IN/{name}" for name in names
        ]

    async def test_a_root_that_may_not_be_read(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        ews.control.fault("error", "GetFolder", code="ErrorAccessDenied")
        with pytest.raises(Denied):
            await mailbox.folders("inbox")

    @pytest.mark.parametrize("operation", ["GetFolder", "FindFolder"])
    async def test_a_busy_server(self, ews: EwsSimulator, mailbox: EwsMailbox, operation: str) -> None:
        ews.control.fault("busy", operation)
        with pytest.raises(Unavailable):
            await mailbox.folders("inbox")


class TestListing:
    @pytest.mark.parametrize("limit", [1, 2, 3, 7, 10, 1000])
    async def test_every_id_once_oldest_first(self, ews: EwsSimulator, mailbox: EwsMailbox, limit: int) -> None:
        ids = fill(ews, 7)
        found = await parts(mailbox, limit)
        assert list(chain(*found)) == ids
        assert max(map(len, found)) <= limit

    async def test_it_tells_the_size(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        (one,) = fill(ews, 1)
        part = await mailbox.listing("inbox", None, 10)
        assert part.items == (Wanted(provider_id=one, size=len(eml(1))),)

    async def test_an_empty_folder(self, mailbox: EwsMailbox) -> None:
        part = await mailbox.listing("sentitems", None, 10)
        assert (part.items, part.next) == ((), None)

    async def test_one_request_per_part(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        fill(ews, 7)
        ews.control.clear_requests()
        found = await parts(mailbox, 3)
        assert [request["operation"] for request in ews.control.requests()] == ["FindItem"] * len(found)

    async def test_a_server_that_gives_fewer_than_asked(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        ids = fill(ews, 7)
        ews.control.limit_pages(3)
        assert list(chain(*await parts(mailbox, 6))) == ids

    @pytest.mark.parametrize("gone", [[0], [0, 1], [3], [2, 3]])
    async def test_mails_that_leave_meanwhile_hide_no_other(
        self, ews: EwsSimulator, mailbox: EwsMailbox, gone: list[int]
    ) -> None:
        ids = fill(ews, 12)
        part = await mailbox.listing("inbox", None, 4)
        seen = [one.provider_id for one in part.items]
        for number in gone:
            ews.control.move(ids[number], "deleteditems")
        while part.next is not None:
            part = await mailbox.listing("inbox", part.next, 4)
            seen += [one.provider_id for one in part.items]
        assert set(seen) == set(ids)

    async def test_an_old_mail_that_comes_meanwhile_hides_no_other(
        self, ews: EwsSimulator, mailbox: EwsMailbox
    ) -> None:
        ids = [ews.control.add_mail(eml(n), received=FIRST + timedelta(minutes=n)) for n in range(6)]
        part = await mailbox.listing("inbox", None, 3)
        seen = [one.provider_id for one in part.items]
        ews.control.add_mail(eml(9), received=FIRST - timedelta(days=1))
        while part.next is not None:
            part = await mailbox.listing("inbox", part.next, 3)
            seen += [one.provider_id for one in part.items]
        assert set(seen) >= set(ids)

    async def test_1_a_cut_listing_is_no_listing(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        fill(ews, 5)
        ews.control.fault("cut", "FindItem", after_items=2)
        with pytest.raises(Unavailable):
            await mailbox.listing("inbox", None, 10)

    async def test_8_an_unknown_kind_of_item_is_listed(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        ids = fill(ews, 2)
        ews.control.fault("unknown_tag", "FindItem", items=[ids[0]])
        assert await parts(mailbox, 10) == [ids]
