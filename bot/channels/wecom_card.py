"""A message with buttons as a template card: what fits on one, and what has to stand above it in words.

The platform shows no more than this of each part, and counts characters. Buttons whose words are too long bear a number
instead, and more than six do not fit: their words stand in lines with the number of each, and whoever reads them in
private may answer with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.channels.tencent_words import OF_CARDS, SIGNS, clean, clipped, labels, one_line, plain
from domain.chat import Kind, Message, Style

TITLE_CHARS_MAX = 36
DESC_CHARS_MAX = 44
BODY_CHARS_MAX = 160
FACT_CHARS_MAX = 5
VALUE_CHARS_MAX = 30
FACTS_MAX = 6
LABEL_CHARS_MAX = 10
BUTTONS_MAX = 6
QUOTE_CHARS_MIN = 12
"""A quotation is not cut to less than that."""

STYLES = {Style.PLAIN: 2, Style.PRIMARY: 1, Style.DANGER: 3}
"""Blue, grey, red."""

DONE_KEY = "done"
"""Behind the grey button of a card on which there is nothing to press; nobody can press it."""

FACT = re.compile(r"(?P<name>[^\uff1a:]{1,5})(?:\uff1a|: ?)(?P<value>.{1,30})\Z")
"""«名称：内容», short enough for a row of its own."""

Object = dict[str, Any]


@dataclass(slots=True)
class _Parts:
    """What stands where. ``body`` keeps the kind of each line, so that it can be shortened where it matters least."""

    title: str = ""
    desc: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    body: list[tuple[Kind, str]] = field(default_factory=list)


def whole(message: Message, words: Mapping[str, str], task: str) -> Object | None:
    """The card with all of the message on it; None if it does not fit."""
    found = _sorted(message)
    body = _body(found.body, message, words)
    return _card(message, found, body, words, task) if len(body) <= BODY_CHARS_MAX else None


def shortened(message: Message, words: Mapping[str, str], task: str) -> Object | None:
    """The same for a card that is changed, and whose beginning people have read: without the steps that lie behind us
    as far as need be, the oldest first, and with long quotations cut; None if that does not help."""
    found = _sorted(message)
    lines = list(found.body)
    while len(body := _body(lines, message, words)) > BODY_CHARS_MAX:
        less = _less(lines, len(body) - BODY_CHARS_MAX)
        if less is None:
            return None
        lines = less
    return _card(message, found, body, words, task)


def beneath(message: Message, words: Mapping[str, str], task: str) -> Object:
    """The card beneath a message that stands above it in words: what it is about, where it stands, and the buttons."""
    title = next((text for kind, text in message.lines if kind is Kind.TITLE), "")
    last = next((text for kind, text in reversed(message.lines) if kind is Kind.NEXT), "")
    title, last = clipped(one_line(title), TITLE_CHARS_MAX), one_line(last)
    body = [(Kind.NEXT, last)] if last else []
    listed = _body(body, message, words)
    if len(listed) > BODY_CHARS_MAX:
        listed = _body([], message, words)
    status = next((SIGNS[kind] + one_line(text) for kind, text in message.lines if kind is Kind.STATUS), "")
    parts = _Parts(title or (words["wecom-card-choose"] if not listed else ""), clipped(status, DESC_CHARS_MAX))
    return _card(message, parts, clipped(listed, BODY_CHARS_MAX), words, task)


def rest(message: Message) -> str:
    """The choices for which a card beneath the message has no room, as lines."""
    listed = _listed(message)
    return listed if len(listed) > BODY_CHARS_MAX else ""


def _sorted(message: Message) -> _Parts:
    """Each line where it is shown best. What goes nowhere else goes into the body, in its order."""
    parts = _Parts()
    facts, body = parts.facts, parts.body
    for kind, given in message.lines:
        text = clean(given).strip()
        fact = FACT.match(text) if kind is Kind.FACT and len(facts) < FACTS_MAX else None
        short = "\n" not in text
        if not text:
            continue
        if not (parts.title or body or facts) and short and len(text) <= TITLE_CHARS_MAX and _leads(kind):
            parts.title = text
        elif kind is Kind.STATUS and short and not (parts.desc or body or facts) and len(text) < DESC_CHARS_MAX - 1:
            parts.desc = SIGNS[Kind.STATUS] + text
        elif fact and short:
            facts.append((fact["name"], fact["value"].strip()))
        else:
            body.append((kind, text))
    return parts


def _leads(kind: Kind) -> bool:
    """Whether a line of this kind may be the title: one without a sign of its own."""
    return kind in (Kind.TITLE, Kind.TEXT, Kind.NEXT)


def _body(lines: Sequence[tuple[Kind, str]], message: Message, words: Mapping[str, str]) -> str:
    text = plain(lines, card=any(kind in OF_CARDS for kind, _ in message.lines))
    listed = _listed(message)
    if listed and len(labels(message)) > BUTTONS_MAX:
        listed = f"{words['wecom-choose']}\n{listed}"
    return "\n".join(one for one in (text, listed) if one)


def _listed(message: Message) -> str:
    """The choices whose words do not stand on a button, as lines with their numbers."""
    numbered = enumerate(labels(message), start=1)
    return "\n".join(f"{at} {label}" for at, label in numbered if at > BUTTONS_MAX or len(label) > LABEL_CHARS_MAX)


def _less(lines: Sequence[tuple[Kind, str]], much: int) -> list[tuple[Kind, str]] | None:
    """Without the oldest step, else with the longest quotation shorter by so much; None if neither is there."""
    oldest = next((at for at, (kind, _) in enumerate(lines) if kind is Kind.STEP), None)
    if oldest is not None:
        return [line for at, line in enumerate(lines) if at != oldest]
    quotes = [(len(text), at) for at, (kind, text) in enumerate(lines) if kind is Kind.QUOTE]
    size, at = max(quotes, default=(0, 0))
    if size <= QUOTE_CHARS_MIN:
        return None
    cut = clipped(lines[at][1], max(size - much, QUOTE_CHARS_MIN))
    return [*lines[:at], (Kind.QUOTE, cut), *lines[at + 1 :]]


def _card(message: Message, parts: _Parts, body: str, words: Mapping[str, str], task: str) -> Object:
    title = {name: text for name, text in (("title", parts.title), ("desc", parts.desc)) if text}
    facts = [{"keyname": name, "value": value} for name, value in parts.facts]
    buttons = _buttons(message)
    done = words["wecom-done"]
    return {
        "card_type": "button_interaction",
        **({"main_title": title} if title else {}),
        **({"sub_title_text": body} if body else {}),
        **({"horizontal_content_list": facts} if facts else {}),
        "task_id": task,
        "button_list": buttons or [{"text": done, "style": STYLES[Style.PLAIN], "key": DONE_KEY}],
        **({} if buttons else {"replace_text": done}),
    }


def _buttons(message: Message) -> list[Object]:
    found = [(token, style) for row in message.buttons for _, token, style in row]
    shown = [label if len(label) <= LABEL_CHARS_MAX else str(at) for at, label in enumerate(labels(message), start=1)]
    return [
        {"text": label, "style": STYLES[style], "key": token}
        for label, (token, style) in zip(shown[:BUTTONS_MAX], found[:BUTTONS_MAX], strict=True)
    ]
