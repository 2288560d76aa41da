"""How followers and posts of a fake Official Account go through the door of ``tests.platforms.remote``.

Posts come back as ``{"by", "type", "text", "buttons", "media", "act"}``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.platforms.remote import Control, Convert, Remote, facts, packed, unpacked
from tests.platforms.remote import door as any_door
from tests.wechat.fake import FakeWechat
from tests.wechat.followers import Follower
from tests.wechat.post import Post

__all__ = ["Remote", "door"]

SHAPES: Mapping[type, Convert] = {
    Post: facts("by", "type", "text", "buttons", "media", "act"),
    Follower: lambda who: {"follower": who.name, "openid": who.openid},
}


def door(fake: Callable[[], FakeWechat]) -> Control:
    """What ``/control`` does; «on» is a follower, or empty for the fake itself."""
    return any_door(
        lambda name: fake().people[name] if name else fake(),
        lambda value: unpacked(value, {}),
        lambda value: packed(value, SHAPES),
    )
