"""What a backup of a database holds, and what a restored one must forget so that nothing old is sent again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.database import Connection
from storage.letters import RESTORED

SEQ_GAP = 1_000_000
NUMBER_GAP = 1000


class Damaged(Exception):
    """A backup or a restored database is not what it should be; the message says how, without anybody's data."""


class Occupied(Exception):
    """There is a database already where one is to be restored; the message names the tables or the file."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A database at one moment: its migrations by number with their checksums, the rows of each table, and the
    stored files that it speaks of, by hash, with their sizes in bytes."""

    schema: Mapping[int, str]
    tables: Mapping[str, int]
    files: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Unsent:
    """The messages of one channel that were set aside; whoever retries ``id`` retries all ``count``."""

    channel: str
    id: str
    count: int


@dataclass(frozen=True, slots=True)
class Quieted:
    """How much was set aside: unsent messages, messages that had failed, reminders; and clocks that were put off."""

    messages: int
    inbox: int
    reminders: int
    clocks: int


async def quiet(
    connection: Connection, now: datetime, pulled: Sequence[str], reminders: Sequence[str], grace: timedelta
) -> Quieted:
    """Make a database of the past safe to start at ``now``; what it says was done since is not known to it.

    What was unsent may have been sent since, and what had failed may have been handled: neither is tried again by
    itself. ``pulled`` channels are read by their clients, nothing is sent there. A clock that rang meanwhile rings
    ``grace`` after now, a reminder (an intent of ``reminders``) not at all. Codes that nobody had used are void: they
    may have been used since. New messages and requests get numbers that cannot have been given to others.
    """
    messages = await connection.run(
        "UPDATE outbox SET state = 'dead', settled_at = :now, error_code = :code"
        " WHERE state = 'due' AND channel NOT IN (SELECT value FROM json_each(:pulled))",
        now=now,
        code=RESTORED,
        pulled=list(pulled),
    )
    await connection.run("UPDATE lanes SET last_seq = last_seq + :gap", gap=SEQ_GAP)
    await connection.run(
        "UPDATE lanes SET due_at = NULL, sent_seq = last_seq"
        " WHERE channel NOT IN (SELECT value FROM json_each(:pulled))",
        pulled=list(pulled),
    )
    inbox = await connection.run(
        "UPDATE inbox SET state = 'quarantined', due_at = NULL, error_code = :code"
        " WHERE state NOT IN ('done', 'quarantined')",
        code=RESTORED,
    )
    await connection.run("UPDATE codes SET expires_at = :now WHERE used_at IS NULL AND expires_at > :now", now=now)
    await connection.run("UPDATE counters SET value = value + :gap WHERE name = 'number'", gap=NUMBER_GAP)
    return Quieted(messages, inbox, *await _clocks(connection, now, reminders, now + grace))


async def shut_out(connection: Connection) -> None:
    """What platforms let us in with is asked for anew. For a database that has been brought up to date."""
    await connection.run("UPDATE access_tokens SET token = '', failures = 0, error_code = ''")


async def unsent(connection: Connection) -> list[Unsent]:
    """What was set aside by ``quiet`` and nobody has decided on, by channel."""
    rows = await connection.all(
        "SELECT channel, MAX(id) AS id, COUNT(*) AS letters FROM outbox WHERE state = 'dead' AND error_code = :code"
        " GROUP BY channel ORDER BY channel",
        code=RESTORED,
    )
    return [Unsent(row["channel"], row["id"], row["letters"]) for row in rows]


async def _clocks(connection: Connection, now: datetime, reminders: Sequence[str], later: datetime) -> tuple[int, int]:
    dropped = await connection.run(
        "DELETE FROM timers WHERE due_at <= :now AND intent IN (SELECT value FROM json_each(:reminders))",
        now=now,
        reminders=list(reminders),
    )
    put_off = await connection.run("UPDATE timers SET due_at = :later WHERE due_at <= :now", later=later, now=now)
    return dropped, put_off
