"""Dangers that somebody tells of after they have reported, or without a report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.channel import Rate
from domain.chat import Kind, Line, Text
from domain.company import Company
from domain.people import INSIDE
from domain.requests import Request
from handlers.turn import Turn
from storage.store import Store

AID_AGAIN = timedelta(minutes=15)
AIDED = (Rate("all", 1, AID_AGAIN.total_seconds()),)
"""Who writes in haste reads the same first aid once within that time."""

PAGE_AGAIN = timedelta(hours=24)
"""A kind of danger that was not named for so long is new again."""


@dataclass(frozen=True, slots=True)
class Dangers:
    """What is named in one message about a request, each the worst first.

    ``fresh`` are the kinds of which nobody was told yet, ``aid`` those whose first aid is given, ``worst`` is the
    request's from now on.
    """

    fresh: tuple[str, ...]
    aid: tuple[str, ...]
    worst: str

    def changes(self, request: Request) -> dict[str, Any]:
        """What they change of the request; nothing if it is as dangerous already."""
        if self.worst == request.danger:
            return {}
        return {"danger": self.worst, "severity": 3, "escalation": max(request.escalation, 1)}

    def advice(self) -> list[Line]:
        """First aid."""
        return [advice(danger) for danger in self.aid]


async def named(turn: Turn, store: Store, request: Request, said: str) -> Dangers:
    """Which dangers these words name, and what is new about that."""
    found = turn.world.understanding.understand(said, turn.now).dangers
    if not found:
        return Dangers((), (), request.danger)
    before = await _before(turn, store, request)

    def since(pause: timedelta) -> tuple[str, ...]:
        return tuple(one for one in found if one not in before or turn.now - before[one] >= pause)

    return Dangers(since(PAGE_AGAIN), since(AID_AGAIN), _worst(turn.company, (request.danger, *found)))


async def _before(turn: Turn, store: Store, request: Request) -> dict[str, datetime]:
    """The dangers that were named before, each with when it was last."""
    read = turn.world.understanding.understand
    filed = request.created_at or turn.now
    last = dict.fromkeys((request.danger, *read(request.description, turn.now).dangers), filed)
    for event in await store.requests.events(request.id, INSIDE, actions=("supplement",)):
        last |= dict.fromkeys(read(event.reason, turn.now).dangers, event.at)
    return last


def _worst(company: Company, some: Iterable[str]) -> str:
    """The company lists the worst first; one that it does not know any more is the least."""
    order = [danger.code for danger in company.dangers]
    return min((one for one in some if one), key=lambda one: order.index(one) if one in order else len(order))


def advice(danger: str) -> Line:
    """First aid."""
    return Line(Text(f"danger-{danger}-advice"), Kind.ALERT)


async def aid(turn: Turn, store: Store, found: Sequence[str]) -> list[Line]:
    """First aid for who has no request, each kind once in a while."""
    scopes = {danger: f"aid:{turn.person.id}:{danger}" for danger in found}
    return [advice(one) for one in found if await store.paces.take([scopes[one]], AIDED, turn.now) == 0]
