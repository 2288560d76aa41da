"""What the bot says, by id and language.

A text is looked up in ``messages/<locale>/*.ftl`` (Project Fluent). Beside Fluent's own functions a message
may call ``DAY($at)`` («明天(周日)»), ``CLOCK($at)`` («14:00») and ``MONEY($fen)`` («128 元»). An argument that
is a bool selects ``[true]`` or ``[false]``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn
from zoneinfo import ZoneInfo

from domain.chat import Message, Outbound, Style, Text
from messages.voice import CatalogueFault, Voice, split

__all__ = ["BASE", "LOCALES", "Catalogue", "CatalogueFault", "log_fault", "raise_fault", "spoken"]

BASE = "zh-CN"
LOCALES = ("zh-CN", "en", "zh-Hant")

# The start of a client's language tag, the longest match first, and what we speak to it.
TAGS = (
    ("zh-hans", "zh-CN"),
    ("zh-hant", "zh-Hant"),
    ("zh-tw", "zh-Hant"),
    ("zh-hk", "zh-Hant"),
    ("zh-mo", "zh-Hant"),
    ("zh", "zh-CN"),
    ("en", "en"),
)

HERE = Path(__file__).parent

Words = Mapping[str, str]
NO_WORDS: Mapping[str, Words] = MappingProxyType({})
OnFault = Callable[[CatalogueFault], None]


def log_fault(fault: CatalogueFault) -> None:
    """Write it to the log and go on, as in production."""
    logging.getLogger(__name__).error("%s", fault)


def raise_fault(fault: CatalogueFault) -> NoReturn:
    """Stop at once, as in tests."""
    raise fault


def spoken(tag: str) -> str:
    """The language of ours for a client's language tag («zh_TW» → zh-Hant); the reference one if unknown."""
    wanted = tag.lower().replace("_", "-")
    for start, locale in TAGS:
        if wanted == start or wanted.startswith(start + "-"):
            return locale
    return BASE


class Catalogue:
    """Every text in every language."""

    def __init__(self, voices: Mapping[str, Voice], on_fault: OnFault = log_fault) -> None:
        self._voices = voices
        self._on_fault = on_fault

    @classmethod
    def load(
        cls,
        directory: Path | None = None,
        extra: Mapping[str, Words] = NO_WORDS,
        zone: str = "Asia/Shanghai",
        on_fault: OnFault = log_fault,
    ) -> Catalogue:
        """Read every .ftl file below ``directory`` (the project's own if None).

        ``extra`` is the company's wording, plain text by locale and id. It replaces a message of the same
        id in its language; an id that only the reference language has is said in that everywhere.
        ``on_fault`` hears of each fault that ``render_safe`` and ``message`` work around.

        Raises:
            CatalogueFault: an id stands twice in a language. Mistakes inside a message show when it is said,
                or in ``check``.
        """
        voices = {}
        for locale in LOCALES:
            written = _written(locale, directory or HERE)
            missing = {id: words for id, words in extra.get(BASE, {}).items() if id not in written}
            voices[locale] = Voice(locale, written, {**missing, **extra.get(locale, {})}, ZoneInfo(zone))
        return cls(voices, on_fault)

    def check(self) -> None:
        """Read every message of every language.

        Raises:
            CatalogueFault: the first that is not Fluent, or refers to one that does not exist.
        """
        for locale in LOCALES:
            self.variables(locale)

    def render(self, locale: str, text: Text, now: datetime) -> str:
        """The text in the language for ``locale``, times relative to ``now`` in the company's zone.

        Raises:
            CatalogueFault: no such id, an argument is missing or of a strange type.
        """
        return self._voices[spoken(locale)].say(text, now)

    def render_safe(self, locale: str, text: Text, now: datetime) -> str:
        """As ``render``; a fault is reported and said in the reference language, or as the id in brackets."""
        for candidate in dict.fromkeys((spoken(locale), BASE)):
            try:
                return self._voices[candidate].say(text, now)
            except CatalogueFault as fault:
                self._on_fault(fault)
        return f"[{text.id}]"

    def message(
        self, locale: str, outbound: Outbound, *, id: str, seq: int, tokens: Sequence[str], now: datetime, at: datetime
    ) -> Message:
        """The Outbound in words, as ``render_safe`` says them; ``tokens`` in the order of its buttons."""
        return Message(
            id=id,
            seq=seq,
            to=outbound.to,
            lines=tuple([(line.kind, self.render_safe(locale, line.text, now)) for line in outbound.lines]),
            buttons=self._buttons(locale, outbound, tokens, now),
            files=outbound.files,
            card=outbound.card,
            fresh=outbound.fresh,
            echo=outbound.echo,
            author=outbound.author,
            at=at,
            locale=spoken(locale),
            thread=outbound.thread,
            asks=outbound.asks,
        )

    def _buttons(
        self, locale: str, outbound: Outbound, tokens: Sequence[str], now: datetime
    ) -> tuple[tuple[tuple[str, str, Style], ...], ...]:
        token = iter(tokens)
        return tuple(
            [
                tuple([(self.render_safe(locale, button.label, now), next(token), button.style) for button in row])
                for row in outbound.buttons
            ]
        )

    def words(self, locale: str, prefix: str) -> dict[str, str]:
        """Every text whose id starts with ``prefix`` and needs no argument, by id, for pages."""
        voice = self._voices[spoken(locale)]
        return {id: voice.fixed(id) for id in voice.ids() if id.startswith(prefix) and not voice.needs(id)}

    def variables(self, locale: str) -> dict[str, frozenset[str]]:
        """Every id of a language and the arguments it needs."""
        voice = self._voices[locale]
        return {id: voice.needs(id) for id in voice.ids()}


def _written(locale: str, directory: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted((directory / locale).glob("*.ftl")):
        for id, source in split(path.read_text(encoding="utf-8")):
            if id in found:
                raise CatalogueFault(locale, id, f"stands twice, again in {path.name}")
            found[id] = source
    return found
