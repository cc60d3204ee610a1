"""exchangelib's services, giving the XML of what they found instead of objects whose classes refuse what they do not
know (hazard 8).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from exchangelib.fields import FieldOrder, FieldPath
from exchangelib.items import ID_ONLY, SHALLOW, Message
from exchangelib.services import FindFolder, FindItem, GetFolder, GetItem, SyncFolderItems
from exchangelib.services.common import EWSAccountService
from exchangelib.util import MNS, SOAPNS, get_xml_attr
from lxml import etree

from services.mail_ingest.remote._ews_http import CHUNK_BYTES
from services.mail_ingest.remote._ews_stream import Mimes, read_answer
from services.mail_ingest.remote.protocol import CursorLost

PAGE_MAX = 1_000
"""Exchange gives no more items or folders at once (EWSFindCountLimit), whatever is asked."""
_OLDEST_FIRST = [FieldOrder(field_path=FieldPath(field=Message.get_field_by_fieldname("datetime_received")))]


class Sync(SyncFolderItems):  # type: ignore[misc]
    """Yields each change; reads the new state only where there is one (7)."""

    def _get_element_container(self, message: Any, name: str | None = None) -> Any:
        if get_xml_attr(message, f"{{{MNS}}}ResponseCode") == "ErrorInvalidSyncStateData":
            raise CursorLost
        if message.get("ResponseClass") == "Error":
            return EWSAccountService._get_element_container(self, message, name)
        container = super()._get_element_container(message, name)
        last = get_xml_attr(message, f"{{{MNS}}}IncludesLastItemInRange") or ""
        # exchangelib takes "1" for nothing.
        self.includes_last_item_in_range = _true(last)
        return container

    def _elem_to_obj(self, elem: Any) -> Any:
        return elem


class Items(GetItem):  # type: ignore[misc]
    """Yields each item, or the error of one, in no order to rely on; mails go to files while they come in.

    Args:
        files: beginning of the name of every file.
        limit: bytes of a whole answer.
    """

    def __init__(self, *, files: Path, limit: int, **given: Any) -> None:
        super().__init__(**given)
        self.streaming = True
        self.mimes: Mimes = {}
        self._files = files
        self._limit = limit

    def _get_soap_parts(self, response: Any) -> tuple[etree._Element | None, etree._Element]:
        root, self.mimes = read_answer(response.iter_content(CHUNK_BYTES), self._files, self._limit)
        body = root.find(f"{{{SOAPNS}}}Body")
        if body is None:
            raise ValueError("no Body in an answer")
        return root.find(f"{{{SOAPNS}}}Header"), body

    def _elem_to_obj(self, elem: Any) -> Any:
        return elem


class Folders(GetFolder):  # type: ignore[misc]
    """Yields each folder, or its error."""

    def _elems_to_objs(self, elems: Iterator[Any]) -> Iterator[Any]:
        return elems


class _Paged:
    """One page at a time: exchangelib's own paging wants its own folders and trusts the server's next offset."""

    def page(self, offset: int, limit: int, **asked: Any) -> tuple[list[Any], bool]:
        """At most `limit` elements from `offset` on, and whether they are the last."""
        payload = self.get_payload(offset=offset, page_size=limit, restriction=None, shape=ID_ONLY, **asked)  # type: ignore[attr-defined]
        (found,) = self._get_elements(payload=payload)  # type: ignore[attr-defined]
        if isinstance(found, Exception):
            raise found
        container = found.find(self.element_container_name)  # type: ignore[attr-defined]
        return list(container) if container is not None else [], _true(found.get("IncludesLastItemInRange", ""))

    def _get_page(self, message: Any) -> Any:
        return self._get_element_container(message=message, name=self.paging_container_name)  # type: ignore[attr-defined]


class Subfolders(_Paged, FindFolder):  # type: ignore[misc]
    """Every folder below another, at whatever depth."""

    def below(self, folder: Any, fields: list[FieldPath]) -> list[Any]:
        """All of them; in one request unless there are more than `PAGE_MAX`."""
        found: list[Any] = []
        last = False
        while not last:
            page, last = self.page(len(found), PAGE_MAX, folders=[folder], additional_fields=fields, depth="Deep")
            found += page
            last = last or not page
        return found


class Listed(_Paged, FindItem):  # type: ignore[misc]
    """The items of a folder, oldest first."""

    def part(self, folder: Any, fields: list[FieldPath], offset: int, limit: int) -> tuple[list[Any], bool]:
        """See `page`."""
        order = {"order_fields": _OLDEST_FIRST, "query_string": None, "calendar_view": None, "depth": SHALLOW}
        return self.page(offset, limit, folders=[folder], additional_fields=fields, **order)


def _true(text: str) -> bool:
    return text.strip().lower() in ("true", "1")
