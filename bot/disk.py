"""The disk: staff hear of it before it is full, and what nobody knows of goes after a day."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime

import structlog

from bot.config import Settings
from bot.health import MEBIBYTE, free_bytes
from domain.chat import Kind, Line, Text
from handlers.audience import tell_admins, tell_staff
from storage.database import Database
from storage.files import FileStore
from storage.store import Store

log = structlog.get_logger()

DISK_S = 20.0
ORPHAN_S = 24 * 3600.0
FOLDERS_AT_ONCE = 8
"""Of 256, every ten minutes: each is looked through four times a day."""


class DiskWatch:
    """Tells staff and admins, once a day, that the disk has less room than its reserve."""

    def __init__(self, database: Database, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._told = date.min

    async def look(self) -> bool:
        """Whether there is less room than there should be."""
        free_mb, now = free_bytes(self._settings.data_dir) // MEBIBYTE, self._clock()
        low = free_mb < self._settings.disk_reserve_mb
        if low and self._told != now.date():
            log.warning("disk.low", free_mb=free_mb)
            await self._database.transact(lambda connection: _tell(Store(connection), free_mb, now))
            self._told = now.date()
        return low


async def _tell(store: Store, free_mb: int, now: datetime) -> None:
    line = Line(Text("disk-low", {"megabytes": free_mb}), Kind.ALERT)
    told = [*await tell_staff(store, "", [line]), *await tell_admins(store, line)]
    await store.outbox.add(
        f"disk:{now.date().isoformat()}", told, now
    )  # the same from another worker is not owed twice


class Orphans:
    """Files that were kept and whose message never came, and what a crash left half written."""

    def __init__(self, database: Database, files: FileStore) -> None:
        self._database = database
        self._files = files
        self._next = 0

    async def sweep(self) -> int:
        """Look through some folders; how many files went."""
        folders = [f"{(self._next + each) % 256:02x}" for each in range(FOLDERS_AT_ONCE)]
        self._next += FOLDERS_AT_ONCE
        old = await asyncio.to_thread(self._files.old, folders, ORPHAN_S)
        names = [path.name for path in old]
        known = await self._database.read(lambda connection: Store(connection).files.known(names)) if names else set()
        return await asyncio.to_thread(self._files.remove, [one for one in old if one.name not in known], ORPHAN_S)
