"""A passbook page and the leaderboard, where very many people have very many entries."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.figures import Board, Sizes, percentile
from benchmarks.large import moment
from benchmarks.scene import Scene
from domain.ledger import Unit
from domain.people import INSIDE
from handlers import passbook
from storage.database import Connection, Database
from storage.ledger_proof import Proof, prove
from storage.opening import open_database
from storage.store import Store

ENTRIES_OF_ONE = 10
PERIOD = "2026"
PLACES = 10
SEED = 20260105
NOW = datetime(2026, 5, 1, tzinfo=UTC)

PEOPLE = """
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :people - 1)
    INSERT INTO people (id, role, name, phone, locale, number, skills, districts, photo, consent, consent_at, active,
        channel, chat, created_at)
    SELECT 'saver' || i, 'homeowner', '某人', '', 'zh-CN', '', '[]', '[]', '', '', NULL, 1, '', '', moment(i) FROM n
"""
REFERRERS = """
    INSERT INTO referrers (person_id, code, nickname, listed, vip_since, made_at, asked_at)
    SELECT id, 'K' || id, '邻居' || id, 1, NULL, created_at, NULL FROM people WHERE id LIKE 'saver%'
"""
LEADERBOARD = """
    INSERT INTO leaderboard (period, person_id, count, last_at)
    SELECT :period, 'saver' || i, 1 + i % 7 * (i % 5 = 0), moment(i) FROM numbers WHERE i < :people
"""
ENTRIES = """
    INSERT INTO ledger_entries (key, person_id, number, unit, kind, at, rule, subject, actor_id, reason, facts)
    SELECT 'e' || i, 'saver' || (i / :each), 1 + i % :each, CASE WHEN i / :each % 2 THEN 'fund' ELSE 'points' END,
        CASE WHEN i % :each % 3 = 2 THEN 'spend' ELSE 'credit' END, moment(i / :each),
        CASE WHEN i % :each % 3 = 2 THEN 'order' ELSE 'referral' END, 'RF-' || i, '', '',
        '{"order_fen":3000000,"least_fen":1000000,"days":7,"percent":100}'
    FROM numbers
"""
LOTS = """
    INSERT INTO ledger_lots (id, person_id, unit, number, usable_at, expires_at)
    SELECT key, person_id, unit, number, at, CASE number % 2 WHEN 0 THEN '2031-01-01 00:00:00.000000+00:00' END
    FROM ledger_entries WHERE kind = 'credit'
"""
POSTINGS = """
    INSERT INTO ledger_postings (entry, number, account, lot, amount)
    SELECT 'e' || i, side,
        CASE WHEN side = 0 THEN unit || ':person:' || person_id
            ELSE CASE WHEN kind = 'spend' THEN unit || ':spent' ELSE unit || ':issuer:referral' END END,
        CASE WHEN kind = 'spend' THEN 'e' || (i - 2) ELSE 'e' || i END,
        CASE WHEN (side = 0) = (kind = 'credit') THEN 1 ELSE -1 END * CASE WHEN kind = 'spend' THEN 300 ELSE 1000 END
    FROM numbers JOIN ledger_entries ON key = 'e' || i CROSS JOIN (SELECT 0 AS side UNION ALL SELECT 1)
"""


def fill(path: Path, people: int) -> None:
    """Put so many people with ten entries each, and a place in the leaderboard, into the file of a scene."""
    database = sqlite3.connect(path, isolation_level=None)
    database.create_function("moment", 1, moment, deterministic=True)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -200000"):
        database.execute(f"PRAGMA {pragma}")
    sizes = {"people": people, "each": ENTRIES_OF_ONE, "period": PERIOD}
    database.execute("CREATE TEMP TABLE numbers (i INTEGER PRIMARY KEY)")
    database.execute(
        "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :people * :each - 1)"
        " INSERT INTO numbers SELECT i FROM n",
        sizes,
    )
    for statement in (PEOPLE, REFERRERS, LEADERBOARD, ENTRIES, LOTS, POSTINGS):
        database.execute(statement, sizes)
    database.execute("PRAGMA journal_mode = WAL")
    database.close()


def measure_bank(scene: Scene, sizes: Sizes, board: Board) -> None:
    """The page of a passbook with why of each line, the leaderboard with one's own place, and the proof of it all."""
    with scene.copied() as url:
        fill(Path(url.removeprefix("sqlite:///")), sizes.savers)
        asyncio.run(_measure(url, sizes, board))


async def _measure(url: str, sizes: Sizes, board: Board) -> None:
    database, chance = await open_database(url), random.Random(SEED)

    def somebody() -> str:
        return f"saver{chance.randrange(sizes.savers)}"

    try:
        note = f"over {sizes.savers} people and {sizes.savers * ENTRIES_OF_ONE} entries"
        for key, ask in {"passbook": _passbook, "leaderboard": _leaderboard}.items():
            work_ms = await _work(database, ask, somebody, sizes.list_calls)
            board.add(f"bank_{key}", percentile(work_ms, 99), f"p50 {percentile(work_ms, 50):.2f} ms {note}")
        started = time.process_time()
        proof = await prove(database.read)
        seconds = time.process_time() - started
        assert proof == Proof(sizes.savers, sizes.savers * ENTRIES_OF_ONE), proof.faults[:3]
        board.add("bank_proof", seconds, f"{proof.entries} entries, in pages of one snapshot each")
    finally:
        await database.close()


async def _passbook(store: Store, person_id: str) -> object:
    balances = [await store.ledger.balance(person_id, unit, INSIDE, NOW) for unit in Unit]
    entries = await store.ledger.lines(person_id, INSIDE, None, 10)
    assert len(entries) == 10
    told = [passbook.explained(entry, (), UTC, "zh-CN") for entry in entries]
    return told, passbook.page(entries, UTC), balances


async def _leaderboard(store: Store, person_id: str) -> object:
    return await store.board.top(PERIOD, PLACES), await store.board.place(PERIOD, person_id)


async def _work(
    database: Database, ask: Callable[[Store, str], Awaitable[Any]], somebody: Callable[[], str], calls: int
) -> list[float]:
    """Milliseconds of CPU of each call, for another person each time; the first tenth is to get warm."""
    work_ms = []
    for _ in range(calls + calls // 10):
        person_id = somebody()

        async def work(connection: Connection, person_id: str = person_id) -> Any:
            return await ask(Store(connection), person_id)

        started = time.process_time()
        await database.read(work)
        work_ms.append((time.process_time() - started) * 1000)
    return work_ms[calls // 10 :]
