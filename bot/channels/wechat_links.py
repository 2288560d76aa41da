"""Videos lie at another address, which the platform names: fetched from there, if it is one of Tencent's and public."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import httpx

from bot.remote_files import PLAIN, read
from domain.errors import FetchFailed

HOSTS: Final = (".qq.com", ".weixin.qq.com", ".qpic.cn", ".myqcloud.com")


async def fetch(client: httpx.AsyncClient, link: str, home: str, bytes_max: int) -> bytes:
    """What lies at ``link``. ``home`` is the API's own address, whose host is trusted like Tencent's.

    Raises:
        FetchFailed: it is no such address, or it does not answer with the file.
        TooLarge: it says or shows that it is longer than ``bytes_max``.
        httpx.HTTPError: it cannot be reached.
    """
    url, headers, extensions = await _pinned(link, home)
    return await read(client, url, bytes_max, headers=headers, extensions=extensions)


async def _pinned(link: str, home: str) -> tuple[httpx.URL, Mapping[str, str], dict[str, str]]:
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
