"""The mailbox that a real service reads: at an Exchange or a Graph simulator, or files in a folder."""

from __future__ import annotations

import email
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from simulators.ews import EwsSimulator
from simulators.graph import GraphSimulator

ADDRESS = "energieloket@stad.example"


class Outside(Protocol):
    """What a test does to a mailbox, and how a service reaches it."""

    @property
    def environment(self) -> dict[str, str]:
        """Settings of the service."""

    def add_mails(self, raws: Sequence[bytes], folder: str = "inbox") -> None:
        """They come in, in this order."""

    def message_ids(self) -> list[str]:
        """Of what stands in the inbox."""

    def ids(self) -> list[str] | None:
        """What the ledger should know these by; None when only their number can be told."""


@dataclass(frozen=True, slots=True)
class AtEws:
    """Behind the Exchange simulator."""

    simulator: EwsSimulator

    @property
    def environment(self) -> dict[str, str]:
        options = self.simulator.options
        return {
            "LOKETBUS_MAILBOX": options.mailbox,
            "LOKETBUS_MAIL_ADAPTER": "ews",
            "LOKETBUS_EWS_URL": self.simulator.url,
            "LOKETBUS_EWS_USER": options.user,
            "LOKETBUS_EWS_PASSWORD": options.password,
        }

    def add_mails(self, raws: Sequence[bytes], folder: str = "inbox") -> None:
        self.simulator.control.add_mails(raws, folder)

    def message_ids(self) -> list[str]:
        return _message_ids(self.simulator.control.mails())

    def ids(self) -> list[str] | None:
        return self.simulator.control.ids()


@dataclass(frozen=True, slots=True)
class AtGraph:
    """Behind the Graph simulator."""

    simulator: GraphSimulator

    @property
    def environment(self) -> dict[str, str]:
        options = self.simulator.options
        return {
            "LOKETBUS_MAILBOX": options.mailbox,
            "LOKETBUS_MAIL_ADAPTER": "graph",
            "LOKETBUS_GRAPH_URL": self.simulator.url,
            "LOKETBUS_GRAPH_AUTHORITY": self.simulator.authority,
            "LOKETBUS_GRAPH_TENANT": options.tenant,
            "LOKETBUS_GRAPH_CLIENT_ID": options.client_id,
            "LOKETBUS_GRAPH_CLIENT_SECRET": options.client_secret,
        }

    def add_mails(self, raws: Sequence[bytes], folder: str = "inbox") -> None:
        self.simulator.control.add_mails(raws, folder)

    def message_ids(self) -> list[str]:
        return _message_ids(self.simulator.control.mails())

    def ids(self) -> list[str] | None:
        return self.simulator.control.ids()


@dataclass(frozen=True, slots=True)
class InFolder:
    """Files in a folder."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            "LOKETBUS_MAILBOX": ADDRESS,
            "LOKETBUS_MAIL_ADAPTER": "folder",
            "LOKETBUS_MAIL_FOLDER": str(self.folder),
            "LOKETBUS_MAIL_FOLDER_SETTLE_SECONDS": "0",
        }

    def add_mails(self, raws: Sequence[bytes], folder: str = "inbox") -> None:
        into = self.folder if folder == "inbox" else self.folder / folder
        into.mkdir(parents=True, exist_ok=True)
        for raw in raws:
            name = hashlib.sha256(raw).hexdigest()[:16]
            hidden = into / f".{name}"
            hidden.write_bytes(raw)
            hidden.rename(into / f"{name}.eml")

    def message_ids(self) -> list[str]:
        raws = (path.read_bytes() for path in self.folder.glob("*.eml"))
        return sorted(email.message_from_bytes(raw)["Message-ID"] for raw in raws)

    def ids(self) -> list[str] | None:
        return None


def _message_ids(mails: list[dict[str, Any]]) -> list[str]:
    return sorted(mail["message_id"] for mail in mails)
