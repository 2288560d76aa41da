"""A fake channel that lets nobody be written to unless they did something lately, and keeps its own count of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from domain.channel import Window
from domain.chat import Inbound, Message, Raw
from domain.errors import Permanent, WindowShut
from tests.fakes import FakeChannel

MESSAGE = Window("message", 5, 48 * 3600)
TOUCH = Window("touch", 3, 60)


@dataclass
class Allowed:
    """What the platform still takes because of one act of a person."""

    count: int
    until: datetime


@dataclass
class WindowedChannel(FakeChannel):
    """``acts`` are what it has seen people do, told by ``act``. What comes without leave is counted as ``rejected``.
    It counts by itself, and knows nothing of what we have counted. While ``pause`` is set it raises that."""

    windows: tuple[Window, ...] = (MESSAGE, TOUCH)
    acts: dict[tuple[str, str], Allowed] = field(default_factory=dict)
    rejected: list[Message] = field(default_factory=list)
    pause: Exception | None = None

    def act(self, chat: str, act: str = "message") -> None:
        """The person does something."""
        window = next(one for one in self.windows if one.act == act)
        self.acts[chat, act] = Allowed(window.count, self.clock() + timedelta(seconds=window.lasts_s))

    def parse(self, raw: Raw) -> Inbound | None:
        found = super().parse(raw)
        return replace(found, touch=raw.body.get("touch", False)) if found else None

    async def send(self, message: Message) -> str:
        if self.pause:
            raise self.pause
        self._pay(message)
        return await super().send(message)

    async def edit(self, external: str, message: Message) -> str:
        raise Permanent("not-editable")

    def _pay(self, message: Message) -> None:
        if message.to.chat.startswith("group"):
            return
        costs = len(message.files) + bool(message.lines or message.buttons)
        still = [
            one
            for (chat, _), one in self.acts.items()
            if chat == message.to.chat and one.count >= costs and self.clock() < one.until
        ]
        if not still:
            self.rejected.append(message)
            raise WindowShut("45015")
        min(still, key=lambda one: one.until).count -= costs


@dataclass
class NoticingChannel(WindowedChannel):
    """The same, with notices: of all texts but those that contain one of ``unnoticeable``."""

    unnoticeable: tuple[str, ...] = ()
    told: list[Message] = field(default_factory=list)
    refusals: list[Exception] = field(default_factory=list)

    def noticeable(self, message: Message) -> bool:
        return not any(word in text for word in self.unnoticeable for _, text in message.lines)

    async def notify(self, message: Message) -> str:
        if self.refusals:
            raise self.refusals.pop(0)
        self.told.append(message)
        return f"n{len(self.told)}"
