"""Money as people write it."""

from __future__ import annotations

import re
import unicodedata

_YUAN = re.compile(
    r"[¥￥]?\s*(\d{1,3}(?:,\d{3})+|\d{1,8})(?:\.(\d{1,2}))?\s*(?:元|块|圆|塊|yuan|rmb|cny)?", re.IGNORECASE | re.ASCII
)


def fen_of(said: str) -> int | None:
    """«200», «200.50», «¥1,200元», also in full-width digits, in fen; None for anything else.

    Parts of a fen, what is below zero and numbers of nine digits are no amounts.
    """
    found = _YUAN.fullmatch(unicodedata.normalize("NFKC", said).strip())
    if found is None:
        return None
    return int(found[1].replace(",", "")) * 100 + int((found[2] or "").ljust(2, "0") or 0)


_POINTS = re.compile(r"(\d{1,9})\s*(?:积分|積分|分|points?)?", re.IGNORECASE)


def points_of(said: str) -> int | None:
    """«200», «200 积分», also in full-width digits; None for anything else."""
    found = _POINTS.fullmatch(unicodedata.normalize("NFKC", said).strip())
    return int(found[1]) if found else None
