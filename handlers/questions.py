"""How the open question of a dialog looks: its card, what it is about, and what may be pressed."""

from __future__ import annotations

from domain.chat import Button, Kind, Line, Style, Text
from domain.talks import Talk
from handlers.forms import Draft, Form, Question
from handlers.turn import Turn

CONFIRM = "_confirm"
"""What is asked when all is answered: whether the summary is right."""


def open_question(turn: Turn) -> str:
    """The card of the question which this person was asked last and has not answered; empty if there is none."""
    return _card_of(turn, turn.talk, turn.talk.asked) if turn.talk.form and turn.talk.asked else ""


def card(draft: Draft, name: str = "") -> str:
    """The card of the open question, or of another part of the same dialog."""
    return _card_of(draft.turn, draft.talk, name or draft.talk.asked)


def _card_of(turn: Turn, talk: Talk, name: str) -> str:
    opened = talk.opened_at or turn.now
    return f"ask:{turn.person.id}:{int(opened.timestamp())}:{name}"


def about(draft: Draft) -> tuple[Line, ...]:
    """Which request a question is about, where it is about one."""
    subject = draft.talk.subject
    return (Line(Text("form-about", {"id": subject}), Kind.STATUS),) if subject else ()


async def put_question(form: Form, draft: Draft) -> Question:
    """What is asked now: a field, or whether the summary is right."""
    field = form.field(draft.talk.asked)
    if field:
        return await field.ask(draft)
    assert form.summary is not None
    return Question((*await form.summary(draft), Line(Text("form-check"), Kind.NEXT)))


def keyboard(form: Form, draft: Draft, question: Question) -> list[tuple[Button, ...]]:
    """What may be pressed beneath a question: its choices and the steps of the dialog."""
    return _choices(form, draft, question) + _steps(form, draft)


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
