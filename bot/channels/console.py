"""A terminal as a channel: lines are what one person says, numbers press buttons."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TextIO
from uuid import uuid4

from bot.legible import legible
from domain.channel import Rate
from domain.chat import Inbound, Kind, Message, Place, Raw
from domain.errors import Unparseable

NAME = "console"

Receive = Callable[[Raw], Awaitable[object]]
Print = Callable[[str], None]

MARKS = {
    Kind.TITLE: "## ",
    Kind.STATUS: "[] ",
    Kind.STEP: " · ",
    Kind.NEXT: " → ",
    Kind.ALERT: " ! ",
    Kind.QUOTE: " > ",
}


class Console:
    """One person at one terminal. ``print_line`` is given whole lines without their end."""

    name = NAME
    pulled = False
    rates: tuple[Rate, ...] = ()

    def __init__(self, print_line: Print = print, account: str = "me", locale: str = "") -> None:
        self._print = print_line
        self._account = account
        self._locale = locale
        self._tokens: list[str] = []

    async def run(self, lines: AsyncIterator[str], receive: Receive) -> None:
        """Hand each line to ``receive`` until there are no more."""
        async for line in lines:
            if line.strip():
                await receive(self.hear(line.strip()))

    def hear(self, line: str) -> Raw:
        """A line as it arrives; the number of a button that is on the screen presses it."""
        body = {"text": line, "press": self._pressed(line), "account": self._account, "locale": self._locale}
        return Raw(f"{NAME}:{uuid4().hex}", NAME, body, Place(NAME, self._account))

    def _pressed(self, line: str) -> str:
        number = int(line) if line.isascii() and line.isdigit() and len(line) < 6 else 0
        return self._tokens[number - 1] if 0 < number <= len(self._tokens) else ""

    def parse(self, raw: Raw) -> Inbound | None:
        """What was said or pressed.

        Raises:
            Unparseable: the body is none of ours.
        """
        try:
            press, account = raw.body["press"], raw.body["account"]
            text = "" if press else raw.body["text"]
        except KeyError as error:
            raise Unparseable("no line") from error
        return Inbound(raw.id, Place(NAME, account), account, text, press=press, locale=raw.body.get("locale", ""))

    async def send(self, message: Message) -> str:
        """Print it; its buttons are numbered on from those already on the screen."""
        for kind, text in message.lines:
            self._print(MARKS.get(kind, "") + legible(text))
        for file in message.files:
            self._print(f" ({file.media}: {legible(file.name) or file.hash[:8]})")
        for row in message.buttons:
            self._print("   ".join([self._number(label, token) for label, token, _ in row]))
        self._print("")
        return message.id

    def _number(self, label: str, token: str) -> str:
        self._tokens.append(token)
        return f"{len(self._tokens)}) {legible(label)}"

    async def edit(self, external: str, message: Message) -> str:
        """A terminal cannot take back: the new version is printed below."""
        return await self.send(message)


async def typed(source: TextIO | None = None) -> AsyncIterator[str]:
    """The lines of a terminal as they are typed, until its end."""
    lines: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    threading.Thread(target=_read, args=(source or sys.stdin, loop, lines), daemon=True).start()
    while line := await lines.get():
        yield line


def _read(source: TextIO, loop: asyncio.AbstractEventLoop, lines: asyncio.Queue[str]) -> None:
    line = "-"
    while line:
        line = source.readline()
        try:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        except RuntimeError:  # the loop has ended, and nobody listens any more
            return
