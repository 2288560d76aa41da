"""A webhook of Telegram: post → commit → 200, against the library's own reading and a handler that does nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.figures import Board, Sizes, median, ratios
from benchmarks.scene import CHATS, Scene
from benchmarks.server import PUBLIC_URL, SECRET, Server, free_port, serving, stop, wait_for
from benchmarks.updates import put_updates
from bot.channels.telegram_hook import hook

TOKEN = "7000000001:" + "benchmarks_are_no_secret_to_anybody"  # not a real one


def measure_telegram(scene: Scene, sizes: Sizes, board: Board) -> None:
    """32 chats that write without a pause, to the product and to the floor in turn."""
    secret, count = hook(PUBLIC_URL, SECRET.encode()).secret, sizes.cycles_32 * 6
    floors, found, cpu_us, first = [], [], [], 1
    with _deaf() as floor, _served(scene) as server:
        put_updates(server.port, secret, CHATS, 2, first)
        for _ in range(sizes.rounds):
            first += CHATS * count
            floors.append(put_updates(floor.port, secret, CHATS, count, first))
            before_s = server.cpu_s()
            found.append(put_updates(server.port, secret, CHATS, count, first))
            cpu_us.append((server.cpu_s() - before_s) / CHATS / count * 1e6)
    note = f"{median(found):.0f}/s over {median(floors):.0f}/s; {median(cpu_us):.0f} µs of CPU for an update"
    board.add("telegram", ratios(found, floors), note)


@contextmanager
def _deaf() -> Iterator[Server]:
    port = free_port()
    with _running("benchmarks.deaf", str(port), TOKEN) as process:
        wait_for(process, port)
        yield Server(process, port)


@contextmanager
def _served(scene: Scene) -> Iterator[Server]:
    """The product with a webhook, and a platform that takes what it sends."""
    port = free_port()
    arguments = ("--port", str(port), "--token", TOKEN, "--no-limits")
    base = {"telegram_token": TOKEN, "telegram_webhook": True, "telegram_api_base": f"http://127.0.0.1:{port}"}
    with _running("tests.telegram", *arguments) as platform, scene.copied() as url:
        wait_for(platform, port)
        with serving(scene.folder, url, more=base) as server:
            yield server


@contextmanager
def _running(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", *words], stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        stop(process)
