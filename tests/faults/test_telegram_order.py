"""Telegram may forget an update once it is kept, and not a moment earlier."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot

from bot.channels.telegram_hook import hook
from bot.channels.telegram_http import open_bot
from bot.channels.telegram_intake import Intake
from bot.webhooks import Call
from domain.chat import Raw
from storage.database import Database
from tests.fakes import Watch
from tests.office import door
from tests.platforms.serving import Server
from tests.telegram.fake import FakeTelegram

CALL = Call("POST", {}, {})
LOOK_S = 0.5


@dataclass
class Slow:
    """A store that keeps updates when it is told to, and fails as often as it is told to."""

    may: asyncio.Event = field(default_factory=asyncio.Event)
    failures: int = 0
    asked: int = 0
    kept: list[str] = field(default_factory=list)

    async def __call__(self, raw: Raw) -> None:
        self.asked += 1
        await self.may.wait()
        if self.failures:
            self.failures -= 1
            raise OSError("no room")
        self.kept.append(raw.id)


@asynccontextmanager
async def taking(bot: Bot, store: Slow, database: Database, webhook: bool) -> AsyncIterator[None]:
    """The intake at work, asked or asking."""
    stop = asyncio.Event()
    with door() as (listener, address):
        posted = hook(address, b"a secret of the tests") if webhook else None
        intake = Intake(bot, store, database, Watch(), posted)

        async def update(request: Request) -> Response:
            return Response(status_code=(await intake.take(CALL, await request.body())).status)

        app = Starlette(routes=[Route("/telegram", update, methods=["POST"])])
        server = Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
        tasks = [asyncio.create_task(server.serve([listener])), asyncio.create_task(intake.run(stop))]
        try:
            yield
        finally:
            store.may.set()
            stop.set()
            server.should_exit = True
            await asyncio.gather(*tasks)


@pytest.mark.parametrize("webhook", [True, False], ids=["webhook", "polling"])
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_nothing_is_confirmed_before_it_is_kept(database: Database, webhook: bool) -> None:
    """While an update is being stored Telegram keeps it, a failure brings it again, and it is confirmed once it is
    there."""
    store = Slow(failures=2)
    async with (
        FakeTelegram() as fake,
        open_bot(fake.token, fake.base_url) as bot,
        taking(bot, store, database, webhook),
    ):
        await fake.until(lambda: bool(fake.queue.webhook.url) if webhook else fake.queue.polled)
        await fake.user("Hana").says("你好")
        await fake.until(lambda: store.asked)
        await asyncio.sleep(LOOK_S)  # long enough for a confirmation that comes too early
        assert fake.journal.of("confirmed") == []

        store.may.set()
        await fake.taken()
        assert len(store.kept) == 1
        assert store.asked == 3
