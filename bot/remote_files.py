"""Files that people send lie with their platform: read with caps, known by their first bytes, and kept as our own."""

from __future__ import annotations

import asyncio
import errno
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from bot.uploads import TooLarge, Unusable, checked, read_capped
from domain.chat import Attachment, Media, Raw
from domain.errors import FetchFailed, Unparseable

FILES = "files"
"""Where the body of a message says what became of its file."""

TOTAL_S = 35.0
DECODERS = 2
PIXELS_MAX = 50_000_000
PLAIN: Mapping[str, str] = {"Accept-Encoding": "identity"}
"""Compressed bytes could become many times as many after they were counted."""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

TOO_BIG, LOST, NO_SPACE, KIND = "too-big", "lost", "no-space", "kind"

Keep = Callable[[bytes, str, str], Awaitable[Attachment]]
"""Store a checked file, its media type, and for which account."""


class Refused(Exception):
    """The file is not taken, now or later; ``code`` is one that ``Inbound.refused`` knows."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file as it came, and its name. ``known_as`` is the media type of bytes that do not tell; empty refuses them."""

    data: bytes
    name: str = ""
    known_as: str = ""


Load = Callable[[], Awaitable[Loaded]]
"""Have the file from the platform. Raises Refused, TooLarge, FetchFailed."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file of a message: what it is called among its «files», and the account of who sent it."""

    key: str
    account: str
    load: Load


@dataclass(frozen=True, slots=True, repr=False)
class Keeper:
    """Takes files in, a few at a time. ``pixels_max`` is the installation's limit."""

    keep: Keep
    pixels_max: int = PIXELS_MAX
    decoders: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(DECODERS))

    async def fetched(self, raw: Raw, wanted: Wanted) -> Raw:
        """The message with «files»: hash, media and name of what was kept, or why it was not.

        Raises:
            FetchFailed: not now.
        """
        try:
            known = await self._kept(wanted)
        except TooLarge:
            known = {"refused": TOO_BIG}
        except Refused as refused:
            known = {"refused": refused.code}
        return replace(raw, body={**raw.body, FILES: {wanted.key: known}})

    async def _kept(self, wanted: Wanted) -> dict[str, str]:
        loaded = await wanted.load()
        clean, media_type = await self._checked(loaded)
        try:
            kept = await self.keep(clean, media_type, wanted.account)
        except OSError as fault:
            if fault.errno in FULL:
                raise Refused(NO_SPACE) from None
            raise FetchFailed(type(fault).__name__) from None
        return {"hash": kept.hash, "media": kept.media.value, "name": loaded.name}

    async def _checked(self, loaded: Loaded) -> tuple[bytes, str]:
        try:
            async with self.decoders:
                return await asyncio.to_thread(checked, loaded.data, self.pixels_max)
        except Unusable:
            if loaded.data and loaded.known_as:
                return loaded.data, loaded.known_as
            raise Refused(KIND) from None


class RemoteFiles(ABC):
    """The files of one platform's messages."""

    __slots__ = ()
    keeper: Keeper

    def remote(self, raw: Raw) -> bool:
        """Whether the message has a file that is not here yet."""
        return self._wanted(raw) is not None

    async def fetch(self, raw: Raw) -> Raw:
        """The same message with «files»: hash, media and name of what was kept, or why it was not.

        Raises:
            FetchFailed: not now.
        """
        wanted = self._wanted(raw)
        return await self.keeper.fetched(raw, wanted) if wanted else raw

    def _wanted(self, raw: Raw) -> Wanted | None:
        """None also for what ``parse`` will not understand."""
        try:
            return None if FILES in raw.body else self._find(raw)
        except Unparseable:
            return None

    @abstractmethod
    def _find(self, raw: Raw) -> Wanted | None:
        """The file of a message, None if it has none. Raises Unparseable."""


@asynccontextmanager
async def within(total_s: float) -> AsyncIterator[None]:
    """What is had from a network inside may take so long. No fault is chained: what the library says names the address,
    and so the token.

    Raises:
        FetchFailed: it took longer, or the network failed.
    """
    try:
        async with asyncio.timeout(total_s):
            yield
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as fault:
        raise FetchFailed(type(fault).__name__) from None


async def read(client: httpx.AsyncClient, url: httpx.URL | str, bytes_max: int, **more: Any) -> bytes:
    """The bytes at an address; ``more`` is what httpx takes with a request.

    Raises:
        FetchFailed: it does not answer with 200.
        TooLarge: it says or shows that it is longer than ``bytes_max``; the rest is not read.
        httpx.HTTPError: it cannot be reached.
    """
    async with client.stream("GET", url, **{"headers": PLAIN, **more}) as answer:
        if answer.status_code != httpx.codes.OK:
            raise FetchFailed(str(answer.status_code))
        return await read_capped(answer.aiter_raw(), answer.headers.get("content-length", ""), bytes_max)


def kept_files(raw: Raw) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
    """What was fetched of a message, and why what was not fetched never will be.

    Raises:
        Unparseable: that was not written by ``Keeper``.
    """
    fetched = raw.body.get(FILES)
    if not isinstance(fetched, Mapping):
        return (), ()
    kept = [one for one in fetched.values() if isinstance(one, Mapping)]
    files = [_attachment(one) for one in kept if "hash" in one]
    return tuple(files), tuple(str(one["refused"]) for one in kept if "refused" in one)


def _attachment(kept: Mapping[str, Any]) -> Attachment:
    try:
        return Attachment(str(kept["hash"]), Media(str(kept.get("media"))), str(kept.get("name", "")))
    except ValueError:
        raise Unparseable("media") from None
