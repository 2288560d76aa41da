"""Updates on their way to the bot: fetched by polling, or delivered to a webhook, each until it is confirmed."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from tests.telegram.journal import Journal
from tests.telegram.refusals import Refusal

DAY = timedelta(hours=24)
NO_POOL_LIMIT = httpx.Limits(max_connections=None)
SILENT = ("chat_member", "message_reaction", "message_reaction_count")


@dataclass
class Pending:
    """An update that the bot has not confirmed; ``lane`` is what it keeps its order in."""

    id: int
    body: dict[str, Any]
    made_at: datetime
    lane: object
    tries: int = 0
    error: str = ""


@dataclass
class Webhook:
    """Where updates are posted to."""

    url: str = ""
    secret: str = ""
    connections: int = 40
    error: str = field(default="", compare=False)


@dataclass
class Delivery:
    """How Telegram behaves towards a webhook. ``ordered`` keeps the order within a chat, as its server does while
    nothing fails; ``repeats`` is the chance that an update is posted twice, at the same time or after it was taken."""

    pause_s: float = 0.05
    answer_max_s: float = 10.0
    ordered: bool = True
    repeats: float = 0.0
    seed: int = 0


class Queue:
    """All updates that are not confirmed yet, in their order."""

    def __init__(self, journal: Journal, clock: Callable[[], datetime], delivery: Delivery, poll_max_s: float) -> None:
        self.journal = journal
        self.clock = clock
        self.delivery = delivery
        self.poll_max_s = poll_max_s
        self.pending: dict[int, Pending] = {}
        self.webhook = Webhook()
        self.allowed: list[str] = []
        self.next_id = 700_000_001
        self.closing = False
        self._news = asyncio.Event()
        self._poll: asyncio.Event | None = None
        self._lanes: dict[object, deque[Pending]] = defaultdict(deque)
        self._ready: asyncio.Queue[object] = asyncio.Queue()
        self._couriers: list[asyncio.Task[None]] = []
        self._random = random.Random(delivery.seed)
        self._timers: set[asyncio.TimerHandle] = set()
        self._client: httpx.AsyncClient | None = None

    def add(self, kind: str, body: dict[str, Any], chat: int, user: int, **facts: Any) -> int:
        """Something happened; its update id, or 0 if the bot did not want to hear of such."""
        if kind not in self.allowed if self.allowed else kind in SILENT:
            return 0
        id, self.next_id = self.next_id, self.next_id + 1
        update = Pending(id, {"update_id": id, kind: body}, self.clock(), chat if self.delivery.ordered else id)
        self.journal.write("update", update_id=id, type=kind, chat=chat, user=user, **facts)
        self.put(update)
        return id

    def put(self, update: Pending) -> None:
        """Queue an update, perhaps one of the test's own making."""
        self.pending[update.id] = update
        if self.webhook.url:
            self._line_up(update)
        self._news.set()

    @property
    def polled(self) -> bool:
        """Whether somebody waits for updates."""
        return self._poll is not None

    async def poll(self, offset: int, limit: int, timeout_s: float) -> list[dict[str, Any]]:
        """What getUpdates gives.

        Raises:
            Refusal: a webhook is set, or another poll took over.
        """
        if self.webhook.url:
            raise Refusal("webhook-active")
        if self._poll:
            self._poll.set()
        ours = self._poll = asyncio.Event()
        try:
            return await self._fetch(ours, offset, limit, time.monotonic() + min(timeout_s, self.poll_max_s))
        finally:
            if self._poll is ours:
                self._poll = None

    async def _fetch(self, ours: asyncio.Event, offset: int, limit: int, until_s: float) -> list[dict[str, Any]]:
        self._confirm_before(offset)
        while True:
            self.forget_old()
            found = list(self.pending.values())
            found = [one for one in found if one.id >= offset] if offset >= 0 else found[offset:]
            if found or self.closing or time.monotonic() >= until_s:
                return [self._handed(one, "poll", 200) for one in found[:limit]]
            self._news.clear()
            waits = [asyncio.ensure_future(self._news.wait()), asyncio.ensure_future(ours.wait())]
            await asyncio.wait(waits, timeout=until_s - time.monotonic(), return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()
            if ours.is_set():
                self._news.set()
                raise Refusal("second-poller")

    def _confirm_before(self, offset: int) -> None:
        if offset < 0:
            offset = next(iter(list(self.pending)[offset:]), 0)
        for id in [id for id in self.pending if id < offset]:
            self._confirm(id, "offset")

    def _confirm(self, id: int, by: str) -> None:
        if self.pending.pop(id, None):
            self.journal.write("confirmed", update_id=id, by=by)

    def _handed(self, update: Pending, by: str, status: int) -> dict[str, Any]:
        update.tries += 1
        self.journal.write("delivered", update_id=update.id, by=by, status=status, copy=update.tries)
        return update.body

    def forget_old(self) -> None:
        """Let go of what nobody took for a day."""
        latest = self.clock() - DAY
        for id, one in list(self.pending.items()):
            if one.made_at > latest:
                break
            del self.pending[id]
            self.journal.write("dropped", update_id=id)

    def drop_all(self) -> None:
        """Let go of everything, as the bot asked."""
        for id in list(self.pending):
            self._confirm(id, "dropped by the bot")

    async def set_webhook(self, webhook: Webhook) -> None:
        """Post to another address from now on; an empty one ends it."""
        await self.stop()
        self.webhook = webhook
        if webhook.url:
            for update in self.pending.values():
                self._line_up(update)
            self._client = httpx.AsyncClient(verify=False, timeout=self.delivery.answer_max_s, limits=NO_POOL_LIMIT)
            self._couriers = [asyncio.create_task(self._carry(self._client)) for _ in range(webhook.connections)]

    def close(self) -> None:
        """Answer who polls; nothing waits any more."""
        self.closing = True
        self._news.set()

    async def stop(self) -> None:
        """No more deliveries; what is under way is broken off."""
        for timer in self._timers:
            timer.cancel()
        for courier in self._couriers:
            courier.cancel()
        await asyncio.gather(*self._couriers, return_exceptions=True)
        self._couriers, self._lanes, self._ready = [], defaultdict(deque), asyncio.Queue()
        if self._client:
            await self._client.aclose()
        self._client = None

    def _line_up(self, update: Pending) -> None:
        lane = self._lanes[update.lane]
        lane.append(update)
        if len(lane) == 1:
            self._ready.put_nowait(update.lane)

    async def _carry(self, client: httpx.AsyncClient) -> None:
        """One connection to the webhook."""
        while True:
            lane = await self._ready.get()
            update = self._lanes[lane][0]
            self.forget_old()
            if update.id not in self.pending or await self._deliver(client, update):
                self._confirm(update.id, "webhook")
                self._next(lane)
            else:
                self._later(lane)

    def _next(self, lane: object) -> None:
        self._lanes[lane].popleft()
        if self._lanes[lane]:
            self._ready.put_nowait(lane)
        else:
            del self._lanes[lane]

    def _later(self, lane: object) -> None:
        def again() -> None:
            self._ready.put_nowait(lane)
            self._timers.discard(timer)

        timer = asyncio.get_running_loop().call_later(self.delivery.pause_s, again)
        self._timers.add(timer)

    async def _deliver(self, client: httpx.AsyncClient, update: Pending) -> bool:
        copies = 2 if self.delivery.repeats and self._random.random() < self.delivery.repeats else 1
        posts = [self._post(client, update) for _ in range(copies)]
        statuses = await asyncio.gather(*posts)
        return any(200 <= status < 300 for status in statuses)

    async def _post(self, client: httpx.AsyncClient, update: Pending) -> int:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.secret} if self.webhook.secret else {}
        try:
            answer = await client.post(self.webhook.url, json=update.body, headers=headers)
            status = answer.status_code
            self.webhook.error = "" if answer.is_success else f"Wrong response from the webhook: {status}"
        except httpx.HTTPError as error:
            status, self.webhook.error = 0, f"Connection failed: {type(error).__name__}"
        self._handed(update, "webhook", status)
        return status
