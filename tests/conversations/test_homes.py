"""Where somebody lives, as they write it: the installer finds it, and two who share it recommend nobody."""

from __future__ import annotations

import pytest

from domain.referral_states import Stage
from domain.talks import Home
from tests.conversations.recommending import PHONE, come, customer, filed_by_a_stranger, refused, stage
from tests.world import World


@pytest.mark.parametrize(
    ("said", "address", "door"),
    [
        ("世纪大道 100 弄 3 号楼 1202室", "世纪大道 100 弄 3 号楼", "1202室"),
        ("我家住世纪大道100弄3-1202", "世纪大道100弄3", "1202"),
        ("环东村5组3号 世纪大道100号2号楼1202室", "环东村5组3号 世纪大道100号2号楼1202室", ""),
        ("张江镇 环东村 5 组 12 号", "张江镇 环东村 5 组 12 号", ""),
    ],
)
async def test_the_installer_is_sent_to_the_whole_address(world: World, said: str, address: str, door: str):
    """No road and no number of an answer is lost; what is not understood is kept as it was written."""
    await filed_by_a_stranger(world, "fan", PHONE[3:], said)

    asked = await world.request()
    assert (asked.address, asked.door) == (address, door)


@pytest.mark.parametrize(
    ("said", "door", "blocked"),
    [
        ("上海市浦东新区世纪大道 100 号 3 号楼", "1202", True),
        ("世纪大道100号3幢1202户", "", True),
        ("世纪大道100号3号楼", "1203室", False),
        ("张杨路100号3号楼", "1202室", False),
    ],
)
async def test_who_lives_where_the_referrer_does(world: World, said: str, door: str, blocked: bool):
    """The same home is found out in any writing; neighbours are friends like others."""
    await customer(world, "fan", home=Home("h-fan", "fan", "", said, door), name="范冰清")
    await come(world)

    if blocked:
        assert await refused(world, "fan") == "block-home"
    else:
        assert await stage(world) is Stage.VERIFIED
