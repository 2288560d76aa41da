"""Finding the company's words in a text, the longest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.folding import fold

Meaning = tuple[str, str]
"""A kind of thing («product») and its code («faucet»); of two things of one kind a word means the first."""

_ENDINGS = ("", "s", "es", "ed", "ing")


@dataclass(frozen=True, slots=True)
class Hit:
    """A word that was found at [start, end) and what it means, by kind of thing; never nothing."""

    start: int
    end: int
    meanings: Mapping[str, str]

    def code(self, kind: str) -> str:
        """What it means as a thing of this kind, "" if it is none."""
        return self.meanings.get(kind, "")


class Triggers:
    """A dictionary of words, built once. Latin words stand alone, with a usual English ending; others anywhere."""

    def __init__(self, words: Iterable[tuple[str, Meaning]]) -> None:
        self._meanings: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for word, (kind, code) in words:
            self._meanings[fold(word)].setdefault(kind, code)
        self._starting: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted(self._meanings, key=len, reverse=True):
            self._starting[word[:2]].append(word)

    def find(self, folded: str) -> list[Hit]:
        """The hits in a folded text, from left to right, none overlapping another."""
        hits: list[Hit] = []
        starting, free = self._starting, 0
        for at, first in enumerate(folded):
            if at < free or not (folded[at : at + 2] in starting or first in starting):
                continue
            if hit := self._at(folded, at):
                hits.append(hit)
                free = hit.end
        return hits

    def _at(self, folded: str, at: int) -> Hit | None:
        for start in (folded[at : at + 2], folded[at]):
            for word in self._starting.get(start, ()):
                if folded.startswith(word, at) and (end := _end(word, folded, at)):
                    return Hit(at, end, self._meanings[word])
        return None


def _end(word: str, folded: str, at: int) -> int:
    """Where the word found at ``at`` ends, 0 if it is only a part of a longer Latin word."""
    end = at + len(word)
    if _latin(word[0]) and at and _latin(folded[at - 1]):
        return 0
    if not _latin(word[-1]):
        return end
    endings = (end + len(ending) for ending in _ENDINGS if folded.startswith(ending, end))
    return next((stop for stop in endings if not _latin(folded[stop : stop + 1])), 0)


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
