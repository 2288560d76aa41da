"""Words that are hard to pass on: what people write, and what somebody writes who means no good.

``SHORT`` fit one message everywhere, ``LONG`` are of ten thousand characters and more, ``GRAPHEMES`` are each seen as
one character, however many code points that takes. ``meant`` is what a reader must be shown of them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

FAMILY = "👨\u200d👩\u200d👧\u200d👦"

GRAPHEMES: Mapping[str, str] = {
    "family": FAMILY,
    "flag": "🇨🇳",
    "flag of a region": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "skin": "👍🏽",
    "skin and work": "👩🏿\u200d🔧",
    "heart": "❤\ufe0f\u200d🔥",
    "keycap": "1\ufe0f\u20e3",
    "accents": "e\u0301\u0323",
    "vietnamese": "o\u031b\u0301",
    "hindi": "क्षि",
    "thai": "กำ",
    "korean": "\u1112\u1161\u11ab",
    "variant": "葛\U000e0100",
    "plane 2": "𠮷",
}

MARKUP: Mapping[str, str] = {
    "html": "<b>粗</b> <script>alert(1)</script> <img src=x onerror=alert(1)> </b></blockquote>",
    "html signs": "&lt;b&gt; &amp; &amp;amp; &#60;b&#62; &nbsp; &quot; < > & \" '",
    "unclosed": "<b <i < </ <!-- 1<2 && 3>2",
    "telegram": "*粗* _斜_ `码` [x](tg://user?id=1) ||暗|| ~~删~~ <tg-spoiler>a</tg-spoiler> @admin #标 /start",
    "link": '<a href="https://example.com/?a=1&b=2" data-miniprogram-appid="wx1">点我</a> <A\nHREF=x>y</A>',
    "menu link": '<a href="weixin://bizmsgmenu?msgmenucontent=转账&msgmenuid=1">确认</a>',
    "address": "https://example.com/a?b=1&c=%20#d",
    "wecom": '<font color="warning">红</font> **粗** > 引用 <@all> <@sam>',
    "cdata end": "]]>",
    "cdata": "<![CDATA[ 漏水 ]]> ]]]]><![CDATA[> ]]",
    "xml": '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml>&e;</xml>',
    "field": "</Content><MsgType><![CDATA[image]]></MsgType></xml>",
    "json": '{"errcode":0,"a":"\\u0041\\n"} \\ \\\\ \' " /',
    "fluent": '{ $words } { "{" } { -brand } {x}',
    "formats": "%s %(a)s %% {0} ${HOME} $(id) `id`; DROP TABLE outbox; --",
    "emoticons": "/::) /微笑 [微笑] [OK] :) <3",
    "command": "/help@bot",
    "number": "1",
}

SIGNS: Mapping[str, str] = {
    "emoji": "😀🥵🫠",
    "flags": "🇨🇳🇭🇰🇸🇬",
    "many": "".join(GRAPHEMES.values()),
    "hebrew": "שלום עולם, רטיבות (12) ב־3",
    "arabic": "تسرّب الماء في المطبخ — ١٢٣",
    "mixed": "漏水 שלום 12:30 abc مرحبا。",
    "overrides": "\u202eabc\u202c \u2066x\u2069 \u2067y\u2069 a\u200fb\u200ec",
    "open override": "\u202e txt.exe",
    "pile": "Z" + "\u0351\u0340\u0316" * 40,
    "nothing to see": "a\u200bb\u200cc\u2060d\ufeffe\u00adf",
    "separators": "a\u2028b\u2029c",
    "spaces": "a  b   c\u3000d\u00a0e\u2003f",
    "lines": "一\n\n\n二\n  三\n\t四",
    "private": "\ue000\uf8ff\U0010fffd",
    "replaced": "\ufffd\ufffc",
    "full width": "＜ａ　ｈｒｅｆ＞ ①１一",
}

CONTROL: Mapping[str, str] = {
    "terminal": "a\x1b[2Jb\x1b]0;x\x07c\x9b31md",
    "every one": "a" + "".join(map(chr, range(1, 32))) + "b\x7f" + "".join(map(chr, range(0x80, 0xA0))) + "c",
    "ends of lines": "一\r\n二\r三\n四\n\r五",
    "within a tag": "<\x07a href=x>y</\x08a>",
    "within an end": "]\x01]\x02>",
    "no characters": "a\ufffeb\uffffc",
}

UNKEPT: Mapping[str, str] = {"nul": "a\x00b", "halves": "漏\ud83d水\udc00"}
"""What no database takes: it is cleaned before it is kept, and a channel may rely on that."""

SHORT: Mapping[str, str] = {**GRAPHEMES, **MARKUP, **SIGNS, **CONTROL}

MANY = 10_000
"""So many characters at least has each of ``LONG``."""

LONG: Mapping[str, str] = {
    "chinese": "字" * MANY,
    "latin": "x" * MANY,
    "sentences": "厨房水龙头一直滴水，地板都湿了。" * 700,
    "lines of nothing": "一\n\n  \n" * 2_000,
    "gap": "a" + " " * MANY + "b" + "\n" * 3_000 + "c",
    "hebrew": "שלום עולם " * 1_000,
    "signs": "<b>&amp;" * 1_300,
    "ends": "]]>" * 3_400,
    "links": "<a href=x>y</a>" * 700,
    "control": "滴\x07\r\n" * 2_600,
}


def meant(said: str) -> str:
    """The words as they are to be read: without control characters (tabs and ends of lines stay), halves of pairs and
    what is no character; an end of a line is «\\n»; nothing at the ends."""
    lines = said.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if _readable(sign)).strip()


def _readable(sign: str) -> bool:
    return sign in "\n\t" or (unicodedata.category(sign) not in ("Cc", "Cs") and sign not in "\ufffe\uffff")


def seen(text: str) -> str:
    """The same without white space, some of which goes where a long text is cut."""
    return "".join(text.split())
