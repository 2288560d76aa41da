"""Search in Chinese: pairs of characters, so that no dictionary is needed and every substring is found."""

from __future__ import annotations

import re

_RUNS = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")
_HAN = re.compile(r"[\u3400-\u9fff]")


def bigrams(text: str) -> list[str]:
    """The search words of a text, each once: pairs of Han characters, whole words of letters and digits.

    Digits give their last four too, as people know a phone by its end. A single Han character stands alone.
    """
    found: dict[str, None] = {}
    for run in _RUNS.findall(text.lower()):
        pieces = _pairs(run) if _HAN.match(run) else [run]
        found.update(dict.fromkeys(pieces))
        if run.isdigit() and len(run) > 4:
            found[run[-4:]] = None
    return list(found)


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]
