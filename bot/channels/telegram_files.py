"""Files that people send lie with Telegram: fetched through its file API."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import httpx
from telegram import Bot
from telegram.error import BadRequest, TelegramError

from bot.channels.telegram_parse import masked, message_of
from bot.channels.telegram_raw import number, part
from bot.channels.telegram_said import BYTES_MAX, RemoteFile, file_of
from bot.remote_files import LOST, TOO_BIG, TOTAL_S, Keeper, Loaded, Refused, RemoteFiles, Wanted, read, within
from domain.chat import Raw
from domain.errors import FetchFailed


@dataclass(frozen=True, slots=True, repr=False)
class Files(RemoteFiles):
    """``bytes_max`` is the installation's limit; the platform's own is 20 MB.

    ``client`` must not follow redirects: the addresses hold the token.
    """

    bot: Bot
    client: httpx.AsyncClient
    keeper: Keeper
    bytes_max: int = BYTES_MAX
    total_s: float = TOTAL_S

    def _find(self, raw: Raw) -> Wanted | None:
        message = message_of(raw)
        file = None if masked(message) else file_of(message)
        if file is None:
            return None
        return Wanted(file.unique, number(part(message, "from").get("id")), partial(self._load, file))

    async def _load(self, file: RemoteFile) -> Loaded:
        """All its bytes. No fault is chained: what the libraries say names the address, and so the token."""
        bytes_max = min(self.bytes_max, BYTES_MAX)
        if (file.size or 0) > bytes_max:
            raise Refused(TOO_BIG)
        try:
            async with within(self.total_s):
                return Loaded(await read(self.client, await self._address(file), bytes_max), file.name)
        except BadRequest as fault:
            raise Refused(TOO_BIG if "too big" in fault.message.lower() else LOST) from None
        except TelegramError as fault:
            raise FetchFailed(type(fault).__name__) from None

    async def _address(self, file: RemoteFile) -> str:
        found = (await self.bot.get_file(file.id)).file_path or ""
        if not found.startswith(f"{self.bot.base_file_url}/") or ".." in found:
            raise FetchFailed("path")
        return found
