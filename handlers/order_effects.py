"""What an order as it is now means for whoever recommended its customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.chat import Outbound
from domain.orders import NO_ORDER, Order
from domain.referral_states import Stage
from domain.referrals import Referral
from handlers.referral_moves import facts_for, order_facts, settle
from handlers.turn import Turn
from storage.store import Store


async def follow(turn: Turn, store: Store, order: Order) -> list[Outbound]:
    """Everything that an order, as it is now, changes in referrals; what everybody hears of it."""
    out: list[Outbound] = []
    for referral in await store.referrals.by_order(order.id):
        if referral.friend_id != order.person_id:
            out += await settle(turn, store, referral, await _without(turn, store, referral, _released(turn, referral)))
    for referral in await _concerned(store, order):
        facts = facts_for(turn, referral, order)
        if facts.get("order_id") == "":
            facts = await _without(turn, store, referral, facts)
        known = {"verified_at": referral.verified_at or turn.now} if facts and await _known(store, order) else {}
        out += await settle(turn, store, referral, {**facts, **known})
    return out


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
        return {"order_fen": 0, "refunded_at": referral.refunded_at or turn.now}
    return NO_ORDER


async def _without(turn: Turn, store: Store, referral: Referral, facts: Mapping[str, Any]) -> dict[str, Any]:
    """These facts, or those of another order of the friend that counts instead."""
    if facts.get("order_id") != "":
        return dict(facts)
    free = replace(referral, order_id="", order_fen=0, refunded_at=None, paid_at=None)
    return {**facts, **await order_facts(turn, store, free)}


async def _known(store: Store, order: Order) -> bool:
    person = await store.people.get(order.person_id) if order.person_id else None
    return bool(person and (person.phone or order.phone))
