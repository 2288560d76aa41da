"""A small strict platform over HTTP: tokens, one message, one file, and whatever may go wrong on the way.

It knows only what our client must keep: who has a token, that JSON is UTF-8 without escapes, that a file is a form.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.server import bound
from tests.platforms.serving import Broken, Protocol, Server

APP_ID, SECRET = "wx0123456789abcdef", "secretOfTheTests"
LASTS_S = 7200
OVERLAP_S = 300
PAGE = "<html><body><h1>502 Bad Gateway</h1></body></html>"
HALF = b'{"errcode":0,"errmsg":"ok","msgid":12345678}'
BOMB_CHUNKS = 2000
ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u")
FORM = re.compile(
    rb'--(?P<edge>\w+)\r\nContent-Disposition: form-data; name="media"; filename="(?P<name>[^"\r]+)"\r\n'
    rb"Content-Type: (?P<kind>[a-z/]+)\r\n\r\n(?P<data>.*)\r\n--(?P=edge)--\r\n",
    re.DOTALL,
)

FAULTS: dict[str, Callable[[], Response]] = {
    "html": lambda: HTMLResponse(PAGE),
    "502": lambda: HTMLResponse(PAGE, 502),
    "500": lambda: JSONResponse({"errcode": 0}, 500),
    "504": lambda: Response(status_code=504),
    "429": lambda: Response(status_code=429, headers={"Retry-After": "17"}),
    "429 and no word": lambda: Response(status_code=429),
    "413": lambda: Response(status_code=413),
    "half": lambda: Broken(HALF),
    "reset": Broken,
    "empty": Response,
    "list": lambda: JSONResponse([1, 2]),
    "null": lambda: Response(b"null", media_type="application/json"),
    "a number": lambda: Response(b"0", media_type="application/json"),
    "words for a code": lambda: JSONResponse({"errcode": "0"}),
    "true for a code": lambda: JSONResponse({"errcode": True}),
    "no JSON": lambda: Response(b'{"errcode":0,', media_type="application/json"),
    "deep": lambda: Response(b'{"a":' + b"[" * 100_000, media_type="application/json"),
    "not UTF-8": lambda: Response(b'{"errcode":0,"a":"\xff"}', media_type="application/json"),
    "redirect": lambda: RedirectResponse("https://example.com/elsewhere"),
    "endless": lambda: StreamingResponse(_endless(), media_type="application/json"),
}


async def _endless() -> AsyncIterator[bytes]:
    for _ in range(BOMB_CHUNKS):
        yield b" " * 65536


@dataclass
class Platform:
    """``clock`` is its time. ``invalid`` lets it refuse every token, ``deaf`` the asking for one with this errcode.

    ``faults`` are met one by each call that has a token; ``errcodes`` are answered likewise. ``again`` gives the
    present token out again instead of a new one, as both platforms do.
    """

    clock: Callable[[], datetime]
    invalid: bool = False
    deaf: int = 0
    again: bool = True
    secret: str = SECRET
    token: str = ""
    ends: dict[str, datetime] = field(default_factory=dict)
    asked: list[tuple[datetime, str]] = field(default_factory=list)
    calls: list[tuple[str, Any]] = field(default_factory=list)
    refused: int = 0
    faults: deque[str] = field(default_factory=deque)
    errcodes: deque[int] = field(default_factory=deque)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    base: str = ""

    def __post_init__(self) -> None:
        self.gate.set()

    async def ask(self, request: Request) -> Response:
        """Both ways in which a token is asked for."""
        given = dict(request.query_params) if request.method == "GET" else json.loads(await request.body())
        force = bool(given.get("force_refresh"))
        self.asked.append((self.clock(), "force" if force else request.url.path.rpartition("/")[2]))
        await self.gate.wait()
        if self.deaf or (given.get("secret") or given.get("corpsecret")) != self.secret:
            return JSONResponse({"errcode": self.deaf or 40001, "errmsg": "invalid credential"})
        now = self.clock()
        if force or not self.again or not self.token or now >= self.ends[self.token] - timedelta(seconds=300):
            if self.token:
                self.ends[self.token] = min(self.ends[self.token], now + timedelta(seconds=0 if force else OVERLAP_S))
            self.token = f"token_{len(self.asked)}_of_the_tests"
            self.ends[self.token] = now + timedelta(seconds=LASTS_S)
        left_s = int((self.ends[self.token] - now).total_seconds())
        return JSONResponse({"access_token": self.token, "expires_in": left_s})

    def meets(self, request: Request) -> Response | None:
        """What is answered instead: who has no token, and what was told to go wrong."""
        token = request.query_params.getlist("access_token")
        if len(token) != 1 or self.invalid or self.clock() >= self.ends.get(token[0], self.clock()):
            self.refused += 1
            return JSONResponse({"errcode": 40001 if token else 41001, "errmsg": "invalid credential"})
        if self.errcodes:
            return JSONResponse({"errcode": self.errcodes.popleft(), "errmsg": "hint: 13800138000"})
        return FAULTS[self.faults.popleft()]() if self.faults else None

    async def send(self, request: Request) -> Response:
        body = await request.body()
        if instead := self.meets(request):
            return instead
        assert request.headers["content-type"] == "application/json; charset=utf-8"
        if ESCAPED.search(body):
            return JSONResponse({"errcode": 40033, "errmsg": "invalid charset"})
        self.calls.append((request.url.path, json.loads(body.decode())))
        return JSONResponse({"errcode": 0, "errmsg": "ok", "msgid": len(self.calls)})

    async def upload(self, request: Request) -> Response:
        found = FORM.fullmatch(await request.body())
        assert found
        if instead := self.meets(request):
            return instead
        name, kind, data = found["name"].decode(), found["kind"].decode(), found["data"]
        self.calls.append((request.url.path, (name, kind, data, request.query_params["type"])))
        return JSONResponse({"type": "image", "media_id": "MEDIA", "created_at": 1})

    async def fetch(self, request: Request) -> Response:
        if instead := self.meets(request):
            return instead
        return self.file(request.query_params["media_id"])

    def file(self, id: str) -> Response:
        named = {"Content-disposition": 'attachment; filename="MEDIA.jpg"'}
        size = int(id) if id.isdigit() else 0
        kinds: dict[str, Callable[[], Response]] = {
            "video": lambda: JSONResponse({"video_url": "http://video.example.com/1.mp4"}),
            "gone": lambda: JSONResponse({"errcode": 40007, "errmsg": "invalid media_id"}),
            "gone in words": lambda: Response('{"errcode":40007}', media_type="text/plain"),
            "JSON": lambda: JSONResponse({"a": 1}),
            "words": lambda: Response("a note", headers=named, media_type="text/plain"),
            "unannounced": lambda: StreamingResponse(_endless(), media_type="image/jpeg"),
            "half": lambda: Broken(b"\xff\xd8" * 500),
        }
        made = kinds.get(id, lambda: Response(b"\xff" * size, headers=named, media_type="image/jpeg"))
        return made()


@asynccontextmanager
async def serving(platform: Platform) -> AsyncIterator[Platform]:
    """On a free port of this machine, until the block ends."""
    routes = [
        Route("/cgi-bin/stable_token", platform.ask, methods=["POST"]),
        Route("/cgi-bin/gettoken", platform.ask),
        Route("/cgi-bin/message/custom/send", platform.send, methods=["POST"]),
        Route("/cgi-bin/media/upload", platform.upload, methods=["POST"]),
        Route("/cgi-bin/media/get", platform.fetch),
    ]
    app = Starlette(routes=routes)
    with bound("127.0.0.1", 0) as listener:
        config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1, http=Protocol)
        server = Server(config)
        running = asyncio.create_task(server.serve([listener]))
        await server.ready.wait()
        platform.base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        yield platform
        platform.gate.set()
        server.should_exit = True
        await running
