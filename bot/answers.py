"""Answers in place: what a platform takes as the answer to what it delivered, at no cost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.post import Post, keep, tally, words
from domain.chat import Message, Raw
from storage.handing import Handed
from storage.store import Store

Receive = Callable[[Raw], Awaitable[Handed | None]]


@dataclass(frozen=True, slots=True)
class Given:
    """The answer in words. Who got it says whether it was given; if nobody does, it is sent like any other message
    when its lease ends."""

    message: Message
    _post: Post
    _handed: Handed

    async def settle(self) -> None:
        """It was given. Twice is once; raises nothing but a cancellation."""
        now, handed = self._post.clock(), self._handed
        if handed.settled:
            return
        if await keep(self._post, handed.claimed, lambda each: Store(each).handing.settle(handed, now)):
            tally(self._post, handed.claimed, "answered")

    async def release(self) -> None:
        """It was not given, and is sent at once like any other message. Raises nothing but a cancellation."""
        now, handed = self._post.clock(), self._handed
        if not handed.settled:
            await keep(self._post, handed.claimed, lambda each: Store(each).handing.release(handed, now))


class Answers:
    """The pipeline, for channels whose platform waits for an answer.

    ``receive`` is the pipeline's own, and ``post`` what a message needs to be put into words.
    """

    def __init__(self, receive: Receive, post: Post) -> None:
        self._receive = receive
        self._post = post

    async def receive(self, raw: Raw) -> Given | None:
        """Store and handle a message; its answer once all is durable, None if there is none or it goes another way.

        The same message again has the same answer, in the words of now. Raises what the pipeline raises.
        """
        handed = await self._receive(raw)
        if handed is None:
            return None
        return Given(words(self._post, handed.claimed), self._post, handed)
