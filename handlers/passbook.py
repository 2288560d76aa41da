"""The passbook (存折): what somebody has, every line of it, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo

from domain.amends import Broken
from domain.bank import Reward
from domain.chat import Button, Kind, Line, Outbound, Style, Text
from domain.errors import NotFound
from domain.ledger import Balance, Entry, Terms, Unit
from domain.ledger import Kind as Entered
from domain.people import INSIDE, Viewer
from domain.referral_rules import appealable
from domain.referrals import Referral, ReferralEvent
from domain.rewards import Claimed
from handlers.referral_cards import why as reason
from handlers.turn import Turn, words
from storage.store import Store

PAGE = 5
"""So many lines at once: each has a button of its own, and a chat shows few."""

OF_REFERRALS = frozenset({"referral", "friend", "void"})
"""The rules whose subject is a referral."""

FACT = "fact"
"""What the log of a referral calls an event that is no step of it."""


async def show(turn: Turn, store: Store) -> list[Outbound]:
    """The balances, the coupons, and the latest lines; ``args["before"]`` turns the page."""
    before = _number(turn.args.get("before"))
    entries = await store.ledger.lines(turn.person.id, turn.viewer, before, PAGE + 1)
    told: list[Line] = [Line(Text("passbook-title"), Kind.TITLE)]
    if before is None:
        balances = {unit: await store.ledger.balance(turn.person.id, unit, turn.viewer, turn.now) for unit in Unit}
        told += standing(balances)
        told += coupons(await store.rewards.coupons(turn.person.id, turn.now))
    told += page(entries[:PAGE], turn.company.tz)
    return [turn.say(*told, buttons=_buttons(entries))]


def standing(balances: Mapping[Unit, Balance]) -> list[Line]:
    """What can be spent, what only later, what will be kept back, and what ends first."""
    told = []
    for unit, balance in balances.items():
        told.append(Line(Text(f"passbook-{unit.value}", {"amount": amount(unit, balance.available)}), Kind.FACT))
        if balance.pending:
            told.append(Line(Text("passbook-pending", {"amount": amount(unit, balance.pending)}), Kind.FACT))
        if balance.debt:
            told.append(Line(Text("passbook-debt", {"amount": amount(unit, balance.debt)}), Kind.ALERT))
        if balance.expiring_next and balance.expiring_next.expires_at:
            last = last_day(balance.expiring_next.expires_at)
            ends = {"amount": amount(unit, balance.expiring_next.left), "at": last}
            told.append(Line(Text("passbook-ends", ends), Kind.FACT))
    return told


def coupons(held: Sequence[Claimed]) -> list[Line]:
    """The coupons that can be used."""
    return [
        Line(Text("passbook-coupon", {"code": one.item, "fen": one.value, "at": one.expires_at}), Kind.FACT)
        for one in held
        if one.expires_at
    ]


def page(entries: Sequence[Entry], zone: tzinfo) -> list[Line]:
    """Some lines, the newest first."""
    return [Line(line(entry, zone), Kind.STEP) for entry in entries] or [Line(Text("passbook-empty"))]


def day(at: datetime, zone: tzinfo) -> str:
    """A day as numbers, which are the same in every language and on every day they are looked at."""
    return f"{at.astimezone(zone):%Y-%m-%d}"


def last_day(expires_at: datetime) -> datetime:
    """A moment of the last day on which something can be used: it ends with the day."""
    return expires_at - timedelta(seconds=1)


def line(entry: Entry, zone: tzinfo) -> Text:
    """One entry in a line: its number, its day, how much, and what for."""
    facts = {"number": entry.number, "at": day(entry.at, zone), "amount": signed(entry), "what": what(entry)}
    return Text("passbook-line", facts)


def what(entry: Entry) -> Text:
    """What an entry is for, in a word or two."""
    rule = Text(f"rule-{entry.why.rule}")
    came = entry.why.facts.get("moved_from") and entry.kind is not Entered.MOVE
    return Text("rule-moved-here", {"rule": rule}) if came else rule


def amount(unit: Unit, value: int) -> Text:
    """«280 元», «500 积分»."""
    return Text(f"ledger-{unit.value}", {"amount": value})


def signed(entry: Entry) -> Text:
    """«+280 元»; what becomes a debt is as much a minus as what is taken."""
    value = entry.amount - entry.owed if entry.kind in (Entered.REVERSE, Entered.MOVE) else entry.amount
    return Text("amount-minus" if value < 0 else "amount-plus", {"amount": amount(entry.unit, abs(value))})


def _buttons(entries: Sequence[Entry]) -> list[tuple[Button, ...]]:
    why = tuple(
        Button(Text("passbook-why", {"number": one.number}), "passbook.why", args={"number": str(one.number)})
        for one in entries[:PAGE]
    )
    older = (
        Button(Text("passbook-older"), "passbook.show", args={"before": str(entries[PAGE - 1].number)})
        if len(entries) > PAGE
        else None
    )
    last = (
        Button(Text("passbook-use"), "counter.code", style=Style.PRIMARY),
        *((older,) if older else ()),
        Button(Text("passbook-statement"), "passbook.statement"),
    )
    return [one for one in (why[:3], why[3:], last) if one]


def _number(said: object) -> int | None:
    """A number from a button, which a person may also have typed."""
    text = str(said or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


# ---- why


async def why(turn: Turn, store: Store) -> list[Outbound]:
    """One line explained: the rule, what it saw, from when and until when, and what led to it."""
    entry = await asked_for(turn, store)
    human, back = Button(Text("menu-human"), "human"), Button(Text("menu-passbook"), "passbook.show")
    referral = await _referral(turn, store, entry)
    history = await store.referrals.events(referral.id, INSIDE) if referral else ()
    appeals = referral is not None and appealable(referral, turn.now, turn.company.bank.referring)
    args = {"number": str(entry.number)}
    appeal = (
        Button(Text("referral-appeal"), "referral.appeal", entry.why.subject)
        if appeals
        else Button(Text("referral-appeal"), "passbook.appeal", args=args)
    )
    return [turn.say(*explained(entry, history, turn.company.tz, turn.locale), buttons=[(appeal, human, back)])]


async def asked_for(turn: Turn, store: Store) -> Entry:
    """The reader's own line that a button or a word names.

    Raises:
        NotFound: there is none.
    """
    number = _number(turn.args.get("number") or turn.args.get("rest"))
    return await numbered(store, turn.person.id, turn.viewer, number)


async def _referral(turn: Turn, store: Store, entry: Entry) -> Referral | None:
    """The reader's own referral that a line is about; none of the friend's, who is nobody to it."""
    if entry.why.rule not in OF_REFERRALS or not entry.why.subject:
        return None
    try:
        referral = await store.referrals.get(entry.why.subject, turn.viewer)
    except NotFound:
        return None
    return referral if referral.referrer_id == turn.person.id else None


async def numbered(store: Store, person_id: str, viewer: Viewer, number: int | None) -> Entry:
    """The line with this number.

    Raises:
        NotFound: there is none.
    """
    found = await store.ledger.lines(person_id, viewer, number + 1, 1) if number else ()
    if not found or found[0].number != number:
        raise NotFound(Text("passbook-no-line"))
    return found[0]


def explained(entry: Entry, history: Sequence[ReferralEvent], zone: tzinfo, locale: str) -> tuple[Line, ...]:
    """All that can be said of a line, from what the ledger and the log of its referral hold and from nothing else.

    What happened to the referral later is no part of it, so that a line is explained tomorrow as it is today.
    ``locale`` chooses among the names of a campaign.
    """
    told = [Line(line(entry, zone), Kind.TITLE), Line(Text(f"why-{entry.why.rule}", _facts(entry, locale)))]
    if entry.why.facts.get("moved_from") and entry.kind is not Entered.MOVE:
        told.append(Line(Text("why-moved-here")))
    if void := str(entry.why.facts.get("why", "")):
        told.append(Line(Text("referral-fact-why", {"reason": reason(void)}), Kind.FACT))
    if entry.why.reason:
        told.append(Line(words(entry.why.reason), Kind.QUOTE))
    if entry.owed > 0:
        told.append(Line(Text("why-debt", {"amount": amount(entry.unit, entry.owed)})))
    if entry.terms:
        told += _dates(entry.terms, zone)
    steps = [one for one in history if one.at <= entry.at and one.action != FACT]
    return (*told, *[_step(one, zone) for one in steps])


def _step(event: ReferralEvent, zone: tzinfo) -> Line:
    did = Text(f"referral-did-{event.action}")
    return Line(Text("why-step", {"at": day(event.at, zone), "what": did}), Kind.STEP)


def _dates(terms: Terms, zone: tzinfo) -> list[Line]:
    usable = Line(Text("why-usable", {"at": day(terms.usable_at, zone)}), Kind.FACT)
    ends = Text("why-expires", {"at": day(last_day(terms.expires_at), zone)}) if terms.expires_at else Text("why-lasts")
    return [usable, Line(ends, Kind.FACT)]


def _facts(entry: Entry, locale: str) -> dict[str, object]:
    """What a rule saw, as the texts «why-…» mention it."""
    seen = entry.why.facts
    names: Mapping[str, str] = seen.get("campaign") or {}
    return {
        "subject": entry.why.subject,
        "amount": amount(entry.unit, abs(entry.amount) or abs(entry.owed)),
        "least": int(seen.get("least_fen", 0)),
        "campaign": words(names.get(locale) or next(iter(names.values()), "")),
        "percent": int(seen.get("percent", 100)),
        "days": int(seen.get("days", 0)),
        "lot": str(seen.get("lot", "")),
        "kind": Text(f"reward-kind-{seen.get('kind', Reward.FUND.value)}"),
        "year": str(seen.get("year", "")),
        "rank": int(seen.get("rank", 0)),
        "broken": Text(f"amends-{seen.get('broken', Broken.LATE.value)}"),
    }
