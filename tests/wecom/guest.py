"""A homeowner with a browser: the web chat over real HTTP, as its page speaks it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx


@dataclass
class Guest:
    """Somebody on the page; ``messages`` is their chat as it stood when it was read last, oldest first."""

    client: httpx.AsyncClient
    address: str
    locale: str = "zh-CN"
    csrf: str = ""
    messages: list[dict[str, Any]] = field(default_factory=list)

    async def opens(self) -> None:
        """Open the page."""
        page = await self.client.get(f"{self.address}/chat")
        assert page.status_code == httpx.codes.OK
        self.csrf = page.text.partition('name="csrf-token" content="')[2].partition('"')[0]

    async def says(self, text: str = "", **more: Any) -> None:
        """Send a message, which is taken."""
        message = {"id": uuid4().hex, "text": text, "room": "", "locale": self.locale, **more}
        answer = await self.client.post(f"{self.address}/chat/messages", json=message, headers=self._headers)
        assert answer.status_code == httpx.codes.OK, answer.text

    async def photo(self, data: bytes) -> None:
        """Upload a photo and send it."""
        headers = {**self._headers, "Content-Type": "image/jpeg"}
        answer = await self.client.post(f"{self.address}/chat/files", content=data, headers=headers)
        assert answer.status_code == httpx.codes.OK, answer.text
        await self.says(files=[answer.json()])

    async def presses(self, label: str) -> None:
        """Press the newest button that says this."""
        await self.reads()
        rows = [row for message in self.messages for row in message["buttons"]]
        tokens = [token for row in rows for shown, token, _ in row if shown == label]
        assert tokens, f"no button {label!r}: {rows}"
        await self.says(press=tokens[-1])

    async def picks(self, place: int = 0) -> None:
        """Press a button of the newest message with buttons, by its place."""
        await self.reads()
        newest = [message for message in self.messages if message["buttons"]][-1]
        tokens = [token for row in newest["buttons"] for _, token, _ in row]
        await self.says(press=tokens[place])

    async def reads(self) -> str:
        """All words of the chat, from its first message on."""
        self.messages, after = [], 0
        while page := (await self._page(after))["messages"]:
            self.messages += page
            after = page[-1]["seq"]
        return "\n".join(text for message in self.messages for _, text in message["lines"])

    async def _page(self, after: int) -> dict[str, Any]:
        answer = await self.client.get(f"{self.address}/chat/history", params={"after": str(after)})
        assert answer.status_code == httpx.codes.OK, answer.text
        return dict(answer.json())

    @property
    def _headers(self) -> dict[str, str]:
        return {"Origin": self.address, "X-CSRF": self.csrf}
