"""Money as people write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import fen_of


@pytest.mark.parametrize(
    ("said", "fen"),
    [
        ("200", 20_000),
        ("199.5", 19_950),
        ("199.50", 19_950),
        ("0.05", 5),
        ("0", 0),
        ("¥1,200元", 120_000),
        ("￥ 1，200.00", 120_000),
        ("１２３．４５", 12_345),
        ("200块", 20_000),
        ("200 RMB", 20_000),
        ("99999999", 9_999_999_900),
        ("999999999", None),
        ("1.234", None),
        ("1,2", None),
        ("1,2345", None),
        ("-5", None),
        ("+5", None),
        ("1e3", None),
        ("5.", None),
        (".5", None),
        ("", None),
        ("两百", None),
        ("200 300", None),
        ("200\n", 20_000),
        ("٢٠٠", None),
    ],
)
def test_what_is_an_amount(said: str, fen: int | None) -> None:
    """What people type at the counter, in any width; never less than nothing or a part of a fen."""
    assert fen_of(said) == fen


@given(fen=st.integers(0, 9_999_999_999))
def test_what_we_write_we_read(fen: int) -> None:
    """Yuan with two places is read back, with and without groups of three."""
    assert fen_of(f"{fen // 100}.{fen % 100:02d}") == fen
    assert fen_of(f"{fen // 100:,}.{fen % 100:02d} 元") == fen


@given(said=st.text(max_size=20))
def test_anything_else_is_none(said: str) -> None:
    """No words make it fail, and what it reads is never negative."""
    found = fen_of(said)
    assert found is None or 0 <= found < 10**10
