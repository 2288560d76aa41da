"""A company on WeCom whose homeowners are on WeChat and on the web: one application between two fakes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import httpx

from bot.app import open_app
from tests import wechat, wecom
from tests.fakes import Watch
from tests.office import door, running, settings
from tests.wechat import office as account
from tests.wechat.fake import FakeWechat
from tests.wechat.followers import Follower
from tests.wecom import office as company
from tests.wecom.fake import FakeWecom
from tests.wecom.guest import Guest

AD = "双十一"


@dataclass
class Page(Guest):
    """The web chat in a tab that stays open: ``shown`` is each message that was ever there, by its number."""

    shown: dict[int, str] = field(default_factory=dict)

    async def looks(self) -> None:
        """What is new appears."""
        for one in (await self._page(max(self.shown, default=0)))["messages"]:
            self.shown[one["seq"]] = "\n".join(text for _, text in one["lines"])


@dataclass
class Office(company.Office):
    """``fake`` is WeCom. The budgets that the application keeps are compared with WeChat's own after every step."""

    CHANNELS: ClassVar[tuple[str, ...]] = (*company.Office.CHANNELS, *account.Office.CHANNELS)

    wechat: FakeWechat
    page: Page | None = None

    async def guest(self) -> Page:
        self.page = Page(self.client, self.address, self.locale)
        await self.page.opens()
        return self.page

    async def choices(self, person: Guest | Follower) -> list[str]:
        if isinstance(person, Follower):
            return next(found for post in reversed(person.reads) if (found := account.choices(post)))
        return await super().choices(person)

    async def takes(self, person: company.Somebody | Follower, label: str) -> None:
        if isinstance(person, Follower):
            await account.chosen(person, label)
            await self.settle()
        else:
            await super().takes(person, label)

    async def settle(self) -> None:
        await super().settle()
        await account.agree(self, self.wechat)

    async def taken(self) -> None:
        await super().taken()
        await self.wechat.taken()
        await account.kept(self, self.wechat)
        if self.page:
            await self.page.looks()


@asynccontextmanager
async def office(database_url: str, folder: Path) -> AsyncIterator[Office]:
    """The application, callbacks coming in as ever from both platforms."""
    watch = Watch()
    with door() as (listener, address):
        async with (
            FakeWechat(clock=watch, options=wechat.Options(advertising=(AD,))) as here,
            FakeWecom(clock=watch) as there,
            open_app(_settings(database_url, folder, address, here, there), clock=watch) as app,
            httpx.AsyncClient() as client,
            running(app, listener),
        ):
            await there.connects(address)
            here.connect(f"{address}/wechat")
            yield Office(app, watch, "zh-CN", there, address, client, here)
            await here.taken()
            await there.taken()
            app.stopping.set()


def _settings(database_url: str, folder: Path, address: str, here: FakeWechat, there: wecom.FakeWecom) -> Any:
    named = {**account.named(here), **company.named(there)}
    return settings(database_url, folder, public_url=address, **named)
