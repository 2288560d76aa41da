"""Words on the Official Account: plain text, cut by bytes and never within a character, and choices with numbers."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.tencent_words import clean
from bot.channels.wechat_words import TEXT_BYTES_MAX, choices, clipped, cut, numbered, parts, passive, size
from domain.chat import Attachment, Kind, Message, Place, Style
from messages import Catalogue, raise_fault

CATALOGUE = Catalogue.load(on_fault=raise_fault)
HERE = Place("wechat", "oHana0123456789abcdefghijkl")
FAMILY = "👨‍👩‍👧‍👦"
JOINED = [
    "👍🏽",
    FAMILY,
    "🇨🇳🇭🇰🇸🇬",
    "e\u0301",
    "1\ufe0f\u20e3",
    "❤️",
    "क्षि",
    "กำ",
    "한",
    "🏴\U000e0067\U000e0062\U000e007f",
]


def message(*lines: tuple[Kind, str], labels: tuple[str, ...] = (), locale: str = "zh-CN", **more: object) -> Message:
    buttons = tuple(((label, f"tok.{at}", Style.PLAIN),) for at, label in enumerate(labels))
    return Message("m:0", 1, HERE, tuple(lines), buttons, locale=locale, **more)


def test_a_card_reads_well_without_markup() -> None:
    """Each kind of line has its sign, related lines stand together, and others have a space between them."""
    lines = [
        (Kind.TITLE, "R-1024 厨房 · 水龙头滴水"),
        (Kind.STATUS, "师傅已出发"),
        (Kind.FACT, "预约时间:明天"),
        (Kind.STEP, "已受理"),
        (Kind.NEXT, "师傅上门"),
        (Kind.TEXT, "说明"),
        (Kind.QUOTE, "快一点\n谢谢"),
        (Kind.ALERT, "关总阀"),
    ]

    [text] = parts(lines)

    assert text.split("\n\n") == [
        "【R-1024 厨房 · 水龙头滴水】\n● 师傅已出发",
        "预约时间:明天",
        "✓ 已受理\n→ 师傅上门",
        "说明\n「快一点\n谢谢」",
        "⚠️ 关总阀",
    ]
    assert parts([(Kind.NEXT, "您的电话?")]) == ["您的电话?"]
    assert parts([(Kind.TEXT, "  ")]) == []


def test_choices_have_numbers_in_every_language() -> None:
    """Behind the words stand the choices, in reading order and from 1, in the reader's language."""
    asked = message((Kind.TEXT, "什么时候方便?"), labels=("明天上午", "明天\n下午", "别的" * 40))

    assert numbered(asked, CATALOGUE.words) == [
        f"什么时候方便?\n\n回复数字选择：\n1 明天上午\n2 明天 下午\n3 {'别的' * 19}别…"
    ]
    english = message((Kind.TEXT, "When?"), labels=("Now",), locale="en")
    assert numbered(english, CATALOGUE.words) == ["When?\n\nReply with a number:\n1 Now"]
    assert [token for _, token in choices(asked)] == ["tok.0", "tok.1", "tok.2"]


def test_one_text_without_files_is_an_answer() -> None:
    """A callback is answered by one text; what is longer or has files cannot be that answer."""
    assert passive(message((Kind.TEXT, "字" * 682)), CATALOGUE.words) == "字" * 682
    assert passive(message((Kind.TEXT, "字" * 683)), CATALOGUE.words) == ""
    assert passive(message((Kind.TEXT, "字" * 680), labels=("好",)), CATALOGUE.words) == ""
    assert passive(message((Kind.TEXT, "好"), files=(Attachment("ab"),)), CATALOGUE.words) == ""
    assert passive(message(), CATALOGUE.words) == ""


@pytest.mark.parametrize("one", JOINED)
def test_no_cut_goes_through_a_character(one: str) -> None:
    """What people see as one character stays whole: families, skins, flags, accents, Indic and Thai signs."""
    flags = one.startswith("🇨🇳")
    for bytes_max in range(len(one.encode()), len(one.encode()) + 3):
        start, rest = cut("ab" + one + "cd" * 20, bytes_max)
        if not flags:
            assert start in ("ab", "ab" + one), (start, rest)
        assert len(start) % 2 == 0 or not flags
        assert start + rest == "ab" + one + "cd" * 20


def test_a_cut_prefers_the_end_of_a_line_or_sentence() -> None:
    """Long words end where a line ends, else where a sentence does."""
    assert cut("一二三四五六。\n七八九十", 30) == ("一二三四五六。", "七八九十")
    assert cut("一二三四五六。七八九十", 30) == ("一二三四五六。", "七八九十")


def test_a_character_longer_than_a_message_is_cut_all_the_same() -> None:
    """A letter under a thousand accents cannot hold up the rest."""
    pile = "a" + "\u0301" * 3000
    found = parts([(Kind.TEXT, pile)])
    assert "".join(found) == pile
    assert max(map(size, found)) <= TEXT_BYTES_MAX


@settings(max_examples=150)
@given(st.lists(st.tuples(st.sampled_from(list(Kind)), st.text(max_size=3000)), max_size=6), st.integers(64, 2048))
def test_nothing_is_lost_and_nothing_is_too_long(lines: list[tuple[Kind, str]], bytes_max: int) -> None:
    """Whatever the lines are, the parts hold all that can be seen of them, in order, none longer than allowed."""
    found = parts(lines, bytes_max)
    signs = dict.fromkeys(map(ord, "【】●✓→⚠️「」"))

    def seen(texts: list[str]) -> str:
        return "".join("".join(texts).translate(signs).split())

    assert all(0 < size(part) <= bytes_max for part in found)
    assert seen(found) == seen([clean(text).strip() for _, text in lines])


def test_ten_thousand_signs_are_sent_whole() -> None:
    """A long text comes out as several, none of them broken."""
    said = ("水龙头" + FAMILY + " ]]> <b>") * 700
    found = parts([(Kind.QUOTE, said)])

    assert "".join("".join(found).split()) == "「" + "".join(said.split()) + "」"
    assert all(part.count("👨") == part.count("👦") for part in found)


def test_what_cannot_be_sent_is_left_out() -> None:
    """Control characters and halves of pairs go; a link in disguise shows what it is; other markup stays."""
    [text] = parts([(Kind.TEXT, "a\x00\x08b\ud83dc\r\nd <b>x</b> <a href='http://evil'>点我</a> \u202eabc\u202c")])

    assert "<a " not in text
    assert text.startswith("abc\nd <b>x</b> ")
    assert "\u202eabc\u202c" in text
    assert not any(unicodedata.category(char) == "Cs" for char in text)


def test_a_clipped_line_says_so() -> None:
    """A label that is too long ends with dots, and not within a character."""
    assert clipped("ab" + FAMILY, 5) == "ab…"
    assert clipped("好 的", 3) == "好 的"
