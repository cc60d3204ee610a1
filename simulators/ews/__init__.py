"""An Exchange server's EWS on loopback, as far as reading and tidying a shared mailbox needs it."""

from simulators._common.exchange.feed import MailFiles
from simulators.ews.app import EwsOptions
from simulators.ews.simulator import EwsControl, EwsSimulator
from simulators.ews.tokens import App

__all__ = ["App", "EwsControl", "EwsOptions", "EwsSimulator", "MailFiles"]
