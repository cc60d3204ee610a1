"""The ledger: what a service knows, decided and still has to do, in one database with one writer."""

from loketbus.ledger.core import Ledger, open_ledger
from loketbus.ledger.engine import database_url
from loketbus.ledger.faults import LedgerUnavailable
from loketbus.ledger.migrate import migrate

__all__ = ["Ledger", "LedgerUnavailable", "database_url", "migrate", "open_ledger"]
