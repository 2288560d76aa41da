"""A process, a strict Telegram and an old backup: what was sent once is not sent again, and the end comes in time."""

from __future__ import annotations

import asyncio
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.chat import Place
from storage.opening import open_database
from storage.store import Store
from tests.answering import answering
from tests.processes import STOP_S
from tests.telegram import FakeTelegram
from tests.test_backup import made, run


async def bind(url: str, chat: int) -> None:
    """Make a group of Telegram the staff's."""
    database = await open_database(url, migrated_at=datetime.now(UTC), connections=1)
    place = Place("telegram", str(chat))
    try:
        await database.transact(
            lambda connection: Store(connection).groups.bind(place, "staff", "zh-CN", "p1", datetime.now(UTC))
        )
    finally:
        await database.close()


async def test_an_old_backup_sends_nothing_old(tmp_path: Path, database_url: str) -> None:
    """What waited when the backup was made, and was sent after it, does not come again; staff are told, and whoever
    writes after the restore is answered."""
    async with FakeTelegram() as fake:
        group = fake.group("客服群", fake.user("Sam"), supergroup=True)
        await group.add_bot()
        hana = fake.user("Hana")
        await bind(database_url, group.id)
        async with answering(tmp_path, fake, database_url=database_url):
            fake.fail("429", chat=hana, times=None)
            await hana.starts()
            await fake.until(lambda: fake.journal.of("fault"))
            saved = await asyncio.to_thread(run, tmp_path, "backup", "kept", database_url=database_url)
            fake.faults.clear()
            await fake.until(lambda: hana.heard, 30)
        once = [post.text for post in hana.heard]

        restored = await asyncio.to_thread(
            run, tmp_path, "restore", str(made(tmp_path / "kept")), "--force", database_url=database_url
        )
        assert (saved.returncode, restored.returncode) == (0, 0), saved.stderr + restored.stderr
        async with answering(tmp_path, fake, database_url=database_url):
            await fake.until(lambda: [post for post in group.heard() if "没有再发" in post.text], 30)
            await hana.says("厨房水龙头一直滴水")
            await fake.until(lambda: len(hana.heard) > len(once))
            await fake.taken()

        assert "1 条消息" in restored.stdout
        assert [post.text for post in hana.heard].count(once[0]) == 1
        assert ["全部重发" in str(post.buttons) for post in group.heard() if "没有再发" in post.text] == [True]


SIGNALS = {"SIGTERM": (signal.SIGTERM,), "SIGTERM twice": (signal.SIGTERM, signal.SIGTERM)}


@pytest.mark.parametrize("signals", SIGNALS.values(), ids=SIGNALS)
async def test_long_polls_and_slow_sends_end_in_time(tmp_path: Path, signals: tuple[signal.Signals, ...]) -> None:
    """Amid a long poll, with sends, menus and answers that hang, the process ends well within 15 s of a signal."""
    async with FakeTelegram() as fake:
        hana = fake.user("Hana")
        async with answering(tmp_path, fake) as bot:
            await fake.until(lambda: fake.queue.polled)
            fake.fail("hang", method="send", times=None, seconds=60)
            fake.fail("hang", method="setMyCommands", times=None, seconds=60)
            await hana.starts()
            await fake.until(lambda: fake.journal.of("fault"))
            began = time.monotonic()
            code = await asyncio.to_thread(bot.stop, *signals)
            took_s = time.monotonic() - began

    assert code == 0
    assert took_s < STOP_S
