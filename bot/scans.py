"""Codes to scan that were asked for are remembered: an account has 100,000 that last, and the same word needs one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from storage.database import Connection, Database
from storage.store import Store


class Scans:
    """Of one account; ``ask`` makes a new code at the platform, and gives the address in it."""

    def __init__(self, database: Database, account: str, ask: Callable[[str], Awaitable[str]]) -> None:
        self._database = database
        self._account = account
        self._ask = ask
        self._asking = asyncio.Lock()

    async def address(self, scene: str) -> str | None:
        """What stands in the code for a scene; asked for once, by one at a time. None if the platform gives nothing.

        Raises:
            What ``ask`` raises.
        """
        async with self._asking:
            if known := await self._known(scene):
                return known
            address = await self._ask(scene)
            return await self._kept(scene, address) if address else None

    async def _known(self, scene: str) -> str | None:
        async def work(connection: Connection) -> str | None:
            return await Store(connection).scans.of(self._account, scene)

        return await self._database.read(work)

    async def _kept(self, scene: str, address: str) -> str:
        async def work(connection: Connection) -> str:
            return await Store(connection).scans.keep(self._account, scene, address)

        return await self._database.transact(work)
