"""Everything that a method may need."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from tests.platforms.faults import Faults
from tests.wecom.chats import Card, Code, Post, Room, Stored
from tests.wecom.courier import Courier
from tests.wecom.journal import Journal
from tests.wecom.limits import WECOMS, Limits, Meter
from tests.wecom.refusals import Refusal
from tests.wecom.service import Service
from tests.wecom.tokens import Tokens

if TYPE_CHECKING:
    from tests.wecom.people import Member

IDS = re.compile(r"[0-9A-Za-z_\-@]{1,128}")


@dataclass(frozen=True, slots=True)
class Options:
    """What the platform changes from time to time, or what is not known for sure.

    ``fold`` says that a card shows no more of a text than the manual recommends. ``cut_fails`` makes a text that is too
    long for its message a violation: the platform takes it, and its end is gone. ``addresses`` are who may call.
    ``free_chatids`` says that the chatid of a group which everybody left can be given again.
    ``page_max`` is how many messages sync_msg gives at a time, however many were asked for.
    """

    limits: Limits = WECOMS
    fold: bool = True
    cut_fails: bool = True
    free_chatids: bool = True
    addresses: tuple[str, ...] = ("127.0.0.1",)
    code_s: float = 72 * 3600
    media_s: float = 3 * 86_400
    token_s: float = 7200
    page_max: int = 1000


@dataclass
class Platform:
    """One company's WeCom. ``groups`` are by chatid, ``members`` by userid, ``codes`` are response codes."""

    corp_id: str
    agent_id: int
    options: Options
    clock: Callable[[], datetime]
    journal: Journal
    tokens: Tokens
    app: Courier
    service: Service
    meter: Meter
    faults: Faults
    members: dict[str, Member] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    files: dict[str, Stored] = field(default_factory=dict)
    menu: list[dict[str, object]] = field(default_factory=list)
    lately: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    _last: int = 7_000_000_000_000_000

    def violation(self, what: str, method: str = "") -> None:
        """The bot did what it must never do; the test fails at its end."""
        self.journal.write("violation", what=what, method=method)

    def next_id(self) -> int:
        """Never the same again, and 64 bits long."""
        self._last += 1
        return self._last

    def new_code(self, card: Card) -> str:
        code = f"rc_{sha256(str(self.next_id()).encode()).hexdigest()[:40]}"
        self.codes[code] = Code(card, self.clock())
        return code

    def member(self, userid: str) -> Member | None:
        """Big letters and small ones are the same."""
        return next((one for id, one in self.members.items() if id.lower() == userid.lower()), None)

    def keep(self, data: bytes, name: str, kind: str) -> str:
        """Store a file; its media_id."""
        id = f"3{sha256(data).hexdigest()[:24]}_{self.next_id()}"
        self.files[id] = Stored(data, name, kind, self.clock())
        return id

    def file(self, media_id: str, *kinds: str) -> Stored:
        """Raises:
        Refusal: there is none of these kinds, or not any more.
        """
        stored = self.files.get(media_id)
        if stored is None or self.clock() > stored.at + timedelta(seconds=self.options.media_s):
            raise Refusal("media")
        if kinds and stored.kind not in kinds:
            raise Refusal("media-kind")
        return stored

    def wrote(self, method: str, to: str, post: Post) -> None:
        """A message of the bot was accepted."""
        facts = {"msgid": post.id, "type": post.kind, "text": post.text, "buttons": post.buttons, "media": post.media}
        self.journal.write("sent", method=method, to=to, **facts)

    def show(self, scope: str, to: str, who: str, post: Post, where: list[Post]) -> bool:
        """Put it before one person, or silently do not."""
        if not self.meter.spend(scope, who):
            self.journal.write("dropped", to=to, msgid=post.id, who=who, why="limit")
            return False
        where.append(post)
        self.journal.write("seen", to=to, msgid=post.id, who=who)
        return True
