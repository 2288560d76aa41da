"""A platform behind one socket: what the process under test reads updates from, acknowledges them to, and sends to.

One JSON object in a line. From the platform: ``{"update": n, "body": …}`` and ``{"answer": n, …}`` for a send.
To it: ``{"ack": n}`` once an update is durable, ``{"nack": n}`` if it could not be kept, ``{"send": n, …}``,
``{"ready": pid}`` and ``{"idle": …}``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from domain.channel import Rate
from domain.chat import Attachment, Inbound, Message, Place, Raw
from domain.errors import Permanent, SendFailed, Temporary, Throttled, Unparseable

NAME = "bench"
LINE_BYTES_MAX = 1 << 22


def raw(body: dict[str, Any]) -> Raw:
    """An update as the pipeline takes it."""
    place = Place(NAME, body["chat"]) if "chat" in body else None
    return Raw(f"{NAME}:{body['id']}", NAME, body, place)


@dataclass
class BenchChannel:
    """The channel within the process under test. ``heard`` is given each line that is no answer."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    name: str = NAME
    pulled: bool = False
    rates: tuple[Rate, ...] = ()
    count: int = 0
    waiting: dict[int, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)

    def tell(self, **said: Any) -> None:
        """A line to the platform."""
        self.writer.write(json.dumps(said, ensure_ascii=False).encode() + b"\n")

    async def listen(self, heard: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
        """Until the platform hangs up."""
        tasks: set[asyncio.Task[None]] = set()
        while line := await self.reader.readline():
            said = json.loads(line)
            if "answer" in said:
                self.waiting.pop(said["answer"]).set_result(said)
                continue
            task = asyncio.ensure_future(heard(said))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    def parse(self, raw: Raw) -> Inbound | None:
        body = raw.body
        try:
            return Inbound(
                raw.id,
                Place(NAME, body["chat"]),
                body["account"],
                body.get("text", ""),
                press=body.get("press", ""),
                files=tuple(Attachment(one) for one in body.get("files", ())),
                album=body.get("album", ""),
                group=body.get("group", False),
                locale="zh-CN",
                name=body["account"],
            )
        except KeyError as error:
            raise Unparseable("no message") from error

    async def send(self, message: Message) -> str:
        return await self._call(message, "")

    async def edit(self, external: str, message: Message) -> str:
        return await self._call(message, external)

    async def _call(self, message: Message, edits: str) -> str:
        self.count += 1
        number = self.count
        answer = self.waiting[number] = asyncio.get_running_loop().create_future()
        self.tell(
            send=number,
            row=message.id,
            seq=message.seq,
            chat=message.to.chat,
            edits=edits,
            text="\n".join(text for _, text in message.lines),
            buttons=[list(button) for row in message.buttons for button in row],
        )
        told = await answer
        if fault := told.get("fault"):
            raise FAULTS[fault](told)
        return str(told["external"])


FAULTS: dict[str, Callable[[dict[str, Any]], SendFailed]] = {
    "throttled": lambda told: Throttled("429", told["retry_after_s"], told.get("everyone", False)),
    "reset": lambda told: Temporary("reset"),
    "500": lambda told: Temporary("500"),
    "blocked": lambda told: Permanent("blocked"),
}
