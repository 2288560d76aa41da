"""What a homeowner added before anybody had taken the job: whoever takes it reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from domain.chat import Line, Outbound, Place, Text
from domain.people import INSIDE
from domain.requests import Event, Request
from handlers.turn import quote
from storage.store import Store


async def earlier(store: Store, request: Request, place: Place) -> list[Outbound]:
    """One message with all of it. What was written after somebody had taken it once may be about that installer, and is
    not shown to another."""
    events = await store.requests.events(request.id, INSIDE, actions=("file", "supplement", "accept"))
    filed, *later = takewhile(lambda event: event.action != "accept", events)
    own = [event for event in later if event.actor_id == request.homeowner_id]
    said = [quote(event.reason) for event in own if event.reason]
    files = await store.files.attached(list(_photos(own, filed.changes.get("photos", ()))))
    head = Line(Text("job-supplement", {"id": request.id}))
    return [Outbound(place, (head, *said), files=files, subject=request.id)] if said or files else []


def _photos(events: Sequence[Event], known: Sequence[str]) -> Iterator[str]:
    """Those that came after the first ones."""
    every = dict.fromkeys(photo for event in events for photo in event.changes.get("photos", ()))
    yield from (photo for photo in every if photo not in known)
