"""One Exchange server with one shared mailbox and one service account that has full access to it."""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass, field

from simulators._common.exchange.ids import MalformedIdError, check, split_attachment
from simulators._common.exchange.mailbox import Folder, FolderNotFoundError, Item, ItemNotFoundError, Mailbox
from simulators._common.pulse import Pulse
from simulators.ews.soap import EwsError, Node, attribute, name_of, text_of
from simulators.ews.tokens import Tokens


@dataclass(slots=True)
class Subscription:
    """Who wants to hear of what; `position` is the index of the first event that a stream did not send yet."""

    id: str
    folders: frozenset[str] | None
    kinds: frozenset[str]
    position: int


@dataclass(slots=True)
class Exchange:
    """What the operations work on."""

    mailbox: Mailbox
    epoch: str
    user: str
    password: str
    stream_seconds: float | None = None
    """Length of a streaming connection; None is what the client asks for (whole minutes)."""
    tokens: Tokens | None = None
    """Set: as Exchange Online, where tokens are the only way in."""
    page_limit: int = 1000
    """Most that FindItem and FindFolder give at once, whatever is asked (EWSFindCountLimit)."""
    folder_classes: dict[str, str] = field(default_factory=dict)
    """Class of each folder that does not hold mail, by id."""
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    changed: Pulse = field(default_factory=Pulse)

    def __post_init__(self) -> None:
        """Wake the streams at every change."""
        self.mailbox.on_change.append(lambda: self.changed.fire())

    def admits(self, authorization: str | None) -> bool:
        """Basic authentication, or a token."""
        if self.tokens is not None:
            return self.tokens.admits(authorization)
        scheme, _, token = (authorization or "").partition(" ")
        expected = base64.b64encode(f"{self.user}:{self.password}".encode())
        return scheme.lower() == "basic" and hmac.compare_digest(token.strip().encode(), expected)

    def check_mailbox(self, address: str | None) -> None:
        """Is the named mailbox ours to open?

        Raises:
            EwsError: another mailbox, or none although the service account has no mailbox of its own.
        """
        if not address and self.user.lower() != self.mailbox.address.lower():
            raise EwsError(
                "ErrorMissingEmailAddress",
                "When making a request as an account that does not have a mailbox, you must specify the mailbox "
                "primary SMTP address for any distinguished folder Ids.",
            )
        if address and address.lower() != self.mailbox.address.lower():
            raise EwsError("ErrorNonExistentMailbox", "The SMTP address has no mailbox associated with it.")

    def folder(self, node: Node) -> Folder:
        """The folder of a FolderId or DistinguishedFolderId element.

        Raises:
            EwsError: no such folder or mailbox.
        """
        if name_of(node) == "DistinguishedFolderId":
            self.check_mailbox(text_of(node, "t:Mailbox/t:EmailAddress"))
        try:
            return self.mailbox.folder(attribute(node, "Id"))
        except FolderNotFoundError as error:
            raise EwsError("ErrorFolderNotFound", "The specified folder could not be found in the store.") from error

    def item(self, item_id: str) -> Item:
        """The item with that id.

        Raises:
            EwsError: it is gone, or the id is none.
        """
        try:
            return self.mailbox.item(item_id)
        except ItemNotFoundError as error:
            raise _no_item(item_id) from error

    def names(self, given: list[str]) -> set[str]:
        """Ids together with the Message-IDs behind them: faults may be aimed at either."""
        items = [item for one in given if (item := self._behind(one)) is not None]
        return {*given, *(item.id for item in items), *(item.content.message_id or "" for item in items)}

    def _behind(self, given: str) -> Item | None:
        """The item of an item id or of an attachment id."""
        if given in self.mailbox.items:
            return self.mailbox.items[given]
        try:
            return self.mailbox.items.get(split_attachment(given)[0])
        except MalformedIdError:
            return None


def user_of(authorization: str | None) -> str | None:
    """The account that a Basic header names, whether or not the password is right."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() == "bearer":
        return None
    try:
        return base64.b64decode(token).decode().partition(":")[0] or None
    except (binascii.Error, ValueError):
        return None


def _no_item(item_id: str) -> EwsError:
    try:
        check(item_id)
    except MalformedIdError:
        return EwsError("ErrorInvalidIdMalformed", "Id is malformed.")
    return EwsError("ErrorItemNotFound", "The specified object was not found in the store.")
