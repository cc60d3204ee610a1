from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from exchangelib.protocol import BaseProtocol

from services.mail_ingest.remote import ews as adapter_module
from services.mail_ingest.remote.ews import EwsMailbox
from simulators.ews import EwsSimulator
from tests.integration.mail_ingest.ews.support import InlinePool, connection
from tests.support.ews import ews, ews_online, ews_process

__all__ = ["ews", "ews_online", "ews_process", "inline", "mailbox"]


@pytest.fixture
def inline(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child's code runs in this process (its start takes two seconds); what it changes here is put back."""
    monkeypatch.setattr(adapter_module, "WorkerPool", InlinePool)
    monkeypatch.setattr(BaseProtocol, "HTTP_ADAPTER_CLS", BaseProtocol.HTTP_ADAPTER_CLS)
    monkeypatch.setattr(BaseProtocol, "TIMEOUT", BaseProtocol.TIMEOUT)
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "")
    for name in ("exchangelib", "requests_oauthlib", "oauthlib"):
        monkeypatch.setattr(logging.getLogger(name), "level", logging.NOTSET)


@pytest.fixture
async def mailbox(inline: None, ews: EwsSimulator, tmp_path: Path) -> AsyncIterator[EwsMailbox]:
    """The adapter, connected to `ews`, without its process."""
    adapter = EwsMailbox(connection(ews), tmp_path / "spool")
    yield adapter
    await adapter.close()
