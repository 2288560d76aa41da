"""The passbook on paper: as many pages as it needs, each within its margins, and a file that readers open."""

from __future__ import annotations

import re
from io import BytesIO
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageChops

from bot.pictures import draw
from bot.pictures.paper import written
from bot.pictures.statement import sheets
from domain.drawing import STATEMENT_ROWS_MAX, Drawing
from tests.pictures.samples import COLUMNS, NAMES, passbook, row

A4_POINTS = (595.3, 841.9)
STREAM = re.compile(rb"/Filter /DCTDecode.*?stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
LONG = "R-1001 上门迟到补偿，按服务承诺自动发放，不需要申请，可与其他优惠一起使用，也可以转给家人 " * 3


def pdf(args: dict[str, Any]) -> bytes:
    return draw(Drawing("statement", "zh-CN", args)).data


def pages(data: bytes) -> list[Image.Image]:
    """The pictures of the pages, read without the library that wrote the file."""
    found = []
    for stream in STREAM.findall(data):
        with Image.open(BytesIO(stream)) as image:
            assert image.format == "JPEG"
            found.append(image.convert("RGB"))
    return found


def lines(args: dict[str, Any]) -> list[list[str]]:
    """What stands on each page, as its SVG has it."""
    return [
        [one.text or "" for one in ElementTree.fromstring(written("statement.svg", **sheet)).iter() if one.text]
        for sheet in sheets(args)
    ]


@pytest.mark.parametrize(
    ("rows", "count"), [(0, 1), (1, 1), (21, 1), (22, 2), (50, 2), (51, 3), (STATEMENT_ROWS_MAX, 6)]
)
def test_it_has_the_pages_it_needs(rows: int, count: int):
    """Every row is on one of them, in its order, and each page says which it is of how many."""
    found = lines(passbook(rows))

    assert len(found) == count
    dates = [line for page in found for line in page if re.fullmatch(r"2026-\d\d-\d\d", line) and line != "2026-12-07"]
    assert dates == [row(nth)["date"] for nth in range(rows)]
    assert [page[-1] for page in found] == [f"第 {nth} 页，共 {count} 页" for nth in range(1, count + 1)]


def test_a_row_more_is_a_table():
    """What would be a book is not drawn; the file for spreadsheets has no such bound."""
    with pytest.raises(ValueError, match="rows"):
        pdf(passbook(STATEMENT_ROWS_MAX + 1))
    assert draw(Drawing("statement-csv", "zh-CN", passbook(STATEMENT_ROWS_MAX + 1))).data


def test_readers_open_it():
    """Header, pages of A4, a table of objects that points at them, a picture on each page, and the end."""
    data = pdf(passbook(60))

    assert data.startswith(b"%PDF-1.")
    assert data.rstrip().endswith(b"%%EOF")
    sides = [tuple(map(float, box.split())) for box in re.findall(rb"/MediaBox \[ 0 0 ([\d. ]+)\]", data)]
    assert len(sides) == 3
    assert all(abs(side - right) < 1 for one in sides for side, right in zip(one, A4_POINTS, strict=True))
    assert re.search(rb"/Count 3\b", data)
    assert [image.size for image in pages(data)] == [(1240, 1754)] * 3
    for offset, number in objects(data):
        assert data[offset:].startswith(b"%d 0 obj" % number)


def objects(data: bytes) -> list[tuple[int, int]]:
    """Where the table of objects says that each begins."""
    start = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    assert data[start:].startswith(b"xref")
    head, *entries = data[start:].partition(b"trailer")[0].splitlines()[1:]
    first = int(head.split()[0])
    used = [(int(entry[:10]), first + nth) for nth, entry in enumerate(entries) if entry.rstrip().endswith(b"n")]
    assert used
    return used


@pytest.mark.parametrize("name", ["long", "markup"])
def test_nothing_stands_in_the_margins(name: str):
    """Whatever the words, the margin of every page is white."""
    words = dict.fromkeys(("company", "title", "period", "made", "note"), LONG)
    totals = [{"label": LONG, "value": "¥123,456,789,012.00"}] * 6
    long = passbook(14, name=NAMES[name], **words, totals=totals, columns=dict.fromkeys(COLUMNS, LONG))
    long["rows"] = [dict.fromkeys(one, LONG) for one in long["rows"]]

    for image in pages(pdf(long)):
        inked = ImageChops.invert(image.convert("L")).point(lambda level: 255 if level > 24 else 0)
        left, top, right, bottom = inked.getbbox() or (0, 0, 0, 0)
        assert (left >= 84, top >= 76, right <= 1156, bottom <= 1740) == (True,) * 4


def test_rows_do_not_touch_each_other():
    """A row is as high as its words, and the next one begins below it."""
    for sheet in sheets(passbook(60, rows=[row(nth, LONG if nth % 2 else "生日积分") for nth in range(60)])):
        rows = sheet["rows"]
        assert all(one.top + one.height <= other.top for one, other in pairwise(rows))
        assert all(cell.top >= one.top for one in rows for cell in one.cells)
        assert all(cell.top + cell.block.height <= one.top + one.height + 1 for one in rows for cell in one.cells)
        assert rows[-1].top + rows[-1].height <= 1600


def test_an_empty_passbook_says_so():
    """No rows are one page with a sentence, and somebody whose name cannot be drawn is called by the other word."""
    (page,) = lines(passbook(0, name=NAMES["only emoji"]))

    assert "这段时间没有变动。" in page
    assert "业主" in page


def test_markup_is_only_words():
    """What a row is about may look like anything."""
    (page,) = lines(passbook(1, rows=[row(0, "<script>&amp;]]></script>")]))

    assert "<script>&amp;]]></script>" in page


def test_the_same_is_the_same_to_the_byte():
    """The file says nothing of when it was made, nor of anybody but in its pictures."""
    data = pdf(passbook(5))

    assert data == pdf(passbook(5))
    assert b"CreationDate" not in data
    assert data != pdf(passbook(6))
