"""Real HTTP in this process, on a port of its own; and answers that break off."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.server import bound

TICK_S = 0.01
BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"

KEPT_S = 600
"""A connection on which nothing is said ends only after so long: a busy machine must not look like a broken line."""


class Server(uvicorn.Server):
    """Leaves signals alone, says when it listens, keeps connections, and ends as soon as it shall: there are many."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        config.timeout_keep_alive = KEPT_S
        self.ready = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def main_loop(self) -> None:
        while not await self.on_tick(0):
            await asyncio.sleep(TICK_S)


@asynccontextmanager
async def serving(app: ASGIApp, port: int = 0, **more: Any) -> AsyncIterator[str]:
    """The address of an application that is served until the end of the block; ``more`` is for uvicorn."""
    listener = bound("127.0.0.1", port)
    server = Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", **more))
    task = asyncio.create_task(server.serve([listener]))
    await server.ready.wait()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


class Protocol(HttpToolsProtocol):
    """Hands its connection to the application, which must be able to break it."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["transport"] = self.transport  # type: ignore[typeddict-unknown-key]  # ours alone


class Broken(Response):
    """A connection that ends in the middle of its answer, or before."""

    def __init__(self, body: bytes = b"") -> None:
        super().__init__()
        self.half = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport: asyncio.Transport = scope["transport"]
        if self.half:
            length = str(len(self.half)).encode()
            headers = [(b"content-type", b"application/json"), (b"content-length", length)]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": self.half[: len(self.half) // 2], "more_body": True})
            transport.close()
        else:
            transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass
