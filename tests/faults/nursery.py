"""A warm process that forks the one under test: ``python -m tests.faults.nursery settings.json folder``.

It has everything imported, and neither threads nor an event loop. Each byte of its input starts a process; each line
of its output is a number: 0 once it is warm, that of a process which was started, less than 0 for one that has ended.
At the end of its input it kills what is left and goes.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import sys
import traceback
from importlib import import_module
from pathlib import Path

from bot.config import Settings
from bot.outside import named
from bot.server import bound
from tests.faults import child
from tests.faults.watch import SharedWatch


def nurse(settings: Settings, folder: Path, line: Path) -> None:
    """Fork when told to, say who has ended, until the end of the input."""
    listener = bound(settings.host, 0)
    port = listener.getsockname()[1]
    settings = settings.model_copy(update={"port": port, "public_url": f"http://127.0.0.1:{port}"})
    for name in named(settings):
        import_module(f"bot.channels.{name}_open")  # as slow as all the rest together
    watch = SharedWatch(folder / "watch")
    gc.collect()
    gc.freeze()
    say(0)
    alive: set[int] = set()
    wakes = os.pipe()
    os.set_blocking(wakes[1], False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(wakes[1], warn_on_full_buffer=False)
    while True:
        ready, _, _ = select.select([0, wakes[0]], [], [])
        if wakes[0] in ready:
            os.read(wakes[0], 512)
            reap(alive)
        if 0 in ready:
            asked = os.read(0, 1)
            if not asked:
                break
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                devote(settings, folder, line, watch, listener)
            alive.add(pid)
            say(pid)
    for pid in alive:
        os.kill(pid, signal.SIGKILL)


def reap(alive: set[int]) -> None:
    """Bury who has ended."""
    for pid in list(alive):
        if os.waitpid(pid, os.WNOHANG)[0]:
            alive.discard(pid)
            say(-pid)


def say(number: int) -> None:
    os.write(1, b"%d\n" % number)


def devote(settings: Settings, folder: Path, line: Path, watch: SharedWatch, listener: object) -> None:
    """The rest of a fork's life."""
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1):
        os.dup2(null, number)
    try:
        child.main(settings, line, watch, listener, folder / "log")
    except BaseException:
        with (folder / "faults").open("a") as file:
            traceback.print_exc(file=file)
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    given, where, socket_path = sys.argv[1:]
    nurse(Settings(**json.loads(Path(given).read_text())), Path(where), Path(socket_path))
