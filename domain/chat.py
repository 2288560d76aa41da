"""What people and the bot say to each other, in no platform's dialect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any

from domain.quick import quick

NOTHING: Mapping[str, Any] = MappingProxyType({})


def nothing() -> Mapping[str, Any]:
    """``NOTHING`` as a default: Python 3.11 holds a mapping proxy for mutable, because it has no hash."""
    return NOTHING


@quick
@dataclass(frozen=True, slots=True, order=True)
class Place:
    """One chat on one channel; also the name of its lane in the outbox."""

    channel: str
    chat: str


@dataclass(frozen=True, slots=True)
class Span:
    """A window of time, aware and in UTC, ``end`` not included."""

    start: datetime
    end: datetime

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a moment; windows that only touch do not."""
        return self.start < other.end and other.start < self.end


@quick
@dataclass(frozen=True, slots=True)
class Text:
    """A catalogue id and its arguments, to be said in the reader's language.

    An argument is a str (a person's own words, never translated), int, bool, an aware datetime, a Span,
    another Text, or a tuple of Text (rendered as a list in words). Argument names are lower-case words.
    """

    id: str
    args: Mapping[str, Any] = field(default_factory=nothing)


class Media(StrEnum):
    """What a stored file is shown as."""

    PHOTO = "photo"
    VIDEO = "video"
    VOICE = "voice"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that is already stored: ``hash`` is the sha256 of its bytes, in lower-case hex."""

    hash: str
    media: Media = Media.PHOTO
    name: str = ""


@dataclass(frozen=True, slots=True)
class Raw:
    """What arrived on a channel, before anybody understood it.

    ``id`` is unique in the installation («webchat:c42:9f3e…»): the same message delivered again has the same
    id. ``body`` is JSON. ``place`` is where an apology could be sent, None if that cannot be known.
    """

    id: str
    channel: str
    body: Mapping[str, Any]
    place: Place | None = None


class Event(StrEnum):
    """What became of a chat, where nobody said anything to us."""

    BLOCKED = "blocked"  # the person stopped the bot
    UNBLOCKED = "unblocked"
    ADDED = "added"  # the bot came into a group, or got other rights there
    REMOVED = "removed"  # the bot was taken out of a group
    MOVED = "moved"  # the group has another id from now on: args["to"]
    ANONYMOUS = "anonymous"  # somebody spoke behind a group's or a channel's mask: nobody's rights
    CONSENTED = "consented"  # the person agreed to be told, each time once: args["given"], or withdrew: args["ended"]
    UNDELIVERED = "undelivered"  # args["external"], which the platform had taken, was not shown: args["why"]


@quick
@dataclass(frozen=True, slots=True)
class Inbound:
    """One message, press or due timer, without its platform's dialect.

    ``account`` is the sender's id on the channel, never a display name. ``press`` is the token of a pressed
    button. ``reply_to`` is the channel's id of the message that this one answers. ``album`` ties the parts
    of an album together. ``phone`` is set only if the platform vouches for it. ``locale`` is the language
    of the client. ``thread`` is the platform's id of the topic within a group, ``topics`` says that the group
    has such, ``public`` that everybody can find it and read along. What is ``forwarded`` is somebody else's words:
    never a command. ``event`` is set instead of words where the chat itself changed. ``refused`` says of files that
    were sent and could not be kept why: «too-big», «no-space», «kind», «lost», «unseen» (the platform did not hand them
    on). ``intent``, ``subject`` and ``args`` are set by
    the clock alone (``args`` also by an event, and «at» where a message may have waited with the platform: when it came
    there): nobody can type them. ``touch`` says that the person did something and said nothing: followed, scanned a
    code, chose from the platform's menu. ``pressed_at`` is the chat which bears
    the pressed button where it is not ``place``: a group's card that each member sees in private. ``handle`` is what
    the platform calls the pressed message from now on, empty where that does not change.
    """

    id: str
    place: Place
    account: str
    text: str = ""
    files: tuple[Attachment, ...] = ()
    press: str = ""
    reply_to: str = ""
    album: str = ""
    group: bool = False
    locale: str = ""
    name: str = ""
    phone: str = ""
    edited: bool = False
    thread: str = ""
    topics: bool = False
    public: bool = False
    forwarded: bool = False
    event: Event | None = None
    refused: tuple[str, ...] = ()
    intent: str = ""
    subject: str = ""
    args: Mapping[str, Any] = field(default_factory=nothing)
    touch: bool = False
    pressed_at: Place | None = None
    handle: str = ""

    @property
    def talk(self) -> bool:
        """Whether it was said in a group, and is neither a press nor a command."""
        said_anew = not (self.edited or self.forwarded)
        return self.group and not (self.press or (said_anew and self.text.lstrip().startswith("/")))


class Kind(StrEnum):
    """What a line of a message is, so that a channel which can shows it so; others print it."""

    TITLE = "title"  # «R-1024 厨房 · 水龙头滴水»
    STATUS = "status"  # the state as a chip: «师傅已出发»
    TEXT = "text"  # a plain paragraph
    FACT = "fact"  # «预约时间:明天(周日) 14:00–16:00»
    STEP = "step"  # a line of a timeline that lies behind us
    NEXT = "next"  # the one next step
    ALERT = "alert"  # danger, first aid, a broken promise
    QUOTE = "quote"  # a person's own words


@quick
@dataclass(frozen=True, slots=True)
class Line:
    """One line of a message; what is sent at ``until`` or later does without it, None for always."""

    text: Text
    kind: Kind = Kind.TEXT
    until: datetime | None = None


class Style(StrEnum):
    """How much a button asks to be pressed."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@quick
@dataclass(frozen=True, slots=True)
class Button:
    """What a press means; the platform sees only an opaque token."""

    label: Text
    intent: str
    subject: str = ""
    args: Mapping[str, str] = field(default_factory=nothing)
    style: Style = Style.PLAIN


class Priority(IntEnum):
    """Which lane is served first when a limit is short: lower goes first.

    What is urgent also goes before all else in its own lane.
    """

    URGENT = -1
    HUMAN = 0
    STATUS = 1
    CAMPAIGN = 2


GENERAL = "general"
"""The ``thread`` of a message that stays outside of every topic, although its subject has one."""


@dataclass(frozen=True, slots=True)
class Topic:
    """The thread of a group in which a subject is spoken of, where the platform has threads; others ignore it.

    ``open`` says whether people may go on writing in it once the message is there.
    """

    name: Text
    open: bool = True


@quick
@dataclass(frozen=True, slots=True)
class Outbound:
    """A message that we owe: where to, what to say, what may be pressed.

    ``card`` names a message that is edited in place within its chat; ``fresh`` puts it at the end of the
    chat again. ``subject`` is the request it is about, so that a reply to it is about that request.
    ``receipt`` is where to say whether it arrived, and ``receipt_card`` the card there that says so; None
    where nobody waits for it. ``echo`` is the client's own id of a person's message that is shown in its
    room again (web chat), with ``author`` as its writer. ``topic`` puts it into the thread of its ``subject``,
    which is made if it is absent; ``thread`` into one that the platform named, or ``GENERAL``. ``asks`` is «phone»
    where the platform may offer to share the reader's own number. ``settles`` says that it only takes the buttons off
    what was asked: where nothing can be changed in place it is left out. ``joined`` are several messages in one, which
    no newer version of its card replaces.
    """

    to: Place
    lines: tuple[Line, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()
    files: tuple[Attachment, ...] = ()
    card: str = ""
    fresh: bool = False
    subject: str = ""
    priority: Priority = Priority.STATUS
    receipt: Place | None = None
    receipt_card: str = ""
    echo: str = ""
    author: str = ""
    topic: Topic | None = None
    thread: str = ""
    asks: str = ""
    settles: bool = False
    joined: bool = False


def together(first: Outbound, second: Outbound) -> Outbound:
    """Two messages for one place in one, lines and buttons in their order. Of two cards it is neither."""
    cards = {one.card for one in (first, second) if one.card}
    card = cards.pop() if len(cards) == 1 else ""
    return replace(
        first,
        lines=(*first.lines, *second.lines),
        buttons=(*first.buttons, *second.buttons),
        card=card,
        fresh=bool(card) and (first.fresh or second.fresh),
        subject=first.subject or second.subject,
        priority=min(first.priority, second.priority),
        asks=first.asks or second.asks,
        joined=True,
    )


def alive(outbound: Outbound, now: datetime) -> Outbound:
    """Without the lines that are not worth saying any more."""
    if all(line.until is None for line in outbound.lines):
        return outbound
    return replace(outbound, lines=tuple([line for line in outbound.lines if line.until is None or now < line.until]))


@dataclass(frozen=True, slots=True)
class Message:
    """An Outbound in words, as a channel sends it.

    ``id`` is the outbox row, ``seq`` its place in the lane (from 1, ascending, gaps allowed). Each button is
    (label, token, style). ``thread`` is the platform's id of the topic it goes into, empty for none.
    """

    id: str
    seq: int
    to: Place
    lines: tuple[tuple[Kind, str], ...]
    buttons: tuple[tuple[tuple[str, str, Style], ...], ...] = ()
    files: tuple[Attachment, ...] = ()
    card: str = ""
    fresh: bool = False
    echo: str = ""
    author: str = ""
    at: datetime | None = None
    locale: str = field(default="zh-CN")
    thread: str = ""
    asks: str = ""
