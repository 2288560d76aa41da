"""What is written while a question is open that it does not answer: somebody reads it, and the question stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from domain.chat import Line, Outbound, Text
from domain.people import Role
from handlers import dialogs
from handlers.forms import Form
from handlers.supplements import MORE, pass_on
from handlers.turn import Turn
from storage.store import Store

CHARS_MIN = 4
"""What is shorter is an attempt to answer, or nothing for anybody."""

FIGURES = re.compile(r"[\d\s+()./:-]+")
"""A number, a code or a phone: an attempt to answer, and none of anybody else's business."""

GREETING_MAX = 8
LATIN_GREETING_MAX = 14
"""How many characters a message may have that only greets."""

REPORT = "report"


def about_work(form: Form) -> bool:
    """Whether a dialog is about a request: it keeps all that is sent to it, and what it does not take may be for
    somebody else. Elsewhere that is an attempt at a name or a code."""
    return form.overhear is not None or form is MORE


def listens(turn: Turn) -> bool:
    """Whether what this person writes here may be for somebody of the company."""
    return turn.viewer.role in (Role.HOMEOWNER, Role.INSTALLER) and not turn.inbound.group


def for_somebody(turn: Turn) -> bool:
    """Whether a message that answers nothing says something: no greeting, no number, and more than a word."""
    said = turn.inbound.text.strip()
    if turn.inbound.files or turn.inbound.phone:
        return bool(turn.inbound.files)
    short = len(said) <= (LATIN_GREETING_MAX if said.isascii() else GREETING_MAX)
    greets = short and turn.world.understanding.understand(said, turn.now).greeting
    return len(said) >= CHARS_MIN and not FIGURES.fullmatch(said) and not greets


async def hear(turn: Turn, store: Store, form: Form, why: Sequence[Line] = ()) -> list[Outbound]:
    """Staff read it, who wrote it hears so, and the open question is put again."""
    told = await pass_on(turn, store)
    if turn.talk.form == REPORT:
        told = [_only(one) if one.to == turn.inbound.place else one for one in told]
    return [*told, *await dialogs.ask_again(turn, store, form, why)]


def _only(told: Outbound) -> Outbound:
    """The same without the offer of a report: that would take the place of the one that is being written."""
    said = [
        replace(line, text=Text("passed-on-only", line.text.args)) if line.text.id == "passed-on" else line
        for line in told.lines
    ]
    return replace(told, lines=tuple(said), buttons=())


async def beside_of(turn: Turn, store: Store, form: Form) -> list[Outbound]:
    """The files that came with an answer to a dialog which has no place for them, and the danger that it names."""
    if turn.inbound.press or about_work(form):
        return []
    danger = turn.world.understanding.understand(turn.inbound.text, turn.now).dangers
    said = turn.inbound.text if danger and turn.viewer.role is Role.HOMEOWNER else ""
    if not (said or turn.inbound.files):
        return []
    return await pass_on(replace(turn, inbound=replace(turn.inbound, text=said)), store)
