"""Single-use codes: invitations, group bindings, links between channels."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from domain.people import Invitation, Role
from storage.database import Connection, Row

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Letters and digits that nobody mistakes for one another when reading aloud."""


class Codes:
    """Single-use codes that expire. Only a hash is kept, so a copy of the database lets nobody in."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def mint(self, invitation: Invitation, now: datetime, code: str = "") -> str:
        """Keep an invitation and return its code, ten letters unless given."""
        code = code or "".join(secrets.choice(ALPHABET) for _ in range(10))
        await self.connection.run(
            "INSERT INTO codes (hash, kind, role, facts, made_by, made_at, expires_at, used_by, used_at)"
            " VALUES (:hash, :kind, :role, :facts, :by, :now, :expires, '', NULL)"
            " ON CONFLICT (hash) DO UPDATE SET facts = excluded.facts, expires_at = excluded.expires_at,"
            " used_by = '', used_at = NULL",
            hash=_hash(code),
            kind=invitation.kind,
            role=invitation.role.value if invitation.role else "",
            facts=invitation.facts,
            by=invitation.made_by,
            now=now,
            expires=invitation.expires_at,
        )
        return code

    async def mint_free(self, invitation: Invitation, now: datetime, code: str) -> bool:
        """Keep an invitation under this code, unless the code is good for something already."""
        return bool(
            await self.connection.run(
                "INSERT INTO codes (hash, kind, role, facts, made_by, made_at, expires_at, used_by, used_at)"
                " VALUES (:hash, :kind, '', :facts, :by, :now, :expires, '', NULL)"
                " ON CONFLICT (hash) DO UPDATE SET facts = excluded.facts, made_by = excluded.made_by,"
                " made_at = excluded.made_at, expires_at = excluded.expires_at, used_by = '', used_at = NULL"
                " WHERE codes.used_at IS NOT NULL OR codes.expires_at <= :now",
                hash=_hash(code),
                kind=invitation.kind,
                facts=invitation.facts,
                by=invitation.made_by,
                now=now,
                expires=invitation.expires_at,
            )
        )

    async def find(self, code: str, kind: str, now: datetime) -> Invitation | None:
        """What a code is good for, without using it up; None as ``redeem`` would say."""
        row = await self.connection.one(
            "SELECT kind, role, facts, made_by, expires_at FROM codes"
            " WHERE hash = :hash AND kind = :kind AND used_at IS NULL AND expires_at > :now",
            hash=_hash(code),
            kind=kind,
            now=now,
        )
        return _invitation(row) if row else None

    async def revoke(self, kind: str, made_by: str, now: datetime) -> None:
        """What somebody had made of this kind is good for nothing any more."""
        await self.connection.run(
            "UPDATE codes SET expires_at = :now WHERE kind = :kind AND made_by = :by AND used_at IS NULL"
            " AND expires_at > :now",
            now=now,
            kind=kind,
            by=made_by,
        )

    async def made(self, kind: str, since: datetime) -> int:
        """How many codes of this kind were made since then."""
        row = await self.connection.one(
            "SELECT count(*) AS made FROM codes WHERE kind = :kind AND made_at > :since", kind=kind, since=since
        )
        return int(row["made"]) if row else 0

    async def redeem(self, code: str, kind: str, by: str, now: datetime) -> Invitation | None:
        """Use a code up; None if it is unknown, used, late, or of another kind: the four answer alike."""
        changed = await self.connection.run(
            "UPDATE codes SET used_by = :by, used_at = :now"
            " WHERE hash = :hash AND kind = :kind AND used_at IS NULL AND expires_at > :now",
            by=by,
            now=now,
            hash=_hash(code),
            kind=kind,
        )
        if not changed:
            return None
        row = await self.connection.one(
            "SELECT kind, role, facts, made_by, expires_at FROM codes WHERE hash = :hash", hash=_hash(code)
        )
        assert row is not None
        return _invitation(row)


def _invitation(row: Row) -> Invitation:
    role = Role(row["role"]) if row["role"] else None
    return Invitation(row["kind"], role, row["facts"], row["made_by"], row["expires_at"])


def _hash(code: str) -> str:
    plain = "".join(code.upper().split()).replace("-", "")
    return hashlib.sha256(plain.encode()).hexdigest()
