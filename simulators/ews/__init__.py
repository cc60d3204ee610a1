"""An Exchange server's EWS on loopback, as far as reading and tidying a shared mailbox needs it."""

from simulators.ews.app import EwsOptions
from simulators.ews.feed import MailFiles
from simulators.ews.simulator import EwsControl, EwsSimulator

__all__ = ["EwsControl", "EwsOptions", "EwsSimulator", "MailFiles"]
