"""Ideas of VIP design advisers: sent in with photos, adopted once or declined with a word."""

from __future__ import annotations

import asyncio

from domain.ledger import Unit
from domain.people import Person, Role
from tests.conversations.recommending import code_of, to
from tests.conversations.rewarding import balance
from tests.conversations.steps import draft_of, phrase, standing, tap
from tests.world import GROUP, Heard, World, last


async def advises(world: World, who: str = "hana") -> None:
    """Somebody is a VIP design adviser."""
    await code_of(world, who)
    await world.store(lambda store: store.board.make_vip(who, world.watch()))


async def proposed(world: World, words: str = "玄关加一个换鞋凳", photos: int = 0) -> list[Heard]:
    """Hana sends an idea."""
    await world.says("hana", "口碑榜")
    await tap(world, "hana", "idea-start")
    await world.says("hana", words)
    for number in range(photos):
        await world.says("hana", files=[await world.photo("hana", str(number))])
    return await tap(world, "hana", "form-photos-done" if photos else "form-photos-none")


async def test_an_idea_with_photos_is_adopted_once(world: World):
    """Staff see words and photos; two managers at once adopt it once, and its author is credited once."""
    await advises(world)
    heard = await proposed(world, photos=2)
    assert phrase(world, "idea-kept", id="ID-1001") in to(heard, "hana")
    group = [one for one in heard if one.chat == GROUP]
    assert "玄关加一个换鞋凳" in to(heard, GROUP)
    assert sum(len(one.message.files) for one in group) == 2
    token = world.token(GROUP, phrase(world, "idea-adopt"))

    assert phrase(world, "refused-role") in to(await world.says("sam", press=token, chat=GROUP), GROUP)
    await asyncio.gather(*[world.pipeline.receive(world.raw(who, press=token, chat=GROUP)) for who in ("max", "ada")])
    told = await world.settle()

    assert to(told, "hana") == phrase(world, "idea-adopted", id="ID-1001", points=500)
    assert await balance(world, unit=Unit.POINTS) == (500, 0)
    assert phrase(world, "idea-decided", id="ID-1001") in to(told, GROUP)
    assert not any(
        phrase(world, "idea-adopt") in [label for row in call.message.buttons for label, _, _ in row]
        for call in standing(world, GROUP)
    )


async def test_an_idea_is_declined_with_a_word(world: World):
    """The author reads why; who comes later reads that it is decided, and nothing stays open."""
    await advises(world)
    await proposed(world)
    token = world.token(GROUP, phrase(world, "idea-adopt"))
    await tap(world, "max", "idea-decline")
    told = await world.says("max", "今年不做新款", chat=GROUP)

    assert phrase(world, "idea-declined", id="ID-1001", reason="今年不做新款") in to(told, "hana")
    assert phrase(world, "idea-decided", id="ID-1001") in to(await world.says("ada", press=token, chat=GROUP), GROUP)
    assert await balance(world, unit=Unit.POINTS) == (0, 0)


async def test_declining_what_was_adopted_meanwhile(world: World):
    """The second decision does nothing and closes its question."""
    await advises(world)
    await proposed(world)
    await tap(world, "max", "idea-decline")
    await world.says("ada", press=world.token(GROUP, phrase(world, "idea-adopt")), chat=GROUP)

    late = await world.says("max", "不要", chat=GROUP)

    assert phrase(world, "idea-decided", id="ID-1001") in to(late, GROUP)
    assert await balance(world, unit=Unit.POINTS) == (500, 0)


async def test_ideas_are_for_advisers(world: World):
    """Who is none has no button, and a button of before says what is missing; who stops being one while writing too."""
    await code_of(world)
    assert phrase(world, "idea-start") not in last(await world.says("hana", "口碑榜"), "hana").buttons
    await advises(world)
    await world.says("hana", "口碑榜")
    token = world.token("hana", phrase(world, "idea-start"))
    await world.store(lambda store: store.board.make_vip("hana", None))
    assert to(await world.says("hana", press=token), "hana") == phrase(world, "idea-vip-only", least=3)

    await advises(world)
    await world.says("hana", press=token)
    await world.says("hana", "加个灯")
    await world.store(lambda store: store.board.make_vip("hana", None))
    told = await tap(world, "hana", "form-photos-none")
    assert phrase(world, "idea-vip-only", least=3) in to(told, "hana")
    assert await draft_of(world) is None


async def test_nobody_adopts_their_own(world: World):
    """An adviser who manages here by now asks somebody else."""
    await advises(world)
    await proposed(world)
    await world.store(lambda store: store.people.save(Person("hana", Role.MANAGER, "王阿姨", locale="zh-CN")))

    token = world.token(GROUP, phrase(world, "idea-adopt"))
    told = await world.says("hana", press=token, chat=GROUP)

    assert phrase(world, "reward-own") in to(told, GROUP)
    assert await balance(world, unit=Unit.POINTS) == (0, 0)


async def test_a_phone_in_an_idea_is_masked(world: World):
    """What stands in the group shows no number."""
    await advises(world)
    heard = await proposed(world, "有事打13800138000")
    assert "13800138000" not in to(heard, GROUP)
