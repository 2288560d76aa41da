"""What a code to scan or a link is for: it opens the chat with «/start» and a word, on every channel alike."""

from __future__ import annotations

import re

PREFIXES = {"invite": "", "referral": "ref-", "product": "product-", "asset": "asset-", "home": "home-"}
"""How the word begins, by purpose. An invitation's has no prefix: it is its code."""

INVITATION = re.compile(r"[A-Za-z0-9]{10}\Z")
THING = re.compile(r"(?:product|asset)-([A-Za-z0-9_-]{1,58})\Z")


def invites(word: str) -> bool:
    """Whether the word can be an invitation's: ten letters and digits, with spaces and hyphens as people write them.
    Other words are of codes that somebody else has made."""
    known = word.startswith(tuple(prefix for prefix in PREFIXES.values() if prefix))
    return not known and INVITATION.match("".join(word.split()).replace("-", "")) is not None


def thing(word: str) -> str:
    """The code of the product or of the one thing that the word names; empty if it names none."""
    found = THING.match(word)
    return found[1] if found else ""
