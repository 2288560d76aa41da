"""Everything that a method may need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tests.platforms.faults import Faults
from tests.telegram.chats import Chats, Post
from tests.telegram.journal import Journal
from tests.telegram.limits import TELEGRAMS, Limits, Meter
from tests.telegram.queue import Queue


@dataclass(frozen=True, slots=True)
class Options:
    """What differs between Telegram's installations and ages, or is not known for sure.

    ``closed_for_bot`` says that a closed topic refuses the bot as well, even as an administrator. ``edit_max_s`` is
    the age up to which a message can be edited. ``privacy`` hides plain group messages from a bot without rights.
    """

    limits: Limits = TELEGRAMS
    closed_for_bot: bool = True
    edit_max_s: float = 48 * 3600
    press_max_s: float = 15
    privacy: bool = True
    poll_max_s: float = 50


@dataclass
class Platform:
    """One bot's Telegram."""

    token: str
    options: Options
    clock: Callable[[], datetime]
    journal: Journal
    chats: Chats
    queue: Queue
    meter: Meter
    faults: Faults

    def violation(self, what: str, method: str = "", chat: str = "") -> None:
        """The bot did what it must never do; the test fails at its end."""
        self.journal.write("violation", what=what, method=method, chat=chat)

    def wrote(self, method: str, post: Post) -> None:
        """A message of the bot was accepted."""
        self.journal.write(
            "sent",
            method=method,
            chat=post.chat.id,
            message_id=post.id,
            thread=post.thread,
            text=post.text,
            buttons=post.buttons,
            media=post.media,
            album=post.album,
        )
