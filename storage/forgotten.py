"""Numbers of people whose data was erased: nobody can read them, but one that comes again is known for what it was."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from storage.cursors import Cursors
from storage.database import Connection

KEY = "forgotten:key"
CUSTOMER, FAMILY = "customer", "family"
"""What a number was: a customer's, or one that staff had named as family."""

COST = 2**12
"""Of one hash: a hundredth of a second, so that trying all numbers there are takes decades."""


class Forgotten:
    """Repository of keyed hashes; the key is made with the first of them."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def keep(self, phones: Iterable[str], now: datetime, kind: str = CUSTOMER) -> None:
        """These were of this kind."""
        key = await self._key() or secrets.token_hex(32)
        await Cursors(self.connection).keep(KEY, key, now)
        for phone in sorted(set(phones) - {""}):
            await self.connection.run(
                "INSERT INTO forgotten (hash, kind, at) VALUES (:hash, :kind, :now) ON CONFLICT DO NOTHING",
                hash=hashed(key, phone),
                kind=kind,
                now=now,
            )

    async def knows(self, phones: Iterable[str]) -> bool:
        """Whether one of them was a customer's."""
        return bool(await self.among(phones, CUSTOMER))

    async def among(self, phones: Iterable[str], kind: str) -> frozenset[str]:
        """Those of them that were kept as of this kind."""
        key = await self._key()
        if not key or not await self.connection.one("SELECT 1 AS yes FROM forgotten WHERE kind = :k LIMIT 1", k=kind):
            return frozenset()
        hashes = {hashed(key, phone): phone for phone in sorted(set(phones) - {""})}
        rows = await self.connection.all(
            "SELECT hash FROM forgotten WHERE kind = :kind AND hash IN (SELECT value FROM json_each(:hashes))",
            kind=kind,
            hashes=list(hashes),
        )
        return frozenset(hashes[row["hash"]] for row in rows)

    async def _key(self) -> str:
        return await Cursors(self.connection).find(KEY)


def hashed(key: str, phone: str) -> str:
    """A number as it is kept, in hexadecimal."""
    return hashlib.scrypt(phone.encode(), salt=bytes.fromhex(key), n=COST, r=8, p=1).hex()
