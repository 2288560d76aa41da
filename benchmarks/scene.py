"""The company that is measured: its people write through sessions that the real page has given them."""

from __future__ import annotations

import asyncio
import html
import http.client
import json
import re
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg

from benchmarks.load import Post
from benchmarks.server import PRODUCT, PUBLIC_URL, Server, serving, settings
from bot.app import App, open_app
from bot.channels.webchat import NAME, raw_message
from bot.config import load_settings
from domain.chat import Place
from domain.people import Person, Role
from domain.requests import Actor, Request, file_request
from domain.states import Who
from storage.store import Store
from tests.databases import start_postgres

CHATS = 32
ROOM = "staff"
PROGRESS, NO_PHOTOS = 1, 0
"""The places of «查进度» among the buttons of the menu, and of «没有照片» under that question."""

ASIDE = "你们展厅周末几点开门"
SUPPLEMENT = "师傅来之前先打个电话"
HOME = "世纪大道100号3号楼1202室"
BACK = "返回"

HEADERS = (
    "POST /chat/messages HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nConnection: keep-alive\r\n"
    "User-Agent: Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile\r\n"
    f"Origin: {PUBLIC_URL}\r\nReferer: {PUBLIC_URL}/chat\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate\r\n"
    "Accept-Language: zh-CN,zh;q=0.9,en;q=0.8\r\nContent-Type: application/json\r\n"
)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A session: the account, its cookie and the token of its page."""

    account: str
    cookie: str
    csrf: str


@dataclass(frozen=True, slots=True)
class Line:
    """Something that is said: words or a press."""

    visitor: Visitor
    text: str = ""
    press: str = ""

    def body(self, id: str) -> dict[str, Any]:
        """What the browser posts."""
        return {"id": id, "text": self.text, "press": self.press, "locale": "zh-CN"}

    def post(self) -> Post:
        """The same as bytes, around the id."""
        whole = json.dumps(self.body("#" * 24), ensure_ascii=False).encode()
        own = f"Cookie: {self.visitor.cookie}\r\nX-CSRF: {self.visitor.csrf}\r\nContent-Length: {len(whole)}\r\n\r\n"
        before, after = whole.split(b"#" * 24)
        return f"{HEADERS}{own}".encode() + before, after


@dataclass(frozen=True, slots=True)
class Chat:
    """What is said on one connection: by somebody who only talks, one who files a report, one who has filed one."""

    talker: Visitor
    drafter: Visitor
    owner: Visitor
    button: str

    def lines(self, stored: bool = False) -> tuple[Line, ...]:
        """One cycle, after which every dialog stands where it stood.

        A third each: words outside a form, which the staff group gets; a step of the report, there and back; a press.
        ``stored`` takes a supplement, which changes the stored request, for every second press.
        """
        aside, press = Line(self.talker, ASIDE), Line(self.owner, press=self.button)
        last = Line(self.owner, SUPPLEMENT) if stored else press
        return aside, Line(self.drafter, HOME), press, aside, Line(self.drafter, BACK), last

    def script(self, stored: bool = False) -> tuple[Post, ...]:
        """The cycle as requests."""
        return tuple(line.post() for line in self.lines(stored))


@dataclass(frozen=True, slots=True)
class Scene:
    """A seeded database nobody has open, and what is said over it."""

    folder: Path
    url: str
    chats: tuple[Chat, ...]

    def scripts(self, count: int = CHATS, stored: bool = False) -> tuple[tuple[Post, ...], ...]:
        """The cycles of so many connections."""
        return tuple(chat.script(stored) for chat in self.chats[:count])

    @property
    def file(self) -> Path:
        """The file of a SQLite scene."""
        return Path(self.url.removeprefix("sqlite:///"))

    @contextmanager
    def copied(self) -> Iterator[str]:
        """The URL of a copy, thrown away at the end."""
        if self.url.startswith("sqlite"):
            path = self.folder / f"{uuid4().hex}.db"
            shutil.copyfile(self.file, path)
            try:
                yield f"sqlite:///{path}"
            finally:
                for left in self.folder.glob(f"{path.name}*"):
                    left.unlink()
        else:
            template = urlsplit(self.url).path[1:]
            name = f"bench_{uuid4().hex}"
            execute(self.url, f"CREATE DATABASE {name} TEMPLATE {template}")
            yield urlsplit(self.url)._replace(path=f"/{name}").geturl()
            execute(self.url, f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def served(self, preload: str = "", command: Sequence[str] = PRODUCT) -> Iterator[Server]:
        """The product over a copy, or what else ``command`` runs."""
        with self.copied() as url, serving(self.folder, url, preload, command=command) as server:
            yield server


def execute(url: str, statement: str) -> None:
    """Run one statement beside the database of ``url``."""

    async def work() -> None:
        session = await asyncpg.connect(urlsplit(url)._replace(path="/postgres").geturl())
        try:
            await session.execute(statement)
        finally:
            await session.close()

    asyncio.run(work())


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The URL of an empty database on a server that keeps what it acknowledges."""
    server = start_postgres(str(folder / "postgres"))
    try:
        execute(server.get_uri(), "CREATE DATABASE bench")
        yield urlsplit(server.get_uri())._replace(path="/bench").geturl()
    finally:
        server.cleanup()


def visitors(folder: Path, count: int) -> list[Visitor]:
    """So many people who have opened the chat's page."""
    path = folder / "visitors.db"
    with serving(folder, f"sqlite:///{path}") as server:
        return [_visitor(server.port) for _ in range(count)]


def _visitor(port: int) -> Visitor:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/chat", headers={"Accept-Language": "zh-CN"})
    answer = connection.getresponse()
    page, cookie = answer.read().decode(), (answer.headers["Set-Cookie"] or "").partition(";")[0]
    connection.close()
    found = re.search(r'data-config="([^"]*)"', page)
    assert found, page[:500]
    account = cookie.partition("=")[2].rpartition(".")[0].rpartition(".")[0]
    return Visitor(account, cookie, json.loads(html.unescape(found[1]))["csrf"])


@asynccontextmanager
async def opened(folder: Path, url: str) -> AsyncIterator[App]:
    """The product in this process, without a web server."""
    async with open_app(load_settings(env_file=None, **settings(folder, url))) as app:
        yield app


def build(folder: Path, url: str, people: list[Visitor]) -> Scene:
    """Seed the database of ``url`` and bring every dialog to where its cycle begins."""
    return asyncio.run(_build(folder, url, people))


async def _build(folder: Path, url: str, people: list[Visitor]) -> Scene:
    async with opened(folder, url) as app:
        await _seed(app, people)
        chats = []
        for start in range(0, len(people), 3):
            talker, drafter, owner = people[start : start + 3]
            await _say(app, Line(drafter, "/new"), Line(drafter, "厨房水龙头一直滴水"))
            await _say(app, Line(drafter, press=await _button(app, drafter, NO_PHOTOS)))
            await _say(app, Line(owner, "你好"))
            chats.append(Chat(talker, drafter, owner, await _button(app, owner, PROGRESS)))
        await _check(app, chats)
    return Scene(folder, url, tuple(chats))


async def _seed(app: App, people: list[Visitor]) -> None:
    async def work(connection: Any) -> None:
        store, now = Store(connection), app.clock()
        room = Place(NAME, ROOM)
        await store.groups.bind(room, ROOM, "zh-CN", "", now)
        await store.outbox.speak(room, "zh-CN")
        agreed = app.company.consent.version
        for number, one in enumerate(people):
            person = Person(f"b{number}", Role.HOMEOWNER, f"业主{number}", locale="zh-CN", consent=agreed)
            await store.people.add(person, Place(NAME, one.account), now)
            await store.people.attach(NAME, one.account, person.id, one.account, now)
            if number % 3 == 2:
                await store.requests.add(_filed(await store.requests.next_id(), person, now))

    await app.database.transact(work)


def _filed(id: str, person: Person, now: Any) -> Any:
    draft = Request(id, person.id, category="kitchen", description="厨房水龙头一直滴水", address="世纪大道100号")
    return file_request(draft, Actor(person, Who.HOMEOWNER, NAME), now)


async def _say(app: App, *lines: Line) -> None:
    for line in lines:
        await app.pipeline.receive(raw_message(line.visitor.account, line.body(f"seeded-{uuid4().hex[:16]}")))


async def _button(app: App, reader: Visitor, index: int) -> str:
    row = await app.database.read(
        lambda connection: connection.one(
            "SELECT token FROM outbox WHERE channel = :channel AND chat = :chat AND token IS NOT NULL"
            " ORDER BY seq DESC LIMIT 1",
            channel=NAME,
            chat=reader.account,
        )
    )
    assert row, "nothing with buttons was said"
    return f"{row['token']}.{index}"


async def _check(app: App, chats: list[Chat]) -> None:
    """Go round once and see that everything went where it is meant to go, so that no figure is of refusals."""
    chat = chats[0]
    await _say(app, *chat.lines(), chat.lines(stored=True)[-1])

    async def look(connection: Any) -> None:
        rows = await connection.all("SELECT chat, body FROM outbox WHERE channel = :channel", channel=NAME)
        staff = [json.dumps(row["body"], ensure_ascii=False) for row in rows if row["chat"] == ROOM]
        own = [json.dumps(row["body"], ensure_ascii=False) for row in rows if row["chat"] == chat.owner.account]
        drafts = await connection.all("SELECT asked FROM conversations")
        assert sum(ASIDE in body for body in staff) == 2, staff
        assert sum(SUPPLEMENT in body for body in staff) == 1, staff
        assert sum("request.cancel" in body for body in own) == 2, own
        assert {row["asked"] for row in drafts} == {"home"}, [row["asked"] for row in drafts]

    await app.database.read(look)
