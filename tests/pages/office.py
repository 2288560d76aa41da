"""A company's office in memory behind the web's doors: lanes, files, one staff room; and a server before it."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpx
import uvicorn

from bot.channels.webchat import WebChat
from bot.doors import WebDoors, WebSettings
from bot.server import bound
from bot.web import web_app
from domain.chat import Attachment, Kind, Message, Place, Raw
from messages import Catalogue

SECRET = b"a secret for tests, 32 bytes long"
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
SEATS = {"homeowner": "w_hana", "staff": "w_sam", "installer": "w_ivan"}
STAFF = {"w_sam"}


@dataclass
class Office:
    """Keeps what the doors are given and hands it out again."""

    lanes: dict[str, list[Message]] = field(default_factory=dict)
    raws: dict[str, Raw] = field(default_factory=dict)
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    readers: dict[str, set[str]] = field(default_factory=dict)
    reads: list[tuple[str, str, int]] = field(default_factory=list)
    staff: set[str] = field(default_factory=lambda: set(STAFF))
    waiters: list[asyncio.Event] = field(default_factory=list)
    now: datetime = NOON
    broken: bool = False
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def say(self, chat: str, text: str, **fields: Any) -> Message:
        """Put a message into a lane and wake its readers."""
        lane = self.lanes.setdefault(chat, [])
        seq = len(lane) + 1
        place = Place("webchat", chat)
        fields = {"id": f"clock:{seq}:{chat}", "lines": ((Kind.TEXT, text),), **fields}
        lane.append(Message(seq=seq, to=place, at=self.now, **fields))
        for waiter in self.waiters:
            waiter.set()
        return lane[-1]

    async def receive(self, raw: Raw) -> None:
        """Take a message once and show it again in its lane."""
        if self.broken:
            raise RuntimeError("13912345678 cannot be stored")
        if raw.id in self.raws:
            return
        self.raws[raw.id] = raw
        inbound = WebChat().parse(raw)
        assert inbound is not None
        client_id = raw.id.rpartition(":")[2]
        self.say(inbound.place.chat, inbound.text, id=f"{raw.id}:0", echo=client_id, files=inbound.files)

    async def after(self, place: Place, seq: int, limit: int) -> Sequence[Message]:
        """The lane from a position on."""
        return [m for m in self.lanes.get(place.chat, []) if m.seq > seq][:limit]

    async def before(self, place: Place, seq: int, limit: int) -> Sequence[Message]:
        """The lane's last messages before a position."""
        return [m for m in self.lanes.get(place.chat, []) if m.seq < seq][-limit:]

    async def seen(self, place: Place, account: str, seq: int) -> None:
        """Note who has read how far."""
        self.reads.append((place.chat, account, seq))

    async def may_enter(self, account: str, room: str) -> bool:
        """There is one room, for staff."""
        return room == "staff" and account in self.staff

    async def wait(self, place: Place, timeout_s: float) -> bool:
        """Until somebody says something anywhere."""
        event = asyncio.Event()
        self.waiters.append(event)
        try:
            await asyncio.wait_for(event.wait(), timeout_s)
        except TimeoutError:
            return False
        finally:
            self.waiters.remove(event)
        return True

    async def keep(self, data: bytes, media_type: str, account: str) -> Attachment:
        """Store bytes by their hash; their uploader may see them."""
        digest = hashlib.sha256(data).hexdigest()
        self.readers.setdefault(digest, set()).add(account)
        self.files[digest] = (data, media_type)
        return Attachment(digest)

    async def fetch(self, digest: str, account: str) -> tuple[bytes, str] | None:
        """A file, for those it was shown to."""
        return self.files.get(digest) if account in self.readers.get(digest, ()) else None

    async def seat_account(self, seat: str) -> str | None:
        """Who sits where in the demo."""
        return SEATS.get(seat)

    def doors(self, settings: WebSettings) -> WebDoors:
        """All of it as the web wants it."""
        return WebDoors(
            settings=settings,
            receive=self.receive,
            outbox_after=self.after,
            outbox_before=self.before,
            seen=self.seen,
            may_enter=self.may_enter,
            wake=self,
            keep=self.keep,
            fetch=self.fetch,
            words=web_words,
            now=lambda: self.now,
            monotonic_s=time.monotonic,
            stopping=self.stopping,
            seat_account=self.seat_account,
        )


CATALOGUE = Catalogue.load()


def web_words(locale: str) -> Mapping[str, str]:
    """The page's words as the catalogue has them."""
    return CATALOGUE.words(locale, "web-")


@dataclass
class Site:
    """A running server and who talks to it."""

    office: Office
    client: httpx.AsyncClient
    origin: str
    server: uvicorn.Server
    csrf: dict[str, str] = field(default_factory=dict)

    async def open(self, seat: str = "", **query: str) -> str:
        """Open the chat as a browser does; returns the account and remembers the page's token."""
        params = {**query, **({"seat": seat} if seat else {})}
        page = await self.client.get("/chat", params=params)
        assert page.status_code == 200
        self.csrf[seat] = page.text.partition('name="csrf-token" content="')[2].partition('"')[0]
        name = f"jiangdao-{seat}" if seat else "jiangdao"
        return self.client.cookies[name].split(".")[0]

    async def cold(self, path: str, **headers: str) -> httpx.Response:
        """Ask with these headers and no cookie but theirs."""
        async with httpx.AsyncClient(base_url=self.origin, verify=False) as client:
            return await client.get(path, headers=headers)

    def headers(self, seat: str = "") -> dict[str, str]:
        """What the page sends with every change."""
        return {"Origin": self.origin, "X-CSRF": self.csrf[seat], **({"X-Seat": seat} if seat else {})}

    async def post(self, seat: str = "", **posted: Any) -> httpx.Response:
        """Post a message as the page does."""
        message = {"id": "message-1", "text": "", **posted}
        return await self.client.post("/chat/messages", json=message, headers=self.headers(seat))

    async def upload(self, data: bytes, media_type: str = "image/jpeg", **headers: str) -> httpx.Response:
        """Upload a file as the page does."""
        sent = {**self.headers(), "Content-Type": media_type, **headers}
        return await self.client.post("/chat/files", content=data, headers=sent)


@asynccontextmanager
async def running(**settings: Any) -> AsyncIterator[Site]:
    """A real server on a free port, demo mode on unless told otherwise; stopped in the end."""
    listener = bound("127.0.0.1", 0)
    origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    office = Office()
    usual = WebSettings(secret=SECRET, public_url=origin, company="匠到", demo=True, heartbeat_s=0.2)
    known = replace(usual, **settings)
    config = uvicorn.Config(web_app(office.doors(known)), log_config=None, lifespan="off", timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve([listener]))
    while not server.started:
        await asyncio.sleep(0.005)
    async with httpx.AsyncClient(base_url=origin, timeout=10, verify=False) as client:
        yield Site(office, client, origin, server)
    office.stopping.set()
    server.should_exit = True
    await serving
    listener.close()
