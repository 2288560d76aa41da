"""Numbers of customers whose data was erased: nobody can read them, but one that comes again is no new customer."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from storage.cursors import Cursors
from storage.database import Connection

KEY = "forgotten:key"
COST = 2**12
"""Of one hash: a hundredth of a second, so that trying all numbers there are takes decades."""


class Forgotten:
    """Repository of keyed hashes; the key is made with the first of them."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def keep(self, phones: Iterable[str], now: datetime) -> None:
        """These belonged to a customer."""
        key = await self._key() or secrets.token_hex(32)
        await Cursors(self.connection).keep(KEY, key, now)
        for phone in sorted(set(phones) - {""}):
            await self.connection.run(
                "INSERT INTO forgotten (hash, at) VALUES (:hash, :now) ON CONFLICT (hash) DO NOTHING",
                hash=hashed(key, phone),
                now=now,
            )

    async def knows(self, phones: Iterable[str]) -> bool:
        """Whether one of them was kept."""
        key = await self._key()
        if not key:
            return False
        hashes = [hashed(key, phone) for phone in sorted(set(phones) - {""})]
        row = await self.connection.one(
            "SELECT count(*) AS n FROM forgotten WHERE hash IN (SELECT value FROM json_each(:hashes))", hashes=hashes
        )
        return bool(row and row["n"])

    async def _key(self) -> str:
        return await Cursors(self.connection).find(KEY)


def hashed(key: str, phone: str) -> str:
    """A number as it is kept, in hexadecimal."""
    return hashlib.scrypt(phone.encode(), salt=bytes.fromhex(key), n=COST, r=8, p=1).hex()
