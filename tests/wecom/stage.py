"""A fake with people on it, calls to it without a library between, and a bot that only listens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.fakes import Watch
from tests.platforms.serving import serving
from tests.tencent import Seal, read_xml
from tests.wecom import ACCOUNT, AGENT_ID, CORP_ID, KF_SEAL, KF_SECRET, SEAL, SECRET, Delivery, FakeWecom, Options
from tests.wecom.limits import NO_LIMITS, Limits
from tests.wecom.people import Customer, Member

SECRETS = {"app": SECRET, "kf": KF_SECRET}


@dataclass
class Ear:
    """What a listening bot was told, decrypted; ``statuses`` is how it answers, the last one for ever. While ``held``
    is not set it does not answer at all."""

    heard: list[dict[str, str]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=lambda: [200])
    answers: bytes = b""
    held: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    def __post_init__(self) -> None:
        self.held.set()

    async def take(self, request: Request, seal: Seal) -> Response:
        query = request.query_params
        if request.method == "GET":
            sealed = query["echostr"]
            assert query["msg_signature"] == seal.sign(query["timestamp"], query["nonce"], sealed)
            return Response(seal.decrypt(sealed))
        sealed = read_xml((await request.body()).decode())["Encrypt"]
        assert query["msg_signature"] == seal.sign(query["timestamp"], query["nonce"], sealed)
        self.heard.append(read_xml(seal.decrypt(sealed)))
        await self.held.wait()
        return Response(self.answers, self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0])


@dataclass
class Stage:
    """``sam`` and ``zoe`` are members, ``hana`` a customer of customer service."""

    fake: FakeWecom
    watch: Watch
    client: httpx.AsyncClient
    ear: Ear
    sam: Member
    zoe: Member
    hana: Customer

    async def token(self, kind: str = "app") -> str:
        asked = {"corpid": CORP_ID, "corpsecret": SECRETS[kind]}
        return str((await self.get("gettoken", **asked))["access_token"])

    async def get(self, method: str, **query: str) -> dict[str, Any]:
        answer = await self.client.get(f"{self.fake.base_url}/cgi-bin/{method}", params=query)
        return dict(answer.json())

    async def call(self, method: str, /, **body: Any) -> dict[str, Any]:
        """With a good token."""
        return await self.post(method, json.dumps(body, ensure_ascii=False).encode(), await self._token_for(method))

    async def fetch(self, method: str, /, **query: str) -> dict[str, Any]:
        """The same by GET."""
        return await self.get(method, access_token=await self._token_for(method), **query)

    async def _token_for(self, method: str) -> str:
        return await self.token("kf" if method.startswith("kf/") else "app")

    async def post(self, method: str, content: bytes, token: str) -> dict[str, Any]:
        url = f"{self.fake.base_url}/cgi-bin/{method}"
        answer = await self.client.post(url, params={"access_token": token}, content=content)
        return dict(answer.json())

    async def upload(self, data: bytes, type: str = "image", name: str = "a.jpg", field: str = "media") -> Any:
        url = f"{self.fake.base_url}/cgi-bin/media/upload"
        params = {"access_token": await self.token(), "type": type}
        return (await self.client.post(url, params=params, files={field: (name, data)})).json()

    async def send(self, kind: str, content: Mapping[str, Any], to: str = "sam") -> dict[str, Any]:
        return await self.call("message/send", touser=to, agentid=AGENT_ID, msgtype=kind, **{kind: dict(content)})

    async def text(self, words: str, to: str = "sam") -> dict[str, Any]:
        return await self.send("text", {"content": words}, to)

    async def card(self, task: str, to: str = "sam", **more: Any) -> dict[str, Any]:
        return await self.send("template_card", card(task, **more), to)

    async def change(self, code: str, *who: str, **body: Any) -> dict[str, Any]:
        """By a response code; the new card is ``template_card``, or ``button`` what stands in place of the buttons."""
        whose = {"userids": list(who), "agentid": AGENT_ID, "response_code": code}
        return await self.call("message/update_template_card", **whose, **body)

    async def kf(self, kind: str, content: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        whose = {"touser": self.hana.id, "open_kfid": ACCOUNT, "msgtype": kind, kind: dict(content)}
        return await self.call("kf/send_msg", **{**whose, **more})

    async def kf_text(self, words: str, **more: Any) -> dict[str, Any]:
        return await self.kf("text", {"content": words}, **more)


async def heard(here: Stage) -> list[dict[str, str]]:
    """All that the bot was told, once it is."""
    await here.fake.taken()
    return here.ear.heard


def card(task: str, title: str = "R-1001 漏水", buttons: Any = (("接单", "t1"), ("改约", "t2")), **more: Any) -> Any:
    """A card with buttons, which are labels and keys."""
    listed = [{"text": label, "key": key, "style": 1} for label, key in buttons]
    head = {"card_type": "button_interaction", "main_title": {"title": title}, "task_id": task}
    return {**head, "button_list": listed, **more}


def button(text: str = "接单", key: str = "k", **more: Any) -> dict[str, Any]:
    return {"text": text, "key": key, **more}


@asynccontextmanager
async def listening(ear: Ear) -> AsyncIterator[Ear]:
    """The bot's two addresses."""

    async def app(request: Request) -> Response:
        return await ear.take(request, SEAL)

    async def kf(request: Request) -> Response:
        return await ear.take(request, KF_SEAL)

    routes = [Route("/wecom", app, methods=["GET", "POST"]), Route("/wecomkf", kf, methods=["GET", "POST"])]
    async with serving(Starlette(routes=routes)) as ear.url:
        try:
            yield ear
        finally:
            ear.held.set()


@asynccontextmanager
async def stage(
    limits: Limits = NO_LIMITS,
    strict: bool = True,
    delivery: Delivery | None = None,
    listens: bool = True,
    **options: Any,
) -> AsyncIterator[Stage]:
    """Everybody, at nine on a Monday morning; the address of the bot is known and verified if it ``listens``."""
    watch = Watch()
    quick = delivery or Delivery(answer_max_s=0.5, pause_s=0)
    async with (
        listening(Ear()) if listens else nullcontext(Ear()) as ear,
        FakeWecom(clock=watch, options=Options(limits=limits, **options), delivery=quick, strict=strict) as fake,
        httpx.AsyncClient() as client,
    ):
        sam, zoe, hana = fake.member("sam", "小林"), fake.member("zoe", "小周"), fake.customer("hana")
        if listens:
            await fake.connects(ear.url)
        yield Stage(fake, watch, client, ear, sam, zoe, hana)
