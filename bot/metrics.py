"""Numbers for Prometheus: how much came in, went out, waits and fails; never whose."""

from __future__ import annotations

import asyncio
import platform
import re
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from bot.health import free_bytes
from domain.states import OPEN
from storage.database import Database
from storage.gauges import Gauges, Levels

READ_S = 5.0
LOOK_S = 0.5
SHORT_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
CODE = re.compile(r"[a-z][a-z0-9-]{0,23}|\d{3,6}")
CODES_MAX = 60


class Metrics:
    """The numbers of one process; what lies in the database is read when somebody asks.

    ``pushed`` are the channels that are sent to, ``folder`` is where files are kept.
    """

    def __init__(self, database: Database, folder: Path, pushed: Sequence[str], clock: Callable[[], datetime]) -> None:
        self.registry = CollectorRegistry()
        self._database = database
        self._folder = folder
        self._pushed = pushed
        self._clock = clock
        self._codes: set[str] = set()
        here = self.registry
        self._received = Counter("jiangdao_received", "messages taken in", ["channel", "outcome"], registry=here)
        self._refused = Counter("jiangdao_refused", "messages answered by a no", ["channel"], registry=here)
        self._away = Counter(
            "jiangdao_callbacks_refused", "calls of a webhook that were not taken", ["channel", "code"], registry=here
        )
        self._handling = Histogram(
            "jiangdao_handling_seconds", "from arrival to commit", ["channel"], buckets=SHORT_S, registry=here
        )
        self._sent = Counter("jiangdao_sends", "sends that came to an end", ["channel", "outcome"], registry=here)
        self._lag = Histogram("jiangdao_loop_lag_seconds", "how late the loop is", buckets=SHORT_S, registry=here)
        self._levels = Shown(here)
        self._received_as = lru_cache(self._received.labels)
        self._handled_on = lru_cache(self._handling.labels)
        ProcessCollector(registry=here)
        info = Gauge("jiangdao_build_info", "what runs", ["version", "python", "engine"], registry=here)
        info.labels(release(), platform.python_version(), database.engine).set(1)

    def received(self, channel: str, outcome: str, took_s: float) -> None:
        """A message was taken in."""
        self._received_as(channel, outcome).inc()
        self._handled_on(channel).observe(took_s)

    def refused(self, channel: str) -> None:
        """A rule said no."""
        self._refused.labels(channel).inc()

    def turned_away(self, channel: str, code: str) -> None:
        """A call of a webhook was not taken."""
        self._away.labels(channel, self._code(code)).inc()

    def sent(self, channel: str, outcome: str) -> None:
        """A send has come to an end."""
        self._sent.labels(channel, self._code(outcome)).inc()

    def _code(self, outcome: str) -> str:
        """A platform's codes are few and short; whatever else comes is one of «other»."""
        if outcome not in self._codes:
            if len(self._codes) >= CODES_MAX or not CODE.fullmatch(outcome):
                return "other"
            self._codes.add(outcome)
        return outcome

    async def page(self) -> bytes:
        """The text for who scrapes. Without an answer of the database the rest is told, and ``jiangdao_up`` is 0."""
        try:
            async with asyncio.timeout(READ_S):
                levels = await self._database.read(lambda one: Gauges(one).levels(self._pushed, self._clock()))
        except Exception:  # noqa: BLE001  # that it does not answer is what is told
            self._levels.gone()
        else:
            self._levels.show(levels, self._clock())
        self._levels.disk(self._folder)
        return generate_latest(self.registry)

    async def watch(self, stop: asyncio.Event) -> None:
        """Look twice a second until ``stop`` how late the event loop is."""
        while not stop.is_set():
            began = time.monotonic()
            try:
                async with asyncio.timeout(LOOK_S):
                    await stop.wait()
            except TimeoutError:
                self._lag.observe(max(time.monotonic() - began - LOOK_S, 0.0))


class Shown:
    """What is read from the database and the disk at each scrape."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, told: str, *labels: str) -> Gauge:
            return Gauge(f"jiangdao_{name}", told, labels, registry=registry)

        self._up = gauge("up", "whether the database answered")
        self._schema = gauge("schema_number", "the latest migration that was applied")
        self._inbox = gauge("inbox_messages", "messages that failed or were set aside", "state")
        self._dead = gauge("dead_letters", "messages that could not be sent and nobody decided on")
        self._requests = gauge("open_requests", "requests by state", "state")
        self._timer = gauge("timer_overdue_seconds", "how long the oldest due timer waits")
        self._lanes = gauge("outbox_lanes", "chats with something unsent", "channel")
        self._messages = gauge("outbox_messages", "unsent messages, merged ones included", "channel")
        self._oldest = gauge("outbox_oldest_seconds", "age of the oldest unsent message", "channel")
        self._held = gauge("outbox_held_seconds", "how long the platform makes us wait", "channel")
        self._free = gauge("disk_free_bytes", "room where files are kept")

    def gone(self) -> None:
        """The database does not answer."""
        self._up.set(0)

    def disk(self, folder: Path) -> None:
        """Room on the disk; 0 if the folder is not there."""
        try:
            self._free.set(free_bytes(folder))
        except OSError:
            self._free.set(0)

    def show(self, levels: Levels, now: datetime) -> None:
        """All that was read."""
        self._up.set(1)
        self._schema.set(levels.schema)
        self._dead.set(levels.dead)
        self._timer.set(_age_s(levels.timers_due_since, now))
        for state, count in levels.inbox.items():
            self._inbox.labels(state).set(count)
        for state in sorted(OPEN):
            self._requests.labels(state.value).set(levels.requests.get(state.value, 0))
        for channel, backlog in levels.backlogs.items():
            self._lanes.labels(channel).set(backlog.lanes)
            self._messages.labels(channel).set(backlog.messages)
            self._oldest.labels(channel).set(_age_s(backlog.oldest_at, now))
            self._held.labels(channel).set(_age_s(now, backlog.held_until or now))


def _age_s(since: datetime | None, now: datetime) -> float:
    return (now - since).total_seconds() if since else 0.0


def release() -> str:
    """The version that was installed, «source» when it runs from a checkout."""
    try:
        return version("jiangdao")
    except PackageNotFoundError:
        return "source"
