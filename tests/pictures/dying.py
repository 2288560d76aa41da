"""A worker that is killed when a picture is drawn and kept, before the message which wants it is handled."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from bot.drawing import Drawings
from domain.people import Person
from handlers import ROUTES
from handlers.turn import Route
from storage.files import FileStore
from storage.opening import open_database
from tests.test_drawing import ASKED, POSTER, wanting
from tests.world import build


async def main(url: str, folder: str) -> None:
    store = FileStore(Path(folder))

    def keep(data: bytes) -> str:
        store.keep(data)
        os.kill(os.getpid(), signal.SIGKILL)
        return ""

    world = build(await open_database(url, connections=1))
    await world.add(Person("hana", name="王阿姨", phone="+8613800138000", locale="zh-CN"))
    world.pipeline.routes = (Route("request.mine", wanting(POSTER)), *ROUTES)
    world.pipeline.drawings = Drawings(world.sketches.draw, keep)
    await world.says("hana", ASKED)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
