"""A company with an Official Account: the real application, its callbacks and its API over real HTTP, the fake, people.

Homeowners are on WeChat; staff and installers are on the one fake channel. The budgets that the application keeps are
compared with the platform's own after every step.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from bot.app import open_app
from bot.desk import Desk
from domain.chat import Place, Raw
from domain.people import Role
from storage.database import Connection
from tests import office as base
from tests.fakes import FakeChannel, Watch
from tests.office import door, numbered, running, settings
from tests.telegram.media import photo
from tests.wechat.fake import FakeWechat
from tests.wechat.followers import Follower
from tests.wechat.platform import Options
from tests.wechat.post import Post

GROUP = "group"
GIVEN = "SELECT id FROM outbox WHERE state = 'due' AND external LIKE 'answering:%' LIMIT 1"


@dataclass
class Office(base.Office):
    """``desk`` is the channel of staff and installers. ``strict`` compares the budgets after every step.

    While ``given`` is set, each answer has found somebody who waited for it; otherwise it is sent in its own time.
    """

    CHANNELS: ClassVar[tuple[str, ...]] = ("wechat",)

    fake: FakeWechat
    desk: FakeChannel
    strict: bool = True
    given: bool = True
    count: int = 0

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
        return await self.after(who, chosen(who, label))

    # ---- staff and installers

    async def joins(self, who: str, role: Role, **facts: Any) -> None:
        """Somebody opens the link of an invitation."""
        await self.told(who, f"/start {await self.invites(role, **facts)}")

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

    async def settle(self) -> None:
        await super().settle()
        if self.strict:
            await agree(self, self.fake)

    async def taken(self) -> None:
        await self.fake.taken()
        if self.given:
            await kept(self, self.fake)

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

    async def budget(self, who: Follower) -> dict[str, int]:
        """What the application believes may still be sent to somebody now, by act."""
        return await budget(self, self.fake, who)


# ---- for every office with an account


async def kept(here: base.Office, fake: FakeWechat) -> None:
    """Until what was given as an answer is kept as such."""
    async with asyncio.timeout(10):
        while await here.store(lambda store: store.connection.one(GIVEN)):
            await fake.journal.news(0.01)


async def budget(here: base.Office, fake: FakeWechat, who: Follower) -> dict[str, int]:
    """What the application believes may still be sent to somebody now, by act."""
    rows = await here.store(
        lambda store: store.connection.all(
            "SELECT act, count, until FROM budgets WHERE channel = 'wechat' AND chat = :chat"
            " AND act NOT LIKE 'consent/%'",
            chat=who.openid,
        )
    )
    left = dict.fromkeys(fake.here.options.windows, 0)
    return left | {row["act"]: row["count"] for row in rows if row["until"] > here.watch()}


async def consents(here: base.Office, who: Follower) -> Counter[str]:
    """How many messages the application believes they have agreed to, by template."""
    rows = await here.store(
        lambda store: store.connection.all(
            "SELECT act, count FROM budgets WHERE channel = 'wechat' AND chat = :chat AND act LIKE 'consent/%'",
            chat=who.openid,
        )
    )
    return Counter({row["act"].removeprefix("consent/"): row["count"] for row in rows})


async def agree(here: base.Office, fake: FakeWechat) -> None:
    """The application counts as the platform does."""
    for who in fake.people.values():
        ours, theirs = await budget(here, fake, who), who.left()
        assert ours == theirs or not who.following, f"{who.name}: {ours} here, {theirs} there"
        agreed, allowed = await consents(here, who), Counter(who.consented)
        assert all(agreed[one] <= allowed[one] for one in agreed), f"{who.name}: {agreed} here, {allowed} there"


def chosen(who: Follower, label: str) -> Coroutine[Any, Any, int]:
    """They choose by the words: by a tap where there is a menu message, else by the number."""
    post = next(one for one in reversed(who.reads) if label in choices(one))
    return who.choose(label, post) if label in post.labels else who.says(numbered(post.text, label))


def choices(post: Post) -> list[str]:
    """What can be chosen in a message, whichever way it is shown."""
    listed = (line.partition(" ") for line in post.text.splitlines())
    return list(post.labels) or [words for number, _, words in listed if words and number.isdigit()]


def named(fake: FakeWechat) -> dict[str, Any]:
    """The settings of the account."""
    return {
        "wechat_app_id": fake.app_id,
        "wechat_app_secret": fake.secret,
        "wechat_token": fake.token,
        "wechat_aes_key": fake.aes_key,
        "wechat_api_base": fake.base_url,
    }


@asynccontextmanager
async def office(
    database_url: str, folder: Path, options: Options | None = None, strict: bool = True, **more: Any
) -> AsyncIterator[Office]:
    """The application, callbacks coming in as ever; ``more`` are settings."""
    watch = Watch()
    desk = FakeChannel(watch)
    with door() as (listener, address):
        async with (
            FakeWechat(clock=watch, options=options) as fake,
            open_app(settings(database_url, folder, **named(fake), **more), {desk.name: desk}, clock=watch) as app,
            running(app, listener),
        ):
            fake.connect(f"{address}/wechat")
            yield Office(app, watch, "zh-CN", fake, desk, strict)
            await fake.taken()
