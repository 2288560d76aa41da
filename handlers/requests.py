"""What may be done with a request: every button of every card comes here."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.chat import NOTHING, Inbound, Outbound, Span, Text
from domain.effects import put_off
from domain.errors import Invalid, Refused
from domain.guards import COMPLAINT, Situation
from domain.people import INSIDE
from domain.replies import scored
from domain.requests import Moved, Request, find_row, move
from domain.states import ACTIONS, TRANSITIONS, Need, Row, State, Who, choices
from domain.wishes import choose_windows
from handlers import alarms, amends, beside, checks, clocks, corrections, offers, returns
from handlers.albums import keep_albums
from handlers.choosing import installer_field
from handlers.corrected import heard
from handlers.dialogs import begin
from handlers.doors import code_field
from handlers.fields import (
    choice_field,
    many_field,
    media_field,
    pack_span,
    reason_field,
    text_field,
    unpack_span,
    window_field,
)
from handlers.forms import Also, Choice, Draft, Field, Form
from handlers.notices import tell
from handlers.referral_moves import visit_done
from handlers.referrals import offer
from handlers.turn import Turn
from storage.store import Store

EARLY = frozenset({"in_right_hands", "near_window", "window_over", "recent", "rating_open"})
"""The guards whose answer does not hang on what is asked for: they refuse before that."""

LISTS = {"hand_over": "handover", "no_show": "no-show", "reassign": "handover"}
"""The company's list of reasons for an action, where it has another name."""


async def act(turn: Turn, store: Store) -> list[Outbound]:
    """Do what a button says, or first ask for what that needs."""
    action = turn.intent.removeprefix("request.")
    request = await store.requests.get(turn.subject, turn.viewer)
    if action == "reopen" and returns.too_late(turn, request):
        return await returns.start(turn, store, request)
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
    if not rows[0].needs or rows[0].guard in EARLY:
        find_row(request, action, who, turn.now, await _situation(turn, store, request, {}))
    return rows[0]


async def _done(draft: Draft) -> list[Outbound]:
    action = draft.talk.form.removeprefix("request.")
    request = None
    try:
        request = await draft.store.requests.get(draft.talk.subject, draft.turn.viewer)
        await _allowed(draft.turn, draft.store, request, action)
    except Refused as over:  # no other answer would help: the question is closed
        return [draft.turn.say(over.text), *await beside.words_kept(draft, request)]
    given = {**draft.answers, **beside.work(draft)}
    request, dangers = await beside.mark(draft, request)
    told = await perform(draft.turn, draft.store, request, action, given)
    await keep_albums(draft, request.id)
    return await beside.follow(draft, dangers, told)


async def perform(turn: Turn, store: Store, request: Request, action: str, given: Mapping[str, Any]) -> list[Outbound]:
    """Apply one row of the table, keep what follows from it, and tell whom it names."""
    offered = await store.offers.open(request.id) if request.state is State.OFFERED else []
    given = await _prepared(turn, store, request, action, given)
    situation = await _situation(turn, store, request, given)
    moved = move(request, action, turn.actor(request, offered), turn.now, given, situation)
    await store.requests.save(moved)
    await offers.follow(turn, store, moved, given, situation)
    await _clocks(turn, store, moved)
    await store.files.show(moved.request.finish_photos, request.id)
    told = await tell(turn, store, heard(moved), offered)
    return [*told, *await amends.make(turn, store, moved), *await _follow_up(turn, store, moved)]


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
    if action == "correct":
        ready["correction"] = corrections.correction(turn, request, ready)
    if action == "reschedule":
        ready["put_off"] = put_off(await store.requests.events(request.id, INSIDE))
    if action == "schedule":
        ready["fresh_code"] = f"{secrets.randbelow(10000):04d}"
    return ready


async def _free(turn: Turn, store: Store, request: Request, window: Span) -> None:
    """Hold the installer's calendar and refuse a window that overlaps another visit, or has begun meanwhile."""
    await store.people.hold(request.installer_id)
    busy = await store.requests.busy(request.installer_id, min(turn.now, window.start), but=request.id)
    if any(window.overlaps(other) for other in busy):
        spans = choose_windows(turn.company, turn.now, window, busy)
        raise Invalid(Text("refused-busy", {"spans": tuple(Text("window", {"span": span}) for span in spans)}))
    if window.start < turn.now:
        raise Invalid(Text("form-window-range", {"days": turn.company.visits.days_ahead}))


async def _situation(turn: Turn, store: Store, request: Request, given: Mapping[str, Any]) -> Situation:
    open_now = await store.offers.open(request.id) if request.state is State.OFFERED else []
    others = [one for one in open_now if one != turn.person.id]
    expired = turn.inbound.intent == "clock.offer_expired"
    return Situation(
        promises=turn.company.promises,
        candidates=tuple(one.id for one in await offers.candidates(turn, store, request, open_now)),
        others_open=bool(others) and not expired,
        code=str(given.get("code", "")).strip(),
        tried_before=await alarms.tried_before(turn, store, request),
    )


async def _clocks(turn: Turn, store: Store, moved: Moved) -> None:
    stopped = clocks.STOPS.get(moved.row.action, ())
    if moved.before.state is State.OFFERED and moved.request.state is not State.OFFERED:
        stopped = (*stopped, "clock.offer_expired")
    await store.timers.drop_about(moved.request.id, stopped)
    if moved.row.action in clocks.ANSWERED:
        await clocks.stop_first_answer(store, clocks.of_person(moved.request.homeowner_id))
    if moved.row.after is State.DONE and moved.before.state is not State.DONE:
        await clocks.start_confirmation(turn, store, moved.request.id)
    if moved.row.after is State.SCHEDULED:
        await clocks.start_visit(turn, store, moved.request)
    if moved.row.action == "reopen":
        await clocks.start_first_answer(turn, store, moved.request)
    if moved.row.action == "correct":
        await corrections.rewind(turn, store, moved)


async def _follow_up(turn: Turn, store: Store, moved: Moved) -> list[Outbound]:
    """The next question, put at once to the homeowner who has just agreed that it is done; who is content may like to
    recommend us; and whoever recommended them hears that there was a visit."""
    if moved.row.after is State.DONE and moved.before.state is not State.DONE:
        return await visit_done(turn, store, moved.request.homeowner_id)
    if moved.row.action == "correct":
        return await _after_correction(turn, store, moved)
    if moved.row.action == "rate":
        return await offer(turn, store, moved.request, moved.request.score)
    if moved.row.action == "confirm":
        after = replace(turn, intent="request.rate", subject=moved.request.id)
        return await begin(after, store, FORMS["rate"], moved.request.id)
    return []


async def _after_correction(turn: Turn, store: Store, moved: Moved) -> list[Outbound]:
    """Where nobody of those who were asked could do what it turns out to be, it comes back to staff."""
    told = await corrections.follow(turn, store, moved)
    if moved.request.state is not State.OFFERED or await store.offers.open(moved.request.id):
        return told
    back = turn.say(Text("correct-withdrawn", {"id": moved.request.id}))
    return [*told, back, *await perform(turn, store, moved.request, "withdraw", NOTHING)]


async def by_time(turn: Turn, store: Store) -> list[Outbound]:
    """A timer asks for a row of the table; a request that has moved on makes it nothing."""
    action = {"clock.offer_expired": "expire", "clock.auto_close": "auto_close"}[turn.intent]
    request = await store.requests.get(turn.subject, INSIDE)
    if not any(row.may & Who.TIME for row in choices(request.state, action)):
        return []
    if action == "auto_close" and request.type == COMPLAINT:
        return await alarms.complaint_waits(turn, store, request)
    return await perform(turn, store, request, action, NOTHING)


# ---- what is asked for


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


SCORE = choice_field("score", Text("ask-score"), _scores, columns=5)


async def _read_score(draft: Draft, message: Inbound) -> Any:
    """A choice, or a score in words; what is said after it is the review, which is not asked for any more."""
    count, review = scored(message.text)
    if not count:
        return await SCORE.read(draft, message)
    return Also(str(count), {**draft.answers, **({"review": review} if review else {})})


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
        Need.INSTALLER: (installer_field(),),
        Need.CODE: (code_field(),),
        Need.CORRECTION: corrections.FIELDS,
        Need.REPORT: (
            media_field("finish_photos", Text("ask-finish-photos"), _photos_least),
            text_field("report", Text("ask-report"), chars_max=1000),
            *checks.FIELDS,
        ),
        Need.SCORE: (
            replace(SCORE, read=_read_score),
            many_field("tags", Text("ask-tags"), _tags),
            text_field("review", Text("ask-review"), chars_max=500, optional=True),
        ),
    }[need]


def action_form(action: str) -> Form:
    """The form of an action, from what its rows need."""
    needs = next(row.needs for row in TRANSITIONS if row.action == action)
    fields = tuple(field for need in needs for field in fields_for(action, need))
    return Form(f"request.{action}", fields, _done, overhear=beside.overhear, beside=beside.beside)


FORMS: Mapping[str, Form] = {action: action_form(action) for action in ACTIONS}
