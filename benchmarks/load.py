"""Browsers that write as fast as they are answered, or at a given pace. A process of its own, cheap on purpose.

``python -m benchmarks.load`` reads a pickled ``Job`` and prints the ``Outcome`` as JSON; ``put_load`` does that.
"""

from __future__ import annotations

import asyncio
import gc
import json
import pickle
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import cast

from benchmarks.figures import percentile

DONE = b'{"ok":true}'
GOOD = b"HTTP/1.1 200"
LIMIT_S = 600.0

Post = tuple[bytes, bytes]
"""A request before and after its message's id, which is 24 characters."""


@dataclass(frozen=True, slots=True)
class Job:
    """Each of ``scripts`` is said ``cycles`` times on a connection of its own, to one of ``ports`` in turn.

    ``rate_per_s`` 0 sends the next message when the last is answered. ``twice`` sends each message to every port at
    the same moment.
    """

    ports: tuple[int, ...]
    scripts: tuple[tuple[Post, ...], ...]
    cycles: int
    rate_per_s: float = 0
    twice: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job; ``run`` begins the client's id of each of its messages."""

    messages: int
    seconds: float
    p50_ms: float
    p99_ms: float
    run: str

    @property
    def per_s(self) -> float:
        """Messages in a second."""
        return self.messages / self.seconds


def put_load(job: Job) -> Outcome:
    """Run a job in a process of its own, to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=pickle.dumps(job),
        stdout=subprocess.PIPE,
        timeout=LIMIT_S,
        check=False,
    )
    if done.returncode:
        raise RuntimeError("the load could not be put: see above")
    return Outcome(**json.loads(done.stdout))


class Wire(asyncio.Protocol):
    """One keep-alive connection with one request at a time."""

    def __init__(self, answered: Callable[[], None], failed: Callable[[str], None]) -> None:
        self._answered = answered
        self._failed = failed
        self._got = b""
        self.write: Callable[[bytes], None]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.write = cast(asyncio.Transport, transport).write

    def data_received(self, data: bytes) -> None:
        self._got += data
        if not self._got.startswith(GOOD):
            self._failed(self._got.decode(errors="replace"))
        elif self._got.endswith(DONE):
            self._got = b""
            self._answered()

    def connection_lost(self, exc: Exception | None) -> None:
        self._failed("the server closed the connection")


@dataclass(slots=True)
class Talker:
    """Says a script; ``due`` holds the moments of what must be said now."""

    number: int
    script: Sequence[Post]
    left: int
    paced: bool
    run: Run
    wires: list[Wire] = field(default_factory=list)
    due: deque[float] = field(default_factory=deque)
    said: int = 0
    unanswered: int = 0

    def offer(self, at: float) -> None:
        """Say the next message, now or as soon as the last one is answered."""
        self.due.append(at)
        if not self.unanswered:
            self._send()

    def _send(self) -> None:
        before, after = self.script[self.said % len(self.script)]
        data = b"%b%b%04d%08d%b" % (before, self.run.name, self.number, self.said, after)
        self.said += 1
        self.unanswered = len(self.wires)
        for wire in self.wires:
            wire.write(data)

    def answered(self) -> None:
        """The server has committed what was said last."""
        self.unanswered -= 1
        if self.unanswered:
            return
        now = time.perf_counter()
        self.run.waits_s.append(now - self.due.popleft())
        self.left -= 1
        if not self.left:
            self.run.ended(now)
        elif self.due:
            self._send()
        elif not self.paced:
            self.offer(now)


class Run:
    """One job under way."""

    def __init__(self, job: Job) -> None:
        self.name = b"%012x" % (time.time_ns() // 1000 % 16**12)
        self.waits_s: list[float] = []
        self.job = job
        self.over: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._open = len(job.scripts)

    def ended(self, now: float) -> None:
        """One talker has said all."""
        self._open -= 1
        if not self._open and not self.over.done():
            self.over.set_result(now)

    def failed(self, why: str) -> None:
        """Give up."""
        if not self.over.done():
            self.over.set_exception(RuntimeError(why[:500]))

    async def talkers(self) -> list[Talker]:
        """All of them, connected."""
        loop, job, found = asyncio.get_running_loop(), self.job, []
        for number, script in enumerate(job.scripts):
            talker = Talker(number, script, len(script) * job.cycles, bool(job.rate_per_s), self)
            ports = job.ports if job.twice else (job.ports[number % len(job.ports)],)
            for port in ports:
                answers = partial(Wire, talker.answered, self.failed)
                _, wire = await loop.create_connection(answers, "127.0.0.1", port)
                talker.wires.append(wire)
            found.append(talker)
        return found

    async def put(self) -> Outcome:
        """Say everything."""
        talkers = await self.talkers()
        started = time.perf_counter()
        if self.job.rate_per_s:
            self._pace(talkers, started)
        else:
            for talker in talkers:
                talker.offer(started)
        ended = await asyncio.wait_for(self.over, LIMIT_S)
        waits = self.waits_s
        ms = [1000 * percentile(waits, percent) for percent in (50, 99)]
        return Outcome(len(waits), ended - started, ms[0], ms[1], self.name.decode())

    def _pace(self, talkers: list[Talker], started: float) -> None:
        """One message each 1/rate seconds, whether or not the earlier ones are answered; waits count from then."""
        loop, gap_s = asyncio.get_running_loop(), 1 / self.job.rate_per_s
        total = sum(talker.left for talker in talkers)
        offset = loop.time() - started

        def due(number: int = 0) -> None:
            now = time.perf_counter()
            while number < total and started + number * gap_s <= now:
                talkers[number % len(talkers)].offer(started + number * gap_s)
                number += 1
            if number < total:
                loop.call_at(started + number * gap_s + offset, due, number)

        due()


async def _put(job: Job) -> Outcome:
    return await Run(job).put()


def main() -> None:
    """Read a job, put it, print the outcome."""
    job = pickle.loads(sys.stdin.buffer.read())
    gc.disable()
    import uvloop

    print(json.dumps(asdict(uvloop.run(_put(job)))))


if __name__ == "__main__":
    main()
