"""The statements of a real run, with their values: written down as the product runs them, to be played again bare."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, LiteralString, TypeVar

from benchmarks.scene import Scene, opened
from bot.channels.webchat import raw_message
from bot.pipeline import Pipeline
from storage.database import Connection, Database, Listener, Row, Work
from storage.values import json_text, time_text

T = TypeVar("T")

Statement = tuple[str, str, Any]
"""The verb (all, one, run, each), the SQL, and the values: a dict, or a list of dicts for «each»."""

Message = list[Statement]
"""All statements of one message, without the transaction around them."""


class Recorder:
    """A connection that writes down what is asked of it."""

    def __init__(self, connection: Connection, message: Message) -> None:
        self._connection = connection
        self._message = message
        self.engine = connection.engine
        self.locked = connection.locked
        self.skip_locked = connection.skip_locked

    async def all(self, sql: LiteralString, /, **values: object) -> Sequence[Row]:
        self._message.append(("all", sql, values))
        return await self._connection.all(sql, **values)

    async def one(self, sql: LiteralString, /, **values: object) -> Row | None:
        self._message.append(("one", sql, values))
        return await self._connection.one(sql, **values)

    async def run(self, sql: LiteralString, /, **values: object) -> int:
        self._message.append(("run", sql, values))
        return await self._connection.run(sql, **values)

    async def each(self, sql: LiteralString, rows: Iterable[Mapping[str, object]]) -> None:
        kept = [dict(row) for row in rows]
        self._message.append(("each", sql, kept))
        await self._connection.each(sql, kept)

    def attempt(self) -> AbstractAsyncContextManager[None]:
        return self._connection.attempt()  # it is a statement only after a refusal

    def wake(self, channel: str, chat: str) -> None:
        self._connection.wake(channel, chat)


class Recording:
    """A database whose transactions are written down."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.engine = database.engine
        self.tape: list[Message] = []

    async def transact(self, work: Work[T]) -> T:
        message: Message = []
        self.tape.append(message)

        async def recorded(connection: Connection) -> T:
            message.clear()
            return await work(Recorder(connection, message))

        return await self._database.transact(recorded)

    async def read(self, work: Work[T]) -> T:
        return await self._database.read(work)

    async def restructure(self, work: Work[T]) -> T:
        return await self._database.restructure(work)

    def listen(self, listener: Listener) -> None:
        self._database.listen(listener)

    async def close(self) -> None:
        await self._database.close()


async def perform(message: Message, connection: Connection) -> None:
    """Run a message's statements on a connection of ours."""
    for verb, sql, values in message:
        if verb == "each":
            await connection.each(sql, values)
        else:
            await getattr(connection, verb)(sql, **values)


def record(scene: Scene, cycles: int, chats: int) -> list[list[Message]]:
    """What is said in so many cycles, for each chat by itself, recorded over a copy of the scene."""
    with scene.copied() as url:
        return asyncio.run(_record(scene, url, cycles, chats))


async def _record(scene: Scene, url: str, cycles: int, chats: int) -> list[list[Message]]:
    tapes: list[list[Message]] = [[] for _ in scene.chats[:chats]]
    async with opened(scene.folder, url) as app:
        recording = Recording(app.database)
        pipeline = Pipeline(recording, app.pipeline.channels, app.pipeline.routes, app.pipeline.world, app.clock)
        for cycle in range(cycles):
            for number in range(len(scene.chats[0].lines())):
                for tape, chat in zip(tapes, scene.chats, strict=False):
                    line = chat.lines()[number]
                    await pipeline.receive(raw_message(line.visitor.account, line.body(f"{cycle:012d}{number:012d}")))
                    tape.append(recording.tape.pop())
    assert not recording.tape, "a message took more than one transaction"
    return tapes


def in_turn(tapes: Sequence[Sequence[Message]]) -> list[Message]:
    """All chats in one row, as they took turns."""
    return [message for together in zip(*tapes, strict=True) for message in together]


def for_sqlite(tape: Sequence[Message], path: Path) -> Path:
    """Written to a file, with values as SQLite keeps them, so that playing it converts nothing."""
    plain = [[(verb, sql, _plain(values)) for verb, sql, values in message] for message in tape]
    path.write_bytes(pickle.dumps(plain))
    return path


def _plain(values: Any) -> Any:
    if isinstance(values, list):
        return [_plain(one) for one in values]
    return {name: _bare(value) for name, value in values.items()}


def _bare(value: Any) -> Any:
    if isinstance(value, datetime):
        return time_text(value)
    return json_text(value) if isinstance(value, dict | list | tuple) else value
