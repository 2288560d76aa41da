"""A company on Telegram: the real application, its intake over real HTTP, the fake, and people on both sides.

Time stands still and is moved by what waits for it: a limit, an album, a retry. So the limits are kept exactly, and no
test waits for them.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn

from bot.app import App, open_app
from domain.chat import Text
from domain.people import INSIDE, Invitation, Role
from domain.requests import Request
from storage.database import Connection
from storage.lanes import Lanes
from storage.store import Store
from tests.fakes import Watch
from tests.office import door, settings
from tests.platforms.serving import Server
from tests.telegram.chats import Post
from tests.telegram.fake import FakeTelegram
from tests.telegram.groups import Group
from tests.telegram.people import Person
from tests.telegram.platform import Options

LOOK_AHEAD_S = 150.0


@dataclass
class Office:
    """``locale`` is what everybody speaks."""

    app: App
    fake: FakeTelegram
    watch: Watch
    locale: str

    # ---- words

    def words(self, id: str, /, **args: Any) -> str:
        """A text as it is said here."""
        return self.app.catalogue.render(self.locale, Text(id, args), self.watch())

    # ---- people

    async def joins(self, person: Person, role: Role, **facts: Any) -> None:
        """Somebody opens the link of an invitation."""
        invitation = Invitation("invite", role, facts, "the command line", self.watch() + timedelta(days=1))
        code = await self.store(lambda store: store.codes.mint(invitation, self.watch()))
        await person.starts(code)
        await self.settle()

    async def tap(self, person: Person, id: str, where: Group | None = None, **args: Any) -> None:
        """Press the newest button that says this."""
        await person.presses(self.words(id, **args), where)
        await self.settle()

    async def pick(self, person: Person, place: int = 0, where: Group | None = None) -> None:
        """Press a button of the newest message with buttons, by its place."""
        posts = [post for post in (where.heard() if where else person.heard) if post.rows]
        labels = [label for row in posts[-1].buttons for label in row]
        await person.presses(labels[place], where, posts[-1])
        await self.settle()

    async def says(self, person: Person, text: str, where: Group | None = None, thread: int = 0, **more: Any) -> Post:
        post = await person.says(text, where, thread, **more)
        await self.settle()
        return post

    # ---- time

    async def settle(self) -> None:
        """Until everything that was said is taken, handled and answered, as far as it need not wait for long."""
        await self.fake.taken()
        until = self.watch() + timedelta(seconds=LOOK_AHEAD_S)
        while await self._step() or await self._skip(until):
            pass

    async def passes(self, **delta: float) -> None:
        """Time goes by, and due timers ring."""
        until = self.watch() + timedelta(**delta)
        while self.watch() < until:
            self.watch.now = min(until, self.watch() + timedelta(minutes=30))
            await self.settle()

    async def until(self, moment: datetime) -> None:
        await self.passes(seconds=(moment - self.watch()).total_seconds())

    async def _step(self) -> int:
        return await self.app.pipeline.replay() + await self.app.timers.once() + await self.app.dispatcher.once()

    async def _skip(self, until: datetime) -> bool:
        """Move the clock to where something goes on; False if that is not soon."""
        moment = await self.store(self._next)
        if moment is None or moment > until:
            return False
        self.watch.now = max(moment, self.watch() + timedelta(milliseconds=1))
        return True

    async def _next(self, store: Store) -> datetime | None:
        rates = self.app.pipeline.channels["telegram"].rates
        lane = await Lanes(store.connection).wake_at("telegram", self.watch(), rates)
        row = await store.connection.one(
            "SELECT due_at FROM inbox WHERE state = 'failed' AND due_at IS NOT NULL ORDER BY due_at LIMIT 1"
        )
        waits = [moment for moment in (lane, row and row["due_at"]) if moment]
        return min(waits) if waits else None

    # ---- what is stored

    async def store(self, work: Any) -> Any:
        async def run(connection: Connection) -> Any:
            return await work(Store(connection))

        return await self.app.database.transact(run)

    async def request(self, id: str = "R-1001") -> Request:
        found: Request = await self.store(lambda store: store.requests.get(id, INSIDE))
        return found


@asynccontextmanager
async def office(
    database_url: str,
    folder: Path,
    webhook: bool = False,
    locale: str = "zh-CN",
    options: Options | None = None,
    **more: Any,
) -> AsyncIterator[Office]:
    """The application without its loops: what they do is done by ``Office.settle``; but updates come in as ever.

    ``more`` are settings.
    """
    watch = Watch()
    with door() as (listener, _):
        async with (
            FakeTelegram(clock=watch, options=options) as fake,
            open_app(
                _settings(database_url, folder, fake, webhook, listener.getsockname()[1], **more), clock=watch
            ) as app,
            _running(app, listener),
        ):
            assert app.entrances["telegram"]
            await app.entrances["telegram"].intake.hello()
            await fake.until(lambda: bool(fake.queue.webhook.url) if webhook else fake.queue.polled)
            yield Office(app, fake, watch, locale)
            await fake.taken()
            app.stopping.set()


def _settings(database_url: str, folder: Path, fake: FakeTelegram, webhook: bool, port: int, **more: Any) -> Any:
    named = {
        "telegram_token": fake.token,
        "telegram_api_base": fake.base_url,
        "telegram_webhook": webhook,
    }
    return settings(database_url, folder, port=port, **named, **more)


@asynccontextmanager
async def _running(app: App, listener: socket.socket) -> AsyncIterator[None]:
    """The web server and the intake."""
    server = Server(uvicorn.Config(app.web, log_config=None, access_log=False, lifespan="off"))
    assert app.entrances["telegram"]
    tasks = [
        asyncio.create_task(server.serve([listener])),
        asyncio.create_task(app.entrances["telegram"].intake.run(app.stopping)),
    ]
    try:
        await server.ready.wait()
        yield
    finally:
        app.stopping.set()
        server.should_exit = True
        await asyncio.gather(*tasks)


def texts(posts: Sequence[Post]) -> str:
    """All their words."""
    return "\n".join(post.text for post in posts)
