"""One work in SQLite's thread: the connection it is given, how it is run to its end, and how works share a commit."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import Context, copy_context
from types import TracebackType
from typing import Any, LiteralString, NoReturn, TypeVar

from storage.database import Connection, ReferencesBroken, Row, Unsure, Work
from storage.sqlite_sql import translate
from storage.watch import Cut, Watch

T = TypeVar("T")


class SqliteConnection:
    """An open transaction, used in the thread of its connection only.

    ``careful`` sets savepoints: SQLite keeps a copy of each page that is changed after one, and nearly every attempt
    succeeds or has only read.
    """

    __slots__ = ("_database", "_execute", "_executemany", "careful", "woken")

    engine = "sqlite"
    locked: LiteralString = ""
    skip_locked: LiteralString = ""

    def __init__(self, database: sqlite3.Connection, careful: bool = True) -> None:
        self._database = database
        self.careful = careful
        self._execute = database.execute
        self._executemany = database.executemany
        self.woken: list[tuple[str, str]] = []

    async def all(self, sql: LiteralString, /, **values: object) -> Sequence[Row]:
        """Every row, in the order of the statement."""
        text, placed = translate(sql)
        try:
            return self._execute(text, placed(values)).fetchall()
        except sqlite3.Error:
            self._check()
            raise

    async def one(self, sql: LiteralString, /, **values: object) -> Row | None:
        """The first row, or None."""
        text, placed = translate(sql)
        try:
            row: Row | None = self._execute(text, placed(values)).fetchone()
            return row
        except sqlite3.Error:
            self._check()
            raise

    async def run(self, sql: LiteralString, /, **values: object) -> int:
        """Execute and return the number of rows changed."""
        text, placed = translate(sql)
        try:
            changed = self._execute(text, placed(values)).rowcount
        except sqlite3.Error:
            self._check()
            raise
        return max(0, changed)

    async def each(self, sql: LiteralString, rows: Iterable[Mapping[str, object]]) -> None:
        """Execute once for each row of values, in order."""
        text, placed = translate(sql)
        try:
            self._executemany(text, map(placed, rows))
        except sqlite3.Error:
            self._check()
            raise

    @property
    def changes(self) -> int:
        """How many rows were changed so far, in all transactions."""
        return self._database.total_changes

    def attempt(self) -> _Attempt:
        """A savepoint, or the hope that none is needed."""
        return _Attempt(self)

    def wake(self, channel: str, chat: str) -> None:
        """After the commit, tell who waits for this lane."""
        self.woken.append((channel, chat))

    def _check(self) -> None:
        """After an error: a full disk or a failed write undoes the whole transaction, and then nothing more may run."""
        if not self._database.in_transaction:
            self._execute = self._executemany = _undone


def _undone(*_: object) -> NoReturn:
    raise sqlite3.OperationalError("the transaction was undone by an earlier error")


class _Attempt:
    """Savepoints of one name nest: the innermost is meant."""

    __slots__ = ("_changes_before", "_connection", "_woken_before")

    def __init__(self, connection: SqliteConnection) -> None:
        self._connection = connection
        self._woken_before = 0
        self._changes_before = 0

    async def __aenter__(self) -> None:
        self._woken_before = len(self._connection.woken)
        self._changes_before = self._connection.changes
        if self._connection.careful:
            await self._connection.run("SAVEPOINT attempt")

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            if self._connection.careful:
                await self._connection.run("RELEASE attempt")
            return
        del self._connection.woken[self._woken_before :]
        if self._connection.careful:
            with suppress(sqlite3.OperationalError):  # gone with the transaction; what led to it goes upwards
                await self._connection.run("ROLLBACK TO attempt")
                await self._connection.run("RELEASE attempt")
        elif isinstance(error, Exception) and self._connection.changes != self._changes_before:
            raise Unsure from error


class Job:
    """A work, who waits for it, and what became of it."""

    __slots__ = ("context", "error", "future", "result", "watch", "woken", "work")

    def __init__(self, work: Work[Any], future: asyncio.Future[Any], watch: Watch | None) -> None:
        self.work = work
        self.future = future
        self.watch = watch
        self.context: Context = copy_context()
        self.result: Any = None
        self.error: BaseException | None = None
        self.woken: list[tuple[str, str]] = []

    def perform(self, database: sqlite3.Connection, careful: bool = True) -> bool:
        """Run to the end, unless nobody waits any more; whether it ended well. One that is not ``careful`` may end
        badly without an error: then it is to be undone, and run again with care."""
        if self.future.cancelled():
            self.error = asyncio.CancelledError()
            return False
        return self._watched(self.watch, database, careful) if self.watch else self._run(database, careful)

    def _watched(self, watch: Watch, database: sqlite3.Connection, careful: bool) -> bool:
        watch.begin(database)
        try:
            well = self._run(database, careful)
        except Cut:
            well = False
        if watch.end():
            self.error = TimeoutError(f"{_name(self.work)} took too long; it was undone")
            return False
        return well

    def _run(self, database: sqlite3.Connection, careful: bool) -> bool:
        connection = SqliteConnection(database, careful)
        try:
            self.result = self.context.run(_drive, self.work, connection)
        except Unsure:
            return False
        except BaseException as error:  # noqa: BLE001  whatever it is, a cancellation too, it is its caller's
            self.error = error
            return False
        self.woken = connection.woken
        return True


def _drive(work: Work[T], connection: Connection) -> T:
    steps = work(connection)
    try:
        steps.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    with suppress(BaseException):  # what it still wanted to do is undone anyway
        steps.close()
    raise RuntimeError(f"{_name(work)} awaited something else than its connection; it was undone")


def _name(work: Work[Any]) -> str:
    """What it is called; never what it was given, which may be somebody's words."""
    function = getattr(work, "func", work)
    return str(getattr(function, "__qualname__", type(function).__name__))


Way = Callable[[sqlite3.Connection, list[Job]], Iterator[list[Job]]]


def together(database: sqlite3.Connection, jobs: list[Job]) -> Iterator[list[Job]]:
    """All in one commit, each undone alone if it fails; if the commit fails, all fail and none is tried again.

    At first nobody sets a savepoint. Where something has to be undone all is, and whoever has not failed is run again,
    now with savepoints.
    """
    with _failing(database, jobs):
        database.execute("BEGIN IMMEDIATE")
        if not all(_in_hope(database, job) for job in jobs):
            database.execute("ROLLBACK")
            database.execute("BEGIN IMMEDIATE")
            for job in [job for job in jobs if job.error is None]:
                _apart(database, job)
        database.execute("COMMIT")
    yield jobs


def _in_hope(database: sqlite3.Connection, job: Job) -> bool:
    """Whether it ended well, or has nothing that were to be undone."""
    before = database.total_changes
    return _performed(database, job, careful=False) or database.total_changes == before


def _apart(database: sqlite3.Connection, job: Job) -> None:
    database.execute("SAVEPOINT work")
    if not _performed(database, job, careful=True):
        database.execute("ROLLBACK TO work")
    database.execute("RELEASE work")


def _performed(database: sqlite3.Connection, job: Job, careful: bool) -> bool:
    well = job.perform(database, careful)
    if not well and not database.in_transaction and job.error is not None:
        raise job.error  # it took the transaction of all with it
    return well


def one_by_one(database: sqlite3.Connection, jobs: list[Job]) -> Iterator[list[Job]]:
    """Each in a snapshot of its own, answered as soon as it is done."""
    for job in jobs:
        with _failing(database, [job]):
            database.execute("BEGIN")
            job.perform(database)
            database.execute("ROLLBACK")
        yield [job]


def with_references_at_rest(database: sqlite3.Connection, jobs: list[Job]) -> Iterator[list[Job]]:
    """Alone, with foreign keys off (they can only be switched outside a transaction) and checked before the commit."""
    with _failing(database, jobs):
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute("BEGIN IMMEDIATE")
        if jobs[0].perform(database):
            _check_references(database)
            database.execute("COMMIT")
        else:
            database.execute("ROLLBACK")
    database.execute("PRAGMA foreign_keys = ON")
    yield jobs


@contextmanager
def _failing(database: sqlite3.Connection, jobs: list[Job]) -> Iterator[None]:
    """What goes wrong around the works is the answer to each of them; nothing of it stays."""
    try:
        yield
    except BaseException as error:  # noqa: BLE001  in the thread nobody else could hear of it
        for job in jobs:
            job.error = job.error or error
        if database.in_transaction:
            with suppress(sqlite3.Error):
                database.execute("ROLLBACK")


def _check_references(database: sqlite3.Connection) -> None:
    broken = database.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = ", ".join(sorted({f"{row['table']} → {row['parent']}" for row in broken}))
        raise ReferencesBroken(f"{len(broken)} rows would point to nothing: {tables}")
