"""Codes to scan that open the chat with something known: an invitation, who recommends, a product, an asset, a home.

A scene is the same word as the start of a link on other channels: whoever scans it arrives like one who writes
«/start WORD».
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any, Final
from urllib.parse import quote

import httpx
from PIL import Image

from bot.channels.tencent_http import Api
from bot.uploads import TooLarge, read_capped
from domain.scenes import PREFIXES

CREATE: Final = "/cgi-bin/qrcode/create"
SHOW: Final = "/cgi-bin/showqrcode"
API_HOST: Final = "https://api.weixin.qq.com"
SHOW_HOST: Final = "https://mp.weixin.qq.com"
"""Pictures of codes are shown by another host than the API's; a server of one's own shows both."""

DAYS_MAX: Final = 30
BYTES_MAX: Final = 2_000_000
SHOW_S: Final = 10.0
WORD = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


@dataclass(frozen=True, slots=True)
class Code:
    """A code to scan. ``address`` is what stands in it, ``picture`` where it can be seen as a picture."""

    scene: str
    address: str
    picture: str


def scene_of(purpose: str, value: str) -> str:
    """The scene for a purpose of ``PREFIXES`` and the code of its thing.

    Raises:
        ValueError: no such purpose, or not 1–64 letters, digits, «-», «_» in all.
    """
    scene = PREFIXES.get(purpose, "?") + value
    if not value or not WORD.match(scene):
        raise ValueError(scene)
    return scene


async def code_for(api: Api, scene: str, days: int | None) -> Code:
    """Ask for a code: good for so many days (1–30), or for ever, of which an account has 100,000.

    Raises:
        ValueError: the platform takes no such scene, or not so many days.
        SendFailed: one of its kinds.
    """
    if not WORD.match(scene) or not (days is None or 1 <= days <= DAYS_MAX):
        raise ValueError(scene)
    answer = await api.call("POST", CREATE, json=_asked(scene, days))
    ticket = quote(str(answer.get("ticket", "")), safe="")
    base = SHOW_HOST if api.wire.base == API_HOST else api.wire.base
    return Code(scene, str(answer.get("url", "")), f"{base}{SHOW}?ticket={ticket}")


def _asked(scene: str, days: int | None) -> dict[str, Any]:
    info = {"scene": {"scene_str": scene}}
    if days is None:
        return {"action_name": "QR_LIMIT_STR_SCENE", "action_info": info}
    seconds = int(timedelta(days=days).total_seconds())
    return {"expire_seconds": seconds, "action_name": "QR_STR_SCENE", "action_info": info}


async def picture_of(client: httpx.AsyncClient, code: Code) -> bytes | None:
    """The code as a PNG; None if it cannot be had now: then its address is still good."""
    try:
        async with client.stream("GET", code.picture, timeout=SHOW_S, follow_redirects=False) as answer:
            if answer.status_code != httpx.codes.OK:
                return None
            data = await read_capped(answer.aiter_bytes(), answer.headers.get("content-length", ""), BYTES_MAX)
        return await asyncio.to_thread(_png, data)
    except (httpx.HTTPError, TooLarge, OSError, ValueError):
        return None


def _png(data: bytes) -> bytes:
    """The platform draws its codes as JPEG."""
    out = BytesIO()
    with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as drawn:
        drawn.convert("RGB").save(out, "PNG", optimize=True)
    return out.getvalue()
