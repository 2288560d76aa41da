"""Updates that cannot be handled: one that nobody can read, one that crashes, one that never ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from domain.chat import Outbound, Raw
from domain.people import Person
from handlers import ROUTES
from handlers.turn import ANYONE, EVERYWHERE, Route, Turn
from storage.database import Connection, Database
from storage.postgres import open_postgres
from storage.sqlite import open_sqlite
from storage.store import Store
from tests.conversations.steps import file, phrase, to
from tests.faults.child import POISON, spin
from tests.faults.flows import furnish
from tests.world import GROUP, World, build

HANG_MAX_S = 1.5
OTHERS_MAX_S = 5.0
PATIENCE_S = 20.0


@pytest.fixture
async def impatient(database_url: str) -> AsyncIterator[Database]:
    """A database whose works are cut after half a second."""
    if database_url.startswith("sqlite"):
        database: Database = await open_sqlite(Path(urlsplit(database_url).path[1:]), HANG_MAX_S)
    else:
        database = await open_postgres(database_url, 4, HANG_MAX_S)
    yield database
    async with asyncio.timeout(HANG_MAX_S * 10):
        await database.close()


@pytest.fixture
async def company(impatient: Database) -> World:
    """The company on it, with words that nobody should say."""
    world = build(impatient)
    await furnish(world)
    world.pipeline.routes = (Route("command.hang", hang, ANYONE, EVERYWHERE), *POISON, *ROUTES)
    return world


async def hang(turn: Turn, store: Store) -> list[Outbound]:
    """A statement that takes a minute, or never ends."""
    await store.people.agree(turn.person.id, "half done", turn.now)
    if store.connection.engine == "postgres":
        await store.connection.one("SELECT pg_sleep(60)")
    else:
        endless = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) SELECT max(n) FROM n"
        await store.connection.one(endless)
    return []


async def quarantined(world: World) -> list[tuple[str, int, str]]:
    rows = await world.store(
        lambda store: store.connection.all("SELECT state, attempts, error_code FROM inbox WHERE attempts > 0")
    )
    return [(row["state"], row["attempts"], row["error_code"]) for row in rows]


async def tried_three_times(world: World) -> str:
    """Time goes by until an update is set aside; what the group was told meanwhile."""
    told = ""
    for seconds in (11, 61, 601):
        world.watch.move(seconds)
        await world.pipeline.replay()
        told += to(await world.settle(), GROUP)
    return told


@pytest.mark.parametrize(("said", "code"), [("/boom", "Bug"), ("/hang", "TimeoutError"), ("/spin", "TimeoutError")])
async def test_poison_is_set_aside_after_three_times(company: World, said: str, code: str) -> None:
    """A handler that crashes or never ends is cut and undone, tried three times and then set aside with a word to
    staff; nothing of it stays, and the next update of the same person is handled."""
    async with asyncio.timeout(PATIENCE_S):
        heard = await company.says("hana", said)
        told = await tried_three_times(company)
    assert to(heard, "hana") == phrase(company, "sorry-later")

    assert await quarantined(company) == [("quarantined", 3, code)]
    assert phrase(company, "staff-quarantined", channel="fake") in told
    person: Person = await company.store(lambda store: store.people.get("hana"))
    assert person.consent == company.company.consent.version
    assert "R-1001" in to(await file(company), "hana")


async def test_what_nobody_can_read_is_set_aside_at_once(company: World) -> None:
    """An update without a chat is kept, staff are told once however often it comes, and it is never tried again."""
    strange = Raw("fake:strange", "fake", {"no": "chat"})
    for _ in range(3):
        await company.pipeline.receive(strange)
    told = to(await company.settle(), GROUP)

    assert told.count(phrase(company, "staff-quarantined", channel="fake")) == 1
    assert await company.pipeline.replay() == 0


async def test_others_go_on_while_and_after_one_hangs(company: World) -> None:
    """Twenty people who write while one update hangs are answered, at the latest when that one has been cut."""
    began = time.monotonic()
    hanging = asyncio.create_task(company.pipeline.receive(company.raw("hana", "/hang")))
    await asyncio.sleep(0)
    await asyncio.gather(*[company.pipeline.receive(company.raw(f"new{n}", "你好")) for n in range(20)])
    took_s = time.monotonic() - began
    await hanging

    answered = {one.chat for one in await company.settle()}
    assert answered >= {f"new{n}" for n in range(20)}
    assert took_s < OTHERS_MAX_S


async def test_a_work_that_ends_in_time_is_left_alone(impatient: Database) -> None:
    """Many short works in a row, which take longer than one may altogether, are none of them cut."""

    async def short(connection: Connection) -> int:
        until = time.monotonic() + HANG_MAX_S / 5
        while time.monotonic() < until:
            await connection.one("SELECT 1 AS one")
        return 1

    assert await asyncio.gather(*[impatient.transact(short) for _ in range(10)]) == [1] * 10


async def test_a_cut_leaves_everybody_else_at_work(impatient: Database) -> None:
    """However a hanging work defends itself, it is cut, and the connection serves the next one."""

    async def stubborn(connection: Connection) -> None:
        while True:
            try:
                await spin(None, None)  # type: ignore[arg-type]
            except Exception:
                continue

    for _ in range(3):
        with pytest.raises(TimeoutError, match="took too long"):
            async with asyncio.timeout(PATIENCE_S):
                await impatient.transact(stubborn)
    row = await impatient.read(lambda connection: connection.one("SELECT 1 AS one"))
    assert row
    assert row["one"] == 1
