"""A company with two groups of staff, one on Telegram and one on WeCom: one application between two fakes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import httpx

from bot.app import App, open_app
from domain.people import Role
from tests.fakes import Watch
from tests.office import door, running, settings
from tests.telegram.chats import Post as TelegramPost
from tests.telegram.fake import FakeTelegram
from tests.telegram.groups import Group
from tests.wecom import office as company
from tests.wecom import play
from tests.wecom.fake import FakeWecom


@dataclass
class Rooms(company.Office):
    """``fake`` is WeCom. Homeowners are on the web."""

    CHANNELS: ClassVar[tuple[str, ...]] = (*company.Office.CHANNELS, "telegram")

    telegram: FakeTelegram

    async def taken(self) -> None:
        await super().taken()
        await self.telegram.taken()


class Play(play.Play):
    """The people of WeCom's story, and ``max`` and ``lin``, who are on Telegram; the request's card in each group."""

    here: Rooms

    def __init__(self, here: Rooms) -> None:
        super().__init__(here)
        self.max, self.lin = here.telegram.user("老王"), here.telegram.user("小陈")
        self.group: Group = here.telegram.group("客服群", self.max, forum=True)

    async def opens(self) -> None:
        """Everybody joins by their invitation, and both groups are bound."""
        await super().opens()
        here = self.here
        for person, role, facts in ((self.max, Role.ADMIN, {}), (self.lin, Role.STAFF, {"name": "小陈"})):
            await person.starts(await here.invites(role, **facts))
            await here.settle()
        await self.group.add(self.lin)
        await self.group.add_bot()
        await self.max.says("/bindcode")
        await here.settle()
        code = self.max.heard[-1].text.partition("/bind ")[2].split()[0]
        await self.max.says(f"/bind {code}", self.group)
        await here.settle()

    @property
    def topic_card(self) -> TelegramPost:
        """The newest card in the request's topic on Telegram."""
        topic = self.group.topic("R-1001")
        return [post for post in self.group.heard(topic.id) if post.text.startswith("R-1001") and post.rows][-1]

    def shown(self) -> list[str]:
        """What the cards say in either group, to each who reads them."""
        return [self.topic_card.text, *(self.card(one).text for one in self.staff)]

    def offers(self, label: str) -> list[bool]:
        """Whether each of these cards has such a button."""
        rows = [self.topic_card.buttons, *([self.card(one).buttons] for one in self.staff)]
        return [any(label in row for row in one) for one in rows]


@asynccontextmanager
async def rooms(database_url: str, folder: Path) -> AsyncIterator[Rooms]:
    """The application, with callbacks from the one and updates from the other."""
    watch = Watch()
    with door() as (listener, address):
        async with (
            FakeTelegram(clock=watch) as there,
            FakeWecom(clock=watch) as here,
            open_app(
                settings(
                    database_url,
                    folder,
                    public_url=address,
                    telegram_token=there.token,
                    telegram_api_base=there.base_url,
                    **company.named(here),
                ),
                clock=watch,
            ) as app,
            httpx.AsyncClient() as client,
            running(app, listener),
            _polling(app, there),
        ):
            await here.connects(address)
            yield Rooms(app, watch, "zh-CN", here, address, client, there)
            await here.taken()
            await there.taken()
            app.stopping.set()


@asynccontextmanager
async def _polling(app: App, fake: FakeTelegram) -> AsyncIterator[None]:
    intake = app.entrances["telegram"].intake
    await intake.hello()
    polling = asyncio.create_task(intake.run(app.stopping))
    try:
        await fake.until(lambda: fake.queue.polled)
        yield
    finally:
        app.stopping.set()
        await polling
