"""The manager's picture: every number is there, bars are as long as what they count, nothing leaves its sheet."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

from bot.pictures import draw
from bot.pictures.funnel import BAR_WIDE, laid_out
from bot.pictures.paper import written
from domain.drawing import Drawing
from tests.pictures.samples import owed, report

PAPER = (246, 242, 235)
LONG = "一段很长的话 that nobody thought of, " * 8


def drawn(args: dict[str, Any]) -> Image.Image:
    with Image.open(BytesIO(draw(Drawing("funnel", "zh-CN", args)).data)) as image:
        return image.convert("RGB")


def lines(args: dict[str, Any]) -> list[str]:
    root = ElementTree.fromstring(written("funnel.svg", **laid_out(args)))
    return [one.text for one in root.iter() if one.text and one.text.strip()]


def test_everything_is_said():
    """Stages with counts and shares, what an order costs, what is odd, what is owed and the sum of it."""
    found = lines(report())

    for words in ("建立", "214", "79%", "每单成本", "¥512", "一天推荐太多", "¥12,800", "合计 ¥12,800", "没有未用的。"):
        assert words in found
    for words in ("未用积分，按到期月份", "还没给出去", "还没领", "2 份", "最多 ¥400"):
        assert words in found
    assert "没有异常。" not in found


def test_nothing_odd_and_nothing_owed():
    """Where there is nothing, a sentence says so instead of an empty chart."""
    found = lines(report(flags=[], owed=[owed("未用奖励")], cards=[], stages=[]))

    assert "没有异常。" in found
    assert "没有未用的。" in found
    assert not [line for line in found if line.startswith("合计")]


def test_bars_are_as_long_as_what_they_count():
    """The greatest fills its line, none of nothing is drawn, and the least is still seen."""
    stages = [{"label": "a", "count": count} for count in (1000, 500, 1, 0)]

    bars = [bar.long for bar in laid_out(report(stages=stages))["parts"][0].bars]

    assert bars == [BAR_WIDE, BAR_WIDE / 2, 8, 0]


@pytest.mark.parametrize("count", [0, 10**15])
def test_any_number_is_drawn(count: int):
    """Nobody came, or everybody did."""
    stages = [{"label": "建立", "count": count}, {"label": "已核实", "count": 0}]

    assert drawn(report(stages=stages)).width == 1080


def test_nothing_stands_in_the_margins():
    """Whatever the words, beside and below the sheets there is only paper."""
    words = dict.fromkeys(("company", "title", "period", "made", "stages_title", "flags_title"), LONG)
    rows = [{"label": LONG, "count": 7, "shown": LONG, "note": LONG}] * 5
    much = owed(LONG, *[{"label": LONG, "count": 7, "shown": LONG}] * 30)
    much["total"] |= {"label": LONG, "shown": LONG}
    cards = [{"label": LONG, "value": LONG, "note": LONG}] * 9
    args = report(**words, stages=rows, flags=rows, owed=[much, much, much, much], cards=cards)

    image = drawn(args)

    for box in (
        (0, 320, 60, image.height),
        (1020, 320, 1080, image.height),
        (0, image.height - 20, 1080, image.height),
    ):
        assert image.crop(box).getcolors() == [((box[2] - box[0]) * (box[3] - box[1]), PAPER)]


def test_markup_is_only_words():
    """The company may call itself what it likes."""
    assert "<b>&amp;]]>" in lines(report(company="<b>&amp;]]>"))
