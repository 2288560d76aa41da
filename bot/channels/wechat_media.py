"""Files that followers send lie with the platform for three days: fetched, checked, and kept as our own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import httpx

from bot.channels import wechat_links
from bot.channels.tencent_errors import TOO_BIG
from bot.channels.tencent_http import Api
from bot.channels.tencent_media import BYTES_MAX, GET, GONE, NOT_OURS, verdict
from bot.channels.tencent_said import fields_of
from bot.channels.wechat_parse import VOICES, RemoteFile, file_of, openid_of
from bot.remote_files import TOTAL_S, Keeper, Loaded, RemoteFiles, Wanted, within
from domain.chat import Media, Raw
from domain.errors import FetchFailed, SendFailed


@dataclass(frozen=True, slots=True, repr=False)
class Files(RemoteFiles):
    """``bytes_max`` is the installation's limit. ``client`` must not follow redirects."""

    api: Api
    client: httpx.AsyncClient
    keeper: Keeper
    bytes_max: int = BYTES_MAX
    total_s: float = TOTAL_S

    def _find(self, raw: Raw) -> Wanted | None:
        found = fields_of(raw)
        file = file_of(found)
        return Wanted(file.id, openid_of(found), partial(self._load, file)) if file else None

    async def _load(self, file: RemoteFile) -> Loaded:
        """All its bytes. Only a voice of the platform's own format has no first bytes to know it by."""
        try:
            async with within(self.total_s):
                data = await self._read(file)
        except SendFailed as fault:
            raise verdict(fault, GONE, TOO_BIG) from None
        own = file.media is Media.VOICE and file.format in VOICES
        return Loaded(data, known_as=f"audio/{file.format}" if own else "")

    async def _read(self, file: RemoteFile) -> bytes:
        bytes_max = min(self.bytes_max, BYTES_MAX)
        found = await self.api.download(GET, params={"media_id": file.id}, bytes_max=bytes_max, also=NOT_OURS)
        if found.media_type.startswith("text/"):
            raise FetchFailed("page")  # a proxy's: no file of anybody's is that
        if found.link:
            return await wechat_links.fetch(self.client, found.link, self.api.wire.base, bytes_max)
        return found.data
