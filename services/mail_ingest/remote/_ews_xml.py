"""EWS elements to our own shapes, without exchangelib's item classes: they refuse tags they do not know (hazard 8)."""

from __future__ import annotations

from datetime import UTC, datetime

from exchangelib.util import TNS
from lxml import etree

from services.mail_ingest.remote._ews_stream import MIME, Mimes
from services.mail_ingest.remote.protocol import Change, ChangeKind, FetchedMail, Folder, Poison, Wanted

RAW_BYTES = 65_536
MAIL_CLASSES = ("IPF.Note", "IPF.Imap")
"""Folder classes that hold mail, with their subclasses; Outlook takes a folder without a class for mail too."""
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


def read_mail(element: etree._Element, provider_id: str, mimes: Mimes) -> FetchedMail | Poison:
    """One item whose `MimeContent` went to a file, if it was a mail (hazard 12: garbage comes too)."""
    mime = next((mimes[one] for one in element.iter(MIME) if one in mimes), None)
    problem = mime.problem if mime else "mime_missing"
    if mime is None or problem is not None:
        transient = problem == "mime_not_base64"
        return Poison(provider_id=provider_id, reason=problem or "", transient=transient, raw=as_raw(element))
    return FetchedMail(
        provider_id=provider_id,
        path=mime.path,
        size=mime.size,
        received_at=_time(element, "DateTimeReceived"),
        has_attachments=_flag(element, "HasAttachments"),
    )


def read_listed(element: etree._Element) -> Wanted | None:
    """One item of a listing; None for one without an id."""
    provider_id = item_id(element)
    return Wanted(provider_id=provider_id, size=_number(element, "Size")) if provider_id else None


def mail_folders(root: str, top: etree._Element, below: list[etree._Element]) -> tuple[Folder, ...]:
    """The folder `root` under that name, then every mail folder below it, by path."""
    elements = {_id(one, "FolderId"): one for one in (top, *below)}
    mine = _id(top, "FolderId")
    found = [
        Folder(folder_id=name, path=_path(name, mine, elements), total=_number(one, "TotalCount") or 0)
        for name, one in elements.items()
        if name != mine and _holds_mail(one)
    ]
    first = Folder(folder_id=root, path=_path(mine, mine, elements), total=_number(top, "TotalCount") or 0)
    return (first, *sorted(found, key=lambda folder: folder.path))


def _holds_mail(element: etree._Element) -> bool:
    """Calendars and the like have elements of their own, search folders show mails of other folders."""
    kind = _text(element, "FolderClass") or MAIL_CLASSES[0]
    plain = etree.QName(element).localname == "Folder"
    return plain and any(kind == known or kind.startswith(f"{known}.") for known in MAIL_CLASSES)


def _path(name: str, root: str, elements: dict[str, etree._Element]) -> str:
    """Names from the root down; a parent that is not among `elements`, or a circle, ends it."""
    names: list[str] = []
    left = dict(elements)
    while (element := left.pop(name, None)) is not None:
        names.append((_text(element, "DisplayName") or "?").replace("/", "\u2215"))
        name = _id(element, "ParentFolderId") if name != root else ""
    return "/".join(reversed(names))


def _id(element: etree._Element, tag: str) -> str:
    found = next(element.iter(f"{{{TNS}}}{tag}"), None)
    return found.get("Id", "") if found is not None else ""


def item_id(element: etree._Element) -> str | None:
    """The first ItemId in or below an element."""
    return _id(element, "ItemId") or None


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
