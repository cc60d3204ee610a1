"""Runs in a process of its own: exchangelib blocks, and a hang of it must be killable. One connection per process."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import exchangelib
from exchangelib.fields import FieldPath
from exchangelib.items import ID_ONLY, Message
from exchangelib.properties import DistinguishedFolderId, FolderId, ItemId, Mailbox
from exchangelib.protocol import BaseProtocol
from exchangelib.services import GetFolder, GetItem, SyncFolderItems
from exchangelib.services.common import EWSAccountService
from exchangelib.util import MNS, get_xml_attr
from exchangelib.version import Build, Version

from services.mail_ingest.remote._ews_errors import LIBRARY_ERRORS, code_of, is_gone, is_lasting, of_call, of_server
from services.mail_ingest.remote._ews_http import OwnPolicy, WholeBodyAdapter
from services.mail_ingest.remote._ews_xml import item_id, read_change, read_mail
from services.mail_ingest.remote.ews import EwsConnection
from services.mail_ingest.remote.protocol import (
    CursorLost,
    Fetched,
    Gone,
    Page,
    Poison,
    Wanted,
)

# Base64 in XML, and what else stands in an answer.
BODY_PER_MIME = 1.5
_DISTINGUISHED = ("inbox", "sentitems", "junkemail", "deleteditems", "drafts", "archiveinbox")
_state: dict[str, exchangelib.Account] = {}


class _Sync(SyncFolderItems):  # type: ignore[misc]
    """Yields the XML of each change; reads the new state only where there is one (7)."""

    def _get_element_container(self, message: Any, name: str | None = None) -> Any:
        if get_xml_attr(message, f"{{{MNS}}}ResponseCode") == "ErrorInvalidSyncStateData":
            raise CursorLost
        if message.get("ResponseClass") == "Error":
            return EWSAccountService._get_element_container(self, message, name)
        container = super()._get_element_container(message, name)
        last = get_xml_attr(message, f"{{{MNS}}}IncludesLastItemInRange") or ""
        # exchangelib takes "1" for nothing.
        self.includes_last_item_in_range = last.strip().lower() in ("true", "1")
        return container

    def _elem_to_obj(self, elem: Any) -> Any:
        return elem


class _Items(GetItem):  # type: ignore[misc]
    """Yields the XML of each item, or the error of one, in no order to rely on."""

    def _elem_to_obj(self, elem: Any) -> Any:
        return elem


class _Folders(GetFolder):  # type: ignore[misc]
    """Yields the XML of each folder, or its error."""

    def _elems_to_objs(self, elems: Iterator[Any]) -> Iterator[Any]:
        return elems


def connect(connection: EwsConnection) -> None:
    """Initializer of the process; sends nothing yet: endpoint, authentication and version are given, not probed."""
    # Its errors log whole requests and answers.
    logging.getLogger("exchangelib").setLevel(logging.CRITICAL + 1)
    BaseProtocol.HTTP_ADAPTER_CLS = WholeBodyAdapter
    BaseProtocol.TIMEOUT = connection.request_timeout_seconds
    WholeBodyAdapter.max_body_bytes = int(connection.max_mail_bytes * BODY_PER_MIME)
    build = Build(*(int(number) for number in connection.server_build.split(".")))
    config = exchangelib.Configuration(
        service_endpoint=connection.url,
        credentials=exchangelib.Credentials(connection.user, connection.password.get_secret_value()),
        auth_type={"basic": exchangelib.BASIC, "ntlm": exchangelib.NTLM}[connection.auth],
        version=Version(build=build),
        retry_policy=OwnPolicy(),
        max_connections=1,
    )
    _state["account"] = exchangelib.Account(
        connection.mailbox,
        config=config,
        autodiscover=False,
        access_type=connection.access,
        default_timezone=exchangelib.UTC,
    )


def read_page(folder: str, cursor: str | None, limit: int) -> Page:
    """See `protocol.Mailbox.changes`."""
    service = _Sync(account=_account())
    fields = _fields("message_id", "datetime_received", "size", "has_attachments")
    try:
        elements = list(
            service.call(
                folder=_folder(folder),
                shape=ID_ONLY,
                additional_fields=fields,
                sync_state=cursor,
                ignore=None,
                max_changes_returned=limit,
                sync_scope=None,
            )
        )
    except LIBRARY_ERRORS as error:
        raise of_call(error) from None
    if not service.sync_state:
        raise of_call(ValueError("no sync state"))
    read = [read_change(element) for element in elements]
    return Page(
        changes=tuple(one for one in read if not isinstance(one, Poison)),
        poison=tuple(one for one in read if isinstance(one, Poison)),
        cursor=service.sync_state,
        last=service.includes_last_item_in_range,
    )


def fetch(wanted: Sequence[Wanted], files: Path) -> dict[str, Fetched]:
    """See `protocol.Mailbox.fetch`; one request, more only where one went wrong.

    Args:
        wanted: few enough for one answer in memory.
        files: beginning of the name of every file; whoever called deletes what is left when this raises.
    """
    answers: dict[str, Fetched] = {}
    _fetch_into(answers, [one.provider_id for one in wanted], files)
    if answers and all(_may_be_the_server(answer) for answer in answers.values()):
        probe()
    return answers


def probe() -> None:
    """See `protocol.Mailbox.probe`."""
    service = _Folders(account=_account())
    try:
        (found,) = service.call(folders=[_folder("inbox")], additional_fields=None, shape=ID_ONLY)
    except LIBRARY_ERRORS as error:
        raise of_call(error) from None
    if isinstance(found, Exception):
        raise of_call(found)


def _fetch_into(answers: dict[str, Fetched], ids: list[str], files: Path) -> None:
    """Fill `answers` for `ids`; a batch that fails as a whole is halved until the bad item stands alone (9)."""
    try:
        found = _get_items(ids)
    except LIBRARY_ERRORS as error:
        outcome = of_server(error)
        if outcome is not None:
            raise outcome from None
        if len(ids) == 1:
            answers[ids[0]] = _verdict(ids[0], error)
            return
        middle = len(ids) // 2
        _fetch_into(answers, ids[:middle], files)
        _fetch_into(answers, ids[middle:], files)
        return
    _match(answers, ids, found, files)


def _match(answers: dict[str, Fetched], ids: list[str], found: list[Any], files: Path) -> None:
    """By id, never by position (10). Errors carry no id: who got no answer is asked again, alone."""
    elements = {item_id(one): one for one in found if not isinstance(one, Exception)}
    for provider_id in ids:
        if provider_id in elements:
            answers[provider_id] = read_mail(elements[provider_id], provider_id, files)
        elif len(ids) > 1:
            _fetch_into(answers, [provider_id], files)
        else:
            answers[provider_id] = _verdict(provider_id, next(iter(found), None))


def _get_items(ids: list[str]) -> list[Any]:
    """Elements and errors in one list."""
    service = _Items(account=_account(), chunk_size=len(ids))
    fields = _fields("mime_content", "datetime_received", "has_attachments")
    return list(service.call(items=[ItemId(id=one) for one in ids], additional_fields=fields, shape=ID_ONLY))


def _verdict(provider_id: str, answer: object) -> Gone | Poison:
    """What one item's own answer means: an error, an answer about something else, or none at all."""
    if not isinstance(answer, Exception):
        return Poison(provider_id=provider_id, reason="no_answer", transient=True)
    if is_gone(answer):
        return Gone(provider_id=provider_id)
    outcome = of_server(answer)
    if outcome is not None:
        raise outcome
    return Poison(provider_id=provider_id, reason=code_of(answer), transient=not is_lasting(answer))


def _may_be_the_server(answer: Fetched) -> bool:
    return isinstance(answer, Poison) and (answer.transient or answer.reason == "ErrorAccessDenied")


def _account() -> exchangelib.Account:
    return _state["account"]


def _folder(name: str) -> FolderId:
    """Addressed without asking for it first; the mailbox in it is what makes DELEGATE reach a shared mailbox."""
    if name in _DISTINGUISHED:
        return DistinguishedFolderId(id=name, mailbox=Mailbox(email_address=_account().primary_smtp_address))
    return FolderId(id=name)


def _fields(*names: str) -> list[FieldPath]:
    return [FieldPath(field=Message.get_field_by_fieldname(name)) for name in names]
