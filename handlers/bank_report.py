"""The manager's view of the word-of-mouth bank: a picture in the chat, and a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from domain.bank import Referring, Reward
from domain.board import year_of
from domain.chat import Button, Outbound, Span, Text
from domain.drawing import Drawing
from domain.fairness import FLAGS
from domain.ledger import Unit
from domain.ledger import worth as worth_of
from domain.rewards import options, worth
from handlers.passbook import last_day
from handlers.turn import Turn
from storage.store import Store

STAGES = ("created", "verified", "qualified", "signed", "paid", "earned", "rewarded")


async def show(turn: Turn, store: Store) -> list[Outbound]:
    """/bank: this year's funnel, cost of an order won, flags, and what is owed by when it expires."""
    as_table = turn.args.get("as") == "csv"
    words = await _words(turn, store, year_of(turn.now, turn.company.tz).span)
    file = turn.picture(Drawing("funnel-csv" if as_table else "funnel", turn.locale, words))
    table = () if as_table else ((Button(Text("statement-as-table"), "command.bank", args={"as": "csv"}),),)
    return [turn.say(Text("bank-here"), buttons=table, files=(file,))]


async def _words(turn: Turn, store: Store, span: Span) -> dict[str, Any]:
    reports = store.bank_reports
    funnel, cost = await reports.funnel(span), await reports.costs(span) + await _gifts(turn, store, span)
    flags = [(flag, count) for flag, count in await reports.flags(span) if flag in FLAGS]
    day = f"{turn.now.astimezone(turn.company.tz):%Y-%m-%d}"
    heads = ("title", "stages_title", "flags_title", "flags_empty")
    return {
        "company": turn.said(Text("company-name")),
        "period": turn.said(Text("bank-period", {"year": f"{span.start.astimezone(turn.company.tz):%Y}"})),
        **{name: turn.said(Text(f"bank-{name.replace('_', '-')}")) for name in heads},
        "cards": _cards(turn, funnel, cost),
        "stages": _stages(turn, funnel),
        "flags": [{"label": turn.said(Text(f"bank-flag-{flag}")), "count": count} for flag, count in flags],
        "owed": await _owed(turn, store),
        "made": turn.said(Text("statement-made", {"at": day})),
        "file": turn.said(Text("bank-title")),
    }


async def _gifts(turn: Turn, store: Store, span: Span) -> int:
    """A gift costs what could have been chosen instead."""
    policy = turn.company.bank.referring
    return sum(_cost(policy, Reward.GIFT, 1, fen) for fen in await store.bank_reports.gifts(span))


def _money(turn: Turn, fen: int) -> str:
    return turn.said(Text("ledger-fund", {"amount": fen}))


def _cards(turn: Turn, funnel: dict[str, int], cost: int) -> list[dict[str, str]]:
    won = funnel["won"]
    each = _money(turn, cost // won) if won else turn.said(Text("bank-none"))
    values = {
        "won": str(won),
        "won-fen": _money(turn, funnel["won_fen"]),
        "cost": each,
    }
    return [{"label": turn.said(Text(f"bank-card-{name}")), "value": value} for name, value in values.items()]


def _stages(turn: Turn, funnel: dict[str, int]) -> list[dict[str, Any]]:
    """Each stage with its share of the one before."""
    rows: list[dict[str, Any]] = []
    before = 0
    for stage in STAGES:
        count = funnel[stage]
        note = f"{count * 100 // before}%" if before else ""
        rows.append({"label": turn.said(Text(f"bank-stage-{stage}")), "count": count, "note": note})
        before = count
    return rows


# ---- what is owed


async def _owed(turn: Turn, store: Store) -> list[dict[str, Any]]:
    """What people may still use, by the month in which it ends, and what they were promised and do not have yet."""
    reports = store.bank_reports
    fund, points = [await reports.liability(unit) for unit in (Unit.FUND, Unit.POINTS)]
    return [
        _ending(turn, "fund", Unit.FUND, fund),
        _ending(turn, "coupons", Unit.FUND, await reports.coupons(turn.now)),
        _ending(turn, "points", Unit.POINTS, points),
        _promised(turn, await reports.unclaimed(), await reports.waiting()),
    ]


def _ending(turn: Turn, what: str, unit: Unit, owed: Sequence[tuple[datetime | None, int]]) -> dict[str, Any]:
    sums: dict[str, int] = {}
    for ends, amount in sorted(owed, key=lambda one: (one[0] is None, one[0] or turn.now)):
        label = _month(turn, ends)
        sums[label] = sums.get(label, 0) + amount
    return {
        "title": turn.said(Text(f"bank-owed-{what}")),
        "rows": [{"label": label, **_amount(turn, unit, amount)} for label, amount in sums.items()],
        "total": {"label": turn.said(Text("bank-owed-total")), **_amount(turn, unit, sum(sums.values()))},
        "empty": turn.said(Text("bank-owed-none")),
    }


def _month(turn: Turn, ends: datetime | None) -> str:
    """The month of the last day on which something can be used."""
    if ends is None:
        return turn.said(Text("bank-never"))
    if ends <= turn.now:
        return turn.said(Text("bank-overdue"))
    return f"{last_day(ends).astimezone(turn.company.tz):%Y-%m}"


def _amount(turn: Turn, unit: Unit, amount: int) -> dict[str, Any]:
    """As it is drawn; ``fen`` is there for what a table shows as yuan."""
    shown = {"count": amount, "shown": turn.said(worth_of(unit, amount))}
    return {**shown, "fen": amount} if unit is Unit.FUND else shown


def _promised(
    turn: Turn, unclaimed: Sequence[tuple[int, datetime]], waiting: Sequence[tuple[Reward, int, int]]
) -> dict[str, Any]:
    """How many there are of each, and what they come to; nothing is said of what there is none of."""
    policy = turn.company.bank.referring
    worths = {
        "unclaimed": [_most(policy, fen, paid_at.astimezone(turn.company.tz).date()) for fen, paid_at in unclaimed],
        "cash": [value for kind, value, _ in waiting if kind is Reward.CASH],
        "gift": [_cost(policy, kind, value, fen) for kind, value, fen in waiting if kind is Reward.GIFT],
    }
    return {
        "title": turn.said(Text("bank-promised")),
        "rows": [_promise(turn, name, fens) for name, fens in worths.items() if fens],
        "total": None,
        "empty": turn.said(Text("bank-promised-none")),
    }


def _promise(turn: Turn, name: str, fens: Sequence[int]) -> dict[str, Any]:
    amount = worth_of(Unit.FUND, sum(fens))
    return {
        "label": turn.said(Text(f"bank-promised-{name}")),
        "count": len(fens),
        "shown": turn.said(Text("bank-promised-count", {"count": len(fens)})),
        "note": turn.said(Text("bank-promised-most", {"amount": amount}) if name == "unclaimed" else amount),
    }


def _most(policy: Referring, order_fen: int, paid_on: date) -> int:
    """The dearest of what may be chosen, in fen; points are nothing."""
    ways = [way for way in options(policy, order_fen, paid_on) if way.kind is not Reward.POINTS]
    return max((_cost(policy, way.kind, way.value, order_fen) for way in ways), default=0)


def _cost(policy: Referring, kind: Reward, value: int, order_fen: int) -> int:
    tier = policy.tier(order_fen)
    return worth(tier, kind, value) if tier else 0
