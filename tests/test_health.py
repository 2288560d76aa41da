"""Whether the process says truly how it stands: a real write, what waits, the disk, and the end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot.health import INBOX_STUCK_S, OUTBOX_OLD_S, Condition, Health
from bot.web import WebSettings, web_app
from domain.chat import Line, Outbound, Place, Raw, Text
from storage.database import Connection, Database
from storage.inbox import Inbox
from storage.outbox import Outbox
from tests.pages.office import Office
from tests.processes import serving

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
PUSHED = ("pigeon", "raven")


def health(database: Database, folder: Path, later_s: float = 0, reserve_mb: int = 0) -> Health:
    """A look from ``later_s`` after NOW."""
    return Health(database, folder, PUSHED, lambda: NOW + timedelta(seconds=later_s), reserve_mb)


async def owes(database: Database, channel: str) -> None:
    """A message to somebody on a channel, at NOW."""
    out = Outbound(Place(channel, "13912345678"), (Line(Text("hello")),))
    await database.transact(lambda connection: Outbox(connection).add("cause", [out], NOW))


async def fails(database: Database) -> None:
    """A message that fails at NOW and is to be tried again ten seconds later."""
    raw = Raw("pigeon:13912345678", "pigeon", {"text": "厨房漏水"})
    await database.transact(lambda connection: Inbox(connection).fail(raw, NOW, "ValueError"))


async def test_a_process_that_can_work_is_ready(database: Database, tmp_path: Path) -> None:
    """A database that takes a write, an empty inbox and room on the disk need no word but ok."""
    assert str(await health(database, tmp_path).condition()) == "ok"


async def test_a_message_that_nobody_tries_again_is_a_fault(database: Database, tmp_path: Path) -> None:
    """What failed may wait for its time and some minutes more; after that nobody is at work."""
    await fails(database)

    assert (await health(database, tmp_path, INBOX_STUCK_S).condition()).good
    assert (await health(database, tmp_path, INBOX_STUCK_S + 11).condition()).faults == ("inbox: oldest 301 s overdue",)


async def test_a_platform_that_is_away_is_a_note(database: Database, tmp_path: Path) -> None:
    """Old unsent messages are told with their channel and age; the other channels can be served, so it is no fault."""
    await owes(database, "pigeon")
    early, late = [await health(database, tmp_path, OUTBOX_OLD_S + more).condition() for more in (0, 1)]

    assert str(early) == "ok"
    assert str(late) == f"ok\noutbox: pigeon waits for {OUTBOX_OLD_S + 1} s"


async def test_what_clients_read_themselves_is_not_waiting(database: Database, tmp_path: Path) -> None:
    """Messages of a channel that is never sent to are nobody's backlog, however old."""
    await owes(database, "webchat")

    assert str(await health(database, tmp_path, 86_400).condition()) == "ok"


async def test_too_little_room_is_a_fault(database: Database, tmp_path: Path) -> None:
    """With less than the reserve on the disk, or without the folder, it is not ready."""
    full = await health(database, tmp_path, reserve_mb=10**9).condition()
    gone = await health(database, tmp_path / "none").condition()

    assert [fault.partition(":")[0] for fault in full.faults] == ["disk"]
    assert "MB free" in str(full)
    assert gone.faults == ("disk: FileNotFoundError",)


async def test_a_database_that_takes_no_write_is_a_fault(database: Database, tmp_path: Path) -> None:
    """A database that cannot write is told by the class of its error, whatever else is well."""

    async def breaks(connection: Connection) -> None:
        await connection.run("DROP TABLE counters")

    await database.transact(breaks)
    broken = await health(database, tmp_path).condition()
    await database.close()
    closed = await health(database, tmp_path).condition()

    assert broken.faults in (("database: OperationalError",), ("database: UndefinedTableError",))
    assert closed.faults == ("database: RuntimeError",)


@pytest.mark.parametrize("engine", ["postgres"])
async def test_a_database_that_does_not_answer_is_a_fault(database: Database, tmp_path: Path) -> None:
    """Readiness is answered within seconds while all connections hang."""
    hanging = asyncio.Event()

    async def hangs(connection: Connection) -> None:
        await hanging.wait()

    works = [asyncio.create_task(database.transact(hangs)) for _ in range(4)]
    await asyncio.sleep(0)
    condition = await health(database, tmp_path).condition()
    hanging.set()
    await asyncio.gather(*works)

    assert condition.faults == ("database: TimeoutError",)


async def test_nothing_personal_is_told(database: Database, tmp_path: Path) -> None:
    """Faults and notes name channels and numbers, never a chat or a message."""
    await fails(database)
    await owes(database, "pigeon")

    told = str(await health(database, tmp_path, 86_400, reserve_mb=10**9).condition())

    assert len(told.splitlines()) == 4
    assert not any(secret in told for secret in ("139", "漏水", "ValueError", "cause"))


async def asked(ready: Callable[[], Awaitable[Condition]], stopping: bool = False) -> httpx.Response:
    """The answer over HTTP."""
    office = Office()
    if stopping:
        office.stopping.set()
    app = web_app(replace(office.doors(WebSettings(b"0" * 32)), ready=ready))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        return await client.get("/readyz")


async def never() -> Condition:
    """A look that must not be taken."""
    raise AssertionError


async def faulty() -> Condition:
    """Something is wrong."""
    return Condition(("disk: 3 MB free",), ("outbox: pigeon waits for 901 s",))


async def test_the_answer_has_a_line_for_each_reason() -> None:
    """503 with the reasons, never kept by a cache."""
    answer = await asked(faulty)

    assert (answer.status_code, answer.headers["cache-control"]) == (503, "no-store")
    assert answer.text == "not ready\ndisk: 3 MB free\noutbox: pigeon waits for 901 s"


async def test_while_it_ends_it_takes_no_work() -> None:
    """From the signal on the answer is 503, without asking the database."""
    answer = await asked(never, stopping=True)

    assert (answer.status_code, answer.text) == (503, "not ready\nstopping")


def test_a_full_disk_is_seen_from_outside(tmp_path: Path) -> None:
    """A running bot whose disk has less room than its reserve lives on and is not ready."""
    with serving(tmp_path, disk_reserve_mb=1_000_000) as bot:
        ready = httpx.get(f"{bot.address}/readyz")
        alive = httpx.get(f"{bot.address}/livez")

    assert (ready.status_code, alive.text) == (503, "ok")
    assert ready.text.startswith("not ready\ndisk: ")
