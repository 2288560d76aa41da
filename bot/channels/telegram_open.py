"""Telegram, put together from its parts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
from telegram import Bot
from telegram.error import InvalidToken

from bot.channels.telegram import Telegram
from bot.channels.telegram_files import Files
from bot.channels.telegram_hook import Hook
from bot.channels.telegram_http import open_bot
from bot.channels.telegram_intake import HELLO_S, Intake, name_of
from bot.channels.telegram_menus import Menus
from bot.channels.telegram_parse import parse
from bot.channels.telegram_said import BYTES_MAX
from bot.channels.telegram_send import Sender, Words
from bot.pulling import Receive
from bot.remote_files import PIXELS_MAX, Keep, Keeper
from storage.database import Database

log = logging.getLogger(__name__)

CONNECT_S = 5.0
SILENCE_S = 15.0
"""How long a file that is being fetched may say nothing."""


@dataclass(frozen=True, slots=True)
class Means:
    """What the channel is given: ``path_of`` says where a stored file's bytes lie, ``keep`` stores one for its sender.

    ``words`` are texts by id in a language, ``locale`` what is spoken where nobody chose one.
    """

    database: Database
    words: Words
    locale: str
    path_of: Callable[[str], Path]
    keep: Keep
    bytes_max: int = BYTES_MAX
    pixels_max: int = PIXELS_MAX


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """One bot: the channel, its menus, and what its updates come in by."""

    bot: Bot
    channel: Telegram
    menus: Menus
    database: Database

    def name(self) -> str:
        """The bot's own name; empty until the platform has told it."""
        return name_of(self.bot)

    def intake(self, receive: Receive, clock: Callable[[], datetime], hook: Hook | None) -> Intake:
        """Hands what arrives to ``receive``: asked for, or posted by the platform if there is a hook."""
        return Intake(self.bot, receive, self.database, clock, hook, self.channel.reached)


async def ask_name(token: str, api_base: str) -> str | None:
    """The bot's own name; empty if nobody answers within some seconds, None if the platform does not know the token."""
    try:
        async with open_bot(token, api_base) as bot, asyncio.timeout(HELLO_S):
            await bot.get_me()
            return name_of(bot)
    except InvalidToken:
        return None
    except Exception as fault:  # noqa: BLE001  # whatever the network does, there are other channels
        log.warning("telegram_away", extra={"error": type(fault).__name__})
    return ""


@asynccontextmanager
async def open_telegram(token: str, api_base: str, means: Means) -> AsyncIterator[Opened]:
    """A bot of the Bot API at ``api_base``; its connections end with the block. Asks nothing of the network."""
    timeout = httpx.Timeout(SILENCE_S, connect=CONNECT_S)
    async with open_bot(token, api_base) as bot, httpx.AsyncClient(timeout=timeout, follow_redirects=False) as client:
        files = Files(bot, client, Keeper(means.keep, means.pixels_max), means.bytes_max)
        channel = Telegram(parse, Sender(bot, means.path_of, means.words), files)
        yield Opened(bot, channel, Menus(bot, means.database, means.words, means.locale), means.database)
