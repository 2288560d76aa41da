"""Time as a channel: a timer that is due arrives as a message and takes the same path."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from domain.channel import Rate
from domain.chat import Inbound, Message, Place, Raw
from domain.errors import Permanent, Unparseable
from storage.database import Connection, Database
from storage.inbox import Inbox
from storage.timers import Timer, Timers

log = logging.getLogger(__name__)

NAME = "clock"
PLACE = Place(NAME, NAME)
POLL_S = 1.0
BATCH = 100

Receive = Callable[[Raw], Awaitable[object]]


class Clock:
    """Hands due timers to ``receive``, which must have stored what it was given when it returns.

    A timer is known by its id and its moment, so that the inbox lets each through once, however many workers
    look at the clock. ``clock`` gives the time in UTC.
    """

    name = NAME
    pulled = True
    rates: tuple[Rate, ...] = ()

    def __init__(self, database: Database, receive: Receive, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._receive = receive
        self._clock = clock

    async def run(self, stop: asyncio.Event) -> None:
        """Look once a second until ``stop``."""
        while not stop.is_set():
            try:
                busy = await self.once() >= BATCH
            except Exception as failure:  # noqa: BLE001  # time goes on, whatever became of one look
                log.error("clock_failed", extra={"error": type(failure).__name__})
                busy = False
            if not busy:
                await _wait(stop, POLL_S)

    async def once(self) -> int:
        """Hand over what is due now, the earliest first; how many timers are over and done with."""
        now = self._clock()
        timers: Sequence[Timer] = await self._database.read(lambda connection: Timers(connection).due(now, BATCH))
        for timer in timers:
            await self._receive(raw(timer))
        return await self._database.transact(lambda connection: _use_up(connection, timers)) if timers else 0

    def parse(self, raw: Raw) -> Inbound | None:
        """The timer as a message of nobody; its id and moment stand among the arguments as «timer» and «due_at».

        Raises:
            Unparseable: the body is none of ours.
        """
        try:
            body = raw.body
            args = {**body["args"], "timer": body["timer"], "due_at": body["due_at"]}
            return Inbound(raw.id, PLACE, account="", intent=body["intent"], subject=body["subject"], args=args)
        except KeyError as error:
            raise Unparseable("no timer") from error

    async def send(self, message: Message) -> str:
        """Nobody lives here.

        Raises:
            Permanent: always.
        """
        raise Permanent("clock")

    async def edit(self, external: str, message: Message) -> str:
        """Nobody lives here.

        Raises:
            Permanent: always.
        """
        raise Permanent("clock")


def raw(timer: Timer) -> Raw:
    """What arrives when a timer is due."""
    moment = timer.due_at.isoformat()
    body = {"timer": timer.id, "due_at": moment, "intent": timer.intent, "subject": timer.subject}
    return Raw(f"{NAME}:{timer.id}:{moment}", NAME, {**body, "args": dict(timer.args)})


async def _use_up(connection: Connection, timers: Sequence[Timer]) -> int:
    # Whoever handled a timer used it up. One that failed stays until its replay does; no other is found for ever.
    inbox, mine = Inbox(connection), Timers(connection)
    done = [timer for timer in timers if not await inbox.failing(raw(timer).id)]
    for timer in done:
        await mine.fire(timer.id, timer.due_at)
    return len(done)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        pass
