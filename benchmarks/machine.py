"""What else the machine does while something is measured: a figure from a busy machine says little."""

from __future__ import annotations

import os
import time
from pathlib import Path


class Company:
    """Counts the processor time that others take, from now on; our own processes count once they have ended.

    A yardstick, the same piece of work each time, shows how fast the processor is before and after: that of a
    virtual machine is not always the same.
    """

    def __init__(self) -> None:
        self._since = time.perf_counter()
        self._busy_s = busy_s()
        self._own_s = own_s()
        self._yardstick_ms = yardstick_ms()

    def said(self) -> str:
        """«12 s; others took 3 % of the machine; yardstick 20 and 21 ms»."""
        wall_s = time.perf_counter() - self._since
        others_s = max(0.0, busy_s() - self._busy_s - (own_s() - self._own_s))
        share = 100 * others_s / wall_s / (os.cpu_count() or 1)
        yardsticks = f"yardstick {self._yardstick_ms:.0f} and {yardstick_ms():.0f} ms"
        return f"{wall_s:.0f} s; others took {share:.0f} % of the machine; {yardsticks}"


def yardstick_ms() -> float:
    """Processor time of a fixed piece of work: small objects, texts and dicts, as everywhere in the product."""
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        kept = {f"key {number}": {"number": number, "half": number // 2} for number in range(20_000)}
        sum(len(key) + one["number"] for key, one in kept.items())
        best = min(best, time.process_time() - started)
    return best * 1000


def busy_s() -> float:
    """Processor seconds of all processes since the machine has started."""
    ticks = [int(count) for count in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")


def own_s() -> float:
    """Processor seconds of this process and of its children that have ended."""
    return sum(os.times()[:4])
