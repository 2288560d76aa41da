"""The engine of dialogs: it asks, goes back, skips, cancels, resumes, sums up and hands over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from domain.chat import NOTHING, Button, Inbound, Kind, Line, Outbound, Style, Text
from domain.errors import Invalid, NotPossible
from domain.replies import agrees
from domain.talks import Talk
from handlers.albums import ALBUMS, is_part
from handlers.asides import beneath, opened, over
from handlers.forms import AID, UNDER, Also, Answers, Draft, Form, More, Overheard
from handlers.questions import CONFIRM, about, card, keyboard, put_question
from handlers.turn import THREAD, Turn, asked_here, lines, quote
from storage.store import Store

LONG = timedelta(hours=6)
"""After so long hardly anybody still answers what was asked."""

REMINDED = "_reminded"
"""Among the answers: it was said how to answer in a group what was asked long ago."""

STRAYED = "_strayed"
"""Among the answers: the question at which words came late and were for somebody else."""

LATER_CHARS_MAX = 20_000
"""How much is kept of a report that was written while an old draft waited."""

AID_S = 600.0
"""So long first aid is not given again in the same draft: people who write in haste would read nothing else."""


async def begin(
    turn: Turn, store: Store, form: Form, subject: str = "", answers: Answers = NOTHING, intro: Sequence[Line] = ()
) -> list[Outbound]:
    """Open a form with what is known already, and ask for the first thing that is missing.

    What is open waits beneath it; where the same is asked of the same already, that goes on as it is.
    """
    here = {THREAD: turn.inbound.thread} if turn.inbound.thread else {}
    before, waiting = beneath(turn.talk, form.id, subject)
    if before:
        answered = over({**before["answers"], **here}, waiting)
        return await _ask(form, Draft(turn, store, opened(turn.talk, {**before, "answers": answered}, turn.now)), intro)
    given = {AID: turn.talk.answers[AID]} if AID in turn.talk.answers else {}
    known = over({**answers, **given, **here}, waiting)
    talk = Talk(turn.talk.id, form.id, subject, "", known, turn.talk.version, turn.now, turn.now)
    return await _next(form, Draft(turn, store, talk), intro)


async def answer(turn: Turn, store: Store, form: Form) -> list[Outbound]:
    """Take a message as the answer to the open question."""
    draft = Draft(turn, store, turn.talk)
    at_once = turn.talk.answers.get("_burst") and _quick(turn) and not turn.wandered
    if form.absorb and at_once and (absorbed := await form.absorb(draft, turn.inbound)):
        talk = replace(turn.talk, answers={**absorbed.answers, "_burst": True}, asked="")
        return [*await _ask(form, replace(draft, talk=talk), absorbed.told), *absorbed.others]
    beside = await form.overhear(draft, turn.inbound) if form.overhear else Overheard(NOTHING)
    draft = _with(draft, {**draft.answers, **beside.answers})
    if waited(turn) and not wants_files(turn, form):
        return [*beside.others, *await _resume(form, draft, beside.told)]
    if beside.whole:
        return [*beside.others, *await _ask(form, draft, beside.told)]
    try:
        return await _read(form, draft, turn.inbound)
    except Invalid as no:
        if not beside.answers:
            raise
        return await _ask(form, draft, lines(no.text))


def wants_files(turn: Turn, form: Form) -> bool:
    """Whether a message brings what the open question asks for: files are an answer at any time."""
    field = form.field(turn.talk.asked)
    return bool(field and field.takes_files and turn.inbound.files)


async def step(turn: Turn, store: Store, form: Form, name: str) -> list[Outbound]:
    """A step said in words («取消», «返回», «跳过»)."""
    return await STEPS[name](form, Draft(turn, store, turn.talk))


async def pressed(turn: Turn, store: Store, form: Form) -> list[Outbound]:
    """Take a tapped choice, refusing one which belongs to a question that is no longer open."""
    draft = Draft(turn, store, turn.talk)
    pressed_on = (turn.args.get("form"), turn.subject, turn.args.get("card"))
    if pressed_on != (form.id, turn.talk.subject, card(draft)):
        raise NotPossible(Text("form-stale"))
    if turn.args.get("step"):
        return await STEPS[str(turn.args["step"])](form, draft)
    return await _read(form, draft, replace(turn.inbound, text=str(turn.args["value"])))


async def _read(form: Form, draft: Draft, message: Inbound) -> list[Outbound]:
    if draft.talk.asked == CONFIRM:
        return await _checked(form, draft, "" if message.forwarded else message.text)
    field = form.field(draft.talk.asked)
    if field is None:
        return await _next(form, draft, ())
    value = await field.read(draft, message)
    said = form.beside and not draft.turn.inbound.press
    beside = await form.beside(draft, message) if form.beside and said else Overheard(NOTHING)
    if isinstance(value, More):
        answers = {**draft.answers, **value.answers, **beside.answers}
        return [*beside.others, *await _ask(form, _with(draft, answers), beside.told)]
    settled = [await _settled(form, draft), *beside.others]
    also = value if isinstance(value, Also) else Also(value, draft.answers)
    answered = _answered(_with(draft, {**also.answers, **beside.answers}), field.name, also.value)
    return [*settled, *await _next(form, answered, (*beside.told, *also.told)), *also.others]


async def _checked(form: Form, draft: Draft, said: str) -> list[Outbound]:
    """The summary is right, or something of it is asked once more, or it is put again with what may be said to it."""
    if agrees(said) or draft.turn.world.keywords.get(said.strip().lower()) == "yes":
        return await _confirm(form, draft)
    if anew := form.again(draft, said):
        return [await _settled(form, draft), *await _anew(form, draft, anew)]
    return await _ask(form, draft, lines(Text("form-check-how")))


async def _anew(form: Form, draft: Draft, given: Overheard) -> list[Outbound]:
    """What is missing by now is asked, then the summary is put again."""
    return await _ask(form, replace(draft, talk=replace(draft.talk, asked="", answers=given.answers)), given.told)


async def _settled(form: Form, draft: Draft) -> Outbound:
    """The answered question where it stands, with nothing left to press."""
    field = form.field(draft.talk.asked)
    asked = (field.lines if field else ()) or (await put_question(form, draft)).lines
    said = [Line(line.text) if line.kind is Kind.NEXT else line for line in asked]
    return draft.turn.say(*about(draft), *said, card=card(draft), settles=True)


async def _next(form: Form, draft: Draft, intro: Sequence[Line]) -> list[Outbound]:
    field = next((f for f in form.fields if f.name not in draft.answers and f.needed(draft)), None)
    sure = form.summary is None or draft.answers.get(CONFIRM) or not form.confirmed(draft)
    if field is None and sure:
        waiting = await _close(draft)
        return [*await form.then(draft), *_said_later(draft), *waiting]
    name = field.name if field else CONFIRM
    talk = replace(draft.talk, asked=name, version=draft.talk.version + 1)
    return await _ask(form, replace(draft, talk=talk), intro)


async def _ask(form: Form, draft: Draft, intro: Sequence[Line]) -> list[Outbound]:
    """Keep the draft and put its open question, in the same place if it is the same question."""
    if not draft.talk.asked:
        return await _next(form, draft, intro)
    if draft.talk.asked == CONFIRM and (anew := form.again(draft, "")):
        return await _anew(form, draft, replace(anew, told=(*intro, *anew.told)))
    alerts = [line for line in intro if line.kind is Kind.ALERT and not _given(draft, line)]
    if alerts:
        aid = {**draft.answers.get(AID, {}), **{line.text.id: draft.turn.now.isoformat() for line in alerts}}
        draft = _with(draft, {**draft.answers, AID: aid})
    await draft.store.conversations.save(replace(draft.talk, changed_at=draft.turn.now))
    question = await put_question(form, draft)
    buttons = keyboard(form, draft, question)
    said = (*[line for line in intro if line.kind is not Kind.ALERT], *about(draft), *question.lines)
    later_part = any(is_part(draft.turn.inbound, album) for album in draft.turn.talk.answers.get(ALBUMS, ()))
    asked = draft.turn.say(
        *said, buttons=buttons, card=card(draft), fresh=not later_part, asks=question.asks if not later_part else ""
    )
    # in a message of its own: first aid stays when the question is answered
    return [draft.turn.say(*alerts, card=card(draft, "aid")), asked] if alerts else [asked]


def _given(draft: Draft, aid: Line) -> bool:
    """Whether this was said in the same draft a moment ago."""
    said = draft.answers.get(AID, {}).get(aid.text.id)
    return bool(said) and draft.turn.now - datetime.fromisoformat(said) < timedelta(seconds=AID_S)


async def _back(form: Form, draft: Draft) -> list[Outbound]:
    path = list(draft.answers.get("_path", ()))
    if not path:
        return await _ask(form, draft, ())
    last = path.pop()
    kept = {name: value for name, value in draft.answers.items() if name != last}
    talk = replace(draft.talk, asked=last, answers={**kept, "_path": path}, version=draft.talk.version + 1)
    return [await _settled(form, draft), *await _ask(form, replace(draft, talk=talk), ())]


async def _skip(form: Form, draft: Draft) -> list[Outbound]:
    field = form.field(draft.talk.asked)
    if field and field.none:
        return await _read(form, draft, replace(draft.turn.inbound, text=field.none))
    if field is None or not field.optional:
        raise Invalid(Text("form-not-optional"))
    return [
        await _settled(form, draft),
        *await _next(form, _answered(draft, field.name, draft.answers.get(field.name)), ()),
    ]


async def _cancel(form: Form, draft: Draft) -> list[Outbound]:
    waiting = await _close(draft)
    gone = draft.turn.say(
        *about(draft), Text("form-cancelled"), buttons=_use_later(draft), card=card(draft), fresh=True
    )
    return [gone, *waiting]


def _use_later(draft: Draft) -> list[tuple[Button, ...]]:
    """A report that was written while an old draft waited, at a tap."""
    said = str(draft.answers.get("_later", ""))
    again = Button(Text("form-use-later"), "report.again", args={"said": said}, style=Style.PRIMARY)
    return [(again,)] if said else []


def _said_later(draft: Draft) -> list[Outbound]:
    buttons = _use_later(draft)
    return [draft.turn.say(Text("form-said-later"), quote(draft.answers["_later"]), buttons=buttons)] if buttons else []


async def _close(draft: Draft) -> list[Outbound]:
    """Nothing is open any more, unless a draft was put aside for this form: that one waits again."""
    under = draft.answers.get(UNDER)
    if not under:
        await draft.store.conversations.drop(draft.talk.id)
        return []
    # its question is not put again now: what is said next hardly answers it
    await draft.store.conversations.save(opened(draft.talk, under, draft.turn.now - LONG))
    return [draft.turn.say(Text("form-waiting"), buttons=[(Button(Text("form-resume"), "form.resume"),)])]


async def _confirm(form: Form, draft: Draft) -> list[Outbound]:
    if form.again(draft, ""):
        return [await _settled(form, draft), *await _ask(form, draft, ())]
    return [await _settled(form, draft), *await _next(form, _answered(draft, CONFIRM, True), ())]


async def _go_on(form: Form, draft: Draft) -> list[Outbound]:
    return await _ask(form, draft, ())


STEPS: dict[str, Callable[[Form, Draft], Awaitable[list[Outbound]]]] = {
    "back": _back,
    "skip": _skip,
    "cancel": _cancel,
    "confirm": _confirm,
    "resume": _go_on,
}


def _answered(draft: Draft, name: str, value: Any) -> Draft:
    path = [*draft.answers.get("_path", ()), name]
    return _with(draft, {**draft.answers, name: value, "_path": path, "_burst": False})


def _with(draft: Draft, answers: Answers) -> Draft:
    return replace(draft, talk=replace(draft.talk, answers=answers))


def _quick(turn: Turn) -> bool:
    pause = timedelta(seconds=turn.company.promises.burst_s)
    return turn.talk.changed_at is not None and turn.now - turn.talk.changed_at <= pause


def waited(turn: Turn) -> bool:
    """Whether the question was put so long ago, or so far away, that this is hardly an answer to it; in a group only a
    reply to it comes here late."""
    long_ago = turn.talk.changed_at is not None and turn.now - turn.talk.changed_at >= LONG
    return (long_ago or turn.wandered) and not turn.inbound.group


async def resume(turn: Turn, store: Store, form: Form) -> list[Outbound]:
    """Put the open question of an old draft again."""
    return await _resume(form, Draft(turn, store, turn.talk))


async def ask_again(turn: Turn, store: Store, form: Form, why: Sequence[Line] = ()) -> list[Outbound]:
    """Put the open question again after what was no answer to it, first saying why."""
    told = (Line(Text("form-resumed")),) if waited(turn) else tuple(why)
    answers = {**turn.talk.answers, "_burst": False, STRAYED: turn.talk.asked}
    return await _ask(form, _with(Draft(turn, store, turn.talk), answers), told)


def strays(turn: Turn, form: Form) -> bool:
    """Whether words are hardly an answer: they come late, or there were such before and what is asked are no words."""
    field = form.field(turn.talk.asked)
    again = bool(field and field.takes_files and turn.talk.answers.get(STRAYED) == turn.talk.asked)
    return (waited(turn) or again) and not wants_files(turn, form)


async def remind(turn: Turn, store: Store) -> list[Outbound]:
    """In a group: what was said long after a question was put is no answer to it; how to give one is said once."""
    if not asked_here(turn) or turn.inbound.reply_to or turn.inbound.forwarded or turn.talk.answers.get(REMINDED):
        return []
    await store.conversations.save(replace(turn.talk, answers={**turn.talk.answers, REMINDED: True}))
    return [turn.say(*about(Draft(turn, store, turn.talk)), Text("form-late"))]


async def _resume(form: Form, draft: Draft, told: Sequence[Line] = ()) -> list[Outbound]:
    """Put the open question again, keeping a report that was written instead in case the old draft is given up."""
    answers, said = {**draft.answers, "_burst": False}, draft.turn.inbound.text.strip()
    if said and draft.turn.world.understanding.understand(said, draft.turn.now).is_report:
        answers["_later"] = "\n".join(filter(None, (str(answers.get("_later", "")), said)))[:LATER_CHARS_MAX]
    return await _ask(form, _with(draft, answers), (*told, Line(Text("form-resumed"))))
