"""Talk to the bot in a terminal: the real pipeline, one person."""

from __future__ import annotations

import asyncio

from bot.app import open_app
from bot.channels.console import Console, typed
from bot.config import Settings


async def talk(settings: Settings, account: str) -> int:
    """Hand lines of the terminal to the bot and print what it says, until the input ends."""
    console = Console(account=account)
    async with open_app(settings, {console.name: console}) as app:
        tasks = [
            asyncio.create_task(app.dispatcher.run(app.stopping)),
            asyncio.create_task(app.timers.run(app.stopping)),
        ]
        await console.run(typed(), app.pipeline.receive)
        while await app.dispatcher.once():
            pass
        app.stopping.set()
        await asyncio.gather(*tasks)
    return 0
