"""What works beside the web server: the ledger is proved from the start on and each hour, and admins hear of it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from bot.app import App, open_app
from bot.audit import PROOF_S
from bot.server import beside
from domain.chat import Place
from domain.ledger import Terms, Unit, Why
from domain.people import Person, Role
from storage.database import Connection
from storage.store import Store
from tests.conversations.test_ledger_audit import MENDED, SPOILABLE, SPOILED, does
from tests.fakes import START, FakeChannel
from tests.office import settings

HEARD_S = 30.0
FAULTS, SOUND = "账本核对发现 2 处不对", "恢复正常"


class Ahead(asyncio.SelectorEventLoop):
    """A loop that is set ahead by hand: whoever sleeps until then wakes up."""

    ahead_s = 0.0

    def time(self) -> float:
        """What sleepers look at."""
        return super().time() + self.ahead_s

    def clock(self) -> datetime:
        """The wall clock: it stands still else."""
        return START + timedelta(seconds=self.ahead_s)


async def peopled(connection: Connection) -> None:
    """An admin who can be reached, and somebody with a hundred points."""
    store, ada = Store(connection), Place("fake", "ada")
    await store.people.add(Person("ada", Role.ADMIN, "老板", locale="zh-CN"), ada, START)
    await store.people.attach("fake", "ada", "ada", "ada", START)
    await store.outbox.speak(ada, "zh-CN")
    await store.people.add(Person("hana", locale="zh-CN"), Place("fake", "hana"), START)
    await store.ledger.credit("hana", Unit.POINTS, "c", START, 100, Why("award"), Terms(START))


async def hears(channel: FakeChannel, words: str, times: int = 1) -> None:
    """Until that was said to the admin so many times."""
    async with asyncio.timeout(HEARD_S):
        while sum(chat == "ada" and words in text for chat, text in channel.texts) < times:
            await channel.until(len(channel.arrived) + 1)


async def story(loop: Ahead, database_url: str, folder: Path) -> None:
    """Damaged before the start, and mended within the hour."""
    channel = FakeChannel(loop.clock)
    async with open_app(settings(database_url, folder), {"fake": channel}, loop.clock) as app:
        await app.database.transact(peopled)
        await does(app.database, SPOILABLE[app.database.engine], SPOILED)
        async with asyncio.TaskGroup() as group:
            group.create_task(beside(app))
            try:
                await hears(channel, FAULTS)
                await mended_within_the_hour(loop, app, channel)
            finally:
                app.stopping.set()


async def mended_within_the_hour(loop: Ahead, app: App, channel: FakeChannel) -> None:
    """The next look finds it well, and the next one damaged again."""
    for statement, words, times in ((MENDED, SOUND, 1), (SPOILED, FAULTS, 2)):
        await does(app.database, statement)
        loop.ahead_s += PROOF_S
        await hears(channel, words, times)


def test_the_ledger_is_proved_each_hour(database_url: str, tmp_path: Path) -> None:
    """What the server runs beside itself tells admins of a damaged entry at the start, and each hour what has become
    of it."""
    assert timedelta(seconds=PROOF_S) == timedelta(hours=1)
    loop = Ahead()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(story(loop, database_url, tmp_path))
