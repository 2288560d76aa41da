"""Somebody does not work here any more: from then on they are a homeowner like any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.chat import Button, Kind, Line, Outbound, Style, Text
from domain.errors import NotAllowed, NotFound, NotPossible
from domain.people import Person, Role, mask_phone
from domain.requests import Request
from handlers.audience import is_made
from handlers.cards import in_rows, title
from handlers.triage import show_button
from handlers.turn import Turn, lines, words
from storage.leaving import Leaving
from storage.store import Store

MAY: Mapping[Role, tuple[Role, ...]] = {
    Role.MANAGER: (Role.INSTALLER, Role.STAFF),
    Role.ADMIN: (Role.INSTALLER, Role.STAFF, Role.MANAGER, Role.ADMIN),
}
"""Who sees to it that whom leaves; nobody that they do themselves."""

LISTED_MAX = 20
"""So many people are offered to choose from."""

SHOWN_MAX = 12
"""So many requests are listed, each with its button."""


async def start(turn: Turn, store: Store) -> list[Outbound]:
    """/dismiss and a 工号, a phone or a name: who that is, and whether they really leave; alone, who there is."""
    said = str(turn.args.get("rest", "")).strip()
    if not said:
        return [_choice(turn, Text("leaving-choose"), await _others(turn, store))]
    found = await _meant(turn, store, said)
    if len(found) > 1:
        return [_choice(turn, Text("leaving-several", {"said": said}), found)]
    _check(turn, found[0])
    return [await _question(turn, store, found[0])]


async def ask(turn: Turn, store: Store) -> list[Outbound]:
    """Somebody was chosen: the same question."""
    person = await _person(store, turn.subject)
    if over := _over(turn, person):
        return [over]
    _check(turn, person)
    return [await _question(turn, store, person)]


async def keep(turn: Turn, store: Store) -> list[Outbound]:
    """不了: everything stays as it is."""
    person = await _person(store, turn.subject)
    return [turn.say(Text("leaving-kept", {"who": _who(person)}), card=_card(person))]


async def dismiss(turn: Turn, store: Store) -> list[Outbound]:
    """确定离职: once, however often and by whomever it is pressed."""
    await store.people.hold(turn.subject)
    person = await _person(store, turn.subject)
    if over := _over(turn, person):
        return [over]
    _check(turn, person)
    held = await store.requests.in_hand(person.id)
    told = await _told(turn, store, person, held)
    after = replace(person, role=Role.HOMEOWNER, number="", skills=(), districts=(), photo="")
    await store.people.save(after)
    return told


async def _told(turn: Turn, store: Store, person: Person, held: Sequence[Request]) -> list[Outbound]:
    """Take away all that they could still do, and say what was done: to who asked for it, and to them."""
    place, leaving = await store.people.place(person.id), Leaving(store.connection)
    await store.outbox.hold([*await leaving.chats(person.id), turn.inbound.place])
    await leaving.end_talks(person.id)
    await leaving.end_messages(person.id, turn.now)
    codes = await leaving.end_codes(person.id, person.phone, turn.now)
    offers = await _pass_on(turn, store, person)
    notes = [
        *([Text("leaving-offers", {"count": offers})] if offers else ()),
        *([Text("leaving-codes", {"count": codes})] if codes else ()),
        *([Text("leaving-group")] if await _in_a_group(turn, store, person) else ()),
    ]
    same = await _same_phone(store, person)
    done = turn.say(
        Line(Text("leaving-done", {"who": _who(person)}), Kind.TITLE),
        *_listed(held, "leaving-left"),
        *notes,
        *([Text("leaving-same-phone")] if same else ()),
        buttons=[*_opened(held), *in_rows([_pick(one) for one in same], columns=2)],
        card=_card(person),
    )
    own = Text("leaving-told", {"company": Text("company-name")})
    return [done, *([Outbound(place, lines(own))] if place else ())]


async def _pass_on(turn: Turn, store: Store, person: Person) -> int:
    """What was offered to them is not any more; where nobody else is asked its clock rings at once, and it goes on as
    if they had let it pass. How many that were."""
    offered = await store.offers.to(person.id)
    for request_id in offered:
        await store.offers.answer(request_id, person.id, "withdrawn")
        if not await store.offers.open(request_id):
            await store.timers.set(f"offer:{request_id}", turn.now, "clock.offer_expired", request_id)
    return len(offered)


async def _in_a_group(turn: Turn, store: Store, person: Person) -> bool:
    """Whether they may still read a group of staff, because we cannot put anybody out of it."""
    places = await store.groups.places("staff")
    return person.role.is_staff and not all(is_made(turn, place) for place in places)


# ---- who


async def _meant(turn: Turn, store: Store, said: str) -> list[Person]:
    """Those who work here and are called, numbered or reached like this.

    Raises:
        NotPossible: there are such people, and none of them works here.
        NotFound: there is nobody.
    """
    phone, number = turn.world.understanding.understand(said, turn.now).phone, said.upper()
    found = [one for one in await _working(store) if _is(one, said, phone)]
    if found:
        return found
    known = await store.people.by_number(number) or (phone and await store.people.by_phone(phone))
    if known:
        raise NotPossible(Text("leaving-not-here", {"said": said}))
    raise NotFound(Text("leaving-unknown", {"said": said}))


def _is(person: Person, said: str, phone: str) -> bool:
    return said.upper() == person.number.upper() or said == person.name or bool(phone and phone == person.phone)


async def _working(store: Store) -> list[Person]:
    """All who work here, installers first."""
    return [one for role in MAY[Role.ADMIN] for one in await store.people.working(role)]


async def _others(turn: Turn, store: Store) -> list[Person]:
    """Those whom this person may dismiss.

    Raises:
        NotPossible: there are none.
    """
    found = [one for one in await _working(store) if one.role in MAY[turn.viewer.role] and one.id != turn.person.id]
    if not found:
        raise NotPossible(Text("leaving-nobody"))
    return found


async def _same_phone(store: Store, person: Person) -> list[Person]:
    """Who else works here with the same number: mostly the same human being on another channel."""
    return [one for one in await _working(store) if person.phone and one.phone == person.phone and one.id != person.id]


async def _person(store: Store, person_id: str) -> Person:
    found = await store.people.get(person_id)
    if found is None:
        raise NotFound(Text("leaving-unknown", {"said": person_id}))
    return found


def _check(turn: Turn, person: Person) -> None:
    """Refuse who may not do this to whom.

    Raises:
        NotAllowed: it is themselves, or somebody whom an admin dismisses.
    """
    if person.id == turn.person.id:
        raise NotAllowed(Text("leaving-own"))
    if person.role not in MAY[turn.viewer.role]:
        raise NotAllowed(Text("leaving-admins-only"))


def _over(turn: Turn, person: Person) -> Outbound | None:
    """What is said where they do not work here any more, with nothing left to press."""
    if person.active and person.role is not Role.HOMEOWNER:
        return None
    return turn.say(Text("leaving-over", {"who": _who(person)}), card=_card(person))


# ---- what is shown


async def _question(turn: Turn, store: Store, person: Person) -> Outbound:
    held = await store.requests.in_hand(person.id)
    yes = Button(Text("leaving-yes"), "leaving.yes", person.id, style=Style.DANGER)
    no = Button(Text("leaving-no"), "leaving.no", person.id)
    phone = [Line(Text("leaving-phone", {"phone": mask_phone(person.phone)}), Kind.FACT)] if person.phone else []
    return turn.say(
        Line(_who(person), Kind.TITLE),
        *phone,
        *(_listed(held, "leaving-held") or [Line(Text("leaving-held-none"))]),
        Line(Text("leaving-ask"), Kind.NEXT),
        buttons=[(yes, no)],
        card=_card(person),
        fresh=True,
    )


def _listed(held: Sequence[Request], head: str) -> list[Line]:
    """«手上还有 3 张» and which, as far as there is room."""
    if not held:
        return []
    rest = len(held) - SHOWN_MAX
    return [
        Line(Text(head, {"count": len(held)}), Kind.STATUS),
        *(
            Line(Text("find-line", {"what": title(one), "state": Text(f"state-{one.state.value}")}), Kind.STEP)
            for one in held[:SHOWN_MAX]
        ),
        *([Line(Text("leaving-rest", {"count": rest}))] if rest > 0 else ()),
    ]


def _opened(held: Sequence[Request]) -> tuple[tuple[Button, ...], ...]:
    return in_rows([show_button(one) for one in held[:SHOWN_MAX]], columns=4)


def _choice(turn: Turn, text: Text, people: Sequence[Person]) -> Outbound:
    rest = len(people) - LISTED_MAX
    more = [Line(Text("leaving-more", {"count": rest}))] if rest > 0 else []
    buttons = in_rows([_pick(one) for one in people[:LISTED_MAX]], columns=2)
    return turn.say(Line(text, Kind.NEXT), *more, buttons=buttons)


def _pick(person: Person) -> Button:
    return Button(_who(person), "leaving.ask", person.id)


def _who(person: Person) -> Text:
    """«王师傅 W08（师傅）»; of who left already, the name alone."""
    named = " ".join(filter(None, (person.name, person.number)))
    name = words(named) if named else Text("colleague")
    if person.role is Role.HOMEOWNER:
        return name
    return Text("leaving-who", {"name": name, "role": Text(f"role-{person.role.value}")})


def _card(person: Person) -> str:
    return f"leaving:{person.id}"
