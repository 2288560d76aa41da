"""What happened at the platform, for an oracle outside the bot: an append-only list, and lines in a file."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from tests.telegram.journal import Entry

KINDS = {
    "made": "done by people, and to be told: id, hook (wecom, wecomkf), who, what, and what it was",
    "delivered": "handed to the bot: id, hook, attempt (1 the first), status (0: no answer in time)",
    "confirmed": "answered with 200: id, hook",
    "lost": "not taken in three attempts, or there is no address: id, hook",
    "pulled": "given out by sync_msg: msgid, customer",
    "token": "asked for: token_of (app, kf), fresh (whether it is another one than before)",
    "sent": "accepted: method, to, msgid, type, text, buttons",
    "seen": "put before one person: to, msgid, who",
    "dropped": "accepted, yet never shown: to, msgid, who, why",
    "edited": "a card changed: task_id, who, text, buttons",
    "called": "any other accepted call: method",
    "refused": "method, code, name",
    "cut": "too long, so its end is gone: method, where",
    "folded": "longer than a card shows: where",
    "fault": "made by us: fault, method, accepted (whether it was done all the same)",
    "violation": "what the bot must never do: what, method",
}


@dataclass
class Journal:
    """``path`` gets each entry as a line of JSON, written out before the bot hears of it."""

    clock: Callable[[], datetime]
    path: Path | None = None
    entries: list[Entry] = field(default_factory=list)
    _kinds: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    _file: TextIO | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def __enter__(self) -> Journal:
        if self.path:
            self._file = self.path.open("a", encoding="utf-8", buffering=1)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._file:
            self._file.close()

    def write(self, kind: str, **facts: Any) -> Entry:
        assert kind in KINDS, kind
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
