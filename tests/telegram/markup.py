"""Text as Telegram takes it: HTML becomes words and entities, or is refused; lengths are UTF-16 units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NoReturn

from tests.telegram.refusals import Refusal

# tag → the entity that it makes
TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
CHARACTER = re.compile(r"&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|([a-z]+));")
TAG = re.compile(r"<(/?)([a-zA-Z0-9-]*)([^<>]*?)\s*>")
ATTRIBUTE = re.compile(r"""\s+([a-zA-Z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([a-zA-Z0-9.-]+)))?""")
COMMAND = re.compile(r"(?:^|(?<=\s))/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{5,32})?")

TEXT_UNITS = 4096
CAPTION_UNITS = 1024


def units(text: str) -> int:
    """Length in UTF-16 units, in which Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


@dataclass(frozen=True, slots=True)
class Words:
    """Text as it is shown, and what marks parts of it."""

    text: str
    entities: tuple[dict[str, Any], ...] = ()


def read_words(text: str, parse_mode: str, longest: int, too_long: str) -> Words:
    """What people will see.

    Raises:
        Refusal: the markup is broken, or ``too_long`` if what is left of it is longer than ``longest`` units.
    """
    if parse_mode.lower() not in ("", "html"):
        raise Refusal("parse-mode")
    words = parse_html(text) if parse_mode else Words(text)
    words = Words(words.text.rstrip(), words.entities)
    if units(words.text) > longest:
        raise Refusal(too_long)
    return words


def commands_in(text: str) -> list[dict[str, Any]]:
    """Entities of the commands that somebody typed."""
    found = COMMAND.finditer(text)
    return [{"type": "bot_command", "offset": units(text[: m.start()]), "length": units(m[0])} for m in found]


def parse_html(html: str) -> Words:
    """Tags become entities.

    Raises:
        Refusal: as Telegram, whose parser is strict.
    """
    shown, entities = "", []
    open_tags: list[tuple[str, int, dict[str, Any]]] = []
    at = 0
    while at < len(html):
        if html[at] == "&":
            character, at = _character(html, at)
            shown += character
        elif html[at] != "<":
            shown, at = shown + html[at], at + 1
        else:
            tag = TAG.match(html, at)
            offset = len(html[:at].encode())
            if not tag:
                _broken(f"Unclosed {'end' if html[at + 1 : at + 2] == '/' else 'start'} tag at byte offset {offset}")
            if tag[1]:
                entities += _closed(open_tags, tag[2].lower(), shown, offset)
            else:
                open_tags.append((tag[2].lower(), units(shown), _opened(tag[2].lower(), tag[3], offset)))
            at = tag.end()
    if open_tags:
        _broken(f'Can\'t find end tag corresponding to start tag "{open_tags[-1][0]}"')
    return Words(shown, tuple(sorted(entities, key=lambda one: (one["offset"], -one["length"]))))


def _broken(problem: str) -> NoReturn:
    raise Refusal("markup", problem=problem)


def _character(html: str, at: int) -> tuple[str, int]:
    """What «&…;» stands for; what stands for nothing is shown as it is."""
    found = CHARACTER.match(html, at)
    if not found:
        return "&", at + 1
    decimal, hexadecimal, name = found.groups()
    if name:
        return (CHARACTERS[name], found.end()) if name in CHARACTERS else ("&", at + 1)
    code = int(decimal) if decimal else int(hexadecimal, 16)
    valid = 0 < code < 0x110000 and not 0xD800 <= code < 0xE000
    return (chr(code), found.end()) if valid else ("&", at + 1)


def _opened(name: str, attributes: str, offset: int) -> dict[str, Any]:
    if name not in TAGS:
        _broken(f'Unsupported start tag "{name}" at byte offset {offset}')
    values = {one[1]: one[2] or one[3] or one[4] or "" for one in ATTRIBUTE.finditer(attributes)}
    if ATTRIBUTE.sub("", attributes).strip():
        _broken(f"Unclosed start tag at byte offset {offset}")
    if name == "span" and values.get("class") != "tg-spoiler":
        _broken(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
    if name == "tg-emoji" and not values.get("emoji-id", "").isdigit():
        _broken("Invalid custom emoji identifier specified")
    kind = "expandable_blockquote" if name == "blockquote" and "expandable" in values else TAGS[name]
    return {"type": kind, **({"url": values["href"]} if values.get("href") else {})}


def _closed(
    open_tags: list[tuple[str, int, dict[str, Any]]], name: str, shown: str, offset: int
) -> list[dict[str, Any]]:
    if not open_tags:
        _broken(f"Unexpected end tag at byte offset {offset}")
    opened, since, entity = open_tags.pop()
    if name not in ("", opened):
        _broken(f'Unmatched end tag at byte offset {offset}, expected "</{opened}>", found "</{name}>"')
    length = units(shown) - since
    return [{**entity, "offset": since, "length": length}] if length else []
