"""Finding the company's words in a text, the longest first."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from domain.folding import fold

Meaning = tuple[str, str]
"""A kind of thing («product») and its code («faucet»); of two things of one kind a word means the first."""

_ENDINGS = ("", "s", "es", "ed", "ing")


class Hit(NamedTuple):
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
        firsts = {word[0] for word in self._meanings if not _latin(word[0])}
        self._start = re.compile("(?<![0-9a-z])[0-9a-z]|[" + re.escape("".join(sorted(firsts))) + "]")

    def find(self, folded: str) -> list[Hit]:
        """The hits in a folded text, from left to right, none overlapping another."""
        hits: list[Hit] = []
        free = 0
        for found in self._start.finditer(folded):
            if found.start() >= free and (hit := self._at(folded, found.start())):
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
    """Where the word that begins at ``at`` ends, 0 if a longer Latin word only begins with it."""
    end = at + len(word)
    if not _latin(word[-1]):
        return end
    endings = (end + len(ending) for ending in _ENDINGS if folded.startswith(ending, end))
    return next((stop for stop in endings if not _latin(folded[stop : stop + 1])), 0)


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
