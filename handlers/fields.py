"""The kinds of question that several forms share: words, a choice, photos, a window, a reason."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from domain.appointments import Why, judge, suiting
from domain.chat import NOTHING, Attachment, Inbound, Kind, Line, Media, Span, Style, Text
from domain.errors import Invalid
from domain.replies import agrees, no_more
from domain.wishes import parse_window
from handlers.albums import gathered
from handlers.forms import Also, Choice, Draft, Field, More, Question, always
from handlers.turn import lines
from storage.files import account_owner

Needed = Callable[[Draft], bool]
Choices = Callable[[Draft], Awaitable[tuple[Choice, ...]]]


async def no_choices(draft: Draft) -> tuple[Choice, ...]:
    """Nothing to tap: the answer is typed."""
    return ()


def text_field(
    name: str,
    ask: Text,
    chars_max: int = 2000,
    chars_min: int = 1,
    optional: bool = False,
    needed: Needed = always,
    choices: Choices = no_choices,
) -> Field:
    """Free words, of a length; choices may be tapped instead and count as typed."""

    asked = lines(Line(ask, Kind.NEXT))

    async def question(draft: Draft) -> Question:
        return Question(asked, await choices(draft))

    async def read(draft: Draft, message: Inbound) -> str:
        words = message.text.strip()
        if not chars_min <= len(words) <= chars_max:
            raise Invalid(Text("form-length", {"min": chars_min, "max": chars_max}))
        return words

    return Field(name, question, read, optional, needed, lines=asked)


def not_said(draft: Draft, said: str) -> str:
    """Words are none of the choices."""
    return ""


def choice_field(
    name: str,
    ask: Text,
    choices: Choices,
    needed: Needed = always,
    columns: int = 2,
    said: Callable[[Draft, str], str] = not_said,
) -> Field:
    """One of what is offered, tapped, written by its number («2»), or in words of which ``said`` knows the choice."""

    asked = lines(Line(ask, Kind.NEXT))

    async def question(draft: Draft) -> Question:
        return Question(asked, await choices(draft), columns)

    async def read(draft: Draft, message: Inbound) -> str:
        return picked([choice.value for choice in await choices(draft)], message.text, said(draft, message.text))

    return Field(name, question, read, needed=needed, lines=asked)


def picked(offered: list[str], written: str, meant: str = "") -> str:
    """Which of the values is meant, tapped or written by its place from 1.

    Raises:
        Invalid: none of them.
    """
    written = written.strip()
    for value in (written, meant):
        if value in offered:
            return value
    if written.isdecimal() and len(written) < 3 and 0 < int(written) <= len(offered):
        return offered[int(written) - 1]
    raise Invalid(Text("form-choose"))


def many_field(name: str, ask: Text, choices: Choices, needed: Needed = always) -> Field:
    """Any number of what is offered: a tap takes or gives back, «完成» ends."""

    async def question(draft: Draft) -> Question:
        taken = draft.answers.get(f"_{name}", ())
        some = [
            replace(one, style=Style.PRIMARY if one.value in taken else Style.PLAIN) for one in await choices(draft)
        ]
        head = [Line(ask, Kind.NEXT)]
        if taken:
            head.append(Line(Text("form-taken", {"taken": tuple(one.label for one in some if one.value in taken)})))
        return Question(tuple(head), (*some, Choice(Text("form-done"), "done", Style.PRIMARY)), columns=3)

    async def read(draft: Draft, message: Inbound) -> Any:
        said, taken = message.text.strip(), list(draft.answers.get(f"_{name}", ()))
        if said == "done":
            return taken
        said = picked([one.value for one in await choices(draft)], said)
        return More({f"_{name}": [one for one in taken if one != said] if said in taken else [*taken, said]})

    return Field(name, question, read, needed=needed, none="done")


def media_field(name: str, ask: Text, least: Callable[[Draft], int], needed: Needed = always) -> Field:
    """Photos, videos and voice notes, one after the other, until «完成» is tapped or enough are there."""

    async def question(draft: Draft) -> Question:
        have, most = len(files(draft, name)), draft.turn.company.photos_max
        if not have:
            none = Choice(Text("form-photos-none"), "done")
            return Question(lines(Line(ask, Kind.NEXT)), () if least(draft) else (none,))
        if have < least(draft):
            return Question(
                lines(Line(Text("form-photos-short", {"have": have, "more": least(draft) - have}), Kind.NEXT))
            )
        count = Line(Text("form-photos-have", {"count": have, "more": most - have}), Kind.NEXT)
        done = Choice(Text("form-photos-done"), "done", Style.PRIMARY)
        return Question((count,), (done,))

    async def read(draft: Draft, message: Inbound) -> Any:
        have, most = files(draft, name), draft.turn.company.photos_max
        fresh = [one for one in await sent_files(draft, message) if one not in have]
        if fresh:
            answers = {f"_{name}": (have + fresh)[:most], **gathered(draft.answers, message, fresh)}
            return More({**answers, **noted(draft, message)})
        if _sent_all(message.text.strip(), have) and len(have) >= least(draft):
            return have
        if message.text.strip() and least(draft) == 0:
            return More(NOTHING if agrees(message.text) else noted(draft, message))
        raise Invalid(Text("form-photos-least", {"count": least(draft)}))

    return Field(name, question, read, needed=needed, none="done", takes_files=True)


def _sent_all(said: str, have: list[dict[str, str]]) -> bool:
    """«好的» before anything was sent is a promise, afterwards the end."""
    return said == "done" or (no_more(said) and (bool(have) or not agrees(said)))


def files(draft: Draft, name: str) -> list[dict[str, str]]:
    """The files gathered so far for a media field, as kept: hash, media, name."""
    return list(draft.answers.get(f"_{name}") or draft.answers.get(name) or ())


async def sent_files(draft: Draft, message: Inbound) -> list[dict[str, str]]:
    """The files of a message which its sender really sent, ready to keep in a draft."""
    owner = account_owner(message.place.channel, message.account)
    mine = await draft.store.files.sent_by([one.hash for one in message.files], owner)
    return [pack_file(one) for one in message.files if one.hash in mine]


def noted(draft: Draft, message: Inbound) -> dict[str, str]:
    """Words that came with photos, added to the description."""
    words = message.text.strip()
    before = str(draft.answers.get("problem") or "")
    return {"problem": f"{before}\n{words}".strip()} if words else {}


def pack_file(file: Attachment) -> dict[str, str]:
    """An attachment as JSON."""
    return {"hash": file.hash, "media": file.media.value, "name": file.name}


def unpack_file(kept: dict[str, str]) -> Attachment:
    """An attachment from JSON."""
    return Attachment(kept["hash"], Media(kept["media"]), kept.get("name", ""))


def pack_span(span: Span) -> str:
    """A window as text: two ISO times."""
    return f"{span.start.isoformat()}/{span.end.isoformat()}"


def unpack_span(kept: str) -> Span:
    """A window from text.

    Raises:
        ValueError: it is not two ISO times with a zone.
    """
    start, _, end = kept.partition("/")
    span = Span(datetime.fromisoformat(start), datetime.fromisoformat(end))
    if span.start.tzinfo is None or span.end.tzinfo is None or span.end <= span.start:
        raise ValueError(kept)
    return span


def window_field(
    name: str, ask: Text, busy: Callable[[Draft], Awaitable[list[Span]]], needed: Needed = always
) -> Field:
    """An appointment: concrete ones to tap, or words («周六上午»), to which those near that time are the answer."""

    asked = lines(Line(ask, Kind.NEXT))

    async def question(draft: Draft) -> Question:
        wish = draft.answers.get("_wish")
        near = unpack_span(wish) if wish else None
        turn = draft.turn
        spans = suiting(turn.company, turn.now, near, await busy(draft))
        choices = tuple(Choice(Text("window", {"span": span}), pack_span(span)) for span in spans)
        return Question((*_why_not(draft), *asked), choices, columns=1)

    async def read(draft: Draft, message: Inbound) -> Also | More:
        span = _named(draft, message.text)
        why = judge(draft.turn.company, draft.turn.now, span, await busy(draft))
        if why is Why.NOTHING:
            return Also(pack_span(span), {name: value for name, value in draft.answers.items() if name != "_why"})
        wish = {} if why is Why.RANGE else {"_wish": pack_span(span)}
        return More({**wish, "_why": why.value})

    return Field(name, question, read, needed=needed, lines=asked)


def _why_not(draft: Draft) -> tuple[Line, ...]:
    """Why the time that was named is not booked yet; nothing before one was named."""
    visits, why = draft.turn.company.visits, draft.answers.get("_why")
    told = {
        Why.WHICH: Text("form-window-which"),
        Why.RANGE: Text("form-window-range", {"days": visits.days_ahead}),
        Why.CLOSED: Text("form-window-closed"),
        Why.HOURS: Text("form-window-hours"),
        Why.SOON: Text("form-window-soon", {"minutes": visits.lead_min}),
        Why.BUSY: Text("form-window-busy"),
    }
    return lines(told[Why(why)]) if why else ()


def _named(draft: Draft, said: str) -> Span:
    """A time as tapped or written, whatever it is good for.

    Raises:
        Invalid: it cannot be read as a time.
    """
    try:
        return unpack_span(said.strip())
    except ValueError:
        found = parse_window(said, draft.turn.company, draft.turn.now)
        if found is None:
            raise Invalid(Text("form-window")) from None
        return found


def read_window(draft: Draft, said: str) -> Span:
    """A wished time as tapped or written; whether there are appointments then is seen when one is made.

    Raises:
        Invalid: it cannot be read as a time, the time is past or too far away, or it is longer than a week.
    """
    turn, span = draft.turn, _named(draft, said)
    if judge(turn.company, turn.now, span) is Why.RANGE:
        raise Invalid(Text("form-window-range", {"days": turn.company.visits.days_ahead}))
    if span.end - span.start > timedelta(days=7):
        raise Invalid(Text("form-window-long"))
    return span


def reason_field(name: str, ask: Text, listed: str, more: Choices = no_choices) -> Field:
    """One of the company's reasons, or other words. The answer is the reason's message id, or the words.

    Words that only look like such an id are kept in quotation marks, so that nobody takes them for one.
    """

    async def choices(draft: Draft) -> tuple[Choice, ...]:
        reasons = draft.turn.company.reasons.get(listed, ())
        ids = [f"reason-{listed}-{reason.code}" for reason in reasons]
        return (*[Choice(Text(one), one) for one in ids], *await more(draft))

    field = text_field(name, ask, chars_max=300, choices=choices)

    async def read(draft: Draft, message: Inbound) -> str:
        said = str(await field.read(draft, message))
        listed = [choice.value for choice in await choices(draft)]
        return said if said in listed or _near_day(said, draft.turn.now) or not _CODED.match(said) else f"«{said}»"

    return replace(field, read=read)


_CODED = re.compile("reason-|day:")


def _near_day(said: str, now: datetime) -> bool:
    """Whether this is «day:» and a day that was lately offered."""
    try:
        day = datetime.fromisoformat(said.removeprefix("day:"))
    except ValueError:
        return False
    return said.startswith("day:") and day.tzinfo is not None and abs(day - now) < timedelta(days=400)
