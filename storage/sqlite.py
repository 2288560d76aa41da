"""The embedded engine: one file, one writer, group commit.

::

    transact(work) ─┐                     the writer's thread, one hop for all that wait
    transact(work) ─┼─▶ waiting ─▶ BEGIN IMMEDIATE
    transact(work) ─┘                step the coroutine to its end                         each work
                                   COMMIT: one fsync
         ◀── futures resolved, lanes woken

A work awaits nothing but its connection, whose methods are complete when they return; so one ``send(None)`` runs it
from start to end in the thread, and a thread is entered once for many works instead of once for each statement.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import aiosqlite

from storage.database import Listener, Work
from storage.listeners import Listeners
from storage.lock import FileLock
from storage.sqlite_work import Job, Way, one_by_one, together, with_references_at_rest
from storage.values import teach_sqlite
from storage.watch import WORK_MAX_S, Watch

T = TypeVar("T")

BATCH_MAX = 64
BUSY_TIMEOUT_S = 5.0
CACHED_STATEMENTS = 256
LOG_PAGES_MAX = 4000
LOG_PAGES_MIN = 50
LOG_SHARE = 8 * 4096
"""The log is emptied into the file at so many pages, and before it takes an eighth of what the disk has left."""


_BOTH = ("PRAGMA foreign_keys = ON",)
_WRITER = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", *_BOTH)
_READER = (*_BOTH, "PRAGMA wal_autocheckpoint = 0", "PRAGMA query_only = ON")


class _Line(aiosqlite.Connection):
    """aiosqlite's connection and thread, given functions of ours to run there.

    Its queue is protected, not private: this is the one place that puts into it, because ``_execute`` costs a task
    and two more rounds of the event loop. The thread is a daemon, so that a process which fails before ``close``
    ends all the same.
    """

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, iter_chunk_size=64)
        self._thread.daemon = True

    def post(self, function: Callable[[sqlite3.Connection], None]) -> None:
        """Run ``function(connection)`` in the thread, after what was posted before."""
        self._tx.put_nowait((None, partial(function, self._conn)))

    def ended(self) -> None:
        """Wait for the thread of a connection that was never opened: it reports to the event loop, which may go now."""
        if self._thread.is_alive():
            self._thread.join(BUSY_TIMEOUT_S)


class _Desk:
    """The works that wait for one connection. Everything but ``_serve`` runs on the event loop."""

    def __init__(self, line: _Line, way: Way, listeners: Listeners, watch: Watch) -> None:
        self._line = line
        self._way = way
        self._listeners = listeners
        self._watch = watch
        self._looking: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[Job] = deque()
        self._hops = 0
        self._at_rest = asyncio.Event()
        self._closing = False

    async def submit(self, work: Work[T], alone: Way | None = None) -> T:
        """Wait for a turn and for its end; ``alone`` is a way to be served by oneself."""
        if self._closing:
            raise RuntimeError("the database is closed")
        job = Job(work, self._loop.create_future(), None if alone else self._watch)
        if alone is not None:
            self._hop(partial(self._serve, alone, [job]))
        else:
            self._waiting.append(job)
            if not self._hops:
                self._hop(self._serve_waiting)
        result: T = await job.future
        return result

    async def close(self) -> None:
        """Take nothing more, finish what waits, close the connection."""
        self._closing = True
        while self._hops:
            self._at_rest.clear()
            await self._at_rest.wait()
        if self._looking:
            self._looking.cancel()
        await self._line.close()

    def _hop(self, function: Callable[[sqlite3.Connection], None]) -> None:
        self._hops += 1
        self._line.post(function)
        if self._looking is None:
            self._look()

    def _look(self) -> None:
        """See that what runs in the thread comes to an end, as long as something runs."""
        self._watch.look(self._loop.time())
        self._looking = self._loop.call_later(self._watch.every_s, self._look) if self._hops else None

    def _serve_waiting(self, database: sqlite3.Connection) -> None:
        waiting = self._waiting
        self._serve(self._way, [waiting.popleft() for _ in range(min(len(waiting), BATCH_MAX))], database)

    def _serve(self, way: Way, jobs: list[Job], database: sqlite3.Connection) -> None:
        left = len(jobs)
        for finished in way(database, jobs):
            left -= len(finished)
            self._loop.call_soon_threadsafe(self._deliver, finished, left == 0)

    def _deliver(self, jobs: list[Job], last: bool) -> None:
        if last:
            self._hops -= 1
            if self._waiting and not self._hops:
                self._hop(self._serve_waiting)
        for job in jobs:
            _answer(job)
        for job in jobs:
            if job.woken and job.error is None:
                self._listeners.tell(job.woken)
        if not self._hops:
            self._at_rest.set()


def _answer(job: Job) -> None:
    if job.future.done():
        return  # its caller was cancelled
    if job.error is not None:
        job.future.set_exception(job.error)
    else:
        job.future.set_result(job.result)


class SqliteDatabase:
    """An open file; see ``storage.database.Database``."""

    engine = "sqlite"

    def __init__(self, writer: _Line, reader: _Line, lock: FileLock, work_max_s: float) -> None:
        self._listeners = Listeners()
        self._writer = _Desk(writer, together, self._listeners, Watch(work_max_s))
        self._reader = _Desk(reader, one_by_one, self._listeners, Watch(work_max_s))
        self._lock = lock
        self._closing: asyncio.Task[None] | None = None

    async def transact(self, work: Work[T]) -> T:
        """Run ``work`` in one transaction, committed together with those that wait beside it."""
        return await self._writer.submit(work)

    async def read(self, work: Work[T]) -> T:
        """Run ``work`` on the query-only connection."""
        return await self._reader.submit(work)

    async def restructure(self, work: Work[T]) -> T:
        """Run ``work`` alone, with references checked at its end instead of at each statement."""
        return await self._writer.submit(work, alone=with_references_at_rest)

    def listen(self, listener: Listener) -> None:
        """Call ``listener`` after each commit that woke a lane."""
        self._listeners.add(listener)

    async def close(self) -> None:
        """Finish what waits, let the writer checkpoint, release the lock."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        try:
            await self._reader.close()
            await self._writer.close()
        finally:
            self._lock.release()


async def open_sqlite(path: Path, work_max_s: float = WORK_MAX_S) -> SqliteDatabase:
    """Open or create the file, for its owner alone, and the folder it is to lie in.

    A work that takes longer than ``work_max_s`` is cut and undone, and raises TimeoutError.

    Raises:
        DatabaseBusy: another process has it open.
        sqlite3.Error: it cannot be read or written, or is no database.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    teach_sqlite()
    lock = FileLock(path)
    emptied = f"PRAGMA wal_autocheckpoint = {_log_pages(path.parent)}"
    writer, reader = (_Line(partial(_connect, path, pragmas)) for pragmas in ((*_WRITER, emptied), _READER))
    try:
        for line in (writer, reader):
            _ = await line
    except BaseException:
        await writer.close()
        writer.ended()
        reader.ended()
        lock.release()
        raise
    return SqliteDatabase(writer, reader, lock, work_max_s)


def _log_pages(folder: Path) -> int:
    return max(LOG_PAGES_MIN, min(LOG_PAGES_MAX, shutil.disk_usage(folder).free // LOG_SHARE))


def _connect(path: Path, pragmas: tuple[str, ...]) -> sqlite3.Connection:
    path.touch(0o600)  # what SQLite keeps beside it gets the same rights
    database = sqlite3.connect(
        path,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        detect_types=sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES,
        cached_statements=CACHED_STATEMENTS,
    )
    database.row_factory = sqlite3.Row
    try:
        for pragma in pragmas:
            database.execute(pragma)
        if database.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            raise sqlite3.OperationalError(
                f"{path} cannot have a write-ahead log where it lies; is it a network drive?"
            )
    except BaseException:
        database.close()
        raise
    return database
