"""One SQL for both engines, and where the database lies."""

from __future__ import annotations

from typing import LiteralString

import pytest

from storage.database import Connection, Database
from storage.opening import open_database
from storage.postgres_sql import translate
from storage.sqlite_sql import translate as by_place
from tests.storage.things import adding, first, ids


async def test_a_list_is_matched_by_value(table: Database):
    """``IN (SELECT value FROM json_each(:list))`` takes a list of str or int on both engines, also negated."""
    for n, thing_id in enumerate("abcd"):
        await table.transact(adding(thing_id, n))

    async def pick(connection: Connection) -> list[list[str]]:
        picked = [
            await connection.all(
                "SELECT id FROM things WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY id", ids=["a", "c", "?"]
            ),
            await connection.all("SELECT id FROM things WHERE n IN (SELECT value FROM json_each(:ns))", ns=[3]),
            await connection.all("SELECT id FROM things WHERE id IN (SELECT value FROM json_each(:ids))", ids=[]),
            await connection.all(
                "SELECT id FROM things WHERE n NOT IN (SELECT value FROM json_each(:ns)) ORDER BY id", ns=[0, 1]
            ),
        ]
        return [[row["id"] for row in rows] for rows in picked]

    assert await table.read(pick) == [["a", "c"], ["d"], [], ["c", "d"]]


async def test_a_statement_says_how_many_rows_it_changed(table: Database):
    """``run`` counts inserted, updated and deleted rows, and a conflict that does nothing as none."""
    for thing_id in "abc":
        await table.transact(adding(thing_id))

    async def change(connection: Connection) -> list[int]:
        return [
            await connection.run("INSERT INTO things (id, n) VALUES ('a', 1) ON CONFLICT DO NOTHING"),
            await connection.run("INSERT INTO things (id, n) VALUES ('d', 1) ON CONFLICT DO NOTHING"),
            await connection.run("UPDATE things SET n = 2 WHERE id <> :id", id="a"),
            await connection.run("DELETE FROM things WHERE n = :n", n=7),
            await connection.run("DELETE FROM things"),
            await connection.run("CREATE TABLE others (id TEXT)"),
        ]

    assert await table.transact(change) == [0, 1, 3, 0, 4, 0]


async def test_many_rows_go_in_one_trip_in_order(table: Database):
    """``each`` runs the statement for each row; no rows are no trip."""

    async def fill(connection: Connection) -> None:
        await connection.each("INSERT INTO things (id, n) VALUES (:id, :n)", [{"id": str(n), "n": n} for n in range(5)])
        await connection.each("INSERT INTO things (id, n) VALUES (:id, :n)", [])

    await table.transact(fill)

    assert await ids(table) == list("01234")


async def test_nothing_found_is_none_or_empty(table: Database):
    """No row is None for ``one`` and empty for ``all``."""
    assert await first(table, "SELECT * FROM things") is None
    assert await ids(table) == []


@pytest.mark.parametrize(
    ("sql", "query", "names"),
    [
        ("SELECT :a, :b, :a", "SELECT $1, $2, $1", ("a", "b")),
        ("SELECT ':a', \":b\", 'it''s :c' -- :d", "SELECT ':a', \":b\", 'it''s :c' -- :d", ()),
        ("SELECT :a::text /* :b */", "SELECT $1::text /* :b */", ("a",)),
        ("DO $x$ BEGIN :a; END $x$", "DO $x$ BEGIN :a; END $x$", ()),
        ('SELECT max(at) AS "at [TIMESTAMPTZ]"', 'SELECT max(at) AS "at"', ()),
        ("x IN (SELECT value FROM json_each(:a)) AND y = :b", "x = ANY($1) AND y = $2", ("a", "b")),
        ("x NOT IN (SELECT value FROM json_each(:a))", "x <> ALL($1)", ("a",)),
    ],
)
def test_shared_sql_becomes_postgres_sql(sql: str, query: str, names: tuple[str, ...]):
    """Names become numbers; strings, quoted names, comments, casts and dollar quotes stay as they are."""
    assert translate(sql) == (query, names)


@pytest.mark.parametrize(
    ("sql", "query", "placed"),
    [
        ("SELECT :a, :b, :a", "SELECT ?1, ?2, ?1", (1, 2)),
        ("SELECT ':a', \":b\", 'it''s :c' -- :d", "SELECT ':a', \":b\", 'it''s :c' -- :d", ()),
        ("SELECT :b /* :a */", "SELECT ?1 /* :a */", (2,)),
        ('SELECT max(at) AS "at [TIMESTAMPTZ]"', 'SELECT max(at) AS "at [TIMESTAMPTZ]"', ()),
        (
            "x NOT IN (SELECT value FROM json_each( :b )) AND y = :a",
            "x NOT IN (SELECT value FROM json_each( ?1 )) AND y = ?2",
            (2, 1),
        ),
    ],
)
def test_shared_sql_takes_its_values_by_place_on_sqlite(sql: str, query: str, placed: tuple[int, ...]):
    """Names become numbers, and values stand in their order; strings, quoted names and comments stay as they are."""
    text, placing = by_place(sql)

    assert (text, placing({"a": 1, "b": 2, "c": 3})) == (query, placed)


ADD = "INSERT INTO things (id, n) VALUES (:id, :n)"


@pytest.mark.parametrize(
    ("sql", "given"),
    [(ADD, {}), (ADD, {"id": "a"}), (ADD, {"n": 1}), ("DELETE FROM things WHERE id = :id", {}), ("SELECT :n", {})],
)
async def test_a_value_that_is_missing_is_no_null(table: Database, sql: LiteralString, given: dict[str, object]):
    """A statement that has a name for which nobody gave a value raises, and does nothing."""
    with pytest.raises(KeyError):
        await table.transact(lambda connection: connection.run(sql, **given))

    assert await ids(table) == []


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x", "jiangdao.db", ""])
async def test_an_unknown_address_is_refused(url: str):
    """A URL of no known form says which forms there are."""
    with pytest.raises(ValueError, match="sqlite:///"):
        await open_database(url)
