"""A fake with people on it, an app that answers as it is told to, and calls to the API without a library between."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.fakes import Watch
from tests.platforms.serving import serving
from tests.wechat.crypto import Seal
from tests.wechat.envelope import written
from tests.wechat.fake import AES_KEY, APP_ID, NAME, TOKEN, FakeWechat
from tests.wechat.followers import Follower
from tests.wechat.platform import Options

SEAL = Seal(TOKEN, AES_KEY, APP_ID)
Answers = Callable[["Listener", Request, bytes], Awaitable[Response]]


@dataclass
class Listener:
    """An app: what it was posted, and what it says to it."""

    answers: Answers
    watch: Watch
    url: str = ""
    taken: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    held: asyncio.Event = field(default_factory=asyncio.Event)

    async def call(self, request: Request) -> Response:
        if request.method == "GET":
            return Response(request.query_params["echostr"])
        body = await request.body()
        self.taken.append((dict(request.query_params), body))
        return await self.answers(self, request, body)

    def sealed(self, at: int | None = None, seal: Seal = SEAL, **fields: Any) -> Response:
        """A passive answer with these inner fields."""
        timestamp = str(at if at is not None else int(self.watch().timestamp()))
        sealed = seal.encrypt(written({"CreateTime": int(timestamp), "FromUserName": NAME, **fields}))
        outer = {"Encrypt": sealed, "MsgSignature": seal.sign(timestamp, "n1", sealed), "TimeStamp": timestamp}
        return Response(written({**outer, "Nonce": "n1"}))


async def success(here: Listener, request: Request, body: bytes) -> Response:
    return Response("success")


@asynccontextmanager
async def listening(answers: Answers, watch: Watch) -> AsyncIterator[Listener]:
    here = Listener(answers, watch)
    app = Starlette(routes=[Route("/wechat", here.call, methods=["GET", "POST"])])
    async with serving(app) as address:
        here.url = f"{address}/wechat"
        try:
            yield here
        finally:
            here.held.set()


@dataclass
class Stage:
    """``call`` goes with the token that counts, unless another is named."""

    fake: FakeWechat
    watch: Watch
    app: Listener
    hana: Follower
    client: httpx.AsyncClient
    token: str = ""

    async def call(self, path: str, body: Any = None, **query: Any) -> dict[str, Any]:
        """The answer's JSON; a ``body`` is posted."""
        token = query.pop("access_token", None)
        query |= {} if token == "" else {"access_token": token or await self.fresh()}
        url = f"{self.fake.base_url}/cgi-bin/{path}"
        if body is None:
            answer = await self.client.get(url, params=query)
        else:
            data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
            answer = await self.client.post(url, params=query, content=data)
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json()
        return found

    async def fresh(self) -> str:
        """The token, a new one when its time is over."""
        if self.watch() >= self.fake.here.tokens.ends.get(self.token, self.watch()):
            self.token = (await self.asks())["access_token"]
        return self.token

    async def asks(self, **changed: Any) -> dict[str, Any]:
        """Ask for a token."""
        given = {"grant_type": "client_credential", "appid": self.fake.app_id, "secret": self.fake.secret, **changed}
        answer = await self.client.get(f"{self.fake.base_url}/cgi-bin/token", params=given)
        return dict(answer.json())

    async def sends(self, text: str = "你好", who: Follower | None = None) -> int:
        """A customer-service message; its errcode."""
        body = {"touser": (who or self.hana).openid, "msgtype": "text", "text": {"content": text}}
        return int((await self.call("message/custom/send", body))["errcode"])

    async def uploads(self, kind: str, data: bytes, name: str = "media") -> dict[str, Any]:
        query = {"access_token": await self.fresh(), "type": kind}
        url = f"{self.fake.base_url}/cgi-bin/media/upload"
        return dict((await self.client.post(url, params=query, files={name: ("a", data)})).json())


@asynccontextmanager
async def stage(answers: Answers = success, strict: bool = True, **options: Any) -> AsyncIterator[Stage]:
    """An account with one follower, at nine on a Monday morning."""
    watch = Watch()
    async with (
        listening(answers, watch) as app,
        FakeWechat(clock=watch, options=Options(**options), strict=strict) as fake,
        httpx.AsyncClient(verify=False) as client,
    ):
        fake.connect(app.url)
        yield Stage(fake, watch, app, fake.follower("hana"), client)
