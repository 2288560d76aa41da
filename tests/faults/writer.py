"""A process that keeps what people say and says what it kept: ``python -m tests.faults.writer folder FULL``.

Each line of its output is an update and a photo that are kept for good, as far as it knows. With another word than
FULL it is a control: the database is told to care less than the product does.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from storage.files import FileStore, Stored, account_owner
from storage.opening import open_database
from storage.sqlite import SqliteDatabase
from tests.fakes import START
from tests.faults.child import picture
from tests.world import build

AT_ONCE = 4


async def main(folder: Path, synchronous: str) -> None:
    database = await open_database(f"sqlite:///{folder / 'jiangdao.db'}", migrated_at=START)
    assert isinstance(database, SqliteDatabase)
    if synchronous != "FULL":
        database._writer._line.post(lambda line: line.execute(f"PRAGMA synchronous = {synchronous}") and None)
    world, files = build(database), FileStore(folder / "files")

    async def keep(number: int) -> str:
        data = picture(f"photo-{number}")
        file_hash = await asyncio.to_thread(files.keep, data) if synchronous == "FULL" else ""
        if file_hash:
            row = Stored(file_hash, "photo", "image/jpeg")
            owner = account_owner("fake", "hana")
            await world.store(lambda store: store.files.add(row, len(data), owner, START))
        raw = world.raw(f"new{number % 9}", f"水龙头滴水 {number}", id=f"fake:{number}", files=[file_hash])
        await world.pipeline.receive(raw)
        return f"{raw.id} {file_hash}"

    number = 0
    while True:
        kept = await asyncio.gather(*[keep(number + each) for each in range(AT_ONCE)])
        number += AT_ONCE
        print("\n".join(kept), flush=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
