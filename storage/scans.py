"""Codes to scan that a platform made for us: the address in each, by the account and the scene it opens."""

from __future__ import annotations

from storage.database import Connection


class Scans:
    """Repository of the codes that last."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def of(self, account: str, scene: str) -> str | None:
        """The address in an account's code for a scene; None if none was made yet."""
        row = await self.connection.one(
            "SELECT address FROM scans WHERE account = :account AND scene = :scene", account=account, scene=scene
        )
        return str(row["address"]) if row else None

    async def keep(self, account: str, scene: str, address: str) -> str:
        """Remember a code; the address of the first that was made for the scene."""
        await self.connection.run(
            "INSERT INTO scans (account, scene, address) VALUES (:account, :scene, :address) ON CONFLICT DO NOTHING",
            account=account,
            scene=scene,
            address=address,
        )
        return await self.of(account, scene) or address
