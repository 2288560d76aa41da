"""A look into a database beside whoever has it open, for a check from the command line."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from storage.backup_postgres import connected
from storage.backup_sqlite import reading


async def staff_groups(database: Path | str, channel: str) -> list[str]:
    """The chats of a channel that are bound to staff; ``database`` is an SQLite file or the URL of PostgreSQL.

    Empty as long as nothing was ever set up.

    Raises:
        sqlite3.Error, OSError, asyncpg.PostgresError: it cannot be read.
    """
    if isinstance(database, Path):
        return await asyncio.to_thread(_of_sqlite, database, channel)
    async with connected(database) as session:
        if await session.fetchval("SELECT to_regclass('public.groups') IS NULL"):
            return []
        rows = await session.fetch(
            "SELECT chat FROM groups WHERE channel = $1 AND purpose = 'staff' ORDER BY chat", channel
        )
        return [row["chat"] for row in rows]


def _of_sqlite(path: Path, channel: str) -> list[str]:
    if not path.is_file():
        return []
    with reading(path) as database:
        try:
            rows = database.execute(
                "SELECT chat FROM groups WHERE channel = ? AND purpose = 'staff' ORDER BY chat", (channel,)
            ).fetchall()
        except sqlite3.OperationalError:
            return []
    return [chat for (chat,) in rows]
