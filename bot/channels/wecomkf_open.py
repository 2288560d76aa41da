"""WeCom's customer service, put together from its parts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.channels.tencent_callback import Door
from bot.channels.tencent_crypto import Crypto
from bot.channels.tencent_errors import CORP, CORP_TOKEN
from bot.channels.tencent_http import Api, Wire, open_client
from bot.channels.tencent_media import BYTES_MAX, Files
from bot.channels.tencent_tokens import Tokens, corp
from bot.channels.wecomkf import WeComKf
from bot.channels.wecomkf_intake import POLL_S, Intake
from bot.channels.wecomkf_parse import NAME, remote_file
from bot.channels.wecomkf_send import Sender, Words
from bot.meter import UNMETERED, Meter
from bot.pulling import Receive
from bot.remote_files import PIXELS_MAX, Keep, Keeper
from domain.channel import Window
from storage.database import Database

WELCOME = "wecomkf-welcome"


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """The customer service as the console has it: the corp id, its Secret, and what its callbacks are sealed with."""

    corp_id: str
    secret: str
    token: str
    aes_key: str


@dataclass(frozen=True, slots=True)
class Means:
    """What the channel is given: ``path_of`` says where a stored file's bytes lie, ``keep`` stores one for its sender,
    ``words`` are texts by id in a language, ``locale`` what the company speaks, ``clock`` gives the time in UTC.
    ``count`` messages may be sent within ``hours`` of each one of a customer."""

    database: Database
    words: Words
    locale: str
    path_of: Callable[[str], Path]
    keep: Keep
    clock: Callable[[], datetime]
    count: int = 5
    hours: int = 48
    meter: Meter = UNMETERED
    bytes_max: int = BYTES_MAX
    pixels_max: int = PIXELS_MAX
    poll_s: float = POLL_S


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """The channel, and what its messages come in by."""

    channel: WeComKf
    api: Api
    sender: Sender
    door: Door
    means: Means

    def intake(self, receive: Receive) -> Intake:
        """The webhook and the pulling, which hand what arrives to ``receive``."""
        means = self.means
        return Intake(
            self.door,
            self.api,
            receive,
            means.database,
            means.clock,
            self._welcome,
            self.channel.reached,
            means.poll_s,
        )

    async def _welcome(self, code: str) -> None:
        await self.sender.welcome(code, self.means.words(self.means.locale, WELCOME)[WELCOME])


@asynccontextmanager
async def open_wecomkf(account: Account, api_base: str, means: Means) -> AsyncIterator[Opened]:
    """The customer service of a company at ``api_base``; its connections end with the block. Asks nothing of the
    network."""
    async with open_client() as client:
        ask = corp(Wire(api_base, client, CORP, CORP_TOKEN), account.corp_id, account.secret)
        tokens = Tokens(means.database, NAME, ask, means.clock, early_s=0.0)
        try:
            api = Api(api_base, tokens, client, CORP, CORP_TOKEN)
            files = Files(api, remote_file, Keeper(means.keep, means.pixels_max), means.bytes_max)
            sender = Sender(api, means.path_of, means.words)
            windows = (Window("message", means.count, means.hours * 3600.0),)
            door = Door(NAME, Crypto(account.token, account.aes_key, account.corp_id), means.clock, means.meter)
            yield Opened(WeComKf(sender, files, windows), api, sender, door, means)
        finally:
            await tokens.close()
