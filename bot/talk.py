"""Talk to the bot in a terminal: the real pipeline, one person."""

from __future__ import annotations

import asyncio

from bot.app import App, open_app
from bot.channels.console import Console, typed
from bot.config import Settings
from bot.outside import alone
from domain.chat import Raw

LOOK_S = 1.0


async def talk(settings: Settings, account: str) -> int:
    """Hand lines of the terminal to the bot and print what it says, until the input ends.

    Each line is answered before the next one is read, so that the numbers of buttons mean what was on the screen.
    """
    console = Console(account=account)
    async with open_app(alone(settings), {console.name: console}) as app:
        speaking = asyncio.Lock()

        async def hear(raw: Raw) -> None:
            await app.pipeline.receive(raw)
            await say(app, speaking)

        tasks = [asyncio.create_task(app.timers.run(app.stopping)), asyncio.create_task(_look(app, speaking))]
        await console.run(typed(), hear)
        app.stopping.set()
        await asyncio.gather(*tasks)
    return 0


async def say(app: App, speaking: asyncio.Lock) -> None:
    """Print all that is owed; one at a time, so that it stays in order."""
    async with speaking:
        while await app.dispatcher.once():
            pass


async def _look(app: App, speaking: asyncio.Lock) -> None:
    """What comes by itself, such as a reminder, is printed too."""
    while not app.stopping.is_set():
        await say(app, speaking)
        try:
            async with asyncio.timeout(LOOK_S):
                await app.stopping.wait()
        except TimeoutError:
            continue
