"""Where a run keeps its files: in memory, where there is room for them.

Thousands of small databases are made and removed, each commit of which is synced; on a disk that is most of what a run
waits for. Nothing is proved less: the death of a process loses no page of either, that of the machine is played by
what refuses to write and to sync (``tests/faults``), and what a sync costs is measured in ``benchmarks/``.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import certifi

MEMORY = Path("/dev/shm")
ROOM_B = 4 << 30
"""A whole run takes half of it at its end."""


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


def trust_little(folder: Path) -> None:
    """Let clients of HTTP trust one authority instead of all of them, to read which takes each new client 40 ms: there
    are thousands, and none leaves this machine."""
    authority = folder / "authority.pem"
    first, end, _ = certifi.contents().partition("-----END CERTIFICATE-----")
    authority.write_text(f"{first}{end}\n", encoding="utf-8")
    os.environ["SSL_CERT_FILE"] = str(authority)
