"""Who writes very much at once: staff read it gathered, so that others are heard as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.chat import Attachment, Kind, Line, Outbound, Place, Priority, Text, Topic
from handlers.audience import ask_staff, desks, to_be_answered
from handlers.cards import called
from handlers.turn import Turn, lines, quote
from storage.store import Store

WITHIN_S = 60
FREE = 8
"""So many messages of one person within that time reach staff one by one."""

SHOWN = 8
CHARS_MAX = 300
"""How many of those that are gathered are shown, the latest, and how much of each."""


async def tell_paced(
    turn: Turn,
    store: Store,
    subject: str,
    told: Sequence[Text | Line],
    files: Sequence[Attachment] = (),
    topic: Topic | None = None,
) -> list[Outbound]:
    """What this person has for staff, as ``ask_staff`` would say it; of a flood one card a minute, with its end.

    Files come one by one all the same where there is no request which keeps them.
    """
    count = await store.paces.count(f"flood:{turn.person.id}", turn.now, WITHIN_S)
    if count <= FREE or (files and subject.startswith("person:")):
        return await ask_staff(turn, store, subject, told, files, topic)
    about = "" if subject.startswith("person:") else subject
    head = Line(Text("staff-flood", {"name": called(turn.person), "id": about, "count": count}))
    minute = int(turn.now.timestamp()) // WITHIN_S
    card = Outbound(
        Place("", ""),
        (head, *[_short(line) for line in lines(*told) if line.kind in (Kind.QUOTE, Kind.ALERT)]),
        card=f"flood:{turn.person.id}:{subject}:{minute}",
        subject=subject,
        priority=Priority.HUMAN,
        topic=topic,
    )
    return [to_be_answered(await _gathered(store, place, card), replied) for place, replied in await desks(turn, store)]


async def _gathered(store: Store, place: Place, card: Outbound) -> Outbound:
    """The card with the end of what it has said so far."""
    before = await store.outbox.newest(place, card.card)
    head, *fresh = card.lines
    said = [*(before.lines[1:] if before else ()), *fresh]
    latest = [line for index, line in enumerate(said) if line not in said[index + 1 :]]
    return replace(card, to=place, lines=(head, *latest[-SHOWN:]))


def _short(line: Line) -> Line:
    said = str(line.text.args.get("words", ""))
    return quote(f"{said[:CHARS_MAX]}…") if line.kind is Kind.QUOTE and len(said) > CHARS_MAX else line
