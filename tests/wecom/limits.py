"""How many messages WeCom shows to one person. What is over is dropped, and the answer says nothing of it."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

Window = tuple[int, float]


@dataclass(frozen=True, slots=True)
class Limits:
    """Each is some (count, seconds), sliding; empty for no limit. ``member`` is of the app to one member, ``group`` of
    all groups to one member. ``pulls`` is of sync_msg without a token, ``calls`` of every method in all: these are
    refused aloud."""

    member: tuple[Window, ...] = ((30, 60.0), (1000, 3600.0))
    group: tuple[Window, ...] = ((200, 60.0), (10_000, 86_400.0))
    pulls: tuple[Window, ...] = ((10, 60.0),)
    calls: tuple[Window, ...] = ((10_000, 60.0),)


WECOMS = Limits()
NO_LIMITS = Limits((), (), (), ())


@dataclass
class Meter:
    """What has gone to whom lately."""

    limits: Limits
    now_s: Callable[[], float]
    spent: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def spend(self, scope: str, who: str = "") -> bool:
        """Whether there is room in ``scope``; if so it is less by one."""
        windows: tuple[Window, ...] = getattr(self.limits, scope)
        past, now = self.spent[f"{scope}:{who}"], self.now_s()
        while past and past[0] <= now - max((per_s for _, per_s in windows), default=0.0):
            past.popleft()
        if any(sum(at > now - per_s for at in past) >= count for count, per_s in windows):
            return False
        past.append(now)
        return True
