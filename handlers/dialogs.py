"""The engine of dialogs: it asks, goes back, skips, cancels, resumes, sums up and hands over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from domain.chat import NOTHING, Button, Inbound, Kind, Line, Outbound, Style, Text
from domain.errors import Invalid, NotPossible
from domain.talks import Talk
from handlers.albums import ALBUMS, is_part
from handlers.forms import AID, UNDER, Also, Answers, Draft, Form, More, Overheard, Question
from handlers.turn import THREAD, Turn, lines
from storage.store import Store

CONFIRM = "_confirm"

AID_S = 600.0
"""So long first aid is not given again in the same draft: people who write in haste would read nothing else."""


async def begin(
    turn: Turn, store: Store, form: Form, subject: str = "", answers: Answers = NOTHING, intro: Sequence[Line] = ()
) -> list[Outbound]:
    """Open a form with what is known already, and ask for the first thing that is missing."""
    under = {UNDER: _put_aside(turn.talk)} if turn.talk.form not in ("", form.id) else {}
    given = {AID: turn.talk.answers[AID]} if AID in turn.talk.answers else {}
    known = {**answers, **given, **under, **({THREAD: turn.inbound.thread} if turn.inbound.thread else {})}
    talk = Talk(turn.talk.id, form.id, subject, "", known, turn.talk.version, turn.now, turn.now)
    return await _next(form, Draft(turn, store, talk), intro)


async def answer(turn: Turn, store: Store, form: Form) -> list[Outbound]:
    """Take a message as the answer to the open question."""
    draft = Draft(turn, store, turn.talk)
    if form.absorb and turn.talk.answers.get("_burst") and _quick(turn) and not turn.wandered:
        absorbed = await form.absorb(draft, turn.inbound)
        talk = replace(turn.talk, answers={**absorbed.answers, "_burst": True}, asked="")
        return [*await _ask(form, replace(draft, talk=talk), absorbed.told), *absorbed.others]
    beside = await form.overhear(draft, turn.inbound) if form.overhear else Overheard(NOTHING)
    draft = _with(draft, {**draft.answers, **beside.answers})
    if waited(turn):
        return [*await _resume(form, draft, beside.told), *beside.others]
    if beside.whole:
        return [*await _ask(form, draft, beside.told), *beside.others]
    try:
        return await _read(form, draft, turn.inbound)
    except Invalid as no:
        if not beside.answers:
            raise
        return await _ask(form, draft, lines(no.text))


async def step(turn: Turn, store: Store, form: Form, name: str) -> list[Outbound]:
    """A step said in words («取消», «返回», «跳过»)."""
    return await STEPS[name](form, Draft(turn, store, turn.talk))


async def pressed(turn: Turn, store: Store, form: Form) -> list[Outbound]:
    """Take a tapped choice, refusing one which belongs to a question that is no longer open."""
    draft = Draft(turn, store, turn.talk)
    pressed_on = (turn.args.get("form"), turn.subject, turn.args.get("card"))
    if pressed_on != (form.id, turn.talk.subject, _card(draft)):
        raise NotPossible(Text("form-stale"))
    if turn.args.get("step"):
        return await STEPS[str(turn.args["step"])](form, draft)
    return await _read(form, draft, replace(turn.inbound, text=str(turn.args["value"])))


async def _read(form: Form, draft: Draft, message: Inbound) -> list[Outbound]:
    if draft.talk.asked == CONFIRM:
        agreed = not message.forwarded and draft.turn.world.keywords.get(message.text.strip().lower()) == "yes"
        return await (_confirm(form, draft) if agreed else _ask(form, draft, ()))
    field = form.field(draft.talk.asked)
    if field is None:
        return await _next(form, draft, ())
    value = await field.read(draft, message)
    if isinstance(value, More):
        answers = {**draft.answers, **value.answers}
        return await _ask(form, _with(draft, answers), ())
    settled = await _settled(form, draft)
    if isinstance(value, Also):
        answered = _answered(_with(draft, value.answers), field.name, value.value)
        return [settled, *await _next(form, answered, value.told), *value.others]
    return [settled, *await _next(form, _answered(draft, field.name, value), ())]


async def _settled(form: Form, draft: Draft) -> Outbound:
    """The answered question where it stands, with nothing left to press."""
    field = form.field(draft.talk.asked)
    asked = (field.lines if field else ()) or (await _question(form, draft)).lines
    said = [Line(line.text) if line.kind is Kind.NEXT else line for line in asked]
    return draft.turn.say(*_about(draft), *said, card=_card(draft), settles=True)


async def _next(form: Form, draft: Draft, intro: Sequence[Line]) -> list[Outbound]:
    field = next((f for f in form.fields if f.name not in draft.answers and f.needed(draft)), None)
    sure = form.summary is None or draft.answers.get(CONFIRM) or not form.confirmed(draft)
    if field is None and sure:
        waiting = await _close(draft)
        return [*await form.then(draft), *waiting]
    name = field.name if field else CONFIRM
    talk = replace(draft.talk, asked=name, version=draft.talk.version + 1)
    return await _ask(form, replace(draft, talk=talk), intro)


async def _ask(form: Form, draft: Draft, intro: Sequence[Line]) -> list[Outbound]:
    """Keep the draft and put its open question, in the same place if it is the same question."""
    if not draft.talk.asked:
        return await _next(form, draft, intro)
    alerts = [line for line in intro if line.kind is Kind.ALERT and not _given(draft, line)]
    if alerts:
        aid = {**draft.answers.get(AID, {}), **{line.text.id: draft.turn.now.isoformat() for line in alerts}}
        draft = _with(draft, {**draft.answers, AID: aid})
    await draft.store.conversations.save(replace(draft.talk, changed_at=draft.turn.now))
    question = await _question(form, draft)
    buttons = _choices(form, draft, question) + _steps(form, draft)
    said = (*[line for line in intro if line.kind is not Kind.ALERT], *_about(draft), *question.lines)
    later_part = any(is_part(draft.turn.inbound, album) for album in draft.turn.talk.answers.get(ALBUMS, ()))
    asked = draft.turn.say(
        *said, buttons=buttons, card=_card(draft), fresh=not later_part, asks=question.asks if not later_part else ""
    )
    # in a message of its own: first aid stays when the question is answered
    return [draft.turn.say(*alerts, card=_card(draft, "aid")), asked] if alerts else [asked]


def open_question(turn: Turn) -> str:
    """The card of the question which this person was asked last and has not answered; empty if there is none."""
    return _card_of(turn, turn.talk, turn.talk.asked) if turn.talk.form and turn.talk.asked else ""


def _given(draft: Draft, aid: Line) -> bool:
    """Whether this was said in the same draft a moment ago."""
    said = draft.answers.get(AID, {}).get(aid.text.id)
    return bool(said) and draft.turn.now - datetime.fromisoformat(said) < timedelta(seconds=AID_S)


def _card(draft: Draft, name: str = "") -> str:
    return _card_of(draft.turn, draft.talk, name or draft.talk.asked)


def _card_of(turn: Turn, talk: Talk, name: str) -> str:
    opened = talk.opened_at or turn.now
    return f"ask:{turn.person.id}:{int(opened.timestamp())}:{name}"


def _about(draft: Draft) -> tuple[Line, ...]:
    """Which request a question is about, where it is about one."""
    subject = draft.talk.subject
    return (Line(Text("form-about", {"id": subject}), Kind.STATUS),) if subject else ()


async def _question(form: Form, draft: Draft) -> Question:
    field = form.field(draft.talk.asked)
    if field:
        return await field.ask(draft)
    assert form.summary is not None
    return Question((*await form.summary(draft), Line(Text("form-check"), Kind.NEXT)))


def _button(form: Form, draft: Draft, label: Text, style: Style, **args: str) -> Button:
    more = {"form": form.id, "field": draft.talk.asked, **args}
    return Button(label, "form.press", draft.talk.subject, more, style)


def _choices(form: Form, draft: Draft, question: Question) -> list[tuple[Button, ...]]:
    buttons = [_button(form, draft, one.label, one.style, value=one.value) for one in question.choices]
    return [tuple(buttons[i : i + question.columns]) for i in range(0, len(buttons), question.columns)]


def _steps(form: Form, draft: Draft) -> list[tuple[Button, ...]]:
    steps = [("confirm", Style.PRIMARY)] if draft.talk.asked == CONFIRM else []
    field = form.field(draft.talk.asked)
    if field and field.optional:
        steps.append(("skip", Style.PLAIN))
    if draft.answers.get("_path"):
        steps.append(("back", Style.PLAIN))
    steps.append(("cancel", Style.PLAIN))
    return [tuple(_button(form, draft, Text(f"form-{step}"), style, step=step) for step, style in steps)]


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
    said = str(draft.answers.get("_later", ""))
    again = Button(Text("form-use-later"), "report.again", args={"said": said[:500]}, style=Style.PRIMARY)
    gone = draft.turn.say(
        *_about(draft), Text("form-cancelled"), buttons=[(again,)] if said else (), card=_card(draft), fresh=True
    )
    return [gone, *waiting]


def _put_aside(talk: Talk) -> dict[str, Any]:
    opened = talk.opened_at.isoformat() if talk.opened_at else ""
    answers = dict(talk.answers)
    return {"form": talk.form, "subject": talk.subject, "asked": talk.asked, "answers": answers, "opened_at": opened}


async def _close(draft: Draft) -> list[Outbound]:
    """Nothing is open any more, unless a draft was put aside for this form: that one waits again."""
    under = draft.answers.get(UNDER)
    if not under:
        await draft.store.conversations.drop(draft.talk.id)
        return []
    opened = datetime.fromisoformat(under["opened_at"]) if under["opened_at"] else draft.turn.now
    talk = Talk(
        draft.talk.id,
        under["form"],
        under["subject"],
        under["asked"],
        under["answers"],
        draft.talk.version,
        opened,
        draft.turn.now,
    )
    await draft.store.conversations.save(talk)
    return [draft.turn.say(Text("form-waiting"), buttons=[(Button(Text("form-resume"), "form.resume"),)])]


async def _confirm(form: Form, draft: Draft) -> list[Outbound]:
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
    """Whether the question was put so long ago, or so far away, that this is hardly an answer to it."""
    long_ago = turn.talk.changed_at is not None and turn.now - turn.talk.changed_at > timedelta(hours=6)
    return long_ago or turn.wandered


async def resume(turn: Turn, store: Store, form: Form) -> list[Outbound]:
    """Put the open question of an old draft again."""
    return await _resume(form, Draft(turn, store, turn.talk))


async def _resume(form: Form, draft: Draft, told: Sequence[Line] = ()) -> list[Outbound]:
    """Put the open question again, keeping what was said meanwhile in case the old draft is given up."""
    said = draft.turn.inbound.text
    answers = {**draft.answers, "_later": said, "_burst": False} if said else {**draft.answers, "_burst": False}
    return await _ask(form, _with(draft, answers), (*told, Line(Text("form-resumed"))))
