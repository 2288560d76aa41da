"""What a platform had taken and did not show, as it tells us later: owed again, or for staff to tell."""

from __future__ import annotations

from domain.chat import Button, Kind, Line, Outbound, Place, Priority, Style, Text
from handlers.audience import admin_places
from handlers.turn import Turn
from storage.outbox import Posted, receipt
from storage.store import Store

WINDOW = "window"
GONE = frozenset({"blocked", "chat-gone"})
DEAD = "dead:"


class NotSettled(Exception):
    """Something is under way in the chat, and it may be what this is about: to be heard again in a while."""


async def bounced(turn: Turn, store: Store) -> list[Outbound]:
    """A message of ours was not shown. If it came too late or was one too many, it waits for the next window; who wants
    to hear nothing of us hears nothing; of the rest, and of these, staff are told.

    Raises:
        NotSettled: it cannot be known yet which message it is.
    """
    place, why = turn.inbound.place, str(turn.inbound.args.get("why", ""))
    under_way = await store.letters.under_way(place)  # asked first: it may be kept as sent between two statements
    row = await store.letters.taken(place, str(turn.inbound.args.get("external", "")))
    if row is None:
        if under_way:
            raise NotSettled
        return []
    staff = await store.groups.places("staff") or await admin_places(store)
    await store.outbox.hold([place, *staff, *([row.outbound.receipt] if row.outbound.receipt else [])])
    if not await store.letters.bounce(row, why, turn.now):
        return []
    if why == WINDOW:
        await store.letters.again(row, turn.now)
        return []
    if why in GONE:
        await store.chats.shut(place, why, turn.now)
    count = await store.letters.together(place, why)
    told = [_told(row, why, count, to) for to in staff]
    return [*([receipt(row.outbound, "receipt-failed")] if row.outbound.receipt else []), *told]


def _told(row: Posted, why: str, count: int, to: Place) -> Outbound:
    """What staff read of it, never what stands in it; those of one chat share a card."""
    place, subject = row.outbound.to, row.outbound.subject if count == 1 else ""
    reason = Text("dead-why-gone") if why in GONE else Text("dead-why-refused", {"code": why})
    facts = {"channel": place.channel, "why": reason, "count": count}
    text = Text("dead-letter-about", {**facts, "subject": subject}) if subject else Text("dead-letter", facts)
    buttons = (
        Button(Text("dead-retry"), "dead.retry", row.id, style=Style.PRIMARY),
        Button(Text("dead-call"), "dead.call", row.id),
        Button(Text("dead-discard"), "dead.discard", row.id),
    )
    return Outbound(
        to=to,
        lines=(Line(text, Kind.ALERT), Line(Text("dead-letter-next"), Kind.NEXT)),
        buttons=(buttons,),
        card=f"{DEAD}{place.channel}:{place.chat}",
        fresh=count == 1,
        subject=subject,
        priority=Priority.HUMAN,
    )
