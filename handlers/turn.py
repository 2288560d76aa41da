"""A turn, a route, and how one is chosen for the other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Flag, auto
from typing import Any

from domain.chat import GENERAL, Attachment, Button, Inbound, Kind, Line, Outbound, Place, Text, nothing
from domain.company import Company
from domain.drawing import Drawing, Drawn
from domain.errors import NotAllowed, Refused, Undrawn
from domain.people import Person, Role, Viewer
from domain.quick import quick
from domain.requests import Actor, Request, standing
from domain.states import Who
from domain.talks import Talk
from domain.understanding import Understanding
from storage.store import Store


def nameless() -> str:
    """There is no Telegram, or it has not told us yet what our name is."""
    return ""


Say = Callable[[str, Text, datetime], str]
"""A text in the language of a locale, as it is said at a moment."""


def unsaid(locale: str, text: Text, now: datetime) -> str:
    """There is no catalogue: the text's id."""
    return text.id


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses under which people come in: the web's, the name of the bot on Telegram, and whether there are codes to
    scan for a word, whose addresses are known only outside of transactions (``Drawing``, «scene»)."""

    web: str = ""
    telegram: Callable[[], str] = nameless
    scanned: bool = False

    def start(self, code: str) -> tuple[str, ...]:
        """Where somebody who has this invitation opens it, one address for each channel."""
        name = self.telegram()
        return (f"{self.web}/chat?start={code}", *([f"https://t.me/{name}?start={code}"] if name else ()))

    def group(self, code: str) -> str:
        """What adds the bot to a group and binds it; empty where there is no such thing."""
        name = self.telegram()
        return f"https://t.me/{name}?startgroup={code}" if name else ""


@dataclass(frozen=True, slots=True)
class World:
    """What a handler may rely on that no message changes: the company, and how its people's words are read.

    ``made`` is the chat of the group of staff on each channel where we make it ourselves: nobody can bring us into one
    there, and nobody can reply to what stands in it. ``windowed`` says whether there is a channel on which people may
    be written to only for a while, ``narrow`` names those there are. ``say`` is for what is drawn: whatever is sent as
    words is put into words there.
    """

    company: Company
    understanding: Understanding
    keywords: Mapping[str, str] = field(default_factory=nothing)
    links: Links = field(default_factory=Links)
    made: Mapping[str, str] = field(default_factory=nothing)
    windowed: bool = True
    say: Say = unsaid
    narrow: Collection[str] = ()


@quick
@dataclass(frozen=True, slots=True)
class Turn:
    """One inbound message and what is known as it arrives.

    ``place`` is where the person is reached in private, which may differ from ``inbound.place``. ``purpose`` is
    what the group is bound to, empty in private. ``now`` is aware UTC. ``wandered`` is true if the person wrote
    last on another channel, ``newcomer`` if they never wrote before. ``drawn`` is by key what was drawn for this
    message, None for what could not be.
    """

    inbound: Inbound
    person: Person
    talk: Talk
    place: Place
    now: datetime
    world: World
    purpose: str = ""
    intent: str = ""
    subject: str = ""
    args: Mapping[str, Any] = field(default_factory=nothing)
    wandered: bool = False
    newcomer: bool = False
    drawn: Mapping[str, Drawn | None] = field(default_factory=nothing)

    @property
    def company(self) -> Company:
        """What the company decided."""
        return self.world.company

    @property
    def staff_here(self) -> bool:
        """Staff count as staff in private and in the staff group, nowhere else, and only while they work here."""
        return self.person.active and (not self.inbound.group or self.purpose == "staff")

    @property
    def viewer(self) -> Viewer:
        """Through whose eyes everything is read in this turn."""
        role = self.person.role if self.staff_here else Role.HOMEOWNER
        return Viewer(self.person.id, role)

    def actor(self, request: Request, offered: Sequence[str] = ()) -> Actor:
        """This person, as what they are to a request; the clock is nobody's account and acts as time."""
        if self.inbound.intent:
            return Actor(self.person, Who.TIME, "clock")
        installer = self.viewer.role is Role.INSTALLER
        known = replace(request, installer_id=request.installer_id if installer else "")
        who = standing(known, self.person, self.staff_here, offered if installer else ())
        return Actor(self.person, who, self.inbound.place.channel)

    def say(self, *texts: Text | Line, buttons: Sequence[Sequence[Button]] = (), **more: Any) -> Outbound:
        """A message to where this one came from, in the same topic."""
        return Outbound(self.inbound.place, lines(*texts), tuple(map(tuple, buttons)), thread=self.thread, **more)

    @property
    def locale(self) -> str:
        """The language that this person reads."""
        return self.person.locale or self.company.locale

    def said(self, text: Text) -> str:
        """A text in words that this person reads, for what is drawn."""
        return self.world.say(self.locale, text, self.now)

    def picture(self, drawing: Drawing) -> Attachment:
        """The drawing as a file to send. It costs nothing to ask before anything is written, and an undoing after.

        What a person wants changes at times while it is drawn: they get it as it was then.

        Raises:
            Undrawn: it is not there yet; let it pass, and the handler is called again when it is.
            Refused: it could not be drawn.
        """
        kind = f"{drawing.kind}:"
        before = () if self.inbound.intent else tuple(key for key in self.drawn if key.startswith(kind))
        if drawing.key not in self.drawn and not before:
            raise Undrawn(drawing)
        drawn = self.drawn[drawing.key if drawing.key in self.drawn else before[-1]]
        if drawn is None:
            raise Refused(Text("picture-failed"))
        return drawn.file

    @property
    def thread(self) -> str:
        """The topic this came from, as an answer names it."""
        return self.inbound.thread or (GENERAL if self.inbound.topics else "")


def lines(*texts: Text | Line) -> tuple[Line, ...]:
    """Plain texts become lines; lines stay as they are."""
    return tuple(text if isinstance(text, Line) else Line(text) for text in texts)


def words(text: str) -> Text:
    """A person's own words, in any language, as they are."""
    return Text("words", {"words": text})


def quote(text: str) -> Line:
    """A person's own words as a quotation."""
    return Line(words(text), Kind.QUOTE)


THREAD = "_thread"
"""Among the answers of a dialog in a group: the topic in which it was begun."""

AT_ONCE_S = 120.0
"""So long what is said in a group answers the question that is open there; later only a reply to it does."""

Handler = Callable[[Turn, Store], Awaitable[list[Outbound]]]


class Where(Flag):
    """In which chats a route exists."""

    PRIVATE = auto()
    STAFF_GROUP = auto()
    ANY_GROUP = auto()
    CLOCK = auto()
    EVENT = auto()


@dataclass(frozen=True, slots=True)
class Route:
    """``handler`` answers ``intent`` from these roles in these chats. An intent that ends in «*» is a prefix."""

    intent: str
    handler: Handler
    roles: frozenset[Role] = frozenset(Role)
    where: Where = Where.PRIVATE

    def fits(self, intent: str) -> bool:
        """Whether this route is for that intent."""
        return intent.startswith(self.intent[:-1]) if self.intent.endswith("*") else intent == self.intent


ANYONE = frozenset(Role)
STAFF = frozenset({Role.STAFF, Role.MANAGER, Role.ADMIN})
MANAGERS = frozenset({Role.MANAGER, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})
INSTALLERS = frozenset({Role.INSTALLER})
EVERYWHERE = Where.PRIVATE | Where.STAFF_GROUP


async def silence(turn: Turn, store: Store) -> list[Outbound]:
    """Say nothing: a stranger in a group, or talk that is not for us."""
    return []


def asked_here(turn: Turn) -> bool:
    """Whether a question is open here: in a group other topics have nothing to do with it."""
    here = not turn.inbound.group or turn.talk.answers.get(THREAD, "") == turn.inbound.thread
    return bool(turn.talk.form) and here


def at_once(turn: Turn) -> bool:
    """Whether the question was put so shortly ago that what is said in a group now answers it."""
    asked = turn.talk.changed_at
    return asked is not None and turn.now - asked < timedelta(seconds=AT_ONCE_S)


def choose(routes: Sequence[Route], turn: Turn) -> Handler:
    """The handler for a turn: the first route that fits intent, place and role.

    Raises:
        NotAllowed: the intent exists, but not for this role or not here. In a group a stranger's plain talk
            and commands are met with silence instead.
    """
    exact = [route for route in routes if route.intent == turn.intent]
    fitting = exact or [route for route in routes if route.fits(turn.intent)]
    here = _where(turn)
    for route in fitting:
        if here & route.where and turn.viewer.role in route.roles:
            return route.handler
    if turn.inbound.group and not turn.inbound.press:
        return silence
    if fitting or turn.inbound.press:
        raise NotAllowed(Text("refused-role"))
    return next(route.handler for route in routes if route.intent == "unknown")


def _where(turn: Turn) -> Where:
    if turn.inbound.intent:
        return Where.CLOCK
    if turn.inbound.event:
        return Where.EVENT
    if not turn.inbound.group:
        return Where.PRIVATE
    return Where.STAFF_GROUP | Where.ANY_GROUP if turn.purpose == "staff" else Where.ANY_GROUP
