"""What every web endpoint stands on: the doors, the limits, the checks of a visitor, clear refusals."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot import sessions
from bot.buckets import Buckets
from bot.channels.webchat import NAME, ROOM
from bot.doors import WebDoors
from bot.uploads import TooLarge, read_capped
from domain.chat import Place
from messages import LOCALES

BODY_BYTES_MAX = 64 * 1024
DECODERS = 2
ADDRESS_FACTOR = 10


class Problem(Exception):
    """A refusal over HTTP: the page reads ``code``, the person the words «web-error-<code>»."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class Site:
    """One running web application: what it was given, what it counts, and its words by language."""

    doors: WebDoors
    origins: frozenset[str]
    messages: Buckets
    uploads: Buckets
    decoders: asyncio.Semaphore
    words: Mapping[str, Mapping[str, str]]
    streams: Counter[str] = field(default_factory=Counter)


def site(doors: WebDoors) -> Site:
    """A site with fresh counters."""
    settings = doors.settings
    return Site(
        doors=doors,
        origins=sessions.own_origins(settings),
        messages=Buckets(settings.messages_per_min, doors.monotonic_s),
        uploads=Buckets(settings.uploads_per_min, doors.monotonic_s),
        decoders=asyncio.Semaphore(DECODERS),
        words={locale: {"company-name": settings.company, **doors.words(locale)} for locale in LOCALES},
    )


def reader(site: Site, request: Request) -> str:
    """The account of a request that only reads.

    Raises:
        Problem: 401 without a valid session.
    """
    found = sessions.session(site.doors, request)
    if found is None:
        raise Problem(401, "session")
    return found[0]


def writer(site: Site, request: Request) -> str:
    """The account of a request that changes something.

    Raises:
        Problem: 403 from a foreign page or without the page's token, 401 without a valid session.
    """
    if request.headers.get("origin", "") not in site.origins:
        raise Problem(403, "origin")
    seat = sessions.seat_of(site.doors, request)
    found = sessions.seated(site.doors, request, seat)
    if found is None:
        raise Problem(401, "session")
    account = found[0]
    token = sessions.csrf_token(site.doors.settings, seat, account)
    if not sessions.same(token, request.headers.get("x-csrf", "")):
        raise Problem(403, "csrf")
    return account


def spend(buckets: Buckets, request: Request, account: str) -> None:
    """Count one request of this account.

    Raises:
        Problem: 429, too many of this account, or ten times as many of its address.
    """
    address = request.client.host if request.client else ""
    if not (buckets.take(account) and buckets.take(f"address {address}", ADDRESS_FACTOR)):
        raise Problem(429, "slow-down")


async def place_of(site: Site, account: str, room: str) -> Place:
    """Where this account talks: its private chat, or a group room.

    Raises:
        Problem: 404, alike for a room that is not there and one that is closed to it.
    """
    if room and not (ROOM.match(room) and await site.doors.may_enter(account, room)):
        raise Problem(404, "absent")
    return Place(NAME, room or account)


async def json_body(request: Request) -> dict[str, Any]:
    """The JSON object that was posted.

    Raises:
        Problem: 415 for another type, 413 above 64 KiB, 400 for anything but a JSON object.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Problem(415, "type")
    try:
        data = await read_capped(request.stream(), request.headers.get("content-length", ""), BODY_BYTES_MAX)
        posted = json.loads(data.decode())
    except TooLarge as fault:
        raise Problem(413, "body-large") from fault
    except (ValueError, RecursionError) as fault:
        raise Problem(400, "body") from fault
    if not isinstance(posted, dict):
        raise Problem(400, "body")
    return posted


def problem(site: Site, request: Request, fault: Problem) -> Response:
    """A refusal in words; who is too fast is told when to come again."""
    return refusal(site, request, fault.status, fault.code, {"Retry-After": "5"} if fault.status == 429 else None)


def number(text: str) -> int | None:
    """A position in a lane from a header or query; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def refusal(site: Site, request: Request, status: int, code: str, headers: Mapping[str, str] | None = None) -> Response:
    """A refusal as JSON: its code for the page, its words for the person."""
    words = site.words[sessions.locale_of(request)]
    text = words.get(f"web-error-{code}") or words.get("web-error-server", "")
    return JSONResponse({"error": code, "text": text}, status, headers)
