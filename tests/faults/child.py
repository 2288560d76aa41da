"""The process under test: the product itself, with one more channel, on a database that others like it died over."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from uvicorn.loops.auto import auto_loop_factory

from bot import demo, logs
from bot.app import App, open_app
from bot.config import Settings
from bot.server import serve
from domain.chat import Outbound
from domain.errors import Refused
from handlers import ROUTES
from handlers.turn import ANYONE, EVERYWHERE, Route, Turn, words
from storage.database import Connection
from storage.files import Stored, account_owner
from storage.store import Store
from tests.faults.channel import LINE_BYTES_MAX, NAME, BenchChannel, raw


class Bug(Exception):
    """What nobody thought of; its words are a canary that no log may show."""


async def boom(turn: Turn, store: Store) -> list[Outbound]:
    """Change something, then fail."""
    await store.people.agree(turn.person.id, "half done", turn.now)
    raise Bug(turn.inbound.text)


async def refuse(turn: Turn, store: Store) -> list[Outbound]:
    """Change something, then refuse."""
    await store.people.agree(turn.person.id, "half done", turn.now)
    raise Refused(words("no"))


async def spin(turn: Turn, store: Store) -> list[Outbound]:
    """Never come to an end."""
    while True:
        pass


POISON = (
    Route("command.boom", boom, ANYONE, EVERYWHERE),
    Route("command.refuse", refuse, ANYONE, EVERYWHERE),
    Route("command.spin", spin, ANYONE, EVERYWHERE),
)


def picture(name: str) -> bytes:
    """The bytes of a photo that somebody sends: a few pages, each photo its own."""
    return name.encode() * (20_000 // len(name))


class Intake:
    """What arrives: photos first, then the message, then the acknowledgement."""

    def __init__(self, app: App, channel: BenchChannel) -> None:
        self.app = app
        self.channel = channel

    async def heard(self, said: dict[str, Any]) -> None:
        """One line of the platform."""
        if "idle" in said:
            self.channel.tell(idle=said["idle"], waits=await self.app.database.read(waits))
            return
        try:
            body = said["body"]
            photos = [await self.keep(name, body["account"]) for name in body.get("photos", ())]
            await self.app.pipeline.receive(raw({**body, **({"files": photos} if photos else {})}))
        except Exception as fault:
            self.channel.tell(nack=said["update"], error=type(fault).__name__)
        else:
            self.channel.tell(ack=said["update"])

    async def keep(self, name: str, account: str) -> str:
        """Keep one photo; its hash."""
        data, now = picture(name), self.app.clock()
        file_hash = await asyncio.to_thread(self.app.files.keep, data)
        kept, owner = Stored(file_hash, "photo", "image/jpeg"), account_owner(NAME, account)
        await self.app.database.transact(lambda one: Store(one).files.add(kept, len(data), owner, now))
        return file_hash


async def waits(connection: Connection) -> int:
    """How much is not at its end: unsent messages to those we push to, and updates to be tried again."""
    row = await connection.one(
        "SELECT (SELECT count(*) FROM outbox"
        " WHERE channel IN (:name, 'telegram', 'wechat', 'wecom', 'wecomkf') AND state = 'due')"
        " + (SELECT count(*) FROM inbox WHERE state NOT IN ('done', 'quarantined')) AS waits",
        name=NAME,
    )
    assert row is not None
    return int(row["waits"])


async def live(
    settings: Settings, line: Path, clock: Callable[[], datetime], listener: socket.socket, poison: bool = True
) -> None:
    """Run the product until SIGTERM, or until the platform hangs up."""
    reader, writer = await asyncio.open_unix_connection(line, limit=LINE_BYTES_MAX)
    channel = BenchChannel(reader, writer)
    async with open_app(settings, {NAME: channel}, clock, change=demo.relaxed) as app:
        if poison:
            app.pipeline.routes = (*POISON, *ROUTES)
        listening = asyncio.create_task(channel.listen(Intake(app, channel).heard))
        listening.add_done_callback(lambda _: os.kill(os.getpid(), signal.SIGTERM))
        await serve(app, listener, partial(channel.tell, ready=os.getpid(), port=settings.port))
    writer.close()


def main(settings: Settings, line: Path, clock: Callable[[], datetime], listener: socket.socket, log: Path) -> None:
    """To be called in a fork; its logs, the lowest level too, go to ``log``."""
    sys.stderr = log.open("a", encoding="utf-8", buffering=1)
    logs.set_up(settings.log_level, settings.log_format)
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(live(settings, line, clock, listener))
