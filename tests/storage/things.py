"""A table of every type, and small works on it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from urllib.parse import unquote, urlsplit

import asyncpg
import pytest

from storage.database import Connection, Database


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
        with closing(sqlite3.connect(unquote(parts.path[1:]))) as stranger:
            return [row[0] for row in stranger.execute("SELECT id FROM things ORDER BY id")]
    stranger = await asyncpg.connect(url)
    try:
        return [row["id"] for row in await stranger.fetch("SELECT id FROM things ORDER BY id")]
    finally:
        await stranger.close()
