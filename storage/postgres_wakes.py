"""Which lanes have news, told between the workers of one PostgreSQL database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection
from contextlib import suppress

import asyncpg

from storage.listeners import Listeners

CHANNEL = "jiangdao_lanes"
ANY_LANE = ("*", "*")
DELAY_S = 0.02
PAYLOAD_BYTES_MAX = 7900  # the server takes 7999
RECONNECT_FIRST_S, RECONNECT_MAX_S = 0.1, 5.0
FAULTS = (OSError, asyncpg.InterfaceError, asyncpg.PostgresError)  # TimeoutError is an OSError


class Wakes:
    """Tells the listeners of this process at once, and the other workers in one notice every 20 ms.

    It has a connection of its own, which comes back by itself; what was said meanwhile is lost, and the
    listeners then hear of any lane. Lanes go out sorted: nothing depends on their order.
    """

    def __init__(self, dsn: str) -> None:
        self.listeners = Listeners()
        self._dsn = dsn
        self._untold: set[tuple[str, str]] = set()
        self._changed = asyncio.Event()
        self._lost = asyncio.Event()
        self._session: asyncpg.Connection | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Listen from now on.

        Raises:
            OSError, asyncpg.PostgresError: the server cannot be reached or refuses.
        """
        await self._connect()
        self._tasks = [asyncio.create_task(self._keep_listening()), asyncio.create_task(self._keep_telling())]

    def tell(self, lanes: Collection[tuple[str, str]]) -> None:
        """These lanes have news, which are committed."""
        if lanes:
            self._untold.update(lanes)
            self._changed.set()
            self.listeners.tell(lanes)

    async def close(self) -> None:
        """Say what is unsaid and go."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._notify()
        if self._session is not None:
            with suppress(*FAULTS):
                await self._session.close(timeout=1)

    async def _keep_telling(self) -> None:
        while True:
            await self._changed.wait()
            await asyncio.sleep(DELAY_S)
            await self._notify()

    async def _notify(self) -> None:
        payload = _payload(self._untold)
        self._untold.clear()
        self._changed.clear()
        if payload and self._session is not None and not self._lost.is_set():
            with suppress(*FAULTS):  # the others poll as well
                await self._session.execute("SELECT pg_notify($1, $2)", CHANNEL, payload)

    async def _keep_listening(self) -> None:
        pause_s = RECONNECT_FIRST_S
        while True:
            await self._lost.wait()
            try:
                await self._connect()
            except FAULTS:
                await asyncio.sleep(pause_s)
                pause_s = min(RECONNECT_MAX_S, pause_s * 2)
            else:
                pause_s = RECONNECT_FIRST_S
                self.listeners.tell([ANY_LANE])

    async def _connect(self) -> None:
        session = await asyncpg.connect(self._dsn, timeout=RECONNECT_MAX_S, command_timeout=RECONNECT_MAX_S)
        try:
            await session.add_listener(CHANNEL, self._hear)
        except BaseException:
            session.terminate()
            raise
        self._lost.clear()
        session.add_termination_listener(lambda _: self._lost.set())
        self._session = session

    def _hear(self, _session: object, pid: int, _channel: str, payload: object) -> None:
        own = self._session is not None and self._session.get_server_pid() == pid
        if not own and isinstance(payload, str):
            self.listeners.tell([(name, chat) for name, chat in json.loads(payload)])


def _payload(lanes: set[tuple[str, str]]) -> str:
    if not lanes:
        return ""
    text = json.dumps(sorted(lanes), ensure_ascii=False, separators=(",", ":"))
    return text if len(text.encode()) <= PAYLOAD_BYTES_MAX else json.dumps([ANY_LANE])
