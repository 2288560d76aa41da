"""What else the machine does while something is measured: a figure from a busy machine says little."""

from __future__ import annotations

import os
import time
from pathlib import Path


class Company:
    """Counts the processor time that others take, from now on; our own processes count once they have ended."""

    def __init__(self) -> None:
        self._since = time.perf_counter()
        self._busy_s = busy_s()
        self._own_s = own_s()

    def said(self) -> str:
        """«12 s; others took 3 % of the machine»."""
        wall_s = time.perf_counter() - self._since
        others_s = max(0.0, busy_s() - self._busy_s - (own_s() - self._own_s))
        return f"{wall_s:.0f} s; others took {100 * others_s / wall_s / (os.cpu_count() or 1):.0f} % of the machine"


def busy_s() -> float:
    """Processor seconds of all processes since the machine has started."""
    ticks = [int(count) for count in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")


def own_s() -> float:
    """Processor seconds of this process and of its children that have ended."""
    return sum(os.times()[:4])
