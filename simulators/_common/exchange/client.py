"""The client side of the control API that every door to the mailbox has."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from simulators._common.control import ControlClient


class MailboxControlClient:
    """What a test does to the mailbox from outside, and what it reads back."""

    def __init__(self, url: str, ca_file: Path | None = None) -> None:
        self._client = ControlClient(url, ca_file)

    def add_mail(self, raw: bytes, folder: str = "inbox", received: datetime | None = None) -> str:
        """A mail comes in; its item id."""
        moment = received.isoformat() if received else None
        answer = self._client.post_bytes("mails", raw, "message/rfc822", folder=folder, received=moment)
        return str(answer["id"])

    def add_mails(self, raws: Sequence[bytes], folder: str = "inbox") -> list[str]:
        """Many at once, in this order; their item ids."""
        texts = [base64.b64encode(raw).decode() for raw in raws]
        return list(self._client.post("batch", {"mails": texts, "folder": folder}))

    def mails(self, folder: str = "inbox") -> list[dict[str, Any]]:
        """id, message_id, subject, received, is_read, folder and size of each mail, oldest first."""
        return list(self._client.get("mails", folder=folder))

    def ids(self, folder: str = "inbox") -> list[str]:
        """Item ids, oldest first."""
        return [mail["id"] for mail in self.mails(folder)]

    def move(self, item_id: str, to: str) -> str:
        """The new id."""
        return str(self._client.post("move", {"id": item_id, "to": to})["id"])

    def copy(self, item_id: str, to: str) -> str:
        """The copy's id."""
        return str(self._client.post("copy", {"id": item_id, "to": to})["id"])

    def delete(self, item_id: str) -> None:
        """Gone for good."""
        self._client.post("delete", {"id": item_id})

    def mark_read(self, item_id: str, is_read: bool = True) -> None:
        """The read flag alone."""
        self._client.post("mark_read", {"id": item_id, "is_read": is_read})

    def create_folder(self, name: str, parent: str = "inbox") -> str:
        """A user's folder; its id."""
        return str(self._client.post("folders", {"name": name, "parent": parent})["id"])

    def fault(
        self,
        kind: str,
        operation: str | None = None,
        *,
        count: int | None = 1,
        skip: int = 0,
        items: list[str] | None = None,
        **params: Any,
    ) -> None:
        """Arm a fault (kinds and parameters: `KINDS` in the `faults` of the simulator).

        Args:
            kind: what goes wrong.
            operation: as the log names it; None is any.
            count: how often it strikes; None is for ever.
            skip: how many fitting requests pass first.
            items: item ids or Message-IDs that the request or its answer must concern.
            params: of the kind.
        """
        scope = {"kind": kind, "operation": operation, "count": count, "skip": skip, "items": items or []}
        self._client.post("faults", {**scope, **params})

    def faults(self) -> list[dict[str, Any]]:
        """Armed faults, with `hits`."""
        return list(self._client.get("faults"))

    def clear_faults(self) -> None:
        """Disarm all."""
        self._client.delete("faults")

    def requests(self, operation: str | None = None) -> list[dict[str, Any]]:
        """n, operation, user, ids, count, detail, faults and status of each request, oldest first."""
        return list(self._client.get("requests", operation=operation))

    def wait_for(self, operation: str, count: int = 1, timeout_seconds: float = 30.0) -> list[dict[str, Any]]:
        """Block until `count` such requests came in since the start or the last `clear_requests`.

        Raises:
            ControlError: they did not, within the time.
        """
        return list(self._client.get("requests", operation=operation, wait=count, timeout=timeout_seconds))

    def clear_requests(self) -> None:
        """Forget the log."""
        self._client.delete("requests")
