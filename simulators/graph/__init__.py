"""Microsoft Graph's mail and Entra's sign-in on loopback, as far as reading a shared mailbox needs them."""

from simulators._common.exchange.feed import MailFiles
from simulators.graph.app import GraphOptions
from simulators.graph.simulator import GraphControl, GraphSimulator

__all__ = ["GraphControl", "GraphOptions", "GraphSimulator", "MailFiles"]
