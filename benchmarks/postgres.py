"""PostgreSQL: the engine over bare asyncpg, one worker and two, and whether two keep order and effects."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import pairwise
from typing import Any

import asyncpg
import uvloop

from benchmarks.figures import Board, Sizes, median, ratios
from benchmarks.load import Job, Outcome, put_load
from benchmarks.scene import ROOM, Scene
from benchmarks.server import serving
from benchmarks.tape import Message, perform, record
from bot.channels.webchat import NAME
from storage.opening import open_database
from storage.postgres_sql import translate
from storage.values import json_text

CONNECTIONS = 8
Player = Callable[[Sequence[Message]], Awaitable[None]]


def measure_engine(scene: Scene, sizes: Sizes, board: Board) -> None:
    """The same statements through the engine and through asyncpg alone, eight at a time, each over a fresh copy."""
    tapes = record(scene, sizes.cycles_32, CONNECTIONS)
    bare = [[_translated(message) for message in tape] for tape in tapes]
    engine_per_s, bare_per_s = [], []
    for _ in range(sizes.rounds):
        with scene.copied() as url:
            bare_per_s.append(uvloop.run(_bare(url, bare)))
        with scene.copied() as url:
            engine_per_s.append(uvloop.run(_engine(url, tapes)))
    note = f"{median(engine_per_s):.0f}/s over {median(bare_per_s):.0f}/s"
    board.add("engine_postgres", ratios(engine_per_s, bare_per_s), note)


async def _engine(url: str, tapes: Sequence[Sequence[Message]]) -> float:
    database = await open_database(url, connections=CONNECTIONS)

    async def play(tape: Sequence[Message]) -> None:
        for message in tape:
            await database.transact(partial(perform, message))

    try:
        return await _per_s(tapes, play)
    finally:
        await database.close()


async def _bare(url: str, tapes: Sequence[Sequence[Any]]) -> float:
    free = [await asyncpg.connect(url, statement_cache_size=512, server_settings={"jit": "off"}) for _ in tapes]

    async def play(tape: Sequence[Any]) -> None:
        session = free.pop()
        for message in tape:
            await session.execute("BEGIN")
            for verb, sql, arguments in message:
                await getattr(session, verb)(sql, *arguments)
            await session.execute("COMMIT")
        await session.close()

    return await _per_s(tapes, play)


async def _per_s(tapes: Sequence[Sequence[Any]], play: Callable[[Sequence[Any]], Awaitable[None]]) -> float:
    """Messages in a second, the preparing of statements included."""
    started = time.perf_counter()
    await asyncio.gather(*[play(tape) for tape in tapes])
    return sum(map(len, tapes)) / (time.perf_counter() - started)


VERBS = {"all": "fetch", "one": "fetchrow", "run": "execute", "each": "executemany"}


def _translated(message: Message) -> list[tuple[str, str, list[Any]]]:
    """Statements as asyncpg takes them, with JSON as the text that it is sent as."""
    translated = []
    for verb, sql, values in message:
        query, names = translate(sql)
        if verb == "each":
            arguments = [[[_plain(row[name]) for name in names] for row in values]]
        else:
            arguments = [_plain(values[name]) for name in names]
        translated.append((VERBS[verb], query, arguments))
    return translated


def _plain(value: Any) -> Any:
    return json_text(value) if isinstance(value, dict | list | tuple) else value


def measure_workers(scene: Scene, sizes: Sizes, board: Board) -> None:
    """One worker and two over one database each, in turns; then every message to both at the same moment."""
    with ExitStack() as stack:
        alone = [stack.enter_context(scene.served())]
        url = stack.enter_context(scene.copied())
        pair = [stack.enter_context(serving(scene.folder, url)) for _ in range(2)]
        one, two, cpu_us, sent = [], [], [], []
        for warm in (True, *[False] * sizes.rounds):
            before_s = alone[0].cpu_s()
            found = put_load(Job((alone[0].port,), scene.scripts(), sizes.cycles_32))
            cpu_us.append((alone[0].cpu_s() - before_s) / found.messages * 1e6)
            sent.append(put_load(Job(tuple(each.port for each in pair), scene.scripts(), sizes.cycles_32)))
            if not warm:
                one.append(found.per_s)
                two.append(sent[-1].per_s)
        sent.append(put_load(Job(tuple(each.port for each in pair), scene.scripts(), sizes.cycles_32, twice=True)))
        faults = uvloop.run(count_faults(url, sent))
    board.add("cpu_postgres", median(cpu_us[1:]), "at 32 connections, the server's own processes not counted")
    board.add("workers_postgres", ratios(two, one), f"{median(two):.0f}/s over {median(one):.0f}/s")
    note = f"in {sum(each.messages for each in sent)} messages, the last {sent[-1].messages} to both workers at once"
    board.add("faults_postgres", faults, note)


async def count_faults(url: str, sent: Sequence[Outcome]) -> int:
    """What is wrong in the database after these loads: messages lost or doubled, lanes with gaps or out of order."""
    session = await asyncpg.connect(url)
    try:
        inbox = await session.fetch("SELECT id, state FROM inbox WHERE channel = $1", NAME)
        outbox = await session.fetch("SELECT id, chat, seq FROM outbox WHERE channel = $1 ORDER BY chat, seq", NAME)
    finally:
        await session.close()
    runs = tuple(each.run for each in sent)
    taken = [row["id"] for row in inbox if row["id"].rpartition(":")[2].startswith(runs) and row["state"] == "done"]
    faults = abs(len(taken) - sum(each.messages for each in sent))
    lanes: dict[str, list[Any]] = defaultdict(list)
    for row in outbox:
        lanes[row["chat"]].append(row)
    faults += sum([row["seq"] for row in rows] != list(range(1, len(rows) + 1)) for rows in lanes.values())
    faults += sum(_disorder(rows, runs) for chat, rows in lanes.items() if chat != ROOM)
    told = sum(1 for row in lanes[ROOM] if row["id"].split(":")[-2].startswith(runs))
    asides = sum(each.messages for each in sent) // 3
    return faults + abs(told - asides)


def _disorder(rows: Sequence[Any], runs: Sequence[str]) -> int:
    """How often an answer stands before the answer to an earlier message of the same person."""
    causes = [row["id"].split(":")[-2] for row in rows]
    order = [(runs.index(cause[:12]), cause) for cause in causes if cause[:12] in runs]
    return sum(later < earlier for earlier, later in pairwise(order))
