"""Plain words for WeCom and its customer service: cut by bytes or characters, never within what people see as one."""

from __future__ import annotations

import pytest

from bot.channels.tencent_words import clipped, cut, parts
from bot.channels.wecomkf_send import clipped_to

JOINED = ["👨\u200d👩\u200d👧", "👍🏽", "🇨🇳", "e\u0301", "1\ufe0f\u20e3", "กำ"]


@pytest.mark.parametrize("one", JOINED)
def test_no_cut_goes_through_a_character(one: str) -> None:
    """Families, skins, flags and accents stay whole, however a text is cut."""
    text = "ab" + one * 3 + "cd"
    whole = {"ab" + one * count for count in range(4)} | {"a", "ab" + one * 3 + "c", text}

    for bytes_max in range(len(("ab" + one).encode()), len(text.encode()) + 1):
        start, rest = cut(text, bytes_max)
        assert start in whole
        assert start + rest == text
    for chars_max in range(2, len(text)):
        assert clipped(text, chars_max).removesuffix("…") in whole
    assert clipped_to("ab" + one, len(("ab" + one).encode()) - 1).removesuffix("…") in {"a", "ab"}


@pytest.mark.parametrize("one", JOINED)
def test_parts_end(one: str) -> None:
    """Also what is one character that has no room comes to an end, and nothing of it is lost."""
    found = parts(one * 50, 20)

    assert "".join(found) == one * 50
    assert all(len(part.encode()) <= 20 for part in found)
