"""Which errors are the engine's own trouble and say nothing about the work that met them."""

from __future__ import annotations

import sqlite3

import asyncpg

_AWAY = (
    ConnectionError,
    asyncpg.PostgresConnectionError,  # 08: the line was cut
    asyncpg.InsufficientResourcesError,  # 53: its disk is full, it has no more connections
    asyncpg.OperatorInterventionError,  # 57: it is shut down or starts up
    asyncpg.ReadOnlySQLTransactionError,
)
_TROUBLES = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY})
_PRIMARY = 0xFF  # of an extended result code of SQLite


def is_outage(error: BaseException) -> bool:
    """Whether the same work may well succeed once the engine is there again. A work cut for its time is none."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", 0) & _PRIMARY in _TROUBLES
    if isinstance(error, asyncpg.InterfaceError):  # its other cases are mistakes of the caller
        return "connection is closed" in str(error)
    return isinstance(error, _AWAY)
