"""A copy of an SQLite file while the bot writes to it, and a file made of such a copy."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from storage.backup import Damaged, Occupied, Snapshot
from storage.database import DatabaseBusy
from storage.lock import FileLock

BUSY_TIMEOUT_S = 60.0
BESIDE = ("", "-wal", "-shm")


def dump(source: Path, part: Path) -> Snapshot:
    """Copy the database at one moment to ``part``, durably; writers go on meanwhile.

    Raises:
        FileNotFoundError: there is no database.
        Damaged: the copy fails its checks.
        sqlite3.Error: it cannot be read.
    """
    if not source.is_file():
        raise FileNotFoundError(2, "no database", str(source))
    part.touch(0o600)
    with reading(source) as database, closing(sqlite3.connect(part, isolation_level=None)) as copy:
        database.backup(copy)  # in one step: in several, each write of the bot would start it anew
        copy.execute("PRAGMA journal_mode = DELETE")
    sync(part)
    return inspect(part)


@contextmanager
def reading(source: Path) -> Iterator[sqlite3.Connection]:
    """Beside the bot on a connection that cannot write; without it, with its lock, so that a log may be cleaned up."""
    try:
        lock = FileLock(source)
    except DatabaseBusy:
        lock = None
    address = f"file:{quote(str(source.absolute()))}?mode={'rw' if lock else 'ro'}"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)) as database:
            database.execute("PRAGMA wal_autocheckpoint = 0")
            yield database
    finally:
        if lock:
            lock.release()


def inspect(part: Path) -> Snapshot:
    """What a database holds that nobody has open, after checking all of it.

    Raises:
        Damaged: it is no whole database, or rows point to nothing.
    """
    try:
        address = f"file:{quote(str(part.absolute()))}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as database:
            return _look(database)
    except sqlite3.Error as error:
        raise Damaged(f"{part.name}: {type(error).__name__}") from error


def _look(database: sqlite3.Connection) -> Snapshot:
    if database.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
        raise Damaged("integrity_check")
    if broken := database.execute("PRAGMA foreign_key_check").fetchall():
        raise Damaged(f"foreign_key_check: {', '.join(sorted({row[0] for row in broken}))}")
    names = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    ).fetchall()
    return Snapshot(
        dict(database.execute("SELECT number, checksum FROM schema_migrations ORDER BY number").fetchall()),
        {name: database.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0] for (name,) in names},
        dict(database.execute("SELECT hash, size FROM files").fetchall()),
    )


@contextmanager
def room(target: Path, aside: str, force: bool) -> Iterator[Path]:
    """A place beside ``target`` for a database that takes its name at the end of the block, unless that fails.

    What had the name before is kept under ``target`` and ``aside``.

    Raises:
        DatabaseBusy: it is open in another process.
        Occupied: there is one, and no ``force``.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(target)
    fresh = target.with_name(f"{target.name}.restoring")
    try:
        if target.exists() and target.stat().st_size and not force:
            raise Occupied(str(target))
        _remove(fresh)
        yield fresh
        sync(fresh)
        for ending in BESIDE:
            if (old := target.with_name(target.name + ending)).exists():
                old.rename(target.with_name(target.name + aside + ending))
        fresh.replace(target)
        sync(target.parent)
    finally:
        _remove(fresh)
        lock.release()


def put(part: Path, fresh: Path) -> Snapshot:
    """Write the database of a backup to ``fresh``, and check it."""
    fresh.touch(0o600)
    shutil.copyfile(part, fresh)
    return inspect(fresh)


def _remove(fresh: Path) -> None:
    for ending in (*BESIDE, ".lock"):
        fresh.with_name(fresh.name + ending).unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Make a file or a folder durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
