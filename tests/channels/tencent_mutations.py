"""Callbacks of the platform, spoiled by chance: the same seed spoils them the same way.

Half of them are spoiled inside and sealed as they should be, the other half on their way, as anybody could.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.tencent import Seal

MESSAGES = Path(__file__).parent / "payloads" / "tencent_messages.json"
BODY_BYTES_MAX = 64 * 1024
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Spoiled:
    """A call of the platform, spoiled. ``inner`` is what was sealed, and ``rightly`` that only that was spoiled."""

    method: str
    query: Pairs
    body: bytes
    inner: str
    rightly: bool


def messages() -> dict[str, str]:
    """What the platform says, by name."""
    known: dict[str, str] = json.loads(MESSAGES.read_text("utf-8"))
    return known


def nested(levels: int) -> str:
    return "<a>" * levels + "</a>" * levels


JUNK: tuple[Callable[[random.Random], str], ...] = (
    lambda chance: "",
    lambda chance: "]]>",
    lambda chance: "<![CDATA[",
    lambda chance: "]]><Event>subscribe</Event><![CDATA[",
    lambda chance: "水" * chance.choice((1, 700, 4000)),
    lambda chance: "😀\u202e\u200d" * chance.choice((1, 300)),
    lambda chance: chance.choice(("\0", "\x08", "\x1b[2J", "\ufffe", "\x7f", "\u2028", "\r\n")),
    lambda chance: chance.choice(("&#0;", "&#8;", "&#xD800;", "&#x110000;", "&#65;", "&amp;", "&lt;", "&nope;", "&")),
    lambda chance: str(chance.choice((0, -1, 2**31, 2**63, 10**400, "1e999", "NaN", "0x10", "１２", "1 "))),
    lambda chance: "<a>" * chance.choice((1, 11, 12, 500, 5000)),
    lambda chance: nested(chance.choice((1, 9, 11, 400))),
    lambda chance: "<b/>" * chance.choice((1, 50, 499, 501, 8000)),
    lambda chance: "<c>x</c>" * chance.choice((2, 400)),
    lambda chance: f"<d {'e' * 3000}='1' f='2'/>",
    lambda chance: "<g " + " ".join(f"a{one}='1'" for one in range(chance.choice((3, 2000)))) + "/>",
    lambda chance: "<!DOCTYPE x [<!ENTITY a 'aaaaaaaa'>]>",
    lambda chance: "<!-- " + "-" * chance.choice((1, 9000)) + " -->",
    lambda chance: "<?php echo 1 ?>",
    lambda chance: "<?xml version='1.0' encoding='utf-16'?>",
    lambda chance: "/bind X", lambda chance: "🪳" * 2000,
)  # fmt: skip
NAMES = (
    "xml ToUserName FromUserName CreateTime MsgType Event EventKey Content MsgId MediaId Encrypt AgentID Ticket Token"
    " OpenKfId TaskId ResponseCode bizmsgmenuid Location_X Recognition item Status 水 a-b a:b 9"
).split()


def _junk(chance: random.Random) -> str:
    return chance.choice(JUNK)(chance)


def _at(text: str, chance: random.Random) -> int:
    """A place in it, more often one at which a tag begins or ends."""
    at = chance.randrange(len(text) + 1)
    if chance.random() < 0.7:
        return max(text.find(chance.choice("<>"), at), 0) + chance.randrange(2)
    return at


def inserted(text: str, chance: random.Random) -> str:
    at = _at(text, chance)
    return text[:at] + _junk(chance) + text[at:]


def cut(text: str, chance: random.Random) -> str:
    start, end = sorted((_at(text, chance), _at(text, chance)))
    return text[:start] + text[end:]


def repeated(text: str, chance: random.Random) -> str:
    start, end = sorted((_at(text, chance), _at(text, chance)))
    return text[:end] + text[start:end] * chance.choice((1, 2, 30)) + text[end:]


def renamed(text: str, chance: random.Random) -> str:
    return text.replace(chance.choice(NAMES), chance.choice(NAMES), chance.choice((1, 2, -1)))


def refilled(text: str, chance: random.Random) -> str:
    """What stands in one element is something else."""
    starts = [index for index, char in enumerate(text) if char == ">"]
    if not starts:
        return text
    start = chance.choice(starts) + 1
    end = text.find("</", start)
    return text[:start] + _junk(chance) + text[end if end >= 0 else len(text) :]


def shortened(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text) + 1)]


def from_another(text: str, chance: random.Random) -> str:
    other = chance.choice(list(messages_kept))
    start, end = sorted((_at(other, chance), _at(other, chance)))
    at = _at(text, chance)
    return text[:at] + other[start:end] + text[at:]


messages_kept: Sequence[str] = tuple(messages().values())
CHANGES = (inserted, inserted, cut, repeated, renamed, renamed, refilled, refilled, shortened, from_another)


def _changed(text: str, chance: random.Random) -> str:
    for _ in range(chance.choice((0, 1, 1, 1, 2, 3))):
        text = chance.choice(CHANGES)(text, chance)[:BODY_BYTES_MAX]
    return text.encode("utf-8", "replace").decode()


def torn(body: bytes, chance: random.Random) -> bytes:
    """Bytes that were damaged on the way."""
    data = bytearray(body or b"<")
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data[: chance.randint(1, len(data))] if chance.random() < 0.5 else data)


def _query(pairs: Pairs, chance: random.Random) -> Pairs:
    """One parameter is absent, twice there, long, empty, or something else."""
    pairs = list(pairs)
    at = chance.randrange(len(pairs))
    name, value = pairs[at]
    odd = (
        value[:-1],
        value + "0",
        value * 400,
        "",
        "水" * 10,
        "\0",
        "9" * 10,
        "-1",
        value.upper(),
        " " + value,
        "\ud800",
    )
    choices: tuple[Pairs, ...] = ([], [(name, value)] * 2, [(name, chance.choice(odd))], [(name.upper(), value)])
    pairs[at : at + 1] = chance.choice(choices)
    return pairs


def _outer(sealed: str) -> str:
    return f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"


def _sealed(seal: Seal, inner: str, stamp: str, chance: random.Random) -> Spoiled:
    sealed, nonce = seal.encrypt(inner, chance.randbytes(16)), str(chance.randrange(10**10))
    query = list(seal.query(sealed, stamp, nonce).items())
    if chance.random() < 0.05:
        return Spoiled("GET", [*query, ("echostr", sealed)], b"", inner, rightly=True)
    return Spoiled("POST", query, _outer(sealed).encode(), inner, rightly=True)


def _body(one: Spoiled, chance: random.Random) -> Spoiled:
    return replace(one, body=torn(one.body, chance))


def _xml(one: Spoiled, chance: random.Random) -> Spoiled:
    return replace(one, body=_changed(one.body.decode(), chance).encode())


def _asked(one: Spoiled, chance: random.Random) -> Spoiled:
    return replace(one, query=_query(one.query, chance))


def _bare(one: Spoiled, chance: random.Random) -> Spoiled:
    return replace(one, body=_changed(one.inner, chance).encode())


def _noise(one: Spoiled, chance: random.Random) -> Spoiled:
    return replace(one, body=chance.randbytes(chance.choice((0, 1, 100, 5000))))


def _other(one: Spoiled, chance: random.Random) -> Spoiled:
    return replace(one, method="GET" if one.method == "POST" else "POST")


ON_THE_WAY = (_body, _body, _xml, _xml, _asked, _asked, _bare, _noise, _other)


def spoiled(seed: int, seal: Seal, stamp: str) -> Iterator[Spoiled]:
    """Spoiled calls without an end, sealed for ``seal`` at ``stamp`` (seconds since 1970)."""
    chance = random.Random(seed)
    while True:
        one = _sealed(seal, _changed(chance.choice(messages_kept), chance), stamp, chance)
        if chance.random() < 0.5:
            one = replace(chance.choice(ON_THE_WAY)(one, chance), rightly=False)
        yield replace(one, body=one.body[: BODY_BYTES_MAX + 1])
