"""What an order as it is now means for whoever recommended its customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.chat import Outbound
from domain.orders import NO_ORDER, Order
from domain.people import INSIDE
from domain.referral_rules import turned
from domain.referral_states import Stage
from domain.referrals import Referral, ReferralMoved, learn, move
from handlers.referral_moves import (
    Settled,
    facts_for,
    order_facts,
    review_due,
    settle,
    settled,
    system,
    told_of,
    wind_up,
)
from handlers.referral_news import folded
from handlers.turn import Turn
from storage.store import Store


async def follow(turn: Turn, store: Store, order: Order) -> list[Outbound]:
    """Everything that an order, as it is now, changes in referrals; what everybody hears of it."""
    out = await _let_go(turn, store, order)
    for referral in await _concerned(store, order):
        facts = await _without(turn, store, referral, facts_for(turn, referral, order))
        known = {"verified_at": referral.verified_at or turn.now} if facts and await _known(store, order) else {}
        out += await _settle(turn, store, referral, {**facts, **known})
    return folded(out)


async def friend_known(turn: Turn, store: Store, person_id: str, district: str = "") -> list[Outbound]:
    """Somebody's own phone is known: orders under it are theirs, also those of who had only typed it if it is vouched
    for as theirs, and who recommended them may go on."""
    out: list[Outbound] = []
    person = await store.people.get(person_id)
    phone = person.phone if person else ""
    for order in await store.orders.adopt(person_id, phone):
        out += await _let_go(turn, store, order)
    referral = await store.referrals.by_friend(person_id)
    if referral is None:
        return folded(out)
    facts: dict[str, Any] = {"verified_at": referral.verified_at or turn.now} if phone else {}
    facts |= {"district": district} if district and not referral.district else {}
    facts |= await order_facts(turn, store, referral)
    return folded([*out, *await settle(turn, store, referral, facts)])


async def _let_go(turn: Turn, store: Store, order: Order) -> list[Outbound]:
    """An order counts no more for who recommended somebody whose it is not."""
    out: list[Outbound] = []
    for referral in await store.referrals.by_order(order.id):
        if referral.friend_id != order.person_id:
            facts = await _without(turn, store, referral, _released(turn, referral))
            out += await _settle(turn, store, referral, facts)
    return out


async def _settle(turn: Turn, store: Store, referral: Referral, facts: Mapping[str, Any]) -> list[Outbound]:
    """Keep what an order says now, take the row back that it asks for, and go on from there."""
    learned = learn(referral, system(turn), turn.now, facts)
    after = learned.referral if learned else referral
    action = turned(referral, after, turn.now, turn.company.bank.referring)
    if action == "unvoid":
        await store.people.hold(after.friend_id)
    if not action or (action == "unvoid" and await store.referrals.by_friend(after.friend_id)):
        return await settle(turn, store, referral, facts)
    if learned:
        await store.referrals.save(learned)
    moves = await _back(turn, store, after, action)
    for moved in moves:
        await store.referrals.save(moved)
    await wind_up(turn, store, moves[-1].referral)
    done = await settled(turn, store, moves[-1].referral)
    return await told_of(turn, store, Settled(done.referral, (*moves, *done.moves)))


async def _back(turn: Turn, store: Store, referral: Referral, action: str) -> list[ReferralMoved]:
    """The row back; what nobody had decided when it was void waits for a manager again."""
    moves = [move(referral, action, system(turn), turn.now)]
    voids = [one for one in await store.referrals.events(referral.id, INSIDE) if one.action == "void"]
    if action == "unvoid" and voids and voids[-1].before == Stage.UNDER_REVIEW:
        held = move(moves[0].referral, "flag", system(turn), turn.now, {"review_due": review_due(turn)})
        moves.append(held)
    return moves


async def _concerned(store: Store, order: Order) -> list[Referral]:
    """Whose referral an order may count for: those it counts for already, else the one of its customer that is valid,
    or else the last."""
    if not order.person_id:
        return []
    bound = await store.referrals.by_order(order.id)
    if own := [one for one in bound if one.friend_id == order.person_id]:
        return own
    valid = await store.referrals.by_friend(order.person_id)
    return [valid] if valid else (await store.referrals.all_of_friend(order.person_id))[:1]


def _released(turn: Turn, referral: Referral) -> Mapping[str, Any]:
    """The order is somebody else's: it never counted, and what was claimed for it is taken back."""
    if referral.state is Stage.REWARDED:
        return {"order_id": "", "order_fen": 0, "refunded_at": referral.refunded_at or turn.now}
    return NO_ORDER


async def _without(turn: Turn, store: Store, referral: Referral, facts: Mapping[str, Any]) -> dict[str, Any]:
    """These facts, or those of another order of the friend that counts instead. In the place of one that was paid and
    lost counts only one that is paid and large enough."""
    if facts.get("order_id") != "" and not facts.get("refunded_at"):
        return dict(facts)
    free = replace(referral, order_id="", order_fen=0, refunded_at=None, paid_on=None, paid_at=None)
    other = await order_facts(turn, store, free)
    large = int(other.get("order_fen", 0)) >= turn.company.bank.referring.order_min_fen
    if facts.get("refunded_at") and not (large and other.get("paid_at") and not other["refunded_at"]):
        return dict(facts)
    return {**facts, **other}


async def _known(store: Store, order: Order) -> bool:
    person = await store.people.get(order.person_id) if order.person_id else None
    return bool(person and (person.phone or order.phone))
