"""The manager's view of the word-of-mouth bank: a picture in the chat, and a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from domain.bank import Reward
from domain.board import year_of
from domain.chat import Button, Outbound, Span, Text
from domain.drawing import Drawing
from domain.fairness import FLAGS
from domain.ledger import Unit
from domain.rewards import worth
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
    owed = await reports.liability(Unit.FUND, turn.now)
    day = f"{turn.now.astimezone(turn.company.tz):%Y-%m-%d}"
    heads = ("title", "stages_title", "flags_title", "flags_empty", "liability_title", "liability_empty")
    return {
        "company": turn.said(Text("company-name")),
        "period": turn.said(Text("bank-period", {"year": f"{span.start.astimezone(turn.company.tz):%Y}"})),
        **{name: turn.said(Text(f"bank-{name.replace('_', '-')}")) for name in heads},
        "cards": _cards(turn, funnel, cost),
        "stages": _stages(turn, funnel),
        "flags": [{"label": turn.said(Text(f"bank-flag-{flag}")), "count": count} for flag, count in flags],
        "liability": _months(turn, owed),
        "liability_total": {
            "label": turn.said(Text("bank-liability-total")),
            "value": _money(turn, sum(fen for _, fen in owed)),
        },
        "made": turn.said(Text("statement-made", {"at": day})),
        "file": turn.said(Text("bank-title")),
    }


async def _gifts(turn: Turn, store: Store, span: Span) -> int:
    """A gift costs what could have been chosen instead."""
    tiers = [turn.company.bank.referring.tier(fen) for fen in await store.bank_reports.gifts(span)]
    return sum(worth(tier, Reward.GIFT, 1) for tier in tiers if tier)


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


def _months(turn: Turn, owed: Sequence[tuple[datetime | None, int]]) -> list[dict[str, Any]]:
    """What is owed by the month in which it expires; what never does at the end."""
    sums: dict[str, int] = {}
    for ends, fen in owed:
        month = f"{ends.astimezone(turn.company.tz):%Y-%m}" if ends else turn.said(Text("bank-never"))
        sums[month] = sums.get(month, 0) + fen
    return [{"label": month, "amount_fen": fen, "shown": _money(turn, fen)} for month, fen in sums.items()]
