"""How much memory the process holds at rest, and how much more after many messages."""

from __future__ import annotations

from benchmarks.figures import Board, Sizes
from benchmarks.load import Job, put_load
from benchmarks.scene import Scene


def measure_memory(scene: Scene, sizes: Sizes, board: Board) -> None:
    """At rest after the first messages, and after many."""
    cycle = len(scene.chats) * len(scene.chats[0].lines())
    with scene.served() as server:
        fresh_mb = server.resident_mb()
        put_load(Job((server.port,), scene.scripts(), 1))
        rest_mb = server.resident_mb()
        outcome = put_load(Job((server.port,), scene.scripts(), max(1, round(sizes.memory_messages / cycle))))
        after_mb = server.resident_mb()
    board.add("memory_rest", rest_mb, f"after the first {cycle} messages; {fresh_mb:.1f} MB before any")
    board.add("memory_growth", after_mb - rest_mb, f"over {outcome.messages} messages, on 32 connections")
