"""`parse`: any bytes in, a `ParsedMail` out; what could not be read becomes a warning, never an exception."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cached_property

from services.mail_ingest.parsing import forwarded, outlook, outlook_msg, quotes, sealed, tnef
from services.mail_ingest.parsing.automatic import classify
from services.mail_ingest.parsing.body import Body, Leaf
from services.mail_ingest.parsing.charset import clean, decode
from services.mail_ingest.parsing.headers import (
    Headers,
    normalise_message_id,
    read_addresses,
    read_date,
    read_references,
    read_subject,
    read_thread_index,
)
from services.mail_ingest.parsing.identity import content_hash
from services.mail_ingest.parsing.mapi import BrokenError
from services.mail_ingest.parsing.model import Limits, Notes, Oddity, Original, ParsedMail
from services.mail_ingest.parsing.safe_html import tidy
from services.mail_ingest.parsing.shown import Shown, show
from services.mail_ingest.parsing.source import Source
from services.mail_ingest.parsing.tree import read_tree
from services.mail_ingest.parsing.unpack import unpack

_LAST_RESORT_BYTES = 65_536


def parse(raw: bytes | Source, limits: Limits | None = None) -> ParsedMail:
    """Parse one mail; a .msg or winmail.dat file counts as the mail that it holds.

    Pure; runs in a worker process because hostile HTML can still cost seconds.
    """
    notes = Notes()
    limits = limits or Limits()
    source = raw if isinstance(raw, Source) else Source.of(raw)
    try:
        return _parse(_as_mime(source, limits, notes), limits, notes)
    except Exception:  # the promise to the mailbox: no bytes stop it; the warning makes the defect visible
        notes.add(Oddity.UNPARSABLE)
        return _last_resort(source, notes)


def _as_mime(source: Source, limits: Limits, notes: Notes) -> Source:
    """The source itself, or what Outlook would have sent for a file in its own format."""
    start = source.read(0, len(outlook_msg.SIGNATURE))
    is_msg, is_tnef = start == outlook_msg.SIGNATURE, start.startswith(tnef.SIGNATURE)
    if not is_msg and not is_tnef:
        return source
    try:
        read = outlook_msg.read if is_msg else tnef.read
        mail = read(source.read(0, source.size), limits)
    except BrokenError:
        notes.add(Oddity.MSG_BROKEN if is_msg else Oddity.TNEF_BROKEN)
        return source
    if mail.broken:
        notes.add(Oddity.MSG_BROKEN if is_msg else Oddity.TNEF_BROKEN)
    return Source.of(outlook.to_mime(mail, notes))


def _parse(raw: Source, limits: Limits, notes: Notes) -> ParsedMail:
    root = read_tree(raw, limits, notes)
    headers = Headers(root)
    body = Body(notes).walk(root)
    content = unpack(body, limits, notes)
    attached = _Attached(content.messages, limits)
    shown = show(content, lambda: attached.text, limits, notes)
    senders, to, cc = (read_addresses(headers.all(name), limits, notes) for name in ("from", "to", "cc"))
    message_id = normalise_message_id(headers.first("message-id"))
    date, subject = read_date(headers, notes), read_subject(headers, notes)
    sender = senders[0] if senders else None
    automatic = classify(root, headers, sender, notes)
    _note_state(headers, notes, message_id=message_id, sender=sender is not None)
    mail = ParsedMail(
        message_id=message_id,
        date=date,
        from_=sender,
        reply_to=read_addresses(headers.all("reply-to"), limits, notes),
        to=to,
        cc=cc,
        subject=subject,
        text=shown.text,
        new_text=quotes.own_words(sealed.readable(shown.text)),
        html=shown.html,
        attachments=tuple(leaf.attachment(shown.cited) for leaf in content.leaves),
        automatic=automatic,
        in_reply_to=normalise_message_id(headers.first("in-reply-to")),
        references=read_references(headers, limits, notes),
        thread_index=read_thread_index(headers),
        content_hash=content_hash(
            message_id=message_id,
            date=date,
            people=(senders, to, cc),
            subject=subject,
            bodies=(b"\n".join(source) for source in body.sources.values()),
            attachments=(leaf.digest for leaf in body.leaves),
        ),
        warnings=notes.codes(),
    )
    original = _original(mail, shown, headers, attached)
    return mail if original is None else replace(mail, original=original)


class _Attached:
    """The only mail that is attached, or the first one; parsed when somebody asks."""

    def __init__(self, leaves: list[Leaf], limits: Limits) -> None:
        self.only = len(leaves) == 1
        self._leaves = leaves
        self._limits = limits

    @cached_property
    def mail(self) -> ParsedMail | None:
        """None when there is none, or it stands too deep."""
        if not self._leaves or self._limits.nested < 1:
            return None
        source = Source.spooled(self._leaves[0].chunks())
        return parse(source, replace(self._limits, nested=self._limits.nested - 1))

    @property
    def text(self) -> str:
        """Its text, for a mail that has none of its own."""
        return self.mail.text if self.mail else ""


def _original(mail: ParsedMail, shown: Shown, headers: Headers, attached: _Attached) -> Original | None:
    """Whose mail a person forwarded: redirected whole, in the text, or attached."""
    if mail.automatic is not None:
        return None
    if headers.has("resent-from") and mail.from_ is not None:
        return Original(
            from_=mail.from_,
            date=mail.date,
            subject=mail.subject,
            message_id=mail.message_id,
            text=mail.text,
            evidence="resent",
        )
    found = forwarded.find(mail.subject, shown.own)
    if found is None and attached.only:
        found = _attached_original(mail, attached.mail, wordless=not shown.own.strip())
    return found


def _attached_original(mail: ParsedMail, inner: ParsedMail | None, *, wordless: bool) -> Original | None:
    """An attached mail is a forward when the subject says so, nothing else is said, or its sender had received it."""
    if inner is None or inner.from_ is None or inner.automatic is not None:
        return None
    if not (wordless or forwarded.is_forward(mail.subject) or _was_received(mail, inner)):
        return None
    return Original(
        from_=inner.from_,
        date=inner.date,
        subject=inner.subject,
        message_id=inner.message_id,
        text=inner.text,
        evidence="attached",
        behind=inner.original,
    )


def _was_received(mail: ParsedMail, inner: ParsedMail) -> bool:
    """Whether the sender of `mail` had got `inner`: was addressed by it, or refers to it."""
    readers = {person.email.lower() for person in (*inner.to, *inner.cc) if person.email}
    refers = inner.message_id is not None and inner.message_id in (mail.in_reply_to, *mail.references)
    return refers or (mail.from_ is not None and mail.from_.email.lower() in readers)


def _note_state(headers: Headers, notes: Notes, *, message_id: str | None, sender: bool) -> None:
    if message_id is None:
        notes.add(Oddity.MESSAGE_ID_MISSING)
    if not sender:
        notes.add(Oddity.FROM_MISSING)
    if headers.repeated():
        notes.add(Oddity.HEADER_REPEATED)
    if headers.rebuilt():
        notes.add(Oddity.REBUILT)


def _last_resort(raw: Source, notes: Notes) -> ParsedMail:
    """What is left when our own code failed: the bytes as text, and an identity of exactly these bytes."""
    text = tidy(clean(decode(raw.read(0, _LAST_RESORT_BYTES), None, notes).text))
    digest = hashlib.sha256()
    for chunk in raw.chunks():
        digest.update(chunk)
    return ParsedMail(
        message_id=None,
        date=None,
        from_=None,
        reply_to=(),
        to=(),
        cc=(),
        subject="",
        text=text,
        new_text=text,
        html=None,
        attachments=(),
        automatic=None,
        in_reply_to=None,
        references=(),
        thread_index=None,
        content_hash=digest.hexdigest(),
        warnings=notes.codes(),
    )
