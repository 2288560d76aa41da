"""Coupons at the counter: used on an order once, and usable again if the order comes to nothing."""

from __future__ import annotations

from datetime import timedelta

from domain.chat import Outbound, Text
from domain.errors import Invalid, NotFound
from domain.ledger import Unit, Why, terms
from domain.rewards import Claimed, Given, change
from handlers.reward_words import tell
from handlers.turn import Turn
from storage.store import Store


async def known(turn: Turn, store: Store, said: str) -> Claimed:
    """The coupon that somebody shows, if it can be used now.

    Raises:
        NotFound: nobody has it. Invalid: it is over. NotPossible: it was used or taken back.
    """
    coupon = await store.rewards.coupon("".join(said.split()).upper())
    if coupon is None:
        raise NotFound(Text("coupon-unknown"))
    change(coupon, "use", "", turn.now)
    if coupon.expires_at and coupon.expires_at <= turn.now:
        raise Invalid(Text("coupon-over", {"code": coupon.item, "at": coupon.expires_at}))
    return coupon


async def use(turn: Turn, store: Store, coupon: Claimed, order_id: str) -> Claimed:
    """A coupon is used on an order, once."""
    used = change(coupon, "use", turn.person.id, turn.now, order_id=order_id)
    await store.rewards.save(used)
    return used


async def give_back(turn: Turn, store: Store, order_id: str) -> list[Outbound]:
    """An order came to nothing: its coupons can be used again, for a while at least; for one that had to be paid for
    since, because what it was given for was taken back, that is given back."""
    told = []
    for coupon in await store.rewards.used_on(order_id):
        if coupon.state is Given.VOID:
            told += await _forgiven(turn, store, coupon, order_id)
            continue
        least = turn.now + timedelta(days=turn.company.bank.keeping.grace_days)
        until = max(coupon.expires_at or least, least)
        await store.rewards.save(change(coupon, "return", turn.person.id, turn.now, order_id="", expires_at=until))
        told += await tell(store, coupon.person_id, Text("coupon-returned", {"code": coupon.item, "until": until}))
    return told


async def _forgiven(turn: Turn, store: Store, coupon: Claimed, order_id: str) -> list[Outbound]:
    why = Why("order-ended", order_id, turn.person.id)
    lasting = terms(turn.company.bank.keeping, Unit.FUND, turn.now, turn.company.tz)
    key = f"return:void:{coupon.id}"
    if not await store.ledger.credit(coupon.person_id, Unit.FUND, key, turn.now, coupon.value, why, lasting):
        return []
    return await tell(store, coupon.person_id, Text("counter-returned", {"order": order_id, "fen": coupon.value}))
