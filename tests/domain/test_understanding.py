"""What homeowners write, as they write it, and what must be made of it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.config import load_company
from domain.company import Company
from domain.understanding import READ_CHARS_MAX, Understanding, Understood, understand

COMPANY = load_company(Path(__file__).parents[2] / "company.toml")
READER = Understanding(COMPANY)
NOW = datetime(2026, 3, 6, 2, 0, tzinfo=UTC)  # a Friday, 10:00 in Shanghai


def read(text: str) -> Understood:
    return READER.understand(text, NOW)


def wished(found: Understood) -> str:
    """The wished span by the company's clock: «03-07 14:00–18:00»."""
    if found.wish is None:
        return ""
    start, end = (moment.astimezone(COMPANY.tz) for moment in (found.wish.span.start, found.wish.span.end))
    return f"{start:%m-%d %H:%M}–{end:%H:%M}"


# text, (type, category, product, symptom), danger, urgent, wished time
REPORTS = [
    # simplified Chinese
    ("厨房水龙头一直滴水,明天下午有空", "repair kitchen faucet drip", "", False, "03-07 14:00–18:00"),
    ("厨房水龙头一直滴水,很急,明天下午有空", "repair kitchen faucet drip", "", True, "03-07 14:00–18:00"),
    ("马捅堵了水都溢出来了急急急", "repair bathroom toilet clog", "", True, ""),
    ("水笼头漏谁了怎么办", "repair bathroom faucet leak", "leak", True, ""),
    ("抽油烟机不吸烟了 后天上午方便", "repair kitchen hood no_suction", "", False, "03-08 09:00–12:00"),
    ("家里跳匣了一插热水器就跳", "repair electricity - trip", "", False, ""),
    ("插座冒烟了有焦味怎么办啊啊啊", "repair electricity socket electric_hazard", "electricity", True, ""),
    ("厨房有煤气味怎么办", "repair kitchen - gas_smell", "gas", True, ""),
    ("厨房里闻到煤气了 救命", "repair kitchen - gas_smell", "gas", True, ""),
    ("水管爆了水喷得到处都是", "repair plumbing pipe burst", "leak", True, ""),
    ("阳台推拉门关不上了 周日随时", "repair door_window door stuck", "", False, "03-08 09:00–21:00"),
    ("衣柜门掉下来了 铰链坏了", "repair furniture wardrobe loose", "", False, ""),
    ("客厅瓷砖空鼓翘起来了好几块", "repair tile tile hollow", "", False, ""),
    ("美缝发黑了想重新做", "repair tile grout mould", "", False, ""),
    ("沙发塌陷了", "repair furniture sofa surface", "", False, ""),
    ("暖气不热", "repair plumbing radiator no_hot_water", "", False, ""),
    ("不锈钢水槽生锈了", "repair kitchen sink surface", "", False, ""),
    ("不急,有空来修下纱窗就行", "repair door_window screen -", "", False, ""),
    ("想装个浴霸,多少钱", "installation bathroom bath_fan -", "", False, ""),
    ("你们能量一下尺寸吗 想做个橱柜", "measurement kitchen kitchen_cabinet -", "", False, ""),
    ("旧马桶想以旧换新", "trade_in bathroom toilet -", "", False, ""),
    ("油烟机要清洗保养一下", "maintenance kitchen hood -", "", False, ""),
    ("我要投诉上次来的师傅态度差", "complaint - - -", "", False, ""),
    ("今天马桶冲不下去", "repair bathroom toilet clog", "", False, ""),
    ("昨天下午开始漏水", "repair - - leak", "leak", True, ""),
    ("是不是漏水了?厨房地上有水", "repair kitchen - leak", "leak", True, ""),
    (
        "那个嗯我家那个厨房的那个洗碗池下面一直在漏水然后柜子都泡水了今天晚上有没有师傅能来",
        "repair kitchen sink leak", "leak", True, "03-06 18:00–21:00",
    ),
    ("马桶堵了", "repair bathroom toilet clog", "", False, ""),
    # traditional Chinese
    ("廚房水龍頭漏水,聽日下晝得閒", "repair kitchen faucet leak", "leak", True, "03-07 14:00–18:00"),
    ("浴室馬桶塞住了 週六上午可以", "repair bathroom toilet clog", "", False, "03-07 09:00–12:00"),
    ("冷氣旁邊的插蘇冒火花", "repair electricity socket electric_hazard", "electricity", True, ""),
    ("你好,想問下換個花灑幾錢", "consultation bathroom shower -", "", False, ""),
    ("門鎖開唔到 好急", "repair door_window lock stuck", "", True, ""),
    ("後天下午三點 廚房燈不亮", "repair electricity light light_out", "", False, "03-08 15:00–17:00"),
    ("屋企跳掣", "repair electricity - trip", "", False, ""),
    ("衣櫃門鬆動 下週一晚上", "repair furniture wardrobe loose", "", False, "03-09 18:00–21:00"),
    ("熱水爐冇熱水", "repair bathroom water_heater no_hot_water", "", False, ""),
    ("聞到煤氣味", "repair kitchen - gas_smell", "gas", True, ""),
    ("磁磚脫落了兩塊 禮拜六", "repair tile tile loose", "", False, "03-07 09:00–21:00"),
    ("水喉爆咗 水浸", "repair plumbing pipe burst", "leak", True, ""),
    ("想安裝浴室櫃 25號晚上", "installation bathroom bathroom_cabinet -", "", False, "03-25 18:00–21:00"),
    ("檯面裂開了", "repair kitchen kitchen_cabinet crack", "", False, ""),
    # English
    (
        "kitchen tap dripping all night can someone come tomorrow afternoon",
        "repair kitchen faucet drip", "", False, "03-07 14:00–18:00",
    ),
    ("fauct in kitchen leeking pls come asap", "repair kitchen faucet leak", "leak", True, "03-06 10:00–00:00"),
    ("water heater no hot water", "repair bathroom water_heater no_hot_water", "", False, ""),
    ("I smell gas in the kitchen!!", "repair kitchen - gas_smell", "gas", True, ""),
    ("sparks from the socket in the bedroom", "repair electricity socket electric_hazard", "electricity", True, ""),
    (
        "need to install a new light in the living room on Saturday morning",
        "installation electricity light -", "", False, "03-07 09:00–12:00",
    ),
    ("my wardrobe door wont close", "repair furniture wardrobe stuck", "", False, ""),
    ("breaker keeps tripping when i turn on the oven", "repair electricity - trip", "", False, ""),
    ("how much for a new toilet", "consultation bathroom toilet -", "", False, ""),
    ("pipe burst flooding everywhere help", "repair plumbing pipe burst", "leak", True, ""),
    (
        "bathroom door lock is stuck, can't open. free this Sunday 3pm",
        "repair door_window lock stuck", "", False, "03-08 15:00–17:00",
    ),
    ("THE TIOLET IS BLOCKED", "repair bathroom toilet clog", "", False, ""),
    ("two tiles are cracked, next monday", "repair tile tile crack", "", False, "03-09 09:00–21:00"),
    ("drawer is loose, the 25th after 6pm", "repair furniture wardrobe loose", "", False, "03-25 18:00–21:00"),
    ("Range hood makes a rattling noise", "repair kitchen hood noise", "", False, ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "about", "danger", "urgent", "wish"), REPORTS)
def test_a_report_is_understood(text: str, about: str, danger: str, urgent: bool, wish: str) -> None:
    """Type, category, product, symptom, danger, urgency and wished time are read from what people really write."""
    found = read(text)

    read_as = " ".join(code or "-" for code in (found.type, found.category, found.product, found.symptom))
    assert (read_as, found.danger, found.urgent) == (about, danger, urgent)
    assert found.is_report
    if wish:
        assert wished(found) == wish


NO_REPORTS = [
    "你好", "下午好", "在吗", "谢谢", "好的", "hi", "Hello there", "thanks!", "ok", "👍", "", "   ",
    "上次那个水龙头修得很好,谢谢师傅", "水龙头不漏水了谢谢", "现在没有漏水了", "已经不漏了", "漏水修好了",
    "it's no longer leaking, thanks", "The faucet works fine now", "the leak is fixed", "it isn't dripping any more",
    "我的单子什么时候到", "进度怎么样了", "水龙头什么时候来修", "where is the installer", "any update?",
    "装修了三个月了", "今天去上班了", "门口有人", "热门话题", "可以上门吗", "明天下午有空", "13800138000",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_REPORTS)
def test_small_talk_is_no_report(text: str) -> None:
    """Greetings, thanks, praise, questions about progress and answers do not open a request or raise an alarm."""
    found = read(text)

    assert not found.is_report
    assert (found.danger, found.urgent) == ("", False)


@pytest.mark.parametrize(
    ("text", "dangers"),
    [
        ("水龙头滴水", ()),
        ("水龙头漏水", ("leak",)),
        ("会不会漏电啊", ("electricity",)),
        ("有没有漏水", ("leak",)),
        ("不会漏水", ()),
        ("没有煤气味", ()),
        ("不是很急", ()),
        ("家里有煤气灶", ()),
        ("no gas smell, the stove is just dirty", ()),
        ("漏水了而且插座冒火花", ("electricity", "leak")),
        ("热水器漏水,还有煤气味", ("gas", "leak")),
        ("won't stop leaking", ("leak",)),
        ("not leaking", ()),
    ],
)
def test_danger_is_told_from_what_is_denied(text: str, dangers: tuple[str, ...]) -> None:
    """Dangers come worst first, and a word that is denied raises none; a question whether is no denial."""
    assert read(text).dangers == dangers


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("卫生间马桶堵了厨房灯也不亮你们能不能派人来看一下", ["bathroom toilet clog", "electricity light light_out"]),
        ("抽油烟机不吸烟了还有燃气灶老是熄火", ["kitchen hood no_suction", "kitchen gas_stove no_ignition"]),
        ("水龙头和花洒都漏水", ["bathroom faucet leak", "bathroom shower leak"]),
        ("the toilet is blocked and the shower is leaking", ["bathroom toilet clog", "bathroom shower leak"]),
        ("馬桶塞住了,另外廚房水龍頭滴水", ["bathroom toilet clog", "kitchen faucet drip"]),
        ("漏水了,厨房水管", ["kitchen pipe leak"]),
        ("浴室柜的水龙头滴水", ["bathroom faucet drip"]),
        ("水龙头坏了一直滴水", ["bathroom faucet drip"]),
        ("马桶堵了,在主卫", ["bathroom toilet clog"]),
        ("跳闸了,马桶也堵了", ["electricity  trip", "bathroom toilet clog"]),
        ("马桶堵了,还要装个浴霸", ["bathroom toilet clog", "bathroom bath_fan "]),
    ],
)
def test_two_faults_are_kept_apart(text: str, topics: list[str]) -> None:
    """Of several faults in one message none is lost; the first is primary, the others are kept."""
    found = read(text)

    assert [f"{one.category} {one.product} {one.symptom}" for one in found.topics] == topics
    assert found.others == found.topics[1:]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "你好我家热水器打不着火了周六上午在家电话138 0013 8000地址浦东新区世纪大道100号3号楼1202室",
            ("+8613800138000", "pudong", "浦东新区世纪大道100号3号楼", "1202室", "03-07 09:00–12:00"),
        ),
        (
            "水管爆了!!!杨浦区国权路20弄5号602 13912345678 明天3点",
            ("+8613912345678", "yangpu", "杨浦区国权路20弄5号", "602", "03-07 15:00–17:00"),
        ),
        (
            "water heater broken, +86 138-0013-8000, Room 1202, 100 Century Avenue, Pudong, tomorrow 9:30am",
            ("+8613800138000", "pudong", "100 Century Avenue", "Room 1202", "03-07 09:30–11:30"),
        ),
        (
            "徐匯區漕溪北路88號2座1503室 廁所漏水 +852 6123 4567 後天中午",
            ("+85261234567", "xuhui", "徐匯區漕溪北路88號2座", "1503室", "03-08 12:00–14:00"),
        ),
        ("在阳光花园12-3-502 门锁坏了 12月3号下午", ("", "", "阳光花园12-3", "502", "12-03 14:00–18:00")),
        ("我住浦东,3号下午方便,马桶堵了", ("", "pudong", "", "", "04-03 14:00–18:00")),
        ("灯坏了 座机021-58881234", ("+862158881234", "", "", "", "")),
        ("call me +1 415 555 0123 the door is stuck", ("+14155550123", "", "", "", "")),
        ("杨浦区国权路20弄3号楼 138 0013 8000 漏水", ("+8613800138000", "yangpu", "杨浦区国权路20弄3号楼", "", "")),
        ("订单号20260306123456789 三楼漏水", ("", "", "", "", "")),
    ],
)
def test_facts_are_taken_from_one_line(text: str, expected: tuple[str, ...]) -> None:
    """Phone, district, address, door and time are told apart though they stand in one line, in any order."""
    found = read(text)

    assert (found.phone, found.district, found.address, found.door, wished(found)) == expected


def test_a_greeting_is_noticed_beside_a_report() -> None:
    """A person may greet and report in one breath; «下午好» is then no wished time."""
    found = read("下午好,可以来修马桶吗,堵了")

    assert (found.greeting, found.is_report, found.wish) == (True, True, None)
    assert not read("philosophy").greeting


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    """What stands behind the first 2000 characters is not read, and what stands before them is."""
    assert read("啊" * (READ_CHARS_MAX - 2) + "漏水").symptom == "leak"
    assert read("啊" * (READ_CHARS_MAX - 1) + "漏水").symptom == ""


def test_one_text_is_read_without_keeping_a_reader() -> None:
    """The function gives what the kept reader gives."""
    assert understand("马桶堵了", COMPANY, NOW) == read("马桶堵了")


_PIECES = st.sampled_from(
    (
        "明天 后天 今天 昨天 下午 三点 3点 15:00 到 25号 2月30号 99号 周三 下周 周末 尽快 随时 不 没 漏水 水龙头 "
        "马桶 堵了 浦东新区 世纪大道 100号 1202室 13800138000 +86 next monday tomorrow at 3 pm 99/99 31/12 "
        "2026-02-30 two tap leaking | 和 İ 　 \n 十十 廿 零点 24:59 dec 31"
    ).split(" ")
)
_NOW = st.datetimes(datetime(2001, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))


@given(text=st.one_of(st.text(max_size=300), st.lists(_PIECES, max_size=25).map("".join)), now=_NOW)
@example(text="İ" * 50 + "明天", now=NOW)
@example(text="²点 ³号 ١٢点", now=NOW)
def test_no_text_is_too_strange(text: str, now: datetime) -> None:
    """Nothing that can be typed raises; a wished span is aware, not over, not before now and never empty."""
    found = READER.understand(text, now)

    if found.wish:
        span = found.wish.span
        assert span.start.tzinfo is UTC
        assert now <= span.start < span.end
        assert found.wish.words in text
    assert found.address in text
    assert found.door in text
    assert set(found.dangers) <= {danger.code for danger in COMPANY.dangers}


SLOW = [
    "门", "漏水,", "明天", "下午3点", "1", "3号", "hi ", "不", "00100", "下午3点到", "a ",
    "上海市浦东新区", "12 a b c d ", "路1号", "一", "马桶堵了,灯不亮 ", "no ", "(1)", "1-", "十点", " ", "+1 ",
]  # fmt: skip


@pytest.mark.parametrize("piece", SLOW)
def test_a_huge_text_costs_no_more_than_its_beginning(piece: str) -> None:
    """Ten thousand characters of the worst kind are read in a moment: nothing backtracks."""
    text = piece * (10_000 // len(piece))

    def seconds() -> float:
        started = time.perf_counter()
        read(text)
        return time.perf_counter() - started

    assert min(seconds() for _ in range(3)) < 0.1


def test_names_and_aliases_give_the_district() -> None:
    """Each district is known by each of its names."""
    for district in COMPANY.districts:
        for name in (*district.names.values(), *district.aliases):
            assert read(f"{name} 马桶堵了").district == district.code


def _every(company: Company) -> list[tuple[str, str, Any]]:
    kinds: dict[str, Any] = {"product": company.products, "symptom": company.symptoms}
    return [(kind, word, entry.code) for kind, entries in kinds.items() for entry in entries for word in entry.words]


def test_every_word_of_the_file_is_understood() -> None:
    """A word which the company wrote down for a thing or a fault leads to it, unless a first entry has it too."""
    owners: dict[tuple[str, str], str] = {}
    for kind, word, code in _every(COMPANY):
        owners.setdefault((kind, word.lower()), code)
    missed = [
        (kind, word, code)
        for kind, word, code in _every(COMPANY)
        if owners[kind, word.lower()] == code and getattr(read(word), kind) != code
    ]

    assert missed == []
