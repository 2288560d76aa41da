"""What WeCom holds: posts as each person sees them, cards, groups, files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

LINES_OF_A_CARD = ("source", "main_title", "emphasis_content", "quote_area", "sub_title_text")


@dataclass
class Post:
    """A message as one person sees it; ``body`` is the object of its type. ``media`` is the id of its file.

    ``author`` is empty for the bot. ``buttons`` are what can be pressed now: labels with their keys.
    """

    id: str
    kind: str
    body: dict[str, Any]
    at: datetime
    card: Card | None = None
    author: str = ""
    replaced: str = ""
    edits: int = 0

    @property
    def text(self) -> str:
        """All its words but those of the buttons, line by line."""
        if self.kind == "template_card":
            return "\n".join(_card_lines(self.body))
        parts = [self.body.get(name) for name in ("content", "head_content", "title", "description", "desc")]
        return "\n".join(str(one) for one in parts if one)

    @property
    def keys(self) -> dict[str, str]:
        """label → key, of what can be pressed or chosen."""
        if self.kind == "msgmenu":
            items = [one["click"] for one in self.body.get("list", ()) if one["type"] == "click"]
            return {one["content"]: one.get("id", "") for one in items}
        if self.replaced or self.body.get("replace_text"):
            return {}
        return {one["text"]: one.get("key", "") for one in self.body.get("button_list", ()) if not one.get("type")}

    @property
    def buttons(self) -> tuple[str, ...]:
        return tuple(self.keys)

    @property
    def media(self) -> str:
        return str(self.body.get("media_id", ""))

    def __repr__(self) -> str:
        return f"<{self.kind} {self.text!r} {self.buttons}>"


def _card_lines(body: dict[str, Any]) -> Iterable[str]:
    for name in LINES_OF_A_CARD:
        part = body.get(name) or {}
        words = [part] if isinstance(part, str) else [part.get(one, "") for one in ("title", "quote_text", "desc")]
        yield from (one for one in words if one)
    yield from (f"{one['keyname']} {one.get('value', '')}" for one in body.get("horizontal_content_list", ()))


@dataclass
class Card:
    """One template card in all chats: who has it, and which codes change it still."""

    task_id: str
    msgid: str
    posts: dict[str, Post] = field(default_factory=dict)


@dataclass
class Code:
    """A response code: valid once, and not for ever."""

    card: Card
    made_at: datetime
    used: bool = False


@dataclass
class Room:
    """A group which the app has made. ``shown`` is what each member sees there."""

    chatid: str
    name: str
    owner: str
    members: list[str]
    posts: list[Post] = field(default_factory=list)
    shown: dict[str, list[Post]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stored:
    """A file at the platform; people's and the bot's alike are gone after three days."""

    data: bytes
    name: str
    kind: str
    at: datetime
