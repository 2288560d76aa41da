"""What a platform calls us with, and what becomes of our answer when it has hung up."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.types import Message

from bot.web import called
from bot.webhooks import Answer, Call

BODY: Message = {"type": "http.request", "body": b"said", "more_body": False}
HUNG_UP: Message = {"type": "http.disconnect"}
SCOPE = {"type": "http", "method": "POST", "path": "/here", "query_string": b"", "headers": []}


class Hook:
    """A webhook that remembers what it was told, and whether its answer went out."""

    methods = ("POST",)
    bytes_max = 100

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.gone = 0

    def admits(self, call: Call) -> bool:
        return True

    async def take(self, call: Call, body: bytes) -> Answer:
        self.taken.append(body)
        return Answer(200, b"words", after=self._after)

    async def _after(self) -> None:
        self.gone += 1


async def serve(hook: Hook, *messages: Message) -> int:
    """Call it as a server does, which says that the caller has hung up when there is no more to read; the status."""
    left, sent = [*messages], []

    async def receive() -> Message:
        if left:
            return left.pop(0)
        await forever()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    response = await called(hook, Request(SCOPE, receive))
    await response(SCOPE, receive, send)
    return int(sent[0]["status"])


async def forever() -> None:
    await asyncio.Event().wait()


async def test_an_answer_counts_only_for_who_still_listens() -> None:
    """What was answered to somebody who has hung up stays owed; for anybody else it counts once it was sent."""
    hook = Hook()
    assert await serve(hook, BODY, HUNG_UP) == 200
    assert (hook.taken, hook.gone) == ([b"said"], 0)
    assert await serve(hook, BODY) == 200
    assert (hook.taken, hook.gone) == ([b"said", b"said"], 1)


async def test_half_a_call_is_none() -> None:
    """Who hangs up in the middle of what they say is not heard, and that is no fault of ours."""
    hook = Hook()
    half: dict[str, Any] = {"type": "http.request", "body": b"sa", "more_body": True}
    assert await serve(hook, half, HUNG_UP) == 408
    assert hook.taken == []
