"""What came in: each message once, and those that failed until they succeed or are set aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString

from domain.chat import Place, Raw
from storage.database import Connection, Row

PAUSES_S = (10, 60, 600)  # before the second, third, … try; the last one goes on
ALBUM_S = 1.0  # how far apart the parts of an album are due that are handled together

_ADD: LiteralString = (
    "INSERT INTO inbox (id, channel, state, received_at, body) VALUES (:id, :channel, 'done', :now, :body)"
    " ON CONFLICT (id) DO NOTHING"
)
# One trip for both: the person is waited for first, since the row comes from those who were counted.
_HOLD_AND_ADD: LiteralString = (
    "WITH held AS (SELECT p.id FROM accounts a JOIN people p ON p.id = a.person_id"
    " WHERE a.channel = :channel AND a.account = :sender FOR UPDATE OF p)"
    " INSERT INTO inbox (id, channel, state, received_at, body)"
    " SELECT CAST(:id AS TEXT), CAST(:channel AS TEXT), 'done', CAST(:now AS TIMESTAMPTZ), CAST(:body AS JSONB)"
    " FROM (SELECT count(*) AS people FROM held) counted WHERE counted.people >= 0 ON CONFLICT (id) DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Failure:
    """How often a message has failed by now, and whether that was once too often.

    ``attempts`` is 0 if a copy of the message was handled or counted meanwhile: nothing is owed here any more.
    """

    attempts: int
    quarantined: bool


@dataclass(frozen=True, slots=True)
class Replay:
    """A message to handle again; ``attempts`` is the fence for ``Inbox.retake``, ``album`` ties it to others."""

    raw: Raw
    attempts: int
    album: str = ""


class Inbox:
    """Repository of what arrived, over one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, raw: Raw, now: datetime, sender: str = "") -> bool:
        """Note that this transaction handles the message to its end; False if it was seen before.

        ``sender`` is an account on the message's channel, whose person is held from now on until the commit.
        """
        hold = bool(sender) and self._connection.engine == "postgres"
        added = await self._connection.run(
            _HOLD_AND_ADD if hold else _ADD,
            id=raw.id,
            channel=raw.channel,
            now=now,
            body=raw.body,
            **({"sender": sender} if hold else {}),
        )
        return added == 1

    async def forget(self, ids: Sequence[str]) -> None:
        """Of these messages only that they came is kept, not what they said."""
        rows: list[dict[str, Any]] = [{"id": id, "body": {}} for id in ids]
        await self._connection.each("UPDATE inbox SET body = :body WHERE id = :id", rows)

    async def wait(self, raw: Raw, now: datetime, album: str = "", pause_s: float = 0) -> bool:
        """Keep a message that is handled by a replay, ``pause_s`` from now; False if it was seen before.

        Who takes one part of ``album`` takes those along that wait too.
        """
        added = await self._connection.run(
            "INSERT INTO inbox (id, channel, state, received_at, due_at, place_channel, place_chat, body, album)"
            " VALUES (:id, :channel, 'failed', :now, :due_at, :place_channel, :place_chat, :body, :album)"
            " ON CONFLICT (id) DO NOTHING",
            id=raw.id,
            channel=raw.channel,
            now=now,
            due_at=now + timedelta(seconds=pause_s),
            place_channel=raw.place.channel if raw.place else None,
            place_chat=raw.place.chat if raw.place else None,
            body=raw.body,
            album=album,
        )
        return added == 1

    async def received_at(self, id: str) -> datetime | None:
        """When a message came; None if it is not known."""
        row = await self._connection.one("SELECT received_at FROM inbox WHERE id = :id", id=id)
        return row["received_at"] if row else None

    async def retake(self, raw: Raw, attempts: int) -> bool:
        """Instead of ``add`` for a replay, whose body may know more by now; False if somebody else handled it or
        tried it since."""
        taken = await self._connection.run(
            "UPDATE inbox SET state = 'done', due_at = NULL, error_code = '', body = :body"
            " WHERE id = :id AND state = 'failed' AND attempts = :attempts",
            id=raw.id,
            attempts=attempts,
            body=raw.body,
        )
        return taken == 1

    async def fail(
        self, raw: Raw, now: datetime, error_code: str, attempts_max: int = 3, seen: int | None = None
    ) -> Failure:
        """Count an attempt that was undone, in a transaction after it, and keep the body for the next one.

        ``seen`` is the number of attempts when a replay was taken: if another one was counted since, this one is not.
        """
        row = await self._keep(raw, now, error_code, seen)
        if row is None:
            return Failure(0, False)
        attempts = row["attempts"]
        quarantined = attempts >= attempts_max
        await self._connection.run(
            "UPDATE inbox SET state = :state, due_at = :due_at WHERE id = :id",
            state="quarantined" if quarantined else "failed",
            due_at=None if quarantined else now + pause(attempts),
            id=raw.id,
        )
        return Failure(attempts, quarantined)

    async def _keep(self, raw: Raw, now: datetime, error_code: str, seen: int | None = None) -> Row | None:
        return await self._connection.one(
            "INSERT INTO inbox (id, channel, state, received_at, attempts, place_channel, place_chat, body, error_code)"
            " VALUES (:id, :channel, 'failed', :now, 1, :place_channel, :place_chat, :body, :error_code)"
            " ON CONFLICT (id) DO UPDATE SET attempts = inbox.attempts + 1, error_code = excluded.error_code,"
            " body = excluded.body"
            " WHERE inbox.state = 'failed' AND inbox.attempts = COALESCE(:seen, inbox.attempts) RETURNING attempts",
            id=raw.id,
            channel=raw.channel,
            now=now,
            place_channel=raw.place.channel if raw.place else None,
            place_chat=raw.place.chat if raw.place else None,
            body=dict(raw.body),
            error_code=error_code,
            seen=seen,
        )

    async def quarantine(self, raw: Raw, now: datetime, code: str) -> bool:
        """Set aside at once what will never be understood; False if it was already handled or set aside."""
        if await self._keep(raw, now, code) is None:
            return False
        await self._connection.run("UPDATE inbox SET state = 'quarantined', due_at = NULL WHERE id = :id", id=raw.id)
        return True

    async def due(self, now: datetime, limit: int, lease_s: float = 60) -> Sequence[Replay]:
        """Failed and waiting messages whose next try has come, the longest waiting first; nobody else gets them for
        ``lease_s``. With a part of an album come the parts that would be due within seconds, above the limit."""
        rows = list(
            await self._connection.all(
                "SELECT id, channel, place_channel, place_chat, body, attempts, album FROM inbox"
                " WHERE state = 'failed' AND due_at <= :now ORDER BY due_at LIMIT :limit"
                + self._connection.skip_locked,
                now=now,
                limit=limit,
            )
        )
        if albums := sorted({str(row["album"]) for row in rows if row["album"]}):
            taken = {row["id"] for row in rows}
            parts = await self._connection.all(
                "SELECT id, channel, place_channel, place_chat, body, attempts, album FROM inbox"
                " WHERE state = 'failed' AND album <> '' AND album IN (SELECT value FROM json_each(:albums))"
                " AND due_at <= :soon" + self._connection.skip_locked,
                albums=albums,
                soon=now + timedelta(seconds=ALBUM_S),
            )
            rows += [row for row in parts if row["id"] not in taken]
        leases = [{"later": now + timedelta(seconds=lease_s), "id": row["id"]} for row in rows]
        if leases:
            await self._connection.each("UPDATE inbox SET due_at = :later WHERE id = :id", leases)
        return [Replay(_raw(row), row["attempts"], row["album"]) for row in rows]

    async def last(self, channel: str) -> datetime | None:
        """When the newest message of a channel arrived; None if none is kept."""
        row = await self._connection.one(
            "SELECT received_at FROM inbox WHERE channel = :channel ORDER BY received_at DESC LIMIT 1", channel=channel
        )
        return row["received_at"] if row else None

    async def failing(self, id: str) -> bool:
        """Whether the message waits for another try."""
        row = await self._connection.one("SELECT 1 AS yes FROM inbox WHERE id = :id AND state = 'failed'", id=id)
        return row is not None

    async def quarantined(self, limit: int) -> Sequence[Raw]:
        """What was set aside, the oldest first."""
        rows = await self._connection.all(
            "SELECT id, channel, place_channel, place_chat, body FROM inbox WHERE state = 'quarantined'"
            " ORDER BY received_at LIMIT :limit",
            limit=limit,
        )
        return [_raw(row) for row in rows]

    async def release(self, id: str, now: datetime) -> bool:
        """Try again, from the first attempt, what was set aside; False if there is no such message."""
        released = await self._connection.run(
            "UPDATE inbox SET state = 'failed', attempts = 0, due_at = :now WHERE id = :id AND state = 'quarantined'",
            id=id,
            now=now,
        )
        return released == 1

    async def purge(self, before: datetime, limit: int = 1000) -> int:
        """Forget what was received earlier and needs no replay, at most ``limit`` of it; how many went."""
        return await self._connection.run(
            "DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE received_at < :before AND state <> 'failed'"
            " ORDER BY received_at LIMIT :limit)",
            before=before,
            limit=limit,
        )


def pause(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts (from 1)."""
    return timedelta(seconds=PAUSES_S[min(attempts, len(PAUSES_S)) - 1])


def _raw(row: Row) -> Raw:
    place = Place(row["place_channel"], row["place_chat"]) if row["place_channel"] else None
    return Raw(row["id"], row["channel"], row["body"], place)
