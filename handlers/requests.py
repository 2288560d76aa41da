"""What may be done with a request: every button of every card comes here."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.chat import NOTHING, Outbound, Span, Text
from domain.errors import Invalid, NotPossible, Refused
from domain.guards import Situation
from domain.people import INSIDE, Person, Role
from domain.requests import Moved, Request, find_row, move
from domain.states import ACTIONS, TRANSITIONS, Need, Row, State, Who, choices
from domain.wishes import choose_windows
from handlers import clocks
from handlers.albums import keep_albums
from handlers.dialogs import begin
from handlers.fields import (
    choice_field,
    files,
    many_field,
    media_field,
    pack_span,
    reason_field,
    text_field,
    unpack_span,
    window_field,
)
from handlers.forms import Choice, Draft, Field, Form
from handlers.notices import tell
from handlers.referral_moves import visit_done
from handlers.referrals import offer
from handlers.turn import Turn
from storage.store import Store

LISTS = {"hand_over": "handover", "no_show": "no-show", "reassign": "handover"}
"""The company's list of reasons for an action, where it has another name."""

POOL = "pool"


async def act(turn: Turn, store: Store) -> list[Outbound]:
    """Do what a button says, or first ask for what that needs."""
    action = turn.intent.removeprefix("request.")
    request = await store.requests.get(turn.subject, turn.viewer)
    row = await _allowed(turn, store, request, action)
    given = {need.value: turn.args[need] for need in row.needs if need in turn.args}
    if len(given) < len(row.needs):
        wish = {"_wish": pack_span(request.wished)} if request.wished else {}
        known = {**given, **wish, "_category": request.category}
        return await begin(turn, store, FORMS[action], request.id, known)
    return await perform(turn, store, request, action, given)


async def _allowed(turn: Turn, store: Store, request: Request, action: str) -> Row:
    """Refuse before anything is asked: a row must exist for this person, whatever its guard will say."""
    offered = await store.offers.open(request.id) if request.state is State.OFFERED else []
    who = turn.actor(request, offered).who
    rows = [row for row in choices(request.state, action) if row.may & who]
    if not rows:
        find_row(request, action, who, turn.now, Situation())
    if not rows[0].needs or rows[0].guard in ("near_window", "window_over", "recent", "rating_open"):
        find_row(request, action, who, turn.now, await _situation(turn, store, request, {}))
    return rows[0]


async def _done(draft: Draft) -> list[Outbound]:
    action = draft.talk.form.removeprefix("request.")
    try:
        request = await draft.store.requests.get(draft.talk.subject, draft.turn.viewer)
        await _allowed(draft.turn, draft.store, request, action)
    except Refused as over:
        return [draft.turn.say(over.text)]  # no other answer would help: the question is closed
    given = {**draft.answers, "finish_photos": [one["hash"] for one in files(draft, "finish_photos")]}
    told = await perform(draft.turn, draft.store, request, action, given)
    await keep_albums(draft, request.id)
    return told


async def perform(turn: Turn, store: Store, request: Request, action: str, given: Mapping[str, Any]) -> list[Outbound]:
    """Apply one row of the table, keep what follows from it, and tell whom it names."""
    offered = await store.offers.open(request.id) if request.state is State.OFFERED else []
    given = await _prepared(turn, store, request, action, given)
    situation = await _situation(turn, store, request, given)
    moved = move(request, action, turn.actor(request, offered), turn.now, given, situation)
    await store.requests.save(moved)
    await _offers(turn, store, moved, given, situation)
    await _clocks(turn, store, moved)
    await store.files.show(moved.request.finish_photos, request.id)
    told = await tell(turn, store, moved, offered)
    return [*told, *await _follow_up(turn, store, moved)]


async def _prepared(
    turn: Turn, store: Store, request: Request, action: str, given: Mapping[str, Any]
) -> dict[str, Any]:
    """Answers as the rules want them: a window as a Span that is free, a score as a number, a code made up."""
    ready = dict(given)
    if "window" in ready and not isinstance(ready["window"], Span):
        ready["window"] = unpack_span(ready["window"])
        await _free(turn, store, request, ready["window"])
    if "score" in ready:
        ready["score"] = int(ready["score"])
    if action == "schedule":
        ready["fresh_code"] = f"{secrets.randbelow(10000):04d}"
    return ready


async def _free(turn: Turn, store: Store, request: Request, window: Span) -> None:
    """Hold the installer's calendar and refuse a window that is over, or overlaps another visit."""
    if window.end <= turn.now:
        raise Invalid(Text("form-window-range", {"days": turn.company.visits.days_ahead}))
    await store.people.hold(request.installer_id)
    busy = await store.requests.busy(request.installer_id, min(turn.now, window.start), but=request.id)
    if any(window.overlaps(other) for other in busy):
        spans = choose_windows(turn.company, turn.now, window, busy)
        raise Invalid(Text("refused-busy", {"spans": tuple(Text("window", {"span": span}) for span in spans)}))


async def _situation(turn: Turn, store: Store, request: Request, given: Mapping[str, Any]) -> Situation:
    open_now = await store.offers.open(request.id) if request.state is State.OFFERED else []
    others = [one for one in open_now if one != turn.person.id]
    expired = turn.inbound.intent == "clock.offer_expired"
    return Situation(
        promises=turn.company.promises,
        candidates=tuple(one.id for one in await candidates(turn, store, request, open_now)),
        others_open=bool(others) and not expired,
        code=str(given.get("code", "")).strip(),
    )


async def candidates(turn: Turn, store: Store, request: Request, but: list[str]) -> list[Person]:
    """The installers who could do it and were not asked before; by number."""
    asked = await store.offers.tried(request.id) | {*but, request.installer_id}
    return [one for one in await able(turn, store, request) if one.id not in asked]


async def able(turn: Turn, store: Store, request: Request) -> list[Person]:
    """The installers with the skills, in the district, but not who holds it; by number."""
    category = turn.company.category(request.category)
    needed = set(category.skills if category else ())
    return [
        one
        for one in await store.people.working(Role.INSTALLER)
        if one.id != request.installer_id
        and needed <= set(one.skills)
        and (not one.districts or not request.district or request.district in one.districts)
    ]


async def _offers(turn: Turn, store: Store, moved: Moved, given: Mapping[str, Any], situation: Situation) -> None:
    """To whom it is offered after this."""
    request, action = moved.request, moved.row.action
    if moved.before.state is request.state and action not in ("decline", "expire"):
        return  # a call or an urging leaves offers alone
    ended = {"accept": "accepted", "decline": "declined"}
    if action in ended:
        await store.offers.answer(request.id, turn.person.id, ended[action], moved.event.reason)
    if action == "hand_over":
        await store.offers.make(request.id, [turn.person.id], False, turn.now, turn.now)
        await store.offers.answer(request.id, turn.person.id, "declined", moved.event.reason)
    if action == "expire":
        await store.offers.end(request.id, "expired")
    elif action != "decline":
        await store.offers.end(request.id)
    if request.state is State.OFFERED and not (action == "decline" and situation.others_open):
        await _offer(turn, store, moved, given, situation)


async def _offer(turn: Turn, store: Store, moved: Moved, given: Mapping[str, Any], situation: Situation) -> None:
    request = moved.request
    chosen = str(given.get("installer", ""))
    pooled = chosen == POOL
    if pooled:
        ids = tuple(one.id for one in await able(turn, store, moved.before))
    else:
        ids = (chosen or situation.candidates[0],)
    expires = await clocks.start_offer(turn, store, request.id)
    await store.offers.make(request.id, ids, pooled, turn.now, expires)


async def _clocks(turn: Turn, store: Store, moved: Moved) -> None:
    stopped = clocks.STOPS.get(moved.row.action, ())
    if moved.before.state is State.OFFERED and moved.request.state is not State.OFFERED:
        stopped = (*stopped, "clock.offer_expired")
    await store.timers.drop_about(moved.request.id, stopped)
    if moved.row.after is State.DONE:
        await clocks.start_confirmation(turn, store, moved.request.id)
    if moved.row.after is State.SCHEDULED:
        await clocks.start_visit(turn, store, moved.request)
    if moved.row.action == "reopen":
        await clocks.start_first_answer(turn, store, moved.request)


async def _follow_up(turn: Turn, store: Store, moved: Moved) -> list[Outbound]:
    """The next question, put at once to the homeowner who has just agreed that it is done; who is content may like to
    recommend us; and whoever recommended them hears that there was a visit."""
    if moved.row.after is State.DONE and moved.before.state is not State.DONE:
        return await visit_done(turn, store, moved.request.homeowner_id)
    if moved.row.action == "rate":
        return await offer(turn, store, moved.request, moved.request.score)
    if moved.row.action == "confirm":
        after = replace(turn, intent="request.rate", subject=moved.request.id)
        return await begin(after, store, FORMS["rate"], moved.request.id)
    return []


async def by_time(turn: Turn, store: Store) -> list[Outbound]:
    """A timer asks for a row of the table; a request that has moved on makes it nothing."""
    action = {"clock.offer_expired": "expire", "clock.auto_close": "auto_close"}[turn.intent]
    request = await store.requests.get(turn.subject, INSIDE)
    if not any(row.may & Who.TIME for row in choices(request.state, action)):
        return []
    return await perform(turn, store, request, action, NOTHING)


# ---- what is asked for


async def _installers(draft: Draft) -> tuple[Choice, ...]:
    request = await draft.store.requests.get(draft.talk.subject, draft.turn.viewer)
    free = await able(draft.turn, draft.store, request)
    if not free:
        raise NotPossible(Text("refused-nobody"))
    named = tuple(Choice(Text("installer", {"name": one.name, "number": one.number}), one.id) for one in free[:8])
    return (*named, Choice(Text("offer-pool", {"count": len(free)}), POOL))


async def _busy(draft: Draft) -> list[Span]:
    try:
        request = await draft.store.requests.get(draft.talk.subject, draft.turn.viewer)
    except Refused:
        return []  # who lost it meanwhile hears so at the end
    return await draft.store.requests.busy(request.installer_id, draft.turn.now, but=request.id)


async def _other_days(draft: Draft) -> tuple[Choice, ...]:
    """«不行,但周四可以» is one button: the next three days."""
    days = [draft.turn.now + timedelta(days=ahead) for ahead in (1, 2, 3)]
    return tuple(Choice(Text("reason-other-day", {"day": day}), f"day:{day.isoformat()}") for day in days)


async def _scores(draft: Draft) -> tuple[Choice, ...]:
    # in this order the number of a choice, where people answer with that, is the score
    return tuple(Choice(Text("rating-score", {"score": score}), str(score)) for score in (1, 2, 3, 4, 5))


async def _tags(draft: Draft) -> tuple[Choice, ...]:
    return tuple(Choice(Text(f"tag-{tag.code}"), tag.code) for tag in draft.turn.company.tags)


def _photos_least(draft: Draft) -> int:
    category = draft.turn.company.category(str(draft.answers.get("_category", "")))
    return category.finish_photos_min if category else 0


def fields_for(action: str, need: Need) -> tuple[Field, ...]:
    """The questions which get a need of this action answered."""
    other_days = {"more": _other_days} if action == "decline" else {}
    return {
        Need.REASON: (reason_field("reason", Text(f"ask-reason-{action}"), LISTS.get(action, action), **other_days),),
        Need.WINDOW: (window_field("window", Text("ask-window"), _busy),),
        Need.INSTALLER: (choice_field("installer", Text("ask-installer"), _installers, columns=1),),
        Need.CODE: (text_field("code", Text("ask-code"), chars_max=8),),
        Need.REPORT: (
            media_field("finish_photos", Text("ask-finish-photos"), _photos_least),
            text_field("report", Text("ask-report"), chars_max=1000),
        ),
        Need.SCORE: (
            choice_field("score", Text("ask-score"), _scores, columns=5),
            many_field("tags", Text("ask-tags"), _tags),
            text_field("review", Text("ask-review"), chars_max=500, optional=True),
        ),
    }[need]


def action_form(action: str) -> Form:
    """The form of an action, from what its rows need."""
    needs = next(row.needs for row in TRANSITIONS if row.action == action)
    fields = tuple(field for need in needs for field in fields_for(action, need))
    return Form(f"request.{action}", fields, _done)


FORMS: Mapping[str, Form] = {action: action_form(action) for action in ACTIONS}
