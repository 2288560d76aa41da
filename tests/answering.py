"""The bot as a process of its own that talks to a strict Telegram in the test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.processes import Bot, serving
from tests.telegram import FakeTelegram


@asynccontextmanager
async def answering(folder: Path, fake: FakeTelegram, **settings: Any) -> AsyncIterator[Bot]:
    """A bot of its own process that polls this Telegram; stopped in the end."""
    own = {"telegram_token": fake.token, "telegram_api_base": fake.base_url, **settings}
    running = serving(folder, **own)
    bot = await asyncio.to_thread(running.__enter__)
    try:
        yield bot
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)
