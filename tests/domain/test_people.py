"""Roles, and what may be shown of people in groups and to those who do not hold the job."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.people import SYSTEM, Role, mask_phone, mask_words, say_phone

PHONE = "+8613800138000"
DOOR = "1202室"


def test_who_counts_as_staff_and_as_manager():
    """Managers may what staff may, admins what managers may; homeowners, installers and time may neither."""
    assert [role for role in Role if role.is_staff] == [Role.STAFF, Role.MANAGER, Role.ADMIN]
    assert [role for role in Role if role.is_manager] == [Role.MANAGER, Role.ADMIN]
    assert not SYSTEM.role.is_staff
    assert not SYSTEM.id


@pytest.mark.parametrize(
    ("phone", "masked", "spoken"),
    [
        (PHONE, "138****8000", "138 0013 8000"),
        ("+4915112345678", "****678", "+4915112345678"),
        ("", "", ""),
    ],
)
def test_a_phone_as_it_is_shown(phone: str, masked: str, spoken: str):
    """A group reads enough to know a number by and too little to call it; who may call reads all of it."""
    assert mask_phone(phone) == masked
    assert say_phone(phone) == spoken


SAID = [
    "打13800138000",
    "打 138 0013 8000 找我",
    "电话:138-0013-8000",
    "+86 138 0013 8000",
    "+8613800138000",
    "138.0013.8000",
    "１３８００１３８０００",
    "13800138000,13900139000",
    "微信同号13800138000谢谢",
]


@pytest.mark.parametrize("said", SAID)
def test_a_phone_in_somebodys_words_is_hidden(said: str):
    """However a number is written, its digits are gone from the words, and the words around it stay."""
    masked = mask_words(said, PHONE, DOOR)

    assert "****" in masked
    for part in ("0013", "8000", "００１３", "８０００"):
        assert part not in masked


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("我家1202室漏水", "我家****漏水"),
        ("3号楼1202漏水", "3号楼****漏水"),
        ("我是1202的,楼上1302室也漏", "我是****的,楼上****室也漏"),
        ("2018年装的水龙头滴水", "2018年装的水龙头滴水"),
        ("要换 2 个 60 公分的柜门", "要换 2 个 60 公分的柜门"),
        ("12025 元太贵", "12025 元太贵"),
    ],
)
def test_a_door_in_somebodys_words_is_hidden(said: str, shown: str):
    """This door and what looks like one are hidden; years, sizes and prices stay readable."""
    assert mask_words(said, PHONE, DOOR) == shown


@given(st.text(max_size=30), st.text(max_size=30), st.sampled_from(["", " ", "-"]))
def test_no_words_around_a_phone_let_it_through(before: str, behind: str, between: str):
    """Whatever stands around it, the written number is never readable."""
    number = between.join(("138", "0013", "8000"))

    assert number not in mask_words(before + number + behind, PHONE, DOOR)


@given(st.text(alphabet="漏水了急明天下午,。 ", max_size=40))
def test_words_without_numbers_stay_as_they_are(said: str):
    """Masking takes nothing from words which hold no number."""
    assert mask_words(said, PHONE, DOOR) == said
