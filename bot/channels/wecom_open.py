"""WeCom, put together from its parts."""

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
from bot.channels.wecom import Limits, WeCom
from bot.channels.wecom_intake import Intake, Receive
from bot.channels.wecom_menus import Menus
from bot.channels.wecom_parse import GROUP, NAME, remote_file
from bot.channels.wecom_rooms import STAFF_CHAT, Rooms, Words
from bot.channels.wecom_send import Sender
from bot.meter import UNMETERED, Meter
from bot.remote_files import PIXELS_MAX, Keep, Keeper
from storage.database import Database

LIMITS = Limits()
STAFF_GROUP = GROUP + STAFF_CHAT
"""The chat of the group of staff, which nobody can bring the app into: it is bound without a code."""


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """Our app as the console has it: ids, the Secret, and what its callbacks are sealed with."""

    corp_id: str
    agent_id: int
    secret: str
    token: str
    aes_key: str


@dataclass(frozen=True, slots=True)
class Means:
    """What the channel is given: ``path_of`` says where a stored file's bytes lie, ``keep`` stores one for its sender,
    ``words`` are texts by id in a language, ``locale`` what the company speaks, ``clock`` gives the time in UTC."""

    database: Database
    words: Words
    locale: str
    path_of: Callable[[str], Path]
    keep: Keep
    clock: Callable[[], datetime]
    limits: Limits = LIMITS
    meter: Meter = UNMETERED
    bytes_max: int = BYTES_MAX
    pixels_max: int = PIXELS_MAX


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """One app: the channel, its menu, its groups, and what its messages come in by."""

    channel: WeCom
    menus: Menus
    rooms: Rooms
    door: Door

    def intake(self, receive: Receive) -> Intake:
        """The webhook, which hands what arrives to ``receive``."""
        return Intake(self.door, receive)

    async def refresh(self) -> int:
        """See to the menu and to who is in the group of staff, now and then; how much was changed."""
        return await self.menus.refresh() + await self.rooms.refresh()


@asynccontextmanager
async def open_wecom(account: Account, api_base: str, means: Means) -> AsyncIterator[Opened]:
    """An app of WeCom at ``api_base``; its connections end with the block. Asks nothing of the network."""
    async with open_client() as client:
        ask = corp(Wire(api_base, client, CORP, CORP_TOKEN), account.corp_id, account.secret)
        tokens = Tokens(means.database, NAME, ask, means.clock, early_s=0.0)
        try:
            api = Api(api_base, tokens, client, CORP, CORP_TOKEN)
            files = Files(api, remote_file, Keeper(means.keep, means.pixels_max), means.bytes_max)
            rooms = Rooms(api, account.agent_id, means.database, means.words, means.locale, means.clock)
            sender = Sender(api, account.agent_id, means.path_of, means.words, rooms)
            crypto = Crypto(account.token, account.aes_key, account.corp_id)
            door = Door(NAME, crypto, means.clock, means.meter)
            menus = Menus(api, account.agent_id, means.words, means.locale)
            yield Opened(WeCom(sender, files, means.limits), menus, rooms, door)
        finally:
            await tokens.close()
