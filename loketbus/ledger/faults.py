"""Is a database error the ledger's own trouble (wait, nothing is lost) or a defect in the statement?"""

from __future__ import annotations

import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError

from loketbus.errors import LoketbusError

_SQLITE_TROUBLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOMEM,
}
# Classes of SQLSTATE: 08 connection, 40 rollback (deadlock, serialization), 53 resources, 57 operator, 58 system.
_POSTGRES_TROUBLE = ("08", "25006", "40", "53", "57", "58")


class LedgerUnavailable(LoketbusError):
    """The database cannot be written or reached now; what was asked was not done and may be asked again."""


def is_trouble(error: BaseException) -> bool:
    """True when the database itself is at fault (disk full, connection lost), False for a defect in the statement."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, LedgerUnavailable)
    if error.connection_invalidated:
        return True
    original = error.orig
    if isinstance(original, sqlite3.Error):
        # The primary result code is the low byte of the extended one.
        return (getattr(original, "sqlite_errorcode", 0) & 0xFF) in _SQLITE_TROUBLE
    if isinstance(original, psycopg.Error):
        state = original.sqlstate
        return isinstance(original, psycopg.OperationalError) if state is None else state.startswith(_POSTGRES_TROUBLE)
    return False
