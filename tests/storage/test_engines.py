"""What both engines promise to a repository, and what each of them promises alone."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote, urlsplit

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.database import Connection, Database, DatabaseBusy
from storage.opening import open_database
from storage.postgres_sql import translate
from storage.values import time_text

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
BIG = 2**63 - 1
only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
only_postgres = pytest.mark.parametrize("engine", ["postgres"], indirect=True)


class Colour(StrEnum):
    RED = "red"


@pytest.fixture
async def table(bare: Database) -> Database:
    """A database with one table of every type."""

    async def create(connection: Connection) -> None:
        await connection.run(
            "CREATE TABLE things (id TEXT PRIMARY KEY, n BIGINT NOT NULL, at TIMESTAMPTZ, facts JSONB, done BOOLEAN)"
        )

    await bare.transact(create)
    return bare


def adding(thing_id: str, n: int = 0, **columns: object):
    values = {"at": None, "facts": None, "done": None} | columns

    async def add(connection: Connection) -> str:
        await connection.run(
            "INSERT INTO things (id, n, at, facts, done) VALUES (:id, :n, :at, :facts, :done)",
            id=thing_id,
            n=n,
            **values,
        )
        return thing_id

    return add


async def ids(database: Database) -> list[str]:
    async def select(connection: Connection) -> list[str]:
        return [row["id"] for row in await connection.all("SELECT id FROM things ORDER BY id")]

    return await database.read(select)


async def first(database: Database, sql: str, **values: object):
    async def select(connection: Connection):
        return await connection.one(sql, **values)

    return await database.read(select)


async def seen_from_outside(url: str) -> list[str]:
    """What another client of the database sees now."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        with sqlite3.connect(unquote(parts.path[1:])) as stranger:
            return [row[0] for row in stranger.execute("SELECT id FROM things ORDER BY id")]
    stranger = await asyncpg.connect(url)
    try:
        return [row["id"] for row in await stranger.fetch("SELECT id FROM things ORDER BY id")]
    finally:
        await stranger.close()


# values


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", NOON),
        ("at", NOON.replace(microsecond=0)),
        ("at", datetime(2, 1, 1, tzinfo=UTC)),
        ("at", datetime(9999, 12, 31, tzinfo=UTC)),
        ("facts", {"问题": ["厨房水龙头", {"滴水": True, "层": 3, "无": None}], "«»": '"\\'}),
        ("facts", []),
        ("facts", {}),
        ("done", True),
        ("done", False),
        ("n", BIG),
        ("n", -BIG - 1),
        ("id", "O'Neil «厨房» 👩‍👩‍👧 :name ? $1 %s"),
        ("id", Colour.RED),
        *[(column, None) for column in ("at", "facts", "done")],
    ],
)
async def test_a_value_comes_back_as_it_went_in(table: Database, column: str, value: object):
    """What is written is read back with the same type and value on both engines."""
    row = {"thing_id": "t", "n": 1} | {"thing_id" if column == "id" else column: value}
    await table.transact(adding(**row))

    found = (await first(table, "SELECT * FROM things"))[column]

    assert found == value
    assert type(found) is (str if value is Colour.RED else type(value))


async def test_a_time_of_any_zone_is_the_same_moment_in_utc(table: Database):
    """A time comes back in UTC, whichever zone it was written in."""
    await table.transact(adding("t", at=NOON.astimezone(timezone(timedelta(hours=8)))))

    found = (await first(table, "SELECT at FROM things WHERE at = :at", at=NOON))["at"]

    assert (found, found.utcoffset()) == (NOON, timedelta(0))


@given(st.lists(st.datetimes(timezones=st.just(UTC)), min_size=2))
def test_stored_times_sort_as_times_do(moments: list[datetime]):
    """The text that SQLite keeps has one width and the order of time."""
    assert sorted(map(time_text, moments)) == [time_text(moment) for moment in sorted(moments)]
    assert {len(time_text(moment)) for moment in moments} == {32}


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-BIG, BIG)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8", exclude_characters="\0")), inner)
    ),
    max_leaves=8,
)


async def test_any_json_comes_back(table: Database):
    """Any dict that JSON can hold, without NUL, comes back equal."""
    numbers = itertools.count()
    found: list[object] = []
    wanted: list[object] = []

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(st.text(st.characters(codec="utf-8", exclude_characters="\0")), JSON))
    def collect(facts: dict) -> None:
        wanted.append(facts)

    collect()
    for facts in wanted:
        await table.transact(adding(str(next(numbers)), facts=facts))
    found = [
        (await first(table, "SELECT facts FROM things WHERE id = :id", id=str(n)))["facts"] for n in range(len(wanted))
    ]

    assert found == wanted


@pytest.mark.parametrize(
    ("column", "value", "refusal"),
    [
        ("at", datetime(2026, 3, 1), ValueError),
        ("facts", {"nul": "\0"}, ValueError),
        ("facts", {"no number": float("nan")}, ValueError),
        ("n", 2**63, (OverflowError, asyncpg.DataError)),
    ],
)
async def test_what_the_engines_would_keep_differently_is_refused(table: Database, column: str, value: object, refusal):
    """A naive time, NUL or NaN in JSON and an integer beyond 64 bits raise and store nothing."""
    with pytest.raises((*([refusal] if isinstance(refusal, type) else refusal), asyncpg.DataError)):
        await table.transact(adding(**({"thing_id": "t"} | {column: value})))

    assert await ids(table) == []


async def test_columns_keep_their_type_wherever_they_are_read(table: Database):
    """RETURNING, subqueries and joins give typed values; an expression does if it names its type."""

    async def look(connection: Connection) -> list[object]:
        returned = await connection.one("UPDATE things SET n = n + 1 RETURNING at, facts, done")
        nested = await connection.one(
            "WITH t AS (SELECT at FROM things)"
            " SELECT t.at, (SELECT done FROM things) AS done FROM t JOIN things ON 1 = 1"
        )
        highest = await connection.one('SELECT max(at) AS "at [TIMESTAMPTZ]", count(*) AS n FROM things')
        assert returned is not None
        assert nested is not None
        assert highest is not None
        return [returned["at"], returned["facts"], returned["done"], nested["at"], nested["done"], highest["at"]]

    await table.transact(adding("t", at=NOON, facts={"a": 1}, done=True))

    assert await table.transact(look) == [NOON, {"a": 1}, True, NOON, True, NOON]


# statements


async def test_a_list_is_matched_by_value(table: Database):
    """``IN (SELECT value FROM json_each(:list))`` takes a list of str or int on both engines, also negated."""
    for n, thing_id in enumerate("abcd"):
        await table.transact(adding(thing_id, n))

    async def pick(connection: Connection) -> list[list[str]]:
        picked = [
            await connection.all(
                "SELECT id FROM things WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY id", ids=["a", "c", "?"]
            ),
            await connection.all("SELECT id FROM things WHERE n IN (SELECT value FROM json_each(:ns))", ns=[3]),
            await connection.all("SELECT id FROM things WHERE id IN (SELECT value FROM json_each(:ids))", ids=[]),
            await connection.all(
                "SELECT id FROM things WHERE n NOT IN (SELECT value FROM json_each(:ns)) ORDER BY id", ns=[0, 1]
            ),
        ]
        return [[row["id"] for row in rows] for rows in picked]

    assert await table.read(pick) == [["a", "c"], ["d"], [], ["c", "d"]]


async def test_a_statement_says_how_many_rows_it_changed(table: Database):
    """``run`` counts inserted, updated and deleted rows, and a conflict that does nothing as none."""
    for thing_id in "abc":
        await table.transact(adding(thing_id))

    async def change(connection: Connection) -> list[int]:
        return [
            await connection.run("INSERT INTO things (id, n) VALUES ('a', 1) ON CONFLICT DO NOTHING"),
            await connection.run("INSERT INTO things (id, n) VALUES ('d', 1) ON CONFLICT DO NOTHING"),
            await connection.run("UPDATE things SET n = 2 WHERE id <> :id", id="a"),
            await connection.run("DELETE FROM things WHERE n = :n", n=7),
            await connection.run("DELETE FROM things"),
            await connection.run("CREATE TABLE others (id TEXT)"),
        ]

    assert await table.transact(change) == [0, 1, 3, 0, 4, 0]


async def test_many_rows_go_in_one_trip_in_order(table: Database):
    """``each`` runs the statement for each row; no rows are no trip."""

    async def fill(connection: Connection) -> None:
        await connection.each("INSERT INTO things (id, n) VALUES (:id, :n)", [{"id": str(n), "n": n} for n in range(5)])
        await connection.each("INSERT INTO things (id, n) VALUES (:id, :n)", [])

    await table.transact(fill)

    assert await ids(table) == list("01234")


async def test_nothing_found_is_none_or_empty(table: Database):
    """No row is None for ``one`` and empty for ``all``."""
    assert await first(table, "SELECT * FROM things") is None
    assert await ids(table) == []


@pytest.mark.parametrize(
    ("sql", "query", "names"),
    [
        ("SELECT :a, :b, :a", "SELECT $1, $2, $1", ("a", "b")),
        ("SELECT ':a', \":b\", 'it''s :c' -- :d", "SELECT ':a', \":b\", 'it''s :c' -- :d", ()),
        ("SELECT :a::text /* :b */", "SELECT $1::text /* :b */", ("a",)),
        ("DO $x$ BEGIN :a; END $x$", "DO $x$ BEGIN :a; END $x$", ()),
        ('SELECT max(at) AS "at [TIMESTAMPTZ]"', 'SELECT max(at) AS "at"', ()),
        ("x IN (SELECT value FROM json_each(:a)) AND y = :b", "x = ANY($1) AND y = $2", ("a", "b")),
        ("x NOT IN (SELECT value FROM json_each(:a))", "x <> ALL($1)", ("a",)),
    ],
)
def test_shared_sql_becomes_postgres_sql(sql: str, query: str, names: tuple[str, ...]):
    """Names become numbers; strings, quoted names, comments, casts and dollar quotes stay as they are."""
    assert translate(sql) == (query, names)


# transactions


async def test_what_is_acknowledged_is_committed(table: Database, bare_url: str):
    """When ``transact`` returns, another client of the database sees the row; also for works that share a commit."""

    async def add_and_look(thing_id: str) -> bool:
        await table.transact(adding(thing_id))
        return thing_id in await seen_from_outside(bare_url)

    assert all(await asyncio.gather(*(add_and_look(f"t{n}") for n in range(20))))


async def test_a_failing_work_is_undone_alone(table: Database):
    """Of many works at once, those that raise leave nothing and hear their own error; the others are kept."""

    async def work(connection: Connection, n: int) -> int:
        await adding(f"{n:02}")(connection)
        if n % 3 == 0:
            raise LookupError(n)
        return n

    answers = await asyncio.gather(
        *(table.transact(lambda connection, n=n: work(connection, n)) for n in range(30)), return_exceptions=True
    )

    assert [answer.args[0] if isinstance(answer, LookupError) else answer for answer in answers] == list(range(30))
    assert all(isinstance(answer, LookupError) == (n % 3 == 0) for n, answer in enumerate(answers))
    assert await ids(table) == [f"{n:02}" for n in range(30) if n % 3]


async def test_a_failing_work_alone_leaves_nothing(table: Database):
    """A work that nobody shares a commit with is undone whole, and the next one finds a clean connection."""

    async def work(connection: Connection) -> None:
        await adding("a")(connection)
        await adding("a")(connection)

    with pytest.raises((sqlite3.IntegrityError, asyncpg.UniqueViolationError)):
        await table.transact(work)
    await table.transact(adding("b"))

    assert await ids(table) == ["b"]


async def test_attempts_nest(table: Database):
    """An attempt that fails undoes itself and what it holds, and nothing around it."""

    async def work(connection: Connection) -> None:
        await adding("kept")(connection)
        with suppress(LookupError):
            async with connection.attempt():
                await adding("undone with the outer")(connection)
                async with connection.attempt():
                    await adding("undone too")(connection)
                with suppress(sqlite3.IntegrityError, asyncpg.UniqueViolationError):
                    async with connection.attempt():
                        await adding("inner")(connection)
                        await adding("kept")(connection)
                assert [row["id"] for row in await connection.all("SELECT id FROM things ORDER BY id")] == [
                    "kept",
                    "undone too",
                    "undone with the outer",
                ]
                raise LookupError
        async with connection.attempt():
            await adding("kept as well")(connection)

    await table.transact(work)

    assert await ids(table) == ["kept", "kept as well"]


async def test_no_update_is_lost(table: Database):
    """Works that read, then write what they read plus one, add up however they interleave."""
    await table.transact(adding("t"))

    async def increment(connection: Connection) -> None:
        row = await connection.one("SELECT n FROM things WHERE id = 't'" + connection.locked)
        assert row is not None
        await connection.run("UPDATE things SET n = :n WHERE id = 't'", n=row["n"] + 1)

    await asyncio.gather(*(table.transact(increment) for _ in range(100)))

    row = await first(table, "SELECT n FROM things")
    assert row["n"] == 100


async def test_a_cancelled_caller_harms_nobody(table: Database):
    """Callers that give up while they wait take nothing from those beside them, and the database goes on."""
    tasks = [asyncio.create_task(table.transact(adding(f"{n:02}"))) for n in range(40)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    await table.transact(adding("after"))

    assert all(isinstance(answer, asyncio.CancelledError) for answer in answers[::2])
    assert {f"{n:02}" for n in range(1, 40, 2)} | {"after"} <= set(await ids(table))


async def test_a_reader_cannot_write(table: Database):
    """A write through ``read`` raises the driver's error and changes nothing."""
    with pytest.raises((sqlite3.OperationalError, asyncpg.ReadOnlySQLTransactionError)):
        await table.read(adding("t"))

    assert await ids(table) == []


async def test_a_reader_sees_one_moment(table: Database):
    """What is committed during a read is not seen by it, and by the next one it is."""
    begun, go_on = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    async def count_twice(connection: Connection) -> list[int]:
        counts = []
        for _ in range(2):
            row = await connection.one("SELECT count(*) AS n FROM things")
            assert row is not None
            counts.append(row["n"])
            loop.call_soon_threadsafe(begun.set)
            if connection.engine == "postgres":
                await go_on.wait()
            else:
                asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(10)
        return counts

    reading = asyncio.create_task(table.read(count_twice))
    await begun.wait()
    await table.transact(adding("t"))
    go_on.set()

    assert (await reading, len(await ids(table))) == ([0, 0], 1)


async def test_a_work_sees_its_callers_context(table: Database):
    """Context variables, with which logs are tied to a message, hold within a work."""
    whose: ContextVar[str] = ContextVar("whose")
    whose.set("hana")

    async def work(connection: Connection) -> str:
        return whose.get()

    assert await table.transact(work) == "hana"


async def test_closing_finishes_what_runs(table: Database, bare_url: str):
    """Works that were begun are committed; later ones are refused; closing twice is closing once."""
    tasks = [asyncio.create_task(table.transact(adding(f"{n:03}"))) for n in range(150)]
    await asyncio.sleep(0)

    await asyncio.gather(table.close(), table.close())
    answers = await asyncio.gather(*tasks, return_exceptions=True)

    done = [answer for answer in answers if isinstance(answer, str)]
    assert done
    assert await seen_from_outside(bare_url) == done
    with pytest.raises(RuntimeError, match="closed"):
        await table.transact(adding("late"))


# wakes


async def test_lanes_are_woken_after_the_commit_only(table: Database, bare_url: str):
    """A listener hears of a lane once per work, when the work's rows are there for all."""
    heard: list[tuple[str, str]] = []
    visible: list[list[str]] = []

    def listener(channel: str, chat: str) -> None:
        heard.append((channel, chat))
        if bare_url.startswith("sqlite"):
            with sqlite3.connect(unquote(urlsplit(bare_url).path[1:])) as stranger:
                visible.append([row[0] for row in stranger.execute("SELECT id FROM things")])

    async def work(connection: Connection) -> None:
        connection.wake("webchat", "c1")
        connection.wake("webchat", "c2")
        connection.wake("webchat", "c1")
        await adding("t")(connection)
        assert heard == []

    table.listen(listener)
    await table.transact(work)

    assert heard == [("webchat", "c1"), ("webchat", "c2")]
    assert all(rows == ["t"] for rows in visible)


async def test_what_is_undone_wakes_nobody(table: Database):
    """Wakes of a failed work and of a failed attempt are forgotten."""
    heard: list[tuple[str, str]] = []
    table.listen(lambda channel, chat: heard.append((channel, chat)))

    async def partly(connection: Connection) -> None:
        connection.wake("webchat", "kept")
        with suppress(LookupError):
            async with connection.attempt():
                connection.wake("webchat", "undone")
                raise LookupError
        connection.wake("webchat", "kept too")

    async def wholly(connection: Connection) -> None:
        connection.wake("webchat", "undone")
        raise LookupError

    await table.transact(partly)
    with pytest.raises(LookupError):
        await table.transact(wholly)

    assert heard == [("webchat", "kept"), ("webchat", "kept too")]


# SQLite


@only_sqlite
async def test_waiting_for_something_else_is_an_error(table: Database):
    """A work that awaits anything but its connection is told so and undone; its neighbours are kept."""

    async def wait(connection: Connection) -> None:
        await adding("undone")(connection)
        await asyncio.sleep(0)

    answers = await asyncio.gather(
        table.transact(adding("a")), table.transact(wait), table.transact(adding("b")), return_exceptions=True
    )

    assert isinstance(answers[1], RuntimeError)
    assert "awaited something else" in str(answers[1])
    assert await ids(table) == ["a", "b"]


@only_sqlite
async def test_a_file_is_open_once(table: Database, bare_url: str):
    """A second opening is refused, in this process and in another, with the holder's number; closing allows it."""
    opening = f"import asyncio; from storage.opening import open_database; asyncio.run(open_database({bare_url!r}))"
    with pytest.raises(DatabaseBusy, match=r"in use by process \d+"):
        await open_database(bare_url)
    other = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", opening], capture_output=True, text=True, check=False
    )
    await table.close()
    again = await open_database(bare_url)
    await again.close()

    assert "DatabaseBusy" in other.stderr


@only_sqlite
async def test_works_that_wait_share_a_commit(table: Database, tmp_path: Path):
    """64 works at once need far fewer commits than 64, and one after another each has its own."""
    before = commits(tmp_path / "bare.db-wal")
    await asyncio.gather(*(table.transact(adding(f"{n:02}")) for n in range(64)))
    together = commits(tmp_path / "bare.db-wal") - before
    for n in range(8):
        await table.transact(adding(f"alone {n}"))
    alone = commits(tmp_path / "bare.db-wal") - before - together

    assert together <= 4
    assert alone == 8


def commits(log: Path) -> int:
    """The commit frames of a write-ahead log: those that name the size of the database after them."""
    data = log.read_bytes()
    page_bytes = int.from_bytes(data[8:12], "big")
    return sum(data[frame + 4 : frame + 8] != bytes(4) for frame in range(32, len(data), page_bytes + 24))


@only_sqlite
async def test_a_failed_commit_is_nobodys_success(table: Database):
    """If the shared commit fails, every work in it hears so and nothing of any stays; the next commit is sound."""

    async def create(connection: Connection) -> None:
        await connection.run("CREATE TABLE parents (id TEXT PRIMARY KEY)")
        await connection.run("CREATE TABLE children (id TEXT REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)")

    async def orphan(connection: Connection) -> None:
        await connection.run("INSERT INTO children VALUES ('nobody')")

    await table.transact(create)
    answers = await asyncio.gather(
        *(table.transact(work) for work in (adding("a"), orphan, adding("b"))), return_exceptions=True
    )
    await table.transact(adding("c"))

    assert [type(answer) for answer in answers] == [sqlite3.IntegrityError] * 3
    assert await ids(table) == ["c"]


@only_sqlite
async def test_a_full_disk_ends_no_other_work_halfway(table: Database):
    """When the file cannot grow, each work is either whole and acknowledged or gone and told, and life goes on."""

    async def limit(connection: Connection, pages: int) -> None:
        await connection.one(f"PRAGMA max_page_count = {pages}")

    async def pair(connection: Connection, n: int) -> int:
        await adding(f"{n}-a", facts=["x" * 3000])(connection)
        try:
            await adding(f"{n}-b", facts=["x" * 300_000])(connection)
        except sqlite3.OperationalError:
            await adding(f"{n}-c")(connection)
            raise
        return n

    await table.transact(lambda connection: limit(connection, 300))
    answers = await asyncio.gather(
        *(table.transact(lambda connection, n=n: pair(connection, n)) for n in range(8)), return_exceptions=True
    )
    await table.transact(lambda connection: limit(connection, 1_000_000))
    await table.transact(adding("after"))

    done = [n for n in answers if isinstance(n, int)]
    assert any(isinstance(answer, sqlite3.OperationalError) for answer in answers)
    assert await ids(table) == sorted([f"{n}-{half}" for n in done for half in "ab"] + ["after"])


@only_sqlite
async def test_sqlite_is_opened_as_durable_as_it_can_be(table: Database):
    """Write-ahead log, full synchronisation, foreign keys; the reader never checkpoints and cannot write."""

    async def pragmas(connection: Connection) -> dict[str, object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "query_only", "busy_timeout")
        found: dict[str, object] = {}
        for name in (*names, "wal_autocheckpoint"):
            row = await connection.one(f"PRAGMA {name}")
            assert row is not None
            found[name] = row[0]
        return found

    common = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
    assert await table.transact(pragmas) == common | {"query_only": 0, "wal_autocheckpoint": 4000}
    assert await table.read(pragmas) == common | {"query_only": 1, "wal_autocheckpoint": 0}


# PostgreSQL


@only_postgres
async def test_an_error_that_was_swallowed_is_not_called_success(table: Database):
    """PostgreSQL gives up a transaction after an error; a work that hides the error still fails."""

    async def hide(connection: Connection) -> None:
        await adding("a")(connection)
        with pytest.raises(asyncpg.UniqueViolationError):
            await adding("a")(connection)

    with pytest.raises(RuntimeError, match="outside attempt"):
        await table.transact(hide)

    assert await ids(table) == []


@only_postgres
async def test_a_deadlock_is_tried_again(table: Database):
    """Two works that take each other's rows both end well, one of them at its second try."""
    runs: Counter[str] = Counter()
    both_hold_one = asyncio.Barrier(2)
    for thing_id in "ab":
        await table.transact(adding(thing_id))

    async def cross(connection: Connection, mine: str, other: str) -> None:
        runs[mine] += 1
        await connection.run("UPDATE things SET n = n + 1 WHERE id = :id", id=mine)
        if runs[mine] == 1:
            await both_hold_one.wait()
        await connection.run("UPDATE things SET n = n + 1 WHERE id = :id", id=other)

    await asyncio.gather(
        table.transact(lambda connection: cross(connection, "a", "b")),
        table.transact(lambda connection: cross(connection, "b", "a")),
    )

    assert sorted(runs.values()) == [1, 2]
    row = await first(table, "SELECT sum(n) AS n FROM things")
    assert row["n"] == 4


@only_postgres
async def test_a_lost_connection_is_replaced(table: Database):
    """A work whose connection dies raises; as many works as there are connections go well right after."""

    async def die(connection: Connection) -> None:
        await connection.one("SELECT pg_terminate_backend(pg_backend_pid())")

    for _ in range(6):
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
            await table.transact(die)
    await asyncio.gather(*(table.transact(adding(f"t{n}")) for n in range(8)))

    assert len(await ids(table)) == 8


@pytest.fixture
async def other(bare_url: str):
    """Another worker on the same database."""
    database = await open_database(bare_url, connections=1)
    yield database
    await database.close()


async def hear(queue: asyncio.Queue[tuple[str, str]]) -> tuple[str, str]:
    async with asyncio.timeout(10):
        return await queue.get()


def waking(*lanes: tuple[str, str]):
    async def wake(connection: Connection) -> None:
        for channel, chat in lanes:
            connection.wake(channel, chat)

    return wake


@only_postgres
async def test_another_worker_hears_of_a_lane(bare: Database, other: Database):
    """A wake reaches the listeners of other workers, each lane once, and one's own only once."""
    own: list[tuple[str, str]] = []
    heard: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
    bare.listen(lambda channel, chat: own.append((channel, chat)))
    other.listen(lambda channel, chat: heard.put_nowait((channel, chat)))

    await bare.transact(waking(("webchat", "群"), ("webchat", "b")))
    await bare.transact(waking(("webchat", "b")))
    first_two = {await hear(heard), await hear(heard)}
    await other.transact(waking(("clock", "back")))
    last = await hear(heard)

    assert first_two == {("webchat", "群"), ("webchat", "b")}
    assert last == ("clock", "back")
    assert own[:3] == [("webchat", "群"), ("webchat", "b"), ("webchat", "b")]
    assert set(own[3:]) <= {("clock", "back")}


@only_postgres
async def test_too_many_lanes_are_any_lane(bare: Database, other: Database):
    """Lanes that do not fit into one notice are told as «any lane»."""
    heard: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
    other.listen(lambda channel, chat: heard.put_nowait((channel, chat)))

    await bare.transact(waking(*(("webchat", f"{n:0100}") for n in range(100))))

    assert await hear(heard) == ("*", "*")


@only_postgres
async def test_a_cut_line_comes_back(bare: Database, other: Database, bare_url: str):
    """When the listening connection dies, the worker listens again and is told that any lane may have news."""
    heard: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
    other.listen(lambda channel, chat: heard.put_nowait((channel, chat)))
    admin = await asyncpg.connect(bare_url)
    await admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await admin.close()

    assert await hear(heard) == ("*", "*")
    spoken = asyncio.create_task(keep_waking(bare, ("webchat", "c1")))
    while await hear(heard) != ("webchat", "c1"):
        pass
    spoken.cancel()


async def keep_waking(database: Database, lane: tuple[str, str]) -> None:
    """Both ends were cut: the speaker's own line may take a moment longer than the listener's."""
    while True:
        await database.transact(waking(lane))
        await asyncio.sleep(0.05)


# addresses


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x", "jiangdao.db", ""])
async def test_an_unknown_address_is_refused(url: str):
    """A URL of no known form says which forms there are."""
    with pytest.raises(ValueError, match="sqlite:///"):
        await open_database(url)
