"""The platform's side of a run: it makes updates, delivers each until it is acknowledged and some once more, takes
what is sent, and writes all of it into its journal. It lives outside the processes that are killed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.faults.channel import LINE_BYTES_MAX
from tests.faults.journal import Journal
from tests.faults.people import Chats, Shown
from tests.faults.watch import SharedWatch

READY_S = 30.0


@dataclass
class Update:
    """Something that happened on the platform."""

    number: int
    body: dict[str, Any]


@dataclass
class Line:
    """A connected process and the port that it serves. ``ended`` is set once all that it ever said was read."""

    pid: int
    writer: asyncio.StreamWriter
    port: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    idle: asyncio.Queue[int] = field(default_factory=asyncio.Queue)

    def tell(self, **said: Any) -> None:
        """A line to the process; nothing if it is gone."""
        if not self.writer.is_closing():
            self.writer.write(json.dumps(said, ensure_ascii=False).encode() + b"\n")


Answer = Callable[[dict[str, Any]], dict[str, Any]]
"""What the platform answers to a send: nothing special, a «fault», and whether it is «taken» all the same."""


class Platform:
    """``answer`` may refuse sends. ``watch`` is the clock that everybody shares."""

    def __init__(self, journal: Journal, watch: SharedWatch, dice: Random, answer: Answer = lambda said: {}) -> None:
        self.journal = journal
        self.watch = watch
        self.dice = dice
        self.answer = answer
        self.chats = Chats()
        self.updates: list[Update] = []
        self._owed: dict[int, Update] = {}
        self.sent = 0
        self.lines: dict[int, Line] = {}
        self._ready: dict[int, asyncio.Future[Line]] = {}
        self._server: asyncio.Server | None = None

    async def open(self, path: Path) -> None:
        """Listen for processes."""
        self._server = await asyncio.start_unix_server(self._serve, path, limit=LINE_BYTES_MAX)

    async def close(self) -> None:
        """Hang up on everybody."""
        assert self._server
        self._server.close()
        for line in self.lines.values():
            line.writer.close()
        await asyncio.gather(*[line.ended.wait() for line in self.lines.values()])

    async def ready(self, pid: int) -> Line:
        """Wait until a process serves."""
        async with asyncio.timeout(READY_S):
            return await self._ready.setdefault(pid, asyncio.get_running_loop().create_future())

    # ---- updates

    def make(self, body: dict[str, Any]) -> Update:
        """Something happened on the platform that the product must hear of."""
        number = len(self.updates)
        update = Update(number, {"id": f"u{number}", **body})
        self.updates.append(update)
        self._owed[number] = update
        self.journal.note("made", id=update.body["id"], body=body)
        return update

    def deliver(self, update: Update, line: Line) -> None:
        """Hand it to a process, for the first time or once more."""
        self.journal.note("delivered", id=update.body["id"], to=line.pid)
        line.tell(update=update.number, body=update.body)

    @property
    def owed(self) -> list[Update]:
        """What nobody has acknowledged yet."""
        return list(self._owed.values())

    # ---- what processes say

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = Line(0, writer)
        try:
            while text := await reader.readline():
                if text.endswith(b"\n"):
                    self._hear(line, json.loads(text))
        except OSError:
            pass
        finally:
            self.lines.pop(line.pid, None)
            line.ended.set()
            writer.close()

    def _hear(self, line: Line, said: dict[str, Any]) -> None:
        if "ack" in said:
            update = self.updates[said["ack"]]
            self._owed.pop(update.number, None)
            self.journal.note("acked", id=update.body["id"], by=line.pid)
        elif "nack" in said:
            self.journal.note("nacked", id=self.updates[said["nack"]].body["id"], error=said["error"])
        elif "send" in said:
            self._take(line, said)
        elif "idle" in said:
            line.idle.put_nowait(said["waits"])
        elif "ready" in said:
            line.pid, line.port = said["ready"], said["port"]
            self.lines[line.pid] = line
            self._ready.setdefault(line.pid, asyncio.get_running_loop().create_future()).set_result(line)

    def _take(self, line: Line, said: dict[str, Any]) -> None:
        answer = self.answer(said)
        facts = {name: said[name] for name in ("row", "seq", "chat", "edits")}
        at = self.watch().timestamp()
        if not answer.get("fault") or answer.pop("taken", False):
            self.sent += 1
            external = said["edits"] or f"e{self.sent}"
            shown = Shown(said["text"], [tuple(one) for one in said["buttons"]])
            self.chats.show(said["chat"], external, shown)
            self.journal.note("sent", **facts, external=external, by=line.pid, at=at, **answer)
            answer.setdefault("external", external)
        else:
            self.journal.note("refused", **facts, by=line.pid, at=at, **answer)
        line.tell(answer=said["send"], **answer)
