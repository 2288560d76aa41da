"""What the engine for many workers promises alone."""

from __future__ import annotations

import asyncio
from collections import Counter

import asyncpg
import pytest

from storage.database import Connection, Database
from storage.opening import open_database
from tests.storage.things import adding, first, ids

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)


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
