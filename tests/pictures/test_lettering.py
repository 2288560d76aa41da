"""Words as they are drawn: nothing but letters of the font, nothing wider than its place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageFont

from bot.pictures.lettering import FONT, FONTS, covered, drawable, first_of, fit, width, wrapped
from tests.pictures.samples import NAMES, POSTERS


def test_every_listed_letter_is_in_the_font():
    """What the list calls covered has something to show, and what it does not name shows nothing."""
    font = ImageFont.truetype(FONT, 24, layout_engine=ImageFont.Layout.BASIC)
    shown = {letter for letter in covered() if any(bytes(font.getmask(letter)))}

    assert sorted(letter for letter in covered() - shown if not letter.isspace()) == []
    assert not any(bytes(font.getmask("\ue000\u0e01\u05d0")))


@pytest.mark.parametrize(
    ("encoding", "leads", "trails"),
    [
        ("gb2312", range(0xB0, 0xF8), range(0xA1, 0xFF)),
        ("big5", range(0xA4, 0xC7), (*range(0x40, 0x7F), *range(0xA1, 0xFF))),
    ],
)
def test_common_characters_are_covered(encoding: str, leads: range, trails: range | tuple[int, ...]):
    """All of GB 2312, and what is common in Big5."""
    codes = [bytes((lead, trail)).decode(encoding, "ignore") for lead in leads for trail in trails]

    assert [one for one in codes if len(one) == 1 and one not in covered()] == []


def test_plain_letters_are_covered():
    """ASCII, the letters of Latin-1, and the signs that Chinese is written with."""
    latin = [chr(code) for code in (*range(0x20, 0x7F), *range(0xC0, 0x100))]

    assert [one for one in [*latin, *"，。！？：；（）「」『』《》、…—·¥￥€£%％０９Ａｚ"] if one not in covered()] == []


def test_the_samples_need_nothing_else():
    """No word of the samples loses a letter, but for the names that are meant to."""
    said = [str(value) for words in POSTERS.values() for value in words.values()]

    assert [one for one in said if drawable(one) != one.replace("\u2019", "'")] == []


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("🏠👩‍👩‍👧 小玥❤️", "小玥"),
        ("\u202e王阿姨\u200f", "王阿姨"),
        ("王\x00\x08阿\u200d\n姨\ufe0f", "王阿 姨"),
        ("سمير שלום", ""),
        ("𝓐𝓷𝓷𝓪 ą ﬁ", "Anna a fi"),
        ("  a \t b\r\n", "a b"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("Tap \u201cBook\u201d of O\u2019Brien\u2019s", "Tap \"Book\" of O'Brien's"),
        ("点\u201c存折\u201d", "点\u201c存折\u201d"),
    ],
)
def test_what_cannot_be_drawn_is_left_out(text: str, drawn: str):
    """Emoji, other scripts, marks of direction and controls go; what is plainly meant stays."""
    assert drawable(text) == drawn


def test_somebody_is_always_named():
    """A name of which nothing is left gives way to the next."""
    assert first_of(NAMES["only emoji"], "一位老朋友") == "一位老朋友"
    assert first_of("", NAMES["right to left"]) == ""


@pytest.mark.parametrize(
    ("text", "wide", "lines"),
    [
        ("推荐（装修）朋友，住得更好。", 300, ["推荐（装修）", "朋友，住得更", "好。"]),
        ("Good homes travel", 300, ["Good homes", "travel"]),
        ("Donaudampfschifffahrt", 250, ["Donauda", "mpfschifff", "ahrt"]),
        ("", 300, []),
    ],
)
def test_lines_break_where_they_may(text: str, wide: float, lines: list[str]):
    """Words stay whole if they can, and no line begins with a full stop or ends with an opening bracket."""
    assert wrapped(text, wide, 50) == lines


def test_two_lines_part_where_the_sentence_pauses():
    """A headline of two lines is read in two breaths."""
    assert fit("好师傅，值得说给朋友听", 920, (92,), 2, balanced=True).lines == ("好师傅，", "值得说给朋友听")


@settings(max_examples=300)
@given(st.text(max_size=500), st.integers(60, 900), st.integers(1, 4), st.booleans())
def test_no_line_is_wider_than_its_place(text: str, wide: int, lines_max: int, balanced: bool):
    """Whatever somebody calls themselves, every line fits, there are not too many, and all letters are drawable."""
    block = fit(text, wide, range(48, 15, -4), lines_max, balanced=balanced)

    assert len(block.lines) <= lines_max
    assert all(width(line, block.size) <= wide + 0.01 for line in block.lines)
    assert all(letter in covered() for line in block.lines for letter in line)


@given(st.text(max_size=200))
def test_wrapping_loses_no_letter(text: str):
    """All that is drawable stands in the lines, in its order; only spaces at their ends go."""
    words = drawable(text)

    assert "".join(wrapped(words, 200, 40)).replace(" ", "") == words.replace(" ", "")


def test_the_licence_lies_beside_the_font():
    """The font goes nowhere without its licence, and stays below the size that a repository can bear."""
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text("utf-8")
    assert FONT.stat().st_size < 4_000_000
