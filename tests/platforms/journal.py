"""What happened at a platform, for an oracle outside the bot: an append-only list, and lines in a file."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self, TextIO


@dataclass(frozen=True, slots=True)
class Entry:
    """``n`` counts from 1; ``at`` is the platform's own clock."""

    n: int
    at: datetime
    kind: str
    facts: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.facts[name]
        except KeyError:
            raise AttributeError(name) from None

    def line(self) -> str:
        return json.dumps({"n": self.n, "at": self.at.isoformat(), "kind": self.kind, **self.facts}, ensure_ascii=False)


@dataclass
class Journal:
    """``path`` gets each entry as a line of JSON, written out before the bot hears of it.

    ``KINDS`` are a platform's entries and what they tell.
    """

    KINDS: ClassVar[Mapping[str, str]] = {}

    clock: Callable[[], datetime]
    path: Path | None = None
    entries: list[Entry] = field(default_factory=list)
    _kinds: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    _file: TextIO | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def __enter__(self) -> Self:
        if self.path:
            self._file = self.path.open("a", encoding="utf-8", buffering=1)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._file:
            self._file.close()

    def write(self, kind: str, **facts: Any) -> Entry:
        assert kind in self.KINDS, kind
        entry = Entry(len(self.entries) + 1, self.clock(), kind, facts)
        self.entries.append(entry)
        self._kinds[kind].append(entry)
        if self._file:
            self._file.write(entry.line() + "\n")
        self._news.set()
        return entry

    async def news(self, at_most_s: float = 0.05) -> None:
        """Wait until something more is written, or for a moment: not everything is."""
        self._news.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(at_most_s):
                await self._news.wait()

    def of(self, kind: str, **facts: Any) -> list[Entry]:
        """Entries of a kind whose facts are these, oldest first."""
        found = self._kinds[kind]
        return [one for one in found if all(one.facts.get(name) == value for name, value in facts.items())]
