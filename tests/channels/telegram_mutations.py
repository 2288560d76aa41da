"""Captured updates, spoiled by chance: the same seed spoils them the same way."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.channels.telegram_payloads import payloads

Node = dict[str, Any] | list[Any]
CHANGES_MAX = 4


def deep(levels: int) -> Any:
    inner: Any = 1
    for _ in range(levels):
        inner = [inner]
    return inner


JUNK: tuple[Callable[[random.Random], Any], ...] = (
    lambda chance: None,
    lambda chance: True,
    lambda chance: 0,
    lambda chance: -1,
    lambda chance: chance.choice((2**31, 2**53, 2**63 - 1, 2**63, -(2**64), 10**400)),
    lambda chance: chance.choice((0.5, -1e308, float("inf"), float("nan"))),
    lambda chance: "",
    lambda chance: chance.choice(
        ("\0", "\ud800", "😀" * 3000, "/bind", "/start X@y", "<b>&", "\u202e", " \n\t ", "R-1001")
    ),
    lambda chance: "水" * chance.choice((1, 4096, 4097, 60_000)),
    lambda chance: [],
    lambda chance: {},
    lambda chance: [{}] * chance.choice((1, 50, 5000)),
    lambda chance: {"id": 1087968824, "is_bot": True, "type": "supergroup"},
    lambda chance: {str(one): one for one in range(chance.choice((3, 300)))},
    lambda chance: deep(chance.choice((5, 30, 300))),
    lambda chance: chance.choice((1087968824, 136817688, 777000, -1002290013378, 5213847706)),
)


def nodes(node: Any) -> list[Node]:
    """Every object and list in an update, down to where they were captured; what was spoiled before is left alone."""
    found, level = [], [node]
    for _ in range(8):
        inner = [one for one in level if isinstance(one, dict | list) and 0 < len(one) < 40]
        found += inner
        level = [value for one in inner for value in (one.values() if isinstance(one, dict) else one)]
    return found


def replaced(node: Node, key: Any, chance: random.Random) -> None:
    node[key] = chance.choice(JUNK)(chance)


def removed(node: Node, key: Any, chance: random.Random) -> None:
    del node[key]


def renamed(node: Node, key: Any, chance: random.Random) -> None:
    if isinstance(node, dict):
        node[chance.choice(NAMES)] = node.pop(key)


def repeated(node: Node, key: Any, chance: random.Random) -> None:
    node[key] = [node[key]] * chance.choice((2, 30))


def flipped(node: Node, key: Any, chance: random.Random) -> None:
    value = node[key]
    node[key] = str(value) if isinstance(value, int) else len(value) if isinstance(value, str | list) else not value


CHANGES = (replaced, replaced, replaced, removed, removed, renamed, repeated, flipped)
NAMES = (
    "message edited_message callback_query my_chat_member chat from sender_chat text caption photo document voice video"
    " location venue contact sticker dice reply_to_message forward_origin media_group_id message_thread_id"
    " is_topic_message migrate_to_chat_id migrate_from_chat_id data id type file_id file_unique_id file_size user_id"
    " phone_number first_name title is_forum forum_topic_created new_chat_member status story poll update_id"
).split()


def spoiled(seed: int, captured: Mapping[str, Any] | None = None) -> Iterator[dict[str, Any]]:
    """Spoiled updates without an end, or whatever else was captured; sometimes one brings a part of another."""
    chance = random.Random(seed)
    known = payloads() if captured is None else captured
    texts = [json.dumps(update) for update in known.values()]
    parts = [json.dumps(part) for update in known.values() for part in nodes(update)]
    while True:
        update = json.loads(chance.choice(texts))
        for _ in range(chance.randint(1, CHANGES_MAX)):
            found = nodes(update)
            if not found:
                break
            node = chance.choice(found)
            key = chance.choice(list(node)) if isinstance(node, dict) else chance.randrange(len(node))
            if chance.random() < 0.1:
                node[key] = json.loads(chance.choice(parts))
            else:
                chance.choice(CHANGES)(node, key, chance)
        yield update


def torn(body: bytes, chance: random.Random) -> bytes:
    """Bytes that were damaged on the way."""
    data = bytearray(body)
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data[: chance.randint(1, len(data))] if chance.random() < 0.5 else data)
