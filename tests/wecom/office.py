"""A company on WeCom: the real application, its webhooks over real HTTP, the fake, and people on both sides.

Time stands still and is moved by what waits for it: a limit, a retry. So the limits are kept exactly, and no test waits
for them.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from bot.app import App, open_app
from bot.channels.wecomkf_intake import Intake
from bot.config import load_settings
from domain.chat import Text
from domain.people import INSIDE, Invitation, Role
from domain.requests import Request
from storage.database import Connection
from storage.lanes import Lanes
from storage.store import Store
from tests.fakes import Watch
from tests.telegram.fake import Server
from tests.wecom import AGENT_ID, CORP_ID, KF_SEAL, KF_SECRET, SEAL, SECRET, FakeWecom
from tests.wecom.chats import Post
from tests.wecom.guest import Guest
from tests.wecom.people import Customer, Member
from tests.wecom.platform import Options

COMPANY = Path(__file__).parents[2] / "company.toml"
OWN_SECRET = "a secret of the tests, long enough to sign"
CHANNELS = ("wecom", "wecomkf")
STAFF_CHAT = "jiangdaostaff"
LOOK_AHEAD_S = 150.0

Somebody = Member | Customer | Guest


@dataclass
class Office:
    """``locale`` is what everybody speaks."""

    app: App
    fake: FakeWecom
    watch: Watch
    locale: str
    address: str
    client: httpx.AsyncClient
    guests: list[Guest] = field(default_factory=list)

    # ---- words

    def words(self, id: str, /, **args: Any) -> str:
        """A text as it is said here."""
        return self.app.catalogue.render(self.locale, Text(id, args), self.watch())

    # ---- people

    async def guest(self) -> Guest:
        """Somebody opens the web chat; their browser is the client's own."""
        guest = Guest(self.client, self.address, self.locale)
        await guest.opens()
        self.guests.append(guest)
        return guest

    async def joins(self, person: Member, role: Role, **facts: Any) -> None:
        """Somebody types the code of an invitation."""
        invitation = Invitation("invite", role, facts, "the command line", self.watch() + timedelta(days=1))
        code = await self.store(lambda store: store.codes.mint(invitation, self.watch()))
        await self.says(person, f"/start {code}")

    async def says(self, person: Somebody, text: str) -> None:
        await person.says(text)
        await self.settle()

    async def tap(self, person: Somebody, id: str, **args: Any) -> None:
        """Press the newest button that says this, choose it from a menu, or say its number."""
        label = self.words(id, **args)
        if isinstance(person, Member):
            await person.press(label)
        elif isinstance(person, Guest):
            await person.presses(label)
        else:
            number = numbered(person.heard[-1].text, label)
            await (person.says(number) if number else person.choose(label))
        await self.settle()

    # ---- time

    async def settle(self) -> None:
        """Until everything that was said is taken, handled and answered, as far as it need not wait for long."""
        await self.fake.taken()
        until = self.watch() + timedelta(seconds=LOOK_AHEAD_S)
        while await self._step() or await self._skip(until):
            await self.fake.taken()

    async def sends(self) -> None:
        """What was said is taken, and what is owed by then is sent, before a timer rings."""
        await self.fake.taken()
        while await self.app.dispatcher.once():
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
        app = self.app
        pulled = await self._pull()
        return pulled + await app.pipeline.replay() + await app.timers.once() + await app.dispatcher.once()

    async def _pull(self) -> int:
        """What the work beside the server does when customer service rings."""
        seen = {one.msgid for one in self.fake.journal.of("pulled")}
        waiting = [message for _, message in self.fake.service.log if message["msgid"] not in seen]
        if not waiting:
            return 0
        intake = self.app.entrances["wecomkf"].intake
        assert isinstance(intake, Intake)
        await intake.once()
        return len(waiting)

    async def refresh(self) -> None:
        """What the process does now and then: the menu, and who is in the group."""
        refresh = self.app.entrances["wecom"].refresh
        assert refresh
        await refresh()

    async def _skip(self, until: datetime) -> bool:
        """Move the clock to where something goes on; False if that is not soon."""
        moment = await self.store(self._next)
        if moment is None or max(moment, self.watch()) > until:
            return False
        self.watch.now = moment if moment > self.watch() else self.watch() + timedelta(seconds=1)
        return True

    async def _next(self, store: Store) -> datetime | None:
        lanes, channels = Lanes(store.connection), self.app.pipeline.channels
        found = [await lanes.wake_at(name, self.watch(), channels[name].rates) for name in CHANNELS]
        row = await store.connection.one(
            "SELECT due_at FROM inbox WHERE state = 'failed' AND due_at IS NOT NULL ORDER BY due_at LIMIT 1"
        )
        waits = [moment for moment in (*found, row and row["due_at"]) if moment]
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
    database_url: str, folder: Path, locale: str = "zh-CN", options: Options | None = None
) -> AsyncIterator[Office]:
    """The application without its loops: what they do is done by ``Office.settle``; but callbacks come in as ever."""
    watch = Watch()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with (
            FakeWecom(clock=watch, options=options) as fake,
            open_app(_settings(database_url, folder, fake, address), clock=watch) as app,
            httpx.AsyncClient() as client,
            _running(app, listener),
        ):
            await fake.connects(address)
            yield Office(app, fake, watch, locale, address, client)
            await fake.taken()
            app.stopping.set()


def _settings(database_url: str, folder: Path, fake: FakeWecom, address: str) -> Any:
    return load_settings(
        None,
        database_url=database_url,
        data_dir=folder / "data",
        company_file=COMPANY,
        secret=OWN_SECRET,
        public_url=address,
        wecom_corp_id=CORP_ID,
        wecom_agent_id=AGENT_ID,
        wecom_secret=SECRET,
        wecom_token=SEAL.token,
        wecom_aes_key=SEAL.aes_key,
        wecom_api_base=fake.base_url,
        wecom_kf_secret=KF_SECRET,
        wecom_kf_token=KF_SEAL.token,
        wecom_kf_aes_key=KF_SEAL.aes_key,
    )


@asynccontextmanager
async def _running(app: App, listener: socket.socket) -> AsyncIterator[None]:
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
    """The number before a choice that has no button; empty if there is no such line."""
    return next((line.split()[0] for line in text.splitlines() if line.partition(" ")[2] == label), "")


def texts(posts: Sequence[Post]) -> str:
    """All their words."""
    return "\n".join(post.text for post in posts)
