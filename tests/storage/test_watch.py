"""Works that never end, and are cut."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from storage.database import Connection
from storage.sqlite import open_sqlite

PATIENCE_S = 30.0
CUTS = 5

TRACED = """
import sys, threading, time
from storage.watch import Cut, NOTHING, Watch

def trace(frame, event, argument):
    return trace

def work(watch):
    sys.settrace(trace)
    for _ in range({cuts}):
        watch.begin(NOTHING)
        try:
            while True:
                pass
        except Cut:
            pass
        assert watch.end()
        calm()

def calm():
    return sum(range(100))

watch = Watch(0.05)
thread = threading.Thread(target=work, args=(watch,), daemon=True)
thread.start()
while thread.is_alive():
    watch.look(time.monotonic())
    time.sleep(watch.every_s)
print("ended")
"""


def test_who_traces_the_code_may_cut_it_too() -> None:
    """After a cut the thread goes on, also where its code is traced: CPython 3.11 loops for ever if an exception that
    was sent to a thread is called back."""
    program = TRACED.format(cuts=CUTS)
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert ended.stdout == "ended\n", ended.stderr


async def test_a_cut_names_the_work_and_not_what_it_was_given(tmp_path: Path) -> None:
    """The error of a work that was cut tells which it was, and nothing of the words it was called with."""

    async def endless(words: str, connection: Connection) -> Any:
        while True:
            pass

    database = await open_sqlite(tmp_path / "cut.db", 0.2)
    try:
        with pytest.raises(TimeoutError) as cut:
            await database.transact(partial(endless, "浦东新区花木路 8 号"))
    finally:
        await database.close()
    assert "endless" in str(cut.value)
    assert "花木路" not in str(cut.value)
