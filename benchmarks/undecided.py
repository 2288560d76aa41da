"""What the path costs where nothing is decided: the product's web server and engine, and the statements of a tape.

``python -m benchmarks.undecided tape.pickle`` is ``python -m bot run`` whose pipeline neither reads nor answers what it
receives, but runs the next message of the tape in a transaction. No handler makes the product faster than that.
"""

from __future__ import annotations

import math
import pickle
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.figures import Board, Sizes, median, ratios
from benchmarks.load import Job, put_load
from benchmarks.path import Rounds, built_shim, floor_tape, many, one_floor
from benchmarks.scene import CHATS, Scene
from benchmarks.server import Server
from benchmarks.tape import in_turn, perform, record
from bot.__main__ import main
from bot.channels.webchat import NAME
from bot.pipeline import Pipeline
from domain.chat import Raw


def measure_undecided(scene: Scene, sizes: Sizes, board: Board) -> None:
    """As the product's own figures are measured, a fresh server in each round, since a tape is played once."""
    tape = _tape(scene, 1 + sizes.cycles_32 + math.ceil(sizes.cycles_1 / CHATS))
    bare, warm = floor_tape(scene, sizes.cycles_32)
    found = Rounds()
    for _ in range(sizes.rounds):
        one_floor(bare, scene, warm, found)
        with _warm(scene, tape) as server:
            many(server, scene, sizes.cycles_32, found)
            found.one.append(put_load(Job((server.port,), scene.scripts(1), sizes.cycles_1)).per_s)
    board.add("undecided_32", ratios(found.many, found.floor), f"{median(found.many):.0f}/s")
    board.add("undecided_1", ratios(found.one, found.floor), f"{median(found.one):.0f}/s")
    board.add("undecided_cpu_sqlite", median(found.cpu_us), "at 32 connections")
    _measure_slow(scene, sizes, board)


def _measure_slow(scene: Scene, sizes: Sizes, board: Board) -> None:
    shim = built_shim(scene.folder)
    if not shim:
        board.absent("undecided_slow", "there is no gcc to build the shim with")
        return
    tape = _tape(scene, 1 + sizes.cycles_slow)
    bare, warm = floor_tape(scene, sizes.cycles_slow)
    found = Rounds()
    for _ in range(sizes.rounds):
        one_floor(bare, scene, warm, found, preload=shim)
        with _warm(scene, tape, preload=shim) as server:
            many(server, scene, sizes.cycles_slow, found)
    board.add("undecided_slow", ratios(found.many, found.floor), f"{median(found.many):.0f}/s")


def measure_undecided_postgres(scene: Scene, sizes: Sizes, board: Board) -> None:
    """The processor time of the same over PostgreSQL, the server's own not counted."""
    tape = _tape(scene, 1 + sizes.cycles_32)
    found = Rounds()
    for _ in range(sizes.rounds):
        with _warm(scene, tape) as server:
            many(server, scene, sizes.cycles_32, found)
    board.add("undecided_cpu_postgres", median(found.cpu_us), f"at 32 connections, {median(found.many):.0f}/s")


@contextmanager
def _warm(scene: Scene, tape: Path, preload: str = "") -> Iterator[Server]:
    """A server that plays the tape and has played one cycle of it."""
    with scene.served(preload, ("benchmarks.undecided", str(tape))) as server:
        put_load(Job((server.port,), scene.scripts(), 1))
        yield server


def _tape(scene: Scene, cycles: int) -> Path:
    """So many cycles of all chats, with values as the product hands them to its engine."""
    path = scene.folder / f"undecided-{cycles}.pickle"
    path.write_bytes(pickle.dumps(in_turn(record(scene, cycles, CHATS))))
    return path


def serve(tape: Path) -> int:
    """Be the product that decides nothing, until it is told to end."""
    left = iter(pickle.loads(tape.read_bytes()))

    async def receive(self: Pipeline, raw: Raw) -> None:
        if raw.channel == NAME:
            await self.database.transact(partial(perform, next(left)))

    Pipeline.receive = receive
    return main(["run"])


if __name__ == "__main__":
    sys.exit(serve(Path(sys.argv[1])))
