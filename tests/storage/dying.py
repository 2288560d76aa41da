"""A worker that migrates and is gone at the n-th statement: ``python -m tests.storage.dying url folder n``."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from storage.migrations import migrate
from storage.opening import open_database


class Dying:
    """A database whose process ends, as if killed, before the statement ``at`` of all that a migration runs."""

    def __init__(self, database, at: int) -> None:
        self.engine = database.engine
        self.database = database
        self.left = at

    async def restructure(self, work):
        return await self.database.restructure(lambda connection: self.watched(work, connection))

    async def watched(self, work, connection):
        result = await work(Watched(self, connection))
        self.count()
        return result

    def count(self) -> None:
        self.left -= 1
        if self.left == 0:
            os._exit(9)


class Watched:
    def __init__(self, dying: Dying, connection) -> None:
        self.engine = connection.engine
        self.all = connection.all
        self.dying = dying
        self.connection = connection

    async def run(self, sql, **values):
        self.dying.count()
        return await self.connection.run(sql, **values)


async def main(url: str, folder: str, at: str) -> None:
    database = await open_database(url, connections=1)
    await migrate(Dying(database, int(at)), Path(folder), now=datetime(2026, 1, 5, tzinfo=UTC))
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
