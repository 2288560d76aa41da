"""What each change promises to whom, by the table of transitions; and how often they were told, by the platforms.

A change is told in words of its own («told-<action>-<audience>»), which are looked for in what people were shown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from domain.chat import Text
from domain.requests import Event, rebuild
from domain.states import Who, choices
from messages import Catalogue
from tests.fakes import START

ANYTHING = "\u2026\u2026"
ARGS = dict.fromkeys(("id", "by", "who", "installer", "reason", "span", "code", "score"), ANYTHING)
ANNOUNCED = frozenset("decline expire not_fixed reopen restore urge hand_over rate cancel no_show".split())
"""What the group is told in words; of all else it sees the card change."""

Told = tuple[str, str]
"""Who («homeowner», «staff», the id of an installer), and the id of the text."""


def promised(events: Sequence[Event]) -> Counter[Told]:
    """How often each has to be told what."""
    return Counter(told for number, _ in enumerate(events, start=1) for told in _of(events[:number]))


def _of(events: Sequence[Event]) -> Iterable[Told]:
    event, installer = events[-1], rebuild(events).installer_id
    if event.action == "file":
        yield "homeowner", "told-file-homeowner"
    rows = choices(rebuild(events[:-1]).state, event.action) if len(events) > 1 else ()
    told = next((row.told for row in rows if row.after == event.after), Who.NOBODY)
    if Who.HOMEOWNER in told:
        yield "homeowner", _text(event, "homeowner")
    if Who.STAFF in told and event.action in ANNOUNCED:
        yield "staff", _text(event, "staff")
    if Who.INSTALLER in told and installer:
        yield installer, _text(event, "installer")


def _text(event: Event, audience: str) -> str:
    back = event.action in ("decline", "expire", "hand_over", "not_fixed") and event.after == "TRIAGED"
    return f"told-{event.action}-back-{audience}" if back else f"told-{event.action}-{audience}"


def told(catalogue: Catalogue, locale: str, who: str, texts: Sequence[str], ids: Iterable[str]) -> Counter[Told]:
    """How often each of these was said in all that somebody was shown."""
    found = {id: _pattern(catalogue, locale, id) for id in ids}
    return Counter({(who, id): sum(len(one.findall(text)) for text in texts) for id, one in found.items()})


def _pattern(catalogue: Catalogue, locale: str, id: str) -> re.Pattern[str]:
    return re.compile(re.escape(catalogue.render(locale, Text(id, ARGS), START)).replace(re.escape(ANYTHING), ".*?"))
