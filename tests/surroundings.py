"""What a run finds around it: a folder in memory, where there is room for its files, and nobody to trust.

Thousands of small databases are made and removed, each commit of which is synced; on a disk that is most of what a run
waits for. Nothing is proved less: the death of a process loses no page of either, that of the machine is played by
what refuses to write and to sync (``tests/faults``), and what a sync costs is measured in ``benchmarks/``.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM_B = 4 << 30
"""Many times what a run takes at once."""


def use_memory() -> None:
    """Let this process and its children keep temporary files in memory, unless TMPDIR names another folder, there is
    too little room, or programs there could not be started."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return
    disk = os.statvfs(MEMORY)
    if disk.f_flag & os.ST_NOEXEC or min(disk.f_bavail * disk.f_frsize, _free_memory_b()) < ROOM_B:
        return
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def in_memory() -> bool:
    """Whether temporary files are there."""
    return Path(tempfile.gettempdir()).is_relative_to(MEMORY)


def _free_memory_b() -> int:
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable:"))


def trust_nobody() -> None:
    """Let clients of HTTP know one authority, whose key is gone, instead of all, to read which takes each new client
    40 ms: there are thousands, and none leaves this machine."""
    os.environ["SSL_CERT_FILE"] = str(Path(__file__).parent / "platforms" / "authority.pem")
