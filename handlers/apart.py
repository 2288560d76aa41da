"""Who decides about money must stand apart from both people it is about."""

from __future__ import annotations

from domain.chat import Text
from domain.errors import NotAllowed
from domain.fairness import same_home
from domain.referrals import Referral
from handlers.turn import Turn
from storage.store import Store


async def check_apart(turn: Turn, store: Store, referral: Referral) -> None:
    """Refuse who shares a phone or a home with either side of a referral, or told of its order or of who sent them.

    Raises:
        NotAllowed: they do.
    """
    me, *both = await store.fairness.sides((turn.person.id, referral.referrer_id, referral.friend_id))
    near = any(me.id == one.id or me.phones & one.phones or same_home(me, one) for one in both)
    tellers = {*await store.orders.tellers(referral.order_id), await store.referrals.teller(referral.id)}
    if near or turn.person.id in tellers:
        raise NotAllowed(Text("refused-not-apart"))
