"""Money as people write it."""

from __future__ import annotations

import re
import unicodedata

_YUAN = re.compile(
    r"[¥￥]?\s*(\d{1,3}(?:,\d{3})+|\d{1,8})(?:\.(\d{1,2}))?\s*(?:元|块|圆|塊|yuan|rmb|cny)?", re.IGNORECASE
)


def fen_of(said: str) -> int | None:
    """«200», «200.50», «¥1,200元», also in full-width digits, in fen; None for anything else.

    Parts of a fen, what is below zero and numbers of nine digits are no amounts.
    """
    found = _YUAN.fullmatch(unicodedata.normalize("NFKC", said).strip())
    if found is None:
        return None
    return int(found[1].replace(",", "")) * 100 + int((found[2] or "").ljust(2, "0") or 0)
