"""Stored files: bytes on disk under the hash of their content, rows that say who may see them."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain.chat import Attachment, Media
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

    async def attached(self, hashes: Sequence[str]) -> tuple[Attachment, ...]:
        """The files as they are shown, in the order given; one without a row as a photo."""
        found = []
        for one in hashes:
            row = await self.connection.one("SELECT media FROM files WHERE hash = :hash", hash=one)
            found.append(Attachment(one, Media(row["media"]) if row else Media.PHOTO))
        return tuple(found)

    async def known(self, hashes: Sequence[str]) -> set[str]:
        """Those which have a row."""
        rows = await self.connection.all(
            "SELECT hash FROM files WHERE hash IN (SELECT value FROM json_each(:hashes))", hashes=list(hashes)
        )
        return {row["hash"] for row in rows}

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
    """Bytes on disk. A file is whole or absent: written beside, synced, then renamed.

    With less than ``reserve_bytes`` left on the disk nothing is kept, so that the database beside it can still grow.
    """

    def __init__(self, folder: Path, reserve_bytes: int = 0) -> None:
        self.folder = folder
        self._reserve_bytes = reserve_bytes

    def path(self, file_hash: str) -> Path:
        """Where the bytes with this hash lie."""
        return self.folder / file_hash[:2] / file_hash

    def keep(self, data: bytes) -> str:
        """Store bytes durably and return their sha256 in hex.

        Raises:
            OSError: the disk is full, or nearly, or not writable; nothing half is left behind.
        """
        file_hash = hashlib.sha256(data).hexdigest()
        path = self.path(file_hash)
        self._make(path.parent)
        with self._held(fcntl.LOCK_SH):
            if path.exists():
                os.utime(path)  # it is wanted again: ``remove`` lets it be
            else:
                self._write(path, data)
            try:
                _sync_folder(path.parent)
            except OSError:
                path.unlink(missing_ok=True)  # whether its name would last is not known: the next one writes anew
                raise
        return file_hash

    def old(self, folders: Iterable[str], age_s: float) -> list[Path]:
        """What was kept longer than ``age_s`` ago, or was left half written by a crash, and not wanted again since.

        ``folders`` are first digits of hashes («0f»). The age is measured by the clock of the disk.
        """
        there = [folder for folder in (self.folder / name for name in folders) if folder.is_dir()]
        return [path for folder in there for path in _older(folder, age_s)]

    def remove(self, paths: Iterable[Path], age_s: float) -> int:
        """Remove of these what is still as old; how many went."""
        return sum([self._remove(path, age_s) for path in paths])

    def _remove(self, path: Path, age_s: float) -> bool:
        with self._held(fcntl.LOCK_EX):  # nobody is just about to want it
            old = path in _older(path.parent, age_s)
            if old:
                path.unlink(missing_ok=True)
        return old

    def _make(self, folder: Path) -> None:
        if folder.is_dir():
            return
        missing = [one for one in (folder, *folder.parents) if not one.is_dir()]
        folder.mkdir(parents=True, exist_ok=True)
        for one in missing:
            _sync_folder(one.parent)

    def _write(self, path: Path, data: bytes) -> None:
        if shutil.disk_usage(self.folder).free - len(data) < self._reserve_bytes:
            raise OSError(errno.ENOSPC, "the rest of the disk is reserved")
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

    @contextmanager
    def _held(self, how: int) -> Iterator[None]:
        """The folder's lock, which all processes share that keep files here."""
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, how)
            yield
        finally:
            os.close(handle)


def _older(folder: Path, age_s: float) -> list[Path]:
    with tempfile.NamedTemporaryFile(dir=folder) as fresh:
        since = os.stat(fresh.name).st_mtime - age_s
        return [path for path in sorted(folder.iterdir()) if _changed(path) < since]


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
