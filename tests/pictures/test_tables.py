"""Files for spreadsheets: read back as they were meant, and no cell of them is a formula."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pictures import draw
from bot.pictures.tables import guarded, table, yuan
from domain.drawing import Drawing
from tests.pictures.samples import COLUMNS, passbook, report, row

MARK = b"\xef\xbb\xbf"


def read(data: bytes) -> list[list[str]]:
    assert data.startswith(MARK)
    return list(csv.reader(StringIO(data.decode("utf-8-sig"), newline="")))


def cells(kind: str, args: dict[str, Any]) -> list[list[str]]:
    return read(draw(Drawing(kind, "zh-CN", args)).data)


def test_a_passbook_as_a_table():
    """A head and a row for each line, its amounts plain where they are given so."""
    found = cells("statement-csv", passbook(3))

    assert found[0] == list(COLUMNS.values())
    assert found[3] == [row(2)["date"], row(2)["what"], "-320.00", "1002.00", "2026-12-07", "长期有效"]
    assert len(found) == 4


def test_the_managers_numbers_as_a_table():
    """Everything of the picture, with counts and yuan as numbers."""
    found = cells("funnel-csv", report())

    assert ["已核实", "168", "79%"] in found
    assert ["一天推荐太多", "3"] in found
    assert ["2026 年 12 月", "12800.00"] in found
    assert ["合计", "12800.00"] in found
    assert ["还没领", "2", "最多 ¥400"] in found
    assert ["每单成本", "¥512", ""] in found


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("=1+1", "'=1+1"),
        ("+1 555", "'+1 555"),
        ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =1", "'  =1"),
        ("\u3000=1", "'\u3000=1"),
        ("\x00=1", "'=1"),
        ("\u202e=1", "'=1"),
        ("＝1+1", "'＝1+1"),
        ("+¥500.00", "'+¥500.00"),
        ("-320.00", "-320.00"),
        ("+5", "+5"),
        (-7, "-7"),
        ("-1-1", "'-1-1"),
        ("王阿姨", "王阿姨"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(cell: object, kept: str):
    """What a spreadsheet would reckon with is made text; a plain number stays one."""
    assert guarded(cell) == kept


@given(st.lists(st.lists(st.text(alphabet=st.characters(codec="utf-8"), max_size=20), min_size=1, max_size=4)))
def test_what_is_written_is_read(rows: list[list[str]]):
    """Commas, quotes and line breaks change nothing: each row has the cells that it was given."""
    assert read(table(rows)) == [[guarded(cell) for cell in one] for one in rows]


@given(st.text(max_size=30))
def test_no_text_gets_past_the_guard(text: str):
    """No cell begins, behind whatever is not seen, with what makes a formula, unless it is a number."""
    cell = guarded(text)

    assert cell.lstrip()[:1] not in {"=", "@", "＝", "＠"}
    assert cell[:1] not in {"+", "-"} or float(cell) is not None


@pytest.mark.parametrize(("fen", "said"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (123456, "1234.56")])
def test_fen_are_written_as_yuan(fen: int, said: str):
    """Money is counted in whole fen and written with two digits."""
    assert yuan(fen) == said
