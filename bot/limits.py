"""When to try again: pauses after a failure, and a channel that is down for everyone.

What a platform allows is spent where messages are claimed, in ``storage.lanes``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_PAUSE_S = 2.0
PAUSE_MAX_S = 7200.0
FAILURES_MAX = 3
REST_S = 5.0
REST_MAX_S = 60.0

Chance = Callable[[], float]


def pause_s(tries: int, chance: Chance) -> float:
    """How long to wait after so many failed tries (from 1): 2 s, 8 s, 32 s … two hours, less up to a half by chance.

    ``chance`` gives a number from 0 to 1.
    """
    longest: float = min(FIRST_PAUSE_S * 4 ** min(tries - 1, 10), PAUSE_MAX_S)
    return longest * (1 - chance() / 2)


@dataclass(slots=True)
class Breaker:
    """Whether a channel answers at all. After some failures in a row it rests, then lets one message probe.

    A failure says something about its message only if the channel is known to work: not before it has answered for
    the first time, and not while it rests or is probed. ``held_until`` is the end of a pause that the platform asked
    everyone for; the claim keeps it too, but what was claimed a moment earlier learns of it here. ``hushed_until`` is
    the end of one that holds for notices alone.
    """

    failures: int = 0
    rests_until: datetime | None = None
    held_until: datetime | None = None
    works: bool = False
    hushed_until: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether the channel counts as down."""
        return self.rests_until is not None

    @property
    def blames(self) -> bool:
        """Whether a failure now is one of the message."""
        return self.works and not self.open

    def rests(self, now: datetime) -> bool:
        """Whether nothing may be tried yet. A rest that is too long was taken by a clock that was set back since."""
        return self.rests_until is not None and now < self.rests_until <= now + timedelta(seconds=REST_MAX_S)

    def held_s(self, now: datetime) -> float:
        """How long nothing may be sent, because the platform asked for it; 0 for at once."""
        return max((self.held_until - now).total_seconds(), 0.0) if self.held_until else 0.0

    def hold(self, until: datetime) -> None:
        """The platform asks everyone to wait; a later moment that it named before stands."""
        self.held_until = max(until, self.held_until or until)

    def hush(self, until: datetime) -> None:
        """The platform takes no notice before that; other messages it does."""
        self.hushed_until = max(until, self.hushed_until or until)

    def quiet_s(self, now: datetime) -> float:
        """How long no notice may be sent; 0 for at once."""
        return max((self.hushed_until - now).total_seconds(), 0.0) if self.hushed_until else 0.0

    def answered(self) -> None:
        """The platform took a message, or said no to it."""
        self.failures = 0
        self.rests_until = None
        self.works = True

    def failed(self, now: datetime, chance: Chance) -> None:
        """The platform did not answer as it should."""
        self.failures += 1
        if self.failures >= FAILURES_MAX:
            rest_s = min(REST_S * 2 ** min(self.failures - FAILURES_MAX, 10), REST_MAX_S)
            self.rests_until = now + timedelta(seconds=rest_s * (1 - chance() / 2))
