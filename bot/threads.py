"""The topic of a group into which a message goes: found or made, healed when it is gone, closed with its subject."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Protocol

from domain.channel import Channel, Threads
from domain.chat import GENERAL, Kind, Line, Message, Outbound, Text, Topic
from domain.errors import NoThreads, ThreadClosed, ThreadGone
from handlers.audience import tell_admins
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

REFUSALS = (ThreadGone, ThreadClosed, NoThreads)
"""What is said of topics; it says nothing of the channel."""

Send = Callable[[Channel, str, Message], Awaitable[str]]
Here = Callable[[str, Message], Awaitable[str]]
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
    """Send a message into its topic, or plainly where there is none or it cannot be had.

    Raises:
        SendFailed: as ``send`` and the channel's topics do; one of ``REFUSALS`` only if the chat takes no message
            without a topic either.
    """
    plain = replace(message, thread="")
    try:
        if not isinstance(channel, Threads) or not _threaded(claimed):
            return Sent(await send(channel, claimed.known, plain))
        if sent := await _into_topic(means, channel, claimed, message, partial(send, channel)):
            return sent
    except REFUSALS as refused:
        log.info("thread_refused", extra={"error": refused.code, "row": claimed.row.id})
    return Sent(await send(channel, "", plain))


async def _into_topic(means: Means, channel: Threads, claimed: Claimed, message: Message, send: Here) -> Sent | None:
    """A message in its topic, which is made, opened, and made anew as need be; None if it has to go without one."""
    outbound, closed = claimed.row.outbound, False
    for _ in range(HEALS_MAX):
        found = await _found(means, claimed)
        try:
            spot = await _spot(means, channel, claimed, found, closed)
            known = "" if spot.fresh else claimed.known
            external = await send(known, replace(message, thread=spot.thread.id))
        except ThreadGone:
            closed = False
            await _forget(means, claimed, found)
            if outbound.thread:
                return None
        except ThreadClosed:
            if not found:
                return None
            closed = True
        except NoThreads:
            await _deny(means, claimed)
            return None if found else Sent(await send(claimed.known, replace(message, thread="")))
        else:
            shut = closed or (spot.thread.open and outbound.topic is not None and not outbound.topic.open)
            return Sent(external, spot.thread.id if shut else "")
    return None


def _threaded(claimed: Claimed) -> bool:
    outbound = claimed.row.outbound
    named = outbound.thread not in ("", GENERAL)
    return named or (claimed.topics and outbound.thread != GENERAL and bool(outbound.subject))


async def _found(means: Means, claimed: Claimed) -> Thread | None:
    """The topic that the message names, or that is known for its subject."""
    outbound, place = claimed.row.outbound, claimed.place
    if outbound.thread:
        return Thread(outbound.thread, True)
    return await means.database.read(lambda connection: Store(connection).topics.of(place, outbound.subject))


async def _spot(means: Means, channel: Threads, claimed: Claimed, found: Thread | None, closed: bool) -> _Spot:
    """Where the message goes; ``closed`` says that the topic which was found has just refused it."""
    topic = claimed.row.outbound.topic
    if found is None:
        return await _made(means, channel, claimed, topic) if topic else _Spot(NOWHERE)
    if closed or (topic and topic.open and not found.open):
        await channel.reopen_thread(claimed.place.chat, found.id)
        if topic:  # whatever fails from here on, who tries again knows that it has to be closed
            found = await _kept(means, claimed, Thread(found.id, True))
    return _Spot(found)


async def _made(means: Means, channel: Threads, claimed: Claimed, topic: Topic) -> _Spot:
    name = means.catalogue.render_safe(claimed.locale or means.locale, topic.name, means.clock())
    made = await channel.open_thread(claimed.place.chat, name[:NAME_CHARS_MAX])
    return _Spot(await _kept(means, claimed, Thread(made, True)), fresh=True)


async def _kept(means: Means, claimed: Claimed, thread: Thread) -> Thread:
    place, subject = claimed.place, claimed.row.outbound.subject
    await means.database.transact(lambda connection: Store(connection).topics.keep(place, subject, thread))
    return thread


async def _forget(means: Means, claimed: Claimed, thread: Thread | None) -> None:
    log.info("thread_gone", extra={"row": claimed.row.id})
    if thread:
        await means.database.transact(lambda connection: Store(connection).topics.forget(claimed.place, thread.id))


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
    except REFUSALS:
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
