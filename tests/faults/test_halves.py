"""Files of processes that are killed while they write them: whole or absent, and what is left over goes."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from bot.disk import FOLDERS_AT_ONCE, ORPHAN_S, Orphans
from storage.files import FileStore, Stored, account_owner
from storage.store import Store
from tests.fakes import START
from tests.faults.test_kills import seed
from tests.world import World

ROOT = Path(__file__).parent.parent.parent
KILLS = 25


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder for large files."""
    made = Path(tempfile.mkdtemp())
    yield made
    shutil.rmtree(made)


def killed(folder: Path, after_s: float) -> None:
    """Let a process keep files for a moment."""
    command = [sys.executable, "-m", "tests.faults.keeper", str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    time.sleep(after_s)  # the moment of the kill is what is chosen here
    process.kill()
    process.communicate()


def test_a_kill_leaves_no_half_file(folder: Path, note: Callable[[str], None]) -> None:
    """After a kill at any moment every file that has a name has the bytes of that name."""
    dice, leftovers = Random(seed()), 0
    for _ in range(KILLS):
        killed(folder, dice.uniform(0, 0.06))
        for path in folder.glob("??/*"):
            if len(path.name) == 64:
                assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
            else:
                leftovers += 1
        shutil.rmtree(folder)
        folder.mkdir()
    note(f"files: {KILLS} kills, {leftovers} left half written under no name")


async def test_what_nobody_knows_goes_after_a_day(world: World, tmp_path: Path) -> None:
    """Half files and files whose message never came are gone a day later; what is younger, known, or was sent once
    more meanwhile stays."""
    files = FileStore(tmp_path)
    known, wanted, young, orphan = (files.keep(name.encode()) for name in ("known", "wanted", "young", "orphan"))
    await world.store(lambda store: add(store, known))
    half = files.path(orphan).parent / "tmpabcd"
    half.write_bytes(b"half")
    for path in [half, *map(files.path, (known, wanted, orphan))]:
        age(path, ORPHAN_S + 60)
    assert files.keep(b"wanted") == wanted
    sweeper = Orphans(world.database, files)
    gone = sum([await sweeper.sweep() for _ in range(256 // FOLDERS_AT_ONCE)])

    assert gone == 2
    assert [one for one in (known, wanted, young, orphan) if files.path(one).exists()] == [known, wanted, young]
    assert not half.exists()


async def add(store: Store, file_hash: str) -> None:
    await store.files.add(Stored(file_hash, "photo", "image/jpeg"), 5, account_owner("fake", "hana"), START)


def age(path: Path, seconds: float) -> None:
    """Make a file older."""
    changed = path.stat().st_mtime - seconds
    os.utime(path, (changed, changed))
