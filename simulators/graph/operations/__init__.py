"""What the server can do: each operation with its method, its addresses below the root and its handler."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from simulators.graph import entra
from simulators.graph.answers import Answer
from simulators.graph.calls import Call
from simulators.graph.operations import attachments, changes, folders, messages, watches

Handler = Callable[[Call], Answer | Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of the table."""

    name: str
    method: str
    paths: tuple[str, ...]
    handler: Handler
    needs_token: bool = True


_USER = "/v1.0/users/{user}"
_FOLDER = _USER + "/mailFolders/{folder}"
_MESSAGE = _USER + "/messages/{message}"
_IN_FOLDER = _FOLDER + "/messages/{message}"
_SUBSCRIPTION = "/v1.0/subscriptions/{subscription}"

OPERATIONS = (
    Operation("Metadata", "GET", ("/{tenant}/v2.0/.well-known/openid-configuration",), entra.metadata, False),
    Operation("Token", "POST", ("/{tenant}/oauth2/v2.0/token",), entra.token, False),
    Operation("GetFolder", "GET", (_FOLDER,), folders.get),
    Operation("ListFolders", "GET", (_FOLDER + "/childFolders",), folders.children),
    Operation(
        "Delta",
        "GET",
        (_FOLDER + "/messages/delta", "/v1.0/users('{user}')/mailFolders('{folder}')/messages/delta"),
        changes.delta,
    ),
    Operation("ListMessages", "GET", (_FOLDER + "/messages",), messages.list_),
    Operation("GetMime", "GET", (_MESSAGE + "/$value",), messages.mime),
    Operation("GetMimeInFolder", "GET", (_IN_FOLDER + "/$value",), messages.mime_in_folder),
    Operation("GetMessage", "GET", (_MESSAGE, _IN_FOLDER), messages.get),
    Operation("ListAttachments", "GET", (_MESSAGE + "/attachments",), attachments.list_),
    Operation("GetAttachmentContent", "GET", (_MESSAGE + "/attachments/{attachment}/$value",), attachments.content),
    Operation("GetAttachment", "GET", (_MESSAGE + "/attachments/{attachment}",), attachments.get),
    Operation("CreateSubscription", "POST", ("/v1.0/subscriptions",), watches.create),
    Operation("ListSubscriptions", "GET", ("/v1.0/subscriptions",), watches.list_),
    Operation("RenewSubscription", "PATCH", (_SUBSCRIPTION,), watches.renew),
    Operation("DeleteSubscription", "DELETE", (_SUBSCRIPTION,), watches.delete),
)
