"""`python -m bot run` with a token and nothing else: a company's first hour on Telegram, and starts that go wrong."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.processes import LINK, Bot, command, joins, serving
from tests.telegram import FakeTelegram

TELEGRAM = re.compile(r"https://t\.me/jiangdao_test_bot\?start=(\w+)")
GROUP = re.compile(r"https://t\.me/jiangdao_test_bot\?startgroup=(\w+)")


@asynccontextmanager
async def started(folder: Path, fake: FakeTelegram | None, **settings: Any) -> AsyncIterator[Bot]:
    """The process; without a platform it has a token all the same."""
    base = fake.base_url if fake else "http://127.0.0.1:9"
    known = {"telegram_token": "7000000001:AAFakeTelegramTokenOfTheTests_0123456", "telegram_api_base": base}
    context = serving(folder, **known, **settings)
    bot = await asyncio.to_thread(context.__enter__)
    try:
        yield bot
    finally:
        await asyncio.to_thread(context.__exit__, None, None, None)


def photo() -> bytes:
    out = BytesIO()
    Image.new("RGB", (640, 480), "teal").save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_a_company_starts_on_telegram(tmp_path: Path, webhook: bool) -> None:
    """The printed link makes the admin, a link adds the bot to a group and binds it, and homeowners are answered."""
    async with FakeTelegram() as fake, started(tmp_path, fake, telegram_webhook=webhook) as bot:
        ada, hana = fake.user("Ada"), fake.user("Hana")
        link = TELEGRAM.search(bot.printed)
        assert link
        assert LINK.search(bot.printed)
        await ada.starts(link[1])
        await fake.until(lambda: [post for post in ada.heard if "管理员" in post.text])
        await ada.says("/bindcode")
        [told] = await fake.until(lambda: [post for post in ada.heard if GROUP.search(post.text)])
        code = GROUP.search(told.text)
        assert code
        group = fake.group("客服群", ada, forum=True)
        await group.add_bot()
        await ada.says("/start@jiangdao_test_bot", where=group)
        await ada.says(f"/start@jiangdao_test_bot {code[1]}", where=group)
        await fake.until(lambda: [post for post in group.heard() if "现在是" in post.text])
        await hana.sends_photo(photo(), caption="厨房水龙头漏水,关不紧")
        await fake.until(lambda: hana.heard)
        await fake.taken()
        assert (fake.queue.webhook.url != "") is webhook


async def test_a_token_that_is_refused_is_one_line(tmp_path: Path) -> None:
    """Where Telegram does not know the token, the start ends with one line that says where to get it."""
    async with FakeTelegram() as fake:
        settings = {"telegram_token": "7000000001:" + "A" * 35, "telegram_api_base": fake.base_url}
        refused = await asyncio.to_thread(lambda: command(tmp_path, "run", **settings))

    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.splitlines() == [
        "✗ 设置:Telegram 不认识 JIANGDAO_TELEGRAM_TOKEN 里的密钥,请从 @BotFather 那里重新复制一次"
    ]


async def test_the_web_works_while_telegram_is_away(tmp_path: Path) -> None:
    """Without a way to Telegram the process starts, prints the web's link alone, and lets the admin in there."""
    async with started(tmp_path, None) as bot:
        assert TELEGRAM.search(bot.printed) is None
        admin = bot.visitor()
        await asyncio.to_thread(joins, admin, bot.invitation)
        assert "管理员" in str(await asyncio.to_thread(admin.waits, "欢迎"))
        assert await asyncio.to_thread(bot.stop) == 0
