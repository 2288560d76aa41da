"""What is measured, what is aimed at, and how it is printed."""

from __future__ import annotations

import math
import statistics
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Aim:
    """One line of the table: ``least`` and ``most`` bound the figure, None for no bound."""

    key: str
    label: str
    unit: str
    least: float | None = None
    most: float | None = None

    def said(self) -> str:
        """The bound as it is printed."""
        if self.least is not None:
            return f"≥ {self.least:g} {self.unit}"
        return f"≤ {self.most:g} {self.unit}" if self.most is not None else "—"

    def reached(self, value: float) -> bool:
        """Whether a figure lies within the bound."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def met(self, value: float) -> str:
        """The same as it is printed; a figure without a bound cannot miss it."""
        if self.least is None and self.most is None:
            return "—"
        return "yes" if self.reached(value) else "NO"


AIMS = (
    Aim("path_32", "HTTP → commit → 200, SQLite, 32 connections", "F", least=0.8),
    Aim("path_1", "the same, 1 connection", "F", least=0.25),
    Aim("path_slow", "the same, 32 connections, each fsync 1 ms slower", "F", least=5),
    Aim("cpu_sqlite", "CPU of the process for a message, SQLite", "µs", most=300),
    Aim("undecided_32", "the same statements, nothing decided: 32 connections", "F"),
    Aim("undecided_1", "nothing decided, 1 connection", "F"),
    Aim("undecided_slow", "nothing decided, 32, each fsync 1 ms slower", "F"),
    Aim("undecided_cpu_sqlite", "nothing decided, CPU for a message, SQLite", "µs"),
    Aim("undecided_cpu_postgres", "nothing decided, CPU for a message, PostgreSQL", "µs"),
    Aim("cpu_postgres", "CPU of the process for a message, PostgreSQL", "µs", most=450),
    Aim("engine_postgres", "PostgreSQL engine, 8 connections, over bare asyncpg", "×", least=0.9),
    Aim("workers_postgres", "PostgreSQL, 2 workers over 1 on the same cores", "×", least=1.0),
    Aim("faults_postgres", "out of order, lost or doubled with 2 workers", "faults", most=0),
    Aim("p99_sqlite", "p99 of acknowledgement, open loop, SQLite", "ms", most=15),
    Aim("p99_postgres", "p99 of acknowledgement, open loop, PostgreSQL", "ms", most=15),
    Aim("telegram", "Telegram webhook → commit → 200 over reading it alone", "×"),
    Aim("wechat_cpu", "CPU of a WeChat callback over wechatpy's bare cycle", "×"),
    Aim("wechat_p99", "p99 of its answer at 200/s (the platform waits 5 s)", "ms", most=1000),
    Aim("memory_rest", "resident memory at rest", "MB", most=100),
    Aim("memory_growth", "growth of resident memory", "MB", most=10),
    Aim("large_cost", "cost of a message in the large store over the small", "×", most=1.25),
    Aim("large_queue", "p99 of the queue in the large store", "ms", most=5),
    Aim("large_find", "p99 of a search in the large store", "ms", most=5),
    Aim("large_counts", "p99 of the counts in the large store", "ms", most=5),
    Aim("large_mine", "p99 of a homeowner's requests in the large store", "ms", most=5),
    Aim("large_jobs", "p99 of an installer's jobs in the large store", "ms", most=5),
    Aim("bank_passbook", "CPU of a page of the passbook, in words, p99", "ms", most=20),
    Aim("bank_why", "CPU of why of one line, with all that led to it, p99", "ms", most=20),
    Aim("bank_leaderboard", "CPU of the leaderboards of month and year, p99", "ms", most=20),
    Aim("bank_proof", "CPU of the proof of the whole ledger", "s"),
    Aim("start", "start to first answer, existing data", "s", most=1.5),
)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured. A cycle is six messages on each connection."""

    rounds: int = 7
    cycles_32: int = 10
    cycles_1: int = 100
    cycles_slow: int = 4
    open_rate_per_s: float = 1000
    open_s: float = 3
    callbacks_per_s: float = 200
    callbacks_s: float = 5
    memory_messages: int = 100_000
    requests: int = 1_000_000
    events: int = 5_000_000
    list_calls: int = 500
    savers: int = 100_000
    starts: int = 7


QUICK = Sizes(
    rounds=1,
    cycles_32=1,
    cycles_1=5,
    cycles_slow=1,
    open_rate_per_s=100,
    open_s=1,
    callbacks_per_s=50,
    callbacks_s=1,
    memory_messages=400,
    requests=2000,
    events=10_000,
    list_calls=20,
    savers=500,
    starts=1,
)


@dataclass(slots=True)
class Board:
    """Collects figures and prints each as soon as it is known."""

    said: dict[str, str] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)

    def add(self, key: str, value: float, note: str = "") -> None:
        """A measured figure."""
        aim = next(aim for aim in AIMS if aim.key == key)
        if not aim.reached(value):
            self.missed.append(key)
        shown = f"{value:.3g}" if value < 1000 else f"{value:.0f}"
        self._say(aim, f"{shown} {aim.unit}", aim.met(value), note)

    def absent(self, key: str, why: str) -> None:
        """A figure that cannot be measured here."""
        self._say(next(aim for aim in AIMS if aim.key == key), "not measured", "—", why)

    def _say(self, aim: Aim, value: str, reached: str, note: str) -> None:
        cells = (padded(aim.label, 52), padded(value, 13), padded(aim.said(), 11), padded(reached, 4), note)
        self.said[aim.key] = "  ".join(cells).rstrip()
        print(self.said[aim.key], flush=True)


def heading() -> str:
    """The names of the columns."""
    cells = (padded("figure", 52), padded("measured", 13), padded("aim", 11), padded("met", 4), "how it came about")
    return "  ".join(cells)


def padded(text: str, width: int) -> str:
    """The text, filled with spaces to a width of so many cells."""
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return text + " " * max(0, width - wide - len(text))


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many per cent do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def ratios(values: Sequence[float], floors: Sequence[float]) -> float:
    """The median of each round's value over the floor of the same round."""
    return median([value / floor for value, floor in zip(values, floors, strict=True)])
