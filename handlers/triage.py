"""What staff look for in their group: queue, find, phones, and what could not be sent."""

from __future__ import annotations

from collections.abc import Mapping

from domain.chat import Button, Kind, Line, Outbound, Text
from domain.errors import NotPossible
from domain.people import say_phone
from domain.requests import Request, remark
from domain.states import OPEN, State
from handlers.cards import in_rows, title
from handlers.turn import Turn, words
from storage.store import Store

QUEUED = 4
PAGE = 8
"""So many requests of a state are listed among the others, and by themselves."""


async def queue(turn: Turn, store: Store) -> list[Outbound]:
    """What is open, by state, emergencies first: counts, and the first few of each; or the next of one state."""
    if "state" in turn.args:
        return await _next_of(turn, store, State(str(turn.args["state"])), str(turn.args["after"]))
    counts = await store.requests.counts(turn.viewer)
    lines: list[Line] = [Line(Text("queue-title", {"count": sum(counts.get(s, 0) for s in OPEN)}), Kind.TITLE)]
    waiting = {state: await store.requests.queue(state, turn.viewer, QUEUED) for state in OPEN if counts.get(state)}
    urgent = [request for found in waiting.values() for request in found if request.emergency]
    lines += [Line(title(request), Kind.ALERT) for request in urgent]
    some = [show_button(request) for request in urgent]
    for state, listed in waiting.items():
        found = [request for request in listed if not request.emergency]
        if found:
            lines.append(_head(state, counts))
        lines += [Line(title(request), Kind.STEP) for request in found]
        some += [show_button(request) for request in found[:2]]
    more = [_more(state, listed[-1], counts) for state, listed in waiting.items() if counts[state] > len(listed)]
    if len(lines) == 1:
        lines.append(Line(Text("queue-empty")))
    return [turn.say(*lines, buttons=[*[(one,) for one in some[:8]], *[(one,) for one in more]])]


def _head(state: State, counts: Mapping[State, int]) -> Line:
    return Line(Text("queue-state", {"state": Text(f"state-{state.value}"), "count": counts[state]}), Kind.STATUS)


def _more(state: State, last: Request, counts: Mapping[State, int]) -> Button:
    label = Text("queue-more", {"state": Text(f"state-{state.value}"), "count": counts[state]})
    return Button(label, "command.queue", args={"state": state.value, "after": last.id})


async def _next_of(turn: Turn, store: Store, state: State, after: str) -> list[Outbound]:
    """What of a state comes behind this request."""
    counts = await store.requests.counts(turn.viewer)
    last = await store.requests.get(after, turn.viewer)
    found = await store.requests.queue(state, turn.viewer, PAGE + 1, last)
    listed = found[:PAGE]
    if not listed:
        return [turn.say(Text("queue-end"))]
    lines = [_head(state, counts), *[Line(title(one), Kind.ALERT if one.emergency else Kind.STEP) for one in listed]]
    rows = list(in_rows([show_button(one) for one in listed], 4))
    if len(found) > PAGE:
        rows.append((_more(state, listed[-1], counts),))
    return [turn.say(*lines, buttons=rows)]


def show_button(request: Request) -> Button:
    """«R-1001» opens that card."""
    return Button(words(request.id), "request.show", request.id)


async def find(turn: Turn, store: Store) -> list[Outbound]:
    """/find words: by number, phone, address or what was written."""
    said = str(turn.args.get("rest", "")).strip()
    if not said:
        return [turn.say(Text("find-help"))]
    phone = turn.world.understanding.understand(said, turn.now).phone
    found = await store.requests.find(phone or said, turn.viewer)
    if not found:
        return [turn.say(Text("find-none", {"words": said}))]
    lines = [Line(Text("find-title", {"words": said, "count": len(found)}), Kind.TITLE)]
    lines += [
        Line(Text("find-line", {"what": title(one), "state": Text(f"state-{one.state.value}")}), Kind.STEP)
        for one in found
    ]
    rows = [show_button(one) for one in found]
    return [turn.say(*lines, buttons=[tuple(rows[i : i + 4]) for i in range(0, len(rows), 4)])]


async def show_phone(turn: Turn, store: Store) -> list[Outbound]:
    """Staff want to call: the number goes to their private chat, never to the group, and the log says who saw it."""
    request = await store.requests.get(turn.subject, turn.viewer)
    place = await store.people.place(turn.person.id)
    if place is None:
        raise NotPossible(Text("dead-no-phone"))
    homeowner = await store.people.get(request.homeowner_id)
    await store.requests.save(remark(request, "phone_shown", turn.actor(request), turn.now, {}))
    name = homeowner.name if homeowner and homeowner.name else request.id
    told = Outbound(place, (Line(Text("dead-number", {"name": words(name), "phone": say_phone(request.phone)})),))
    return [told, *([turn.say(Text("dead-call-private"))] if turn.inbound.group else ())]


async def retry_dead(turn: Turn, store: Store) -> list[Outbound]:
    """A message that could not be sent is tried again."""
    done = await store.letters.retry(turn.subject, turn.now)
    return [turn.say(Text("dead-retried" if done else "dead-gone"))]


async def discard_dead(turn: Turn, store: Store) -> list[Outbound]:
    """A message that could not be sent is given up."""
    done = await store.letters.discard(turn.subject, turn.now)
    return [turn.say(Text("dead-discarded" if done else "dead-gone"))]


async def call_dead(turn: Turn, store: Store) -> list[Outbound]:
    """Staff call instead: the number is shown in private to the one who pressed, never in the group."""
    letter = await store.letters.get(turn.subject)
    person = await store.people.at(letter.row.outbound.to) if letter else None
    place = await store.people.place(turn.person.id)
    if person is None or not person.phone or place is None:
        return [turn.say(Text("dead-no-phone"))]
    told = Line(Text("dead-number", {"name": words(person.name), "phone": say_phone(person.phone)}))
    return [Outbound(place, (told,)), *([turn.say(Text("dead-call-private"))] if turn.inbound.group else ())]
