"""Who floods us, from inside or outside, delays nobody else and leaves nothing behind."""

from __future__ import annotations

from typing import Any

from domain.chat import Priority
from handlers.intents import CODE
from tests.conversations.steps import events, file, phrase, to
from tests.world import GROUP, World

FOREIGN = "group-x"
WORDS = "不相干的闲话"


async def rows(world: World, sql: str, **args: Any) -> list[dict[str, Any]]:
    """What the database says."""
    found = await world.store(lambda store: store.connection.all(sql, **args))
    return [dict(zip(row.keys(), row, strict=True)) for row in found]


async def owed(world: World, chat: str) -> list[Any]:
    """What is unsent in a chat, in order."""
    return await rows(
        world, "SELECT id, seq, body FROM outbox WHERE chat = :chat AND state = 'due' ORDER BY seq", chat=chat
    )


async def flood(world: World, count: int, who: str = "hana", since: int = 0) -> None:
    """Somebody writes faster than anything is sent."""
    for number in range(since, since + count):
        await world.pipeline.receive(world.raw(who, f"我三点到五点之间不在家哦，编号{number}号"))
        world.watch.move(0.1)


async def test_files_in_a_foreign_group_are_not_fetched(world: World):
    """In a group that nobody bound files neither wait nor are fetched, and only their ids are kept."""
    for number in range(3):
        raw = world.raw("eve", WORDS if number else "", chat=FOREIGN, remote=[f"{number:064x}"], album="a")
        await world.pipeline.receive(raw)

    assert await world.pipeline.replay() == 0
    assert world.channels["fake"].fetched == 0
    assert [row["body"] for row in await rows(world, "SELECT body FROM inbox WHERE id LIKE 'fake:eve%'")] == [{}] * 3
    assert await rows(world, "SELECT hash FROM files") == []


async def test_talk_in_a_foreign_group_makes_nobody_a_person(world: World):
    """Neither the words of strangers nor of people we know are kept, changed or answered or forwarded ones included."""
    people = await rows(world, "SELECT id FROM people ORDER BY id")
    for who in ("eve", "hana"):
        for more in ({}, {"edited": True}, {"forwarded": True}, {"reply_to": "m1"}, {"event": "anonymous"}):
            assert await world.says(who, WORDS, chat=FOREIGN, **more) == []
    await world.says("eve", f"/bind {WORDS}", chat=FOREIGN, edited=True)

    assert await rows(world, "SELECT id FROM people ORDER BY id") == people
    assert [row["body"] for row in await rows(world, "SELECT body FROM inbox")] == [{}] * 11


async def test_a_command_in_a_foreign_group_is_still_heard(world: World):
    """A code binds the group, under a picture as well, and then its files are fetched and its people known."""
    told = to(await world.says("ada", "/bindcode"), "ada")
    code = CODE.findall(told)[0]
    await world.says("ada", f"/bind {code}", chat=FOREIGN, remote=["f" * 64])
    assert await rows(world, "SELECT chat FROM groups WHERE chat = :chat", chat=FOREIGN) == [{"chat": FOREIGN}]
    assert world.channels["fake"].fetched == 0

    await world.says("eve", WORDS, chat=FOREIGN, remote=["e" * 64])
    assert await world.pipeline.replay() == 1
    assert world.channels["fake"].fetched == 1
    assert await rows(world, "SELECT id FROM people WHERE name = 'eve'") != []


async def test_what_waited_when_a_group_was_bound_no_longer_is_forgotten(world: World):
    """Files that a group of ours sent before it was let go make nobody a person afterwards."""
    await world.pipeline.receive(world.raw("eve", WORDS, chat=GROUP, remote=["e" * 64]))
    await world.store(lambda store: store.connection.run("DELETE FROM groups"))
    assert await world.pipeline.replay() == 1

    assert await rows(world, "SELECT id FROM people WHERE name = 'eve'") == []
    assert [row["body"] for row in await rows(world, "SELECT body FROM inbox WHERE id LIKE 'fake:eve%'")] == [{}]


async def test_a_flood_is_one_card_a_minute(world: World):
    """After eight messages staff see one card with the count and the end of what is said; all of it is kept."""
    await file(world)
    await world.passes(minutes=2)
    before = len(await events(world))
    await flood(world, 40)

    unsent = await owed(world, GROUP)
    heard = await world.settle()
    assert len(unsent) == 9
    assert phrase(world, "staff-flood", name="王女士", count=40, id="R-1001").split("40")[1] in to(heard, GROUP)
    last = to([one for one in heard if one.chat == GROUP][-1:], GROUP)
    assert "40" in last
    assert [f"编号{number}号" in last for number in (31, 32, 39)] == [False, True, True]
    assert len(await events(world)) == before + 40


async def test_a_flood_is_over_after_a_minute(world: World):
    """Whoever paused is heard one by one again, and nobody else is ever gathered."""
    await file(world)
    await file(world, "otto", "灯不亮了")
    await world.passes(minutes=2)
    await flood(world, 20)
    await flood(world, 2, "otto")
    assert len(await owed(world, GROUP)) == 11
    await world.settle()
    await world.passes(minutes=1, seconds=1)
    await flood(world, 2, since=100)
    assert [unpack_card(row) for row in await owed(world, GROUP)] == ["", ""]


async def test_a_flood_without_a_request_loses_nothing(world: World):
    """Without a request words are gathered like a plea for a human, and files, which nothing keeps, come one by one."""
    for _ in range(9):
        await world.pipeline.receive(world.raw("otto", "人工"))
    unsent = await owed(world, GROUP)
    assert [unpack_card(row)[:6] for row in unsent] == [""] * 8 + ["flood:"]
    heard = await world.settle()
    assert phrase(world, "staff-human", name="otto", id="")[-12:] in to(
        [one for one in heard if one.chat == GROUP][8:], GROUP
    )

    await world.pipeline.receive(world.raw("otto", "看这里", files=[await world.photo("otto")], edited=True))
    (kept,) = await owed(world, GROUP)
    assert (unpack_card(kept), len(kept["body"]["files"])) == ("", 1)


def unpack_card(row: dict[str, Any]) -> str:
    """The card that a row is, empty for none."""
    return str(row["body"].get("card", ""))


async def test_an_emergency_goes_before_a_flood(world: World):
    """What is urgent leaves its lane first, the rest keeps its order, and nothing is skipped or sent twice."""
    await file(world)
    await world.passes(minutes=2)
    await flood(world, 30)
    seqs = [row["seq"] for row in await owed(world, GROUP)]
    await world.pipeline.receive(world.raw("otto", "厨房燃气灶漏气，有很重的煤气味"))
    all_of_it = await owed(world, GROUP)
    assert len(all_of_it) == len(seqs) + 1
    heard = [one for one in await world.settle() if one.chat == GROUP]

    assert "煤气味" in to(heard[:1], GROUP)
    assert len(heard) == len(seqs) + 1
    assert [f"编号{number}号" in to([one], GROUP) for number, one in enumerate(heard[1:9])] == [True] * 8
    assert await owed(world, GROUP) == []


async def test_an_emergency_far_behind_overtakes_what_is_under_way(world: World):
    """Also behind more than a claim looks at; and only what is urgent does."""
    await file(world)
    await world.passes(minutes=2)
    for minute in range(5):
        await flood(world, 8, since=minute * 8)
        world.watch.move(61)
    await world.pipeline.receive(world.raw("otto", "厨房燃气灶漏气，有很重的煤气味"))
    await world.pipeline.receive(world.raw("hana", "插座冒烟了，还有火花"))
    heard = [one for one in await world.settle() if one.chat == GROUP]

    assert ["煤气味" in to(heard[:1], GROUP), "冒烟" in to(heard[1:2], GROUP)] == [True, True]
    assert [f"编号{number}号" in to([one], GROUP) for number, one in enumerate(heard[2:42])] == [True] * 40


async def test_who_cries_wolf_goes_before_nobody(world: World):
    """After three alarms within a minute further ones of the same person are one card without precedence."""
    for _ in range(6):
        await world.pipeline.receive(world.raw("otto", "厨房煤气漏了"))
        await world.pipeline.receive(world.raw("otto", "/cancel"))
    found = await rows(
        world, "SELECT priority, card FROM outbox WHERE chat = :chat AND state = 'due' ORDER BY seq", chat=GROUP
    )
    assert [row["priority"] for row in found] == [int(Priority.URGENT)] * 3 + [int(Priority.HUMAN)]
