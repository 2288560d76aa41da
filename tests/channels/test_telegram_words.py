"""Lines as Telegram shows them: looks, escaping, length."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram_words import clipped, cut, parts, plain, units
from domain.chat import Kind

CARD = (
    (Kind.TITLE, "R-1024 厨房 · 水龙头滴水"),
    (Kind.STATUS, "师傅已出发"),
    (Kind.FACT, "上门时间：明天 14:00–16:00"),
    (Kind.FACT, "师傅：王师傅"),
    (Kind.STEP, "已受理"),
    (Kind.STEP, "已约好"),
    (Kind.NEXT, "等师傅到了门口，再把到达码报给师傅"),
)
TAGS = re.compile(r"</?(?:b|blockquote)>")


def read(html: str) -> str:
    """What the reader sees of a part."""
    return unescape(TAGS.sub("", html))


def test_a_card_shows_its_title_state_facts_and_the_one_next_step() -> None:
    """The title and the next step are bold, what lies behind is ticked, and blocks stand apart."""
    (html,) = parts(CARD)

    assert html == (
        "<b>R-1024 厨房 · 水龙头滴水</b>\n● 师傅已出发\n\n上门时间：明天 14:00–16:00\n师傅：王师傅\n\n"
        "✓ 已受理\n✓ 已约好\n<b>→ 等师傅到了门口，再把到达码报给师傅</b>"
    )


def test_a_question_is_bold_without_an_arrow() -> None:
    """Outside of a card the next step is what is asked."""
    assert parts(((Kind.TEXT, "明白了。"), (Kind.NEXT, "在哪个区？"))) == ["明白了。\n\n<b>在哪个区？</b>"]


def test_danger_and_quotations_stand_out() -> None:
    """An alert has its sign, a person's own words are a quotation."""
    lines = ((Kind.ALERT, "先关总阀。"), (Kind.TEXT, "业主说："), (Kind.QUOTE, "漏水了"))

    assert parts(lines) == ["<b>⚠️ 先关总阀。</b>\n\n业主说：\n<blockquote>漏水了</blockquote>"]


@pytest.mark.parametrize("kind", Kind)
def test_markup_in_words_is_shown_and_never_works(kind: Kind) -> None:
    """Whatever people write arrives as they wrote it."""
    html = parts(((kind, "<b>1 & 2</b> &lt; <script>"),))[0]

    assert read(html).endswith("<b>1 & 2</b> &lt; <script>")
    assert not re.search(r"<(?!/?(?:b|blockquote)>)", html)


def test_plain_lines_have_no_markup() -> None:
    """What is only text can be sent without a parse mode."""
    assert parts(((Kind.TEXT, "一"), (Kind.TEXT, "二"))) == ["一\n二"]


def test_nothing_to_read_is_no_part() -> None:
    """Empty lines make no message."""
    assert parts(()) == []
    assert parts(((Kind.TEXT, " \n "),)) == []


def test_halves_of_surrogate_pairs_are_dropped() -> None:
    """What cannot be encoded costs no message."""
    assert parts(((Kind.TEXT, "好\ud83d的"),)) == ["好的"]


def test_length_is_counted_as_telegram_counts() -> None:
    """A sign outside of the basic plane takes two units."""
    assert units("好a😀") == 4


def test_a_long_text_is_cut_between_lines_first() -> None:
    """A line that ends late enough is the best end."""
    assert cut("一二三四。五六\n七八九十", 9) == ("一二三四。五六", "七八九十")


def test_then_behind_a_sentence() -> None:
    """Without such a line a sentence's end is; a point within a number is none."""
    assert cut("一二三四五。六七八九十", 9) == ("一二三四五。", "六七八九十")
    assert cut("It is 3.5 long. Then more", 18) == ("It is 3.5 long.", "Then more")


def test_and_then_anywhere_but_within_a_sign() -> None:
    """A text without ends is cut hard, never within a surrogate pair."""
    assert cut("😀😀😀😀", 5) == ("😀😀", "😀😀")


def test_each_part_has_tags_of_its_own() -> None:
    """What is bold stays bold in every part."""
    html = parts(((Kind.ALERT, "急" * 5000),))

    assert len(html) == 2
    assert all(part.startswith("<b>") and part.endswith("</b>") for part in html)


def test_lines_that_fit_are_not_cut() -> None:
    """A new part begins with a whole line where it can."""
    html = parts(((Kind.TEXT, "一" * 3000), (Kind.TEXT, "二" * 3000)))

    assert html == ["一" * 3000, "二" * 3000]


SIGNS = st.text(st.sampled_from("一二。！ab. \n<>&😀👨‍👩‍👧"), max_size=60)


@given(st.lists(st.tuples(st.sampled_from(Kind), SIGNS), max_size=6), st.integers(8, 40))
def test_parts_hold_every_sign_and_none_is_too_long(lines: list[tuple[Kind, str]], units_max: int) -> None:
    """Nothing but spaces is lost between parts, and each is as short as the platform wants it."""
    html = parts(lines, units_max)

    assert all(0 < units(read(part)) <= units_max for part in html)
    assert "".join(" ".join(map(read, html)).split()) == "".join(plain(lines).split())
    assert all(part.count(f"<{tag}>") == part.count(f"</{tag}>") for part in html for tag in ("b", "blockquote"))


def test_a_label_is_one_short_line() -> None:
    """What is cut off a name or a label shows."""
    assert clipped("约时间\n 明天", 20) == "约时间 明天"
    assert clipped("一二三四五", 4) == "一二三…"
