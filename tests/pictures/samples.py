"""What is drawn in the tests of pictures: the poster as a handler says it in each language, the rest made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.app import make_catalogue, make_world
from bot.config import load_company
from domain.chat import Inbound, Place
from domain.company import Company
from domain.people import Person
from domain.talks import Talk
from handlers.posters import poster_of
from handlers.turn import Links, Turn
from storage.referrers import Referrer

CODE = "8K2M4PQ"
LINK = f"https://t.me/jiangdao_bot?start=ref-{CODE}"
NAMED = {"zh-CN": "王阿姨", "zh-Hant": "陳媽媽", "en": "Aunt Wang"}
MADE_AT = datetime(2026, 11, 22, 3, tzinfo=UTC)


def poster_of_somebody(locale: str, company: Company) -> dict[str, Any]:
    """What a handler has drawn for somebody on Telegram who reads this language and is called as ``NAMED`` says."""
    world = make_world(company, make_catalogue(company), "https://renovation.example.com")
    world = replace(world, links=Links(world.links.web, lambda: "jiangdao_bot"))
    place = Place("telegram", "1")
    turn = Turn(Inbound("1", place, "1"), Person("p1", locale=locale), Talk("p1"), place, MADE_AT, world)
    return dict(poster_of(turn, Referrer("p1", CODE, NAMED[locale], True, None, MADE_AT)).args)


OURS = load_company(Path(__file__).parents[2] / "company.toml")
POSTERS: dict[str, dict[str, Any]] = {locale: poster_of_somebody(locale, OURS) for locale in NAMED}

NAMES = {
    "short": "王",
    "long": "Maximiliane-Alexandra von Hohenzollern-Sigmaringen und der lange Rest 王阿姨王阿姨王阿姨",
    "emoji": "🏠👩‍👩‍👧 小玥❤️",
    "only emoji": "🏠👩‍👩‍👧❤️",
    "markup": "<script>alert('1')</script> & ]]> \"q\" {{ 7*7 }} <!--",
    "right to left": "\u202eسمير\u202c שלום",
    "turned": "\u202e王阿姨\u200f",
    "control": "王\x00\x08阿\u200d\n姨\ufe0f",
}

COLUMNS = {
    "date": "日期",
    "what": "事项",
    "amount": "变动",
    "balance": "余额",
    "usable": "可用日",
    "expires": "到期日",
}


def row(nth: int, what: str = "推荐奖励 · 浦东的一位朋友") -> dict[str, str]:
    taken = nth % 3 == 2
    return {
        "date": f"2026-{1 + nth // 28:02d}-{1 + nth % 28:02d}",
        "what": what,
        "amount": "\u2212¥320.00" if taken else "+¥500.00",
        "amount_plain": "-320.00" if taken else "500.00",
        "balance": f"¥{1000 + nth:,}.00",
        "balance_plain": f"{1000 + nth}.00",
        "usable": "2026-12-07",
        "expires": "2027-12-07" if nth % 2 else "长期有效",
    }


def passbook(count: int, /, **other: Any) -> dict[str, Any]:
    """The arguments of a statement."""
    return {
        "company": "匠到家居 · 浦东旗舰店",
        "title": "装修基金存折",
        "name": "王阿姨",
        "name_fallback": "业主",
        "period": "2026-01-01 至 2026-11-22",
        "made": "生成于 2026-11-22",
        "columns": COLUMNS,
        "rows": [row(nth) for nth in range(count)],
        "totals": [{"label": "现在可用", "value": "¥1,288.00"}, {"label": "30 天内到期", "value": "¥120.00"}],
        "page": "第 {page} 页，共 {pages} 页",
        "empty": "这段时间没有变动。",
        "note": "每一笔都可以在聊天里点「为什么」查看依据。",
        **other,
    }


PROMISED = {"label": "还没领", "count": 2, "shown": "2 份", "note": "最多 ¥400"}


def owed(title: str, *rows: dict[str, Any]) -> dict[str, Any]:
    """One chart of what people may still use; in fen."""
    money = [{**one, "fen": one["count"]} for one in rows]
    total = sum(one["fen"] for one in money)
    beneath = {"label": "合计", "count": total, "fen": total, "shown": f"¥{total // 100:,}"}
    return {"title": title, "rows": money, "total": beneath, "empty": "没有未用的。"}


def report(**other: Any) -> dict[str, Any]:
    """The arguments of the manager's picture."""
    stages = (("建立", 214, ""), ("已核实", 168, "79%"), ("已签约", 41, "42%"), ("已领取", 0, "0%"))
    return {
        "company": "匠到家居 · 浦东旗舰店",
        "title": "口碑银行",
        "period": "2026 年 11 月",
        "made": "生成于 2026-11-22",
        "cards": [
            {"label": "带来订单", "value": "33 单", "note": "占全部 18%"},
            {"label": "每单成本", "value": "¥512"},
        ],
        "stages_title": "从推荐到成交",
        "stages": [{"label": label, "count": count, "note": note} for label, count, note in stages],
        "flags_title": "需要复核",
        "flags": [{"label": "一天推荐太多", "count": 3}],
        "flags_empty": "没有异常。",
        "owed": [
            owed("未用装修基金，按到期月份", {"label": "2026 年 12 月", "count": 1_280_000, "shown": "¥12,800"}),
            owed("未用积分，按到期月份"),
            {"title": "还没给出去", "rows": [PROMISED], "total": None, "empty": "没有。"},
        ],
        **other,
    }
