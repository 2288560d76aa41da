"""What is drawn in the tests of pictures, in three languages."""

from __future__ import annotations

from typing import Any

LINK = "https://t.me/jiangdao_bot?start=ref-8K2M4PQ7"

POSTERS: dict[str, dict[str, Any]] = {
    "zh-CN": {
        "company": "匠到家居 · 浦东旗舰店",
        "name": "王阿姨",
        "name_fallback": "一位老朋友",
        "invites": "邀请您一起住得更好",
        "headline": "好师傅，值得说给朋友听",
        "gift_label": "朋友专享见面礼",
        "gift": "¥500 装修基金",
        "gift_note": "首单满 ¥5,000 可用，量房、设计方案免费",
        "link": LINK,
        "scan": "长按识别二维码",
        "scan_note": "进来和客服说一声，礼金自动到账，一年内有效",
        "code_label": "或报推荐码",
        "code": "8K2M4-PQ7RT",
        "fine": "礼金以匠到家居活动规则为准，每位新朋友限享一次。",
    },
    "zh-Hant": {
        "company": "匠到家居 · 台北旗艦店",
        "name": "陳媽媽",
        "name_fallback": "一位老朋友",
        "invites": "邀請您一起住得更好",
        "headline": "住得安心，是鄰居告訴我的",
        "gift_label": "朋友專享見面禮",
        "gift": "NT$2,000 裝修基金",
        "gift_note": "首單滿 NT$20,000 可用，量房、設計方案免費",
        "link": LINK,
        "scan": "長按識別二維碼",
        "scan_note": "進來和客服說一聲，禮金自動到帳，一年內有效",
        "code_label": "或報推薦碼",
        "code": "8K2M4-PQ7RT",
        "fine": "禮金以匠到家居活動規則為準，每位新朋友限享一次。",
    },
    "en": {
        "company": "Jiangdao Home Renovation",
        "name": "Aunt Wang",
        "name_fallback": "An old friend",
        "invites": "invites you to live a little better",
        "headline": "A good fitter is worth telling a friend about",
        "gift_label": "A welcome gift for friends",
        "gift": "¥500 renovation fund",
        "gift_note": "For a first order from ¥5,000. Measuring and design plans are free.",
        "link": "https://renovation.example.com/chat?start=ref-8K2M4PQ7",
        "scan": "Scan the code to come in",
        "scan_note": "Say hello to our staff and the gift is yours, for one year.",
        "code_label": "or tell us the code",
        "code": "8K2M4-PQ7RT",
        "fine": "Subject to the rules of Jiangdao Home. Once for each new friend.",
    },
}

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
        "liability_title": "未用奖励，按到期月份",
        "liability": [{"label": "2026 年 12 月", "amount_fen": 1_280_000, "shown": "¥12,800"}],
        "liability_total": {"label": "合计", "value": "¥12,800"},
        "liability_empty": "没有未用的奖励。",
        **other,
    }
