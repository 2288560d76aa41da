"""The floor: the statements of a tape through the bare sqlite3 module, one commit for each message.

``python -m benchmarks.floor tape.pickle snapshot.db warm`` plays it over a copy and prints the messages in a second
and the CPU of one; the first ``warm`` messages do not count. A process of its own, so that it can be slowed down.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "wal_autocheckpoint = 4000")


@dataclass(frozen=True, slots=True)
class Floor:
    """Messages in a second, and microseconds of processor time for one."""

    per_s: float
    cpu_us: float


def measure_floor(tape: Path, snapshot: Path, warm: int, preload: str = "") -> Floor:
    """Play the tape in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.floor", str(tape), str(snapshot), str(warm)]
    environment = {**os.environ, **({"LD_PRELOAD": preload} if preload else {})}
    return Floor(*json.loads(subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout))


def play(database: sqlite3.Connection, messages: list[Any]) -> float:
    """Run the messages one after the other; the seconds it took."""
    started = time.perf_counter()
    for message in messages:
        database.execute("BEGIN IMMEDIATE")
        for verb, sql, values in message:
            if verb == "each":
                database.executemany(sql, values)
            elif verb == "all":
                database.execute(sql, values).fetchall()
            elif verb == "one":
                database.execute(sql, values).fetchone()
            else:
                database.execute(sql, values)
        database.execute("COMMIT")
    return time.perf_counter() - started


def main() -> None:
    """Play a tape over a copy of a snapshot."""
    tape, snapshot, warm = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    messages = pickle.loads(tape.read_bytes())
    with tempfile.TemporaryDirectory(dir=snapshot.parent) as folder:
        copy = shutil.copyfile(snapshot, Path(folder) / "floor.db")
        database = sqlite3.connect(copy, isolation_level=None, cached_statements=256)
        for pragma in PRAGMAS:
            database.execute(f"PRAGMA {pragma}")
        play(database, messages[:warm])
        cpu_s, count = time.process_time(), len(messages) - warm
        seconds = play(database, messages[warm:])
        print(json.dumps([count / seconds, (time.process_time() - cpu_s) / count * 1e6]))
        database.close()


if __name__ == "__main__":
    main()
