"""What stands in a person's chat with the account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Post:
    """``by`` is answer, service, template, subscribe or notice; ``buttons`` are (id, words) of a menu message.

    ``act`` is the number of the act that it answers, 0 for what came by itself.
    """

    at: datetime
    by: str
    type: str
    text: str = ""
    buttons: tuple[tuple[str, str], ...] = ()
    media: str = ""
    url: str = ""
    act: int = 0

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(words for _, words in self.buttons)
