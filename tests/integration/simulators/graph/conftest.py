from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulators.graph import GraphSimulator
from tests.support.graph import Api, graph, graph_process

__all__ = ["api", "graph", "graph_process"]


@pytest.fixture
def api(graph: GraphSimulator) -> Iterator[Api]:
    """The mailbox of `graph` as msal and plain httpx see it."""
    client = Api(graph)
    yield client
    client.close()
