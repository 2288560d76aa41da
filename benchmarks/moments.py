"""What a person notices: how long an answer takes at a steady pace, and how soon it comes after a start."""

from __future__ import annotations

import socket
import time

from benchmarks.figures import Board, Sizes, median
from benchmarks.load import DONE, GOOD, Job, Post, put_load
from benchmarks.scene import Scene
from benchmarks.server import serving


def measure_latency(scene: Scene, sizes: Sizes, board: Board, key: str) -> None:
    """Messages at a steady pace, whether or not the earlier ones are answered."""
    cycles = max(1, round(sizes.open_rate_per_s * sizes.open_s / len(scene.chats) / len(scene.chats[0].lines())))
    with scene.served() as server:
        put_load(Job((server.port,), scene.scripts(), 2))
        job = Job((server.port,), scene.scripts(), cycles, rate_per_s=sizes.open_rate_per_s)
        found = [put_load(job) for _ in range(sizes.rounds)]
    p50_ms, per_s = median([each.p50_ms for each in found]), median([each.per_s for each in found])
    note = f"p50 {p50_ms:.2f} ms; {sizes.rounds} × {found[0].messages} messages at {per_s:.0f}/s"
    board.add(key, median([each.p99_ms for each in found]), note)


def measure_start(scene: Scene, sizes: Sizes, board: Board) -> None:
    """From the start of the process to the 200 of a message, over data that is there."""
    seconds = []
    with scene.copied() as url:
        for number in range(sizes.starts):
            started = time.perf_counter()
            with serving(scene.folder, url) as server:
                _say_once(server.port, scene.chats[0].script()[0], number)
                seconds.append(time.perf_counter() - started)
    board.add("start", median(seconds), f"median of {sizes.starts}")


def _say_once(port: int, post: Post, number: int) -> None:
    """Send one message and read its answer."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(post[0] + b"%024d" % number + post[1])
        answer = b""
        while not answer.endswith(DONE):
            more = connection.recv(4096)
            if not more or not (answer + more).startswith(GOOD):
                raise RuntimeError((answer + more).decode(errors="replace"))
            answer += more
