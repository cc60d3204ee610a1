"""The real service, simulators that are processes too, and topics of this test's own on a real Kafka."""

from tests.support.ews import ews_process
from tests.support.graph import graph_process
from tests.support.mail_service import at_graph, service

__all__ = ["at_graph", "ews_process", "graph_process", "service"]
