"""The running process: the web server and what works beside it, from the first request to the last."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
import uvicorn

from bot import logs
from bot.app import App
from bot.audit import PROOF_S, LedgerWatch
from bot.disk import DISK_S, DiskWatch, Orphans
from bot.gap import gap
from bot.obstacles import of_port
from storage.database import Connection
from storage.lanes import Lanes
from storage.store import Store

log = structlog.get_logger()

FORGET_S = 600.0
MENUS_S = 60.0
GAP_S = 60.0
KEEP_DAYS = 30
SENT_DAYS = 90
SWITCH_INTERVAL_S = 0.001
"""Shorter than Python's own: the writer's thread and the event loop take turns (17–25 % more messages a second)."""


def bound(host: str, port: int) -> socket.socket:
    """A socket that has the port to itself and does not listen yet.

    Raises:
        ConfigError: the port cannot be had, in one line.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # named as TCP, else asyncio does not turn Nagle's delay off, and each answer takes 40 ms longer
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise of_port(host, port, error) from None
    return listener


class Server(uvicorn.Server):
    """A web server that says when it is ready, and tells the rest when it is asked to end."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], stopping: asyncio.Event) -> None:
        super().__init__(config)
        self.ready = ready
        self.stopping = stopping
        self.loop = asyncio.get_running_loop()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        if self.started:
            self.ready()

    def handle_exit(self, sig: int, frame: object) -> None:
        """SIGTERM or SIGINT: open pages are ended first, so that nothing waits for them."""
        self.loop.call_soon_threadsafe(self.stopping.set)
        super().handle_exit(sig, None)


async def serve(app: App, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Run everything until SIGTERM or SIGINT, then finish what is under way within ``shutdown_max_s``.

    Raises:
        ConfigError: another process has begun to listen on the port.
    """
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    gc.collect()
    gc.freeze()  # what is here now stays: looking through it again would hold everybody up for some 30 ms
    asyncio.get_running_loop().set_exception_handler(logs.lost)
    config = uvicorn.Config(
        app.web,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=app.settings.shutdown_max_s,
    )
    server = Server(config, ready, app.stopping)
    for number in (signal.SIGTERM, signal.SIGINT):  # heard before the server listens, and again after it has ended
        signal.signal(number, server.handle_exit)
    others = asyncio.create_task(beside(app))
    try:
        await server.serve([listener])
    except OSError as error:
        raise of_port(app.settings.host, app.settings.port, error) from None
    finally:
        app.stopping.set()
        await others


async def beside(app: App) -> None:
    """All that works beside the server; from the moment of stopping on it has as long as the server itself."""
    tasks = [
        asyncio.create_task(app.dispatcher.run(app.stopping)),
        asyncio.create_task(app.timers.run(app.stopping)),
        asyncio.create_task(app.metrics.watch(app.stopping)),
        asyncio.create_task(app.pipeline.replays.run(app.stopping)),
        asyncio.create_task(_every(app, FORGET_S, partial(forget, app))),
        asyncio.create_task(_every(app, GAP_S, lambda: gap(app.database, app.pipeline.channels, app.clock()))),
        asyncio.create_task(_every(app, DISK_S, DiskWatch(app.database, app.settings, app.clock).look)),
        asyncio.create_task(_every(app, PROOF_S, LedgerWatch(app.database, app.clock).look)),
        asyncio.create_task(_every(app, FORGET_S, Orphans(app.database, app.files).sweep)),
        *[asyncio.create_task(work) for work in _outside(app)],
    ]
    await app.stopping.wait()
    _, late = await asyncio.wait(tasks, timeout=app.settings.shutdown_max_s)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)


def _outside(app: App) -> Iterator[Coroutine[Any, Any, None]]:
    for entrance in app.entrances.values():
        yield from [work(app.stopping) for work in entrance.works]
        if entrance.refresh:
            yield _every(app, MENUS_S, entrance.refresh)


async def forget(app: App) -> int:
    """Let go of what arrived more than thirty days ago and was handled, and of what was sent more than ninety days
    ago, and windows that ended more than thirty days ago; how much it was. What the web chat shows is its history, and
    stays."""
    received, sent = (app.clock() - timedelta(days=days) for days in (KEEP_DAYS, SENT_DAYS))

    async def work(connection: Connection) -> int:
        lanes = Lanes(connection)
        gone = [await lanes.purge(channel, sent) for channel in app.dispatcher.channels]
        store = Store(connection)
        return await store.inbox.purge(received) + await store.budgets.purge(received) + sum(gone)

    return await app.database.transact(work)


async def _every(app: App, pause_s: float, work: Callable[[], Awaitable[object]]) -> None:
    while not app.stopping.is_set():
        try:
            await work()
        except Exception as fault:  # noqa: BLE001  # a database that is away now is asked again after the pause
            log.warning("beside.failed", error=type(fault).__name__)
        try:
            async with asyncio.timeout(pause_s):
                await app.stopping.wait()
        except TimeoutError:
            continue
