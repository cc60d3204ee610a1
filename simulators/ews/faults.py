"""The faults of an Exchange server. Numbers are the hazards of the reference (mail.md 2.3).

Stages: `request` strikes before the operation runs, `reply` changes the answer's XML, `wire` the bytes, `stream` the
streaming connection. A fault of the last three strikes after the mailbox changed: the client cannot know that it did.
"""

from __future__ import annotations

import base64
import email
import re
import textwrap
from collections.abc import Callable, Iterator
from copy import deepcopy
from email.policy import SMTP

from simulators._common.exchange import ids
from simulators._common.faults import Fault, FaultKind
from simulators.ews.operations.syncing import invalid_state
from simulators.ews.soap import MESSAGES, TYPES, EwsError, Node, SoapFaultError, failure, m, t

KINDS: dict[str, FaultKind] = {
    # 4: a reset before any answer; for a closed port, see `EwsSimulator.down`
    "refuse": FaultKind("request"),
    "delay": FaultKind("request", {"ms": 1000}),
    # 4, 5, 6: an HTTP status; retry_after None sends no such header
    "status": FaultKind("request", {"status": 503, "retry_after": None, "body": ""}),
    # 6: HTTP 500 with ErrorServerBusy; back_off_ms None leaves the advice out
    "busy": FaultKind("request", {"back_off_ms": 1000}),
    "soap_fault": FaultKind("request", {"code": "ErrorInternalServerError"}),
    # 9: an error for the request as a whole; sync_state adds the empty element that 7 is about
    "error": FaultKind("request", {"code": "ErrorInternalServerError", "sync_state": False}),
    # 7
    "invalid_sync_state": FaultKind("request", {"element": True}),
    # 9: an error for single items: those in `items`, else the first
    "item_error": FaultKind("reply", {"code": "ErrorMimeContentConversionFailed"}),
    # 10: answers left out: those for `items`, else the last
    "fewer": FaultKind("reply"),
    # 8: another element in place of t:Message: for `items`, else the first
    "unknown_tag": FaultKind("reply", {"tag": "SharingMessage"}),
    # 11: all attachments of `items` (else of all) become links, which a mail's MIME does not have
    "reference_attachment": FaultKind("reply"),
    # 12, 13
    "replace_text": FaultKind("reply", {"element": "DateTimeReceived", "text": "garbage"}),
    "wrap_base64": FaultKind("reply", {"element": "Content", "width": 76}),
    "no_content": FaultKind("reply"),
    # 17: ids of items that do not exist
    "ghosts": FaultKind("reply", {"number": 1}),
    # 10: every answer (in a page: every change) twice, or in reverse order
    "duplicate": FaultKind("reply"),
    "reorder": FaultKind("reply"),
    # the life of a token in seconds; less than 0 has ended already
    "token_life": FaultKind("token", {"seconds": -60}),
    # 1, 13: the body ends early; after_items counts complete items, `at` bytes
    "cut": FaultKind("wire", {"at": None, "after_items": None, "framing": "close", "hard": False}),
    # 14: the stream ends without Closed, after so many messages; `hard` without a proper end
    "stream_end": FaultKind("stream", {"after": 1, "hard": False}),
}

_ITEM_END = re.compile(rb"</t:(?:Message|MeetingRequest|Delete|ReadFlagChange|FileAttachment)>")


def refusal(operation: str, fault: Fault) -> Node:
    """The response message of an `error` or `invalid_sync_state` fault.

    Raises:
        SoapFaultError: for `busy` and `soap_fault`.
    """
    if fault.kind == "busy":
        raise SoapFaultError(
            "ErrorServerBusy",
            "The server cannot service this request right now. Try again later.",
            back_off_ms=fault.params["back_off_ms"],
        )
    if fault.kind == "soap_fault":
        raise SoapFaultError(fault.params["code"], "The request failed.")
    if fault.kind == "invalid_sync_state":
        return failure(operation, invalid_state(with_element=fault.params["element"]))
    parts = [m("SyncState"), m("IncludesLastItemInRange", "true")] if fault.params["sync_state"] else []
    return failure(operation, EwsError(fault.params["code"], "The request failed.", *parts))


def ids_in(messages: list[Node]) -> list[str]:
    """Ids of every item and attachment that an answer speaks of."""
    tags = (f"{{{TYPES}}}ItemId", f"{{{TYPES}}}AttachmentId")
    return [str(node.get("Id")) for message in messages for node in message.iter(*tags)]


def spoil(operation: str, messages: list[Node], fault: Fault, aimed: set[str]) -> list[Node]:
    """The answer with a `reply` fault in it; `aimed` holds the item ids that the fault names."""
    return _SPOILERS[fault.kind](operation, messages, fault, aimed)


def cut_at(body: bytes, fault: Fault) -> int:
    """How many bytes of a body a `cut` lets through."""
    if fault.params["after_items"] is None:
        return int(fault.params["at"] or 0)
    ends = [0, *(end.end() for end in _ITEM_END.finditer(body))]
    return ends[min(int(fault.params["after_items"]), len(ends) - 1)]


def _item_error(operation: str, messages: list[Node], fault: Fault, aimed: set[str]) -> list[Node]:
    error = EwsError(fault.params["code"], "The item could not be answered.")
    hit = _aimed_messages(messages, fault, aimed) or messages[:1]
    return [failure(operation, error) if message in hit else message for message in messages]


def _fewer(operation: str, messages: list[Node], fault: Fault, aimed: set[str]) -> list[Node]:
    hit = _aimed_messages(messages, fault, aimed) or messages[-1:]
    return [message for message in messages if message not in hit]


def _unknown_tag(operation: str, messages: list[Node], fault: Fault, aimed: set[str]) -> list[Node]:
    items = [node for message in messages for node in message.iter(f"{{{TYPES}}}Message")]
    hit = [node for node in items if not aimed.isdisjoint(ids_in([node]))] if fault.items else items[:1]
    for node in hit:
        node.tag = f"{{{TYPES}}}{fault.params['tag']}"
    return messages


def _reference_attachment(operation: str, messages: list[Node], fault: Fault, aimed: set[str]) -> list[Node]:
    hit = _aimed_messages(messages, fault, aimed) if fault.items else messages
    for node in _each(hit, "FileAttachment"):
        node.tag = f"{{{TYPES}}}ReferenceAttachment"
        node.append(t("AttachLongPathName", "https://onedrive.example/document"))
        node.append(t("ProviderType", "OneDrivePro"))
    for node in _each(hit, "MimeContent"):
        node.text = base64.b64encode(_without_files(base64.b64decode(node.text or ""))).decode()
    return messages


def _without_files(raw: bytes) -> bytes:
    mail = email.message_from_bytes(raw, policy=SMTP)
    if mail.is_multipart():
        mail.set_payload([part for part in mail.iter_parts() if not part.is_attachment()])
    return mail.as_bytes()


def _replace_text(operation: str, messages: list[Node], fault: Fault, aimed: set[str]) -> list[Node]:
    for node in _each(_aimed_messages(messages, fault, aimed) or messages, fault.params["element"]):
        node.text = fault.params["text"]
    return messages


def _wrap_base64(operation: str, messages: list[Node], fault: Fault, aimed: set[str]) -> list[Node]:
    for node in _each(messages, fault.params["element"]):
        node.text = "\r\n".join(textwrap.wrap(node.text or "", fault.params["width"]))
    return messages


def _no_content(operation: str, messages: list[Node], fault: Fault, aimed: set[str]) -> list[Node]:
    for node in list(_each(messages, "Content")):
        parent = node.getparent()
        assert parent is not None
        parent.remove(node)
    return messages


def _ghosts(operation: str, messages: list[Node], fault: Fault, aimed: set[str]) -> list[Node]:
    nowhere = ids.Ids("ghost@simulator.example")
    for changes in (node for message in messages for node in message.iter(f"{{{MESSAGES}}}Changes")):
        for number in range(fault.params["number"]):
            mark = t("ItemId", Id=nowhere.item(1, number), ChangeKey=nowhere.change_key(1))
            changes.append(t("Create", t("Message", mark)))
    return messages


def _duplicate(operation: str, messages: list[Node], fault: Fault, aimed: set[str]) -> list[Node]:
    for changes in _lists(messages):
        changes.extend([deepcopy(change) for change in changes])
    return messages if _lists(messages) else [*messages, *map(deepcopy, messages)]


def _reorder(operation: str, messages: list[Node], fault: Fault, aimed: set[str]) -> list[Node]:
    for changes in _lists(messages):
        changes[:] = list(changes)[::-1]
    return messages[::-1]


def _lists(messages: list[Node]) -> list[Node]:
    return [node for message in messages for node in message.iter(f"{{{MESSAGES}}}Changes")]


def _each(messages: list[Node], tag: str) -> Iterator[Node]:
    for message in messages:
        yield from list(message.iter(f"{{{TYPES}}}{tag}"))


def _aimed_messages(messages: list[Node], fault: Fault, aimed: set[str]) -> list[Node]:
    if not fault.items:
        return []
    return [message for message in messages if not aimed.isdisjoint(ids_in([message]))]


_SPOILERS: dict[str, Callable[[str, list[Node], Fault, set[str]], list[Node]]] = {
    "item_error": _item_error,
    "fewer": _fewer,
    "unknown_tag": _unknown_tag,
    "reference_attachment": _reference_attachment,
    "replace_text": _replace_text,
    "wrap_base64": _wrap_base64,
    "no_content": _no_content,
    "ghosts": _ghosts,
    "duplicate": _duplicate,
    "reorder": _reorder,
}
