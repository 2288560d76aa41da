"""The outbox as a browser reads it: one JSON object for each message, as server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any

from bot.doors import WebDoors
from domain.chat import Message, Place

LAST_COUNT = 60
BATCH_COUNT = 100
END_OF_LANE = 2**62
BEAT = b": still here\nevent: beat\ndata: 1\n\n"  # a comment for proxies, an event for the page


def shown(message: Message, account: str) -> dict[str, Any]:
    """A message as JSON for the page of ``account``; no account of anybody is in it.

    ``mine`` is whether it is this account's own message, shown again.
    """
    own = f"{message.to.channel}:{message.to.chat}:{account}:"
    return {
        "seq": message.seq,
        "id": sha256(message.id.encode()).hexdigest()[:16],
        "at": message.at.isoformat() if message.at else None,
        "lines": message.lines,
        "buttons": message.buttons,
        "files": [{"hash": f.hash, "media": f.media, "name": f.name} for f in message.files],
        "card": message.card,
        "fresh": message.fresh,
        "echo": message.echo,
        "author": message.author,
        "mine": bool(message.echo) and (message.to.chat == account or message.id.startswith(own)),
        "locale": message.locale,
    }


def event(message: Message, account: str) -> bytes:
    """A message as one server-sent event whose id is its seq."""
    data = json.dumps(shown(message, account), ensure_ascii=False, separators=(",", ":"))
    return f"id: {message.seq}\ndata: {data}\n\n".encode()


async def first(doors: WebDoors, place: Place, after: int | None) -> Sequence[Message]:
    """What a page reads as it connects: all that is new since ``after``, or the last messages."""
    if after is None:
        return await doors.outbox_before(place, END_OF_LANE, LAST_COUNT)
    return await doors.outbox_after(place, after, BATCH_COUNT)


async def events(doors: WebDoors, place: Place, account: str, after: int | None) -> AsyncIterator[bytes]:
    """The lane from ``after`` on (None: from its last messages), for as long as the reader may and we run.

    A heartbeat at least every ``heartbeat_s`` keeps proxies from closing it and tells the page that it lives.
    Before every reading it listens, so that what is committed in between wakes it.
    """
    yield b"retry: 2000\n: open\n\n"
    rows = await first(doors, place, after)
    position = after or 0
    stop = asyncio.create_task(doors.stopping.wait())
    try:
        while not stop.done():
            for message in rows:
                position = max(position, message.seq)
                yield event(message, account)
            async with _listening(doors, place) as heard:
                rows = await doors.outbox_after(place, position, BATCH_COUNT)
                if not rows:
                    await _first_of(heard, stop)
                    rows = await doors.outbox_after(place, position, BATCH_COUNT)
            if not await _may_read(doors, place, account):
                return
            if not rows:
                yield BEAT
    finally:
        stop.cancel()


@asynccontextmanager
async def _listening(doors: WebDoors, place: Place) -> AsyncIterator[asyncio.Task[bool]]:
    heard = asyncio.create_task(_heard(doors, place))
    await asyncio.sleep(0)  # the waiter is in place before anything is read
    try:
        yield heard
    finally:
        heard.cancel()


async def _heard(doors: WebDoors, place: Place) -> bool:
    return await doors.wake.wait(place, doors.settings.heartbeat_s)


async def _first_of(heard: asyncio.Task[bool], stop: asyncio.Task[Any]) -> None:
    await asyncio.wait((heard, stop), return_when=asyncio.FIRST_COMPLETED)
    if heard.done():
        heard.result()  # a deaf listener ends the stream: the browser comes back


async def _may_read(doors: WebDoors, place: Place, account: str) -> bool:
    return place.chat == account or await doors.may_enter(account, place.chat)
