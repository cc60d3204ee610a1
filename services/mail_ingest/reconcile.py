"""The whole mailbox beside the ledger: what was missed is taken in, what left is marked, and the difference told.

Both protocols can lose a mail without an error (a page that was cut, an item moved away and back between two rounds).
This is the only place that would notice, so it asks for plain lists of ids and trusts no cursor.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from datetime import datetime

import structlog
from prometheus_client import Gauge

from loketbus.errors import Denied, Unavailable
from loketbus.lanes.gate import Gate
from loketbus.leases import Lease
from loketbus.outcomes import LaneState
from loketbus.service import Wiring
from services.mail_ingest.comparison import FolderReport, Lists, Report
from services.mail_ingest.intake import READ, Intake
from services.mail_ingest.reading import batches, fetch
from services.mail_ingest.remote.protocol import Gone, Mailbox, Wanted
from services.mail_ingest.settings import MailSettings
from services.mail_ingest.store import folders, places
from services.mail_ingest.store.folders import Known
from services.mail_ingest.store.places import INBOX, Room
from services.mail_ingest.taking import Taker

log = structlog.get_logger(__name__)

LISTED_AT_ONCE = 1000
REPAIRED_AT_ONCE = 5000
REPORTS_KEPT = 50


class Reconciler:
    """Compares one mailbox; `gate` is that of its lane, which the intake opens and closes."""

    def __init__(
        self, bus: Wiring[MailSettings], mailbox: Mailbox, intake: Intake, taker: Taker, box: str, gate: Gate
    ) -> None:
        self._bus = bus
        self._mailbox = mailbox
        self._intake = intake
        self._taker = taker
        self._box = box
        self._gate = gate
        text = "Mails that the last comparison of mailbox and ledger found on one side only"
        self._difference = Gauge("loketbus_mailbox_difference_mails", text, ("what",), registry=bus.registry)

    async def run(self, lease: Lease) -> None:
        """The job. It leaves finding out whether the server is there to the intake, which backs off."""
        await self._intake.first_round.wait()
        await self.reconcile(lease)

    async def reconcile(self, lease: Lease | None = None) -> Report:
        """Compare, repair and report.

        Raises:
            Unavailable, Denied: the server is away or refuses; also while the lane backs off or is paused.
        """
        status = await self._gate.refresh()
        if status.paused_by is not None:
            raise Unavailable("paused", "De verbinding met het postvak is gepauzeerd; hervat ze eerst.")
        if status.backs_off(self._bus.now()):
            raise Unavailable(status.code or "mailbox_away", status.reason or "Het postvak is niet bereikbaar.")
        try:
            return await self._compare(lease)
        # Told at once, so that the intake neither tries a refused password again nor a server that asks for patience.
        except Denied as refusal:
            await self._gate.failed(LaneState.DENIED, refusal.code, refusal.message)
            raise
        except Unavailable as trouble:
            await self._gate.failed(LaneState.OUTAGE, trouble.code, trouble.message, trouble.retry_after_seconds or 0)
            raise

    async def _compare(self, lease: Lease | None) -> Report:
        await self._intake.sync(lease, whole=True)
        report, lists = Report(self._bus.now(), self._mailbox.provider), Lists()
        await self._list(report, lists, lease)
        await self._intake.sync(lease, whole=True)
        if lists.in_parts or await self._misses(report, lists):
            # Parts go by offset: a mail that leaves meanwhile shifts another one past the edge of a part, unseen.
            lists.again = True
            await self._list(report, lists, lease)
        for root in READ:
            await self._mark_what_is_gone(root, report, lists)
        if report.is_whole(INBOX):
            await self._intake.tell_what_left()
        await self._keep(report)
        return report

    async def _list(self, report: Report, lists: Lists, lease: Lease | None) -> None:
        for folder in await self._intake.known():
            if folder.root not in READ or (one := report.about(folder)).problem is not None:
                continue
            try:
                await self._look_at(folder, one, lists, report.at, lease)
            except (Unavailable, Denied) as trouble:
                await self._raise_unless_its_own(folder, trouble)
                one.problem, one.explanation = trouble.code, trouble.message

    async def _raise_unless_its_own(self, folder: Known, trouble: Unavailable | Denied) -> None:
        """One folder that cannot be listed while the inbox can be, must not hold up the others."""
        asks_for_patience = isinstance(trouble, Unavailable) and trouble.retry_after_seconds is not None
        if asks_for_patience or (folder.is_root and folder.root == INBOX):
            raise trouble
        await self._mailbox.probe()

    async def _look_at(
        self, folder: Known, report: FolderReport, lists: Lists, began: datetime, lease: Lease | None
    ) -> None:
        """List a folder, and take in what we do not know."""
        strange: list[Wanted] = []
        async for part in self._parts(folder, lists):
            if lease is not None:
                lease.check()
            new = lists.add(folder.root, part)
            report.listed += len(new)
            await self._bring_back(folder, report, [one.provider_id for one in new], began)
            strange += await self._unknown(folder, new)
            if len(strange) >= REPAIRED_AT_ONCE:
                await self._repair(folder, report, strange, lease)
                strange = []
        if strange:
            await self._repair(folder, report, strange, lease)
        report.known = report.listed - report.missing - report.vanished

    async def _parts(self, folder: Known, lists: Lists) -> AsyncIterator[tuple[Wanted, ...]]:
        after: str | None = None
        while True:
            found = await self._mailbox.listing(folder.folder, after, LISTED_AT_ONCE)
            yield found.items
            if found.next is None or found.next == after:
                return
            after, lists.in_parts = found.next, True

    async def _bring_back(self, folder: Known, report: FolderReport, ids: list[str], began: datetime) -> None:
        """What stands here, though the ledger thinks that it is elsewhere or gone."""
        room = self._intake.room(folder.root)
        ledger, name = self._bus.ledger, folder.folder
        astray = await ledger.read(lambda connection: places.astray(connection, room, name, ids, began))
        if not astray:
            return
        now = self._bus.now()
        back = await ledger.write(lambda connection: places.still_there(connection, room, name, astray, now, began))
        self._intake.leaving.came(back)
        report.missing += len(astray)
        report.repaired += len(astray)

    async def _unknown(self, folder: Known, part: Sequence[Wanted]) -> list[Wanted]:
        room, ids = self._intake.room(folder.root), [one.provider_id for one in part]
        unseen = await self._bus.ledger.read(lambda connection: places.unseen(connection, room, ids))
        return [one for one in part if one.provider_id in unseen]

    async def _repair(self, folder: Known, report: FolderReport, strange: list[Wanted], lease: Lease | None) -> None:
        """Take in what the changes do not tell of; what merely came in since is theirs."""
        await self._intake.sync(lease, whole=True)
        missed = await self._unknown(folder, strange)
        room = self._intake.room(folder.root)
        for batch in batches(missed):
            got = await fetch(self._mailbox, [(one, room.at(one.provider_id, folder.folder)) for one in batch])
            vanished = sum(isinstance(answer, Gone) for answer, _, _ in got.answers)
            self._intake.leaving.came(await self._taker.take_all(got.answers))
            states = await self._states(room, [one.provider_id for one in batch])
            report.missing += len(batch) - vanished
            report.vanished += vanished
            report.repaired += sum(states.values())
            report.quarantined += len(states) - sum(states.values())
        if missed:
            log.warning("mails_were_missing", mailbox=self._box, root=folder.root, number=len(missed))

    async def _states(self, room: Room, ids: list[str]) -> dict[str, bool]:
        return await self._bus.ledger.read(lambda connection: places.states(connection, room, ids))

    async def _misses(self, report: Report, lists: Lists) -> bool:
        """Is there anything that should have been listed?"""
        for root in READ:
            async with aclosing(self._unlisted(root, report, lists)) as parts:
                async for _ in parts:
                    return True
        return False

    async def _mark_what_is_gone(self, root: str, report: Report, lists: Lists) -> None:
        room = self._intake.room(root)
        async for gone in self._unlisted(root, report, lists):
            await self._mark_gone(room, gone, report)

    async def _unlisted(self, root: str, report: Report, lists: Lists) -> AsyncGenerator[list[tuple[str, str]], None]:
        """What stood there before the listing began, and is in no list: the changes since were read first."""
        if not report.is_whole(root):
            return
        room, after = self._intake.room(root), ""
        while part := await self._live(room, report.at, after):
            after = part[-1][0]
            if unlisted := [one for one in part if not lists.hold(root, one[0])]:
                yield unlisted

    async def _live(self, room: Room, before: datetime, after: str) -> list[tuple[str, str]]:
        return await self._bus.ledger.read(
            lambda connection: places.live(connection, room, before, after, LISTED_AT_ONCE)
        )

    async def _mark_gone(self, room: Room, gone: list[tuple[str, str]], report: Report) -> None:
        ids, now = [name for name, _ in gone], self._bus.now()
        left = await self._bus.ledger.write(lambda connection: places.gone(connection, room, None, ids, now))
        self._intake.leaving.left(left)
        for _, folder in gone:
            report.of(room.root, folder).gone += 1

    async def _keep(self, report: Report) -> None:
        for what in ("missing", "gone"):
            self._difference.labels(what).set(report.total(what))
        text = json.dumps(report.as_dict(), ensure_ascii=False)
        await self._bus.ledger.write(
            lambda connection: folders.add_report(connection, self._box, report.at, text, REPORTS_KEPT)
        )
        log.info("mailbox_compared", mailbox=self._box, listed=report.total("listed"), missing=report.total("missing"))
