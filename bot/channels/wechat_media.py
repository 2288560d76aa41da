"""Files that followers send lie with the platform for three days: fetched, checked, and kept as our own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Final

import httpx

from bot.channels import wechat_links
from bot.channels.tencent_errors import TOO_BIG
from bot.channels.tencent_http import Api
from bot.channels.tencent_media import BYTES_MAX, DECODERS, FULL, GONE, NOT_OURS, Keep, Refused
from bot.channels.wechat_parse import VOICES, RemoteFile, fields_of, file_of, openid_of
from bot.uploads import TooLarge, Unusable, checked
from domain.chat import Attachment, Media, Raw
from domain.errors import FetchFailed, Permanent, SendFailed, Unparseable

GET: Final = "/cgi-bin/media/get"
TOTAL_S: Final = 35.0


@dataclass(frozen=True, slots=True, repr=False)
class Files:
    """``bytes_max`` and ``pixels_max`` are the installation's limits. ``client`` must not follow redirects."""

    api: Api
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
        file, openid = found
        try:
            kept = await self._kept(file, openid)
            known = {"hash": kept.hash, "media": kept.media.value, "name": ""}
        except Refused as refused:
            known = {"refused": refused.code}
        return replace(raw, body={**raw.body, "files": {file.id: known}})

    async def _kept(self, file: RemoteFile, openid: str) -> Attachment:
        clean, media_type = await self._checked(file, await self._download(file))
        try:
            return await self.keep(clean, media_type, openid)
        except OSError as fault:
            if fault.errno in FULL:
                raise Refused("no-space") from None
            raise FetchFailed(type(fault).__name__) from None

    async def _checked(self, file: RemoteFile, data: bytes) -> tuple[bytes, str]:
        """The first bytes decide; only a voice of the platform's own format has none to know it by."""
        try:
            async with self.decoders:
                return await asyncio.to_thread(checked, data, self.pixels_max)
        except TooLarge:
            raise Refused("too-big") from None
        except Unusable:
            if data and file.media is Media.VOICE and file.format in VOICES:
                return data, f"audio/{file.format}"
            raise Refused("kind") from None

    async def _download(self, file: RemoteFile) -> bytes:
        """All its bytes. No fault is chained: what the libraries say names the address, and so the token."""
        try:
            async with asyncio.timeout(self.total_s):
                return await self._read(file)
        except TooLarge:
            raise Refused("too-big") from None
        except SendFailed as fault:
            if isinstance(fault, Permanent) and fault.code in (GONE, TOO_BIG):
                raise Refused(fault.code) from None
            raise FetchFailed(fault.code) from None
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as fault:
            raise FetchFailed(type(fault).__name__) from None

    async def _read(self, file: RemoteFile) -> bytes:
        bytes_max = min(self.bytes_max, BYTES_MAX)
        found = await self.api.download(GET, params={"media_id": file.id}, bytes_max=bytes_max, also=NOT_OURS)
        if found.media_type.startswith("text/"):
            raise FetchFailed("page")  # a proxy's: no file of anybody's is that
        if found.link:
            return await wechat_links.fetch(self.client, found.link, self.api.wire.base, bytes_max)
        return found.data


def _file(raw: Raw) -> tuple[RemoteFile, str] | None:
    """The file of a message and who sent it; None also for what ``parse`` will not understand."""
    try:
        found = fields_of(raw)
        file = file_of(found)
        return (file, openid_of(found)) if file else None
    except Unparseable:
        return None
