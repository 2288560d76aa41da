"""Whom a job is offered to, where more installers are free than fit into one question."""

from __future__ import annotations

import pytest

from domain.people import Person, Role
from domain.states import State
from tests.conversations.steps import act, asked, choose_installer, claimed, labels, phrase, pick, tap, to
from tests.world import GROUP, World


async def crowd(world: World, count: int = 10, name: str = "") -> None:
    """So many more installers who could do it: JD-010 and on."""
    skills = tuple(skill.code for skill in world.company.skills)
    for number in range(10, 10 + count):
        called = name or f"{number}号师傅"
        await world.add(
            Person(f"i{number}", Role.INSTALLER, called, locale="zh-CN", number=f"JD-0{number}", skills=skills)
        )


@pytest.mark.parametrize("said", ["JD-019", "jd-019", " 19号师傅 "])
async def test_by_number_or_name(world: World, said: str):
    """Everybody who could do it may be named, whoever has a button."""
    await crowd(world)
    await claimed(world)
    heard = await act(world, "sam", "offer")
    assert phrase(world, "installer", name="19号师傅", number="JD-019") not in labels(heard, GROUP)
    heard = await world.says("sam", said, chat=GROUP)
    assert (await world.request()).state is State.OFFERED
    assert await world.store(lambda store: store.offers.open("R-1001")) == ["i19"]
    assert "R-1001" in to(heard, "i19")


async def test_page_by_page(world: World):
    """«Others» turns the page until it begins again; a button of any page counts, and so does its place."""
    await crowd(world)
    await claimed(world)
    heard = await act(world, "sam", "offer")
    first = labels(heard, GROUP)
    assert phrase(world, "offer-others", count=5) in first
    heard = await tap(world, "sam", "offer-others", chat=GROUP, count=5)
    second = labels(heard, GROUP)
    named = [label for label in (*first, *second) if "JD-" in label]
    assert len(named) == len(set(named)) == 13
    heard = await tap(world, "sam", "offer-others", chat=GROUP, count=8)
    assert labels(heard, GROUP) == first
    await tap(world, "sam", "offer-others", chat=GROUP, count=5)
    await world.says("sam", "2", chat=GROUP)
    chosen = second[1].split()[-1]
    (open_to,) = await world.store(lambda store: store.offers.open("R-1001"))
    person = await world.store(lambda store: store.people.get(open_to))
    assert person.number == chosen


async def test_several_of_one_name(world: World):
    """Who is one of several of that name is asked for by number, and nothing is offered before."""
    await crowd(world, 2, "王师傅")
    await claimed(world)
    await act(world, "sam", "offer")
    heard = await world.says("sam", "王师傅", chat=GROUP)
    assert phrase(world, "installer-which", numbers="JD-010、JD-011") in to(heard, GROUP)
    assert (await world.request()).state is State.TRIAGED
    await world.says("sam", "JD-011", chat=GROUP)
    assert await world.store(lambda store: store.offers.open("R-1001")) == ["i11"]


@pytest.mark.parametrize("said", ["JD-099", "谁有空", "99"])
async def test_nobody_of_that_name(world: World, said: str):
    """What names nobody who could do it is asked again."""
    await claimed(world)
    await act(world, "sam", "offer")
    heard = await world.says("sam", said, chat=GROUP)
    assert phrase(world, "form-choose") in to(heard, GROUP)
    assert (await world.request()).state is State.TRIAGED


async def test_the_few_fit(world: World):
    """Where all of them have a button there is no page to turn, and the pool stands behind them."""
    await claimed(world)
    await act(world, "sam", "offer")
    shown = asked(world, GROUP).buttons
    assert [label for label in shown if label.startswith(phrase(world, "offer-others", count=0)[:2])] == []
    await choose_installer(world, "li")
    assert await world.store(lambda store: store.offers.open("R-1001")) == ["li"]


async def test_the_pool_is_everybody(world: World):
    """Whatever page is shown, the pool holds all who could do it."""
    await crowd(world)
    await claimed(world)
    await act(world, "sam", "offer")
    await tap(world, "sam", "offer-others", chat=GROUP, count=5)
    await pick(world, "sam", [place for place, one in enumerate(asked(world, GROUP).buttons) if "JD-" in one][-1] + 1)
    assert len(await world.store(lambda store: store.offers.open("R-1001"))) == 13
