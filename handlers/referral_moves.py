"""How a referral goes on: facts are kept, judged, and carried as far as the table allows; whom it names is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from domain.chat import NOTHING, Kind, Line, Outbound, Text
from domain.fairness import block, blocks, figures, flags
from domain.orders import Order, earns, facts_of, facts_passed, replaceable
from domain.people import INSIDE, Person, Role
from domain.referral_rules import WINDOWED, advance, claim_ends, cooled_at, window_ends
from domain.referral_states import ENDED, HELD, SUCCESSFUL, UNDER_WAY, Party, Stage
from domain.referrals import By, Referral, ReferralMoved, learn, move
from handlers import rewards
from handlers.audience import tell_staff
from handlers.referral_cards import Evidence, review_card
from handlers.referral_news import folded, tell_referrer, told_line
from handlers.standing import recount
from handlers.turn import Turn
from storage.store import Store

CLOCKS = ("clock.referral_expire", "clock.referral_cooled")


@dataclass(frozen=True, slots=True)
class Settled:
    """A referral as far as it went, and the rows that led there."""

    referral: Referral
    moves: tuple[ReferralMoved, ...] = ()


def system(turn: Turn) -> By:
    """The system acts, because of what arrived on this channel."""
    return By("", Party.SYSTEM, turn.inbound.place.channel)


async def settle(turn: Turn, store: Store, referral: Referral, facts: Mapping[str, Any] = NOTHING) -> list[Outbound]:
    """Keep these facts of a referral, judge it, and go on as far as that allows; what everybody hears of it."""
    return await told_of(turn, store, await settled(turn, store, referral, facts))


async def settled(turn: Turn, store: Store, referral: Referral, facts: Mapping[str, Any] = NOTHING) -> Settled:
    """The same, and nobody hears of it yet."""
    before, moves = referral, []
    other = bool(facts.keys() & {"friend_id", "referrer_id"})  # somebody turned out to be somebody else
    known = referral.verified_at is not None and "friend_id" not in facts
    if learned := learn(referral, system(turn), turn.now, facts):
        await store.referrals.save(learned)
        referral = learned.referral
    doubtful = VALID if other else UNDER_WAY
    if referral.state in doubtful and (judged := await _judged(turn, store, referral, known)):
        moves.append(judged)
        referral = judged.referral
    moves += advance(referral, system(turn), turn.now, turn.company.bank.referring)
    for moved in moves:
        await store.referrals.save(moved)
        referral = moved.referral
    if referral != before:
        await wind_up(turn, store, referral)
    return Settled(referral, tuple(moves))


async def _judged(turn: Turn, store: Store, referral: Referral, seen: bool) -> ReferralMoved | None:
    """The end of what is not fair, or a review of what looks odd and was not let pass before."""
    known = await store.fairness.facts(referral, seen)
    if code := block(known, referral.flags):
        action = "block" if referral.state is Stage.ATTRIBUTED else "void"
        return move(referral, action, system(turn), turn.now, {"reason": f"block-{code}"})
    if referral.state not in UNDER_WAY:
        return None
    odd = [one for one in flags(known, turn.company.bank.referring) if one not in referral.flags]
    return (
        move(referral, "flag", system(turn), turn.now, {"flags": odd, "review_due": review_due(turn)}) if odd else None
    )


def review_due(turn: Turn) -> datetime:
    """When a manager should have decided what begins to wait now."""
    return turn.now + timedelta(hours=turn.company.bank.referring.review_hours)


async def wind_up(turn: Turn, store: Store, referral: Referral) -> None:
    """Each clock of a referral as its stage wants it. While it is held, that of the review goes on as it is: it knows
    how late it is and who has heard of it."""
    policy, state = turn.company.bank.referring, referral.state
    late = f"review_late:{referral.id}"
    await store.timers.drop_about(referral.id, CLOCKS)
    cooled, ends = cooled_at(referral, policy), window_ends(referral, policy)
    if state in WINDOWED and ends and "expire-window" not in referral.flags:
        await store.timers.set(f"referral_expire:{referral.id}", ends, "clock.referral_expire", referral.id)
    if state is Stage.EARNED and (unclaimed := claim_ends(referral, policy)):
        await store.timers.set(f"referral_expire:{referral.id}", unclaimed, "clock.referral_expire", referral.id)
    if state is Stage.SIGNED and cooled and cooled > turn.now:
        await store.timers.set(f"referral_cooled:{referral.id}", cooled, "clock.referral_cooled", referral.id)
    if state not in HELD:
        await store.timers.drop(late)
    elif referral.review_due and not await store.timers.waits(late):
        due = max(referral.review_due, turn.now)  # a moment that has rung never rings again
        await store.timers.set(late, due, "clock.review_late", referral.id)


async def told_of(turn: Turn, store: Store, done: Settled, first: Sequence[Line] = ()) -> list[Outbound]:
    """What everybody hears of the rows that a referral went: the referrer of the last one alone, after what comes
    ``first``, managers of what waits for them; and what earning and losing bring about, for the referrer in the same
    message."""
    out: list[Outbound] = []
    for moved in done.moves:
        out += await _followed(turn, store, moved)
    telling = [moved for moved in done.moves if moved.step.told & Party.REFERRER]
    if telling or first:
        back = [moved for moved in telling if moved.step.action == "unsign" and done.referral.state in WINDOWED]
        last = [told_line(turn, done.referral, (back or telling)[-1])] if telling else []
        place = await store.people.place(done.referral.referrer_id)
        own = [one for one in out if one.to == place and not one.card]
        more = [line for one in own for line in one.lines]
        out = [one for one in out if one not in own]
        out += await tell_referrer(turn, store, done.referral, (*first, *last), more, said=bool(first))
    if any(moved.step.told & Party.MANAGER for moved in done.moves) and done.referral.state in HELD:
        out += await tell_managers(turn, store, done.referral)
    return out


async def _followed(turn: Turn, store: Store, moved: ReferralMoved) -> list[Outbound]:
    if moved.step.action == "earn":
        return await rewards.earned(turn, store, moved.referral)
    if moved.before.state in SUCCESSFUL and moved.step.action == "void":
        return await rewards.claw_back(turn, store, moved.referral)
    if moved.step.action == "unearn":
        return await rewards.claw_back(turn, store, replace(moved.referral, earned_at=moved.before.earned_at))
    if moved.step.action == "retier":
        return await rewards.retier(turn, store, moved.referral)
    if moved.before.state in SUCCESSFUL and moved.step.action == "expire":
        return await recount(turn, store, moved.before)
    return []


async def tell_managers(
    turn: Turn, store: Store, referral: Referral, roles: Sequence[Role] = (Role.MANAGER, Role.ADMIN)
) -> list[Outbound]:
    """Each of them gets the case in private; if none can be reached, staff hear that there is one."""
    card = review_card(referral, await evidence(turn, store, referral), turn.now)
    managers = [one for role in roles for one in await store.people.working(role)]
    places = [await store.people.place(one.id) for one in managers if one.id != referral.referrer_id]
    out = [
        Outbound(place, card.lines, card.buttons, card=f"review:{referral.id}", fresh=True) for place in places if place
    ]
    return out or await tell_staff(store, "", [Line(Text("review-nobody", {"id": referral.id}), Kind.ALERT)])


async def evidence(turn: Turn, store: Store, referral: Referral) -> Evidence:
    """Both people of a referral, what looks odd or did, the figures behind that, and what stands against it."""
    policy = turn.company.bank.referring
    known = await store.fairness.facts(referral)
    against = blocks(known, (*referral.flags, referral.reason))  # what it ended for is read as that
    people = await store.people.names([referral.referrer_id, referral.friend_id])
    return Evidence(people, (*referral.flags, *flags(known, policy)), figures(known, policy), against)


# ---- what others know of a friend


async def visit_done(turn: Turn, store: Store, person_id: str) -> list[Outbound]:
    """Somebody was visited: who recommended them brought a real customer."""
    referral = await store.referrals.by_friend(person_id)
    if referral is None or referral.qualified_at:
        return []
    return await settle(turn, store, referral, {"qualified_at": turn.now})


async def joined(turn: Turn, store: Store, old_id: str, person: Person) -> list[Outbound]:
    """``old_id`` turned out to be this person: their code, their friends, and who recommended them go along, as far as
    that is fair still. To be called after all else is theirs."""
    await store.referrers.hand_over(old_id, person.id)
    await store.orders.hand_over(old_id, person.id)
    out: list[Outbound] = []
    own = [one.id for one in await store.referrals.all_of_friend(person.id)]
    for referral in await store.referrals.about(old_id):
        facts: dict[str, Any] = {"referrer_id": person.id} if referral.referrer_id == old_id else {}
        if referral.friend_id == old_id:
            facts |= {"friend_id": person.id, "verified_at": referral.verified_at or turn.now}
            out += await _second(turn, store, referral, person)
        now = await store.referrals.get(referral.id, INSIDE)
        if referral.friend_id == old_id and now.state not in ENDED:
            facts |= await order_facts(turn, store, replace(now, friend_id=person.id))
        out += await settle(turn, store, now, facts)
    for referral_id in own:
        now = await store.referrals.get(referral_id, INSIDE)
        out += await settle(turn, store, now, await order_facts(turn, store, now))
    return folded(out)


VALID = (*UNDER_WAY, *SUCCESSFUL, Stage.UNDER_REVIEW)


async def _second(turn: Turn, store: Store, referral: Referral, person: Person) -> list[Outbound]:
    """Nobody can have two referrers: the first stays, as one who was successful does, and the other one ends."""
    other = await store.referrals.by_friend(person.id)
    if referral.state not in VALID or other is None:
        return []
    _first, later = sorted((referral, other), key=lambda one: (one.state not in SUCCESSFUL, one.created_at, one.id))
    ended = move(later, "void", system(turn), turn.now, {"reason": "block-taken"})
    await store.referrals.save(ended)
    await wind_up(turn, store, ended.referral)
    return await told_of(turn, store, Settled(ended.referral, (ended,)))


async def order_facts(turn: Turn, store: Store, referral: Referral) -> dict[str, Any]:
    """What the orders of a friend say of a referral that has none yet: the first that counts."""
    if referral.order_id:
        return {}
    least = turn.company.bank.referring.order_min_fen
    orders = await store.orders.of(referral.friend_id)
    counting = [one for one in orders if one.counts and one.ended_at is None]
    deposits = [one for one in orders if one.deposit_at]  # as good as a visit, whatever becomes of them
    counting.sort(key=lambda one: (not earns(one, least), one.paid_at is not None))
    return facts_for(turn, referral, counting[0]) if counting else _deposits(referral, deposits)


PASSED = "void-refunded"
"""A flag: a manager has granted an appeal in spite of a refund, so that what was given back by then counts as if it
were kept."""


def facts_for(turn: Turn, referral: Referral, order: Order) -> dict[str, Any]:
    """What an order says of a referral; nothing if another order counts for it already. A deposit is as good as a
    visit."""
    least = turn.company.bank.referring.order_min_fen
    lost, paid = referral.refunded_at is not None, referral.paid_at is not None
    gives_way = replaceable(referral.order_fen, lost, paid, least) or (not paid and earns(order, least))
    if referral.order_id not in ("", order.id) and not gives_way:
        return {}
    if not order.counts and referral.order_id != order.id:
        return _deposits(referral, [order])
    facts: dict[str, Any] = {**facts_of(order, least), **_deposits(referral, [order])}
    if referral.state is Stage.REWARDED and facts["paid_at"] is None:
        return {**facts, **_claimed(turn, referral, order.kept_fen if order.counts else 0)}
    return {**facts, **_passed(referral, order, least)} if PASSED in referral.flags and order.counts else facts


def _passed(referral: Referral, order: Order, least: int) -> dict[str, Any]:
    """What a manager let pass is let pass, and no more than that; of another order nothing was."""
    passed_fen = referral.passed_fen if referral.order_id == order.id else 0
    facts = dict(facts_passed(order, least, passed_fen))
    if facts["refunded_at"] or referral.order_id != order.id:
        facts |= {"flags": tuple(one for one in referral.flags if one != PASSED), "passed_fen": 0}
    return facts


def _claimed(turn: Turn, referral: Referral, kept_fen: int) -> dict[str, Any]:
    """An order turns out not to be paid in full after its reward was claimed: that stays, as long as the company keeps
    enough, and is taken back otherwise."""
    enough = kept_fen >= turn.company.bank.referring.order_min_fen
    gone = None if enough else referral.refunded_at or turn.now
    kept = {name: getattr(referral, name) for name in ("order_id", "signed_at", "paid_on", "paid_at")}
    return {**kept, "order_fen": kept_fen, "refunded_at": gone}


def _deposits(referral: Referral, orders: Sequence[Order]) -> dict[str, Any]:
    """Since when a friend is a real customer, by a visit or by the deposits of these orders."""
    known = [at for at in (referral.qualified_at, *(one.deposit_at for one in orders)) if at]
    return {"qualified_at": min(known)} if known else {}


async def by_time(turn: Turn, store: Store) -> list[Outbound]:
    """The window, the cooling-off or the time to claim is over."""
    return await settle(turn, store, await store.referrals.get(turn.subject, INSIDE))
