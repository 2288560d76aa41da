"""``python -m benchmarks``: every figure with its aim, as ratios to a floor that is measured in the same run."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks.figures import AIMS, QUICK, Board, Sizes, heading
from benchmarks.large import measure_large
from benchmarks.memory import measure_memory
from benchmarks.moments import measure_latency, measure_start
from benchmarks.path import measure_path, measure_slow_path
from benchmarks.postgres import measure_engine, measure_workers
from benchmarks.scene import CHATS, Scene, build, postgres, visitors

Group = Callable[[Scene, Sizes, Board], None]

ON_SQLITE: dict[str, tuple[Group, tuple[str, ...]]] = {
    "path": (measure_path, ("path_32", "path_1", "cpu_sqlite")),
    "slow": (measure_slow_path, ("path_slow",)),
    "latency": (partial(measure_latency, key="p99_sqlite"), ("p99_sqlite",)),
    "start": (measure_start, ("start",)),
    "memory": (measure_memory, ("memory_rest", "memory_growth")),
    "large": (measure_large, ("large_cost", "large_queue", "large_find", "large_counts", "large_mine", "large_jobs")),
}
ON_POSTGRES: dict[str, tuple[Group, tuple[str, ...]]] = {
    "engine": (measure_engine, ("engine_postgres",)),
    "workers": (measure_workers, ("cpu_postgres", "workers_postgres", "faults_postgres")),
    "latency-postgres": (partial(measure_latency, key="p99_postgres"), ("p99_postgres",)),
}


def main(given: Sequence[str] | None = None) -> int:
    """Measure and print; 0 if every figure could be measured, whatever it was."""
    options = parser().parse_args(given)
    sizes = replace(QUICK if options.quick else Sizes(), **{k: v for k, v in _sizes(options).items() if v is not None})
    chosen = options.only or [*ON_SQLITE, *ON_POSTGRES]
    board = Board()
    print(
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores, {sizes.rounds} rounds"
    )
    print(heading(), flush=True)
    with tempfile.TemporaryDirectory(prefix="jiangdao-bench-", dir=options.folder) as folder:
        measure(Path(folder), chosen, sizes, board)
    print(
        f"{len(board.said)} figures, {len(board.missed)} short of their aim"
        + "".join(f"\n  {key}" for key in board.missed)
    )
    return 0


def measure(folder: Path, chosen: Sequence[str], sizes: Sizes, board: Board) -> None:
    """The chosen groups, those over SQLite first."""
    people = visitors(folder, CHATS * 3)
    small = [(name, group) for name, group in ON_SQLITE.items() if name in chosen]
    if small:
        scene = build(folder, f"sqlite:///{folder}/scene.db", people)
        for name, (group, keys) in small:
            _attempt(name, group, keys, scene, sizes, board)
    big = [(name, group) for name, group in ON_POSTGRES.items() if name in chosen]
    if big:
        with ExitStack() as stack:
            scene = build(folder, stack.enter_context(postgres(folder)), people)
            for name, (group, keys) in big:
                _attempt(name, group, keys, scene, sizes, board)


def _attempt(name: str, group: Group, keys: tuple[str, ...], scene: Scene, sizes: Sizes, board: Board) -> None:
    """One group; a fault in it costs its own figures only."""
    try:
        group(scene, sizes, board)
    except Exception as fault:
        for key in keys:
            if key not in board.said:
                board.absent(key, f"{type(fault).__name__}: {fault}"[:200])


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m benchmarks")
    top.add_argument("--quick", action="store_true", help="a minute instead of some ten: the figures mean little")
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
}


def _sizes(options: argparse.Namespace) -> dict[str, float | None]:
    return {name: getattr(options, name) for name in SIZES}


if __name__ == "__main__":
    sys.exit(main())
