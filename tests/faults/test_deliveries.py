"""Updates that come more than once, out of order, late and at the same time, have the effects of one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from bot.channels.clock import raw as timer_raw
from bot.config import load_settings
from bot.disk import DiskWatch
from domain.chat import Raw
from storage.database import Row
from storage.files import FileStore
from storage.store import Store
from tests.conversations.steps import file, phrase, tap, to
from tests.faults import flows
from tests.faults.test_kills import seed
from tests.world import COMPANY, GROUP, World

COPIES_MAX = 20


async def play(world: World, files: FileStore, copies: Random | None) -> None:
    """All five flows; with ``copies`` each update comes up to twenty times, some of them long after."""
    old: list[Raw] = []
    for number, flow in enumerate(flows.FLOWS.values()):
        count = 0
        async for step in flow(world):
            count += 1
            world.watch.move(step.wait_s)
            raw = await flows.update(world, number * 100 + count, step)
            raw = await flows.with_photo(world, files, raw, step.photo) if step.photo else raw
            old.append(raw)
            await asyncio.gather(*[world.pipeline.receive(one) for one in delivered(raw, old, copies)])
            while await world.dispatcher.once():
                pass


def delivered(raw: Raw, old: list[Raw], copies: Random | None) -> list[Raw]:
    """What comes at one moment."""
    if copies is None:
        return [raw]
    found = [raw] * copies.choice((1, 2, 3, COPIES_MAX)) + copies.choices(old, k=3)
    copies.shuffle(found)
    return found


async def test_copies_have_no_effect(world: World, tmp_path, note):
    """The whole story with each update delivered up to twenty times, overlapping and late, ends with exactly the rows
    of the story told once."""
    dice = seed()
    note(f"deliveries: seed {dice} on {world.database.engine}")
    await play(world, FileStore(tmp_path), Random(dice))
    rows = await flows.summary(world)
    causes = {row[0].rpartition(":")[0] for row in rows["outbox"]}
    inbox = await world.store(lambda store: store.connection.all("SELECT id FROM inbox"))

    actions = [row[3] for row in rows["request_events"]]
    assert sorted(actions) == sorted(ONCE)
    assert causes - {row["id"] for row in inbox} == set()
    assert [row[1] for row in rows["requests"]] == ["CLOSED"]


ONCE = "accept arrive claim confirm depart file finish offer rate schedule".split()


async def test_an_album_that_is_torn_apart_is_one_request(world: World, tmp_path):
    """Parts of an album that come twice, out of order and late are all in the one request, each once."""
    files, dice = FileStore(tmp_path), Random(seed())
    raws = []
    for part in range(5):
        raw = world.raw("hana", "厨房水龙头滴水" if part == 0 else "", album="a1")
        raws.append(await flows.with_photo(world, files, raw, f"part{part}"))
    first, rest = raws[0], [*raws[1:], *raws]
    dice.shuffle(rest)
    await world.pipeline.receive(first)
    for raw in rest:
        world.watch.move(dice.choice((0, 1, 4)))
        await world.pipeline.receive(raw)
    await world.settle()
    await tap(world, "hana", "form-photos-done")
    await say_rest(world)

    requests = await world.store(lambda store: store.requests.of("hana"))
    assert [len(one.photos) for one in requests] == [5]
    assert len(set(requests[0].photos)) == 5


async def say_rest(world: World) -> None:
    """Answer what is still asked, and confirm."""
    for _ in range(5):
        token = await flows.token(world, "hana", "form-confirm")
        if token:
            await world.says("hana", press=token)
            return
        await world.says("hana", press=await flows.token(world, "hana", flows.ANY))


async def test_a_timer_rings_once(world: World):
    """A reminder that several workers found due at once is said once, under whatever name each hands it over, and not
    at all after it was moved."""
    await file(world)
    world.watch.move(660)
    (timer,) = await world.store(lambda store: store.timers.due(world.watch(), 10))
    again = [replace(timer_raw(timer), id=f"clock:worker{number}") for number in range(3)]
    await asyncio.gather(*[world.pipeline.receive(one) for one in (timer_raw(timer), *again)])
    later = replace(timer, due_at=timer.due_at + timedelta(seconds=60))
    await world.store(lambda store: store.timers.set(later.id, later.due_at, later.intent, later.subject))
    await world.pipeline.receive(replace(timer_raw(timer), id="clock:late"))
    told = [row["id"] for row in await world.store(remarks)]

    assert len(told) == 1
    world.watch.move(60)
    assert await world.timers.once() == 1


async def remarks(store: Store) -> Sequence[Row]:
    """What was owed to the group because of the clock."""
    return await store.connection.all("SELECT id FROM outbox WHERE id LIKE 'clock:%' AND chat = :chat", chat=GROUP)


async def test_an_alarm_of_several_workers_is_one(world: World, tmp_path):
    """Staff hear once a day that the disk is nearly full, however many workers see it and however often they start."""
    settings = load_settings(None, data_dir=tmp_path, company_file=COMPANY, disk_reserve_mb=1_000_000)
    for _ in range(3):
        assert await DiskWatch(world.database, settings, world.watch).look()
    told = to(await world.settle(), GROUP)
    assert told.count("\n") == 0
    assert phrase(world, "disk-low", megabytes=0).split("0")[0].strip() in told


@pytest.mark.parametrize("said", ["/refuse"])
async def test_a_refusal_leaves_nothing_behind(world: World, said: str):
    """What a handler did before it refused is undone, in the same commit as others' work."""
    from tests.faults.child import POISON

    world.pipeline.routes = (*POISON, *world.pipeline.routes)
    raws = [world.raw(who, said) for who in ("hana", "otto")] + [world.raw("new", "你好")]
    await asyncio.gather(*[world.pipeline.receive(raw) for raw in raws])

    people = [await world.store(lambda store, who=who: store.people.get(who)) for who in ("hana", "otto")]
    assert [one.consent for one in people] == [world.company.consent.version] * 2
