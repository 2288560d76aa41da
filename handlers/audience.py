"""Who of the company hears of something: the groups of staff, the managers, the admins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.chat import Attachment, Button, Line, Outbound, Place, Priority, Style, Text, Topic
from domain.people import Role
from handlers.turn import Turn, lines
from storage.store import Store


async def desks(turn: Turn, store: Store) -> list[tuple[Place, bool]]:
    """Where staff read what is theirs: their groups, and while none is bound the private chat of every admin. Each with
    whether people can reply there to what we said: in a group that we make nobody can, and in private not on every
    channel."""
    bound = await store.groups.places("staff")
    if bound:
        return [(place, not is_made(turn, place)) for place in bound]
    return [(place, False) for place in await admin_places(store)]


async def manager_places(turn: Turn, store: Store) -> list[Place]:
    """The private chats of the managers who do not read the same as staff: what stands in a group that we make is
    shown to each of its members by us, and while no group is bound the admins are the staff."""
    bound = await store.groups.places("staff")
    made = {place.channel for place in bound if is_made(turn, place)}
    roles = (Role.MANAGER, Role.ADMIN) if bound else (Role.MANAGER,)
    managers = [one for role in roles for one in await store.people.working(role)]
    places = [await store.people.place(one.id) for one in managers]
    return [place for place in places if place and place.channel not in made]


async def admin_places(store: Store) -> list[Place]:
    """The private chats of every admin who ever wrote."""
    places = [await store.people.place(admin.id) for admin in await store.people.working(Role.ADMIN)]
    return [place for place in places if place]


def is_made(turn: Turn, place: Place) -> bool:
    """Whether this is a group of staff that we make ourselves."""
    return turn.world.made.get(place.channel) == place.chat


async def tell_staff(
    store: Store,
    subject: str,
    told: Sequence[Text | Line],
    files: Sequence[Attachment] = (),
    topic: Topic | None = None,
) -> list[Outbound]:
    """Something for every staff group, to which a reply is about ``subject``; in its ``topic`` where it has one."""
    return [_for_staff(place, subject, told, files, topic) for place in await store.groups.places("staff")]


async def ask_staff(
    turn: Turn,
    store: Store,
    subject: str,
    told: Sequence[Text | Line],
    files: Sequence[Attachment] = (),
    topic: Topic | None = None,
) -> list[Outbound]:
    """The same at every desk, of what somebody said, who may be answered."""
    return [
        to_be_answered(_for_staff(place, subject, told, files, topic), replied)
        for place, replied in await desks(turn, store)
    ]


def _for_staff(
    place: Place, subject: str, told: Sequence[Text | Line], files: Sequence[Attachment], topic: Topic | None
) -> Outbound:
    return Outbound(place, lines(*told), files=tuple(files), subject=subject, priority=Priority.HUMAN, topic=topic)


def to_be_answered(said: Outbound, replied: bool) -> Outbound:
    """The same with a button to answer where not everybody can reply to it."""
    if replied:
        return said
    answer = Button(Text("answer-button"), "answer.start", said.subject, style=Style.PRIMARY)
    return replace(said, buttons=(*said.buttons, (answer,)))


async def tell_admins(store: Store, *told: Line) -> list[Outbound]:
    """Something for every admin, in private."""
    return [Outbound(place, told, priority=Priority.HUMAN) for place in await admin_places(store)]
