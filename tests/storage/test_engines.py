"""What both engines promise to a repository."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing, suppress
from contextvars import ContextVar
from urllib.parse import unquote, urlsplit

import asyncpg
import pytest

from storage.database import Connection, Database
from tests.storage.things import adding, first, ids, seen_from_outside


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


async def test_lanes_are_woken_after_the_commit_only(table: Database, bare_url: str):
    """A listener hears of a lane once per work, when the work's rows are there for all."""
    heard: list[tuple[str, str]] = []
    visible: list[list[str]] = []

    def listener(channel: str, chat: str) -> None:
        heard.append((channel, chat))
        if bare_url.startswith("sqlite"):
            with closing(sqlite3.connect(unquote(urlsplit(bare_url).path[1:]))) as stranger:
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


async def test_a_failing_listener_harms_nobody(table: Database):
    """The work that woke it is done and answered, those beside it too, and the other listeners hear."""
    heard: list[str] = []
    reported: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: reported.append(context["exception"]))

    def broken(channel: str, chat: str) -> None:
        raise LookupError(chat)

    async def work(connection: Connection, chat: str) -> str:
        connection.wake("webchat", chat)
        return chat

    table.listen(broken)
    table.listen(lambda channel, chat: heard.append(chat))
    answers = await asyncio.gather(*(table.transact(lambda connection, n=n: work(connection, n)) for n in "abc"))

    assert answers == list("abc")
    assert sorted(heard) == list("abc")
    assert [type(error) for error in reported] == [LookupError] * 3
