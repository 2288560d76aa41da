"""Callbacks on their way to the bot: sealed, three attempts of five seconds, then never again."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from tests.tencent import Seal, Unsealed, xml
from tests.wecom.journal import Journal

DONE = (b"", b"success")


@dataclass
class Delivery:
    """How the platform behaves towards a webhook, in real seconds. ``ordered`` keeps the order of one person's
    callbacks while they are taken; ``repeats`` is the chance that one is posted twice at the same time."""

    answer_max_s: float = 5.0
    pause_s: float = 0.05
    attempts: int = 3
    ordered: bool = True
    repeats: float = 0.0
    seed: int = 0


@dataclass
class Callback:
    """One thing that is to be told; ``lane`` is whose it is."""

    id: str
    fields: Mapping[str, Any]
    lane: str


class Courier:
    """One address of the bot's. ``name`` is «wecom» or «wecomkf»; ``agent_id`` None for customer service."""

    def __init__(
        self,
        name: str,
        seal: Seal,
        agent_id: int | None,
        journal: Journal,
        clock: Callable[[], datetime],
        delivery: Delivery,
    ) -> None:
        self.name, self.seal, self.agent_id = name, seal, agent_id
        self.journal, self.clock, self.delivery = journal, clock, delivery
        self.url = ""
        self.pending: set[str] = set()
        self._lanes: dict[str, deque[Callback]] = defaultdict(deque)
        self._tasks: set[asyncio.Task[None]] = set()
        self._random = random.Random(delivery.seed)
        self._count = 0
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Courier:
        limits = httpx.Limits(max_connections=None)
        self._client = httpx.AsyncClient(timeout=self.delivery.answer_max_s, limits=limits, trust_env=False)
        return self

    async def __aexit__(self, *args: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client:
            await self._client.aclose()

    # ---- from the console

    async def verify(self, url: str) -> str:
        """What the console does before it takes an address: ask for the echo. Empty if all is well, else why not."""
        echo = f"{self._random.getrandbits(60)}"
        sealed = self.seal.encrypt(echo)
        try:
            answer = await self._http.get(url, params={**self._query(sealed), "echostr": sealed})
        except httpx.HTTPError as error:
            return type(error).__name__
        if not answer.is_success:
            return f"status {answer.status_code}"
        if answer.text != echo:
            return "wrong echo"
        self.url = url
        return ""

    # ---- what happens

    def tell(self, fields: Mapping[str, Any], lane: str, **facts: Any) -> str:
        """Something has happened; its id in the journal."""
        self._count += 1
        callback = Callback(f"{self.name}-{self._count}", fields, lane)
        self.journal.write("made", id=callback.id, hook=self.name, who=lane, **facts)
        if not self.url:
            self.journal.write("lost", id=callback.id, hook=self.name)
            return callback.id
        self.pending.add(callback.id)
        queue = self._lanes[lane if self.delivery.ordered else callback.id]
        queue.append(callback)
        if len(queue) == 1:
            task = asyncio.create_task(self._carry(queue))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return callback.id

    def envelope(self, fields: Mapping[str, Any]) -> tuple[dict[str, str], str]:
        """Query and body of what is posted for these fields."""
        sealed = self.seal.encrypt(xml(dict(fields)))
        agent = {"AgentID": str(self.agent_id)} if self.agent_id is not None else {}
        return self._query(sealed), xml({"ToUserName": self.seal.owner, **agent, "Encrypt": sealed})

    async def _carry(self, queue: deque[Callback]) -> None:
        while queue:
            callback = queue[0]
            taken = await self._deliver(callback)
            self.journal.write("confirmed" if taken else "lost", id=callback.id, hook=self.name)
            self.pending.discard(callback.id)
            queue.popleft()

    async def _deliver(self, callback: Callback) -> bool:
        for attempt in range(1, self.delivery.attempts + 1):
            twice = self.delivery.repeats and self._random.random() < self.delivery.repeats
            copies = [self._post(callback, attempt) for _ in range(2 if twice else 1)]
            if any(await asyncio.gather(*copies)):
                return True
            await asyncio.sleep(self.delivery.pause_s)
        return False

    async def _post(self, callback: Callback, attempt: int) -> bool:
        query, body = self.envelope(callback.fields)
        status, content = 0, b""
        try:
            async with asyncio.timeout(self.delivery.answer_max_s):
                answer = await self._http.post(
                    self.url, params=query, content=body.encode(), headers={"content-type": "text/xml"}
                )
            status, content = answer.status_code, answer.content
        except (httpx.HTTPError, TimeoutError):
            pass
        self.journal.write("delivered", id=callback.id, hook=self.name, attempt=attempt, status=status)
        return status == 200 and self._understood(content)

    def _understood(self, content: bytes) -> bool:
        """Whether the answer is one: nothing, «success», or a sealed message."""
        if content in DONE:
            return True
        try:
            self.seal.opened(content.decode())
        except (Unsealed, UnicodeDecodeError):
            self.journal.write("violation", what="answer to a callback is not sealed", method=self.name)
            return False
        return True

    def _query(self, sealed: str) -> dict[str, str]:
        nonce = f"{self._random.getrandbits(32)}"
        return self.seal.query(sealed, str(int(self.clock().timestamp())), nonce)

    @property
    def _http(self) -> httpx.AsyncClient:
        assert self._client, "the fake is not open"
        return self._client
