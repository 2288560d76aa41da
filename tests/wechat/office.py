"""A company with an Official Account: the real application, its callbacks and its API over real HTTP, the fake, people.

Homeowners are on WeChat; staff and installers are on the one fake channel. Time stands still and is moved by what waits
for it: a lease, a retry. The budgets that the application keeps are compared with the platform's own after every step.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn

from bot.app import App, open_app
from bot.config import Settings, load_settings
from bot.desk import Desk
from domain.chat import Place, Raw, Text
from domain.people import INSIDE, Invitation, Role
from domain.requests import Request
from storage.database import Connection
from storage.lanes import Lanes
from storage.store import Store
from tests.fakes import FakeChannel, Watch
from tests.telegram.media import photo
from tests.wechat.fake import FakeWechat, Server
from tests.wechat.followers import Follower
from tests.wechat.platform import Options
from tests.wechat.post import Post

COMPANY = Path(__file__).parents[2] / "company.toml"
SECRET = "a secret of the tests, long enough to sign"
GROUP = "group"
LOOK_AHEAD_S = 150.0
TICK_S = 10.0
GIVEN = "SELECT id FROM outbox WHERE state = 'due' AND external LIKE 'answering:%' LIMIT 1"


@dataclass
class Office:
    """``desk`` is the channel of staff and installers. ``strict`` compares the budgets after every step."""

    app: App
    fake: FakeWechat
    desk: FakeChannel
    watch: Watch
    locale: str = "zh-CN"
    strict: bool = True
    count: int = 0

    # ---- words

    def words(self, id: str, /, **args: Any) -> str:
        """A text as it is said here."""
        return self.app.catalogue.render(self.locale, Text(id, args), self.watch())

    # ---- homeowners

    async def says(self, who: Follower, text: str) -> list[Post]:
        """Write; what they read because of it."""
        return await self.after(who, who.says(text))

    async def after(self, who: Follower, act: Any) -> list[Post]:
        """Let somebody do something; what they read because of it."""
        before = len(who.reads)
        await act
        await self.settle()
        return who.reads[before:]

    async def picks(self, who: Follower, label: str) -> list[Post]:
        """Choose by the words: tap the item where there is a menu message, else answer with its number."""
        post = next(one for one in reversed(who.reads) if label in one.labels or f" {label}" in one.text)
        if label in post.labels:
            return await self.after(who, who.choose(label, post))
        return await self.says(who, number(post, label))

    # ---- staff and installers

    async def joins(self, who: str, role: Role, **facts: Any) -> None:
        """Somebody opens the link of an invitation."""
        invitation = Invitation("invite", role, facts, "the command line", self.watch() + timedelta(days=1))
        code = await self.store(lambda store: store.codes.mint(invitation, self.watch()))
        await self.told(who, f"/start {code}")

    async def told(self, who: str, text: str = "", chat: str = "", **more: Any) -> None:
        """Somebody on the other channel writes, in private unless ``chat`` says otherwise."""
        self.count += 1
        place = Place(self.desk.name, chat or who)
        body = {"chat": place.chat, "account": who, "text": text, "group": chat == GROUP, "name": who, **more}
        await self.app.pipeline.receive(Raw(f"{self.desk.name}:{who}:{self.count}", self.desk.name, body, place))
        await self.settle()

    async def press(self, who: str, label: str, chat: str = "") -> None:
        """Somebody there presses the newest button with this label."""
        for call in reversed(self.desk.arrived):
            rows = call.message.buttons if call.chat == (chat or who) else ()
            tokens = [token for row in rows for shown, token, _ in row if shown == label]
            if tokens:
                await self.told(who, chat=chat, press=tokens[0])
                return
        raise AssertionError(f"{chat or who} has no button {label}: {self.desk.texts[-5:]}")

    async def photo(self, who: str, data: bytes = b"") -> None:
        """Somebody there sends a photo."""
        desk = Desk(self.app.database, self.app.catalogue, self.app.files, self.watch)
        kept = await desk.keep(data or photo(), "image/jpeg", who, channel=self.desk.name)
        await self.told(who, files=[kept.hash])

    async def menu(self) -> None:
        """The menu beneath the chats is set, as it is when the application starts."""
        refresh = self.app.entrances["wechat"].refresh
        assert refresh
        await refresh()

    def shown(self, chat: str) -> str:
        """All words that were shown in a chat of the other channel."""
        return "\n".join(text for where, text in self.desk.texts if where == chat)

    # ---- time

    async def settle(self, given: bool = True) -> None:
        """Until everything that was said is taken, handled and answered, as far as it need not wait for long.

        ``given`` says that each answer has found somebody who waited for it; otherwise it is sent in its own time.
        """
        until = self.watch() + timedelta(seconds=LOOK_AHEAD_S)
        await self._taken(given)
        while await self._step() or await self._skip(until):
            await self._taken(given)
        if self.strict:
            await self.agrees()

    async def passes(self, **delta: float) -> None:
        """Time goes by, and due timers ring."""
        until = self.watch() + timedelta(**delta)
        while self.watch() < until:
            due = await self.store(self._next)
            soon = min(until, self.watch() + timedelta(minutes=30), due or until)
            self.watch.now = max(soon, self.watch() + timedelta(seconds=TICK_S))
            while await self._step():
                await self._taken(given=True)
        await self.settle()

    async def until(self, moment: datetime) -> None:
        await self.passes(seconds=(moment - self.watch()).total_seconds())

    async def _taken(self, given: bool) -> None:
        """Everything has been posted to us, and what was given as an answer is kept as such."""
        await self.fake.taken()
        async with asyncio.timeout(10):
            while given and await self.store(lambda store: store.connection.one(GIVEN)):
                await self.fake.journal.news(0.01)

    async def _step(self) -> int:
        return await self.app.pipeline.replay() + await self.app.timers.once() + await self.app.dispatcher.once()

    async def _skip(self, until: datetime) -> bool:
        """Move the clock to where something goes on; False if that is not soon."""
        moment = await self.store(self._next)
        if moment is None or not self.watch() < moment <= until:
            return False  # what is due and does not go waits for a breaker
        self.watch.now = moment
        return True

    async def _next(self, store: Store) -> datetime | None:
        waits = [await Lanes(store.connection).wake_at("wechat", self.watch(), ())]
        row = await store.connection.one(
            "SELECT due_at FROM inbox WHERE state = 'failed' AND due_at IS NOT NULL ORDER BY due_at LIMIT 1"
        )
        found = [moment for moment in (*waits, row and row["due_at"]) if moment]
        return min(found) if found else None

    # ---- what is slow

    @asynccontextmanager
    async def stuck(self) -> AsyncIterator[None]:
        """The database takes nothing more until the end of the block: every handler is slow."""
        began, over = asyncio.Event(), threading.Event()
        loop, sqlite = asyncio.get_running_loop(), self.app.settings.database_url.startswith("sqlite")

        async def work(connection: Connection) -> None:
            if not sqlite:
                await connection.run("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE")
            loop.call_soon_threadsafe(began.set)
            if sqlite:
                over.wait(60)  # in the writer's own thread
            while not over.is_set():
                await asyncio.sleep(0.01)

        holding = asyncio.create_task(self.app.database.transact(work))
        await began.wait()
        try:
            yield
        finally:
            over.set()
            await holding

    async def thrice(self, act: Any, wait_s: float = 0.0, attempts: int = 3) -> None:
        """Somebody does something while every handler is slow: so many attempts are under way at the same time.

        The last one waits on, unless ``wait_s`` says after how many seconds it is given up as well, and answered.
        """
        begun = len(self.fake.acts)
        async with self.stuck():
            await act
            number = self.fake.acts[begun].number
            for attempt in range(1, attempts + 1):
                await self.fake.until(partial(self._posted, number, attempt))
                if attempt < attempts or wait_s:
                    self.fake.hurry()
            await asyncio.sleep(wait_s)

    def _posted(self, act: int, attempt: int) -> bool:
        return bool(self.fake.journal.of("posted", act=act, attempt=attempt))

    # ---- what is stored

    async def store(self, work: Any) -> Any:
        async def run(connection: Connection) -> Any:
            return await work(Store(connection))

        return await self.app.database.transact(run)

    async def request(self, id: str = "R-1001") -> Request:
        found: Request = await self.store(lambda store: store.requests.get(id, INSIDE))
        return found

    async def budget(self, who: Follower) -> dict[str, int]:
        """What the application believes may still be sent to somebody now, by act."""
        rows = await self.store(
            lambda store: store.connection.all(
                "SELECT act, count, until FROM budgets WHERE channel = 'wechat' AND chat = :chat", chat=who.openid
            )
        )
        left = dict.fromkeys(self.fake.here.options.windows, 0)
        return left | {row["act"]: row["count"] for row in rows if row["until"] > self.watch()}

    async def agrees(self) -> None:
        """The application counts as the platform does."""
        for who in self.fake.people.values():
            ours, theirs = await self.budget(who), who.left()
            assert ours == theirs or not who.following, f"{who.name}: {ours} here, {theirs} there"


def number(post: Post, label: str) -> str:
    """The number before a choice: «2 改约»."""
    for line in post.text.splitlines():
        digits, _, words = line.partition(" ")
        if words == label and digits.isdigit():
            return digits
    raise AssertionError(f"no choice {label!r} in {post.text!r}")


@asynccontextmanager
async def office(
    database_url: str, folder: Path, options: Options | None = None, strict: bool = True, **settings: Any
) -> AsyncIterator[Office]:
    """The application without its loops: what they do is done by ``Office.settle``; but callbacks come in as ever."""
    watch = Watch()
    desk = FakeChannel(watch)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        async with (
            FakeWechat(clock=watch, options=options) as fake,
            open_app(_settings(database_url, folder, fake, **settings), {desk.name: desk}, clock=watch) as app,
            _running(app, listener),
        ):
            fake.connect(f"http://127.0.0.1:{listener.getsockname()[1]}/wechat")
            here = Office(app, fake, desk, watch, strict=strict)
            yield here
            await fake.taken()


def _settings(database_url: str, folder: Path, fake: FakeWechat, **more: Any) -> Settings:
    return load_settings(
        None,
        database_url=database_url,
        data_dir=folder / "data",
        company_file=COMPANY,
        secret=SECRET,
        wechat_app_id=fake.app_id,
        wechat_app_secret=fake.secret,
        wechat_token=fake.token,
        wechat_aes_key=fake.aes_key,
        wechat_api_base=fake.base_url,
        **more,
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
