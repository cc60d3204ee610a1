"""A running EWS simulator, the real exchangelib connected to it, and mails to put in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import exchangelib
import pytest
from exchangelib.protocol import close_connections
from exchangelib.version import Build, Version

from simulators.ews import App, EwsOptions, EwsSimulator

SERVER_BUILD = Build(15, 2, 1748, 10)


@pytest.fixture
def ews() -> Iterator[EwsSimulator]:
    """An empty mailbox served from a thread: quick, and gone after the test."""
    with EwsSimulator(run_as="thread") as simulator:
        yield simulator
        close_connections()


@pytest.fixture
def ews_process(tmp_path: Path) -> Iterator[EwsSimulator]:
    """An empty mailbox served by a process of its own, which keeps ids and sync states over `down` and `kill`."""
    with EwsSimulator(EwsOptions(state=tmp_path / "ews.state"), run_as="process") as simulator:
        yield simulator
        close_connections()


@pytest.fixture
def ews_online() -> Iterator[EwsSimulator]:
    """An empty mailbox in the cloud: tokens instead of passwords."""
    with EwsSimulator(EwsOptions(app=App("stad.example", "loketbus", "geheim")), run_as="thread") as simulator:
        yield simulator
        close_connections()


@pytest.fixture
def account(ews: EwsSimulator) -> exchangelib.Account:
    """The shared mailbox of `ews` as exchangelib sees it."""
    return connect(ews)


def connect(simulator: EwsSimulator, *, pinned: bool = True, **changes: Any) -> exchangelib.Account:
    """An account without autodiscover; `pinned` tells auth type and version instead of letting the client probe.

    `changes`: password, mailbox, access_type, retry_policy, max_connections.
    """
    options = simulator.options
    known = {"auth_type": "basic", "version": Version(SERVER_BUILD)} if pinned else {}
    config = exchangelib.Configuration(
        service_endpoint=simulator.url,
        credentials=exchangelib.Credentials(options.user, changes.get("password", options.password)),
        retry_policy=changes.get("retry_policy"),
        max_connections=changes.get("max_connections"),
        **known,
    )
    return exchangelib.Account(
        changes.get("mailbox", options.mailbox),
        config=config,
        autodiscover=False,
        access_type=changes.get("access_type", exchangelib.DELEGATE),
        default_timezone=exchangelib.UTC,
    )


def eml(number: int = 1, *, attachments: Mapping[str, bytes] | None = None, **headers: str) -> bytes:
    """One mail, different for every number; other or more headers by name with `_` for `-`."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "Jan Peeters <jan.peeters@burger.example>"
    message["To"] = "energieloket@stad.example"
    message["Subject"] = headers.pop("Subject", f"Vraag {number} over isolatie")
    message["Message-ID"] = message_id(number)
    message["Date"] = f"Mon, 02 Nov 2026 {number // 3600:02}:{number // 60 % 60:02}:{number % 60:02} +0000"
    for name, value in headers.items():
        del message[name.replace("_", "-")]
        message[name.replace("_", "-")] = value
    message.set_content(f"Goedendag,\n\nDit is vraag {number}.\n")
    for name, content in (attachments or {}).items():
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return message.as_bytes()


def message_id(number: int) -> str:
    """The Message-ID of `eml(number)`."""
    return f"<vraag-{number}@burger.example>"


def fill(simulator: EwsSimulator, number: int, folder: str = "inbox") -> list[str]:
    """Deliver `eml(1)` to `eml(number)`; their item ids."""
    return simulator.control.add_mails([eml(n) for n in range(1, number + 1)], folder)
