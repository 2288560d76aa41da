"""What was understood of a message, as answers to the report's questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.chat import Kind, Line, Text
from domain.understanding import Understood
from domain.wishes import WishKind
from handlers.fields import pack_span

DESCRIPTION_CHARS_MAX = 2000
"""How much of what somebody wrote stands on a request's cards; the rest goes with it as a supplement."""

SENTENCE_ENDS = "\n.!?;\u3002\uff01\uff1f\uff1b"


def parted(said: str) -> tuple[str, str]:
    """What stands on the cards, and the rest; cut behind a sentence where one ends in the last quarter."""
    if len(said) <= DESCRIPTION_CHARS_MAX:
        return said, ""
    last = DESCRIPTION_CHARS_MAX - 1  # the mark that more follows
    end = max(said.rfind(sign, last * 3 // 4, last) for sign in SENTENCE_ENDS) + 1
    cut = end or last
    return said[:cut].rstrip() + "\u2026", said[cut:].strip()


def known_facts(said: str, understood: Understood) -> dict[str, Any]:
    """The answers that a description gives by itself, by field name; what it does not say is left out."""
    wish = understood.wish
    facts = {
        "problem": said.strip(),
        "category": understood.category,
        "phone": understood.phone,
        "_type": understood.type,
        "_product": understood.product,
        "_symptom": understood.symptom,
        "_danger": understood.danger,
        "_severity": understood.severity,
        "_urgent": understood.urgent,
        "_wish": pack_span(wish.span) if wish and wish.kind is WishKind.TIME else "",
        "_wish_words": wish.words if wish else "",
    }
    known = {name: value for name, value in facts.items() if value}
    if wish:
        known["window"] = known.get("_wish", "any")
    if understood.address and understood.district:
        known["home"] = {"district": understood.district, "address": understood.address, "door": understood.door}
    return known


def heard_lines(understood: Understood) -> tuple[Line, ...]:
    """First aid, and what was understood."""
    first_aid = advice(understood)
    if not understood.is_report:
        return first_aid
    return (*first_aid, Line(Text("report-understood", {"what": what(known_facts("", understood))})))


def advice(understood: Understood) -> tuple[Line, ...]:
    """First aid for every danger that is named, the worst first."""
    return tuple(Line(Text(f"danger-{danger}-advice"), Kind.ALERT) for danger in understood.dangers)


def what(answers: Mapping[str, Any]) -> Text:
    """What it is about in a few words: «维修 · 厨房 · 水龙头 · 滴水»."""
    named = [("type", "_type"), ("category", "category"), ("product", "_product"), ("symptom", "_symptom")]
    found = [Text(f"{prefix}-{answers[key]}") for prefix, key in named if answers.get(key)]
    return Text("joined", {"parts": tuple(found)}) if found else Text("report-something")
