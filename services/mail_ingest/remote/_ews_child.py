"""Runs in a process of its own: exchangelib blocks, and a hang of it must be killable. One connection per process."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import exchangelib
from exchangelib.fields import FieldPath
from exchangelib.items import ID_ONLY, Message
from exchangelib.properties import DistinguishedFolderId, FolderId, ItemId, Mailbox
from exchangelib.protocol import BaseProtocol
from exchangelib.version import Build, Version

from loketbus.errors import Outcome, Unavailable
from services.mail_ingest.remote._ews_connection import EwsConnection
from services.mail_ingest.remote._ews_errors import (
    LIBRARY_ERRORS,
    code_of,
    is_gone,
    is_lasting,
    may_be_one_item,
    of_call,
    of_server,
)
from services.mail_ingest.remote._ews_http import OwnPolicy, WholeBodyAdapter
from services.mail_ingest.remote._ews_oauth import AppCredentials
from services.mail_ingest.remote._ews_services import PAGE_MAX, Folders, Items, Listed, Subfolders, Sync
from services.mail_ingest.remote._ews_stream import Mimes
from services.mail_ingest.remote._ews_xml import item_id, mail_folders, read_change, read_listed, read_mail
from services.mail_ingest.remote.protocol import Fetched, Folder, Gone, Listing, Page, Poison, Wanted

# Base64 in XML, and what else stands in an answer.
BODY_PER_MIME = 1.5
_DISTINGUISHED = ("inbox", "sentitems", "junkemail", "deleteditems", "drafts", "archiveinbox")
_AUTH = {"basic": exchangelib.BASIC, "ntlm": exchangelib.NTLM, "oauth": exchangelib.OAUTH2}
_state: dict[str, Any] = {}


def connect(connection: EwsConnection) -> None:
    """Initializer of the process; sends nothing yet: endpoint, authentication and version are given, not probed."""
    # They log whole requests, answers and tokens.
    for name in ("exchangelib", "requests_oauthlib", "oauthlib"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    BaseProtocol.HTTP_ADAPTER_CLS = WholeBodyAdapter
    BaseProtocol.TIMEOUT = connection.request_timeout_seconds
    build = Build(*(int(number) for number in connection.server_build.split(".")))
    config = exchangelib.Configuration(
        service_endpoint=connection.url,
        credentials=_credentials(connection),
        auth_type=_AUTH[connection.auth],
        version=Version(build=build),
        retry_policy=OwnPolicy(),
        max_connections=1,
    )
    _state["answer_bytes"] = int(connection.max_mail_bytes * BODY_PER_MIME)
    _state["account"] = exchangelib.Account(
        connection.mailbox,
        config=config,
        autodiscover=False,
        access_type=exchangelib.IMPERSONATION if connection.impersonates else exchangelib.DELEGATE,
        default_timezone=exchangelib.UTC,
    )


def read_page(folder: str, cursor: str | None, limit: int) -> Page:
    """See `protocol.Mailbox.changes`."""
    service = Sync(account=_account())
    fields = _fields("message_id", "datetime_received", "size", "has_attachments")
    with _one_call():
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
        if not service.sync_state:
            raise ValueError("no sync state")
    read = [read_change(element) for element in elements]
    return Page(
        changes=tuple(one for one in read if not isinstance(one, Poison)),
        poison=tuple(one for one in read if isinstance(one, Poison)),
        cursor=service.sync_state,
        last=service.includes_last_item_in_range,
    )


def list_folders(root: str) -> tuple[Folder, ...]:
    """See `protocol.Mailbox.folders`; two requests."""
    fields = _fields("name", "total_count", "folder_class", "parent_folder_id", of=exchangelib.Folder)
    with _one_call():
        (top,) = Folders(account=_account()).call(folders=[_folder(root)], additional_fields=fields, shape=ID_ONLY)
        if isinstance(top, Exception):
            raise top
        return mail_folders(root, top, Subfolders(account=_account()).below(_folder(root), fields))


def list_part(folder: str, after: str | None, limit: int) -> Listing:
    """See `protocol.Mailbox.listing`: by offset, because Exchange has nothing better, oldest first.

    A mail that leaves the folder shifts all later ones down, past the offset. So the last one given is asked again:
    when another stands in its place, the part begins half a part earlier. Ids can be missed only when more than that
    left since the part before, in one go with the one given last.
    """
    offset, _, seen = (after or "0").partition(" ")
    start = max(int(offset) - 1, 0)
    items, last = _listed(folder, start, min(limit + 1, PAGE_MAX))
    if seen and (not items or items[0].provider_id != seen):
        start = max(start - max(limit // 2, 1), 0)
        items, last = _listed(folder, start, PAGE_MAX)
    known = next((place for place, one in enumerate(items, 1) if one.provider_id == seen), 0)
    new = items[known : known + limit]
    if not new or (last and known + len(new) == len(items)):
        return Listing(items=tuple(new), next=None)
    return Listing(items=tuple(new), next=f"{start + known + len(new)} {new[-1].provider_id}")


def fetch(wanted: Sequence[Wanted], files: Path) -> dict[str, Fetched]:
    """See `protocol.Mailbox.fetch`; one request, more only where one went wrong.

    Args:
        wanted: few enough for one request.
        files: beginning of the name of every file; whoever called deletes what is left when this raises.
    """
    answers: dict[str, Fetched] = {}
    try:
        _fetch_into(answers, [one.provider_id for one in wanted], files)
    except OSError as error:
        # Of the files: those of the network are LIBRARY_ERRORS.
        message = "De mail kan niet tussentijds bewaard worden: kijk de schijf van de machine na."
        raise Unavailable("spool_unwritable", message, detail=type(error).__name__) from None
    if answers and all(_may_be_the_server(answer) for answer in answers.values()):
        probe()
    return answers


def probe() -> None:
    """See `protocol.Mailbox.probe`."""
    with _one_call():
        service = Folders(account=_account())
        (found,) = service.call(folders=[_folder("inbox")], additional_fields=None, shape=ID_ONLY)
        if isinstance(found, Exception):
            raise found


@contextmanager
def _one_call() -> Iterator[None]:
    """A call that is about no single item: every error says something about the server or our rights."""
    try:
        yield
    except LIBRARY_ERRORS as error:
        raise of_call(error) from None


def _listed(folder: str, offset: int, limit: int) -> tuple[list[Wanted], bool]:
    with _one_call():
        elements, last = Listed(account=_account()).part(_folder(folder), _fields("size"), offset, limit)
    return [one for element in elements if (one := read_listed(element)) is not None], last


def _fetch_into(answers: dict[str, Fetched], ids: list[str], files: Path, *, again: bool = False) -> None:
    """Fill `answers` for `ids`. `again`: the only one of them was in doubt already (see `_narrow_down`)."""
    try:
        found, mimes = _get_items(ids, files)
    except (*LIBRARY_ERRORS, Outcome) as error:
        trouble = error
    else:
        _match(answers, ids, found, mimes, files, again=again)
        return
    _narrow_down(answers, ids, trouble, files, again=again)


def _narrow_down(answers: dict[str, Fetched], ids: list[str], error: Exception, files: Path, *, again: bool) -> None:
    """A batch that fails as a whole is halved until the bad item stands alone (9).

    What may be the server's is only held against an item when the server shows itself well, and twice: an outage never
    looks like broken mails, nor a broken mail like an outage.
    """
    outcome = of_server(error)
    if outcome is not None:
        if not may_be_one_item(outcome):
            raise outcome from None
        probe()
    if len(ids) > 1:
        middle = len(ids) // 2
        _fetch_into(answers, ids[:middle], files)
        _fetch_into(answers, ids[middle:], files)
    elif outcome is not None and not again:
        _fetch_into(answers, ids, files, again=True)
    else:
        answers[ids[0]] = _verdict(ids[0], error)


def _match(
    answers: dict[str, Fetched], ids: list[str], found: list[Any], mimes: Mimes, files: Path, *, again: bool
) -> None:
    """By id, never by position (10). Errors carry no id: who got no answer is asked again, alone."""
    elements = {item_id(one): one for one in found if not isinstance(one, Exception)}
    for provider_id in ids:
        if provider_id in elements:
            answers[provider_id] = read_mail(elements[provider_id], provider_id, mimes)
        elif len(ids) > 1:
            _fetch_into(answers, [provider_id], files)
        elif found and isinstance(found[0], Exception):
            _narrow_down(answers, ids, found[0], files, again=again)
        else:  # an answer about something else, or none at all
            answers[provider_id] = Poison(provider_id=provider_id, reason="no_answer", transient=True)


def _get_items(ids: list[str], files: Path) -> tuple[list[Any], Mimes]:
    """Elements and errors in one list, and the mails that belong to the elements."""
    service = Items(account=_account(), chunk_size=len(ids), files=files, limit=_state["answer_bytes"])
    fields = _fields("mime_content", "datetime_received", "has_attachments")
    found = list(service.call(items=[ItemId(id=one) for one in ids], additional_fields=fields, shape=ID_ONLY))
    return found, service.mimes


def _verdict(provider_id: str, error: Exception) -> Gone | Poison:
    """What an error means that is one item's own."""
    if is_gone(error):
        return Gone(provider_id=provider_id)
    return Poison(provider_id=provider_id, reason=code_of(error), transient=not is_lasting(error))


def _may_be_the_server(answer: Fetched) -> bool:
    return isinstance(answer, Poison) and (answer.transient or answer.reason == "ErrorAccessDenied")


def _credentials(connection: EwsConnection) -> Any:
    if connection.auth == "oauth":
        return AppCredentials(connection)
    assert connection.password is not None
    return exchangelib.Credentials(connection.user, connection.password.get_secret_value())


def _account() -> exchangelib.Account:
    """The account, with as many sessions as there are.

    exchangelib counts a session that it could not replace (no token, no network) as lent out, and would wait for it
    for ever. Calls come one by one here: between them all sessions are in the pool.
    """
    protocol = _state["account"].protocol
    protocol._session_pool_size = protocol._session_pool.qsize()
    return _state["account"]


def _folder(name: str) -> FolderId:
    """Addressed without asking for it first; the mailbox in it is what makes DELEGATE reach a shared mailbox."""
    if name in _DISTINGUISHED:
        address = _state["account"].primary_smtp_address
        return DistinguishedFolderId(id=name, mailbox=Mailbox(email_address=address))
    return FolderId(id=name)


def _fields(*names: str, of: Any = Message) -> list[FieldPath]:
    return [FieldPath(field=of.get_field_by_fieldname(name)) for name in names]
