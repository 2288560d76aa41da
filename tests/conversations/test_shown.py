"""What of people and their work is shown to whom: names without numbers, photos as far as a window goes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.channel import Window
from domain.chat import Place
from storage.database import Database
from storage.store import Store
from tests.conversations.steps import act, done, file, finish, phrase, tap, to, working
from tests.fakes import AnsweringChannel
from tests.world import GROUP, World, build, peopled

HERE = "answering"
PHONE = "13800138000"


async def named(world: World, name: str) -> None:
    """Hana is called something else."""

    async def work(store: Store) -> None:
        person = await store.people.get("hana")
        assert person
        await store.people.save(replace(person, name=name))

    await world.store(work)


@pytest.mark.parametrize("name", [f"王芳{PHONE}", "王芳 138-0013-8000", "王芳+8613800138000"])
async def test_a_name_with_a_number(world: World, name: str):
    """Whatever somebody calls themselves, no group reads a phone: on cards, in messages, in alarms."""
    await named(world, name)
    await world.says("hana", "请问你们星期天上班吗")
    await world.says("hana", "人工")
    await world.says("hana", "煤气漏了")
    await tap(world, "hana", "form-cancel")
    await file(world)
    await act(world, "hana", "add")
    await world.says("hana", "门口有狗")
    for number in range(12):
        await world.says("hana", f"还有{number}")
    await world.passes(minutes=20)
    read = "\n".join(one.text for one in world.shown if one.chat == GROUP)
    assert "王芳" in read
    digits = "".join(letter for letter in read if letter.isdecimal())
    assert PHONE not in digits


async def test_a_name_from_the_platform(world: World):
    """The same of somebody whom we know by their name on the platform alone."""
    await world.says("anna13800138555", "你们几点下班呀")
    read = "\n".join(one.text for one in world.shown if one.chat == GROUP)
    assert "anna" in read
    assert "13800138555" not in read


async def photos(world: World, channel: str, chat: str = "hana") -> list[str]:
    """The files that came to a chat, in order."""
    return [file.hash for call in world.channels[channel].arrived if call.chat == chat for file in call.message.files]


@pytest.mark.parametrize(("left", "shown"), [(5, 2), (3, 1), (2, 0), (1, 0)])
async def test_photos_of_the_work_leave_room(database: Database, left: int, shown: int):
    """Where people may be written to only a few times, the words and an answer go before photos; how many are left out
    is said."""
    world = await peopled(build(database, more=[AnsweringChannel]))
    await working(world)
    now, here = world.watch(), Place(HERE, "hana")

    async def move(store: Store) -> None:
        await store.people.attach(HERE, "hana", "hana", "hana", now)
        await store.outbox.speak(here, "zh-CN")
        await store.connection.run("UPDATE people SET channel = :c WHERE id = 'hana'", c=HERE)
        await store.budgets.open(here, Window("message", left, 48 * 3600.0), now, now)

    await world.store(move)
    heard = await finish(world)
    assert len(await photos(world, HERE)) == shown
    assert phrase(world, "told-finish-homeowner", installer="张师傅(JD-001)") in to(heard, "hana")
    more = phrase(world, "finish-photos-more", count=2 - shown)
    assert (more in to(heard, "hana")) is (shown < 2)
    assert len(await photos(world, "fake", GROUP)) == 2


async def test_all_photos_where_there_is_no_window(world: World):
    """Elsewhere the homeowner gets every one."""
    await done(world)
    assert len(await photos(world, "fake")) == 2
