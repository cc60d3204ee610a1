"""EWS elements to our own shapes, without exchangelib's item classes: they refuse tags they do not know (hazard 8)."""

from __future__ import annotations

import binascii
import re
import secrets
from datetime import UTC, datetime
from pathlib import Path

from exchangelib.util import TNS
from lxml import etree

from services.mail_ingest.remote.protocol import Change, ChangeKind, FetchedMail, Poison

RAW_BYTES = 65_536
_HEAD_BYTES = 8_192
_HEADER = re.compile(rb"^[\x21-\x39\x3b-\x7e]+[ \t]*:", re.MULTILINE)
_KINDS = {
    "Create": ChangeKind.CREATE,
    "Update": ChangeKind.UPDATE,
    "Delete": ChangeKind.DELETE,
    "ReadFlagChange": ChangeKind.READ_FLAG,
}


def read_change(element: etree._Element) -> Change | Poison:
    """One child of `m:Changes`; whatever kind of item it is, its id is enough."""
    kind = _KINDS.get(etree.QName(element).localname)
    provider_id = item_id(element)
    if kind is None or provider_id is None:
        return Poison(provider_id=provider_id, reason="unreadable_change", raw=as_raw(element))
    return Change(
        kind=kind,
        provider_id=provider_id,
        size=_number(element, "Size"),
        received_at=_time(element, "DateTimeReceived"),
        message_id=_text(element, "InternetMessageId"),
        has_attachments=_flag(element, "HasAttachments"),
    )


def read_mail(element: etree._Element, provider_id: str, files: Path) -> FetchedMail | Poison:
    """One item with its MimeContent: into a file, once it is sure that it is a mail (hazard 12: garbage comes too)."""
    try:
        mime = binascii.a2b_base64("".join((_text(element, "MimeContent") or "").split()), strict_mode=True)
    except ValueError:
        return Poison(provider_id=provider_id, reason="mime_not_base64", transient=True, raw=as_raw(element))
    if not _HEADER.search(mime, 0, _HEAD_BYTES):
        return Poison(provider_id=provider_id, reason="not_mail" if mime else "mime_missing", raw=as_raw(element))
    path = files.with_name(f"{files.name}-{secrets.token_hex(8)}.eml")
    path.touch(mode=0o600)
    path.write_bytes(mime)
    return FetchedMail(
        provider_id=provider_id,
        path=path,
        size=len(mime),
        received_at=_time(element, "DateTimeReceived"),
        has_attachments=_flag(element, "HasAttachments"),
    )


def item_id(element: etree._Element) -> str | None:
    """The first ItemId in or below an element."""
    found = next(element.iter(f"{{{TNS}}}ItemId"), None)
    return found.get("Id") if found is not None else None


def as_raw(element: etree._Element) -> bytes:
    """The element as the server sent it, cut."""
    return etree.tostring(element)[:RAW_BYTES]


def _text(element: etree._Element, name: str) -> str | None:
    found = next(element.iter(f"{{{TNS}}}{name}"), None)
    return found.text if found is not None else None


def _number(element: etree._Element, name: str) -> int | None:
    text = _text(element, name) or ""
    return int(text) if text.isdecimal() else None


def _flag(element: etree._Element, name: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get((_text(element, name) or "").strip().lower())


def _time(element: etree._Element, name: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(_text(element, name) or "")
    except ValueError:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
