"""What a repository needs of an engine.

SQL is written once, in the part that both engines share, with values named ``:name``. Five habits make that work:

- A list of values is matched with ``IN (SELECT value FROM json_each(:ids))``; a list of str or of int is handed over.
- A column keeps its type through joins, subqueries and RETURNING. An expression does not («max(at)»,
  «coalesce(…)»): unless it is a str or an int it names its type, ``max(at) AS "at [TIMESTAMPTZ]"``, and the row is
  still read as ``row["at"]``.
- A value whose type PostgreSQL cannot infer is cast: ``CAST(:after AS TEXT) IS NULL``.
- An error of the database is caught around ``attempt()`` only; elsewhere PostgreSQL gives up the whole transaction,
  and so ``transact`` raises even if the work has caught it.

- A constraint is not DEFERRABLE: works share a commit on SQLite, and one that fails it would fail them all.

Values are str, int (64 bits), float, bool, bytes, aware datetime, dict or list (JSONB) and None. A naive datetime
raises ValueError; ``datetime.min`` and ``max`` are no times, PostgreSQL has them for its infinities. Text with NUL
or half a surrogate pair is refused by PostgreSQL or by both: whoever takes text from outside cleans it first.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, LiteralString, Protocol, TypeVar

T = TypeVar("T")


class DatabaseBusy(Exception):
    """The file is open in another process, whose number the message names."""


class Row(Protocol):
    """One row, read by column name: ``row["state"]``, or as values in the order of the statement."""

    def __iter__(self) -> Iterator[Any]:
        """The values, as the statement names its columns."""

    def __getitem__(self, column: str, /) -> Any:
        """The value: str, int, bool, aware UTC datetime, dict or list (JSONB), or None."""


class Connection(Protocol):
    """An open transaction. Both engines take and give the same Python values.

    Where SQL cannot be shared, a repository chooses by ``engine`` («sqlite», «postgres»). ``locked`` is the
    row-lock clause of a SELECT (" FOR UPDATE" or "") and ``skip_locked`` the one which passes by rows that
    others hold.
    """

    @property
    def engine(self) -> str:
        """«sqlite» or «postgres»."""

    @property
    def locked(self) -> LiteralString:
        """«FOR UPDATE» after a space, or nothing where there is one writer."""

    @property
    def skip_locked(self) -> LiteralString:
        """«FOR UPDATE SKIP LOCKED» after a space, or nothing where there is one writer."""

    async def all(self, sql: LiteralString, /, **values: object) -> Sequence[Row]:
        """Every row, in the order of the statement."""

    async def one(self, sql: LiteralString, /, **values: object) -> Row | None:
        """The first row, or None."""

    async def run(self, sql: LiteralString, /, **values: object) -> int:
        """Execute and return the number of rows changed."""

    async def each(self, sql: LiteralString, rows: Iterable[Mapping[str, object]]) -> None:
        """Execute once for each row of values, in order, in one trip."""

    def attempt(self) -> AbstractAsyncContextManager[None]:
        """A savepoint: an exception that leaves the block undoes it, and goes on upwards. May be nested."""

    def wake(self, channel: str, chat: str) -> None:
        """After the commit, tell who waits for this lane; forgotten if what surrounds it is undone."""


Work = Callable[[Connection], Coroutine[Any, Any, T]]
Listener = Callable[[str, str], None]


class Database(Protocol):
    """An engine, open. A work awaits nothing but its connection."""

    @property
    def engine(self) -> str:
        """«sqlite» or «postgres»."""

    async def transact(self, work: Work[T]) -> T:
        """Run ``work`` in one transaction and return its result once that is durable.

        It may be run again, from the start, when another transaction got in its way (PostgreSQL), a work beside it
        fails (SQLite) or an ``attempt`` that has written fails, at most three times more: outside the connection a
        work changes nothing that it could not change twice. A caller that is cancelled cannot know whether its work
        was done.

        Raises:
            Whatever ``work`` raises, after undoing all it did and nothing else.
            RuntimeError: the work awaited something else than its connection (SQLite), or the database is closed.
        """

    async def read(self, work: Work[T]) -> T:
        """Run ``work`` on a connection that cannot write, beside the writer.

        It sees one moment: all that was committed before its first statement and nothing later. An attempt
        to write raises the driver's error.
        """

    async def restructure(self, work: Work[T]) -> T:
        """Run ``work`` in a transaction of its own that changes the schema, under the lock of migrations.

        On SQLite references between tables are not followed meanwhile, so that a table can be rebuilt without
        a cascade, and are checked before the commit.

        Raises:
            ReferencesBroken: rows would point to nothing; all is undone.
        """

    def listen(self, listener: Listener) -> None:
        """Call ``listener(channel, chat)`` on the event loop after each commit that woke this lane.

        It hears other PostgreSQL workers too, some 20 ms later. ``("*", "*")`` stands for any lane: too many
        changed to be named, or the line was cut for a while. Words may get lost: who waits polls as well.
        """

    async def close(self) -> None:
        """Finish what is running, then let go of every connection and lock. Twice is once."""


class Unsure(BaseException):
    """What is to be undone lies behind no savepoint: the work is run again, from the start and with savepoints.

    Nothing that a work catches may hold it up, and so it is no Exception.
    """


class ReferencesBroken(Exception):
    """A change of the schema would leave rows that point to nothing; the message names the tables."""
