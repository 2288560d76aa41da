"""What a code to scan or a link is for: it opens the chat with «/start» and a word, on every channel alike."""

from __future__ import annotations

PREFIXES = {"invite": "", "referral": "ref-", "product": "product-", "asset": "asset-", "home": "home-"}
"""How the word begins, by purpose. An invitation's has no prefix: it is its code."""


def invites(word: str) -> bool:
    """Whether the word can be an invitation's."""
    return not word.startswith(tuple(prefix for prefix in PREFIXES.values() if prefix))
