"""The ledger as people meet it: managers adjust, a second one confirms, credits end, and a fault is told once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.channels.clock import raw
from domain.chat import Button, Outbound, Place, Text
from domain.errors import NotFound
from domain.ledger import Kind, Terms, Unit, Why
from domain.people import INSIDE, Person, Role
from handlers.turn import lines
from storage.erasure import Erasure
from storage.ledger_proof import Fault
from storage.store import Store
from storage.timers import Timers
from tests.conversations.recommending import reach
from tests.world import World, last

MIA = Person("mia", Role.MANAGER, "孙主管", locale="zh-CN")


async def balance(world: World, who: str = "hana", unit: Unit = Unit.POINTS) -> int:
    found = await world.store(lambda store: store.ledger.balance(who, unit, INSIDE, world.watch()))
    return found.available


async def credited(
    world: World, key: str, amount: int, days: int, told_days: int = 0, unit: Unit = Unit.POINTS
) -> None:
    now = world.watch()
    told = now + timedelta(days=told_days) if told_days else None
    terms = Terms(now, now + timedelta(days=days), told)
    await world.store(lambda store: store.ledger.credit("hana", unit, key, now, amount, Why("award"), terms))


async def adjusts(
    world: World, amount: str, unit: str = "积分", whose: str = "138 0013 8000", who: str = "max"
) -> list:
    """A manager answers all questions and confirms."""
    await world.says(who, "/adjust")
    await world.says(who, whose)
    await world.press(who, unit)
    await world.says(who, amount)
    await world.says(who, "活动补发")
    return await world.press(who, "确认提交")


async def test_a_manager_adjusts_and_the_homeowner_hears_why(world: World) -> None:
    """What is small is done at once, by the person's phone; whose it is reads what and why."""
    told = await adjusts(world, "+200")

    assert last(told, "max").text == "已入账：增加 200 积分。客户会收到通知。"
    assert last(told, "hana").text == "您的存折增加了 200 积分。有疑问请直接写给我们。原因：活动补发"
    assert await balance(world) == 200
    [line] = await world.store(lambda store: store.ledger.lines("hana", INSIDE))
    assert (line.kind, line.why.actor_id, line.why.reason) == (Kind.ADJUST, "max", "活动补发")


async def test_a_manager_takes_by_a_requests_number(world: World) -> None:
    """Money is written in yuan, and what is taken has a minus."""
    await world.says("hana", "厨房水龙头滴水 随时都行")
    await world.press("hana", "没有照片")
    await world.press("hana", "世纪大道100号3号楼 1202室")
    await world.press("hana", "用 138 0013 8000")
    await world.press("hana", "确认提交")
    await credited(world, "c", 10_000, days=99, unit=Unit.FUND)

    told = await adjusts(world, "-49.90", "装修基金", "R-1001")

    assert last(told, "hana").text.startswith("您的存折扣减了 49.90 元。")
    assert await balance(world, unit=Unit.FUND) == 10_000 - 4_990


async def test_no_more_is_taken_than_there_is(world: World) -> None:
    """The manager hears how much there is, and nothing happens."""
    await credited(world, "c", 50, days=99)

    told = await adjusts(world, "-51")

    assert "可用的只有 50 积分" in last(told, "max").text
    assert await balance(world) == 50


@pytest.mark.parametrize("said", ["0", "abc", "1.5", "-", "二百", "1 2"])
async def test_what_is_no_amount_is_asked_again(world: World, said: str) -> None:
    """Only whole points are points."""
    await world.says("max", "/adjust")
    await world.says("max", "13800138000")
    await world.press("max", "积分")

    told = await world.says("max", said)

    assert "请写整数" in last(told, "max").text


async def test_nobody_is_made_up(world: World) -> None:
    """An unknown number, an unknown request and oneself are refused."""
    await world.says("max", "/adjust")
    for said in ("13911112222", "R-9999", "不知道"):
        assert "没有找到这个人" in last(await world.says("max", said), "max").text
    await world.store(lambda store: store.people.save(Person("max", Role.MANAGER, "陈主管", "+8613700137000", "zh-CN")))
    assert "不能调整自己的" in last(await world.says("max", "13700137000"), "max").text


async def test_above_the_limit_a_second_manager_confirms(world: World) -> None:
    """Nothing is entered before; the second one's press enters it, and both and the homeowner hear of it."""
    await world.add(MIA)
    limit = world.company.bank.keeping.second_points

    told = await adjusts(world, str(limit + 1))

    assert "要另一位主管确认" in last(told, "max").text
    assert "陈主管 想调整 王阿姨 的存折" in last(told, "mia").text
    assert last(told, "mia").buttons == ("同意", "不同意")
    assert not [one for one in told if one.chat in ("hana", "sam")]
    assert await balance(world) == 0

    told = await world.press("mia", "同意")

    assert last(told, "max").text.startswith("AD-1001 已同意并入账：增加")
    assert last(told, "hana").text.startswith("您的存折增加了")
    assert await balance(world) == limit + 1


async def test_exactly_the_limit_needs_nobody_else(world: World) -> None:
    """The limit itself is one person's to decide, in both directions."""
    limit = world.company.bank.keeping.second_points
    await adjusts(world, str(limit))
    assert await balance(world) == limit
    await adjusts(world, f"-{limit}")
    assert await balance(world) == 0


async def test_a_second_manager_refuses(world: World) -> None:
    """Then nothing is entered, and a later press by anybody else changes nothing."""
    await world.add(MIA)
    told = await adjusts(world, "60000")
    assert {one.chat for one in told} == {"max", "mia", "ada"}

    told = await world.press("mia", "不同意")
    late = await world.press("ada", "同意")

    assert "没有同意" in last(told, "max").text
    assert last(late, "ada").text == "AD-1001 已经有人定了。"
    assert await balance(world) == 0


async def test_nobody_confirms_their_own(world: World) -> None:
    """Neither who wants it nor whose it is, even with the button in hand."""
    await adjusts(world, "60000")
    token = world.token("ada", "同意")
    for who, name in (("max", "陈主管"), ("hana", "王阿姨")):
        person = Person(who, Role.MANAGER, name, "+8613800138000" if who == "hana" else "", "zh-CN")
        await world.store(lambda store, person=person: store.people.save(person))
        await world.says(who, press=token)
    assert await balance(world) == 0
    for who in ("max", "hana"):
        assert "要由另一位主管来定" in await decides(world, who)
    assert await balance(world) == 0


async def decides(world: World, who: str) -> str:
    """A manager presses a button of their own about it; what they read."""
    row = ((Button(Text("ledger-press-confirm"), "ledger.confirm", "AD-1001"),),)
    asked = Outbound(Place("fake", who), lines(Text("ledger-decided", {"id": "AD-1001"})), row)
    await world.store(lambda store: store.outbox.add(f"test:{who}", [asked], world.watch()))
    await world.settle()
    return last(await world.press(who, "同意"), who).text


async def test_who_is_no_manager_any_more_adjusts_nothing(world: World) -> None:
    """The role is looked at when it is done, not only when it is begun."""
    await world.says("max", "/adjust")
    await world.says("max", "13800138000")
    await world.press("max", "积分")
    await world.says("max", "200")
    await world.says("max", "活动补发")
    await world.store(lambda store: store.people.save(Person("max", Role.STAFF, "陈主管", locale="zh-CN")))

    await world.press("max", "确认提交")

    assert await balance(world) == 0


async def test_a_credit_ends_by_itself(world: World) -> None:
    """Its owner is told a month before, all of a day in one message, and what was spent stays spent."""
    await credited(world, "a", 100, days=60, told_days=30)
    await credited(world, "b", 40, days=60, told_days=30)
    await world.store(
        lambda store: store.ledger.spend("hana", Unit.POINTS, "s", world.watch(), 30, Why("order", "O-1"))
    )

    told = await world.passes(days=30, minutes=1)

    assert [one.chat for one in told] == ["hana"]
    assert last(told, "hana").text.startswith("您有 110 积分 快要到期")
    assert last(told, "hana").buttons == ("存折",)
    assert await world.passes(days=30) == []
    entries = await world.store(lambda store: store.ledger.lines("hana", INSIDE))
    assert [line.amount for line in entries if line.kind is Kind.EXPIRE] == [-40, -70]
    assert await balance(world) == 0


async def test_what_was_spent_is_not_warned_of(world: World) -> None:
    """Nothing left, nothing said."""
    await credited(world, "a", 100, days=60, told_days=30)
    await world.store(lambda store: store.ledger.spend("hana", Unit.POINTS, "s", world.watch(), 100, Why("order")))
    assert await world.passes(days=30, minutes=1) == []


async def proves(world: World, *faults: Fault) -> list:
    """The hourly proof has found this."""
    args = {"faults": [[one.code, one.what] for one in faults]}
    now: datetime = world.watch()
    await world.store(lambda store: store.timers.set("ledger_proof", now, "clock.ledger_proof", args=args))
    return await world.passes(hours=1)


async def test_a_fault_is_told_once(world: World) -> None:
    """Admins hear of a fault when it is new and when all is well again, and of nothing in between."""
    one, two = Fault("unbalanced", "k1"), Fault("gap", "p9")
    assert await proves(world) == []

    told = await proves(world, one)
    assert [heard.chat for heard in told] == ["ada"]
    assert "k1：这一笔两边不相等" in last(told, "ada").text

    assert await proves(world, one) == []
    told = await proves(world, one, two)
    assert "p9" in last(told, "ada").text
    assert "k1" not in last(told, "ada").text
    assert await proves(world, two) == []

    told = await proves(world)
    assert last(told, "ada").text == "账本核对恢复正常，每一笔都对得上。"
    assert await proves(world) == []


async def waits(world: World, amount: str = "+900000") -> None:
    """Something that a second manager has to confirm."""
    await reach(world, "ada")
    await adjusts(world, amount)


async def test_whose_it_is_by_now_gets_it(world: World) -> None:
    """Who turned out to be somebody else between the proposal and the second word has it there."""
    await waits(world)

    async def joined(store: Store) -> None:
        await store.people.merge("hana", "otto")
        await store.ledger.move("hana", "otto", world.watch())

    await world.store(joined)
    await world.press("ada", "同意")

    assert (await balance(world, "hana"), await balance(world, "otto")) == (0, 900_000)


async def test_who_turned_out_to_decide_gets_nothing(world: World) -> None:
    """A manager does not confirm what would be theirs, whoever it was meant for; another one does."""
    await waits(world)
    await world.store(lambda store: store.ledger.move("hana", "ada", world.watch()))

    told = await world.press("ada", "同意")

    assert "不能是客户本人" in last(told, "ada").text
    assert await balance(world, "ada") == 0


async def test_who_is_gone_gets_nothing(world: World) -> None:
    """Nothing is entered for somebody whose data was erased meanwhile; it can still be refused."""
    await waits(world)
    await world.store(lambda store: Erasure(store.connection).erase("hana", "+8613800138000", world.watch()))

    told = await world.press("ada", "同意")

    assert "资料已删除或账户已停用" in last(told, "ada").text
    assert await balance(world) == 0
    assert (await world.store(lambda store: store.proposals.get("AD-1001", INSIDE))).reason == ""
    assert "没有同意" in last(await world.press("ada", "不同意"), "ada").text


async def test_the_limit_is_not_gone_round_in_pieces(world: World) -> None:
    """What one manager gives the same person within a day counts together; a day later it is another day."""
    await reach(world, "ada")
    limit = world.company.bank.keeping.second_points
    await adjusts(world, str(limit))
    assert "要另一位主管确认" in last(await adjusts(world, "+1"), "max").text
    await world.press("ada", "同意")
    assert await balance(world) == limit + 1

    await world.passes(days=1)

    assert "已入账" in last(await adjusts(world, str(limit)), "max").text


async def test_nobody_waits_for_nobody(world: World) -> None:
    """Without a second manager there is nothing to wait for, and the maker reads that."""
    await world.store(lambda store: store.connection.run("UPDATE people SET active = FALSE WHERE id = 'ada'"))

    told = await adjusts(world, "+900000")

    assert "没有别的主管可以确认" in last(told, "max").text
    with pytest.raises(NotFound):
        await world.store(lambda store: store.proposals.get("AD-1001", INSIDE))


async def test_nothing_waits_for_ever(world: World) -> None:
    """After a week it is over, with a word to the maker and on the second one's card, and cannot be confirmed."""
    await waits(world)
    assert await world.passes(days=6) == []

    told = await world.passes(days=1)

    assert {one.chat for one in told} == {"max", "ada"}
    assert last(told, "max").text.startswith("AD-1001 等了 7 天没有人定")
    assert await balance(world) == 0


async def test_what_was_decided_is_not_over_later(world: World) -> None:
    """The clock of a proposal that was decided says nothing."""
    await waits(world)
    await world.press("ada", "不同意")
    assert await world.passes(days=8) == []


async def test_a_credit_ends_though_our_clock_is_behind(world: World) -> None:
    """The clock that rang says what time it is; a worker whose own is a second behind loses nothing."""
    await credited(world, "k", 100, days=1)
    begin = world.watch()
    due = await world.database.read(lambda connection: Timers(connection).due(begin + timedelta(days=1), 100))
    world.watch.now = begin + timedelta(days=1, seconds=-1)

    for one in due:
        await world.pipeline.receive(raw(one))
    await world.passes(hours=5)

    assert (await world.store(lambda store: store.ledger.peek("hana", Unit.POINTS))).lots == ()
