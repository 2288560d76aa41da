"""From the outbox to the channels: claim, render, send, settle."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.budgets import windows_of
from bot.delivery import deliver
from bot.limits import Breaker, Chance
from bot.meter import UNMETERED, Meter
from bot.post import Alarm, Policy, Post, policy_of, price_of, wish_of
from domain.channel import Channel, Probes
from domain.chat import Outbound
from domain.company import Promises
from messages import BASE, Catalogue
from storage.database import Connection, Database
from storage.lanes import Claimed, Lanes
from storage.limits import later
from storage.outbox import Posted
from storage.overdue import Overdue

log = logging.getLogger(__name__)

PARALLEL = 32
SEND_S = 20.0
POLL_S = 1.0
FINISH_S = 10.0
PROBE_S = 5.0
SET_BACK_S = 60.0
LOOK_S = 60.0
"""How often it is looked for what has waited for too long."""
POLICY = policy_of(Promises())


async def nobody(connection: Connection, row: Posted, code: str) -> Sequence[Outbound]:
    """Tell nobody of a dead letter."""
    return ()


class Line:
    """The messages of one channel, several chats at once and each chat one after the other."""

    def __init__(self, name: str, channel: Channel, post: Post, parallel: int) -> None:
        self._name = name
        self._channel = channel
        self._post = post
        self._parallel = parallel
        self._price = price_of(post, channel)
        self._wish = wish_of(post, channel)
        self._windows = windows_of(channel)
        self._look_at: datetime | None = None
        self._breaker = Breaker()
        self._news = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self._latest: datetime | None = None

    def hear(self) -> None:
        """Something may be due."""
        self._news.set()

    async def round(self) -> int:
        """Claim once and deliver all of it; how many messages that were."""
        claimed = await self._claim()
        await asyncio.gather(*[self._deliver(each) for each in claimed])
        return len(claimed)

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until ``stop``, then give what is being sent some time to end."""
        stopped = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                self._news.clear()
                if not await self._start():
                    await self._rest(stopped)
        finally:
            stopped.cancel()
            await self._finish()

    async def _start(self) -> int:
        try:
            claimed = await self._claim()
        except Exception as failure:  # noqa: BLE001  # a database that is away comes back
            log.error("claim_failed", extra={"error": type(failure).__name__})
            return 0
        for each in claimed:
            task = asyncio.create_task(self._deliver(each))
            self._sending.add(task)
            task.add_done_callback(self._done)
        return len(claimed)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        self._news.set()

    def _free(self) -> int:
        """How many more may be sent now; one at a time while it is not known whether the channel is back."""
        if self._breaker.rests(self._post.clock()):
            return 0
        return max((1 if self._breaker.open else self._parallel) - len(self._sending), 0)

    async def _claim(self) -> Sequence[Claimed]:
        late = await self._late() if self._windows and self._latest else []
        wanted = self._free()
        if not wanted or not await self._answers():
            return late
        now = self._post.clock()
        begun, set_back = self._latest is None, self._was_set_back(now)

        async def work(connection: Connection) -> Sequence[Claimed]:
            lanes = Lanes(connection)
            if begun or set_back:
                await lanes.mend(self._name, now, set_back)
            rates, lease_s = self._channel.rates, self._post.lease_s
            return await lanes.claim(self._name, now, lease_s, rates, wanted, self._windows, self._price, self._wish)

        claimed = await self._post.database.transact(work)
        self._latest = now
        return [*late, *claimed] if late else claimed

    async def _late(self) -> Sequence[Claimed]:
        """What has waited for as long as it may where a claim would not find it: when the first of it is due to be
        looked for, but at least once a minute."""
        post, now, down = self._post, self._post.clock(), self._breaker.open
        if self._look_at and now < self._look_at <= later(now, LOOK_S):
            return []
        patience = (post.policy.human_s, post.policy.status_s)
        found = await post.database.read(
            lambda connection: Overdue(connection).look(self._name, now, post.lease_s, patience, down)
        )
        if not found.chats:
            self._look_at = min(found.next_at or later(now, LOOK_S), later(now, LOOK_S))
            return []
        return await post.database.transact(
            lambda connection: Overdue(connection).take(
                self._name, found.chats, now, post.lease_s, self._windows, self._price
            )
        )

    def _was_set_back(self, now: datetime) -> bool:
        """Whether what was stored and is remembered was told the time by a clock that was wrong."""
        set_back = self._latest is not None and (self._latest - now).total_seconds() > SET_BACK_S
        if set_back:
            self._breaker.held_until = self._breaker.hushed_until = None
        return set_back

    async def _answers(self) -> bool:
        """Ask a channel that was down whether it is back, if it can be asked; a message then shows whether it is so."""
        if not self._breaker.open or self._sending or not isinstance(self._channel, Probes):
            return True
        try:
            async with asyncio.timeout(PROBE_S):
                await self._channel.probe()
        except Exception as failure:  # noqa: BLE001  # whatever an adapter raises, it does not answer
            log.info("channel_down", extra={"error": f"{self._name}: {type(failure).__name__}"})
            self._breaker.failed(self._post.clock(), self._post.chance)
            return False
        return True

    async def _deliver(self, claimed: Claimed) -> None:
        await deliver(self._post, self._channel, self._breaker, claimed)

    async def _rest(self, stopped: asyncio.Task[bool]) -> None:
        """Until there is news, a lane is due, or it is time to look anyway."""
        news = asyncio.create_task(self._news.wait())
        try:
            wait_s = await self._idle_s()
            await asyncio.wait((news, stopped), timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()

    async def _idle_s(self) -> float:
        now = self._post.clock()
        if not self._free():
            return POLL_S
        try:
            due_at = await self._post.database.read(lambda connection: self._wake_at(connection, now))
        except Exception as failure:  # noqa: BLE001  # a database that is away comes back
            log.error("look_failed", extra={"error": type(failure).__name__})
            return POLL_S
        if due_at is None:
            return POLL_S
        return min(max((due_at - now).total_seconds(), 0.001), POLL_S)

    async def _wake_at(self, connection: Connection, now: datetime) -> datetime | None:
        return await Lanes(connection).wake_at(self._name, now, self._channel.rates)

    async def _finish(self) -> None:
        if not self._sending:
            return
        _, late = await asyncio.wait(self._sending, timeout=FINISH_S)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


class Dispatcher:
    """Sends what the outbox owes on all channels that are not pulled by their client; to one that is, what waits
    elsewhere for who went there.

    ``clock`` gives the time in UTC. ``alarm`` says, in the transaction that makes a dead letter, whom to tell
    of it. ``locale`` is spoken where no language is known. ``chance`` gives numbers from 0 to 1. ``parallel`` chats
    of a channel are served at once, and a send that takes longer than ``send_s`` counts as failed. ``policy`` says
    for how long what is owed may wait for a window.
    """

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        catalogue: Catalogue,
        clock: Callable[[], datetime],
        *,
        alarm: Alarm = nobody,
        locale: str = BASE,
        chance: Chance = random.random,
        parallel: int = PARALLEL,
        send_s: float = SEND_S,
        meter: Meter = UNMETERED,
        policy: Policy = POLICY,
    ) -> None:
        ways = {name: bool(windows_of(channel)) for name, channel in channels.items() if not channel.pulled}
        post = Post(
            database,
            catalogue,
            clock,
            alarm,
            chance,
            locale,
            send_s,
            meter=meter,
            ways=ways,
            pulled=frozenset(name for name, channel in channels.items() if channel.pulled),
            policy=policy,
        )
        self._database = database
        self._lines = {
            name: Line(name, channel, post, parallel) for name, channel in channels.items() if not channel.pulled
        }

    @property
    def channels(self) -> tuple[str, ...]:
        """The names of the channels that messages are pushed to."""
        return tuple(self._lines)

    async def run(self, stop: asyncio.Event) -> None:
        """Send until ``stop`` is set; then end within ten seconds. To be called once."""
        self._database.listen(self._hear)
        await asyncio.gather(*[line.run(stop) for line in self._lines.values()])

    async def once(self) -> int:
        """One round: what may be sent now, one message for each chat; how many were claimed."""
        return sum([await line.round() for line in self._lines.values()])

    def _hear(self, channel: str, chat: str) -> None:
        for name, line in self._lines.items():
            if channel in (name, "*"):
                line.hear()
