"""How fast one browser may knock: token buckets in memory, in front of anything that costs."""

from __future__ import annotations

from collections.abc import Callable

KEYS_MAX = 20_000


class Buckets:
    """A bucket of ``per_min`` tokens for each key, refilled evenly; 0 means no limit at all.

    Only a first line against floods: it is forgotten on a restart and not shared between workers.
    """

    def __init__(self, per_min: int, monotonic_s: Callable[[], float]) -> None:
        self._per_min = per_min
        self._now = monotonic_s
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, key: str, times: int = 1) -> bool:
        """Spend a token of ``key``, whose bucket is ``times`` as large; False if none is left."""
        if not self._per_min:
            return True
        now, per_min = self._now(), self._per_min * times
        left, since = self._left.pop(key, (float(per_min), now))
        left = min(per_min, left + (now - since) * per_min / 60)
        self._left[key] = (left - 1 if left >= 1 else left, now)
        self._forget()
        return left >= 1

    def _forget(self) -> None:
        if len(self._left) > KEYS_MAX:
            del self._left[next(iter(self._left))]
