"""A platform that forgives nothing: it counts every call that comes too early or is one too many."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count

from domain.channel import Rate
from domain.chat import Inbound, Message, Raw
from domain.errors import SendFailed, Throttled

TELEGRAM = (Rate("all", 30, 1.0), Rate("chat", 1, 1.0), Rate("group", 20, 60.0))
EPSILON_S = 1e-6  # the loop's clock is a float
GROUP = "group"


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the platform took, at seconds of the virtual clock."""

    at_s: float
    chat: str
    id: str
    text: str
    external: str
    edits: str


@dataclass(eq=False)
class Strict:
    """A chat whose name starts with «group» is one. A call takes ``latency_s``, is one of ``rates``' messages (an
    album: as many as it has files), and is refused with a 429 by ``chance`` once in ``throttles`` calls; every tenth
    of these is for everyone. From the moment it has said so, a call before the end of the pause is an early one.
    """

    name: str = "fake"
    rates: tuple[Rate, ...] = TELEGRAM
    pulled: bool = False
    latency_s: float = 0.05
    throttles: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    sent: list[Sent] = field(default_factory=list)
    calls: list[tuple[float, str]] = field(default_factory=list)
    accepted: int = 0
    refused: int = 0
    early: int = 0
    over: int = 0
    pauses: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    broken: dict[str, SendFailed] = field(default_factory=dict)
    hanging: set[str] = field(default_factory=set)
    down: SendFailed | None = None
    probes: int = 0
    _latest: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(lambda: deque(maxlen=30)))
    _names: count = field(default_factory=lambda: count(1))

    def parse(self, raw: Raw) -> Inbound | None:
        return None

    async def send(self, message: Message) -> str:
        return await self._take(message, "")

    async def edit(self, external: str, message: Message) -> str:
        return await self._take(message, external)

    async def _take(self, message: Message, edits: str) -> str:
        chat, now_s = message.to.chat, asyncio.get_running_loop().time()
        self.calls.append((now_s, chat))
        self._judge(chat, now_s, 1 if edits else max(1, len(message.files)))
        asked = self._asks(chat)
        if chat in self.hanging:
            await asyncio.Event().wait()
        await asyncio.sleep(self.latency_s)
        if asked:
            raise self._refuse(chat, asked)
        if failure := self.down or self.broken.get(chat):
            raise failure
        return self._accept(message, edits)

    def _judge(self, chat: str, now_s: float, messages: int) -> None:
        if any(start < now_s < end - EPSILON_S for scope in ("*", chat) for start, end in self.pauses[scope][-3:]):
            self.early += 1
        for rate in self.rates:
            if rate.scope == "group" and not chat.startswith(GROUP):
                continue
            scope = rate.scope if rate.scope == "all" else f"{rate.scope}:{chat}"
            latest = self._latest[scope]
            for _ in range(1 if rate.scope == "chat" else messages):
                latest.append(now_s)
                if len(latest) > rate.count and now_s - latest[-rate.count - 1] < rate.per_s - EPSILON_S:
                    self.over += 1

    def _asks(self, chat: str) -> Throttled | None:
        if not self.throttles or self.chance.random() * self.throttles >= 1:
            return None
        everyone = self.chance.random() < 0.1
        return Throttled("429", self.chance.choice([0.3, 1, 2.1, 5, 5, 9] if everyone else [0.5, 3, 12, 35]), everyone)

    def _refuse(self, chat: str, asked: Throttled) -> Throttled:
        now_s, scope = asyncio.get_running_loop().time(), "*" if asked.everyone else chat
        self.refused += 1
        self.pauses[scope].append((now_s, now_s + asked.retry_after_s))
        return asked

    def _accept(self, message: Message, edits: str) -> str:
        self.accepted += 1
        external = edits or str(next(self._names))
        text = "\n".join(text for _, text in message.lines)
        self.sent.append(Sent(asyncio.get_running_loop().time(), message.to.chat, message.id, text, external, edits))
        return external


def soonest_s(rates: Sequence[Rate], pauses: Iterable[tuple[float, float]], count: int) -> float:
    """When the last of so many messages could go at the soonest, if all of them waited from the beginning."""
    times: list[float] = []
    pauses = sorted(pauses)
    for _ in range(count):
        free_s = [times[-rate.count] + rate.per_s for rate in rates if len(times) >= rate.count]
        at_s = max([*times[-1:], *free_s], default=0.0)
        for start_s, end_s in pauses:
            at_s = end_s if start_s <= at_s < end_s else at_s
        times.append(at_s)
    return times[-1]


class Probed(Strict):
    """One that can be asked whether it is back."""

    async def probe(self) -> None:
        self.probes += 1
        await asyncio.sleep(self.latency_s)
        if self.down:
            raise self.down
