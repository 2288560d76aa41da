"""Stored files: bytes on disk under the hash of their content, rows that say who may see them."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain.people import Role, Viewer
from storage.database import Connection


def account_owner(channel: str, account: str) -> str:
    """The owner of a file that was sent but belongs to no request yet."""
    return f"{channel}:{account}"


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of a stored file."""

    hash: str
    media: str
    media_type: str


class Files:
    """Repository of files' rows."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def add(self, stored: Stored, size: int, owner: str, now: datetime) -> None:
        """Keep that a file is there; the same bytes again only gain an owner."""
        await self.connection.run(
            "INSERT INTO files (hash, media, media_type, size, created_at)"
            " VALUES (:hash, :media, :type, :size, :now) ON CONFLICT (hash) DO NOTHING",
            hash=stored.hash,
            media=stored.media,
            type=stored.media_type,
            size=size,
            now=now,
        )
        await self.show([stored.hash], owner)

    async def show(self, hashes: Iterable[str], owner: str) -> None:
        """Whoever may see ``owner`` («R-1001», «person:p1») may see these files; unknown ones are passed over."""
        await self.connection.each(
            "INSERT INTO file_owners (hash, owner) SELECT hash, :owner FROM files WHERE hash = :hash"
            " ON CONFLICT (hash, owner) DO NOTHING",
            [{"hash": one, "owner": owner} for one in hashes],
        )

    async def sent_by(self, hashes: Iterable[str], owner: str) -> list[str]:
        """Those of the files that this account sent itself, in the order given."""
        found = []
        for one in hashes:
            row = await self.connection.one(
                "SELECT hash FROM file_owners WHERE hash = :hash AND owner = :owner", hash=one, owner=owner
            )
            found += [one] if row else []
        return found

    async def get(self, file_hash: str, viewer: Viewer, account: str) -> Stored | None:
        """A file if its sender, staff, or somebody who may see a request with it asks; else None."""
        row = await self.connection.one(
            "SELECT f.hash, f.media, f.media_type FROM files f WHERE f.hash = :hash AND (:staff OR EXISTS"
            " (SELECT 1 FROM file_owners w WHERE w.hash = f.hash AND w.owner IN (:account, :person, 'trust'))"
            " OR EXISTS (SELECT 1 FROM file_owners w JOIN requests r ON r.id = w.owner WHERE w.hash = f.hash"
            " AND (r.homeowner_id = :viewer OR (:installer AND (r.installer_id = :viewer OR EXISTS (SELECT 1"
            " FROM offers o WHERE o.request_id = r.id AND o.installer_id = :viewer AND o.state = 'open'))))))",
            hash=file_hash,
            staff=viewer.role.is_staff,
            installer=viewer.role is Role.INSTALLER,
            viewer=viewer.id,
            account=account,
            person=f"person:{viewer.id}",
        )
        return Stored(row["hash"], row["media"], row["media_type"]) if row else None


class FileStore:
    """Bytes on disk. A file is whole or absent: written beside, synced, then renamed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, file_hash: str) -> Path:
        """Where the bytes with this hash lie."""
        return self.folder / file_hash[:2] / file_hash

    def keep(self, data: bytes) -> str:
        """Store bytes durably and return their sha256 in hex.

        Raises:
            OSError: the disk is full or not writable; nothing half is left behind.
        """
        file_hash = hashlib.sha256(data).hexdigest()
        path = self.path(file_hash)
        if path.exists():
            return file_hash
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
        return file_hash


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
