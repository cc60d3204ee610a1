"""One fetched item at a time: parsed and written down, or put in quarantine. Nothing here stops for one mail."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import structlog

from loketbus.blobs import BlobInfo
from loketbus.errors import LostOwnership, Outcome, Unavailable
from loketbus.failpoints import reach
from loketbus.ledger import LedgerUnavailable
from loketbus.ledger.tx import Cause, Tx
from loketbus.service import Wiring
from loketbus.workers import WorkerDied, WorkerError, WorkerPool, WorkerTimeout
from services.mail_ingest import mails, sent_items
from services.mail_ingest.parsing import StoredMail, ladder, parse_to_blobs
from services.mail_ingest.parsing.ladder import parse_with_less
from services.mail_ingest.parsing.model import Limits
from services.mail_ingest.policy import open_policy
from services.mail_ingest.remote.protocol import Fetched, FetchedMail, Gone, Poison
from services.mail_ingest.sent_items import SentHeaders
from services.mail_ingest.settings import MailSettings
from services.mail_ingest.store import quarantine
from services.mail_ingest.store.places import NAMELESS, SENT, Place, public_id

log = structlog.get_logger(__name__)

TEXT_BYTES_MAX = 4 * Limits().text_chars
"""UTF-8 of the longest text that the parser keeps."""
_NOT_THE_MAIL = (LedgerUnavailable, LostOwnership, Unavailable)
"""Trouble of ours: it is done again later."""


class Taker:
    """Takes in items of one mailbox. `box` is its opaque id."""

    def __init__(self, bus: Wiring[MailSettings], parsers: WorkerPool, box: str) -> None:
        self._bus = bus
        self._parsers = parsers
        self._box = box
        self._policy = open_policy(bus.settings)

    async def take_all(self, answers: Iterable[tuple[Fetched, Place, int | None]]) -> set[str]:
        """Take in what was fetched; its files are deleted, whatever happens. Returns the mails that were known before.

        Raises:
            Unavailable, LedgerUnavailable: not the mails' fault; what was written stays written.
        """
        given = list(answers)
        try:
            # Their files go when all have ended, also when one fails.
            done = await asyncio.gather(*(self.take(*one) for one in given), return_exceptions=True)
        finally:
            remove_spooled(answer for answer, _, _ in given)
        for problem in done:
            if isinstance(problem, BaseException):
                raise problem
        return {mail for mail in done if isinstance(mail, str)}

    async def take(self, answer: Fetched, where: Place, size: int | None = None) -> str | None:
        """Take in one answer for the item at `where`; the file is left alone. `size` is as the server counts.

        Returns the mail when it was known before.
        """
        if isinstance(answer, Gone):
            now = self._bus.now()
            await self._bus.ledger.write(lambda connection: quarantine.stop_trying(connection, self._box, where, now))
        elif isinstance(answer, Poison):
            await self.put_aside(answer, where, size)
        else:
            return await self.take_mail(answer, where)
        return None

    async def take_mail(self, answer: FetchedMail, where: Place) -> str | None:
        """Take in a raw mail, or keep it in quarantine when that cannot be done."""
        try:
            mail, fresh = await self.record(answer, where)
        except _NOT_THE_MAIL:
            raise
        except Exception as error:
            # One mail must never stop the mailbox, whatever is wrong with it or with us.
            log.exception("mail_quarantined", mailbox=self._box)
            raw = await self._bus.blobs.put(answer.path)
            await self._keep_aside(where, _reason(error), raw, whole=True, transient=False, size=answer.size)
            return None
        return None if fresh else mail

    async def record(self, answer: FetchedMail, where: Place) -> tuple[str, bool]:
        """Parse a raw mail and write it down as what stands at `where`; which mail it is, and whether it is new.

        Raises:
            Exception: whatever is wrong with it.
        """
        if where.root == SENT:
            headers = await self._read_headers(answer.path)
            cause = sent_items.cause_of(self._box, headers, answer.received_at or headers.date or self._bus.now())
            return cause.id, await self._write(cause, lambda tx: sent_items.record(tx, self._box, where, headers))
        mail = await self._parse(answer.path)
        cause = mails.cause_of(self._box, mail, answer.received_at or mail.date or self._bus.now())
        record = partial(
            mails.record,
            mailbox=self._box,
            place=where,
            mail=mail,
            queue_from=self._bus.settings.queue_from,
            policy=self._policy,
            has_attachments=answer.has_attachments,
            text=await self._quoted(mail),
        )
        return cause.id, await self._write(cause, record)

    async def _quoted(self, mail: StoredMail) -> str | None:
        """The whole text where it holds more than the sender's own words: a token may stand in what is quoted."""
        if self._policy.tokens is None or mail.text.size <= len(mail.new_text.encode()):
            return None
        return (await self._bus.blobs.read(mail.text.sha256, max_bytes=TEXT_BYTES_MAX)).decode()

    async def put_aside(self, poison: Poison, where: Place, size: int | None = None) -> None:
        """Keep what is known of an item that cannot be read."""
        raw = await self._bus.blobs.put(poison.raw) if poison.raw else None
        await self._keep_aside(where, poison.reason, raw, whole=False, transient=poison.transient, size=size)

    async def _parse(self, path: Path) -> StoredMail:
        timeout = self._bus.settings.parse_timeout_seconds
        with _parsing():
            return await parse_with_less(self._parsers, parse_to_blobs, path, self._bus.blobs, timeout_seconds=timeout)

    async def _read_headers(self, path: Path) -> SentHeaders:
        timeout = self._bus.settings.parse_timeout_seconds
        with _parsing():
            return await self._parsers.run(sent_items.read_headers, path, timeout_seconds=timeout)

    async def _write(self, cause: Cause, record: Callable[[Tx], bool]) -> bool:
        reach("mail.parsed")

        def write(tx: Tx) -> bool:
            fresh = record(tx)
            reach("mail.writing")
            return fresh

        fresh: bool = await self._bus.write(cause, write)
        reach("mail.written")
        return fresh

    async def _keep_aside(
        self, where: Place, reason: str, raw: BlobInfo | None, *, whole: bool, transient: bool, size: int | None
    ) -> None:
        place = public_id(self._box, where)
        source = f"mailbox/{self._box}"
        cause = Cause(consumer=mails.SOURCE, source=source, id=place, at=self._bus.now(), correlation_id=place)

        def keep(tx: Tx) -> None:
            aside = quarantine.put_aside(tx, self._box, where, reason, transient=transient, size=size)
            if aside and raw is not None:
                quarantine.keep(tx, self._box, where, raw.sha256, raw.size, whole=whole)

        await self._bus.write(cause, keep)


def name_of(poison: Poison) -> str:
    """The id of an item; of our own making, the same for the same answer, when the answer did not say it."""
    if poison.provider_id is not None:
        return poison.provider_id
    return NAMELESS + (hashlib.sha256(poison.raw).hexdigest() if poison.raw else poison.reason)


def remove_spooled(answers: Iterable[Fetched]) -> None:
    """Delete the files of what was fetched."""
    for answer in answers:
        if isinstance(answer, FetchedMail):
            answer.path.unlink(missing_ok=True)


@contextmanager
def _parsing() -> Iterator[None]:
    """That no process can be had, is no fault of the mail."""
    try:
        yield
    except (WorkerTimeout, WorkerDied):
        raise
    except WorkerError as error:
        message = "Het proces dat mails leest kan niet starten; kijk geheugen en schijf van de machine na."
        raise Unavailable("parser_unavailable", message, detail=str(error)) from error


def _reason(error: Exception) -> str:
    """A stable code for the quarantine; never one that an adapter uses for something else."""
    return f"refused_{error.code}" if isinstance(error, Outcome) else ladder.reason(error)
