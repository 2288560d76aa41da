"""How people, rooms and posts of a fake WeCom go through the door of ``tests.platforms.remote``.

Posts come back as ``{"id", "kind", "text", "buttons", "media"}``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.platforms.remote import Control, Convert, Remote, facts, packed, unpacked
from tests.platforms.remote import door as any_door
from tests.wecom.chats import Post, Room
from tests.wecom.fake import FakeWecom
from tests.wecom.limits import Limits
from tests.wecom.people import Customer, Member

__all__ = ["Remote", "door"]

SHAPES: Mapping[type, Convert] = {
    Post: facts("id", "kind", "text", "buttons", "media"),
    Room: facts("chatid", "name", "owner", "members"),
    Member: facts("name", "id"),
    Customer: facts("name", "id"),
}


def door(fake: Callable[[], FakeWecom]) -> Control:
    """What ``/control`` does; «on» is a userid, the name of a customer, «tokens» for those, or empty for the fake."""

    def find(name: str) -> Any:
        here = fake()
        return {"": here, "tokens": here.tokens, **here.customers, **here.members}[name]

    return any_door(find, lambda value: unpacked(value, {"limits": _limits}), lambda value: packed(value, SHAPES))


def _limits(given: Mapping[str, Any]) -> Limits:
    return Limits(**{name: tuple(tuple(one) for one in pairs) for name, pairs in given.items()})
