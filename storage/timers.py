"""What is due later, and not yet in anybody's lane."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.chat import NOTHING
from storage.database import Connection


@dataclass(frozen=True, slots=True)
class Timer:
    """At ``due_at``, act as if ``intent`` were asked of ``subject``."""

    id: str
    due_at: datetime
    intent: str
    subject: str
    args: Mapping[str, Any]


class Timers:
    """Repository of timers, over one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def set(
        self, id: str, due_at: datetime, intent: str, subject: str = "", args: Mapping[str, Any] = NOTHING
    ) -> None:
        """Wind a timer up; one of the same id is moved and changed."""
        await self.set_all([Timer(id, due_at, intent, subject, args)])

    async def set_all(self, timers: Iterable[Timer]) -> None:
        """The same for several, in one trip."""
        await self._connection.each(
            "INSERT INTO timers (id, due_at, intent, subject, args) VALUES (:id, :due_at, :intent, :subject, :args)"
            " ON CONFLICT (id) DO UPDATE SET due_at = excluded.due_at, intent = excluded.intent,"
            " subject = excluded.subject, args = excluded.args",
            [
                {
                    "id": one.id,
                    "due_at": one.due_at,
                    "intent": one.intent,
                    "subject": one.subject,
                    "args": dict(one.args),
                }
                for one in timers
            ],
        )

    async def waits(self, id: str) -> bool:
        """Whether this timer is wound up."""
        return await self._connection.one("SELECT 1 AS waits FROM timers WHERE id = :id", id=id) is not None

    async def at(self, id: str) -> datetime | None:
        """When this timer rings; None if it is not wound up."""
        row = await self._connection.one("SELECT due_at FROM timers WHERE id = :id", id=id)
        return row["due_at"] if row else None

    async def drop(self, id: str) -> None:
        """Forget a timer, if there is one."""
        await self._connection.run("DELETE FROM timers WHERE id = :id", id=id)

    async def drop_about(self, subject: str, intents: Iterable[str]) -> None:
        """Forget the timers of a subject that would ask any of these intents."""
        await self._connection.each(
            "DELETE FROM timers WHERE subject = :subject AND subject <> '' AND intent = :intent",
            [{"subject": subject, "intent": intent} for intent in intents],
        )

    async def fire(self, id: str, due_at: datetime) -> bool:
        """Use a timer up; False if it was used, dropped or moved meanwhile."""
        fired = await self._connection.run(
            "DELETE FROM timers WHERE id = :id AND due_at = :due_at", id=id, due_at=due_at
        )
        return fired == 1

    async def due(self, now: datetime, limit: int) -> Sequence[Timer]:
        """Timers whose time has come, the earliest first."""
        rows = await self._connection.all(
            "SELECT id, due_at, intent, subject, args FROM timers WHERE due_at <= :now ORDER BY due_at LIMIT :limit",
            now=now,
            limit=limit,
        )
        return [Timer(row["id"], row["due_at"], row["intent"], row["subject"], row["args"]) for row in rows]
