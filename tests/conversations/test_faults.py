"""What cannot be handled is kept, said, tried again, and set aside; nobody else notices."""

from __future__ import annotations

from domain.chat import Outbound, Place, Raw
from domain.errors import Busy
from handlers import ROUTES
from handlers.turn import Handler, Route, Turn
from storage.store import Store
from tests.conversations.steps import file, phrase, requests_of, to
from tests.world import GROUP, World


class Bug(Exception):
    """What nobody thought of."""


async def broken(turn: Turn, store: Store) -> list[Outbound]:
    """Change something, then fail."""
    await store.people.agree(turn.person.id, "half done", turn.now)
    raise Bug


async def away(turn: Turn, store: Store) -> list[Outbound]:
    """Meet an engine that has to give up: its line is cut, its disk is full."""
    run = store.connection.run
    if store.connection.engine == "postgres":
        await run("SELECT pg_terminate_backend(pg_backend_pid())")
        return []
    await run("PRAGMA max_page_count = 1")
    try:
        await run("CREATE TABLE too_much AS SELECT randomblob(1000000) AS much")
    finally:
        await run("PRAGMA max_page_count = 1000000000")
    return []


def break_it(world: World, by: Handler = broken) -> None:
    world.pipeline.routes = (Route("request.mine", by), *ROUTES)


async def states(world: World) -> list[str]:
    """What became of the messages that failed."""
    rows = await world.store(
        lambda store: store.connection.all("SELECT state, attempts FROM inbox WHERE attempts > 0 ORDER BY id")
    )
    return [f"{row['state']} {row['attempts']}" for row in rows]


async def again(world: World, seconds: float) -> str:
    """Time goes by, failed messages are tried again; what the group was shown."""
    world.watch.move(seconds)
    await world.pipeline.replay()
    return to(await world.settle(), GROUP)


async def test_a_bug_is_undone_and_apologised_for(world: World):
    """What a handler did before it failed is undone, the sender reads an apology, and the message waits."""
    break_it(world)
    heard = await world.says("hana", "查进度")

    assert to(heard, "hana") == phrase(world, "sorry-later")
    person = await world.store(lambda store: store.people.get("hana"))
    assert person.consent == world.company.consent.version
    assert await states(world) == ["failed 1"]


async def test_it_is_answered_once_the_bug_is_gone(world: World):
    """The message is tried again and answered as if nothing had happened; there is no second apology."""
    await file(world)
    break_it(world)
    await world.says("hana", "查进度")
    world.pipeline.routes = ROUTES
    world.watch.move(11)
    assert await world.pipeline.replay() == 1
    heard = await world.settle()

    assert "R-1001" in to(heard, "hana")
    assert await states(world) == ["done 1"]
    assert await world.pipeline.replay() == 0


async def test_after_three_times_it_is_set_aside(world: World):
    """Three failures quarantine the message, and staff are told without its words; it is not tried again."""
    break_it(world)
    await world.says("hana", "查进度")
    assert await again(world, 11) == ""
    told = await again(world, 61)

    assert phrase(world, "staff-quarantined", channel="fake") in told
    assert "查进度" not in told
    assert await states(world) == ["quarantined 3"]
    assert await again(world, 3600) == ""


async def test_an_engine_that_gives_up_is_not_the_message_s_fault(world: World):
    """What meets a database that comes and goes is not set aside after three times, and is answered in the end."""
    await file(world)
    break_it(world, away)
    await world.says("hana", "查进度")
    for _ in range(4):
        assert await again(world, 601) == ""
    assert await states(world) == ["failed 5"]
    world.pipeline.routes = ROUTES
    world.watch.move(601)
    await world.pipeline.replay()

    assert "R-1001" in to(await world.settle(), "hana")


async def test_others_do_not_notice(world: World):
    """While one message fails again and again, everybody else is served, the sender too."""
    break_it(world)
    await world.says("otto", "查进度")
    heard = await file(world)
    assert "R-1001" in to(heard, "hana")
    heard = await file(world, "otto", "灯不亮了")
    assert "R-1002" in to(heard, "otto")


async def test_what_cannot_be_read_is_kept_and_told(world: World):
    """An update that no adapter understands is set aside at once, staff are told once, and the next one is handled."""
    strange = Raw("fake:strange", "fake", {"what": "is this"}, Place("fake", "hana"))
    await world.pipeline.receive(strange)
    await world.pipeline.receive(strange)
    heard = await world.settle()

    assert [one.text for one in heard] == [phrase(world, "staff-quarantined", channel="fake")]
    kept = await world.store(lambda store: store.inbox.quarantined(10))
    assert [(raw.id, dict(raw.body)) for raw in kept] == [("fake:strange", {"what": "is this"})]
    await file(world)
    assert len(await requests_of(world)) == 1


async def test_signs_that_no_database_takes(world: World):
    """NUL and half characters in a message cost neither the message nor the words around them."""
    await file(world, text="水龙头\0滴水 \ud83d 快来")
    assert (await world.request()).description == "水龙头滴水 ? 快来"


async def test_a_refusal_undoes_what_came_before_it(world: World):
    """A rule that says no leaves nothing behind, and is no fault."""
    heard = await world.says("hana", "/start WRONGCODE2")
    assert to(heard, "hana") == phrase(world, "invite-refused", company=phrase(world, "company-name"))
    assert await states(world) == []


async def test_no_room_is_nobodys_fault(world: World):
    """What cannot begin now is sent some seconds later, once, however often that happens, and holds up nobody else."""
    for who in ("hana", "otto", "zhang"):
        world.channels["fake"].fail(who, *[Busy("busy")] * 9)
        assert await world.says(who, "/help") == []
    assert to(await world.says("max", "/help"), "max")
    heard = [one.chat for _ in range(10) for one in await world.passes(seconds=6)]
    assert sorted(heard) == ["hana", "otto", "zhang"]
