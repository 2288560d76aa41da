"""In the shop: the homeowner shows a code from the chat, staff take the renovation fund or a coupon for an order."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from domain.chat import Inbound, Kind, Line, Outbound, Text
from domain.errors import Invalid, NotAllowed, NotPossible
from domain.ledger import Kind as Entered
from domain.ledger import Short, Unit, Why, notice
from domain.money import fen_of
from domain.orders import Order, OrderState
from domain.people import INSIDE, Invitation
from handlers import coupons
from handlers.dialogs import begin
from handlers.erasing import settle_books
from handlers.fields import text_field
from handlers.forms import Draft, Field, Form, More, Question
from handlers.order_effects import follow
from handlers.reward_words import named, tell
from handlers.turn import Turn, lines
from storage.store import Store

KIND = "counter"
CODES_MAX = 30
"""So many codes an hour one homeowner may ask for."""

WRONG_MAX = 10
"""So many wrong codes an hour one of staff may try: with a few codes alive at a time, guessing one takes years."""

HOUR_S = 3600


async def code(turn: Turn, store: Store) -> list[Outbound]:
    """/fund: a code of six digits for the counter, good for some minutes and for one use; older ones are gone."""
    balance = await store.ledger.balance(turn.person.id, Unit.FUND, turn.viewer, turn.now)
    if not balance.available:
        raise NotPossible(Text("counter-empty"))
    if await store.paces.count(f"counter:{turn.person.id}", turn.now, HOUR_S) > CODES_MAX:
        raise NotPossible(Text("counter-often", {"max": CODES_MAX}))
    await store.codes.revoke(KIND, turn.person.id, turn.now)
    minutes = turn.company.bank.keeping.counter_min
    until = turn.now + timedelta(minutes=minutes)
    invitation = Invitation(KIND, None, {"person": turn.person.id}, turn.person.id, until)
    digits = await _fresh(turn, store, invitation)
    told = Text("counter-code", {"code": f"{digits[:3]} {digits[3:]}", "fen": balance.available, "minutes": minutes})
    return [turn.say(Line(told, Kind.NEXT, until=until), card=f"counter:{turn.person.id}", fresh=True)]


async def _fresh(turn: Turn, store: Store, invitation: Invitation) -> str:
    """Six digits that are nobody else's at this moment.

    Raises:
        NotPossible: ten in a row were taken, so that guessing one would be easy.
    """
    for _ in range(10):
        digits = f"{secrets.randbelow(1_000_000):06d}"
        if await store.codes.mint_free(invitation, turn.now, _word(digits)):
            return digits
    raise NotPossible(Text("counter-busy"))


def _word(digits: str) -> str:
    return f"{KIND}:{digits}"


# ---- which order


def _order_field() -> Field:
    field = text_field("order", Text("counter-ask-order"), chars_max=40)

    async def read(draft: Draft, message: Inbound) -> str:
        return (await _open_order(draft.store, str(await field.read(draft, message)))).id

    return replace(field, read=read)


async def _open_order(store: Store, number: str) -> Order:
    """An order that can be paid for, held until the commit.

    Raises:
        Invalid: nobody told us of it, it is over, or it is paid in full.
    """
    order = await store.orders.hold(number) or await store.orders.hold(number.upper())
    if order is None or not order.amount_fen:
        raise Invalid(Text("counter-no-order", {"order": number}))
    if order.state in (OrderState.CANCELLED, OrderState.REFUNDED):
        raise Invalid(Text("counter-order-over", {"order": number}))
    if order.state is OrderState.PAID:
        raise Invalid(Text("counter-order-paid", {"order": number}))
    return order


def _staff_only(turn: Turn) -> None:
    if not turn.viewer.role.is_staff:
        raise NotAllowed(Text("refused-role"))


# ---- the fund


async def spend(turn: Turn, store: Store) -> list[Outbound]:
    """/spend: an order is paid from the fund, in part."""
    return await begin(turn, store, SPEND)


async def _ask_code(draft: Draft) -> Question:
    wrong = [Line(Text("counter-code-wrong"))] if draft.answers.get("_wrong") else []
    return Question(lines(*wrong, Line(Text("counter-ask-code"), Kind.NEXT)))


async def _read_code(draft: Draft, message: Inbound) -> dict[str, str] | More:
    """Six digits that are somebody's now, and whose. What is wrong is counted, and so no refusal, which would undo
    that."""
    turn, store = draft.turn, draft.store
    _staff_only(turn)
    scope = f"counter-wrong:{turn.person.id}"
    if await store.paces.lately(scope, turn.now, HOUR_S) >= WRONG_MAX:
        raise NotPossible(Text("counter-locked"))
    digits = "".join(str(int(char)) for char in message.text if char.isdecimal())
    found = await store.codes.find(_word(digits), KIND, turn.now) if len(digits) == 6 else None
    if found is None:
        await store.paces.count(scope, turn.now, HOUR_S)
        return More({"_wrong": True})
    if found.facts["person"] == turn.person.id:
        raise Invalid(Text("reward-own"))
    return {"digits": digits, "person": str(found.facts["person"])}


async def _ask_amount(draft: Draft) -> Question:
    """With what can be taken at most, so that nobody has to guess."""
    order = await draft.store.orders.hold(str(draft.answers["order"]))
    owner = await _owner(draft)
    if order is None or owner is None:
        return Question(lines(Line(Text("counter-ask-amount"), Kind.NEXT)))
    room = await _room(draft, order)
    have = (await draft.store.ledger.balance(owner, Unit.FUND, INSIDE, draft.turn.now)).available
    most = Line(Text("counter-up-to", {"fen": max(0, min(room, have))}))
    return Question(lines(most, Line(Text("counter-ask-amount"), Kind.NEXT)))


async def _owner(draft: Draft) -> str | None:
    """Who showed the code; None if it is over, even if the same digits are somebody else's by now."""
    shown = draft.answers["code"]
    found = await draft.store.codes.find(_word(str(shown["digits"])), KIND, draft.turn.now)
    return str(shown["person"]) if found and found.facts["person"] == shown["person"] else None


async def _room(draft: Draft, order: Order) -> int:
    """How much of an order may still be paid from the fund, in fen."""
    most = order.amount_fen * draft.turn.company.bank.keeping.fund_percent_max // 100
    return min(most - await taken(draft.store, order.id), await _left(draft.store, order))


async def _left(store: Store, order: Order) -> int:
    """What is still to pay for an order, in fen."""
    return order.left_fen(await store.orders.covered(order.id))


async def _read_amount(draft: Draft, message: Inbound) -> int:
    fen = fen_of(message.text)
    if not fen:
        raise Invalid(Text("counter-amount-wrong"))
    order = await _open_order(draft.store, str(draft.answers["order"]))
    if fen > await _room(draft, order):
        left = await _left(draft.store, order)
        if fen > left:
            raise Invalid(Text("counter-left", {"order": order.id, "fen": left}))
        raise Invalid(_most(order, draft.turn.company.bank.keeping.fund_percent_max))
    return fen


def _most(order: Order, percent: int) -> Text:
    most = order.amount_fen * percent // 100
    return Text("counter-most", {"order": order.id, "fen": most, "percent": percent})


async def _spent(draft: Draft) -> list[Outbound]:
    """Take it from the fund of who showed the code, which is used up by that. One that is late by now ends it."""
    turn, store = draft.turn, draft.store
    order, fen = await _open_order(store, str(draft.answers["order"])), int(draft.answers["amount"])
    person_id, word = await _owner(draft), _word(str(draft.answers["code"]["digits"]))
    if person_id in (None, turn.person.id) or not turn.viewer.role.is_staff:
        return [turn.say(Text("counter-code-wrong"))]
    if await store.codes.redeem(word, KIND, turn.person.id, turn.now) is None:
        return [turn.say(Text("counter-code-wrong"))]
    why = Why("order", order.id, turn.person.id, facts={"order_fen": order.amount_fen})
    try:
        await store.ledger.spend(person_id, Unit.FUND, f"spend:{order.id}:{turn.inbound.id}", turn.now, fen, why)
    except Short as short:  # the code stays good, and the amount is asked again
        raise Invalid(Text("counter-short", {"fen": short.available})) from None
    paid = await store.orders.anew(order.id)
    left = (await store.ledger.balance(person_id, Unit.FUND, INSIDE, turn.now)).available
    told = await tell(store, person_id, Text("counter-spent", {"order": order.id, "fen": fen, "left": left}))
    followed = await follow(turn, store, paid)
    return [turn.say(Text("counter-done", {"order": order.id, "fen": fen})), *told, *followed]


async def taken(store: Store, order_id: str) -> int:
    """What of an order is paid from funds, in fen."""
    entries = await store.ledger.about(order_id)
    return -sum(one.amount for one in entries if one.kind in (Entered.SPEND, Entered.RETURN))


SPEND = Form(
    "counter-spend",
    (_order_field(), Field("code", _ask_code, _read_code), Field("amount", _ask_amount, _read_amount)),
    _spent,
)


# ---- a coupon


async def coupon(turn: Turn, store: Store) -> list[Outbound]:
    """/coupon: an order is paid by a coupon, in part."""
    return await begin(turn, store, COUPON)


async def _coupon_used(draft: Draft) -> list[Outbound]:
    """What is refused leaves the question for the coupon open, and another one may be shown."""
    turn, store = draft.turn, draft.store
    _staff_only(turn)
    order = await _open_order(store, str(draft.answers["order"]))
    shown = await coupons.known(turn, store, str(draft.answers["code"]))
    if shown.person_id == turn.person.id:
        raise NotAllowed(Text("reward-own"))
    before = sum(one.value for one in await store.rewards.used_on(order.id))
    percent = turn.company.bank.keeping.coupon_percent_max
    if before + shown.value > order.amount_fen * percent // 100:
        raise Invalid(_most(order, percent))
    left = await _left(store, order)
    if shown.value > left:  # a coupon is used as a whole
        raise Invalid(Text("counter-left", {"order": order.id, "fen": left}))
    used = await coupons.use(turn, store, shown, order.id)
    what = named(turn.company, used.kind, used.value)
    told = await tell(store, used.person_id, Text("coupon-used", {"order": order.id, "what": what}))
    followed = await follow(turn, store, await store.orders.anew(order.id))
    return [turn.say(Text("coupon-done", {"order": order.id, "what": what})), *told, *followed]


COUPON = Form(
    "counter-coupon", (_order_field(), text_field("code", Text("coupon-ask-code"), chars_max=20)), _coupon_used
)


# ---- an order that ends


async def give_back(turn: Turn, store: Store, order_id: str) -> list[Outbound]:
    """What an order was paid with from the fund and by coupons is its owner's again, once."""
    grace = timedelta(days=turn.company.bank.keeping.grace_days)
    covered = await store.orders.covered(order_id)
    owners = {one.person_id for one in await store.rewards.used_on(order_id)}
    told = await coupons.give_back(turn, store, order_id)
    for entry in await store.ledger.about(order_id):
        if entry.kind is Entered.SPEND:
            why = Why("order-ended", order_id, turn.person.id)
            back = await store.ledger.give_back(entry.key, turn.now, why, grace, notice(turn.company.bank.keeping))
            fen = sum(one.amount for one in back if one.kind is Entered.RETURN)
            if fen:
                owner = await store.ledger.heir(entry.person_id)
                told += await tell(store, owner, Text("counter-returned", {"order": order_id, "fen": fen}))
    await _nobodys(turn, store, order_id, owners)
    if returned := covered - await store.orders.covered(order_id):
        await store.orders.gave_back(order_id, returned)
    return told


async def _nobodys(turn: Turn, store: Store, order_id: str, others: Collection[str]) -> None:
    """What comes back to somebody who is erased goes on to where it came from."""
    payers = {entry.person_id for entry in await store.ledger.about(order_id) if entry.kind is Entered.SPEND}
    for person_id in sorted({await store.ledger.heir(one) for one in (*payers, *others)}):
        if await store.people.erased(person_id):
            await settle_books(turn, store, person_id)
