"""What the web needs of the rest: callables and settings, put together by the composition root."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.health import GOOD, Condition
from bot.webhooks import Webhook
from domain.chat import Attachment, Message, Place, Raw

Stored = tuple[bytes | Path, str]


class Wake(Protocol):
    """Tells when a lane has something new."""

    async def wait(self, place: Place, timeout_s: float) -> bool:
        """True as soon as something was committed for this lane, False when the time is over.

        May answer True for nothing; whoever waits reads the lane again after either answer.
        """


async def always_ready() -> Condition:
    """The answer of a process that has nothing to check."""
    return GOOD


async def no_metrics() -> bytes:
    """Nothing is counted."""
    return b""


async def nobody_listens(account: str, locale: str) -> None:
    """The client's language, heard and forgotten."""


async def no_locale(account: str) -> str:
    """No language was ever chosen."""
    return ""


async def no_seat(seat: str) -> str | None:
    """There is no demo here."""
    return None


@dataclass(frozen=True, slots=True)
class WebSettings:
    """``secret`` is at least 32 bytes and signs sessions; changing it ends them all.

    ``public_url`` is what people type, without a path: its scheme decides on Secure cookies, and only its
    origin may post (a loopback host stands for all loopback names). ``embed_origins`` are the
    origins of pages that may show the chat in a frame. The two limits per minute are for one account, ten
    times as much for one address; 0 means no limit. ``metrics_token`` is what a reader of the numbers shows; empty:
    this machine alone may read them.
    """

    secret: bytes
    public_url: str = "http://127.0.0.1:8080"
    company: str = "Jiangdao"
    demo: bool = False
    embed_origins: tuple[str, ...] = ()
    upload_bytes_max: int = 20 * 1024 * 1024
    image_pixels_max: int = 50_000_000
    messages_per_min: int = 60
    uploads_per_min: int = 40
    streams_max: int = 12
    metrics_token: str = ""
    heartbeat_s: float = 15.0


@dataclass(frozen=True, slots=True)
class WebDoors:
    """All that the web chat is given.

    - ``receive(raw)`` stores and handles a message and returns after the commit. An id seen before has no
      second effect.
    - ``outbox_after(place, seq, limit)`` gives the lane's first ``limit`` messages with a greater seq,
      ascending; ``outbox_before(place, seq, limit)`` the last ``limit`` with a smaller seq, ascending too.
      Both already in the reader's words. A page's first reading is ``outbox_before(place, 2**62, 60)``.
    - ``seen(place, account, seq)`` marks the lane as read by this account up to and including seq.
    - ``may_enter(account, room)``: whether the account reads and writes in this group room.
    - ``keep(data, media_type, account)`` stores a file that was checked and cleaned; ``fetch(hash, account)`` gives the
      bytes or the path of it with its media type, None alike for absent and forbidden.
    - ``words(locale)`` are the page's own words: the ids of web.ftl with their texts, and the company's name in this
      language as «company-name» (without it, ``settings.company`` is shown).
    - ``now()`` is aware UTC; ``monotonic_s()`` never runs backwards.
    - ``seat_account(seat)``: the account behind a demo seat, None for an unknown one.
    - ``locale_of(account)``: the language that the person chose, "" for none. ``speaks(account, locale)`` is
      told the client's language whenever a page opens; it must not override a choice.
    - ``webhooks`` are the addresses to which platforms post, by name.
    - ``ready()``: whether the process can do its work, by a real write and more. ``metrics()`` is the text for who
      watches over it. ``stopping`` is set when the process is asked to end.
    """

    settings: WebSettings
    receive: Callable[[Raw], Awaitable[object]]
    outbox_after: Callable[[Place, int, int], Awaitable[Sequence[Message]]]
    outbox_before: Callable[[Place, int, int], Awaitable[Sequence[Message]]]
    seen: Callable[[Place, str, int], Awaitable[None]]
    may_enter: Callable[[str, str], Awaitable[bool]]
    wake: Wake
    keep: Callable[[bytes, str, str], Awaitable[Attachment]]
    fetch: Callable[[str, str], Awaitable[Stored | None]]
    words: Callable[[str], Mapping[str, str]]
    now: Callable[[], datetime]
    monotonic_s: Callable[[], float]
    stopping: asyncio.Event
    seat_account: Callable[[str], Awaitable[str | None]] = no_seat
    locale_of: Callable[[str], Awaitable[str]] = no_locale
    speaks: Callable[[str, str], Awaitable[None]] = nobody_listens
    webhooks: Mapping[str, Webhook] = field(default_factory=dict)
    ready: Callable[[], Awaitable[Condition]] = always_ready
    metrics: Callable[[], Awaitable[bytes]] = no_metrics
