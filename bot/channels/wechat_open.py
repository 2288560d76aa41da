"""The Official Account, put together from its parts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

import httpx

from bot.channels.tencent_callback import Door
from bot.channels.tencent_crypto import Crypto
from bot.channels.tencent_errors import OFFICIAL, OFFICIAL_TOKEN
from bot.channels.tencent_http import Api, Purse, Wire, open_client
from bot.channels.tencent_media import BYTES_MAX
from bot.channels.tencent_tokens import Tokens, official
from bot.channels.wechat import NAME, WeChat
from bot.channels.wechat_intake import PATIENCE_S, Intake, Receive
from bot.channels.wechat_media import Files
from bot.channels.wechat_menu import Menus
from bot.channels.wechat_notice import Notices, Template
from bot.channels.wechat_parse import parse
from bot.channels.wechat_scene import code_for
from bot.channels.wechat_send import Sender
from bot.channels.wechat_subscribe import Subscribed
from bot.channels.wechat_words import Words, passive
from bot.meter import UNMETERED, Meter
from bot.remote_files import PIXELS_MAX, Keep, Keeper
from domain.channel import Window
from storage.database import Database

HOUR_S = 3600.0


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """What the console shows of the account, and where its API is («https://api.weixin.qq.com»)."""

    app_id: str
    secret: str
    token: str
    aes_key: str
    api_base: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What the platform allows after an act of a follower: so many messages, in so many hours or seconds."""

    message_count: int = 5
    message_hours: float = 48
    touch_count: int = 3
    touch_s: float = 60

    @property
    def windows(self) -> tuple[Window, ...]:
        """The same, as the channel says it."""
        return (
            Window("message", self.message_count, self.message_hours * HOUR_S),
            Window("touch", self.touch_count, self.touch_s),
        )


@dataclass(frozen=True, slots=True)
class Means:
    """What the channel is given: ``path_of`` says where a stored file's bytes lie, ``keep`` stores one for its sender.

    ``words`` are texts by id in a language; ``menu_locale`` is the menu's, empty to leave that alone. ``template`` is
    for notices, ``subscribe`` for what followers have agreed to. ``clock`` gives the time in UTC.
    """

    database: Database
    words: Words
    path_of: Callable[[str], Path]
    keep: Keep
    clock: Callable[[], datetime]
    limits: Limits = Limits()
    menu_locale: str = ""
    template: Template = field(default_factory=Template)
    subscribe: Template = field(default_factory=Template)
    bytes_max: int = BYTES_MAX
    pixels_max: int = PIXELS_MAX
    meter: Meter = UNMETERED


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """One account: the channel, its menu, and what its callbacks come in by."""

    channel: WeChat
    menu: Menus
    api: Api
    door: Door
    words: Words

    async def scan(self, scene: str) -> str:
        """The address in a new code to scan that lasts.

        Raises:
            ValueError: the platform takes no such scene.
            SendFailed: one of its kinds.
        """
        return (await code_for(self.api, scene, days=None)).address

    def intake(self, receive: Receive, clock: Callable[[], datetime], patience_s: float = PATIENCE_S) -> Intake:
        """The webhook that hands what arrives to ``receive`` and gives back what that gives."""
        return Intake(self.door, receive, partial(passive, words=self.words), clock, patience_s=patience_s)


@asynccontextmanager
async def open_wechat(account: Account, means: Means) -> AsyncIterator[Opened]:
    """An Official Account; its connections end with the block. Asks nothing of the network.

    Raises:
        ValueError: token or key are none; the settings were checked for that.
    """
    crypto = Crypto(account.token, account.aes_key, account.app_id)
    async with open_client() as client:
        wire = Wire(account.api_base, client, OFFICIAL)
        tokens = Tokens(means.database, NAME, official(wire, account.app_id, account.secret), means.clock)
        try:
            yield _opened(_api(account, tokens, client), client, crypto, means)
        finally:
            await tokens.close()


def _opened(api: Api, client: httpx.AsyncClient, crypto: Crypto, means: Means) -> Opened:
    channel = WeChat(
        parse,
        Sender(api, means.path_of, means.words),
        Files(api, client, Keeper(means.keep, means.pixels_max), means.bytes_max),
        Notices(api, means.template),
        Subscribed(api, means.subscribe),
        partial(passive, words=means.words),
        means.limits.windows,
    )
    door = Door(NAME, crypto, means.clock, means.meter, plain_echo=True)
    return Opened(channel, Menus(api, means.words, means.menu_locale), api, door, means.words)


def _api(account: Account, tokens: Purse, client: httpx.AsyncClient) -> Api:
    return Api(account.api_base, tokens, client, OFFICIAL, OFFICIAL_TOKEN)


class OnePurse:
    """A token for a single command, beside a running bot and without its database: the platform gives both the same."""

    def __init__(self, account: Account, client: httpx.AsyncClient) -> None:
        self._ask = official(Wire(account.api_base, client, OFFICIAL), account.app_id, account.secret)
        self._token = ""

    async def current(self) -> str:
        """Asked for once.

        Raises:
            SendFailed: the platform gives none.
        """
        self._token = self._token or (await self._ask("")).token
        return self._token

    async def refused(self, token: str) -> None:
        """Another one would void the running bot's."""

    async def worked(self, token: str) -> None:
        """Nobody needs to know."""


@asynccontextmanager
async def open_api(account: Account) -> AsyncIterator[tuple[Api, httpx.AsyncClient]]:
    """The API alone, for a command that ends soon, and the client for what lies elsewhere."""
    async with open_client() as client:
        yield _api(account, OnePurse(account, client), client), client
