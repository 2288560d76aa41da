"""Reports as homeowners write them: each is filed with the right category, or asked about, and none is lost."""

from __future__ import annotations

import pytest

from tests.conversations.steps import asked, draft_of, phrase, pick, tap, to
from tests.world import GROUP, World

REPORTS = [
    # how it is written, category, and the danger if there is one
    ("厨房水笼头一直滴水关不紧明天下午有空来看下", "kitchen", ""),
    ("马捅堵了冲不下去还有洗手盆下面在漏水急急急", "bathroom", "leak"),
    ("卫生间地砖翘起来了踩上去咯吱响,门也关不上", "bathroom", ""),
    ("昨天装的指纹锁打不开了我在门外进不去", "door_window", ""),
    ("客厅吊灯一闪一闪的开关还有点烫手", "electricity", ""),
    ("衣柜门掉下来了差点砸到小孩周六上午在家", "furniture", ""),
    ("家里老跳闸一开热水器就跳", "electricity", ""),
    ("油咽机不吸烟声音巨大", "kitchen", ""),
    ("厨房有煤气味怎么办", "kitchen", "gas"),
    ("廁所個水龍頭漏水漏到落樓下,聽日得閒", "bathroom", "leak"),
    ("花灑冇熱水出,禮拜六可以上門", "bathroom", ""),
    ("衣櫃門鉸甩咗關唔埋", "furniture", ""),
    ("房間的插座冒火花很可怕", "electricity", "electricity"),
    ("kitchen fauct dripping nonstop can u come tmrw afternoon", "kitchen", ""),
    ("toilet is clogged and the shower has no hot water", "bathroom", ""),
    ("my wardrobe door fell off, also the bedroom light flickers", "furniture", ""),
    ("water everywhere under the sink pls hurry", "kitchen", "leak"),
    ("got a shock from the light switch", "electricity", "electricity"),
]


@pytest.mark.parametrize(("said", "category", "danger"), REPORTS, ids=[said[:12] for said, *_ in REPORTS])
async def test_a_report_as_it_is_written(world: World, said: str, category: str, danger: str):
    """Typos, no punctuation, two faults at once: it is filed word for word, in its category, with its danger."""
    heard = await world.says("hana", said)
    if danger:
        assert phrase(world, f"danger-{danger}-advice") in to(heard, "hana")
    if danger != "gas":
        await tap(world, "hana", "form-photos-none")
    while phrase(world, "form-confirm") not in asked(world, "hana").buttons:
        await pick(world, "hana")
    heard = await tap(world, "hana", "form-confirm")

    request = await world.request()
    assert request.description == said
    assert (request.category, request.danger) == (category, danger)
    assert said in to(heard, GROUP)


LOST = ["坏了", "师傅什么时候能来我家看看啊", "???", "那个东西又响了", "我要投诉", "多少钱"]


@pytest.mark.parametrize("said", LOST)
async def test_what_cannot_be_understood_is_not_lost(world: World, said: str):
    """Words that say too little are asked about, or reach the staff with a button to report them."""
    heard = await world.says("hana", said)

    draft = await draft_of(world)
    assert to(heard, "hana")
    assert draft is not None or said in to(heard, GROUP) or phrase(world, "progress-none") in to(heard, "hana")


async def test_two_faults_are_both_told(world: World):
    """The second fault of a text is not dropped: it stands in the description that everybody reads."""
    said = "衣柜门掉了,还有马桶堵了"
    await world.says("hana", said)
    assert (await draft_of(world))["answers"]["problem"] == said
