"""Which choice a text names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.choices import NUMBER_MAX, chosen, number

ONE = [
    "1",
    "１",
    "①",
    "一",
    "1.",
    "1．",
    "1、",
    "1。",
    "(1)",
    "（1）",
    "（１）",
    "⑴",
    "⒈",
    "㈠",
    "1)",
    "1️⃣",
    " 1\n",
    "\u30001\u3000",
]
OTHERS = {
    "2": 2,
    "⑫": 12,
    "十": 10,
    "十二": 12,
    "（十）": 10,
    "二十": 20,
    "20": 20,
    "⑳": 20,
    "9、": 9,
}
NONE = [
    *("", " ", "0", "01", "21", "-1", "+1", "1栋", "1号楼", "1 2", "1.5", "1,2", "1!", "1?", "第1", "1个", "一个"),
    *(
        "13800138000",
        "+8613800138000",
        "021-12345678",
        "1202室",
        "十一十",
        "三十",
        "二十一",
        "十十",
        "一二",
        "百",
        "(1",
        "((1))",
    ),
    *("1..", "¼", "½", "一楼", "a", "١", "१", "1" * 500, "(" * 5000, "一" * 5000),
]


@pytest.mark.parametrize("text", ONE)
def test_ways_to_write_one(text: str):
    """Each of these is the number one and nothing else."""
    assert number(text) == 1


@pytest.mark.parametrize(("text", "value"), OTHERS.items())
def test_other_numbers(text: str, value: int):
    """Digits and numerals up to twenty are read."""
    assert number(text) == value


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_number(text: str):
    """A house, a telephone number, a sentence or a number beyond twenty is none."""
    assert number(text) is None


@given(st.text(max_size=12))
def test_whatever_is_written(text: str):
    """Any text is one of the numbers or none, with blanks around it as without."""
    assert number(text) in (None, *range(1, NUMBER_MAX + 1))
    assert number(f"  {text}\n") == number(text)


LABELS = [{"改约", "Reschedule", "改約"}, {"取消这单", "Cancel", "取消這單"}, {"改约"}, {""}]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("1", 0),
        ("③", 2),
        ("改约", 0),
        ("改約", 0),
        (" reschedule ", 0),
        ("ＣＡＮＣＥＬ", 1),
        ("取消這單", 1),
        ("5", None),
        ("20", None),
        ("改约吧", None),
        ("我要改约", None),
        ("1改约", None),
        ("", None),
        ("  ", None),
        ("改" * 5000, None),
    ],
)
def test_a_choice(text: str, place: int | None):
    """By number, or by exactly the words in one language; of two with the same words the first; else none."""
    assert chosen(text, LABELS) == place


def test_a_number_beyond_the_list_may_still_be_the_words():
    """What stands on a button is said by saying it."""
    assert chosen("12", [{"8"}, {"12"}]) == 1
    assert chosen("2", [{"2"}, {"1"}]) == 1
