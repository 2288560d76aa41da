"""Whether the process can do its work: a real write, nothing stuck, room on the disk."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from storage.database import Connection, Database
from storage.gauges import Backlog, Gauges
from storage.store import Store

ANSWER_S = 5.0
INBOX_STUCK_S = 300
OUTBOX_OLD_S = 900
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Condition:
    """How the process stands: ``faults`` keep it from taking work, ``notes`` are worth a look.

    Both are short, and free of personal data.
    """

    faults: Sequence[str] = ()
    notes: Sequence[str] = ()

    @property
    def good(self) -> bool:
        """Whether it may be given work."""
        return not self.faults

    def __str__(self) -> str:
        return "\n".join(["ok" if self.good else "not ready", *self.faults, *self.notes])


GOOD = Condition()
STOPPING = Condition(("stopping",))


class Health:
    """Looks after one process. ``folder`` is where files are kept, ``pushed`` are the channels that are sent to.

    A channel whose platform is away makes a note and no fault: the others can be served all the same, and what waits
    is kept.
    """

    def __init__(
        self,
        database: Database,
        folder: Path,
        pushed: Sequence[str],
        clock: Callable[[], datetime],
        reserve_mb: int,
    ) -> None:
        self._database = database
        self._folder = folder
        self._pushed = pushed
        self._clock = clock
        self._reserve_mb = reserve_mb

    async def condition(self) -> Condition:
        """Look now; takes at most some seconds, whatever hangs."""
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._database.transact(lambda connection: Store(connection).touch())
                late, backlogs = await self._database.read(self._waiting)
        except Exception as fault:  # noqa: BLE001  # whatever the reason, it cannot take work
            return Condition((f"database: {type(fault).__name__}", *self._disk()))
        return Condition((*self._inbox(late), *self._disk()), self._outbox(backlogs))

    async def _waiting(self, connection: Connection) -> tuple[datetime | None, dict[str, Backlog]]:
        gauges, now = Gauges(connection), self._clock()
        return await gauges.inbox_due_since(), {name: await gauges.backlog(name, now) for name in self._pushed}

    def _inbox(self, due_since: datetime | None) -> list[str]:
        """What failed is tried again once it is due; if it is not, nobody is at work."""
        waited_s = (self._clock() - due_since).total_seconds() if due_since else 0
        return [f"inbox: oldest {waited_s:.0f} s overdue"] if waited_s > INBOX_STUCK_S else []

    def _outbox(self, backlogs: dict[str, Backlog]) -> list[str]:
        since = self._clock() - timedelta(seconds=OUTBOX_OLD_S)
        return [
            f"outbox: {channel} waits for {(self._clock() - each.oldest_at).total_seconds():.0f} s"
            for channel, each in backlogs.items()
            if each.oldest_at and each.oldest_at < since
        ]

    def _disk(self) -> list[str]:
        try:
            free = free_bytes(self._folder)
        except OSError as fault:
            return [f"disk: {type(fault).__name__}"]
        return [f"disk: {free // MEBIBYTE} MB free"] if free < self._reserve_mb * MEBIBYTE else []


def free_bytes(folder: Path) -> int:
    """What this user may still write where the folder lies.

    Raises:
        OSError: it is not there.
    """
    return shutil.disk_usage(folder).free
