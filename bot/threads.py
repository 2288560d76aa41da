"""The topic of a group into which a message goes: found or made, healed when it is gone, closed with its subject."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from domain.channel import Channel, Threads
from domain.chat import GENERAL, Kind, Line, Message, Outbound, Text, Topic
from domain.errors import NoThreads, ThreadClosed, ThreadGone
from handlers.notices import tell_admins
from messages import Catalogue
from storage.database import Connection, Database
from storage.lanes import Claimed
from storage.store import Store
from storage.topics import Thread

log = logging.getLogger(__name__)

NAME_CHARS_MAX = 128
CLOSE_S = 10.0
HEALS_MAX = 3
AGAIN = ":close"

Send = Callable[[Channel, str, Message], Awaitable[str]]
NOWHERE = Thread("", True)


class Means(Protocol):
    """What is needed to find a topic."""

    @property
    def database(self) -> Database:
        """Where topics are kept."""

    @property
    def catalogue(self) -> Catalogue:
        """How they are named."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """The time in UTC."""

    @property
    def locale(self) -> str:
        """What is spoken where no language is known."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as the platform knows it; ``close`` is the topic that has to be closed behind it."""

    external: str
    close: str = ""


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a message goes; ``fresh`` says that nothing of it can stand there yet."""

    thread: Thread
    fresh: bool = False


async def carry(means: Means, channel: Channel, claimed: Claimed, message: Message, send: Send) -> Sent:
    """Send a message into its topic, or plainly where there is none.

    Raises:
        SendFailed: as ``send`` and the channel's topics do, but nothing that a new topic heals.
    """
    outbound = claimed.row.outbound
    if not isinstance(channel, Threads) or not _threaded(claimed):
        return Sent(await send(channel, claimed.known, replace(message, thread="")))
    reopened = False
    for _ in range(HEALS_MAX):
        spot = await _spot(means, channel, claimed)
        known = "" if spot.fresh else claimed.known
        try:
            external = await send(channel, known, replace(message, thread=spot.thread.id))
        except ThreadGone:
            await _forget(means, claimed, spot.thread.id)
            if outbound.thread:
                break
        except ThreadClosed:
            await channel.reopen_thread(claimed.place.chat, spot.thread.id)
            reopened = True
            if outbound.topic:  # whatever fails from here on, who tries again knows that it has to be closed
                await _kept(means, claimed, Thread(spot.thread.id, True))
        else:
            shut = reopened or (spot.thread.open and outbound.topic is not None and not outbound.topic.open)
            return Sent(external, spot.thread.id if shut else "")
    return Sent(await send(channel, "", replace(message, thread="")))


def _threaded(claimed: Claimed) -> bool:
    outbound = claimed.row.outbound
    named = outbound.thread not in ("", GENERAL)
    return named or (claimed.topics and outbound.thread != GENERAL and bool(outbound.subject))


async def _spot(means: Means, channel: Threads, claimed: Claimed) -> _Spot:
    outbound, place = claimed.row.outbound, claimed.place
    if outbound.thread:
        return _Spot(Thread(outbound.thread, True))
    found = await means.database.read(lambda connection: Store(connection).topics.of(place, outbound.subject))
    if outbound.topic is None:
        return _Spot(found or NOWHERE)
    if found is None:
        return await _made(means, channel, claimed, outbound.topic)
    if outbound.topic.open and not found.open:
        await channel.reopen_thread(place.chat, found.id)
        found = await _kept(means, claimed, Thread(found.id, True))
    return _Spot(found)


async def _made(means: Means, channel: Threads, claimed: Claimed, topic: Topic) -> _Spot:
    name = means.catalogue.render_safe(claimed.locale or means.locale, topic.name, means.clock())
    try:
        made = await channel.open_thread(claimed.place.chat, name[:NAME_CHARS_MAX])
    except NoThreads:
        await _deny(means, claimed)
        return _Spot(NOWHERE)
    return _Spot(await _kept(means, claimed, Thread(made, True)), fresh=True)


async def _kept(means: Means, claimed: Claimed, thread: Thread) -> Thread:
    place, subject = claimed.place, claimed.row.outbound.subject
    await means.database.transact(lambda connection: Store(connection).topics.keep(place, subject, thread))
    return thread


async def _forget(means: Means, claimed: Claimed, thread: str) -> None:
    log.info("thread_gone", extra={"row": claimed.row.id})
    await means.database.transact(lambda connection: Store(connection).topics.forget(claimed.place, thread))


async def _deny(means: Means, claimed: Claimed) -> None:
    """Go on without topics; the admins hear once which right we lack."""
    now = means.clock()

    async def work(connection: Connection) -> None:
        store = Store(connection)
        told = await tell_admins(store, Line(Text("topics-denied"), Kind.ALERT))
        await store.outbox.hold([claimed.place, *(one.to for one in told)])
        if await store.chats.deny(claimed.place):
            await store.outbox.add(f"{claimed.row.id}:denied", told, now)

    await means.database.transact(work)


async def close(means: Means, channel: Channel, claimed: Claimed, sent: Sent) -> list[Outbound]:
    """Close the topic behind a message. If that fails behind a card which was sent anew, the card has to go through
    again, as an edit, and is returned.

    Raises:
        Whatever the channel raises behind an edit: that can be done again as it is.
    """
    if not sent.close or not isinstance(channel, Threads):
        return []
    try:
        async with asyncio.timeout(CLOSE_S):
            await channel.close_thread(claimed.place.chat, sent.close)
    except (NoThreads, ThreadGone):
        return []
    except Exception as failure:
        log.warning("thread_not_closed", extra={"error": type(failure).__name__, "row": claimed.row.id})
        if sent.external == claimed.known:
            raise
        return _again(claimed)
    if claimed.row.outbound.topic and not claimed.row.outbound.topic.open:  # else people have closed it, not we
        await _kept(means, claimed, Thread(sent.close, False))
    return []


def _again(claimed: Claimed) -> list[Outbound]:
    outbound = claimed.row.outbound
    if not outbound.card or f"{AGAIN}:" in claimed.row.id:
        return []
    return [replace(outbound, fresh=False, files=(), receipt=None)]
