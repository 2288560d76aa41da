"""PostgreSQL goes away in the middle of the work, in all the ways it can, and comes back."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from tests.databases import start_postgres
from tests.faults.journal import Journal
from tests.faults.kills import ended, opened
from tests.faults.oracle import judge, look
from tests.faults.platform import Line
from tests.faults.test_kills import seed

BACK_MAX_S = 10.0
CONNECTIONS = 30
LEASE_S = 61
STILL_S = 0.5


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A server of this module's own, which may be killed."""
    folder = tempfile.mkdtemp(prefix="jiangdao-postgres-")
    try:
        server = start_postgres(folder)
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL cannot run here: {type(error).__name__}: {error}")
    asyncio.run(execute(server, f"ALTER SYSTEM SET max_connections = {CONNECTIONS}"))
    killed(server)
    restart(server)
    yield server
    server.cleanup()


async def execute(server: Any, *statements: str) -> None:
    connection = await asyncpg.connect(server.get_uri())
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def killed(server: Any) -> None:
    """The postmaster is gone from one moment to the next."""
    os.kill(server.get_pid(), signal.SIGKILL)


def restart(server: Any) -> None:
    """Start it again, once all of it is gone."""
    until = time.monotonic() + BACK_MAX_S
    while any(map(at_work_in(server.pgdata), Path("/proc").glob("[0-9]*"))):
        assert time.monotonic() < until, "a server that was killed goes on"
        time.sleep(0.02)
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):  # where nobody buries the dead, they look alive to it
        (server.pgdata / name).unlink(missing_ok=True)
    server.ensure_postgres_running()


def at_work_in(folder: Path) -> Callable[[Path], bool]:
    """Whether a process, by its folder in /proc, works there."""

    def works(process: Path) -> bool:
        try:
            return (process / "cwd").readlink() == folder
        except OSError:
            return False

    return works


# ---- what happens to it; each block is the time while it is away


@asynccontextmanager
async def dead(server: Any) -> AsyncIterator[None]:
    """Killed, and started again."""
    killed(server)
    yield
    await asyncio.to_thread(restart, server)


@asynccontextmanager
async def cut_off(server: Any) -> AsyncIterator[None]:
    """All sessions of the product are ended."""
    sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'jiangdao'"
    await execute(server, sql)
    yield


@asynccontextmanager
async def read_only(server: Any) -> AsyncIterator[None]:
    """It takes no writes."""
    await execute(server, "ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()")
    yield
    await execute(
        server,
        "SET default_transaction_read_only = off",
        "ALTER SYSTEM RESET default_transaction_read_only",
        "SELECT pg_reload_conf()",
    )


@asynccontextmanager
async def crowded(server: Any) -> AsyncIterator[None]:
    """The product's sessions are ended and somebody else takes all that there are."""
    async with cut_off(server):
        taken = []
        with suppress(asyncpg.PostgresError):
            while True:
                taken.append(await asyncpg.connect(server.get_uri()))
    yield
    for connection in taken:
        await connection.close()


FAULTS: Mapping[str, Callable[[Any], Any]] = {
    "killed": dead,
    "sessions ended": cut_off,
    "read-only": read_only,
    "no connections left": crowded,
}


async def ready(line: Line) -> bool:
    """Whether the process says that it can work."""
    async with httpx.AsyncClient() as client:
        return (await client.get(f"http://127.0.0.1:{line.port}/readyz", timeout=10)).status_code == 200


async def until(good: Callable[[], Awaitable[bool]]) -> None:
    """Until it is so, at most for ten seconds."""
    async with asyncio.timeout(BACK_MAX_S):
        while not await good():
            await asyncio.sleep(0.05)


async def still(journal: Journal) -> None:
    """Until nothing is under way, so that no lease ends while its message is."""
    known = -1
    while known != len(journal.facts):
        known = len(journal.facts)
        await asyncio.sleep(STILL_S)


async def test_it_recovers_by_itself(cluster: Any, tmp_path: Path, note: Callable[[str], None]) -> None:
    """Within ten seconds of the server's return the same process handles updates and is ready, and in the end nothing
    that it acknowledged is missing, nothing is there twice, and all that is owed has arrived."""
    took_s: dict[str, float] = {}
    async with opened(cluster.get_uri(), tmp_path, seed()) as run:
        nursery = run.nurseries[0]
        line = await run.start(nursery)
        for name, away in FAULTS.items():
            feeding = asyncio.create_task(run.feed(line))
            await run.taken(20)
            run.platform.journal.note("broke", fault=name)
            async with away(cluster):
                await asyncio.sleep(0.5)  # some of the traffic meets a server that is away
            began = time.monotonic()
            await run.heard(line)
            await until(lambda: ready(line))
            took_s[name] = time.monotonic() - began
            await ended(feeding)
            await still(run.platform.journal)
            run.platform.journal.note("broke", fault="time")
            run.platform.watch.jump(LEASE_S)
        await run.finish(nursery, line)
        wrong = judge(run.platform.journal, await look(cluster.get_uri()), tmp_path / "data" / "files")
    note("postgres away: " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in took_s.items()))
    assert wrong == []
    assert max(took_s.values()) < BACK_MAX_S, took_s
