"""One request on its way through, and the tenant it reaches."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request as HttpRequest

from simulators._common.exchange.ids import MalformedIdError
from simulators._common.exchange.mailbox import Folder, Item, Mailbox
from simulators._common.requests import Request
from simulators.graph import ids
from simulators.graph.odata import ODataError, Prefer, malformed, not_found
from simulators.graph.subscriptions import Subscriptions
from simulators.graph.tokens import Tokens


@dataclass(slots=True)
class Tenant:
    """One tenant with one mailbox and one application that may read it."""

    mailbox: Mailbox
    epoch: str
    tokens: Tokens
    subscriptions: Subscriptions
    max_value_bytes: int
    """A larger mail breaks off when its `$value` is asked (microsoft-graph-docs-contrib 1808)."""
    max_at_once: int
    """Requests to one mailbox; more are refused with 429."""
    at_once: int = 0
    most_at_once: int = 0

    def names(self, given: list[str]) -> set[str]:
        """Ids with what else the same mails are called: both kinds of id, and Message-IDs."""
        items = [item for one in given if (item := self._behind(one)) is not None]
        found = {*given, *(item.content.message_id or "" for item in items)}
        return found | {ids.message(self.mailbox, item, keep=keep) for item in items for keep in (True, False)}

    def _behind(self, given: str) -> Item | None:
        try:
            return ids.find(self.mailbox, given)
        except MalformedIdError:
            return None


@dataclass(slots=True)
class Call:
    """One request."""

    tenant: Tenant
    operation: str
    request: HttpRequest
    body: bytes
    entry: Request
    prefer: Prefer
    links: bool = False
    """Attachments are links to files in the cloud (a fault)."""

    def path(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    def check_user(self) -> None:
        """Is it our mailbox, by address or by object id?

        Raises:
            ODataError: another one.
        """
        user = self.path("user").lower()
        if user not in (self.tenant.mailbox.address.lower(), ids.user(self.tenant.mailbox)):
            raise ODataError(404, "ErrorInvalidUser", "The requested user is invalid.")

    def folder(self) -> Folder:
        """The folder in the path, by id or well-known name.

        Raises:
            ODataError: there is none.
        """
        given = self.path("folder")
        known = self.tenant.mailbox.folders.values()
        for one in known:
            if given in (ids.folder(one), one.distinguished):
                return one
        raise not_found()

    def item(self) -> Item:
        """The mail in the path.

        Raises:
            ODataError: gone, or no id at all; a folder in the path must be the one it is in.
        """
        try:
            item = ids.find(self.tenant.mailbox, self.path("message"))
        except MalformedIdError:
            raise malformed() from None
        if item is None or ("folder" in self.request.path_params and item.folder is not self.folder()):
            raise not_found()
        return item

    def json(self) -> dict[str, Any]:
        """The body.

        Raises:
            ODataError: not a JSON object.
        """
        try:
            value = json.loads(self.body)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise ODataError(400, "BadRequest", "Unable to read JSON request payload.")
        return value

    def address(self, path: str, query: str = "") -> str:
        """An absolute address of this server."""
        return f"{self.request.url.scheme}://{self.request.url.netloc}/v1.0{path}{query and '?'}{query}"
