"""What the engine for many workers promises alone."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from typing import LiteralString

import asyncpg
import pytest

from domain.chat import Place, Raw
from domain.people import Person
from storage.database import Connection, Database, Row
from storage.opening import open_database
from storage.store import Store
from tests.storage.things import adding, first, ids

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


async def test_an_error_that_was_swallowed_is_not_called_success(table: Database):
    """PostgreSQL gives up a transaction after an error; a work that hides the error still fails."""

    async def hide(connection: Connection) -> None:
        await adding("a")(connection)
        with pytest.raises(asyncpg.UniqueViolationError):
            await adding("a")(connection)

    with pytest.raises(RuntimeError, match="outside attempt"):
        await table.transact(hide)

    assert await ids(table) == []


async def test_a_deadlock_is_tried_again(table: Database):
    """Two works that take each other's rows both end well, at least one of them at a later try."""
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

    assert sum(runs.values()) > 2
    row = await first(table, "SELECT sum(n) AS n FROM things")
    assert row["n"] == 4


@pytest.mark.parametrize(
    ("inside", "runs"),
    [("SELECT 1 AS one", 1), ("INSERT INTO things (id, n) VALUES ('undone', 0)", 2), ("SELECT nowhere FROM things", 2)],
)
async def test_only_an_attempt_that_changed_something_runs_its_work_again(
    table: Database, inside: LiteralString, runs: int
):
    """An attempt has no savepoint at first: one that fails after a write or an error of the server is run again from
    the start of its work, one that has only read is not; both end alike."""
    ran = 0

    async def work(connection: Connection) -> None:
        nonlocal ran
        ran += 1
        await adding("kept")(connection)
        with suppress(LookupError, asyncpg.UndefinedColumnError):
            async with connection.attempt():
                await connection.all(inside)
                raise LookupError
        await adding("kept too")(connection)

    await table.transact(work)

    assert await ids(table) == ["kept", "kept too"]
    assert ran == runs


async def test_a_sender_is_held_as_soon_as_the_message_is_noted(database: Database):
    """Who notes a message of somebody waits for whoever handles an earlier one of theirs."""
    noted, done = asyncio.Event(), asyncio.Event()
    message = Raw("m1", "webchat", {})

    async def known(connection: Connection) -> None:
        await Store(connection).people.add(Person("p1"), Place("webchat", "c1"), NOW)
        await Store(connection).people.attach("webchat", "a1", "p1", "c1", NOW)

    async def handle(connection: Connection) -> None:
        assert await Store(connection).inbox.add(message, NOW, "a1")
        noted.set()
        await done.wait()

    async def free(connection: Connection) -> Row | None:
        return await connection.one("SELECT id FROM people FOR UPDATE SKIP LOCKED")

    await database.transact(known)
    handling = asyncio.create_task(database.transact(handle))
    async with asyncio.timeout(10):
        await noted.wait()
    held = await database.transact(free) is None
    done.set()
    await handling

    assert held
    assert await database.transact(free)


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


async def test_the_last_wakes_go_out_at_the_close(bare: Database, other: Database):
    """A worker that stops right after a commit still tells the others."""
    heard: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
    other.listen(lambda channel, chat: heard.put_nowait((channel, chat)))

    await bare.transact(waking(("webchat", "last")))
    await bare.close()

    assert await hear(heard) == ("webchat", "last")


async def test_too_many_lanes_are_any_lane(bare: Database, other: Database):
    """Lanes that do not fit into one notice are told as «any lane»."""
    heard: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
    other.listen(lambda channel, chat: heard.put_nowait((channel, chat)))

    await bare.transact(waking(*(("webchat", f"{n:0100}") for n in range(100))))

    assert await hear(heard) == ("*", "*")


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
