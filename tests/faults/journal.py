"""What the platform knows, kept outside the processes that are killed: append-only, one line of JSON for each fact."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Fact:
    """``number`` counts all facts from 0; ``kind`` is one of made, delivered, acked, sent, refused, broke, ready."""

    number: int
    kind: str
    said: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.said[name]


class Journal:
    """Facts in the order in which they became known."""

    def __init__(self, path: Path) -> None:
        self.facts: list[Fact] = []
        self._file = path.open("a", encoding="utf-8", buffering=1)

    def note(self, kind: str, **said: Any) -> Fact:
        """Keep one more fact."""
        fact = Fact(len(self.facts), kind, said)
        self.facts.append(fact)
        self._file.write(json.dumps([kind, said], ensure_ascii=False) + "\n")
        return fact

    def of(self, kind: str) -> Iterator[Fact]:
        """All facts of a kind, the oldest first."""
        return (fact for fact in self.facts if fact.kind == kind)

    def close(self) -> None:
        """No more facts."""
        self._file.close()
