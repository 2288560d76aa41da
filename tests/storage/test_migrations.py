"""Numbered migrations: applied once, in order, whole or not at all."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from storage.database import Connection, Database, ReferencesBroken
from storage.migrations import NUMBERED, MigrationRefused, load, migrate, split
from storage.opening import open_database

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ROOMS = "CREATE TABLE rooms (id TEXT PRIMARY KEY);\nINSERT INTO rooms VALUES ('kitchen');\n"
TILES = (
    "CREATE TABLE tiles (id TEXT PRIMARY KEY, room_id TEXT NOT NULL REFERENCES rooms (id) ON DELETE CASCADE);\n"
    "INSERT INTO tiles VALUES ('white', 'kitchen');\n"
    "ALTER TABLE rooms ADD COLUMN wet BOOLEAN;\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two migrations of two and three statements."""
    path = tmp_path / "migrations"
    path.mkdir()
    (path / "0001_rooms.sql").write_text(ROOMS)
    (path / "0002_tiles.sql").write_text(TILES)
    return path


async def columns(database: Database) -> dict[str, list[str]]:
    """Every table and the names of its columns, sorted."""
    sql = {
        "sqlite": "SELECT m.name AS t, c.name AS c FROM sqlite_master m JOIN pragma_table_info(m.name) c"
        " WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY t, c",
        "postgres": "SELECT table_name::text AS t, column_name::text AS c FROM information_schema.columns"
        ' WHERE table_schema = current_schema() ORDER BY table_name COLLATE "C", column_name COLLATE "C"',
    }[database.engine]
    found: dict[str, list[str]] = {}
    for row in await database.read(lambda connection: connection.all(sql)):
        found.setdefault(row["t"], []).append(row["c"])
    return found


async def select(database: Database, sql: str) -> list[tuple[object, ...]]:
    rows = await database.read(lambda connection: connection.all(sql))
    return [tuple(row) for row in rows]


async def test_migrations_are_applied_once_in_order(bare: Database, folder: Path):
    """What is missing is applied and recorded with its time; a second call has nothing to do."""
    first = await migrate(bare, folder, now=NOW)
    second = await migrate(bare, folder, now=NOW)

    assert (first, second) == ([1, 2], [])
    assert await select(bare, "SELECT number, name, applied_at FROM schema_migrations ORDER BY number") == [
        (1, "rooms", NOW),
        (2, "tiles", NOW),
    ]
    assert await select(bare, "SELECT id, wet FROM rooms") == [("kitchen", None)]


async def test_opening_migrates_when_it_is_told_the_time(bare_url: str, folder: Path):
    """``open_database`` applies what is missing, and closes what it opened when that is refused."""
    database = await open_database(bare_url, migrated_at=NOW, migrations=folder, connections=1)
    tables = await columns(database)
    await database.close()
    (folder / "0002_tiles.sql").unlink()
    with pytest.raises(MigrationRefused):
        await open_database(bare_url, migrated_at=NOW, migrations=folder, connections=1)
    again = await open_database(bare_url, connections=1)
    await again.close()

    assert set(tables) == {"rooms", "schema_migrations", "tiles"}


async def test_a_section_is_for_one_engine(bare: Database, folder: Path):
    """Lines after «-- sqlite only» or «-- postgres only» run on that engine, until «-- both»."""
    (folder / "0003_words.sql").write_text(
        "-- sqlite only\nCREATE TABLE a (one TEXT);\n-- postgres only\nCREATE TABLE b (one TEXT);\n"
        "-- both\nCREATE TABLE c (one TEXT);\n"
    )

    await migrate(bare, folder, now=NOW)

    own, others = ("a", "b") if bare.engine == "sqlite" else ("b", "a")
    assert {own, "c"} <= set(await columns(bare))
    assert others not in await columns(bare)


def changed(folder: Path) -> None:
    (folder / "0001_rooms.sql").write_text(ROOMS + "-- later\n")


def renamed(folder: Path) -> None:
    (folder / "0001_rooms.sql").rename(folder / "0001_halls.sql")


def older(folder: Path) -> None:
    (folder / "0002_tiles.sql").unlink()


def gap(folder: Path) -> None:
    (folder / "0004_later.sql").write_text("")


def doubled(folder: Path) -> None:
    (folder / "0002_more.sql").write_text("")


def unnumbered(folder: Path) -> None:
    (folder / "more.sql").write_text("")


def unended(folder: Path) -> None:
    (folder / "0003_broken.sql").write_text("CREATE TABLE broken (id TEXT")


@pytest.mark.parametrize(
    ("meddle", "says"),
    [
        (changed, "«0001_rooms» was changed after it was applied"),
        (renamed, "the database has «0001_rooms» where this program has «0001_halls»"),
        (older, "the database has migration 0002 and this program knows 1"),
        (gap, "migration 0003 is missing or doubled near «0004_later»"),
        (doubled, "migration 0003 is missing or doubled near «0002_"),
        (unnumbered, "«more.sql» is not named as a migration"),
        (unended, "0003_broken|has no end"),
    ],
)
async def test_what_does_not_fit_is_refused(bare: Database, folder: Path, meddle, says: str):
    """Changed, renamed, missing, doubled, unfinished files or a newer database: a readable line, no change."""
    await migrate(bare, folder, now=NOW)
    before = await columns(bare)
    meddle(folder)

    with pytest.raises(MigrationRefused, match=says):
        await migrate(bare, folder, now=NOW)

    assert await columns(bare) == before


@pytest.mark.parametrize("place", range(5))
async def test_a_failing_statement_leaves_the_old_schema(bare: Database, folder: Path, place: int):
    """Wherever a file fails, nothing of it stays, the message names the statement, and once mended it applies."""
    files = [(path, path.read_text().splitlines(keepends=True)) for path in sorted(folder.iterdir())]
    broken, at = (files[0], place) if place < 2 else (files[1], place - 2)
    broken[0].write_text("".join([*broken[1][: at + 1], "INSERT INTO nowhere VALUES (1);\n", *broken[1][at + 1 :]]))
    name = broken[0].stem

    with pytest.raises(MigrationRefused, match=f"«{name}», statement {at + 2}: .*nowhere"):
        await migrate(bare, folder, now=NOW)
    tables = set(await columns(bare))
    broken[0].write_text("".join(broken[1]))
    await migrate(bare, folder, now=NOW)

    assert tables == (set() if place < 2 else {"rooms", "schema_migrations"})
    assert await select(bare, "SELECT id, room_id FROM tiles") == [("white", "kitchen")]


# of each file: the table of what was applied, its statements, its record, its commit
FIRST = 1 + 2 + 1 + 1
SECOND = 1 + 3 + 1 + 1


@pytest.mark.parametrize("at", range(1, FIRST + SECOND + 1))
async def test_a_kill_at_any_statement_leaves_old_or_new(bare_url: str, folder: Path, at: int):
    """The process is gone before its n-th statement: each file is there whole or not at all, and the rest applies."""
    arguments = [sys.executable, "-m", "tests.storage.dying", bare_url, str(folder), str(at)]
    child = await asyncio.to_thread(subprocess.run, arguments, check=False)
    database = await open_database(bare_url, connections=1)
    tables = await columns(database)
    rest = await migrate(database, folder, now=NOW)
    rows = await select(database, "SELECT id, room_id FROM tiles")
    await database.close()

    assert child.returncode == 9
    first = {"rooms": ["id"], "schema_migrations": ["applied_at", "checksum", "name", "number"]}
    assert (tables, rest) == (({}, [1, 2]) if at <= FIRST else (first, [2]))
    assert rows == [("white", "kitchen")]


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
async def test_workers_that_start_together_take_turns(bare_url: str, folder: Path):
    """Of several workers that migrate at once each number is applied by exactly one."""
    workers = [await open_database(bare_url, connections=1) for _ in range(4)]
    applied = await asyncio.gather(*(migrate(worker, folder, now=NOW) for worker in workers))
    for worker in workers:
        await worker.close()

    assert sorted(number for numbers in applied for number in numbers) == [1, 2]


REBUILD = """
CREATE TABLE rooms_new (id TEXT PRIMARY KEY, wet BOOLEAN NOT NULL);
INSERT INTO rooms_new SELECT id, TRUE FROM rooms{where};
DROP TABLE rooms;
ALTER TABLE rooms_new RENAME TO rooms;
"""


async def rows_and_guard(database: Database) -> list[tuple[object, ...]]:
    """The tiles; and a tile without a room is refused, so references are followed again."""

    async def orphan(connection: Connection) -> None:
        await connection.run("INSERT INTO tiles VALUES ('lost', 'nowhere')")

    with pytest.raises(sqlite3.IntegrityError):
        await database.transact(orphan)
    return await select(database, "SELECT id, room_id FROM tiles")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_a_table_is_rebuilt_without_a_cascade(bare: Database, folder: Path):
    """Dropping and renaming a table takes none of the rows that point to it, and references hold afterwards."""
    (folder / "0003_rebuild.sql").write_text(REBUILD.format(where=""))

    await migrate(bare, folder, now=NOW)

    assert await rows_and_guard(bare) == [("white", "kitchen")]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_rows_that_would_point_to_nothing_are_refused(bare: Database, folder: Path):
    """A rebuild that loses a row others point to is undone with the names of the tables."""
    (folder / "0003_rebuild.sql").write_text(REBUILD.format(where=" WHERE id <> 'kitchen'"))

    with pytest.raises(ReferencesBroken, match="tiles → rooms"):
        await migrate(bare, folder, now=NOW)

    assert await rows_and_guard(bare) == [("white", "kitchen")]
    assert await select(bare, "SELECT id FROM rooms") == [("kitchen",)]


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
async def test_a_worker_of_before_survives_a_migration(bare: Database, bare_url: str, folder: Path):
    """A prepared statement that a migration has outdated is prepared again; its work sees no error."""
    await migrate(bare, folder, now=NOW)
    old = await open_database(bare_url, connections=1)
    before = await select(old, "SELECT * FROM rooms")
    (folder / "0003_more.sql").write_text("ALTER TABLE rooms ADD COLUMN floor BIGINT;")
    await migrate(bare, folder, now=NOW)
    after = await select(old, "SELECT * FROM rooms")
    await old.close()

    assert (before, after) == ([("kitchen", None)], [("kitchen", None, None)])


TRIGGER = "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  UPDATE a SET n = 1; DELETE FROM b;\nEND;"
FUNCTION = "CREATE FUNCTION f() RETURNS trigger AS $x$ BEGIN a; RETURN NEW; END $x$ LANGUAGE plpgsql;"
INLINE = "DO $$ BEGIN PERFORM 1; END $$;"
TEXTS = "INSERT INTO a VALUES ('one; two', 'it''s; -- no', \"x;y\"); -- a comment; with one"
COMMENT = "/* a; b */ SELECT 1;"


@pytest.mark.parametrize(
    ("engine", "text", "statements"),
    [
        ("sqlite", TRIGGER + "\nSELECT 2;", [TRIGGER, "SELECT 2;"]),
        ("sqlite", TEXTS, ["INSERT INTO a VALUES ('one; two', 'it''s; -- no', \"x;y\");"]),
        ("sqlite", COMMENT + COMMENT, [COMMENT, COMMENT]),
        ("sqlite", "-- nothing;\n/* at; all */\n", []),
        ("sqlite", "", []),
        ("postgres", FUNCTION + INLINE, [FUNCTION, INLINE]),
        ("postgres", TEXTS, ["INSERT INTO a VALUES ('one; two', 'it''s; -- no', \"x;y\");"]),
        ("postgres", COMMENT + "SELECT 2", [COMMENT, "SELECT 2"]),
        ("postgres", "-- nothing;\n/* at; all */\n", []),
        ("postgres", "SELECT 'a'::text; SELECT 'Ä:b'", ["SELECT 'a'::text;", "SELECT 'Ä:b'"]),
    ],
)
def test_a_script_is_cut_where_its_statements_end(engine: str, text: str, statements: list[str]):
    """Semicolons in triggers, strings, quoted names, dollar quotes and comments end no statement."""
    assert split(text, engine) == statements


async def test_our_own_migrations_fit_each_other(database: Database):
    """The numbered files apply on both engines, one after the other without a gap, and are all recorded."""
    assert await select(database, "SELECT number FROM schema_migrations ORDER BY number") == [
        (migration.number,) for migration in load(NUMBERED)
    ]


async def test_both_engines_have_the_same_tables(sqlite_template: Path, postgres_template: str, postgres_url: str):
    """Every table has the same columns on both engines, apart from what full text search adds to SQLite's."""
    with closing(sqlite3.connect(sqlite_template)) as file:
        rows = file.execute(
            "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c"
            " WHERE m.type = 'table' AND m.name NOT LIKE '%\\_words%' ESCAPE '\\'"
        ).fetchall()
    connection = await asyncpg.connect(postgres_url, database=postgres_template)
    records = await connection.fetch(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name NOT LIKE '%\\_words'"
    )
    await connection.close()

    assert sorted(tuple(record) for record in records) == sorted(rows)
