"""Access tokens of our accounts at platforms: the one that all workers use, and how the last asking went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.database import Connection


@dataclass(frozen=True, slots=True, repr=False)
class Access:
    """What is known of an account's token.

    ``token`` is empty if there is none or the platform has refused it. ``asked_at`` is when it was last asked for,
    whatever came of it; ``failures`` is how often that came to nothing in a row, ``error_code`` why it did last.
    """

    token: str
    expires_at: datetime
    asked_at: datetime
    failures: int
    error_code: str


class AccessTokens:
    """Repository of access tokens, by account («wechat»)."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def find(self, account: str) -> Access | None:
        """What is known; None if nobody ever asked."""
        row = await self.connection.one(
            "SELECT token, expires_at, asked_at, failures, error_code FROM access_tokens WHERE account = :account",
            account=account,
        )
        return Access(*row) if row else None

    async def asking(self, account: str, now: datetime) -> None:
        """Somebody begins to ask."""
        await self.connection.run(
            "INSERT INTO access_tokens (account, token, expires_at, asked_at, failures, error_code)"
            " VALUES (:account, '', :now, :now, 0, '')"
            " ON CONFLICT (account) DO UPDATE SET asked_at = excluded.asked_at",
            account=account,
            now=now,
        )

    async def granted(self, account: str, token: str, expires_at: datetime) -> None:
        """There is a new one; the failures stand until it has worked."""
        await self.connection.run(
            "UPDATE access_tokens SET token = :token, expires_at = :expires_at WHERE account = :account",
            account=account,
            token=token,
            expires_at=expires_at,
        )

    async def failed(self, account: str, code: str) -> int:
        """Asking came to nothing; how often in a row by now. A token that there still is stays."""
        row = await self.connection.one(
            "UPDATE access_tokens SET failures = failures + 1, error_code = :code WHERE account = :account"
            " RETURNING failures",
            account=account,
            code=code,
        )
        return row["failures"] if row else 0

    async def refused(self, account: str, token: str, code: str) -> int:
        """The platform does not take it; how many failures in a row that makes, 0 if it is not the present one."""
        row = await self.connection.one(
            "UPDATE access_tokens SET token = '', failures = failures + 1, error_code = :code"
            " WHERE account = :account AND token = :token AND token <> '' RETURNING failures",
            account=account,
            token=token,
            code=code,
        )
        return row["failures"] if row else 0

    async def worked(self, account: str, token: str) -> int:
        """The platform takes it; how many failures in a row that ends, 0 if it is not the present one."""
        row = await self.connection.one(
            "SELECT failures FROM access_tokens WHERE account = :account AND token = :token" + self.connection.locked,
            account=account,
            token=token,
        )
        failures: int = row["failures"] if row else 0
        if failures == 0:
            return 0
        await self.connection.run(
            "UPDATE access_tokens SET failures = 0, error_code = '' WHERE account = :account", account=account
        )
        return failures
