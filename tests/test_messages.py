"""How texts become words: languages, times, lists, money, and what happens when a text is at fault."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.chat import Button, Kind, Line, Outbound, Place, Span, Style, Text
from messages import Catalogue, CatalogueFault, raise_fault, spoken

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)  # Saturday noon in Shanghai

ZH = """\
# A comment of ours
hello = 您好,{ $name }!
visit = 上门时间:{ $window }
by = 请在 { $at } 前回复
day = { DAY($at) }见
hour = { CLOCK($at) } 前
price = 共 { MONEY($fen) }
count = 共 { $count } 张
late = { $late ->
    [true] 已超时
   *[false] 未超时
}
items = 您选了:{ $items }
tap = 水龙头
-brand = 匠到
sink = 水槽
about = { -brand }:{ tap }
loop = { loop }
lost = { nowhere }
"""
EN = """\
hello = Hello, { $name }!
visit = Visit: { $window }
count = { $count ->
    [one] { $count } photo
   *[other] { $count } photos
}
items = You chose: { $items }
tap = tap
sink = sink
"""


def write(directory: Path, **files: str) -> Path:
    for locale in ("zh-CN", "en", "zh-Hant"):
        common = Path("messages") / locale / "common.ftl"
        (directory / locale).mkdir()
        (directory / locale / "common.ftl").write_text(common.read_text(encoding="utf-8"), encoding="utf-8")
    for locale, text in files.items():
        (directory / locale.replace("_", "-") / "some.ftl").write_text(text, encoding="utf-8")
    return directory


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue.load(write(tmp_path, zh_CN=ZH, en=EN), on_fault=raise_fault)


def at(days: int, hour: int = 14, minute: int = 0) -> datetime:
    """An hour in Shanghai, so many days from now."""
    return NOW.replace(hour=0, minute=minute) + timedelta(days=days, hours=hour - 8)


@pytest.mark.parametrize(
    ("days", "zh", "en"),
    [
        (-1, "昨天 14:00", "yesterday 14:00"),
        (0, "今天 14:00", "today 14:00"),
        (1, "明天（周日） 14:00", "tomorrow (Sun) 14:00"),
        (2, "11月23日（周一） 14:00", "Mon 23 Nov, 14:00"),
        (4, "11月25日（周三） 14:00", "Wed 25 Nov, 14:00"),
        (60, "2027年1月20日（周三） 14:00", "Wed 20 Jan 2027, 14:00"),
    ],
)
def test_a_time_is_said_as_people_say_it(catalogue: Catalogue, days: int, zh: str, en: str) -> None:
    """Relative to now, in the company's zone, with the week day that people check."""
    assert catalogue.render("zh-CN", Text("visit", {"window": at(days)}), NOW) == f"上门时间:{zh}"
    assert catalogue.render("en", Text("visit", {"window": at(days)}), NOW) == f"Visit: {en}"


@pytest.mark.parametrize(
    ("start", "end", "zh", "en"),
    [
        (at(1), at(1, 16), "明天（周日） 14:00–16:00", "tomorrow (Sun) 14:00–16:00"),
        (at(4, 9, 30), at(4, 12), "11月25日（周三） 09:30–12:00", "Wed 25 Nov, 09:30–12:00"),
        (at(0, 22), at(1, 0), "今天 22:00–24:00", "today 22:00–24:00"),
        (at(0, 22), at(1, 2), "今天 22:00 到 明天（周日） 02:00", "today 22:00 to tomorrow (Sun) 02:00"),
    ],
)
def test_a_window_names_its_day_once(catalogue: Catalogue, start: datetime, end: datetime, zh: str, en: str) -> None:
    """Both days are named only where they differ, and midnight ends the day it closes."""
    text = Text("visit", {"window": Span(start, end)})

    assert catalogue.render("zh-CN", text, NOW) == f"上门时间:{zh}"
    assert catalogue.render("en", text, NOW) == f"Visit: {en}"


def test_today_is_the_companys_today(tmp_path: Path) -> None:
    """Late in the evening of UTC it is tomorrow already in Shanghai, and not yet so in London."""
    files = write(tmp_path, zh_CN=ZH)
    late = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
    text = Text("by", {"at": datetime(2026, 11, 21, 18, 0, tzinfo=UTC)})

    assert Catalogue.load(files).render("zh-CN", text, late) == "请在 今天 02:00 前回复"
    assert Catalogue.load(files, zone="Europe/London").render("zh-CN", text, late) == "请在 今天 18:00 前回复"


@pytest.mark.parametrize(
    ("id", "args", "said"),
    [
        ("day", {"at": at(1)}, "明天（周日）见"),
        ("day", {"at": Span(at(4), at(4, 16))}, "11月25日（周三）见"),
        ("hour", {"at": at(1, 9, 5)}, "09:05 前"),
        ("price", {"fen": 12800}, "共 128 元"),
        ("price", {"fen": 123456}, "共 1,234.56 元"),
        ("price", {"fen": -5}, "共 -0.05 元"),
        ("count", {"count": 12345}, "共 12,345 张"),
        ("late", {"late": True}, "已超时"),
        ("late", {"late": False}, "未超时"),
        ("items", {"items": (Text("tap"), Text("sink"))}, "您选了:水龙头、水槽"),
        ("items", {"items": Text("hello", {"name": "林"})}, "您选了:您好,林!"),
        ("about", {}, "匠到:水龙头"),
    ],
)
def test_every_kind_of_argument_has_its_words(catalogue: Catalogue, id: str, args: dict[str, Any], said: str) -> None:
    """Days, hours, money, numbers, choices, lists and texts within texts."""
    assert catalogue.render("zh-CN", Text(id, args), NOW) == said


def test_english_counts(catalogue: Catalogue) -> None:
    """One photo, two photos; and a list with commas."""
    assert catalogue.render("en", Text("count", {"count": 1}), NOW) == "1 photo"
    assert catalogue.render("en", Text("count", {"count": 2}), NOW) == "2 photos"
    assert catalogue.render("en", Text("items", {"items": (Text("tap"), Text("sink"))}), NOW) == "You chose: tap, sink"


@pytest.mark.parametrize("words", ["{ $name }", "{ tap }", "\u2068", "a\n\n# b\nhello = x", "字" * 5000])
def test_a_persons_own_words_are_kept_as_they_are(catalogue: Catalogue, words: str) -> None:
    """Whatever somebody writes is passed through: not read as Fluent, not cut, with no marks around it."""
    assert catalogue.render("zh-CN", Text("hello", {"name": words}), NOW) == f"您好,{words}!"


@pytest.mark.parametrize(
    ("tag", "locale"),
    [
        ("zh-CN", "zh-CN"),
        ("zh", "zh-CN"),
        ("zh-Hans-HK", "zh-CN"),
        ("zh_TW", "zh-Hant"),
        ("zh-Hant", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("en-US", "en"),
        ("EN", "en"),
        ("enm", "zh-CN"),
        ("fr", "zh-CN"),
        ("", "zh-CN"),
    ],
)
def test_a_clients_language_is_understood(tag: str, locale: str) -> None:
    """Region and writing decide among the Chinese ones; the unknown hears the reference language."""
    assert spoken(tag) == locale


@pytest.mark.parametrize(
    "text",
    [
        Text("absent"),
        Text("hello"),
        Text("hello", {"other": "x"}),
        Text("hello", {"name": 1.5}),
        Text("hello", {"name": None}),
        Text("visit", {"window": datetime(2026, 1, 1)}),
        Text("day", {"at": "tomorrow"}),
        Text("price"),
        Text("items", {"items": (Text("absent"),)}),
        Text("loop"),
        Text("lost"),
    ],
)
def test_a_fault_is_never_said(catalogue: Catalogue, text: Text) -> None:
    """Whatever is wrong with a text, asking again gives the same fault, and no half sentence."""
    for _ in range(2):
        with pytest.raises(CatalogueFault):
            catalogue.render("zh-CN", text, NOW)


def test_in_production_a_fault_costs_the_language_and_not_the_message(tmp_path: Path) -> None:
    """What English lacks is said in Chinese, what both lack as its id; each fault is reported."""
    faults: list[CatalogueFault] = []
    catalogue = Catalogue.load(write(tmp_path, zh_CN=ZH, en=EN), on_fault=faults.append)

    assert catalogue.render_safe("en", Text("about"), NOW) == "匠到:水龙头"
    assert catalogue.render_safe("en", Text("absent"), NOW) == "[absent]"
    assert [(fault.locale, fault.id) for fault in faults] == [
        ("en", "about"),
        ("en", "absent"),
        ("zh-CN", "absent"),
    ]


@pytest.mark.parametrize("broken", ["good = x\nbad = { $\n", "bad =\n", "bad = { FROM($x }\n"])
def test_a_broken_file_is_found_by_the_check(tmp_path: Path, broken: str) -> None:
    """A mistake in a file has the name of its message."""
    with pytest.raises(CatalogueFault, match="bad"):
        Catalogue.load(write(tmp_path, zh_CN=broken)).check()


def test_an_id_stands_once(tmp_path: Path) -> None:
    """Two texts of one id are a mistake, not a choice."""
    with pytest.raises(CatalogueFault, match="twice"):
        Catalogue.load(write(tmp_path, zh_CN="money = 钱\n"))


def test_a_company_has_its_own_words(tmp_path: Path) -> None:
    """They replace ours in their language, need no escaping, and stand in where a language has none."""
    extra = {"zh-CN": {"tap": "龙头 { $x }", "symptom-drip": "滴水"}, "en": {"sink": "basin"}}
    catalogue = Catalogue.load(write(tmp_path, zh_CN=ZH, en=EN), extra, on_fault=raise_fault)

    assert catalogue.render("zh-CN", Text("tap"), NOW) == "龙头 { $x }"
    assert catalogue.render("zh-CN", Text("about"), NOW) == "匠到:龙头 { $x }"
    assert catalogue.render("en", Text("tap"), NOW) == "tap"
    assert catalogue.render("en", Text("sink"), NOW) == "basin"
    assert catalogue.render("en", Text("symptom-drip"), NOW) == "滴水"


def test_a_message_is_said_whole(catalogue: Catalogue) -> None:
    """Lines keep their kinds, buttons their rows and, in order, their tokens."""
    outbound = Outbound(
        Place("webchat", "c1"),
        (Line(Text("hello", {"name": "Lin"}), Kind.TITLE), Line(Text("tap"))),
        ((Button(Text("tap"), "a"), Button(Text("sink"), "b", style=Style.PRIMARY)), (Button(Text("tap"), "c"),)),
        card="request-1",
        fresh=True,
    )

    message = catalogue.message("en-GB", outbound, id="m:1:0", seq=7, tokens=["t1", "t2", "t3"], now=NOW, at=NOW)

    assert message.lines == ((Kind.TITLE, "Hello, Lin!"), (Kind.TEXT, "tap"))
    assert message.buttons == (
        (("tap", "t1", Style.PLAIN), ("sink", "t2", Style.PRIMARY)),
        (("tap", "t3", Style.PLAIN),),
    )
    assert (message.id, message.seq, message.to, message.at) == ("m:1:0", 7, outbound.to, NOW)
    assert (message.card, message.fresh, message.locale) == ("request-1", True, "en")


def test_pages_get_the_words_that_need_nothing(catalogue: Catalogue) -> None:
    """Only texts with the prefix, and only those that need no argument."""
    assert catalogue.words("en", "ta") == {"tap": "tap"}
    assert catalogue.words("zh-CN", "la") == {}
