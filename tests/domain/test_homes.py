"""Addresses as homeowners write them: what is read of them, and which of them are one home."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import load_company
from domain.homes import alike, located, same
from domain.understanding import Understanding

READER = Understanding(load_company(Path(__file__).parents[2] / "company.toml"))
NOW = datetime(2026, 3, 6, 2, 0, tzinfo=UTC)

HOME = "世纪大道100弄3号楼1202室"


def read(text: str) -> tuple[str, str]:
    """The address and the door that are read of a text."""
    found = READER.understand(text, NOW)
    return found.address, found.door


# as it is written, the address, the door
WRITTEN = [
    (HOME, "世纪大道100弄3号楼", "1202室"),
    ("世纪大道 100 弄 3 号楼 1202室", "世纪大道 100 弄 3 号楼", "1202室"),
    ("世纪大道 100弄 3号楼 1202 室", "世纪大道 100弄 3号楼", "1202 室"),
    ("世纪大道　１００　弄　３　号楼　１２０２　室", "世纪大道　１００　弄　３　号楼", "１２０２　室"),
    ("上海市浦东新区世纪大道100弄3号楼1202", "上海市浦东新区世纪大道100弄3号楼", "1202"),
    ("浦东新区 世纪大道 100 弄 3 号楼 1202 室", "浦东新区 世纪大道 100 弄 3 号楼", "1202 室"),
    ("世纪大道100弄3-1202", "世纪大道100弄3", "1202"),
    ("世纪大道 100 弄 3 - 1202", "世纪大道 100 弄 3", "1202"),
    ("阳光花园3-2-1202", "阳光花园3-2", "1202"),
    ("阳光花园 3 栋 1202", "阳光花园 3 栋", "1202"),
    ("阳光花园 3 号楼 2 单元 12 楼 1202 室", "阳光花园 3 号楼 2 单元 12 楼", "1202 室"),
    ("世纪大道 100 弄 3 幢 2 单元 1202 户", "世纪大道 100 弄 3 幢 2 单元", "1202 户"),
    ("张杨路 500 号 1202 室", "张杨路 500 号", "1202 室"),
    ("世纪大道100号 A 座 1801", "世纪大道100号 A 座", "1801"),
    ("世紀大道 100 號 A 座 1801 室", "世紀大道 100 號 A 座", "1801 室"),
    ("No. 100 Century Avenue, Building 3, Room 1202", "No. 100 Century Avenue, Building 3", "Room 1202"),
    ("Room 1202, No. 3, Lane 100, Century Avenue", "No. 3, Lane 100, Century Avenue", "Room 1202"),
    ("Lane 100, Century Avenue, No. 3, Room 1202", "Lane 100, Century Avenue, No. 3", "Room 1202"),
    # in the middle of something else
    ("水龙头漏水了，世纪大道 100 弄 3 号楼 1202室，明天下午", "世纪大道 100 弄 3 号楼", "1202室"),
    ("我家在世纪大道 100 弄 3 号楼 1202室 水管爆了", "世纪大道 100 弄 3 号楼", "1202室"),
    ("世纪大道100号 2-3点来", "世纪大道100号", ""),
    ("世纪大道100号 2-3 小时能到吗", "世纪大道100号", ""),
    # nothing that is clearly an address
    ("3 号下午 2 点来修 3 个水龙头", "", ""),
    ("明天 3 号 来修马桶 100 块", "", ""),
    ("20 号 周五 上午 10 点 3 楼 厕所漏水", "", ""),
    ("修 3 座 花架", "", ""),
    ("换 3 室 2 厅的灯", "", ""),
    ("厨房 2 层 柜子坏了", "", ""),
    ("花园 3-5 天能修好吗", "", ""),
    ("张江镇 环东村 5 组 12 号", "", ""),
    ("川沙新镇纯新村12组35号", "", ""),
]


@pytest.mark.parametrize(("said", "address", "door"), WRITTEN)
def test_an_address_is_read_whole(said: str, address: str, door: str):
    """Spaces and wide digits lose no street; hours, days and counted things are no addresses."""
    assert read(said) == (address, door)


@pytest.mark.parametrize(
    "said",
    [
        "世纪大道100弄3号楼1202",
        "世纪大道 100 弄 3 号楼 1202室",
        "世纪大道１００弄３号楼１２０２室",
        "世紀大道100弄3號樓1202戶",
        "上海市浦东新区世纪大道100弄3号楼1202室",
        "上海浦东新区世纪大道100弄3号楼1202室",
        "浦东新区世纪大道100弄3号楼1202室",
        "浦东新区陆家嘴街道世纪大道100弄3号楼1202",
        "世纪大道100弄3号1202室",
        "世纪大道100弄第3号楼1202室",
        "世纪大道100弄三号楼1202室",
        "世纪大道100弄3栋1202房",
        "世纪大道100弄3幢1202",
        "世纪大道100弄3-1202",
        "世纪大道 100 弄 3 - 1202",
        "世纪大道100弄3号楼12楼1202室",
    ],
)
def test_one_home_in_many_hands(said: str):
    """However it is written, and however it was read."""
    home = located("世纪大道100弄3号楼", "1202室")

    for other in (located(*read(said)), located(said, "")):
        assert same(home, other)
        assert same(other, home)
        assert not alike(home, other)


@pytest.mark.parametrize(
    ("said", "looked_at"),
    [
        ("世纪大道100弄3号楼1203室", False),
        ("世纪大道100弄3号楼", False),
        ("世纪大道100弄13号楼1202室", True),
        ("世纪大道100弄31号楼202室", False),
        ("世纪大道1003号1202室", True),
        ("世纪大道100号3号楼1202室", True),
        ("世纪大道100弄3号楼2单元1202室", True),
        ("浦东世纪大道100弄3号楼1202室", True),
        ("东方路100弄3号楼1202室", False),
        ("徐汇区世纪大道100弄3号楼1202室", True),
        ("徐汇区世纪大道100弄13号楼1202室", False),
        ("杭州市世纪大道100弄3号楼1202室", True),
        ("1202室", False),
        ("世纪大道", False),
        ("", False),
    ],
)
def test_neighbours_and_namesakes(said: str, looked_at: bool):
    """Another door, house, road or district is another home; a manager looks at what is nearly the same."""
    home = located("上海市浦东新区世纪大道100弄3号楼", "1202室")
    other = located(said, "")

    assert not same(home, other)
    assert alike(home, other) is looked_at


@pytest.mark.parametrize("said", ["世纪大道", "1202室", "浦东新区", "号楼", ""])
def test_too_little_to_compare(said: str):
    """Who both say no more than that do not live together."""
    assert not same(located(said, ""), located(said, ""))


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("阳光花园3-2-1202", "阳光花园 3 号楼 2 单元 1202 室", True),
        ("阳光小区3号楼1202", "浦东新区阳光小区3栋1202室", True),
        ("阳光花园二十三号楼1202", "阳光花园23号楼1202", True),
        ("环东村三组18号", "张江镇环东村三组 18 号", True),
        ("Building 3, 100 Century Avenue, Room 1202", "building 3 100 century avenue 1202", True),
        ("Building 3, 100 Century Avenue, Room 1202", "Building 3, 100 Century Avenue, Room 1203", False),
        ("阳光花园23号楼1202", "阳光花园2号楼31202", False),
    ],
)
def test_other_kinds_of_addresses(one: str, other: str, is_same: bool):
    """Estates, villages and English."""
    assert same(located(one, ""), located(other, "")) is is_same


@given(st.text(max_size=60), st.text(max_size=10))
def test_any_text_is_compared(address: str, door: str):
    """Nothing is raised, and what is compared with itself is no look-alike."""
    home = located(address, door)

    assert not alike(home, home)
