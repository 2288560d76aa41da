"""The real application on fake platforms: its web server runs, its loops do not, and its time stands still.

What the loops do is done by ``Office.settle``, which moves the clock by what waits for it: a limit, a lease, a retry.
So the limits are kept exactly, and no test waits for them.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import uvicorn

from bot.app import App
from bot.config import Settings, load_settings
from bot.server import bound
from domain.chat import Text
from domain.people import INSIDE, Invitation, Role
from domain.requests import Request
from storage.database import Connection
from storage.lanes import Lanes
from storage.store import Store
from tests.fakes import Watch
from tests.platforms.serving import Server

COMPANY = Path(__file__).parents[1] / "company.toml"
SECRET = "a secret of the tests, long enough to sign"
LOOK_AHEAD_S = 150.0
STEP = timedelta(minutes=30)
TICK = timedelta(seconds=10)


@dataclass
class Office:
    """``locale`` is what everybody speaks; time is moved by what waits on one of ``CHANNELS``."""

    CHANNELS: ClassVar[tuple[str, ...]] = ()

    app: App
    watch: Watch
    locale: str

    def words(self, id: str, /, **args: Any) -> str:
        """A text as it is said here."""
        return self.app.catalogue.render(self.locale, Text(id, args), self.watch())

    async def invites(self, role: Role, **facts: Any) -> str:
        """The code of an invitation."""
        invitation = Invitation("invite", role, facts, "the command line", self.watch() + timedelta(days=1))
        code: str = await self.store(lambda store: store.codes.mint(invitation, self.watch()))
        return code

    # ---- time

    async def settle(self) -> None:
        """Until everything that was said is taken, handled and answered, as far as it need not wait for long."""
        until = self.watch() + timedelta(seconds=LOOK_AHEAD_S)
        await self.taken()
        while await self.step() or await self._skip(until):
            await self.taken()

    async def passes(self, **delta: float) -> None:
        """Time goes by, and due timers ring."""
        until = self.watch() + timedelta(**delta)
        while self.watch() < until:
            due = await self.store(self._next)
            soon = min(until, self.watch() + STEP, due or until)
            self.watch.now = max(soon, self.watch() + TICK)
            while await self.step():
                await self.taken()
        await self.settle()

    async def until(self, moment: datetime) -> None:
        await self.passes(seconds=(moment - self.watch()).total_seconds())

    async def taken(self) -> None:
        """Until everything that people did has been handed over."""

    async def step(self) -> int:
        """What the loops do once; how much there was of it."""
        return await self.app.pipeline.replay() + await self.app.timers.once() + await self.app.dispatcher.once()

    async def _skip(self, until: datetime) -> bool:
        """Move the clock to where something goes on; False if that is not soon."""
        moment = await self.store(self._next)
        if moment is None or not self.watch() < moment <= until:
            return False  # what is due and does not go waits for a breaker
        self.watch.now = moment
        return True

    async def _next(self, store: Store) -> datetime | None:
        lanes, channels = Lanes(store.connection), self.app.pipeline.channels
        found = [await lanes.wake_at(name, self.watch(), channels[name].rates) for name in self.CHANNELS]
        row = await store.connection.one(
            "SELECT due_at FROM inbox WHERE state = 'failed' AND due_at IS NOT NULL ORDER BY due_at LIMIT 1"
        )
        return min((moment for moment in (*found, row and row["due_at"]) if moment), default=None)

    # ---- what is stored

    async def store(self, work: Any) -> Any:
        """Look into the database: ``work(store)``."""

        async def run(connection: Connection) -> Any:
            return await work(Store(connection))

        return await self.app.database.transact(run)

    async def request(self, id: str = "R-1001") -> Request:
        """A request as it is stored."""
        found: Request = await self.store(lambda store: store.requests.get(id, INSIDE))
        return found


def settings(database_url: str, folder: Path, **more: Any) -> Settings:
    """Of the tests' company; ``more`` name the platforms."""
    usual: dict[str, Any] = {"data_dir": folder / "data", "company_file": COMPANY, "secret": SECRET}
    return load_settings(None, database_url=database_url, **{**usual, **more})


@contextmanager
def door() -> Iterator[tuple[socket.socket, str]]:
    """Where the application will listen, and its address."""
    with bound("127.0.0.1", 0) as listener:
        yield listener, f"http://127.0.0.1:{listener.getsockname()[1]}"


@asynccontextmanager
async def running(app: App, listener: socket.socket) -> AsyncIterator[None]:
    """The web server."""
    server = Server(uvicorn.Config(app.web, log_config=None, access_log=False, lifespan="off"))
    serving = asyncio.create_task(server.serve([listener]))
    try:
        await server.ready.wait()
        yield
    finally:
        app.stopping.set()
        server.should_exit = True
        await serving


def numbered(text: str, label: str) -> str:
    """The number before a choice that has no button, «2» of «2 改约»; empty if there is no such line."""
    found = (line.partition(" ") for line in text.splitlines())
    return next((number for number, _, words in found if words == label and number.isdigit()), "")
