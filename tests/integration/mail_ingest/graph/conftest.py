from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.mail_ingest.remote.graph import GraphMailbox
from simulators.graph import GraphSimulator
from tests.integration.mail_ingest.graph.support import connection
from tests.support.graph import graph, graph_process

__all__ = ["graph", "graph_process", "mailbox"]


@pytest.fixture
async def mailbox(graph: GraphSimulator, tmp_path: Path) -> AsyncIterator[GraphMailbox]:
    """The adapter, connected to `graph`."""
    adapter = GraphMailbox(connection(graph), tmp_path / "spool")
    yield adapter
    await adapter.close()
