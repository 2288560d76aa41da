"""Phone and door in somebody's own words: nobody reads them who may not know them yet."""

from __future__ import annotations

from tests.conversations.cast import PHONE
from tests.conversations.steps import act, claimed, offer, to
from tests.world import GROUP, World

NUMBER, ROOM = PHONE.removeprefix("+86"), "1202"
SECRET = f"电话{NUMBER},住{ROOM}室"
HIDDEN = "****"


def kept_secret(said: str) -> bool:
    """Whether the words came, without what they tell."""
    return HIDDEN in said and NUMBER not in said and ROOM not in said


async def test_what_is_added_is_masked_in_the_group(world: World):
    """Words added to a request reach the staff group without the number and the door that they tell."""
    await claimed(world)
    heard = await world.says("hana", f"我在家等,{SECRET}")

    assert "我在家等" in to(heard, GROUP)
    assert kept_secret(to(heard, GROUP))


async def test_a_reason_is_masked_in_the_group(world: World):
    """Why an installer turned an offer down, in words, is told to the group without number and door."""
    await claimed(world)
    await offer(world, "zhang")
    await act(world, "zhang", "decline")
    heard = await world.says("zhang", f"没人接,{SECRET}")

    assert "没人接" in to(heard, GROUP)
    assert kept_secret(to(heard, GROUP))


async def test_a_report_is_masked_on_an_offer(world: World):
    """An offer quotes the report without number and door; who holds the job reads both."""
    await claimed(world, text=f"厨房水龙头一直滴水,明天下午有空,{SECRET}")
    heard = await offer(world, "zhang")

    assert "一直滴水" in to(heard, "zhang")
    assert kept_secret(to(heard, "zhang"))
    assert NUMBER in to(await act(world, "zhang", "accept"), "zhang")
