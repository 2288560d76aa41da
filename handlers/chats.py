"""What becomes of a chat: groups are bound and moved, people block us; and files that could not be kept.

Events make nobody a person and give nobody a right. They may come twice, late and in another order.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime

from domain.chat import Kind, Line, Outbound, Text
from domain.errors import NotFound, NotPossible
from domain.people import Role
from handlers.audience import tell_admins
from handlers.turn import Turn
from storage.store import Store

HOW_TO_BIND = "how-to-bind"
SETTING_UP = frozenset({"bind", "start"})
"""The commands that mean us in a group which is not bound."""

REFUSED = {
    "too-big": "files-too-big",
    "no-space": "files-no-space",
    "kind": "files-kind",
    "unseen": "files-unseen",
    "lost": "files-lost",
}
"""Why a file was not kept → what its sender reads."""


def refusals(turn: Turn) -> list[Outbound]:
    """Which files of a message could not be kept and why; nothing in a group where they were not meant for us."""
    inbound = turn.inbound
    meant = inbound.reply_to or inbound.thread or inbound.text.startswith("/") or turn.talk.form
    if inbound.group and not (turn.staff_here and meant):
        return []
    reasons = Counter(REFUSED.get(why, REFUSED["kind"]) for why in inbound.refused)
    told = [Text(id, {"count": count}) for id, count in reasons.items()]
    if inbound.text.strip():
        told.append(Text("files-words-kept"))
    return [turn.say(*told, card=f"refused:{inbound.album}" if inbound.album else "")]


async def blocked(turn: Turn, store: Store) -> list[Outbound]:
    """The person stopped the bot."""
    await store.chats.shut(turn.inbound.place, "blocked", _at(turn))
    return []


async def consented(turn: Turn, store: Store) -> list[Outbound]:
    """They asked to be told, or do not want it any more: that is counted where it came in, and nothing is said of
    it."""
    return []


async def unblocked(turn: Turn, store: Store) -> list[Outbound]:
    """They let it in again; what they want they will say."""
    await store.chats.reach(turn.inbound.place)
    return []


async def added(turn: Turn, store: Store) -> list[Outbound]:
    """We are in a group, or have other rights there: one that serves nothing is told once how to bind it."""
    place = turn.inbound.place
    await store.chats.reach(place)
    await store.chats.allow(place, turn.inbound.topics)
    if turn.purpose or await store.chats.told(place, HOW_TO_BIND):
        return []
    return [turn.say(Text("group-added", {"company": Text("company-name")}), card=HOW_TO_BIND)]


async def removed(turn: Turn, store: Store) -> list[Outbound]:
    """We are not in a group any more: if it served a purpose, it does not, and the admins hear what to do."""
    place = turn.inbound.place
    if not await store.groups.unbind(place, _at(turn)):
        return []
    await store.chats.shut(place, "chat-gone", _at(turn))
    title = str(turn.inbound.args.get("title", ""))
    return await tell_admins(store, Line(Text("group-removed", {"title": title}), Kind.ALERT))


async def moved(turn: Turn, store: Store) -> list[Outbound]:
    """The group has another id from now on."""
    to = str(turn.inbound.args.get("to", ""))
    if to:
        await store.moves.move(turn.inbound.place, replace(turn.inbound.place, chat=to), turn.now)
    return []


async def anonymous(turn: Turn, store: Store) -> list[Outbound]:
    """Somebody behind a mask: who wants something of us hears how to be somebody, all else is talk."""
    text = turn.inbound.text.strip()
    command = text[1:].partition(" ")[0].partition("@")[0].lower() if text.startswith("/") else ""
    meant = command if turn.purpose else command in SETTING_UP
    return [turn.say(Text("anonymous-how"))] if meant or await _replied(turn, store) else []


async def _replied(turn: Turn, store: Store) -> bool:
    inbound = turn.inbound
    if not (turn.purpose and inbound.reply_to):
        return False
    return await store.chats.knows(inbound.place, inbound.reply_to)


async def bind(turn: Turn, store: Store) -> list[Outbound]:
    """/bind CODE in a group: from now on it is the staff group.

    The code's maker must be an admin still, and who says it must manage here. A group that everybody can find and
    read serves nobody's customers; the code stays good for another.
    """
    found = await store.codes.redeem(str(turn.args.get("rest", "")), "bind", turn.person.id, turn.now)
    maker = await store.people.get(found.made_by) if found else None
    rightful = maker is not None and maker.active and maker.role is Role.ADMIN
    if not (rightful and turn.person.active and turn.person.role.is_manager):
        raise NotFound(Text("bind-refused"))
    if turn.inbound.public:
        raise NotPossible(Text("bind-public"))
    locale = turn.person.locale or turn.company.staff_locale
    await store.groups.bind(turn.inbound.place, "staff", locale, turn.person.id, turn.now)
    await store.outbox.speak(turn.inbound.place, locale)
    await store.chats.allow(turn.inbound.place, turn.inbound.topics)
    return [turn.say(Text("bind-done", {"company": Text("company-name")}))]


async def bind_made(turn: Turn, store: Store, chat: str) -> list[Outbound]:
    """The group of staff which we make ourselves on this channel serves from now on; its members are told there."""
    place = replace(turn.inbound.place, chat=chat)
    locale = turn.person.locale or turn.company.staff_locale
    await store.groups.bind(place, "staff", locale, turn.person.id, turn.now)
    await store.outbox.hold([turn.inbound.place, place])
    await store.outbox.speak(place, locale, group=True)
    company = {"company": Text("company-name")}
    return [turn.say(Text("bind-made", company)), Outbound(place, (Line(Text("bind-done", company)),))]


async def bind_by_link(turn: Turn, store: Store) -> list[Outbound]:
    """A link that adds the bot to a group says /start CODE there; the group serves already if there is no code."""
    return await bind(turn, store) if turn.args.get("rest") else []


def _at(turn: Turn) -> datetime:
    """When it happened, if the platform says so."""
    said = turn.inbound.args.get("at")
    return datetime.fromisoformat(str(said)) if said else turn.now
