"""What a platform calls us with, and what it hears."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Call:
    """What a platform calls us with, before its body is read: «GET» or «POST», the query, the headers."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


async def nothing_more() -> None:
    """There is nothing to do after an answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform hears. ``after`` is called once it has been sent."""

    status: int
    body: bytes = b""
    media_type: str = "text/plain"
    after: Callable[[], Awaitable[None]] = nothing_more


class Webhook(Protocol):
    """Where a platform posts what happens there."""

    @property
    def methods(self) -> tuple[str, ...]:
        """How it calls: «POST», and «GET» where it first asks who we are."""

    @property
    def bytes_max(self) -> int:
        """How long its body may be."""

    def admits(self, call: Call) -> bool:
        """Whether it may be the platform that calls, as far as can be known without the body."""

    async def take(self, call: Call, body: bytes) -> Answer:
        """Take what was posted: 200 once it is committed."""
