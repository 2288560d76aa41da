"""The cost of a message, and the lists, in a store with very many requests."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.figures import Board, Sizes, median, percentile
from benchmarks.load import Job, put_load
from benchmarks.scene import Scene
from benchmarks.server import serving
from domain.people import Role, Viewer
from domain.search import bigrams
from domain.states import OPEN
from storage.database import Connection
from storage.opening import open_database
from storage.store import Store

FIRST = 100_000
"""The number of the first stored request; those of the scene have smaller ones."""
SMALL = 1000
REQUESTS_OF_ONE = 10
INSTALLERS = 200
SEED = 20260105
STAFF = Viewer("b0", Role.STAFF)

WHERE = ("厨房", "卫生间", "阳台", "客厅", "主卧", "门口", "地下室", "走廊")
WHAT = ("水龙头", "马桶", "瓷砖", "移门", "橱柜", "插座", "花洒", "地漏", "窗户", "灯", "水管", "吊顶")
HOW = ("一直滴水", "堵住了", "开裂", "关不上", "掉漆", "没有电", "松动", "漏水很大", "有异响", "发霉")
STREETS = ("世纪大道", "张杨路", "中山北路", "淮海中路", "人民广场", "陆家嘴环路", "长宁路", "虹桥路")

REQUESTS = """
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :count - 1)
    INSERT INTO requests
    SELECT 'R-' || (:first + i), :events, 'h' || (i / :each),
        CASE WHEN i % 20 THEN CASE i % 10 WHEN 1 THEN 'CANCELLED' WHEN 2 THEN 'REJECTED' ELSE 'CLOSED' END
            ELSE CASE i / 20 % 8 WHEN 0 THEN 'NEW' WHEN 1 THEN 'TRIAGED' WHEN 2 THEN 'OFFERED' WHEN 3 THEN 'ACCEPTED'
                WHEN 4 THEN 'SCHEDULED' WHEN 5 THEN 'EN_ROUTE' WHEN 6 THEN 'IN_PROGRESS' ELSE 'DONE' END END,
        'repair', 'kitchen', 'faucet', 'drip', 1, CASE WHEN i % 5000 = 0 THEN 'gas' ELSE '' END,
        description(i), '[]', 'hh' || (i / :each), 'pudong', address(i), '1202室', phone(i),
        '', NULL, NULL, 'b0', 'i' || (i / 160 % :installers), moment(i), moment(i + 7), '1234', 0, 0, 0, 0, 0, 0,
        '', '[]', '', 5, '[]', '', moment(i), moment(i), moment(i), NULL, NULL, NULL, '', '[]', '[]', 5000
    FROM n
"""
EVENTS = """
    WITH RECURSIVE k (j) AS (SELECT 1 UNION ALL SELECT j + 1 FROM k WHERE j < :events)
    INSERT INTO request_events
    SELECT r.id, k.j, r.created_at, 'b0', '', 'webchat', 'answered', r.state, r.state, '{}', '' FROM requests r, k
    WHERE r.homeowner_id LIKE 'h%'
"""
PEOPLE = """
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :count - 1)
    INSERT INTO people (id, role, name, phone, locale, number, skills, districts, photo, consent, consent_at, active,
        channel, chat, created_at)
    SELECT :prefix || i, :role, '某人', '', 'zh-CN', CASE WHEN :role = 'installer' THEN 'N' || i ELSE '' END,
        '[]', '[]', '', '', NULL, 1, '', '', moment(i) FROM n
"""
WORDS = """
    INSERT INTO request_words (rowid, words)
    SELECT CAST(SUBSTR(id, 3) AS INTEGER), grams(id || ' ' || description || ' ' || address || ' ' || phone)
    FROM requests WHERE homeowner_id LIKE 'h%'
"""
COUNTS = """
    INSERT INTO counters SELECT 'state:' || state, COUNT(*) FROM requests WHERE true GROUP BY state
    ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""


def description(i: int) -> str:
    """What the homeowner wrote."""
    return f"{WHERE[i % 8]}{WHAT[i // 8 % 12]}{HOW[i // 96 % 10]},第{i % 977}次了"


def address(i: int) -> str:
    """Where it is."""
    return f"{STREETS[i // 3 % 8]}{i % 1999 + 1}号"


def phone(i: int) -> str:
    """In E.164, of its own for each homeowner."""
    return f"+86139{i // REQUESTS_OF_ONE:08d}"


def moment(i: int) -> str:
    """A minute of its own for each, in the years before."""
    days, minute = divmod(i, 1440)
    day = f"{2020 + days // 336:04d}-{days // 28 % 12 + 1:02d}-{days % 28 + 1:02d}"
    return f"{day} {minute // 60:02d}:{minute % 60:02d}:00.000000+00:00"


def fill(path: Path, requests: int, events: int) -> None:
    """Put so many requests with so many events into the file of a scene."""
    database = sqlite3.connect(path, isolation_level=None)
    for function in (description, address, phone, moment):
        database.create_function(function.__name__, 1, function, deterministic=True)
    database.create_function("grams", 1, lambda text: " ".join(bigrams(text)), deterministic=True)
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA synchronous = OFF")
    database.execute("PRAGMA cache_size = -200000")
    each = max(1, events // requests)
    database.execute(PEOPLE, {"prefix": "h", "role": "homeowner", "count": requests // REQUESTS_OF_ONE + 1})
    database.execute(PEOPLE, {"prefix": "i", "role": "installer", "count": INSTALLERS})
    kinds = {"first": FIRST, "each": REQUESTS_OF_ONE, "installers": INSTALLERS}
    database.execute(REQUESTS, {"count": requests, "events": each, **kinds})
    database.execute(EVENTS, {"events": each})
    database.execute(WORDS)
    database.execute(COUNTS)
    database.execute("PRAGMA journal_mode = WAL")
    database.close()


@contextmanager
def filled(scene: Scene, requests: int, events: int) -> Iterator[str]:
    """The URL of a copy of the scene with so much more in it."""
    with scene.copied() as url:
        fill(Path(url.removeprefix("sqlite:///")), requests, events)
        yield url


def measure_large(scene: Scene, sizes: Sizes, board: Board) -> None:
    """The whole path over a large store and a small one in turns, and the lists of the large one."""
    with ExitStack() as stack:
        small = stack.enter_context(filled(scene, SMALL, SMALL * sizes.events // sizes.requests))
        large = stack.enter_context(filled(scene, sizes.requests, sizes.events))
        for key, waits_ms in asyncio.run(_lists(large, sizes)).items():
            note = f"p50 {percentile(waits_ms, 50):.2f} ms over {sizes.requests} requests"
            board.add(f"large_{key}", percentile(waits_ms, 99), note)
        _cost(scene, (small, large), sizes, board)


def _cost(scene: Scene, urls: tuple[str, str], sizes: Sizes, board: Board) -> None:
    scripts = scene.scripts(stored=True)
    found: tuple[list[float], list[float]] = ([], [])
    with serving(scene.folder, urls[0]) as small, serving(scene.folder, urls[1]) as large:
        for warm in (True, *[False] * sizes.rounds):
            for server, seconds in zip((small, large), found, strict=True):
                outcome = put_load(Job((server.port,), scripts, sizes.cycles_32))
                if not warm:
                    seconds.append(1 / outcome.per_s)
    value = median([large / small for small, large in zip(*found, strict=True)])
    note = f"{1 / median(found[1]):.0f}/s over {1 / median(found[0]):.0f}/s, a sixth are supplements to stored requests"
    board.add("large_cost", value, note)


async def _lists(url: str, sizes: Sizes) -> dict[str, list[float]]:
    """Milliseconds of each call, with other arguments each time; the first tenth is to get warm."""
    database, chance = await open_database(url), random.Random(SEED)
    asks: dict[str, Callable[[Store], Awaitable[Any]]] = {
        "queue": lambda store: store.requests.queue(chance.choice(OPEN), STAFF),
        "find": lambda store: store.requests.find(_wanted(chance, sizes.requests), STAFF),
        "counts": lambda store: store.requests.counts(STAFF),
        "mine": lambda store: store.requests.of(f"h{chance.randrange(sizes.requests // REQUESTS_OF_ONE)}"),
        "jobs": lambda store: store.requests.jobs(f"i{chance.randrange(INSTALLERS)}"),
    }
    try:
        return {key: await _waits(database, ask, sizes.list_calls) for key, ask in asks.items()}
    finally:
        await database.close()


async def _waits(database: Any, ask: Callable[[Store], Awaitable[Any]], calls: int) -> list[float]:
    async def work(connection: Connection) -> Any:
        return await ask(Store(connection))

    waits_ms = []
    for _ in range(calls + calls // 10):
        started = time.perf_counter()
        await database.read(work)
        waits_ms.append((time.perf_counter() - started) * 1000)
    return waits_ms[calls // 10 :]


def _wanted(chance: random.Random, requests: int) -> str:
    """What staff look for: a number, a phone or its end, an address, what is broken where and how."""
    i = chance.randrange(requests)
    return chance.choice(
        (
            f"R-{FIRST + i}",
            phone(i),
            phone(i)[-4:],
            address(i),
            f"{chance.choice(WHERE)}{chance.choice(WHAT)}",
            f"{chance.choice(WHAT)} {chance.choice(HOW)}",
        )
    )
