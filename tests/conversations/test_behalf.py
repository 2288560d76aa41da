"""Staff file for somebody who has called."""

from __future__ import annotations

from domain.people import INSIDE
from domain.states import State
from tests.world import World, last


async def called_in(world: World) -> None:
    """A customer who is new has called; staff have answered every question."""
    await world.says("sam", "/new")
    await world.says("sam", "138 0013 8777")
    await world.says("sam", "周女士")
    await world.says("sam", "马桶堵了 客户说周六上午在家")
    await world.press("sam", "没有照片")
    await world.press("sam", "同意")
    await world.says("sam", "静安区南京西路1000号8楼 802室")
    await world.press("sam", "用 138 0013 8777")


async def test_staff_file_for_a_caller(world: World) -> None:
    """A request that staff file belongs to the caller, says who filed it, and needs no first answer any more."""
    await called_in(world)

    told = await world.press("sam", "确认提交")

    assert "周女士 138****8777" in last(told, "group").text
    assert last(told, "sam").text == "已登记 R-1001，卡片在客服群里。"
    request = await world.request()
    event = (await world.store(lambda store: store.requests.events("R-1001", INSIDE)))[0]
    assert (request.state, request.category, request.phone) == (State.NEW, "bathroom", "+8613800138777")
    assert (event.actor_id, event.on_behalf) == ("sam", request.homeowner_id)
    assert request.answered_at == world.watch.now


async def test_a_caller_who_is_known_is_told_in_their_chat(world: World) -> None:
    """Staff who file for a known homeowner are not asked the name, and the homeowner sees the card."""
    await world.says("sam", "/new")
    asked = await world.says("sam", "13800138000")
    assert "哪里有问题" in last(asked, "sam").text
    await world.says("sam", "厨房水龙头滴水 随时都行")
    await world.press("sam", "没有照片")
    await world.press("sam", "世纪大道100号3号楼 1202室")
    await world.press("sam", "用 138 0013 8000")

    told = await world.press("sam", "确认提交")

    assert last(told, "hana").text.startswith("客服已替您登记，单号 R-1001。")
    assert (await world.request()).homeowner_id == "hana"


async def test_a_homeowner_cannot_file_for_others(world: World) -> None:
    """/new of a homeowner starts their own report."""
    asked = await world.says("hana", "/new")

    assert "哪里有问题" in last(asked, "hana").text
