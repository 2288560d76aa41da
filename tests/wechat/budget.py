"""What the platform still takes for a person, counted from what they did and what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.wechat.errors import Refusal


@dataclass(frozen=True, slots=True)
class Window:
    """So many messages in so many seconds after an act."""

    count: int
    lasts_s: float


WINDOWS: Mapping[str, Window] = {"message": Window(5, 48 * 3600), "touch": Window(3, 60)}
NONE: Mapping[str, Window] = {"message": Window(1_000_000, 10 * 365 * 86400)}


@dataclass
class Left:
    """Of one act; ``until`` is not included."""

    count: int
    until: datetime


@dataclass
class Budget:
    """Of one person. A new act of a kind opens its window anew; the two kinds stand beside one another."""

    windows: Mapping[str, Window]
    opened: dict[str, Left] = field(default_factory=dict)

    def open(self, act: str, at: datetime) -> None:
        if act in self.windows:
            window = self.windows[act]
            self.opened[act] = Left(window.count, at + timedelta(seconds=window.lasts_s))

    def shut(self) -> None:
        """They have left: whatever was open is not any more."""
        self.opened.clear()

    def spend(self, at: datetime) -> str:
        """Take one from the window that ends soonest; which it was.

        Raises:
            Refusal: none is open, or all that are open are used up.
        """
        running = self._running(at)
        if not running:
            raise Refusal("window")
        for act in sorted(running, key=lambda act: running[act].until):
            if running[act].count:
                running[act].count -= 1
                return act
        raise Refusal("count")

    def left(self, at: datetime) -> dict[str, int]:
        """How many of each kind may still be sent now."""
        running = self._running(at)
        return {act: running[act].count if act in running else 0 for act in self.windows}

    def _running(self, at: datetime) -> dict[str, Left]:
        return {act: left for act, left in self.opened.items() if at < left.until}
