"""What the embedded engine promises alone."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import LiteralString

import pytest

from storage.database import Connection, Database, DatabaseBusy, Work
from storage.opening import open_database
from tests.storage.things import adding, ids

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


async def test_waiting_for_something_else_is_an_error(table: Database):
    """A work that awaits anything but its connection is told so and undone; its neighbours are kept."""

    async def wait(connection: Connection) -> None:
        await adding("undone")(connection)
        await asyncio.sleep(0)

    answers = await in_one_commit(table, adding("a"), wait, adding("b"))

    assert isinstance(answers[1], RuntimeError)
    assert "awaited something else" in str(answers[1])
    assert await ids(table) == ["a", "b"]


@pytest.mark.parametrize(
    ("writes", "runs"), [(True, {"a": 2, "failing": 1, "b": 1}), (False, {"a": 1, "failing": 1, "b": 1})]
)
async def test_only_a_failure_that_changed_something_runs_its_neighbours_again(
    table: Database, writes: bool, runs: dict[str, int]
):
    """Nobody has a savepoint at first: where a work has written and fails, those before it are run again, and it is
    not; they are kept, and it has left nothing."""
    ran: Counter[str] = Counter()

    def counted(name: str) -> Work[None]:
        async def work(connection: Connection) -> None:
            ran[name] += 1
            if writes or name != "failing":
                await adding(name)(connection)
            if name == "failing":
                raise LookupError

        return work

    answers = await in_one_commit(table, *map(counted, runs))

    assert [type(answer) for answer in answers] == [type(None), LookupError, type(None)]
    assert await ids(table) == ["a", "b"]
    assert ran == runs


@pytest.mark.parametrize(
    ("inside", "runs"), [("SELECT 1 AS one", 1), ("INSERT INTO things (id, n) VALUES ('undone', 0)", 2)]
)
async def test_only_an_attempt_that_changed_something_runs_its_work_again(
    table: Database, inside: LiteralString, runs: int
):
    """An attempt that fails after a write is run again from the start of its work, with savepoints; one that has only
    read is not; both end alike."""
    ran = 0

    async def work(connection: Connection) -> None:
        nonlocal ran
        ran += 1
        await adding("kept")(connection)
        with suppress(LookupError):
            async with connection.attempt():
                await connection.all(inside)
                raise LookupError
        await adding("kept too")(connection)

    await table.transact(work)

    assert await ids(table) == ["kept", "kept too"]
    assert ran == runs


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


async def test_works_that_wait_share_a_commit(table: Database, tmp_path: Path):
    """64 works at once need one commit or two, and one after another each has its own."""
    before = commits(tmp_path / "bare.db-wal")
    await in_one_commit(table, *(adding(f"{n:02}") for n in range(64)))
    together = commits(tmp_path / "bare.db-wal") - before
    for n in range(8):
        await table.transact(adding(f"alone {n}"))
    alone = commits(tmp_path / "bare.db-wal") - before - together

    assert together <= 2
    assert alone == 8


async def in_one_commit(table: Database, *works) -> list[object]:
    """The answers of works that certainly wait together: the writer is held until all are there."""
    all_are_there = threading.Event()

    async def hold(connection: Connection) -> None:
        all_are_there.wait(10)

    tasks = [asyncio.create_task(table.transact(work)) for work in (hold, *works)]
    await asyncio.sleep(0)
    all_are_there.set()
    return (await asyncio.gather(*tasks, return_exceptions=True))[1:]


def commits(log: Path) -> int:
    """The commit frames of a write-ahead log: those that name the size of the database after them."""
    data = log.read_bytes()
    page_bytes = int.from_bytes(data[8:12], "big")
    return sum(data[frame + 4 : frame + 8] != bytes(4) for frame in range(32, len(data), page_bytes + 24))


async def test_a_failed_commit_is_nobodys_success(table: Database):
    """If the shared commit fails, its works all hear so, nothing of any stays or wakes; the next commit is sound."""

    async def create(connection: Connection) -> None:
        await connection.run("CREATE TABLE parents (id TEXT PRIMARY KEY)")
        await connection.run("CREATE TABLE children (id TEXT REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)")

    async def orphan(connection: Connection) -> None:
        connection.wake("webchat", "c1")
        await connection.run("INSERT INTO children VALUES ('nobody')")

    heard: list[str] = []
    table.listen(lambda channel, chat: heard.append(chat))
    await table.transact(create)
    answers = await in_one_commit(table, adding("a"), orphan, adding("b"))
    await table.transact(adding("c"))

    assert [type(answer) for answer in answers] == [sqlite3.IntegrityError] * 3
    assert heard == []
    assert await ids(table) == ["c"]


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
    answers = await in_one_commit(table, *(lambda connection, n=n: pair(connection, n) for n in range(8)))
    await table.transact(lambda connection: limit(connection, 1_000_000))
    await table.transact(adding("after"))

    done = [n for n in answers if isinstance(n, int)]
    assert any(isinstance(answer, sqlite3.OperationalError) for answer in answers)
    assert await ids(table) == sorted([f"{n}-{half}" for n in done for half in "ab"] + ["after"])


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


async def test_the_file_is_its_owners_alone(table: Database, tmp_path: Path):
    """The database, its log and its lock can be read by nobody else."""
    await table.transact(adding("t"))

    assert {path.name: path.stat().st_mode & 0o077 for path in tmp_path.glob("bare.db*")} == dict.fromkeys(
        ["bare.db", "bare.db-shm", "bare.db-wal", "bare.db.lock"], 0
    )
