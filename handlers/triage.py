"""What staff do in their group: queue, find, reply, and what could not be sent."""

from __future__ import annotations

from dataclasses import replace

from domain.chat import Button, Kind, Line, Outbound, Priority, Text
from domain.errors import NotFound, NotPossible
from domain.people import Person, mask_phone, say_phone
from domain.requests import Actor, Request, remark
from domain.states import OPEN, Who
from handlers.cards import staff_card, title
from handlers.clocks import stop_first_answer
from handlers.fields import sent_files, unpack_file
from handlers.forms import Draft
from handlers.notices import know, put
from handlers.requests import numbered
from handlers.turn import Turn, quote, words
from storage.store import Store

RECEIPT = "receipt:"


async def queue(turn: Turn, store: Store) -> list[Outbound]:
    """What is open, by state, emergencies first: counts, and the first few of each."""
    counts = await store.requests.counts(turn.viewer)
    lines: list[Line] = [Line(Text("queue-title", {"count": sum(counts.get(s, 0) for s in OPEN)}), Kind.TITLE)]
    waiting = {state: await store.requests.queue(state, turn.viewer, limit=4) for state in OPEN if counts.get(state)}
    urgent = [request for found in waiting.values() for request in found if request.emergency]
    lines += [Line(title(request), Kind.ALERT) for request in urgent]
    some: list[tuple[Button, ...]] = [(show_button(request),) for request in urgent]
    for state, listed in waiting.items():
        found = [request for request in listed if not request.emergency]
        if found:
            lines.append(
                Line(Text("queue-state", {"state": Text(f"state-{state.value}"), "count": counts[state]}), Kind.STATUS)
            )
        lines += [Line(title(request), Kind.STEP) for request in found]
        some += [(show_button(request),) for request in found[:2]]
    if len(lines) == 1:
        lines.append(Line(Text("queue-empty")))
    return [turn.say(*lines, buttons=some[:8])]


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


async def reply(turn: Turn, store: Store) -> list[Outbound]:
    """A reply in the group to what a homeowner wrote, or to a card, goes to the homeowner."""
    subject = await store.outbox.about(turn.inbound.place, turn.inbound.reply_to)
    if not subject:
        return []
    return await _send(turn, store, subject, turn.inbound.text.strip())


async def reply_by_number(turn: Turn, store: Store) -> list[Outbound]:
    """/r R-1001 words: the same without replying to a message."""
    number, _, said = str(turn.args.get("rest", "")).strip().partition(" ")
    if not number or not (said.strip() or turn.inbound.files):
        return [turn.say(Text("reply-help"))]
    return await _send(turn, store, numbered(number), said.strip())


async def _send(turn: Turn, store: Store, subject: str, said: str) -> list[Outbound]:
    if subject.startswith("person:"):
        homeowner = await store.people.get(subject.removeprefix("person:"))
        out: list[Outbound] = []
    else:
        request = await store.requests.get(subject, turn.viewer)
        homeowner = await store.people.get(request.homeowner_id)
        out = await _answered(turn, store, request, said)
    place = await store.people.place(homeowner.id) if homeowner else None
    if homeowner is None or place is None:
        raise NotPossible(Text("reply-nowhere", {"phone": mask_phone(homeowner.phone if homeowner else "")}))
    photos = await sent_files(Draft(turn, store, turn.talk), turn.inbound)
    await store.files.show([one["hash"] for one in photos], subject)
    head = Line(Text("reply-from", {"name": words(turn.person.name), "id": _shown(subject)}))
    receipt = f"{RECEIPT}{turn.inbound.id}"
    message = Outbound(
        place,
        (head, *([quote(said)] if said else ())),
        files=tuple(unpack_file(one) for one in photos),
        subject=subject,
        priority=Priority.HUMAN,
        receipt=turn.inbound.place,
        receipt_card=receipt,
    )
    sent = turn.say(Text("reply-sent", {"id": _shown(subject)}), card=receipt)
    return [message, sent, *out]


def _shown(subject: str) -> str:
    return "" if subject.startswith("person:") else subject


async def _answered(turn: Turn, store: Store, request: Request, said: str) -> list[Outbound]:
    """A human has answered: the clock stops, and the card knows."""
    changes = {} if request.answered_at else {"answered_at": turn.now}
    moved = remark(request, "answered", Actor(turn.person, Who.STAFF, turn.inbound.place.channel), turn.now, changes)
    moved = replace(moved, event=replace(moved.event, reason=said))
    await store.requests.save(moved)
    await stop_first_answer(store, request.id)
    card = staff_card(moved.request, await know(turn, store, moved.request))
    return [put(place, card, moved.request) for place in await store.groups.places("staff")]


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


async def bind(turn: Turn, store: Store) -> list[Outbound]:
    """/bind CODE in a group: from now on it is the staff group. The code's maker must be an admin still."""
    found = await store.codes.redeem(str(turn.args.get("rest", "")), "bind", turn.person.id, turn.now)
    if found is None or not (turn.person.active and turn.person.role.is_manager):
        raise NotFound(Text("bind-refused"))
    locale = turn.person.locale or turn.company.staff_locale
    await store.groups.bind(turn.inbound.place, "staff", locale, turn.person.id, turn.now)
    await store.outbox.speak(turn.inbound.place, locale)
    return [turn.say(Text("bind-done", {"company": Text("company-name")}))]


async def human(turn: Turn, store: Store) -> list[Outbound]:
    """人工: the group hears that somebody asks for a human."""
    from_card = bool(turn.subject)
    subject = turn.subject or f"person:{turn.person.id}"
    if from_card:
        await store.requests.get(turn.subject, turn.viewer)
    head = Line(Text("staff-human", {"name": _name(turn.person), "id": _shown(subject)}), Kind.ALERT)
    told = [
        Outbound(place, (head,), subject=subject, priority=Priority.HUMAN)
        for place in await store.groups.places("staff")
    ]
    return [turn.say(Text("human-called", {"phone": turn.company.service_phone})), *told]


def _name(person: Person) -> Text:
    return words(person.name) if person.name else Text("somebody")


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
    return [Outbound(place, (told,)), turn.say(Text("dead-call-private"))]
