"""Numbered migrations, ``0001_name.sql``, each applied once and in a transaction of its own.

A file is SQL for both engines, with PostgreSQL's type names. Parts for one of them begin with a line
``-- sqlite only`` or ``-- postgres only`` and last until ``-- both`` or the other one.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import LiteralString

import asyncpg

from storage.database import Connection, Database, Row
from storage.postgres_sql import statements as postgres_statements

NUMBERED = Path(__file__).parent
_NAME = re.compile(r"(\d{4})_(\w+)\.sql")
_SECTION = re.compile(r"--\s*(sqlite only|postgres only|both)\s*")
_TABLE: LiteralString = (
    "CREATE TABLE IF NOT EXISTS schema_migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL,"
    " checksum TEXT NOT NULL, applied_at TIMESTAMPTZ NOT NULL)"
)
_RECORDED: LiteralString = "SELECT number, name, checksum FROM schema_migrations ORDER BY number"


class MigrationRefused(Exception):
    """The database and the numbered files do not fit together; the message says how and nothing was changed."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file; ``checksum`` is the sha256 of its text with plain line ends."""

    number: int
    name: str
    text: str
    checksum: str


async def migrate(database: Database, directory: Path | None = None, *, now: datetime) -> list[int]:
    """Apply what is not yet applied, in order, and return the numbers.

    Several workers may do this at once: they take turns, and each number is applied by one of them.
    A failing file leaves the database as the files before it made it.

    Raises:
        MigrationRefused: an applied file was changed or is gone, a number is missing or doubled, the database
            is newer than the files, or a statement failed (its error is the cause).
        ReferencesBroken: a file would leave rows that point to nothing.
    """
    known = load(directory or NUMBERED)
    applied = []
    while number := await database.restructure(lambda connection: _apply_next(connection, known, now)):
        applied.append(number)
    return applied


async def waiting(database: Database, directory: Path | None = None) -> list[int]:
    """The numbers that ``migrate`` would apply; changes nothing.

    Raises:
        MigrationRefused: the database and the numbered files do not fit together.
    """
    known = load(directory or NUMBERED)
    rows = await database.read(_applied)
    _compare([(row["number"], row["name"], row["checksum"]) for row in rows], known)
    return [migration.number for migration in known[len(rows) :]]


async def _applied(connection: Connection) -> Sequence[Row]:
    try:
        async with connection.attempt():
            return await connection.all(_RECORDED)
    except (sqlite3.OperationalError, asyncpg.UndefinedTableError):  # nothing was ever applied
        return []


def load(directory: Path) -> list[Migration]:
    """The files of a directory, from number 1 on.

    Raises:
        MigrationRefused: a number is missing or doubled.
    """
    known = sorted((_read(path) for path in directory.glob("*.sql")), key=lambda migration: migration.number)
    for expected, migration in enumerate(known, start=1):
        if migration.number != expected:
            raise MigrationRefused(f"migration {expected:04} is missing or doubled near «{_title(migration)}»")
    return known


def split(text: str, engine: str) -> list[str]:
    """The statements that ``engine`` runs, in order.

    Raises:
        MigrationRefused: the text ends within a statement.
    """
    script = _for_engine(text, engine)
    return postgres_statements(script) if engine == "postgres" else _sqlite_statements(script)


def _read(path: Path) -> Migration:
    named = _NAME.fullmatch(path.name)
    if named is None:
        raise MigrationRefused(f"«{path.name}» is not named as a migration: 0001_name.sql")
    text = path.read_text(encoding="utf-8")
    return Migration(int(named[1]), named[2], text, hashlib.sha256(text.encode()).hexdigest())


async def _apply_next(connection: Connection, known: Sequence[Migration], now: datetime) -> int:
    """The number applied, 0 if none was left."""
    await connection.run(_TABLE)
    rows = await connection.all(_RECORDED)
    _compare([(row["number"], row["name"], row["checksum"]) for row in rows], known)
    if len(rows) == len(known):
        return 0
    migration = known[len(rows)]
    await _apply(connection, migration)
    await connection.run(
        "INSERT INTO schema_migrations (number, name, checksum, applied_at) VALUES (:number, :name, :checksum, :now)",
        number=migration.number,
        name=migration.name,
        checksum=migration.checksum,
        now=now,
    )
    return migration.number


def _compare(applied: list[tuple[int, str, str]], known: Sequence[Migration]) -> None:
    if len(applied) > len(known):
        raise MigrationRefused(
            f"the database has migration {applied[-1][0]:04} and this program knows {len(known)}: it is too old for it"
        )
    for (number, name, checksum), migration in zip(applied, known, strict=False):
        if (number, name) != (migration.number, migration.name):
            raise MigrationRefused(
                f"the database has «{number:04}_{name}» where this program has «{_title(migration)}»"
            )
        if checksum != migration.checksum:
            raise MigrationRefused(f"«{_title(migration)}» was changed after it was applied; write a new one instead")


async def _apply(connection: Connection, migration: Migration) -> None:
    for place, statement in enumerate(split(migration.text, connection.engine), start=1):
        try:
            await connection.run(statement)
        except Exception as error:
            raise MigrationRefused(f"«{_title(migration)}», statement {place}: {error}") from error


def _for_engine(text: str, engine: str) -> str:
    """The same lines, with those of the other engine left empty."""
    section, lines = "both", []
    for line in text.splitlines():
        marked = _SECTION.fullmatch(line.strip())
        section = marked[1] if marked else section
        lines.append(line if section in {"both", f"{engine} only"} else "")
    return "\n".join(lines)


def _sqlite_statements(script: str) -> list[str]:
    """Cut where SQLite itself says that a statement is complete; it knows strings, comments and triggers."""
    found = [""]
    for piece in re.split(r"(?<=;)", script):
        found[-1] += piece
        if sqlite3.complete_statement(found[-1]):
            found.append("")
    rest = re.sub(r"--[^\n]*|/\*.*?\*/", "", found.pop(), flags=re.DOTALL).strip()
    if rest:
        raise MigrationRefused(f"a statement has no end: {rest[:80]}")
    return [statement.strip() for statement in found]


def _title(migration: Migration) -> str:
    return f"{migration.number:04}_{migration.name}"
