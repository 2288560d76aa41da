"""Claiming what a referral has earned, and taking it back."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date, timedelta

from domain.bank import Reward, Tier
from domain.chat import Button, Kind, Line, Outbound, Style, Text
from domain.errors import NotFound, NotPossible
from domain.ledger import Entry, Unit, Why, terms
from domain.ledger import Kind as Entered
from domain.people import INSIDE
from domain.referral_states import Party, Stage
from domain.referrals import By, Referral, move, rebuild
from domain.rewards import FIRST, Claimed, Given, Option, change, life, options, worth
from handlers.reward_words import ask_staff, facts, named, settle, tell
from handlers.standing import recount
from handlers.turn import Turn
from storage.codes import ALPHABET
from storage.store import Store

UNITS = {Reward.FUND: Unit.FUND, Reward.POINTS: Unit.POINTS}
"""What goes on in the ledger at once."""

COUPON_CHARS = 8
DAYS_OF_MONTH = 31


# ---- earning


async def earned(turn: Turn, store: Store, referral: Referral) -> list[Outbound]:
    """The friend's own reward, as the referral is earned, and what it makes of the referrer, who hears of theirs from
    the referral itself. One that had only expired unclaimed rewards the friend no second time."""
    told = await recount(turn, store, referral)
    return [*told, *await _friends_own(turn, store, referral, "friend-rewarded")]


async def _friends_own(turn: Turn, store: Store, referral: Referral, told_by: str) -> list[Outbound]:
    tier = turn.company.bank.referring.tier(referral.order_fen)
    if tier and tier.friend_fund_fen and not await store.people.erased(referral.friend_id):
        key = await _key(store, "friend", referral)
        why = Why("friend", referral.id, facts={"order_fen": referral.order_fen, "least_fen": tier.order_min_fen})
        if await _credit(turn, store, referral.friend_id, Unit.FUND, key, tier.friend_fund_fen, why):
            return await tell(store, referral.friend_id, Text(told_by, {"fen": tier.friend_fund_fen}))
    return []


async def _key(store: Store, what: str, referral: Referral) -> str:
    """Under which a reward is entered: again only after it was taken back."""
    return f"{what}:{referral.id}:{life(await store.referrals.events(referral.id, INSIDE))}"


async def _credit(
    turn: Turn, store: Store, person_id: str, unit: Unit, key: str, amount: int, why: Why
) -> tuple[Entry, ...]:
    lasting = terms(turn.company.bank.keeping, unit, turn.now, turn.company.tz)
    return await store.ledger.credit(person_id, unit, key, turn.now, amount, why, lasting)


# ---- claiming


async def claim(turn: Turn, store: Store) -> list[Outbound]:
    """What may be chosen for a referral; with ``args["kind"]`` it is asked once more, with ``args["sure"]`` too it is
    final."""
    referral = await _claimable(turn, store)
    ways = options(turn.company.bank.referring, referral.order_fen, _paid_on(turn, referral))
    if not ways:
        raise NotPossible(Text("reward-no-way", {"id": referral.id}))
    chosen = next((one for one in ways if one.kind.value == turn.args.get("kind")), None)
    if chosen and turn.args.get("sure"):
        return await _take(turn, store, referral, chosen)
    if chosen:
        return [_sure(turn, chosen, referral.id)]
    rows = [*[(_choice(turn, way, referral.id),) for way in ways], (Button(Text("reward-later"), "referral.mine"),)]
    head = [Line(Text("reward-ask", {"id": referral.id}), Kind.NEXT), Line(Text("reward-once"))]
    return [turn.say(*head, buttons=rows)]


async def _claimable(turn: Turn, store: Store) -> Referral:
    """The reader's own referral, as far as it can be claimed.

    Raises:
        NotFound: absent, or somebody else's.
        NotPossible: not yet earned, or claimed already.
    """
    referral = await store.referrals.get(turn.subject, turn.viewer)
    if referral.referrer_id != turn.person.id:
        raise NotFound(Text("referral-not-found"))
    if referral.state is Stage.REWARDED:
        raise NotPossible(Text("reward-claimed", {"id": referral.id, "kind": Text(f"reward-kind-{referral.reward}")}))
    if referral.state is not Stage.EARNED:
        stage = Text(f"referral-stage-{referral.state.value}")
        raise NotPossible(Text("reward-not-yet", {"id": referral.id, "state": stage}))
    return referral


def _paid_on(turn: Turn, referral: Referral) -> date:
    return (referral.paid_on or turn.now).astimezone(turn.company.tz).date()


def _choice(turn: Turn, way: Option, referral_id: str) -> Button:
    style = Style.PRIMARY if way.kind is Reward.FUND else Style.PLAIN
    label = named(turn.company, way.kind, way.value, way.item)
    return Button(label, "reward.claim", referral_id, {"kind": way.kind.value}, style)


def _sure(turn: Turn, way: Option, referral_id: str) -> Outbound:
    ask = Text("reward-sure-ask", {"what": named(turn.company, way.kind, way.value, way.item)})
    args = {"kind": way.kind.value, "sure": "1"}
    yes = Button(Text("reward-sure"), "reward.claim", referral_id, args, Style.PRIMARY)
    other = Button(Text("reward-other"), "reward.claim", referral_id)
    return turn.say(Line(ask, Kind.NEXT), buttons=[(yes, other)])


async def _take(turn: Turn, store: Store, referral: Referral, way: Option) -> list[Outbound]:
    """One reward for one referral: by its version, by the one row that it may have, and by the ledger's key."""
    by = By(turn.person.id, Party.REFERRER, turn.inbound.place.channel)
    tier = turn.company.bank.referring.tier(referral.order_fen)
    least = tier.order_min_fen if tier else 0
    given = {"reward": way.kind.value, "reward_value": way.value, "least_fen": least}
    await store.referrals.save(move(referral, "claim", by, turn.now, given))
    reward = await _made(turn, store, referral, way)
    if not (await store.rewards.add(reward) and await _entered(turn, store, referral, way)):
        raise NotPossible(Text("reward-claimed", {"id": referral.id, "kind": Text(f"reward-kind-{way.kind.value}")}))
    said = Text(f"reward-taken-{way.kind.value}", facts(turn.company, reward))
    see = Button(Text("menu-passbook"), "passbook.show")
    waits = await ask_staff(turn.company, store, reward) if reward.state is Given.WAITING else []
    return [turn.say(Line(said, Kind.STATUS), buttons=[(see,)]), *waits]


async def _entered(turn: Turn, store: Store, referral: Referral, way: Option) -> bool:
    unit = UNITS.get(way.kind)
    if unit is None:
        return True
    key = await _key(store, "reward", referral)
    return bool(await _credit(turn, store, turn.person.id, unit, key, way.value, _why(turn, referral, way)))


def _why(turn: Turn, referral: Referral, way: Option) -> Why:
    """With the campaign's names: it is explained still when it has gone from the company's file."""
    policy = turn.company.bank.referring
    tier, campaign = policy.tier(referral.order_fen), policy.campaign(_paid_on(turn, referral))
    seen: dict[str, object] = {
        "order_fen": referral.order_fen,
        "least_fen": tier.order_min_fen if tier else 0,
        "days": policy.cooling_off_days,
        "kind": way.kind.value,
    }
    seen |= {"campaign": dict(campaign.names), "percent": campaign.percent} if campaign else {}
    return Why("referral", referral.id, turn.person.id, facts=seen)


async def _made(turn: Turn, store: Store, referral: Referral, way: Option) -> Claimed:
    coupon = way.kind is Reward.COUPON
    code = "".join(secrets.choice(ALPHABET) for _ in range(COUPON_CHARS))
    lasts = timedelta(days=turn.company.bank.keeping.coupon_months * DAYS_OF_MONTH)
    return Claimed(
        await store.rewards.next_id(),
        referral.id,
        turn.person.id,
        way.kind,
        way.value,
        FIRST[way.kind],
        turn.now,
        item=code if coupon else way.item,
        expires_at=turn.now + lasts if coupon else None,
    )


# ---- taking back


async def claw_back(turn: Turn, store: Store, referral: Referral) -> list[Outbound]:
    """Take back what was given for a referral that is void: what is left goes, what was used becomes a debt."""
    told = await recount(turn, store, referral)
    if await _reversed(turn, store, referral, referral.reason):
        told += await tell(store, referral.friend_id, Text("friend-taken-back"))
    reward = await store.rewards.of(referral.id)
    if reward is None:
        return told
    said = Text("reward-taken-back", {"what": facts(turn.company, reward)["what"]})
    return [*told, *await _taken_back(turn, store, referral, reward, said)]


async def retier(turn: Turn, store: Store, referral: Referral) -> list[Outbound]:
    """So much of the order was given back that it earns less: what was given goes, the friend gets what it earns now,
    and the referrer may claim anew."""
    told: list[Outbound] = []
    if await _reversed(turn, store, referral, "void-lowered"):
        told += await _friends_own(turn, store, referral, "friend-lowered")
    reward = await store.rewards.of(referral.id)
    if reward is None:
        return told
    said = Text("reward-lowered", {"what": facts(turn.company, reward)["what"]})
    return [*told, *await _taken_back(turn, store, replace(referral, reason="void-lowered"), reward, said)]


async def _reversed(turn: Turn, store: Store, referral: Referral, void: str) -> bool:
    """Take back what is in the ledger; whether something of it was the friend's, who reads nothing of the other's
    affairs."""
    friends = False
    for entry in await store.ledger.about(referral.id):
        if entry.kind is not Entered.CREDIT:
            continue
        own = entry.why.rule != "friend"
        why = Why("void", referral.id, facts={"lot": entry.key, **({"why": void} if own else {})})
        gone = await store.ledger.reverse(entry.key, f"void:{entry.key}", turn.now, why)
        friends = friends or bool(gone and not own)
    return friends


async def _taken_back(turn: Turn, store: Store, referral: Referral, reward: Claimed, own: Text) -> list[Outbound]:
    """The reward ends, whatever it was; what was handed over, paid or used is owed from the fund."""
    await store.rewards.save(change(reward, "void", "", turn.now))
    if reward.state in (Given.GIVEN, Given.USED) and reward.kind not in UNITS:
        why = Why("void", referral.id, facts={"kind": reward.kind.value, "why": referral.reason})
        amount = worth(await _tier(turn, store, referral), reward.kind, reward.value)
        await store.ledger.owe(reward.person_id, Unit.FUND, f"void:{reward.id}", turn.now, amount, why)
    told = await tell(store, reward.person_id, own)
    if reward.state is not Given.WAITING:
        return told
    return [*told, *await settle(store, reward, Text("reward-done-void", facts(turn.company, reward)))]


async def _tier(turn: Turn, store: Store, referral: Referral) -> Tier:
    """The tier of the order as it was when the reward was claimed; the least, if there is none of that worth any
    more."""
    events = await store.referrals.events(referral.id, INSIDE)
    last = max((one.number for one in events if one.action == "claim"), default=len(events))
    policy = turn.company.bank.referring
    then = rebuild(events[:last])
    return policy.tier(then.order_fen) or min(policy.tiers, key=lambda one: one.order_min_fen)
