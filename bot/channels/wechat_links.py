"""Videos lie at another address, which the platform names: fetched from there, if it is one of Tencent's and public."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Final
from urllib.parse import urlsplit

import httpx

from bot.uploads import read_capped
from domain.errors import FetchFailed

HOSTS: Final = (".qq.com", ".weixin.qq.com", ".qpic.cn", ".myqcloud.com")
PLAIN: Final = {"Accept-Encoding": "identity"}
"""Compressed bytes could become many times as many after they were counted."""


async def fetch(client: httpx.AsyncClient, link: str, home: str, bytes_max: int) -> bytes:
    """What lies at ``link``. ``home`` is the API's own address, whose host is trusted like Tencent's.

    Raises:
        FetchFailed: it is no such address, or it does not answer with the file.
        TooLarge: it says or shows that it is longer than ``bytes_max``.
        httpx.HTTPError: it cannot be reached.
    """
    url, headers, extensions = await _pinned(link, home)
    async with client.stream("GET", url, headers=headers, extensions=extensions) as answer:
        if answer.status_code != httpx.codes.OK:
            raise FetchFailed(str(answer.status_code))
        return await read_capped(answer.aiter_raw(), answer.headers.get("content-length", ""), bytes_max)


async def _pinned(link: str, home: str) -> tuple[httpx.URL, dict[str, str], dict[str, str]]:
    """The same address with the host's public number in it, so that nobody can turn the name elsewhere meanwhile."""
    try:
        url = httpx.URL(link)
    except httpx.InvalidURL:
        raise FetchFailed("address") from None
    if url.scheme not in ("http", "https") or url.userinfo:
        raise FetchFailed("address")
    if (url.host, url.port) == (urlsplit(home).hostname, urlsplit(home).port):
        return url, PLAIN, {}
    if not url.host.endswith(HOSTS) or url.port is not None:
        raise FetchFailed("address")
    number = await _public(url.host, 443 if url.scheme == "https" else 80)
    return url.copy_with(host=number), {**PLAIN, "Host": url.host}, {"sni_hostname": url.host}


async def _public(host: str, port: int) -> str:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise FetchFailed("name") from None
    numbers = [str(one[4][0]) for one in found]
    if not numbers or not all(ipaddress.ip_address(number).is_global for number in numbers):
        raise FetchFailed("address")
    return numbers[0]
