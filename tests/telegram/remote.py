"""How people, groups and posts of a fake Telegram go through the door of ``tests.platforms.remote``.

A person, group or post goes there as ``{"person": name}``, ``{"group": title}``, ``{"post": [chat, id]}``. Posts come
back as ``{"chat", "id", "text", "buttons", "thread", "media", "album"}``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.platforms.remote import Control, Convert, Remote, facts, packed, unpacked
from tests.platforms.remote import door as any_door
from tests.telegram.chats import Post, Topic
from tests.telegram.fake import FakeTelegram
from tests.telegram.groups import Group
from tests.telegram.limits import Limits
from tests.telegram.people import Person

__all__ = ["Remote", "door"]

POST = facts("id", "text", "buttons", "thread", "media", "album")
SHAPES: Mapping[type, Convert] = {
    Post: lambda post: {"chat": post.chat.id, **POST(post)},
    Topic: facts("id", "name", "open"),
    Person: lambda person: {"person": person.user["first_name"], "id": person.id},
    Group: lambda group: {"group": group.chat.title, "id": group.id},
}


def door(fake: Callable[[], FakeTelegram]) -> Control:
    """What ``/control`` does; «on» is a person, a group, or empty for the fake itself."""

    def unpack(value: Any) -> Any:
        here = fake()
        makers: dict[str, Convert] = {
            "person": here.people.__getitem__,
            "group": here.groups.__getitem__,
            "post": lambda at: here.chats.chats[at[0]].posts[at[1]],
            "limits": lambda given: Limits(**{name: _pair(one) for name, one in given.items()}),
        }
        return unpacked(value, makers)

    def find(name: str) -> Any:
        return {**fake().groups, **fake().people}.get(name, fake())

    return any_door(find, unpack, lambda value: packed(value, SHAPES))


def _pair(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
