"""A server that answers the Bot API's calls as a test has written down, over real HTTP on this machine."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from telegram import Bot

from bot.channels.telegram_http import open_bot
from tests.telegram.calls import Call, read_call

TOKEN = "4242:" + "A" * 35
LIST = frozenset({"sendMediaGroup"})
TRUE = frozenset(
    {"setMyCommands", "deleteMyCommands", "closeForumTopic", "reopenForumTopic", "sendChatAction", "deleteMessage"}
)

Answer = tuple[int, bytes]
SILENCE: Answer = (0, b"")
"""No answer, as long as the other side has patience."""


def no(code: int, description: str, **parameters: Any) -> Answer:
    """A refusal as the Bot API writes it."""
    body = {"ok": False, "error_code": code, "description": description}
    return code, json.dumps({**body, "parameters": parameters} if parameters else body).encode()


@dataclass
class Script:
    """``answers`` are given one for each call, then every call succeeds; None closes the connection without a word."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    answers: deque[Answer | None] = field(default_factory=deque)
    last_id: int = 100

    @property
    def methods(self) -> list[str]:
        return [call.method for call in self.calls]

    def said(self, name: str, at: int = -1) -> Any:
        """A parameter of a call, read as JSON where it is some."""
        value = self.calls[at].params.get(name)
        with contextlib.suppress(ValueError, TypeError):
            return json.loads(value)
        return value

    def answer(self, call: Call) -> Answer | None:
        self.calls.append(call)
        if self.answers:
            return self.answers.popleft()
        return 200, json.dumps({"ok": True, "result": self._result(call)}).encode()

    def _result(self, call: Call) -> Any:
        if call.method in TRUE:
            return True
        if call.method == "createForumTopic":
            return {"message_thread_id": 77, "name": call.params["name"], "icon_color": 7322096}
        if call.method == "getMe":
            return {"id": 4242, "is_bot": True, "first_name": "x"}
        if call.method in LIST:
            return [self._message(call) for _ in json.loads(call.params["media"])]
        return self._message(call)

    def _message(self, call: Call) -> dict[str, Any]:
        self.last_id += 1
        chat = int(call.params["chat_id"])
        return {"message_id": self.last_id, "date": 0, "chat": {"id": chat, "type": "private", "first_name": "x"}}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            first, *lines = head.split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            method = first.split(" ")[1].rsplit("/", 1)[-1]
            answer = self.answer(read_call(method, b"", headers.get("content-type", ""), body))
            if answer == SILENCE:
                await reader.read()
            elif answer:
                status, content = answer
                writer.write(f"HTTP/1.1 {status} -\r\nContent-Length: {len(content)}\r\n".encode())
                writer.write(b"Connection: close\r\n\r\n" + content)
                await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


@asynccontextmanager
async def scripted(*answers: Answer | None) -> AsyncIterator[tuple[Script, Bot]]:
    """A server with these answers, and a bot that asks it."""
    script = Script(answers=deque(answers))
    server = await asyncio.start_server(script.serve, "127.0.0.1", 0)
    script.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        async with open_bot(TOKEN, script.url) as bot:
            yield script, bot
    finally:
        server.close()
        await server.wait_closed()
