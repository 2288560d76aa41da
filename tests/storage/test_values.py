"""The same Python values go in and come back on both engines."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.database import Connection, Database
from storage.values import time_text
from tests.storage.things import adding, first, ids

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
BIG = 2**63 - 1


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", NOON),
        ("at", NOON.replace(microsecond=0)),
        ("at", datetime(2, 1, 1, tzinfo=UTC)),
        ("at", datetime(9999, 12, 31, tzinfo=UTC)),
        ("facts", {"问题": ["厨房水龙头", {"滴水": True, "层": 3, "无": None}], "«»": '"\\'}),
        ("facts", {"not NUL": "\\u0000 \\\\u0000"}),
        ("facts", []),
        ("facts", {}),
        ("done", True),
        ("done", False),
        ("n", BIG),
        ("n", -BIG - 1),
        ("id", "O'Neil «厨房» 👩‍👩‍👧 :name ? $1 %s"),
        ("id", Colour.RED),
        *[(column, None) for column in ("at", "facts", "done")],
    ],
)
async def test_a_value_comes_back_as_it_went_in(table: Database, column: str, value: object):
    """What is written is read back with the same type and value on both engines."""
    row = {"thing_id": "t", "n": 1} | {"thing_id" if column == "id" else column: value}
    await table.transact(adding(**row))

    found = (await first(table, "SELECT * FROM things"))[column]

    assert found == value
    assert type(found) is (str if value is Colour.RED else type(value))


async def test_a_time_of_any_zone_is_the_same_moment_in_utc(table: Database):
    """A time comes back in UTC, whichever zone it was written in."""
    await table.transact(adding("t", at=NOON.astimezone(timezone(timedelta(hours=8)))))

    found = (await first(table, "SELECT at FROM things WHERE at = :at", at=NOON))["at"]

    assert (found, found.utcoffset()) == (NOON, timedelta(0))


@given(st.lists(st.datetimes(timezones=st.just(UTC)), min_size=2))
def test_stored_times_sort_as_times_do(moments: list[datetime]):
    """The text that SQLite keeps has one width and the order of time."""
    assert sorted(map(time_text, moments)) == [time_text(moment) for moment in sorted(moments)]
    assert {len(time_text(moment)) for moment in moments} == {32}


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-BIG, BIG)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8", exclude_characters="\0")), inner)
    ),
    max_leaves=8,
)


async def test_any_json_comes_back(table: Database):
    """Any dict that JSON can hold, without NUL, comes back equal."""
    numbers = itertools.count()
    found: list[object] = []
    wanted: list[object] = []

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(st.text(st.characters(codec="utf-8", exclude_characters="\0")), JSON))
    def collect(facts: dict) -> None:
        wanted.append(facts)

    collect()
    for facts in wanted:
        await table.transact(adding(str(next(numbers)), facts=facts))
    found = [
        (await first(table, "SELECT facts FROM things WHERE id = :id", id=str(n)))["facts"] for n in range(len(wanted))
    ]

    assert found == wanted


async def test_numbers_of_any_size_come_back(table: Database):
    """What others sent us is kept as it came, with numbers that no machine word holds."""
    facts = {"most": 2**64 - 1, "more": -(2**64), "far": [10**400, 1.5], "said": "1" * 30}

    await table.transact(adding("t", facts=facts))

    assert (await first(table, "SELECT facts FROM things"))["facts"] == facts


@pytest.mark.parametrize(
    ("column", "value", "refusal"),
    [
        ("at", datetime(2026, 3, 1), ValueError),
        ("facts", {"nul": "\0"}, ValueError),
        ("facts", {"nul": "\\\0"}, ValueError),
        ("facts", {"no number": float("nan")}, ValueError),
        ("n", 2**63, (OverflowError, asyncpg.DataError)),
    ],
)
async def test_what_the_engines_would_keep_differently_is_refused(table: Database, column: str, value: object, refusal):
    """A naive time, NUL or NaN in JSON and an integer beyond 64 bits raise and store nothing."""
    with pytest.raises((*([refusal] if isinstance(refusal, type) else refusal), asyncpg.DataError)):
        await table.transact(adding(**({"thing_id": "t"} | {column: value})))

    assert await ids(table) == []


async def test_columns_keep_their_type_wherever_they_are_read(table: Database):
    """RETURNING, subqueries and joins give typed values; an expression does if it names its type."""

    async def look(connection: Connection) -> list[object]:
        returned = await connection.one("UPDATE things SET n = n + 1 RETURNING at, facts, done")
        nested = await connection.one(
            "WITH t AS (SELECT at FROM things)"
            " SELECT t.at, (SELECT done FROM things) AS done FROM t JOIN things ON 1 = 1"
        )
        highest = await connection.one('SELECT max(at) AS "at [TIMESTAMPTZ]", count(*) AS n FROM things')
        assert returned is not None
        assert nested is not None
        assert highest is not None
        return [returned["at"], returned["facts"], returned["done"], nested["at"], nested["done"], highest["at"]]

    await table.transact(adding("t", at=NOON, facts={"a": 1}, done=True))

    assert await table.transact(look) == [NOON, {"a": 1}, True, NOON, True, NOON]
