"""What must hold in a month of windows and budgets: nothing owed goes silent or waits longer than the policy says.

Rows are those of the outbox. ``Tasks`` are the messages that staff were told of: since when they were owed then, and
when that was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from domain.chat import Priority
from domain.company import Promises
from storage.database import Connection, Row
from tests.fakes import Call
from tests.world import GROUP

Tasks = Mapping[str, tuple[datetime, datetime]]
Wrongs = list[tuple[object, ...]]

SLACK = timedelta(seconds=1)


def patience(promises: Promises, priority: int) -> timedelta:
    """How long what is owed may be untold."""
    if priority < Priority.STATUS:
        return timedelta(minutes=promises.untold_minutes_human) + SLACK
    return timedelta(hours=promises.untold_hours) + SLACK


async def overdue(connection: Connection, promises: Promises, now: datetime) -> Sequence[Row]:
    """What has been owed for too long at this moment, on a channel with windows."""
    return await connection.all(
        "SELECT id, priority, posted_at FROM outbox WHERE state = 'due' AND channel IN ('wx', 'kf', 'wechat')"
        " AND ((priority < 1 AND posted_at < :human) OR (priority = 1 AND posted_at < :status))",
        human=now - patience(promises, Priority.HUMAN),
        status=now - patience(promises, Priority.STATUS),
    )


async def dead(connection: Connection) -> dict[str, tuple[datetime, datetime]]:
    """The messages that are a task of staff now."""
    rows = await connection.all("SELECT id, posted_at, settled_at FROM outbox WHERE state = 'dead'")
    return {row["id"]: (row["posted_at"], row["settled_at"]) for row in rows}


def untold(rows: Sequence[Row], promises: Promises, tasks: Tasks, reached: Collection[str], now: datetime) -> Wrongs:
    """What was owed for longer than the policy before it was told: itself, by a later version of its card, on another
    channel, by a notice, or to staff. ``reached`` are the rows which the platform has shown to somebody."""
    by_id = {row["id"]: row for row in rows}
    by_card: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        by_card[row["channel"], row["chat"], row["card"]].append(row)
    found: Wrongs = []
    for row in rows:
        if row["priority"] == Priority.CAMPAIGN:
            continue
        since = tasks[row["id"]][0] if row["id"] in tasks else row["posted_at"]
        last, at = _end(row, by_id, by_card, tasks, now)
        if last is None or (last["state"] == "sent" and last["id"] not in reached):
            found.append(("silent", row["id"], row["state"], row["error_code"]))
        elif at - since > patience(promises, row["priority"]):
            found.append(("late", row["id"], last["id"], since, at))
    return found


def _end(
    row: Row,
    by_id: Mapping[str, Row],
    by_card: Mapping[tuple[str, str, str], list[Row]],
    tasks: Tasks,
    now: datetime,
) -> tuple[Row | None, datetime]:
    """The row in which it was told, or waits still, and when; None if nobody would ever know."""
    found: Row | None = row
    while found is not None:
        if found["id"] in tasks:
            return found, tasks[found["id"]][1]
        if found["state"] == "due" or found["error_code"] == "stale":
            return found, found["settled_at"] or now
        if found["state"] != "merged":
            return (found if found["state"] == "sent" else None), found["settled_at"]
        if found["error_code"] == "detour":
            found = by_id.get(f"{found['id']}:way:0")
        else:
            versions = by_card[found["channel"], found["chat"], found["card"]]
            found = next((one for one in versions if one["seq"] > found["seq"]), None)
    return None, now


def unknown_to_staff(rows: Sequence[Row], shown: Iterable[Call]) -> list[str]:
    """Dead letters about which no card was ``shown`` to the group at that moment or later."""
    cards = {call.message.card: call.at for call in shown if call.chat == GROUP}
    told = {row["id"]: cards.get(f"dead:{row['channel']}:{row['chat']}") for row in rows if row["state"] == "dead"}
    ended = {row["id"]: row["settled_at"] for row in rows}
    return [id for id, at in told.items() if at is None or at < ended[id]]
