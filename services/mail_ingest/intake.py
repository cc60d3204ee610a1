"""From the mailbox to the ledger, page by page. The sync state is saved when every mail of its page is safe."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta

import structlog
from sqlalchemy import Connection

from loketbus.blobs import BlobInfo
from loketbus.errors import LostOwnership, Outcome, Unavailable
from loketbus.failpoints import reach
from loketbus.leases import Lease
from loketbus.ledger import LedgerUnavailable
from loketbus.ledger.tx import Cause, Tx
from loketbus.service import Wiring
from loketbus.workers import WorkerDied, WorkerError, WorkerPool, WorkerTimeout
from services.mail_ingest import domain, mails
from services.mail_ingest.parsing import HEADERS_ONLY, TEXT_ONLY, StoredMail, parse_to_blobs
from services.mail_ingest.remote.protocol import (
    ChangeKind,
    CursorLost,
    Fetched,
    FetchedMail,
    Gone,
    Mailbox,
    Page,
    Poison,
    Wanted,
)
from services.mail_ingest.settings import MailSettings
from services.mail_ingest.store import places

log = structlog.get_logger(__name__)

INBOX = "inbox"
FETCH_AT_ONCE = 20
TRY_QUARANTINE_AGAIN_AFTER = timedelta(minutes=5)
_NOT_THE_MAIL = (LedgerUnavailable, LostOwnership, Unavailable)
"""Trouble of ours: the page is done again later."""


class Intake:
    """Takes in one mailbox. `box` is its opaque id."""

    def __init__(self, bus: Wiring[MailSettings], mailbox: Mailbox, parsers: WorkerPool, box: str) -> None:
        self._bus = bus
        self._mailbox = mailbox
        self._parsers = parsers
        self._box = box

    async def sync(self, lease: Lease) -> None:
        """Bring the ledger level with the mailbox.

        Raises:
            Unavailable, Denied: the server is the reason why not.
        """
        await self._try_quarantine_again()
        last = False
        while not last:
            lease.check()
            last = await self._page(lease)

    async def _page(self, lease: Lease) -> bool:
        cursor = await self._bus.ledger.read(lambda connection: places.read_cursor(connection, self._box, INBOX))
        try:
            page = await self._mailbox.changes(INBOX, cursor, self._bus.settings.mail_page_size)
        except CursorLost:
            if cursor is None:
                raise Unavailable("cursor_refused", "De mailserver weigert ook een volledige nieuwe ronde.") from None
            log.warning("cursor_lost", mailbox=self._box)
            await self._save_cursor(lease, None)
            return False
        reach("mail.page_fetched")
        await self._take_in(page)
        reach("mail.page_written")
        await self._save_cursor(lease, page.cursor)
        reach("mail.state_saved")
        # A server that has no more to say, but never says so, must not keep us asking.
        return page.last or page.cursor == cursor

    async def _save_cursor(self, lease: Lease, state: str | None) -> None:
        def save(connection: Connection) -> None:
            lease.verify(connection)
            places.save_cursor(connection, self._box, INBOX, state, self._bus.now())
            reach("mail.state_saving")

        await self._bus.ledger.write(save)

    async def _take_in(self, page: Page) -> None:
        for poison in page.poison:
            await self._quarantine(poison)
        wanted = {
            change.provider_id: Wanted(provider_id=change.provider_id, size=change.size)
            for change in page.changes
            if change.kind in (ChangeKind.CREATE, ChangeKind.UPDATE)
        }
        new = await self._bus.ledger.read(lambda connection: places.unseen(connection, self._box, wanted.keys()))
        await self._fetch_and_take([one for name, one in wanted.items() if name in new])

    async def _try_quarantine_again(self) -> None:
        before = self._bus.now() - TRY_QUARANTINE_AGAIN_AFTER
        names = await self._bus.ledger.read(
            lambda connection: places.to_try_again(connection, self._box, before, FETCH_AT_ONCE)
        )
        await self._fetch_and_take([Wanted(provider_id=name) for name in names])

    async def _fetch_and_take(self, wanted: list[Wanted]) -> None:
        for start in range(0, len(wanted), FETCH_AT_ONCE):
            answers = await self._mailbox.fetch(wanted[start : start + FETCH_AT_ONCE])
            reach("mail.fetched")
            try:
                # Their files go when all have ended, also when one fails.
                done = await asyncio.gather(*map(self._take, answers.values()), return_exceptions=True)
            finally:
                _remove_spooled(answers.values())
            for problem in filter(None, done):
                raise problem

    async def _take(self, answer: Fetched) -> None:
        if isinstance(answer, Gone):
            name = answer.provider_id
            await self._bus.ledger.write(lambda connection: places.stop_trying(connection, self._box, name))
        elif isinstance(answer, Poison):
            await self._quarantine(answer)
        else:
            await self._take_mail(answer)

    async def _take_mail(self, answer: FetchedMail) -> None:
        try:
            await self._record(answer, await self._parse(answer))
        except _NOT_THE_MAIL:
            raise
        except Exception as error:
            # One mail must never stop the mailbox, whatever is wrong with it or with us.
            log.exception("mail_quarantined", mailbox=self._box)
            raw = await self._bus.blobs.put(answer.path)
            await self._put_aside(answer.provider_id, _reason(error), raw, transient=False)

    async def _parse(self, answer: FetchedMail) -> StoredMail:
        """Parse in a process that can be killed; a mail that hangs or crashes it is tried with less and less.

        Raises:
            WorkerTimeout, WorkerDied: it hangs or crashes it every time.
            Unavailable: no process can be had.
        """
        problem: Exception | None = None
        timeout = self._bus.settings.parse_timeout_seconds
        for limits in (None, TEXT_ONLY, HEADERS_ONLY):
            try:
                return await self._parsers.run(
                    parse_to_blobs, answer.path, self._bus.blobs, limits, timeout_seconds=timeout
                )
            except (WorkerTimeout, WorkerDied) as error:
                problem = error
            except WorkerError as error:
                message = "Het proces dat mails leest kan niet starten; kijk geheugen en schijf van de machine na."
                raise Unavailable("parser_unavailable", message, detail=str(error)) from error
        assert problem is not None
        raise problem

    async def _record(self, answer: FetchedMail, mail: StoredMail) -> None:
        reach("mail.parsed")
        received_at = answer.received_at or mail.date or self._bus.now()
        cause = mails.cause_of(self._box, mail, received_at)

        def record(tx: Tx) -> None:
            mails.record(tx, self._box, answer.provider_id, mail)
            reach("mail.writing")

        await self._bus.write(cause, record)
        reach("mail.written")

    async def _quarantine(self, poison: Poison) -> None:
        raw = await self._bus.blobs.put(poison.raw) if poison.raw else None
        name = poison.provider_id or f"unknown:{raw.sha256 if raw else poison.reason}"
        await self._put_aside(name, poison.reason, raw, transient=poison.transient)

    async def _put_aside(self, provider_id: str, reason: str, raw: BlobInfo | None, *, transient: bool) -> None:
        place = domain.place_id(self._box, provider_id)
        source = f"mailbox/{self._box}"
        cause = Cause(consumer=mails.SOURCE, source=source, id=place, at=self._bus.now(), correlation_id=place)

        def keep(tx: Tx) -> None:
            places.quarantine(tx, self._box, provider_id, reason, transient=transient)
            if raw is not None:
                tx.keep_blob(place, raw.sha256, raw.size, "mail.eml", "message/rfc822")

        await self._bus.write(cause, keep)


def _reason(error: Exception) -> str:
    """A stable code for the quarantine."""
    if isinstance(error, WorkerTimeout):
        return "parse_timeout"
    if isinstance(error, WorkerDied):
        return f"parser_died_{error.reason}"
    return error.code if isinstance(error, Outcome) else f"defect_{type(error).__name__}"


def _remove_spooled(answers: Iterable[Fetched]) -> None:
    for answer in answers:
        if isinstance(answer, FetchedMail):
            answer.path.unlink(missing_ok=True)
