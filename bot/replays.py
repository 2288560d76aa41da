"""Messages that wait in the inbox: for their files, for the rest of their album, or for another try after a bug."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import structlog

from domain.chat import Inbound
from storage.inbox import Replay

log = structlog.get_logger()

AT_ONCE = 16
LOOK_S = 1.0
FINISH_S = 5.0

Group = Sequence[Replay]
Take = Callable[[int], Awaitable[Sequence[Replay]]]


class Replays:
    """Takes what waits and is due, the parts of an album together, several groups at once.

    ``take`` leases at most so many messages, and ``handle`` brings a group to its end and raises nothing. What nobody
    was told of is looked for every ``look_s`` seconds.
    """

    def __init__(self, take: Take, handle: Callable[[Group], Awaitable[None]], look_s: float = LOOK_S) -> None:
        self._take = take
        self._handle = handle
        self._look_s = look_s
        self._news = asyncio.Event()
        self._working: dict[asyncio.Future[None], int] = {}

    def hear(self, after_s: float = 0) -> None:
        """Something is due after so many seconds."""
        if after_s:
            asyncio.get_running_loop().call_later(after_s, self._news.set)
        else:
            self._news.set()

    async def once(self) -> int:
        """Handle what is due now; how many messages that were."""
        groups = grouped(await self._take(AT_ONCE))
        await asyncio.gather(*[self._handle(group) for group in groups])
        return sum(map(len, groups))

    async def run(self, stop: asyncio.Event) -> None:
        """Handle what is due until ``stop``; what is under way has some seconds to end, or waits for the next start."""
        stopped = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                self._news.clear()
                if not await self._start():
                    await self._rest(stopped)
        finally:
            stopped.cancel()
            await self._finish()

    async def _finish(self) -> None:
        if not self._working:
            return
        _, late = await asyncio.wait(self._working, timeout=FINISH_S)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _start(self) -> int:
        free = AT_ONCE - sum(self._working.values())
        try:
            groups = grouped(await self._take(free)) if free > 0 else []
        except Exception as fault:  # noqa: BLE001  # a database that is away comes back
            log.warning("replays.failed", error=type(fault).__name__)
            return 0
        for group in groups:
            task = asyncio.ensure_future(self._handle(group))
            self._working[task] = len(group)
            task.add_done_callback(self._done)
        return len(groups)

    def _done(self, task: asyncio.Future[None]) -> None:
        del self._working[task]
        self._news.set()
        if not task.cancelled() and (fault := task.exception()):
            log.warning("replays.failed", error=type(fault).__name__)

    async def _rest(self, stopped: asyncio.Task[bool]) -> None:
        news = asyncio.create_task(self._news.wait())
        try:
            await asyncio.wait((news, stopped), timeout=self._look_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()


def grouped(waiting: Sequence[Replay]) -> list[Group]:
    """Each message by itself, and the parts of an album together."""
    groups: dict[str, list[Replay]] = {}
    for one in waiting:
        groups.setdefault(f"album {one.album}" if one.album else one.raw.id, []).append(one)
    return list(groups.values())


def album_of(inbound: Inbound) -> str:
    """What the parts of an album have in common; empty for what is no album, or only the change of a part."""
    if not inbound.album or inbound.edited:
        return ""
    return f"{inbound.place.channel}:{inbound.place.chat}:{inbound.account}:{inbound.album}"


def together(parts: Sequence[Inbound]) -> Inbound:
    """The parts of an album as one message, in the order in which they were sent."""
    first, *others = parts = sorted(parts, key=lambda one: (len(one.id), one.id))
    if not others:
        return first
    texts = dict.fromkeys(one.text for one in parts if one.text.strip())
    return replace(
        first,
        text="\n".join(texts),
        files=tuple(dict.fromkeys(file for one in parts for file in one.files)),
        reply_to=next((one.reply_to for one in parts if one.reply_to), ""),
        refused=tuple(why for one in parts for why in one.refused),
    )
