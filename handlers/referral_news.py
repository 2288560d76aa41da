"""What a referrer hears of their referrals: all of a turn in one message, and on one card where few can be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.chat import Kind, Line, Outbound, Place, Priority, Text, together
from domain.ledger import Unit
from domain.people import INSIDE
from domain.referral_states import Stage
from domain.referrals import Referral, ReferralMoved
from handlers.passbook import amount
from handlers.referral_cards import friend, overview, own_card, put
from handlers.turn import Turn
from storage.store import Store

FEW = 2
"""Who can be sent no more messages than that hears of all their referrals on one card."""

SHOWN = 8
NEWS = "referral:news"
"""That card: a newer one takes the place of one that waits, and says all that still matters of it."""


def told_line(turn: Turn, referral: Referral, moved: ReferralMoved) -> Line:
    """What the referrer hears of one row."""
    days = turn.company.bank.referring.claim_days
    return Line(Text(f"referral-told-{moved.step.action}", {"friend": friend(referral), "days": days}))


async def tell_referrer(
    turn: Turn, store: Store, referral: Referral, told: Sequence[Line], more: Sequence[Line] = (), said: bool = False
) -> list[Outbound]:
    """The referrer hears what is new and what ``more`` it brings about, with the card as it is now and nothing of the
    friend's. What a manager has ``said``, or brings about more, is not replaced by what comes later, even if it could
    not be sent yet; where few messages can be sent, only what was said is so."""
    place = await store.people.place(referral.referrer_id)
    if place is None:
        return []
    if not said and await _scarce(turn, store, place, referral.referrer_id):
        return [await _news(turn, store, place, referral.referrer_id, (*told, *more))]
    shown = put(place, referral, own_card(referral, turn.company.bank.referring, turn.now), (*told, *more))
    return [replace(shown, card="", fresh=False) if said or more else shown]


async def _scarce(turn: Turn, store: Store, place: Place, person_id: str) -> bool:
    """Whether next to nothing can be sent to somebody; who has just written is within reach. Windows that ended long
    ago are forgotten."""
    if not turn.world.windowed or turn.person.id == person_id:
        return False
    left = await store.budgets.left_to(person_id, turn.now)
    return left.count <= FEW if left else place.channel in turn.world.narrow


async def _news(turn: Turn, store: Store, place: Place, person_id: str, told: Sequence[Line]) -> Outbound:
    """What is new, and how everything stands: what can be claimed and what changed last before the rest, what is owed,
    and how many make a VIP design adviser."""
    policy = turn.company.bank.referring
    found = await store.referrals.of(person_id, limit=100)
    found.sort(key=lambda one: one.changed_at or turn.now, reverse=True)
    found.sort(key=lambda one: one.state is not Stage.EARNED)
    card = overview(found[:SHOWN], policy, turn.now)
    vip = [Line(Text("vip-count", {"count": await store.board.won(person_id), "least": policy.vip_after}), Kind.FACT)]
    counted = any(line.text.id.startswith("vip-") for line in told)
    lines = (*told, *card.lines, *([] if counted else vip), *await _owed(turn, store, person_id))
    return Outbound(place, lines, card.buttons, card=NEWS, fresh=True)


async def _owed(turn: Turn, store: Store, person_id: str) -> list[Line]:
    debts = {unit: (await store.ledger.balance(person_id, unit, INSIDE, turn.now)).debt for unit in Unit}
    return [Line(Text("passbook-debt", {"amount": amount(*one)}), Kind.ALERT) for one in debts.items() if one[1]]


def folded(out: Sequence[Outbound]) -> list[Outbound]:
    """The same, with all that a chat hears of referrals in one message."""
    kept: list[Outbound] = []
    for one in out:
        place = next((i for i, other in enumerate(kept) if _together(other, one)), None)
        if place is None:
            kept.append(one)
        else:
            kept[place] = together(kept[place], one)
    return kept


def _together(first: Outbound, second: Outbound) -> bool:
    return first.to == second.to and _plain(first) and _plain(second)


def _plain(one: Outbound) -> bool:
    """Whether it is of one referral, or of what one brings about."""
    about = not one.card or one.card.startswith("referral:RF-")
    return about and one.priority is Priority.STATUS and not (one.files or one.subject or one.receipt or one.topic)
