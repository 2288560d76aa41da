"""The engine for many workers: some asyncpg connections, one transaction on one of them for each work."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import LiteralString, TypeVar

import asyncpg

from storage.database import Listener, Row, Unsure, Work
from storage.postgres_sql import translate
from storage.postgres_wakes import FAULTS, Wakes
from storage.values import aware, json_text, json_value
from storage.watch import WORK_MAX_S, Guard, Watch, stepping

T = TypeVar("T")

RETRIES_MAX = 3
RETRY_PAUSE_S = 0.02
CONNECT_TIMEOUT_S = 5.0
RESTRUCTURE_TIMEOUT_S = 3600.0
UNDO_TIMEOUT_S = 5.0
CACHED_STATEMENTS = 512
MIGRATIONS_LOCK = 6_171_020_264  # any number that nothing else in the database locks

# Another transaction got in the way, or a migration changed what a prepared statement was made for.
RETRIED = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.InvalidCachedStatementError,
)

Session = asyncpg.Connection  # its own class stands for a connection of ours, as everywhere in storage


class PostgresConnection:
    """An open transaction on one of the connections.

    ``careful`` sets savepoints. They take two trips, and nearly every attempt succeeds or has only read: a work is
    run without them first.
    """

    __slots__ = ("_session", "careful", "changes", "woken")

    engine = "postgres"
    locked: LiteralString = " FOR UPDATE"
    skip_locked: LiteralString = " FOR UPDATE SKIP LOCKED"

    def __init__(self, session: Session, careful: bool = True) -> None:
        self._session = session
        self.careful = careful
        self.changes = 0  # how many statements may have changed something, or failed
        self.woken: list[tuple[str, str]] = []

    async def all(self, sql: LiteralString, /, **values: object) -> Sequence[Row]:
        """Every row, in the order of the statement."""
        query, names = translate(sql)
        self.changes += 1
        rows: Sequence[Row] = await self._session.fetch(query, *_arguments(names, values))
        self.changes -= query.startswith("SELECT")
        return rows

    async def one(self, sql: LiteralString, /, **values: object) -> Row | None:
        """The first row, or None."""
        query, names = translate(sql)
        self.changes += 1
        row: Row | None = await self._session.fetchrow(query, *_arguments(names, values))
        self.changes -= query.startswith("SELECT")
        return row

    async def run(self, sql: LiteralString, /, **values: object) -> int:
        """Execute and return the number of rows changed."""
        query, names = translate(sql)
        self.changes += 1
        status = await self._session.execute(query, *_arguments(names, values))
        count = status.rpartition(" ")[2]  # «UPDATE 3», «INSERT 0 1», «CREATE TABLE»
        return int(count) if count.isdigit() and not status.startswith("SELECT") else 0

    async def each(self, sql: LiteralString, rows: Iterable[Mapping[str, object]]) -> None:
        """Execute once for each row of values, in order, in one trip."""
        query, names = translate(sql)
        self.changes += 1
        await self._session.executemany(query, [_arguments(names, values) for values in rows])

    def attempt(self) -> _Attempt:
        """A savepoint, or the hope that none is needed."""
        return _Attempt(self, self._session)

    def wake(self, channel: str, chat: str) -> None:
        """After the commit, tell who waits for this lane."""
        self.woken.append((channel, chat))


def _arguments(names: tuple[str, ...], values: Mapping[str, object]) -> list[object]:
    arguments = [values[name] for name in names]
    for value in arguments:
        if type(value) is datetime:
            aware(value)
    return arguments


class _Attempt:
    """Savepoints of one name nest: the innermost is meant."""

    __slots__ = ("_changes_before", "_connection", "_session", "_woken_before")

    def __init__(self, connection: PostgresConnection, session: Session) -> None:
        self._connection = connection
        self._session = session
        self._woken_before = 0
        self._changes_before = 0

    async def __aenter__(self) -> None:
        self._woken_before = len(self._connection.woken)
        self._changes_before = self._connection.changes
        if self._connection.careful:
            await self._session.execute("SAVEPOINT attempt")

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            if self._connection.careful:
                await self._session.execute("RELEASE attempt")
            return
        del self._connection.woken[self._woken_before :]
        if self._connection.careful:
            with suppress(asyncpg.InterfaceError, asyncpg.PostgresConnectionError):  # the first error says more
                await self._session.execute("ROLLBACK TO attempt; RELEASE attempt")
        elif isinstance(error, Exception) and self._connection.changes != self._changes_before:
            raise Unsure from error


class Sessions:
    """A fixed number of connections, each used by one work at a time; the one used last goes first.

    A lost connection is opened anew when its turn comes, so that the server may come and go. Nothing is reset
    between two works: a work sets nothing in its session.
    """

    def __init__(self, dsn: str, count: int) -> None:
        self._dsn = dsn
        self._count = count
        self._free: asyncio.LifoQueue[Session | None] = asyncio.LifoQueue()

    async def start(self) -> None:
        """Open all.

        Raises:
            OSError, asyncpg.PostgresError: the server cannot be reached or refuses.
        """
        for session in await asyncio.gather(*(self._connect() for _ in range(self._count))):
            self._free.put_nowait(session)

    async def take(self) -> Session:
        """Wait for a free one, which the caller gives back.

        Raises:
            OSError, asyncpg.PostgresError: it was lost and cannot be opened again now.
        """
        session = await self._free.get()
        if session is not None and not session.is_closed():
            return session
        try:
            return await self._connect()
        except BaseException:
            self.give_back(None)
            raise

    def give_back(self, session: Session | None) -> None:
        """Free again; None stands for one that could not be opened."""
        self._free.put_nowait(session)

    async def close(self) -> None:
        """Wait for each to be given back, and close it."""
        for _ in range(self._count):
            session = await self._free.get()
            if session is not None and not session.is_closed():
                with suppress(*FAULTS):
                    await session.close(timeout=1)

    async def _connect(self) -> Session:
        session = await asyncpg.connect(
            self._dsn,
            timeout=CONNECT_TIMEOUT_S,
            statement_cache_size=CACHED_STATEMENTS,
            max_cached_statement_lifetime=0,
            server_settings={"application_name": "jiangdao", "jit": "off"},
        )
        await session.set_type_codec("jsonb", schema="pg_catalog", encoder=json_text, decoder=json_value)
        return session


class PostgresDatabase:
    """Connections to one database; see ``storage.database.Database``."""

    engine = "postgres"

    def __init__(self, sessions: Sessions, wakes: Wakes, work_max_s: float) -> None:
        self._sessions = sessions
        self._wakes = wakes
        self._work_max_s = work_max_s
        self._watch = Watch(work_max_s)
        self._guard = Guard(self._watch, asyncio.get_running_loop().time)
        self._closing: asyncio.Task[None] | None = None

    async def transact(self, work: Work[T]) -> T:
        """Run ``work`` in one transaction, again if another one got in its way."""
        return await self._again(work, "BEGIN")

    async def read(self, work: Work[T]) -> T:
        """Run ``work`` in a read-only snapshot."""
        return await self._again(work, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    async def restructure(self, work: Work[T]) -> T:
        """Run ``work`` while no other worker restructures."""
        return await self._once(work, f"BEGIN; SELECT pg_advisory_xact_lock({MIGRATIONS_LOCK})", RESTRUCTURE_TIMEOUT_S)

    def listen(self, listener: Listener) -> None:
        """Call ``listener`` after each commit, here or in another worker, that woke a lane."""
        self._wakes.listeners.add(listener)

    async def close(self) -> None:
        """Finish what runs, tell the other workers what they have not heard, close every connection."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        await self._sessions.close()
        await self._wakes.close()
        self._guard.close()

    async def _again(self, work: Work[T], begin: str) -> T:
        careful = False
        for tried in range(RETRIES_MAX):
            try:
                return await self._once(work, begin, careful=careful)
            except Unsure:
                careful = True
            except RETRIED:
                pause_s = random.uniform(0, RETRY_PAUSE_S * 2**tried)  # noqa: S311  chance, not a secret
                await asyncio.sleep(pause_s)
        return await self._once(work, begin)

    async def _once(self, work: Work[T], begin: str, timeout_s: float | None = None, careful: bool = True) -> T:
        if self._closing is not None:
            raise RuntimeError("the database is closed")
        session = await self._sessions.take()
        connection = PostgresConnection(session, careful)
        try:
            async with asyncio.timeout(timeout_s or self._work_max_s):
                await session.execute(begin)
                result = await stepping(work(connection), self._watch)
                ended = await session.execute("COMMIT")
        except BaseException:
            await _undo(session)
            raise
        finally:
            self._sessions.give_back(session)
        if ended != "COMMIT":
            raise RuntimeError("the work caught an error of the database outside attempt(); it was undone")
        self._wakes.tell(connection.woken)
        return result


async def _undo(session: Session) -> None:
    """Leave no transaction open; a connection that cannot even do that is cut, and the server undoes by itself."""
    if session.is_closed() or not session.is_in_transaction():
        return
    try:
        await session.execute("ROLLBACK", timeout=UNDO_TIMEOUT_S)
    except BaseException as error:
        session.terminate()
        if not isinstance(error, FAULTS):
            raise


async def open_postgres(dsn: str, connections: int, work_max_s: float = WORK_MAX_S) -> PostgresDatabase:
    """Open ``connections`` and one more that listens.

    A work that takes longer than ``work_max_s`` is cut and undone, and raises TimeoutError.

    Raises:
        OSError, asyncpg.PostgresError: the server cannot be reached or refuses.
    """
    sessions, wakes = Sessions(dsn, connections), Wakes(dsn)
    await sessions.start()
    try:
        await wakes.start()
    except BaseException:
        await sessions.close()
        raise
    return PostgresDatabase(sessions, wakes, work_max_s)
