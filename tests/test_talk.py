"""Talking in a terminal concerns nobody outside."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.outside import NAMED_BY
from domain.channel import Window
from domain.chat import Line, Outbound, Place, Text
from storage.database import Connection
from storage.opening import open_database
from storage.store import Store
from tests.processes import command

AES = "a" * 43
WINDOWS = (Window("message", 5, 48 * 3600), Window("touch", 3, 60))


def platforms(base: str) -> dict[str, dict[str, object]]:
    """What opens each platform, and where it would be asked."""
    wecom = {
        "wecom_corp_id": "ww0123456789abcdef",
        "wecom_agent_id": 1000002,
        "wecom_secret": "s" * 43,
        "wecom_token": "token1",
        "wecom_aes_key": AES,
        "wecom_api_base": base,
    }
    kf = {"wecom_kf_secret": "k" * 43, "wecom_kf_token": "token2", "wecom_kf_aes_key": AES}
    return {
        "telegram": {"telegram_token": f"1234567:{'A' * 35}", "telegram_api_base": base},
        "wechat": {
            "wechat_app_id": "wx0123456789abcdef",
            "wechat_app_secret": "s" * 32,
            "wechat_token": "token3",
            "wechat_aes_key": AES,
            "wechat_api_base": base,
        },
        "wecom": wecom,
        "wecomkf": {**wecom, **kf},
    }


@contextmanager
def listening() -> Iterator[socket.socket]:
    """Somebody to whom a platform's calls would go."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


async def owe(path: Path, channel: str) -> None:
    """Something waits to be sent there, and may be."""
    now, place = datetime.now(UTC), Place(channel, "user:somebody" if channel == "wecom" else "somebody")
    path.parent.mkdir(parents=True)
    database = await open_database(f"sqlite:///{path}", migrated_at=now)

    async def work(connection: Connection) -> None:
        line = Line(Text("words", {"words": "早就该发的"}))
        store = Store(connection)
        await store.outbox.add("owed", [Outbound(place, (line,))], now)
        for window in WINDOWS:
            await store.budgets.open(place, window, now, now)

    await database.transact(work)
    await database.close()


def test_every_platform_is_tried_here() -> None:
    """A new platform is one that the console must not open either."""
    assert platforms("http://127.0.0.1:1").keys() == NAMED_BY.keys()


@pytest.mark.parametrize("name", NAMED_BY)
def test_the_console_opens_no_platform(tmp_path: Path, name: str) -> None:
    """Whichever platform is set up, the console asks it nothing and sends nothing of what waits for it."""
    path = tmp_path / "data" / "jiangdao.db"
    asyncio.run(owe(path, name))
    with listening() as server:
        settings = platforms(f"http://127.0.0.1:{server.getsockname()[1]}")[name]
        talked = command(tmp_path, "console", typed="你好\n", **settings)
        with pytest.raises(BlockingIOError):
            server.accept()

    assert (talked.returncode, talked.stderr) == (0, "")
    assert "1) 报修" in talked.stdout
    with sqlite3.connect(path) as database:
        rows = database.execute("SELECT state, tries FROM outbox WHERE id = 'owed:0'").fetchall()
    assert rows == [("due", 0)]
