"""One clock for all processes of a run: real time runs on, and the driver may let it jump ahead."""

from __future__ import annotations

import mmap
import struct
import time
from datetime import datetime, timedelta
from pathlib import Path

from tests.fakes import START

LAYOUT = "dd"
AHEAD = slice(8, 16)


class SharedWatch:
    """Aware UTC. The moment when the file was made is nine on a Monday morning in Shanghai."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(struct.pack(LAYOUT, time.monotonic(), 0.0))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), struct.calcsize(LAYOUT))

    def __call__(self) -> datetime:
        """Now."""
        began, ahead_s = struct.unpack_from(LAYOUT, self._shared)
        return START + timedelta(seconds=time.monotonic() - began + ahead_s)

    def jump(self, seconds: float) -> None:
        """Let so much time go by at once, for everybody."""
        _, ahead_s = struct.unpack_from(LAYOUT, self._shared)
        self._shared[AHEAD] = struct.pack("d", ahead_s + seconds)  # in one piece: others are reading

    def close(self) -> None:
        """Let go of the file."""
        self._shared.close()
