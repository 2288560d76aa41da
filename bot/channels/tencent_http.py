"""How we speak with Tencent's HTTP APIs: our own time-outs, and answers that are none of Tencent's.

No fault is chained to what the client raised: that names the address, and the address holds the token.
"""

from __future__ import annotations

import asyncio
import json as jsons
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import httpx

from bot.channels.tencent_errors import NO_FAULTS, Faults, TokenRefused, refusal, strange, unreached
from bot.channels.tencent_xml import clean
from bot.remote_files import PLAIN
from bot.uploads import TooLarge, read_capped
from domain.errors import Temporary

T = TypeVar("T")

Object = dict[str, Any]
"""A JSON object."""
Params = Mapping[str, str]

NO_PARAMS: Params = {}
CONNECTIONS_MAX = 64
TIMEOUT = httpx.Timeout(connect=5.0, pool=2.0, write=10.0, read=8.0)
TOTAL_S = 17.0
"""How long a call may take with all that belongs to it: below the time that a delivery has."""
ANSWER_BYTES_MAX = 8 * 1024 * 1024
FILE_NAME = re.compile(r'filename="?([^";]{1,120})')


class Purse(Protocol):
    """Where the access token is had: ``tencent_tokens.Tokens``."""

    async def current(self) -> str:
        """A token that should be good. Raises Temporary("token") while there is none to be had."""

    async def refused(self, token: str) -> None:
        """The platform has refused it."""

    async def worked(self, token: str) -> None:
        """The platform has taken it."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file as it came: its bytes, the media type and the name that the platform gives it, both perhaps empty.

    ``link`` is set instead of bytes where the platform names another address (videos of the Official Account).
    """

    data: bytes
    media_type: str = ""
    name: str = ""
    link: str = ""


@asynccontextmanager
async def open_client() -> AsyncIterator[httpx.AsyncClient]:
    """The connections; they end with the block."""
    limits = httpx.Limits(max_connections=CONNECTIONS_MAX, max_keepalive_connections=CONNECTIONS_MAX)
    async with httpx.AsyncClient(timeout=TIMEOUT, limits=limits, follow_redirects=False) as client:
        yield client


class Wire:
    """Calls as they are, with whatever token stands among ``params``. ``faults`` says what errcodes mean and
    ``refused_by`` which of them refuse a token: see ``tencent_errors``."""

    def __init__(
        self, base: str, client: httpx.AsyncClient, faults: Faults, refused_by: frozenset[int] = frozenset()
    ) -> None:
        self.base = base.rstrip("/")
        self.client = client
        self.faults = faults
        self.refused_by = refused_by

    async def call(
        self, method: str, path: str, params: Params = NO_PARAMS, json: object = None, also: Faults = NO_FAULTS
    ) -> Object:
        """The answer, whose errcode is 0 or absent.

        Raises:
            SendFailed: one of its kinds.
            TokenRefused: the errcode is one of ``refused_by``.
        """
        if json is None:
            request = self._request(method, path, params)
        else:
            headers = {"Content-Type": "application/json; charset=utf-8"}
            request = self._request(method, path, params, content=_encoded(json), headers={**PLAIN, **headers})
        return self._object(await self._answered(request), also)

    async def upload(
        self, path: str, params: Params, data: bytes, name: str, media_type: str, also: Faults = NO_FAULTS
    ) -> Object:
        """As ``call``, with a file as the form field «media»."""
        request = self._request("POST", path, params, files={"media": (name, data, media_type)})
        return self._object(await self._answered(request), also)

    async def download(self, path: str, params: Params, bytes_max: int, also: Faults = NO_FAULTS) -> Fetched:
        """As ``call``, a file.

        Raises:
            TooLarge: it is longer than ``bytes_max``; the rest is not read.
        """
        headers, data = await self._exchanged(self._request("GET", path, params), bytes_max)
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type.endswith("json") or (media_type.startswith("text/") and data.lstrip().startswith(b"{")):
            link = self._object(data, also).get("video_url")
            if not isinstance(link, str):
                raise Temporary("reset")
            return Fetched(b"", link=link)
        return Fetched(data, media_type, _name(headers.get("content-disposition", "")))

    def _request(self, method: str, path: str, params: Params, **more: Any) -> httpx.Request:
        return self.client.build_request(
            method, f"{self.base}{path}", params=dict(params), **{"headers": PLAIN, **more}
        )

    async def _answered(self, request: httpx.Request) -> bytes:
        try:
            return (await self._exchanged(request, ANSWER_BYTES_MAX))[1]
        except TooLarge:
            raise Temporary("reset") from None

    async def _exchanged(self, request: httpx.Request, bytes_max: int) -> tuple[httpx.Headers, bytes]:
        """Headers and body of a 200."""
        try:
            answer = await self.client.send(request, stream=True, follow_redirects=False)
            try:
                if answer.status_code != httpx.codes.OK:
                    raise strange(answer.status_code, answer.headers.get("retry-after", ""))
                declared = answer.headers.get("content-length", "")
                return answer.headers, await read_capped(answer.aiter_raw(), declared, bytes_max)
            finally:
                await answer.aclose()
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as fault:
            raise unreached(fault) from None

    def _object(self, data: bytes, also: Faults) -> Object:
        try:
            answer = jsons.loads(data)
        except (ValueError, RecursionError):
            raise Temporary("reset") from None
        errcode = answer.get("errcode", 0) if isinstance(answer, dict) else None
        if not isinstance(errcode, int) or isinstance(errcode, bool):
            raise Temporary("reset")
        if errcode in self.refused_by:
            raise TokenRefused
        if errcode:
            raise refusal(errcode, self.faults, also)
        return answer  # type: ignore[no-any-return]  # an object, since it had or lacked an errcode


class Api:
    """One account's API at ``base`` («https://api.weixin.qq.com»).

    ``faults`` says what its errcodes mean and ``refused_by`` which of them refuse a token: see ``tencent_errors``.
    A refused token costs one refresh and one more try, then it is Temporary("token"). Each call takes less than the
    dispatcher's 20 seconds, whatever happens. Strings are rid of what the platform refuses (control characters).
    """

    def __init__(
        self,
        base: str,
        tokens: Purse,
        client: httpx.AsyncClient,
        faults: Faults,
        refused_by: frozenset[int],
        total_s: float = TOTAL_S,
    ) -> None:
        self.base = base.rstrip("/")
        self.wire = Wire(base, client, faults, refused_by)
        self._tokens = tokens
        self._total_s = total_s

    async def call(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        params: Params = NO_PARAMS,
        also: Faults = NO_FAULTS,
    ) -> Object:
        """The answer, a JSON object whose errcode is 0 or absent. ``also`` goes before the account's own faults.

        Raises:
            SendFailed: one of its kinds.
        """
        return await self._within(lambda token: self.wire.call(method, path, {**params, **token}, json, also))

    async def upload(
        self,
        path: str,
        data: bytes,
        name: str,
        media_type: str,
        *,
        params: Params = NO_PARAMS,
        also: Faults = NO_FAULTS,
    ) -> Object:
        """Send a file as the form field «media» and return the answer («media_id»).

        Raises:
            SendFailed: one of its kinds.
        """
        return await self._within(
            lambda token: self.wire.upload(path, {**params, **token}, data, name, media_type, also)
        )

    async def download(
        self, path: str, *, params: Params = NO_PARAMS, bytes_max: int, also: Faults = NO_FAULTS
    ) -> Fetched:
        """Have a file. No redirect is followed.

        Raises:
            SendFailed: one of its kinds; an answer in JSON is an error whatever its status, unless it names a link.
            bot.uploads.TooLarge: it says or shows that it is longer than ``bytes_max``; the rest is not read.
        """
        return await self._within(lambda token: self.wire.download(path, {**params, **token}, bytes_max, also))

    async def _within(self, send: Callable[[Params], Awaitable[T]]) -> T:
        try:
            async with asyncio.timeout(self._total_s):
                return await self._sent(send)
        except TimeoutError:
            raise Temporary("timeout") from None

    async def _sent(self, send: Callable[[Params], Awaitable[T]]) -> T:
        for _ in range(2):
            token = await self._tokens.current()
            try:
                answer = await send({"access_token": token})
            except TokenRefused:
                await self._tokens.refused(token)
            else:
                await self._tokens.worked(token)
                return answer
        raise Temporary("token")


def cleaned(value: object) -> object:
    """The same JSON without control characters in its strings, which the platform refuses as escapes."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {name: cleaned(one) for name, one in value.items()}
    return [cleaned(one) for one in value] if isinstance(value, list | tuple) else value


def _encoded(json: object) -> bytes:
    """Chinese as it is: «\\u…» is refused."""
    return jsons.dumps(cleaned(json), ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _name(disposition: str) -> str:
    found = FILE_NAME.search(disposition)
    return "".join(one for one in found[1].rsplit("/")[-1] if one.isprintable() and one != "\\") if found else ""
