"""The proof of the running bot's ledger, and the same from the command line beside it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.audit import LedgerWatch, audit, told
from bot.config import load_settings
from domain.ledger import Terms, Unit, Why
from storage.database import Connection, Database
from storage.ledger_proof import Fault, Proof
from tests.processes import command
from tests.world import World, last

MENDED = "UPDATE ledger_postings SET amount = amount - 1 WHERE entry = 'c' AND number = 0"
SPOILED = "UPDATE ledger_postings SET amount = amount + 1 WHERE entry = 'c' AND number = 0"
SPOILABLE = {
    "sqlite": "DROP TRIGGER ledger_postings_kept",
    "postgres": "DROP TRIGGER ledger_postings_kept ON ledger_postings",
}
FOUND = (Fault("total", "1"), Fault("unbalanced", "c"))


async def credited(world: World) -> None:
    now = world.watch()
    await world.store(lambda store: store.ledger.credit("hana", Unit.POINTS, "c", now, 100, Why("award"), Terms(now)))


async def does(database: Database, *statements: str) -> None:
    async def work(connection: Connection) -> None:
        for statement in statements:
            await connection.run(statement)

    await database.transact(work)


async def test_the_running_bot_proves_its_ledger_each_hour(world: World) -> None:
    """One worker does; what it finds is told to admins, as is that all is well again."""
    await credited(world)
    watch, other = LedgerWatch(world.database, world.watch), LedgerWatch(world.database, world.watch)
    assert await watch.look()
    assert await world.passes(hours=1) == []

    await does(world.database, SPOILABLE[world.database.engine], SPOILED)
    assert not await other.look()
    assert await watch.look(), "another worker has it"
    heard = last(await world.passes(seconds=1), "ada")
    assert "账本核对发现 2 处不对" in heard.text
    assert "c：这一笔两边不相等" in heard.text

    await does(world.database, MENDED)
    await world.passes(hours=1)
    assert await watch.look()
    assert "恢复正常" in last(await world.passes(seconds=1), "ada").text


async def test_the_command_line_proves_it_beside_the_bot(world: World, database_url: str) -> None:
    """While the bot has the database open; a fault is named in Chinese."""
    settings = load_settings(env_file=None, database_url=database_url)
    await credited(world)
    assert told(await audit(settings)) == ["✓ 账本对得上:1 个人,1 笔,每一笔和全部余额都平"]

    await does(world.database, SPOILABLE[world.database.engine], SPOILED)

    assert (proof := await audit(settings)) == Proof(1, 1, FOUND)
    assert told(proof) == [
        "✗ 账本有 2 处不对(共 1 个人,1 笔),请先停止发放奖励,并联系技术同事",
        "  全部余额加起来不是零，差 1",
        "  c：这一笔两边不相等",
    ]


async def test_the_exit_code_says_it(world: World, database_url: str, tmp_path: Path) -> None:
    """2 where something is wrong, 0 where nothing is."""

    async def run() -> int:
        ended = await asyncio.to_thread(command, tmp_path, "audit", database_url=database_url, data_dir=tmp_path)
        return ended.returncode

    await credited(world)
    assert await run() == 0
    await does(world.database, SPOILABLE[world.database.engine], SPOILED)
    assert await run() == 2
