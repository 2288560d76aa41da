"""``python -m benchmarks``: every figure with its aim, as ratios to a floor that is measured in the same run."""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.bank import measure_bank
from benchmarks.figures import QUICK, Board, Sizes, heading
from benchmarks.large import measure_large
from benchmarks.machine import Company
from benchmarks.memory import measure_memory
from benchmarks.moments import measure_latency, measure_start
from benchmarks.path import measure_path, measure_slow_path
from benchmarks.postgres import measure_engine, measure_workers
from benchmarks.scene import CHATS, Scene, Visitor, build, postgres, visitors
from benchmarks.telegram import measure_telegram
from benchmarks.undecided import measure_undecided, measure_undecided_postgres
from benchmarks.wechat import measure_wechat

Groups = Mapping[str, tuple[Callable[[Scene, Sizes, Board], None], tuple[str, ...]]]
"""What is measured together, and the keys of its figures."""

ON_SQLITE: Groups = {
    "path": (measure_path, ("path_32", "path_1", "cpu_sqlite")),
    "slow": (measure_slow_path, ("path_slow",)),
    "undecided": (
        measure_undecided,
        ("undecided_32", "undecided_1", "undecided_cpu_sqlite", "undecided_slow"),
    ),
    "latency": (partial(measure_latency, key="p99_sqlite"), ("p99_sqlite",)),
    "telegram": (measure_telegram, ("telegram",)),
    "wechat": (measure_wechat, ("wechat_cpu", "wechat_p99")),
    "start": (measure_start, ("start",)),
    "memory": (measure_memory, ("memory_rest", "memory_growth")),
    "bank": (measure_bank, ("bank_passbook", "bank_why", "bank_leaderboard", "bank_proof")),
    "large": (measure_large, ("large_cost", "large_queue", "large_find", "large_counts", "large_mine", "large_jobs")),
}
ON_POSTGRES: Groups = {
    "engine": (measure_engine, ("engine_postgres",)),
    "workers": (measure_workers, ("cpu_postgres", "workers_postgres", "faults_postgres")),
    "undecided-postgres": (measure_undecided_postgres, ("undecided_cpu_postgres",)),
    "latency-postgres": (partial(measure_latency, key="p99_postgres"), ("p99_postgres",)),
}


def main(given: Sequence[str] | None = None) -> int:
    """Measure and print; 0 if every figure could be measured, whatever it was."""
    options = parser().parse_args(given)
    sizes = replace(QUICK if options.quick else Sizes(), **_sizes(options))
    chosen = options.only or [*ON_SQLITE, *ON_POSTGRES]
    board = Board()
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    print(f"{versions}, {os.cpu_count()} cores, {sizes.rounds} rounds")
    print(heading(), flush=True)
    with tempfile.TemporaryDirectory(prefix="jiangdao-bench-", dir=options.folder) as folder:
        measure(Path(folder), chosen, sizes, board)
    print(f"{len(board.said)} figures, {len(board.missed)} short of their aim: {' '.join(board.missed) or 'none'}")
    return 0


def measure(folder: Path, chosen: Sequence[str], sizes: Sizes, board: Board) -> None:
    """The chosen groups, those over SQLite first."""
    people = visitors(folder, CHATS * 3)
    _over(lambda: f"sqlite:///{folder}/scene.db", folder, people, _chosen(ON_SQLITE, chosen), sizes, board)
    with ExitStack() as stack:
        server = postgres(folder)
        _over(lambda: stack.enter_context(server), folder, people, _chosen(ON_POSTGRES, chosen), sizes, board)


def _chosen(groups: Groups, chosen: Sequence[str]) -> Groups:
    return {name: group for name, group in groups.items() if name in chosen}


def _over(
    url: Callable[[], str], folder: Path, people: list[Visitor], groups: Groups, sizes: Sizes, board: Board
) -> None:
    """Groups over one database. A fault in a group costs its own figures only."""
    scene: Scene | None = None
    for name, (group, keys) in groups.items():
        company = Company()
        try:
            scene = scene or build(folder, url(), people)
            group(scene, sizes, board)
        except Exception as fault:
            for key in keys:
                if key not in board.said:
                    board.absent(key, f"{type(fault).__name__}: {fault}"[:200])
        print(f"    {name}: {company.said()}", flush=True)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m benchmarks")
    top.add_argument("--quick", action="store_true", help="a minute instead of some fifteen: the figures mean little")
    top.add_argument("--only", nargs="+", choices=[*ON_SQLITE, *ON_POSTGRES], help="some groups of figures")
    top.add_argument("--folder", default=None, help="where databases are made; the disk under it is what is measured")
    for name, kind in SIZES.items():
        top.add_argument(f"--{name.replace('_', '-')}", type=kind, default=None)
    return top


SIZES: dict[str, Callable[[str], float]] = {
    "rounds": int,
    "requests": int,
    "events": int,
    "memory_messages": int,
    "open_rate_per_s": float,
    "open_s": float,
    "callbacks_per_s": float,
    "callbacks_s": float,
}


def _sizes(options: argparse.Namespace) -> dict[str, Any]:
    return {name: getattr(options, name) for name in SIZES if getattr(options, name) is not None}


if __name__ == "__main__":
    sys.exit(main())
