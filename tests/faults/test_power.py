"""The power goes: what the disk had by then is all there is. What was acknowledged is among it.

The disk is an image in memory; its bytes are copied while the process stands still, so that nothing of what the
system still holds in its cache is in the copy.
"""

from __future__ import annotations

import hashlib
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.faults import mounts
from tests.faults.oracle import look
from tests.faults.test_kills import KILLS, seed

ROOT = Path(__file__).parent.parent.parent
CUTS = max(4, KILLS // 100)
PATIENCE_S = 60.0


def cut(folder: Path, synchronous: str, acks: int) -> tuple[list[str], Path]:
    """Run a writer until it has said so many things, and copy its disk; what it said, and the copy."""
    source, copy = folder / "disk", folder / "copy"
    with mounts.image(mounts.make_image(source), folder / "mounted") as disk:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.writer", disk, synchronous], cwd=ROOT, stdout=subprocess.PIPE
        )
        try:
            said = heard(process, acks)
            process.send_signal(signal.SIGSTOP)
            said += rest(process)
            shutil.copyfile(source, copy)
        finally:
            process.kill()
            process.communicate()
    return said.decode().split("\n")[:-1], copy


def heard(process: subprocess.Popen[bytes], lines: int) -> bytes:
    """What it says, up to so many lines."""
    assert process.stdout
    said, until = b"", time.monotonic() + PATIENCE_S
    while said.count(b"\n") < lines:
        assert time.monotonic() < until
        chunk = os.read(process.stdout.fileno(), 65536)
        assert chunk, "the writer has ended"
        said += chunk
    return said


def rest(process: subprocess.Popen[bytes]) -> bytes:
    """What it had said before it stood still."""
    assert process.stdout
    said = b""
    while select.select([process.stdout], [], [], 0.1)[0]:
        said += os.read(process.stdout.fileno(), 65536)
    return said


async def missing(folder: Path, said: list[str], copy: Path) -> list[str]:
    """What was said to be kept and is not on the copy; a half file or a damaged database, too."""
    with mounts.image(copy, folder / "found") as disk:
        url = f"sqlite:///{disk / 'jiangdao.db'}"
        if not (disk / "jiangdao.db").exists():
            return said
        found = await look(url)
        inbox = {row["id"] for row in found.tables["inbox"]}
        lost = list(found.damage)
        for line in said:
            id, _, file_hash = line.partition(" ")
            path = disk / "files" / file_hash[:2] / file_hash
            whole = (
                not file_hash or hashlib.sha256(path.read_bytes() if path.exists() else b"").hexdigest() == file_hash
            )
            lost += [line] if id not in inbox or not whole else []
    return lost


async def test_a_power_cut_takes_nothing_that_was_acknowledged(tmp_path: Path, note: Callable[[str], None]) -> None:
    """After a power cut at any moment all acknowledged updates and photos are on the disk, whole."""
    dice, kept = Random(seed()), 0
    with mounts.memory(tmp_path / "memory", mounts.IMAGE_MB * 3) as memory:
        for _ in range(CUTS):
            said, copy = cut(memory, "FULL", dice.randint(1, 120))
            kept += len(said)
            assert await missing(memory, said, copy) == []
    note(f"power: {CUTS} cuts, {kept} acknowledged updates with their photos, none lost")


async def test_a_careless_database_would_lose_something(tmp_path: Path) -> None:
    """The same with synchronous=NORMAL loses what it had acknowledged: the rig can tell."""
    with mounts.memory(tmp_path / "memory", mounts.IMAGE_MB * 3) as memory:
        said, copy = cut(memory, "NORMAL", 100)
        assert await missing(memory, said, copy) != []
