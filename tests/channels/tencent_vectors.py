"""Vectors which two other implementations of the platform's crypto made, and what they read in ours.

``python -m tests.channels.tencent_vectors ours vectors.json ours.json`` seals the same texts with the same chance; see
``payloads/make_tencent_vectors.mjs``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.channels.tencent_crypto import Crypto

VECTORS = Path(__file__).parent / "payloads" / "tencent_vectors.json"


@dataclass(frozen=True)
class Vector:
    """``by`` is who sealed it; ``read`` and ``ours`` are hashes: of what they read in ours, and of ours itself."""

    account: dict[str, str]
    text: str
    by: str
    timestamp: str
    nonce: str
    signature: str
    chance: bytes
    encrypted: str
    read: str = ""
    ours: str = ""

    def crypto(self) -> Crypto:
        """As the account's, with the chance that was had then."""
        return Crypto(self.account["token"], self.account["aes_key"], self.account["receiver"], lambda: self.chance)


def vectors(path: Path = VECTORS) -> list[Vector]:
    known = json.loads(path.read_text("utf-8"))
    return [_vector(known["accounts"], one) for one in known["vectors"]]


def _vector(accounts: list[dict[str, str]], one: dict[str, Any]) -> Vector:
    unit, count = one["text"]
    chance = base64.b64decode(one["chance"])
    return Vector(**{**one, "account": accounts[one["account"]], "text": unit * count, "chance": chance})


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def ours(one: Vector) -> dict[str, str]:
    """The same text, sealed by us."""
    encrypted = one.crypto().encrypt(one.text)
    signature = one.crypto().sign(one.timestamp, one.nonce, encrypted)
    return {"encrypted": encrypted, "timestamp": one.timestamp, "nonce": one.nonce, "signature": signature}


if __name__ == "__main__":
    _, _, given, made = sys.argv
    Path(made).write_text(json.dumps([ours(one) for one in vectors(Path(given))]))
