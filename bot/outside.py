"""The platforms that the settings name: opened together, and what works for each beside the server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from bot.accounts import wechat_account, wechat_subscribe, wechat_template, wecom_account, wecomkf_account
from bot.answers import Given
from bot.channels.telegram_hook import hook
from bot.config import Settings
from bot.config_tencent import plain
from bot.desk import Desk
from bot.drawing import Scan
from bot.meter import Meter
from bot.scans import Scans
from bot.secret import signing_secret
from bot.webhooks import Webhook
from domain.channel import Channel
from domain.chat import Raw
from domain.company import Company
from handlers.turn import nameless
from messages import Catalogue
from storage.database import Database
from storage.files import FileStore

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Ground:
    """What every platform is opened upon."""

    settings: Settings
    company: Company
    catalogue: Catalogue
    database: Database
    files: FileStore
    clock: Callable[[], datetime]
    meter: Meter

    def means(self, channel: str) -> dict[str, Any]:
        """What every channel is given, by the names that all of them use."""
        return {
            "database": self.database,
            "words": self.catalogue.words,
            "path_of": self.files.path,
            "keep": partial(Desk(self.database, self.catalogue, self.files, self.clock).keep, channel=channel),
            "bytes_max": self.settings.upload_mb_max * MEGABYTE,
            "pixels_max": self.settings.photo_megapixels_max * 1_000_000,
        }


@dataclass(frozen=True, slots=True)
class Reception:
    """Where messages go as they come in: ``receive`` returns once one is committed, ``answer`` as well, with what the
    platform takes as the answer to it."""

    receive: Callable[[Raw], Awaitable[object]]
    answer: Callable[[Raw], Awaitable[Given | None]]
    clock: Callable[[], datetime]


async def known() -> bool:
    """Nobody has to be asked."""
    return True


@dataclass(frozen=True, slots=True)
class Entrance:
    """What a platform's messages come in by. ``posted`` says that it calls us; each of ``works`` runs until the event
    is set, ``refresh`` is called now and then, and ``hello`` asks whether the platform knows us."""

    intake: Webhook
    posted: bool = True
    works: tuple[Callable[[asyncio.Event], Coroutine[Any, Any, None]], ...] = ()
    refresh: Callable[[], Awaitable[object]] | None = None
    hello: Callable[[], Awaitable[bool]] = known


@dataclass(frozen=True, slots=True)
class Platform:
    """An opened one that was asked nothing yet. ``called`` is our own name there, empty until it is known; ``made`` the
    chat of the group of staff where we make that ourselves, empty elsewhere; ``scan`` gives the address in the code to
    scan for a scene, where people come in by those."""

    channel: Channel
    enter: Callable[[Reception], Entrance]
    called: Callable[[], str] = nameless
    made: str = ""
    scan: Scan | None = None


@asynccontextmanager
async def open_platforms(ground: Ground) -> AsyncIterator[Mapping[str, Platform]]:
    """Those that the settings name, by name; their connections end with the block. Asks nothing of the network."""
    async with AsyncExitStack() as stack:
        yield {name: await stack.enter_async_context(OPEN[name](ground)) for name in named(ground.settings)}


def named(settings: Settings) -> list[str]:
    """The platforms for which there are settings."""
    return [name for name, setting in NAMED_BY.items() if plain(settings, setting)]


def alone(settings: Settings) -> Settings:
    """The same without any of them: nothing is opened, and nothing is sent."""
    return settings.model_copy(update={name: Settings.model_fields[name].default for name in NAMED_BY.values()})


@asynccontextmanager
async def _telegram(ground: Ground) -> AsyncIterator[Platform]:
    from bot.channels.telegram_open import Means, open_telegram  # its library takes a third of a second to load

    settings = ground.settings
    means = Means(locale=ground.company.locale, **ground.means("telegram"))
    secret = signing_secret(settings)
    async with open_telegram(plain(settings, "telegram_token"), settings.telegram_api_base, means) as opened:

        def enter(reception: Reception) -> Entrance:
            posted = hook(settings.public_url, secret) if settings.telegram_webhook else None
            intake = opened.intake(reception.receive, reception.clock, posted)
            return Entrance(intake, posted is not None, (intake.run,), opened.menus.refresh, intake.hello)

        yield Platform(opened.channel, enter, opened.name)


@asynccontextmanager
async def _wechat(ground: Ground) -> AsyncIterator[Platform]:
    from bot.channels.wechat_open import Limits, Means, open_wechat  # its library takes half a second

    settings = ground.settings
    limits = Limits(
        settings.wechat_message_count,
        settings.wechat_message_hours,
        settings.wechat_touch_count,
        settings.wechat_touch_s,
    )
    means = Means(
        clock=ground.clock,
        meter=ground.meter,
        limits=limits,
        menu_locale=settings.wechat_menu_locale,
        template=wechat_template(settings, ground.company.timezone),
        subscribe=wechat_subscribe(settings, ground.company.timezone),
        **ground.means("wechat"),
    )
    async with open_wechat(wechat_account(settings), means) as opened:

        def enter(reception: Reception) -> Entrance:
            return Entrance(opened.intake(reception.answer, reception.clock), refresh=opened.menu.refresh)

        scans = Scans(ground.database, settings.wechat_app_id, opened.scan)
        yield Platform(opened.channel, enter, scan=scans.address)


@asynccontextmanager
async def _wecom(ground: Ground) -> AsyncIterator[Platform]:
    from bot.channels.wecom import Limits  # the same
    from bot.channels.wecom_open import STAFF_GROUP, Means, open_wecom

    settings = ground.settings
    means = Means(
        locale=ground.company.locale,
        clock=ground.clock,
        meter=ground.meter,
        limits=Limits(
            settings.wecom_chat_per_min_max, settings.wecom_chat_per_hour_max, settings.wecom_group_per_min_max
        ),
        **ground.means("wecom"),
    )
    async with open_wecom(wecom_account(settings), settings.wecom_api_base, means) as opened:

        def enter(reception: Reception) -> Entrance:
            return Entrance(opened.intake(reception.receive), refresh=opened.refresh)

        yield Platform(opened.channel, enter, made=STAFF_GROUP)


@asynccontextmanager
async def _wecomkf(ground: Ground) -> AsyncIterator[Platform]:
    from bot.channels.wecomkf_open import Means, open_wecomkf  # the same

    settings = ground.settings
    means = Means(
        locale=ground.company.locale,
        clock=ground.clock,
        meter=ground.meter,
        count=settings.wecom_kf_count,
        hours=settings.wecom_kf_hours,
        **ground.means("wecomkf"),
    )
    async with open_wecomkf(wecomkf_account(settings), settings.wecom_api_base, means) as opened:

        def enter(reception: Reception) -> Entrance:
            intake = opened.intake(reception.receive)
            return Entrance(intake, works=(intake.run,))

        yield Platform(opened.channel, enter)


NAMED_BY = {
    "telegram": "telegram_token",
    "wechat": "wechat_app_id",
    "wecom": "wecom_corp_id",
    "wecomkf": "wecom_kf_secret",
}
"""The setting whose presence opens each."""

OPEN: Mapping[str, Callable[[Ground], AbstractAsyncContextManager[Platform]]] = {
    "telegram": _telegram,
    "wechat": _wechat,
    "wecom": _wecom,
    "wecomkf": _wecomkf,
}
