"""Mails that could not be taken in, for people: what is wrong, take out, put a mended one in, try again, let go."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeGuard

from sqlalchemy import Connection

from loketbus import audit
from loketbus.errors import Rejected
from loketbus.ledger.tx import Cause, Tx
from loketbus.service import Wiring
from loketbus.workers import WorkerDied, WorkerTimeout
from services.mail_ingest import mails
from services.mail_ingest.domain.troubles import explanation
from services.mail_ingest.parsing import HEADERS_ONLY, parse
from services.mail_ingest.reading import fetch
from services.mail_ingest.remote.protocol import FetchedMail, Gone, Mailbox, Wanted
from services.mail_ingest.settings import MailSettings
from services.mail_ingest.store import quarantine as stored
from services.mail_ingest.store.places import IMPORTED, INBOX, Place, public_id
from services.mail_ingest.store.quarantine import Kept, Quarantined
from services.mail_ingest.taking import Taker

ID_LENGTH_MIN = 6
SHOWN_BYTES = 65_536
"""Of what was kept, for looking at its headers."""
_HEADER = re.compile(rb"^(?:From|To|Date|Subject|Message-ID|Received|MIME-Version|Content-Type)[ \t]*:", re.I | re.M)


class Quarantine:
    """What people do with it. Where no mailbox is read (`box` None), it can only be looked at and let go."""

    def __init__(
        self,
        bus: Wiring[MailSettings],
        box: str | None = None,
        mailbox: Mailbox | None = None,
        taker: Taker | None = None,
    ) -> None:
        self._bus = bus
        self._box = box
        self._mailbox = mailbox
        self._taker = taker

    async def listing(self, *, dropped: bool = False) -> list[dict[str, Any]]:
        """What waits (or what was dropped), without content."""
        found = await self._bus.ledger.read(lambda connection: stored.listing(connection, dropped=dropped))
        return [_shown(one) for one in found]

    async def show(self, beginning: str, actor: str) -> dict[str, Any]:
        """One item, with the headers of what was kept (personal data: reading it is audited).

        Raises:
            Rejected: `not_found`, `ambiguous`.
        """
        item = await self._find(beginning)
        kept = await self._kept(item)
        await self._audit(actor, "read", item.id)
        headers = await self._headers(kept) if _is_whole(kept) else {}
        size = None if kept is None else kept.size
        return _shown(item) | {"kept_bytes": size, "whole": _is_whole(kept), "headers": headers}

    async def export(self, beginning: str, actor: str) -> tuple[Quarantined, Kept, AsyncIterator[bytes]]:
        """What was kept of an item, as it was received.

        Raises:
            Rejected: `not_found`, `ambiguous`, `nothing_kept`.
        """
        item = await self._find(beginning)
        kept = await self._kept(item)
        if kept is None:
            raise Rejected("nothing_kept", "Van dit item is niets ontvangen; bekijk het in Outlook.")
        await self._audit(actor, "export", item.id)
        return item, kept, self._bus.blobs.chunks(kept.sha256)

    async def drop(self, beginning: str, reason: str | None, actor: str) -> None:
        """Let an item go; it does not come back.

        Raises:
            Rejected: `reason_missing`, `not_found`, `ambiguous`, `not_waiting`.
        """
        if not (reason or "").strip():
            raise Rejected("reason_missing", "Geef een reden op waarom deze mail mag vervallen.")
        item = await self._waiting(beginning)

        def drop(tx: Tx) -> None:
            stored.drop(tx, item, str(reason))
            _record(tx.connection, actor, "drop", item.id, tx.now, reason)

        await self._bus.write(self._cause(item), drop)

    async def retry(self, beginning: str, actor: str) -> dict[str, Any]:
        """Fetch and parse an item again, now; what was kept of it serves when it cannot be fetched any more.

        Raises:
            Rejected: `not_found`, `ambiguous`, `not_waiting`, `no_mailbox`, `other_adapter`.
            Unavailable, Denied: the mailbox cannot be reached.
        """
        item = await self._waiting(beginning)
        mailbox, taker, _ = self._room()
        kept = await self._kept(item)
        await self._audit(actor, "retry", item.id)
        if item.place.provider == mailbox.provider:
            batch = await fetch(mailbox, [(Wanted(provider_id=item.place.provider_id, size=item.size), item.place)])
            fetched = isinstance(batch.answers[0][0], FetchedMail)
            if fetched or not _is_whole(kept):
                await taker.take_all(batch.answers)
                return await self._outcome(item, gone=isinstance(batch.answers[0][0], Gone))
        if not _is_whole(kept):
            provider = item.place.provider
            message = f"Dit item kwam over {provider} binnen en is nu niet op te halen; breng het als bestand (import)."
            raise Rejected("other_adapter", message)
        async with self._on_disk(kept) as mail:
            await taker.take(mail, item.place)
        return await self._outcome(item, gone=False)

    async def bring(self, beginning: str | None, path: Path, actor: str) -> dict[str, Any]:
        """Take in a file as the mail of a quarantined item, or as a mail of its own.

        Raises:
            Rejected: `not_found`, `ambiguous`, `not_waiting`, `no_mailbox`, `not_mail`, `not_readable`.
        """
        item = None if beginning is None else await self._waiting(beginning)
        _, taker, box = self._room()
        if not await asyncio.to_thread(_looks_like_mail, path):
            raise Rejected("not_mail", "Dit bestand is geen mail: verwacht wordt een .eml met hoofdingen.")
        where = item.place if item else Place(IMPORTED, await asyncio.to_thread(_digest, path), IMPORTED, INBOX)
        try:
            mail, fresh = await taker.record(_on_file(path), where)
        except (WorkerTimeout, WorkerDied, Rejected) as error:
            raise Rejected("not_readable", "Ook dit bestand kan niet gelezen worden.", detail=str(error)) from error
        await self._audit(actor, "import", public_id(box, where))
        return {"state": "taken_in", "mail": mail, "known_before": not fresh}

    # --- helpers --------------------------------------------------------------------------------------------------

    def _room(self) -> tuple[Mailbox, Taker, str]:
        if self._mailbox is None or self._taker is None or self._box is None:
            raise Rejected("no_mailbox", "Er is geen postvak ingesteld (LOKETBUS_MAILBOX).")
        return self._mailbox, self._taker, self._box

    async def _find(self, beginning: str) -> Quarantined:
        if len(beginning) < ID_LENGTH_MIN:
            raise Rejected("not_found", f"Geef minstens {ID_LENGTH_MIN} tekens van het nummer.")
        found = await self._bus.ledger.read(lambda connection: stored.find(connection, beginning))
        if not found:
            raise Rejected("not_found", f"Er staat niets in quarantaine onder {beginning}.")
        if len(found) > 1:
            raise Rejected("ambiguous", f"Meer dan een item begint met {beginning}; geef meer tekens.")
        return found[0]

    async def _waiting(self, beginning: str) -> Quarantined:
        item = await self._find(beginning)
        if item.dropped is not None:
            raise Rejected("not_waiting", "Dit item is al vervallen.")
        return item

    async def _kept(self, item: Quarantined) -> Kept | None:
        return await self._bus.ledger.read(lambda connection: stored.kept(connection, item))

    async def _headers(self, kept: Kept) -> dict[str, str]:
        start = b""
        async for chunk in self._bus.blobs.chunks(kept.sha256):
            start += chunk
            if len(start) >= SHOWN_BYTES:
                break
        return await asyncio.to_thread(_read_headers, start[:SHOWN_BYTES])

    @asynccontextmanager
    async def _on_disk(self, kept: Kept) -> AsyncIterator[FetchedMail]:
        folder = incoming(self._bus.settings)
        path = folder / f"{secrets.token_hex(8)}.eml"
        try:
            with path.open("xb") as file:
                async for chunk in self._bus.blobs.chunks(kept.sha256):
                    file.write(chunk)
            yield _on_file(path)
        finally:
            path.unlink(missing_ok=True)

    async def _outcome(self, item: Quarantined, *, gone: bool) -> dict[str, Any]:
        after = await self._bus.ledger.read(lambda connection: stored.find(connection, item.id))
        if not after:
            return {"state": "taken_in"}
        state = "gone" if gone else "quarantine"
        return {"state": state, "reason": after[0].reason, "explanation": explanation(after[0].reason)}

    def _cause(self, item: Quarantined) -> Cause:
        now = self._bus.now()
        name = f"{item.id}|{now.isoformat()}"
        return Cause(consumer=mails.SOURCE, source=f"mailbox/{item.mailbox}", id=name, at=now, correlation_id=item.id)

    async def _audit(self, actor: str, action: str, place: str) -> None:
        now = self._bus.now()
        await self._bus.ledger.write(lambda connection: _record(connection, actor, action, place, now))


def incoming(settings: MailSettings) -> Path:
    """A folder of our own for files that people bring; who puts one there deletes it."""
    folder = settings.var / "mail_ingest" / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _record(
    connection: Connection, actor: str, action: str, place: str, now: datetime, reason: str | None = None
) -> None:
    audit.record(
        connection, actor=actor, action=f"quarantine_{action}", target=f"place/{place}", reason=reason, now=now
    )


def _shown(item: Quarantined) -> dict[str, Any]:
    """Without content: what may stand in a list."""
    fields = ("id", "reason", "since", "tried_at", "attempts", "size", "path", "gone_at", "dropped")
    shown = {name: getattr(item, name) for name in fields}
    waits = item.transient and item.dropped is None and item.gone_at is None
    again = waits and item.attempts < stored.ATTEMPTS_MAX
    more = {"explanation": explanation(item.reason), "provider": item.place.provider, "root": item.place.root}
    return shown | more | {"tried_again_by_itself": again}


def _on_file(path: Path) -> FetchedMail:
    return FetchedMail(provider_id="", path=path, size=path.stat().st_size, received_at=None, has_attachments=None)


def _is_whole(kept: Kept | None) -> TypeGuard[Kept]:
    return kept is not None and kept.media_type == "message/rfc822"


def _looks_like_mail(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(SHOWN_BYTES)
    return _HEADER.search(head.partition(b"\n\n")[0].partition(b"\r\n\r\n")[0]) is not None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_headers(start: bytes) -> dict[str, str]:
    """Who, when, what; decoded as far as can be."""
    mail = parse(start, HEADERS_ONLY)
    sender = None if mail.from_ is None else f"{mail.from_.name} <{mail.from_.email}>".strip()
    found = {
        "Van": sender,
        "Aan": ", ".join(one.email for one in mail.to),
        "Onderwerp": mail.subject,
        "Datum": mail.date.isoformat() if mail.date else None,
        "Message-ID": mail.message_id,
    }
    return {name: value for name, value in found.items() if value}
