"""The channel, opened against the strict Official Account of the tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.channels.wechat_open import Account, Means, Opened, open_wechat
from bot.server import bound
from bot.web import called
from bot.webhooks import Webhook
from domain.chat import Attachment, Kind, Media, Message, Place, Raw, Style
from messages import Catalogue, raise_fault
from storage.database import Database
from tests.fakes import Watch
from tests.platforms.serving import Server
from tests.wechat import FakeWechat, Follower

HASH = "ab" * 32
CATALOGUE = Catalogue.load(on_fault=raise_fault)


@dataclass
class Shelf:
    """What was kept, and what lies there to be sent; ``fault`` is what the disk says instead."""

    folder: Path
    kept: list[tuple[bytes, str, str]] = field(default_factory=list)
    fault: OSError | None = None

    def put(self, name: str, data: bytes, media: Media = Media.PHOTO, called: str = "") -> Attachment:
        (self.folder / name).write_bytes(data)
        return Attachment(name, media, called)

    def path(self, name: str) -> Path:
        return self.folder / name

    async def keep(self, data: bytes, media_type: str, account: str) -> Attachment:
        if self.fault:
            raise self.fault
        self.kept.append((data, media_type, account))
        media = {"image": Media.PHOTO, "audio": Media.VOICE, "video": Media.VIDEO}
        return Attachment(HASH, media[media_type.partition("/")[0]])


def account_of(fake: FakeWechat) -> Account:
    return Account(fake.app_id, fake.secret, fake.token, fake.aes_key, fake.base_url)


@asynccontextmanager
async def opened(at: FakeWechat | Account, database: Database, shelf: Shelf, **more: Any) -> AsyncIterator[Opened]:
    """``more`` are further means."""
    clock = at.clock if isinstance(at, FakeWechat) else Watch()
    means = Means(database, CATALOGUE.words, shelf.path, shelf.keep, clock, **more)
    async with open_wechat(account_of(at) if isinstance(at, FakeWechat) else at, means) as found:
        yield found


def message(who: Follower | str, *lines: str | tuple[Kind, str], labels: tuple[str, ...] = (), **more: Any) -> Message:
    """A message to somebody, with a choice for each label."""
    said = tuple((Kind.TEXT, line) if isinstance(line, str) else line for line in lines)
    buttons = tuple(((label, f"k3Jd8sPqLmZx.{at}", Style.PLAIN),) for at, label in enumerate(labels))
    return Message(
        **{
            "id": "wechat:m:1:0",
            "seq": 1,
            "to": Place("wechat", who if isinstance(who, str) else who.openid),
            "lines": said,
            **more,
        },
        buttons=buttons,
    )


@asynccontextmanager
async def served(app: Starlette) -> AsyncIterator[str]:
    """The address at which an app is served."""
    listener = bound("127.0.0.1", 0)
    server = Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
    serving = asyncio.create_task(server.serve([listener]))
    await server.ready.wait()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def listening(hook: Webhook) -> AsyncIterator[str]:
    """The address at which a webhook is served, as the web app serves it."""
    async with served(Starlette(routes=[Route("/wechat", partial(called, hook), methods=list(hook.methods))])) as base:
        yield f"{base}/wechat"


@dataclass
class Given:
    """An answer to a callback, and what became of it."""

    message: Message
    fate: list[str] = field(default_factory=list)

    async def settle(self) -> None:
        self.fate.append("settled")

    async def release(self) -> None:
        self.fate.append("released")


@dataclass
class Desk:
    """Takes messages in and answers each with ``says``; ``open`` is cleared to make it slow, ``fault`` is raised."""

    says: Callable[[Raw], Message | None] = lambda raw: None
    fault: Exception | None = None
    raws: list[Raw] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.open.set()

    async def receive(self, raw: Raw) -> Given | None:
        await self.open.wait()
        if self.fault:
            raise self.fault
        self.raws.append(raw)
        message = self.says(raw)
        if message:
            self.given.append(Given(message))
        return self.given[-1] if message else None


@dataclass
class Script:
    """A platform that answers each call with the next errcode, then with 0; ``calls`` are path and body."""

    errcodes: list[int] = field(default_factory=list)
    calls: list[tuple[str, Any]] = field(default_factory=list)

    async def answer(self, request: Request) -> JSONResponse:
        if request.url.path.endswith("/stable_token"):
            return JSONResponse({"access_token": "t", "expires_in": 7200})
        upload = request.url.path.endswith("/upload")
        self.calls.append((request.url.path.rpartition("/")[2], None if upload else await request.json()))
        errcode = self.errcodes.pop(0) if self.errcodes else 0
        return JSONResponse({"errcode": errcode, "errmsg": "x"} if errcode else {"errcode": 0, "media_id": "M"})


@asynccontextmanager
async def scripted(script: Script) -> AsyncIterator[Account]:
    """An account with that platform."""
    app = Starlette(routes=[Route("/{path:path}", script.answer, methods=["GET", "POST"])])
    async with served(app) as base:
        yield Account("wx0123456789abcdef", "secret", "Token", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE", base)
