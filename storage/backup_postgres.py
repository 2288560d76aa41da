"""A dump of a PostgreSQL database while workers write to it, and a database made of such a dump.

PostgreSQL's own programs do it (``pg_dump``, ``pg_restore``), as found on the PATH; passwords go to them by the
environment, never by arguments that others can read.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

import asyncpg

from storage.backup import Damaged, Occupied, Snapshot
from storage.backup_sqlite import sync
from storage.database import DatabaseBusy
from storage.postgres import CONNECT_TIMEOUT_S, MIGRATIONS_LOCK, PostgresConnection
from storage.values import json_text, json_value

_TABLES = (
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY c.relname"
)
_WORKERS = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'jiangdao' LIMIT 1"
)


ASIDE = "before-"
"""How the schemas begin that hold what was there before a restore."""
_DUMP = ("--format=custom", "--no-owner", "--no-privileges", f"--exclude-schema={ASIDE}*")


class ToolFailed(Exception):
    """A program of PostgreSQL is missing or ended badly; the message has its name and the kind of its complaint."""


async def dump(url: str, part: Path) -> Snapshot:
    """Write the database at one moment to ``part``, durably; workers go on meanwhile.

    Raises:
        OSError, asyncpg.PostgresError: the server cannot be reached or refuses.
        ToolFailed: ``pg_dump`` is missing, older than the server, or failed.
        Damaged: the dump cannot be read back.
    """
    async with connected(url) as session, session.transaction(isolation="repeatable_read", readonly=True):
        moment = await session.fetchval("SELECT pg_export_snapshot()")
        snapshot = await look(session)
        await _run(url, "pg_dump", *_DUMP, f"--snapshot={moment}", f"--file={part}")
    sync(part)
    await readable(part)
    return snapshot


async def readable(part: Path) -> None:
    """See that a dump can be read from its first byte to its last.

    Raises:
        Damaged: it cannot.
        ToolFailed: ``pg_restore`` is missing.
    """
    try:
        await _call("pg_restore", ["--file=/dev/null", str(part)], dict(os.environ))
    except ToolFailed as failure:
        if shutil.which("pg_restore") is None:
            raise
        raise Damaged(f"{part.name}: {failure}") from None


async def look(session: asyncpg.Connection) -> Snapshot:
    """What the database holds at the moment of the session's transaction."""
    names = [row["relname"] for row in await session.fetch(_TABLES)]
    if "schema_migrations" not in names:
        raise Damaged("schema_migrations: absent")
    return Snapshot(
        {
            row["number"]: row["checksum"]
            for row in await session.fetch("SELECT number, checksum FROM schema_migrations ORDER BY number")
        },
        {name: await session.fetchval(f'SELECT COUNT(*) FROM "{name}"') for name in names},
        {row["hash"]: row["size"] for row in await session.fetch("SELECT hash, size FROM files")},
    )


@asynccontextmanager
async def room(url: str, aside: str, force: bool) -> AsyncIterator[asyncpg.Connection]:
    """An empty schema, while no worker can start; what was there before is kept in the schema ``aside``.

    Raises:
        DatabaseBusy: a worker is connected.
        Occupied: there are tables, and no ``force``.
    """
    async with connected(url) as session:
        await session.execute(f"SELECT pg_advisory_lock({MIGRATIONS_LOCK})")
        if pid := await session.fetchval(_WORKERS):
            raise DatabaseBusy(f"the database is in use by process {pid}")
        if names := [row["relname"] for row in await session.fetch(_TABLES)]:
            if not force:
                raise Occupied(", ".join(names[:3]))
            await session.execute(f'ALTER SCHEMA public RENAME TO "{aside}"; CREATE SCHEMA public')
        yield session


async def put(url: str, part: Path, session: asyncpg.Connection) -> Snapshot:
    """Write the database of a dump, all or nothing, and look at it.

    Raises:
        ToolFailed: ``pg_restore`` is missing or failed.
    """
    await _run(url, "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(part))
    return await look(session)


@asynccontextmanager
async def working(session: asyncpg.Connection) -> AsyncIterator[PostgresConnection]:
    """A transaction for repositories."""
    async with session.transaction():
        yield PostgresConnection(session)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection of our own, beside those of the workers."""
    session = await asyncpg.connect(_address(url), timeout=CONNECT_TIMEOUT_S, server_settings={"jit": "off"})
    try:
        await session.set_type_codec("jsonb", schema="pg_catalog", encoder=json_text, decoder=json_value)
        yield session
    finally:
        await session.close()


def _address(url: str) -> str:
    """Without what is ours: the number of connections."""
    parts = urlsplit(url)
    options = [(name, value) for name, value in parse_qsl(parts.query) if name != "connections"]
    return urlunsplit(parts._replace(query=urlencode(options)))


async def _run(url: str, program: str, *arguments: str) -> None:
    parts = urlsplit(_address(url))
    environment = dict(os.environ)
    if parts.password:
        environment["PGPASSWORD"] = unquote(parts.password)
        parts = parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@", 1))
    await _call(program, [f"--dbname={urlunsplit(parts)}", *arguments], environment)


async def _call(program: str, arguments: list[str], environment: dict[str, str]) -> None:
    found = shutil.which(program)
    if found is None:
        raise ToolFailed(f"{program}: not found")
    process = await asyncio.create_subprocess_exec(
        found,
        *arguments,
        env=environment | {"LC_ALL": "C"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise ToolFailed(f"{program}: {_complaint(said.decode(errors='replace'))}")


def _complaint(said: str) -> str:
    """The first line that speaks of an error, without what is quoted in it."""
    line = next((line for line in said.splitlines() if "error" in line), "failed")
    return re.sub(r'"[^"]*"', "…", line.partition("error: ")[2] or "failed")[:120]
