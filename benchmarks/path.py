"""The whole path over SQLite: HTTP → pipeline → commit → 200, against the floor of its statements."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.figures import Board, Sizes, median, ratios
from benchmarks.floor import measure_floor
from benchmarks.load import Job, put_load
from benchmarks.scene import CHATS, Scene
from benchmarks.server import Server
from benchmarks.tape import for_sqlite, in_turn, record

SHIM = Path(__file__).with_name("slow_fsync.c")


@dataclass(slots=True)
class Rounds:
    """What each round found: messages in a second, and microseconds of CPU for one."""

    floor: list[float] = field(default_factory=list)
    floor_cpu_us: list[float] = field(default_factory=list)
    one: list[float] = field(default_factory=list)
    many: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)


def measure_path(scene: Scene, sizes: Sizes, board: Board) -> None:
    """32 connections and one against the floor, and the processor time of a message."""
    tape, warm = floor_tape(scene, sizes.cycles_32)
    found = Rounds()
    with scene.served() as server:
        put_load(Job((server.port,), scene.scripts(), 1))
        for _ in range(sizes.rounds):
            one_floor(tape, scene, warm, found)
            found.one.append(put_load(Job((server.port,), scene.scripts(1), sizes.cycles_1)).per_s)
            many(server, scene, sizes.cycles_32, found)
    note = f"{median(found.many):.0f}/s over F = {median(found.floor):.0f}/s"
    board.add("path_32", ratios(found.many, found.floor), note)
    board.add("path_1", ratios(found.one, found.floor), f"{median(found.one):.0f}/s")
    note = f"at 32 connections; the bare statements alone take {median(found.floor_cpu_us):.0f} µs"
    board.add("cpu_sqlite", median(found.cpu_us), note)


def one_floor(tape: Path, scene: Scene, warm: int, found: Rounds, preload: str = "") -> None:
    """Measure the floor once."""
    floor = measure_floor(tape, scene.file, warm, preload)
    found.floor.append(floor.per_s)
    found.floor_cpu_us.append(floor.cpu_us)


def many(server: Server, scene: Scene, cycles: int, found: Rounds) -> None:
    """Measure so many cycles of all connections once, with the processor time of the server."""
    before_s = server.cpu_s()
    outcome = put_load(Job((server.port,), scene.scripts(), cycles))
    found.cpu_us.append((server.cpu_s() - before_s) / outcome.messages * 1e6)
    found.many.append(outcome.per_s)


def measure_slow_path(scene: Scene, sizes: Sizes, board: Board) -> None:
    """The same while each fsync takes a millisecond more, for both."""
    shim = built_shim(scene.folder)
    if not shim:
        board.absent("path_slow", "there is no gcc to build the shim with")
        return
    tape, warm = floor_tape(scene, sizes.cycles_slow)
    found = Rounds()
    with scene.served(preload=shim) as server:
        put_load(Job((server.port,), scene.scripts(), 1))
        for _ in range(sizes.rounds):
            one_floor(tape, scene, warm, found, preload=shim)
            many(server, scene, sizes.cycles_slow, found)
    note = f"{median(found.many):.0f}/s over F = {median(found.floor):.0f}/s"
    board.add("path_slow", ratios(found.many, found.floor), note)


def floor_tape(scene: Scene, cycles: int) -> tuple[Path, int]:
    """The statements of the same messages as a load of so many cycles, and one cycle before it to get warm."""
    path = scene.folder / f"tape-{cycles}.pickle"
    tape = in_turn(record(scene, cycles + 1, CHATS))
    return for_sqlite(tape, path), len(tape) // (cycles + 1)


def built_shim(folder: Path) -> str:
    """The shared object, built here; empty if that cannot be done."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    target = folder / "slow_fsync.so"
    if not compiler:
        return ""
    built = subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(target), str(SHIM), "-ldl"], check=False)
    return str(target) if built.returncode == 0 else ""
