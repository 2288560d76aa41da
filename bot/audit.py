"""The proof of the ledger: ``python -m bot audit``, and the hourly one of the running bot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import structlog

from bot.config import Settings
from bot.obstacles import of_database
from bot.standing import database_file
from domain.chat import Text
from messages import BASE, Catalogue
from storage.database import Connection, Database
from storage.ledger_proof import Proof, beside, prove
from storage.store import Store

log = structlog.get_logger()

PROOF_S = 3600.0
PAUSE_S = 0.05
"""Between two pages, which take about as long: others go on meanwhile."""

NAME = "ledger_proof"
FAULTS_MAX = 50
NEW = "✓ 还没有数据库,账本是空的"
SOUND = "✓ 账本对得上:{people} 个人,{entries} 笔,每一笔和全部余额都平"
FAULTY = "✗ 账本有 {count} 处不对(共 {people} 个人,{entries} 笔),请先停止发放奖励,并联系技术同事"


async def audit(settings: Settings) -> Proof | None:
    """Prove the ledger, beside the running bot or without it; None if there is no database yet.

    Raises:
        ConfigError: the database cannot be read.
    """
    url, file = settings.database_url, database_file(settings.database_url)
    if file and not file.exists():
        return None
    try:
        async with beside(url, file) as read:
            return await prove(read)
    except Exception as error:  # whatever an engine raises, the answer is one line
        raise of_database(url, error) from error


def told(proof: Proof | None) -> list[str]:
    """The proof in Chinese, a line for each fault."""
    if proof is None:
        return [NEW]
    if not proof.faults:
        return [SOUND.format(people=proof.people, entries=proof.entries)]
    say, now = Catalogue.load(), datetime.min.replace(tzinfo=UTC)
    lines = [say.render(BASE, Text(f"ledger-fault-{one.code}", {"what": one.what}), now) for one in proof.faults]
    head = FAULTY.format(count=len(proof.faults), people=proof.people, entries=proof.entries)
    return [head, *[f"  {line}" for line in lines]]


class LedgerWatch:
    """Proves the ledger and hands what it found to the clock, whose message tells admins what is new."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._holder = uuid4().hex

    async def look(self) -> bool:
        """Whether all is well; True also while another worker looks after it, within an hour."""

        async def take(connection: Connection) -> bool:
            lease = Store(connection).leases
            return await lease.take(NAME, self._holder, self._clock(), PROOF_S * 0.9) is not None

        if not await self._database.transact(take):
            return True
        proof = await prove(self._database.read, lambda: asyncio.sleep(PAUSE_S))
        if proof.faults:
            log.error("ledger.faults", count=len(proof.faults))
        await self._database.transact(lambda connection: _hand_on(Store(connection), proof, self._clock()))
        return not proof.faults


async def _hand_on(store: Store, proof: Proof, now: datetime) -> None:
    faults = [[one.code, one.what] for one in proof.faults[:FAULTS_MAX]]
    await store.timers.set(NAME, now, "clock.ledger_proof", args={"faults": faults})
