"""What a manager decides about referrals: reviews and appeals. What nobody decides stays held, and is never paid."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.chat import Kind, Line, Outbound, Text
from domain.errors import NotPossible, Refused
from domain.people import INSIDE, Role
from domain.referral_rules import appealable
from domain.referral_states import HELD
from domain.referrals import By, Referral, move, standing
from handlers.apart import check_apart
from handlers.dialogs import begin
from handlers.fields import text_field
from handlers.forms import Draft, Form
from handlers.referral_cards import DECISIONS, friend, review_card
from handlers.referral_moves import (
    Settled,
    evidence,
    facts_for,
    order_facts,
    review_due,
    settled,
    tell_managers,
    told_of,
    wind_up,
)
from handlers.turn import Turn, words
from storage.store import Store


async def queue(turn: Turn, store: Store) -> list[Outbound]:
    """/reviews: each case that waits, with its evidence, the one that is due first at the front."""
    found = await store.referrals.queue(turn.viewer, limit=5)
    if not found:
        return [turn.say(Text("reviews-none"))]
    out = []
    for referral in found:
        card = review_card(referral, await evidence(turn, store, referral), turn.now)
        out.append(turn.say(*card.lines, buttons=card.buttons, card=f"review:{referral.id}", fresh=True))
    return out


async def act(turn: Turn, store: Store) -> list[Outbound]:
    """申诉, or what a manager decides: why, is asked first."""
    action = turn.intent.removeprefix("referral.")
    referral = await store.referrals.get(turn.subject, turn.viewer)
    _check(turn, referral, action)
    if action in GOES_ON:
        await check_apart(turn, store, referral)
    return await begin(turn, store, FORMS[action], referral.id)


def _check(turn: Turn, referral: Referral, action: str) -> None:
    """Refuse before anything is asked."""
    by = By(turn.person.id, standing(referral, turn.person.id, turn.viewer.role.is_manager), "")
    move(referral, action, by, turn.now, {"reason": "?", "review_due": turn.now})
    if action == "appeal" and not appealable(referral, turn.now, turn.company.bank.referring):
        days = turn.company.bank.referring.appeal_days
        raise NotPossible(Text("referral-appeal-late", {"days": days}))


async def _decided(draft: Draft) -> list[Outbound]:
    turn, store = draft.turn, draft.store
    action = draft.talk.form.removeprefix("referral.")
    try:
        referral = await store.referrals.get(draft.talk.subject, turn.viewer)
        _check(turn, referral, action)
        if action in GOES_ON:
            await check_apart(turn, store, referral)
    except Refused as over:
        return [turn.say(over.text)]
    return await decide(turn, store, referral, action, str(draft.answers["reason"]))


async def decide(turn: Turn, store: Store, referral: Referral, action: str, reason: str) -> list[Outbound]:
    """Apply one row with its reason; what is let pass goes on at once as far as its facts allow. The referrer reads the
    manager's own words, managers what waits for them."""
    if action == "grant":
        await store.people.hold(referral.friend_id)
        if await store.referrals.by_friend(referral.friend_id):
            raise NotPossible(Text("referral-grant-taken"))
    by = By(turn.person.id, standing(referral, turn.person.id, turn.viewer.role.is_manager), turn.inbound.place.channel)
    odd = (await evidence(turn, store, referral)).flags if action in GOES_ON else ()
    given = {"reason": reason, "review_due": review_due(turn), "flags": odd}
    if action == "grant" and (order := await store.orders.hold(referral.order_id)):
        given["passed_fen"] = order.gone_fen
    moved = move(referral, action, by, turn.now, given)
    await store.referrals.save(moved)
    await wind_up(turn, store, moved.referral)
    if action == "appeal":
        done = turn.say(Text("referral-told-appeal", {"hours": turn.company.bank.referring.review_hours}))
        return [done, *await tell_managers(turn, store, moved.referral)]
    after = Settled(moved.referral)
    if action in GOES_ON:
        after = await settled(turn, store, moved.referral, await _facts(turn, store, moved.referral))
    done = turn.say(Text(f"review-done-{action}", {"id": referral.id}), card=f"review:{referral.id}", fresh=True)
    line = Line(Text(f"review-told-{action}", {"friend": friend(referral), "reason": words(reason)}))
    return [done, *await told_of(turn, store, after, (line,))]


GOES_ON = ("clear", "grant")
"""After these a referral goes on as far as its facts allow."""


async def _facts(turn: Turn, store: Store, referral: Referral) -> dict[str, Any]:
    """What became known while it was held or over."""
    person = await store.people.get(referral.friend_id)
    known = {"verified_at": turn.now} if person and person.phone and not referral.verified_at else {}
    if order := await store.orders.get(referral.order_id):
        return {**known, **facts_for(turn, referral, order)}
    return {**known, **await order_facts(turn, store, referral)}


async def late(turn: Turn, store: Store) -> list[Outbound]:
    """Nobody has decided: it stays held. Managers hear of it once more, then the admins, again and again."""
    referral = await store.referrals.get(turn.subject, INSIDE)
    if referral.state not in HELD:
        return []
    level = int(turn.inbound.args.get("level", 0))
    again = turn.now + timedelta(hours=turn.company.bank.referring.review_hours)
    timer = f"review_late:{referral.id}"
    await store.timers.set(timer, again, "clock.review_late", referral.id, {"level": level + 1})
    told = await tell_managers(turn, store, referral, (Role.ADMIN,) if level else (Role.MANAGER,))
    line = Line(Text("review-overdue", {"id": referral.id}), Kind.ALERT)
    return [replace(one, lines=(line, *one.lines)) for one in told]


def _form(action: str) -> Form:
    return Form(f"referral.{action}", (text_field("reason", Text(f"referral-ask-{action}"), chars_max=300),), _decided)


FORMS = {action: _form(action) for action in ("appeal", *DECISIONS)}


# ---- family of staff


async def family(turn: Turn, store: Store) -> list[Outbound]:
    """/family PHONE: a number of one's own family, whose recommendations are nobody's reward."""
    phone = turn.world.understanding.understand(str(turn.args.get("rest", "")), turn.now).phone
    if not phone:
        return [turn.say(Text("family-help"))]
    fresh = await store.referrers.relate(phone, turn.person.id, turn.now)
    return [turn.say(Text("family-kept" if fresh else "family-known"))]
