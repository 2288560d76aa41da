"""Files that people send lie with Telegram: fetched through its file API, checked, and kept as our own."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

import httpx
from telegram import Bot
from telegram.error import BadRequest, TelegramError

from bot.channels.telegram_parse import BYTES_MAX, RemoteFile, file_of, masked, message_of
from bot.channels.telegram_raw import number, part
from bot.uploads import TooLarge, Unusable, checked, read_capped
from domain.chat import Attachment, Raw
from domain.errors import FetchFailed, Unparseable

TOTAL_S = 35.0
DECODERS = 2
PLAIN = {"Accept-Encoding": "identity"}
"""Compressed bytes could become many times as many after they were counted."""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

Keep = Callable[[bytes, str, str], Awaitable[Attachment]]
"""Store a checked file, its media type, and for which account."""


class Refused(Exception):
    """The file is not taken, now or later; ``code`` is one that ``Inbound.refused`` knows."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, repr=False)
class Files:
    """``bytes_max`` and ``pixels_max`` are the installation's limits; the platform's own is 20 MB.

    ``client`` must not follow redirects: the addresses hold the token.
    """

    bot: Bot
    client: httpx.AsyncClient
    keep: Keep
    bytes_max: int = BYTES_MAX
    pixels_max: int = 50_000_000
    total_s: float = TOTAL_S
    decoders: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(DECODERS))

    def remote(self, raw: Raw) -> bool:
        """Whether the message has a file that is not here yet."""
        return "files" not in raw.body and _file(raw) is not None

    async def fetch(self, raw: Raw) -> Raw:
        """The same message with «files»: hash, media and name of what was kept, or why it was not.

        Raises:
            FetchFailed: not now.
        """
        found = _file(raw) if self.remote(raw) else None
        if found is None:
            return raw
        file, account = found
        try:
            kept = await self._kept(file, account)
            known = {"hash": kept.hash, "media": kept.media.value, "name": file.name}
        except Refused as refused:
            known = {"refused": refused.code}
        return replace(raw, body={**raw.body, "files": {file.unique: known}})

    async def _kept(self, file: RemoteFile, account: str) -> Attachment:
        data = await self._download(file)
        try:
            async with self.decoders:
                clean, media_type = await asyncio.to_thread(checked, data, self.pixels_max)
        except TooLarge:
            raise Refused("too-big") from None
        except Unusable:
            raise Refused("kind") from None
        try:
            return await self.keep(clean, media_type, account)
        except OSError as fault:
            if fault.errno in FULL:
                raise Refused("no-space") from None
            raise FetchFailed(type(fault).__name__) from None

    async def _download(self, file: RemoteFile) -> bytes:
        """All its bytes. No fault is chained: what the libraries say names the address, and so the token."""
        bytes_max = min(self.bytes_max, BYTES_MAX)
        if (file.size or 0) > bytes_max:
            raise Refused("too-big")
        try:
            async with asyncio.timeout(self.total_s):
                return await self._read(await self._address(file), bytes_max)
        except TooLarge:
            raise Refused("too-big") from None
        except BadRequest as fault:
            raise Refused("too-big" if "too big" in fault.message.lower() else "lost") from None
        except (TelegramError, httpx.HTTPError, httpx.InvalidURL, TimeoutError) as fault:
            raise FetchFailed(type(fault).__name__) from None

    async def _address(self, file: RemoteFile) -> str:
        found = (await self.bot.get_file(file.id)).file_path or ""
        if not found.startswith(f"{self.bot.base_file_url}/") or ".." in found:
            raise FetchFailed("path")
        return found

    async def _read(self, url: str, bytes_max: int) -> bytes:
        async with self.client.stream("GET", url, headers=PLAIN) as answer:
            if answer.status_code != httpx.codes.OK:
                raise FetchFailed(str(answer.status_code))
            return await read_capped(answer.aiter_raw(), answer.headers.get("content-length", ""), bytes_max)


def _file(raw: Raw) -> tuple[RemoteFile, str] | None:
    """The file of a message and its sender's account; None also for what ``parse`` will not understand."""
    try:
        message = message_of(raw)
        file = None if masked(message) else file_of(message)
        return (file, number(part(message, "from").get("id"))) if file else None
    except Unparseable:
        return None
