"""What the check says of the Official Account: one line for each thing, in Chinese, with what to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.channels.tencent_crypto import Crypto
from bot.channels.wechat_check import Asked, findings, template_state
from bot.channels.wechat_menu import buttons
from bot.channels.wechat_notice import Template
from bot.channels.wechat_open import Account
from bot.findings import Mark
from bot.server import bound
from tests.channels.wechat_stage import CATALOGUE
from tests.platforms.serving import Server

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE"
ACCOUNT = Account("wx0123456789abcdef", "s3cret" * 5, "Token", KEY, "")
CONTENT = "{{first.DATA}}\n单号:{{thing1.DATA}}\n状态:{{phrase2.DATA}}"
MENU = {"menu": {"button": buttons("zh-CN", CATALOGUE.words)}}
TEMPLATES = {"template_list": [{"template_id": "T1", "content": "{{thing1.DATA}} {{phrase2.DATA}}"}]}


@dataclass
class Console:
    """What the platform answers, by path; ``echoes`` says whether our own address is ours."""

    answers: dict[str, Any] = field(default_factory=dict)
    dated: datetime = NOW
    echoes: bool = True
    url: str = ""

    def answer(self, request: Request) -> Response:
        if request.url.path == "/wechat":
            return self._echo(request)
        dated = self.dated.strftime("%a, %d %b %Y %H:%M:%S GMT")
        return JSONResponse(self.answers.get(request.url.path, {"errcode": 48001}), headers={"date": dated})

    def _echo(self, request: Request) -> Response:
        query = request.query_params
        ours = Crypto("Token", KEY, ACCOUNT.app_id).sign(query["timestamp"], query["nonce"], "")
        good = self.echoes and query["signature"] == ours
        return PlainTextResponse(query["echostr"] if good else "nginx")


@asynccontextmanager
async def served(console: Console) -> AsyncIterator[Console]:
    """The console, at an address that is not the usual one of this machine."""

    async def answer(request: Request) -> Response:
        return console.answer(request)

    app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])
    listener = bound("127.0.0.2", 0)
    server = Server(
        uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", date_header=False, server_header=False)
    )
    serving = asyncio.create_task(server.serve([listener]))
    await server.ready.wait()
    console.url = f"http://127.0.0.2:{listener.getsockname()[1]}"
    try:
        yield console
    finally:
        server.should_exit = True
        await serving


async def said(console: Console, **changed: Any) -> list[str]:
    """All lines, as they are printed."""
    async with served(console):
        account = replace(ACCOUNT, api_base=console.url)
        asked = Asked(
            account, console.url, CATALOGUE.words, "zh-CN", Template("T1", ("thing1=title", "phrase2=status"))
        )
        return [str(one) for one in await findings(replace(asked, **changed), lambda: NOW)]


def whole() -> Console:
    """Everything as it should be."""
    return Console(
        {
            "/cgi-bin/stable_token": {"access_token": "t0ken", "expires_in": 7200},
            "/cgi-bin/menu/get": MENU,
            "/cgi-bin/template/get_all_private_template": TEMPLATES,
        }
    )


async def test_an_account_that_is_set_up_is_all_good() -> None:
    """Secret, clock, menu, template and callback each have their good line."""
    lines = await said(whole())

    assert [line[0] for line in lines] == [Mark.GOOD] * 5
    assert "/wechat" in lines[-1]
    assert not any(ACCOUNT.secret in line or "t0ken" in line for line in lines)


@pytest.mark.parametrize(
    ("errcode", "errmsg", "told"),
    [
        (40013, "invalid appid", "JIANGDAO_WECHAT_APP_ID"),
        (40125, "invalid appsecret", "JIANGDAO_WECHAT_APP_SECRET"),
        (40164, "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 1", "IP 203.0.113.7 不在白名单"),
        (40164, "no ip here", "不在白名单"),
        (48001, "api unauthorized", "已认证的服务号"),
        (99999, "what", "99999"),
    ],
)
async def test_a_refused_secret_says_what_to_do(errcode: int, errmsg: str, told: str) -> None:
    """Each refusal of the platform is a line about what to put right, the address to allow among it."""
    console = whole()
    console.answers["/cgi-bin/stable_token"] = {"errcode": errcode, "errmsg": errmsg}

    lines = await said(console)

    assert lines[0].startswith(Mark.BAD)
    assert told in lines[0]
    assert len(lines) == 3


@pytest.mark.parametrize(("off_s", "told"), [(-120, "快了 120 秒"), (120, "慢了 120 秒")])
async def test_a_wrong_clock_is_told(off_s: int, told: str) -> None:
    """A clock which is off would have every callback refused."""
    console = whole()
    console.dated = NOW + timedelta(seconds=off_s)

    assert any(told in line and line.startswith(Mark.BAD) for line in await said(console))


async def test_menu_and_template_are_compared() -> None:
    """Another menu will be set at the start; a template that is missing or fits badly has to be put right."""
    console = whole()
    console.answers["/cgi-bin/menu/get"] = {"errcode": 46003}
    console.answers["/cgi-bin/template/get_all_private_template"] = {"template_list": []}

    lines = await said(console)

    assert lines[2].startswith(Mark.LOOK)
    assert lines[3].startswith(Mark.BAD)
    assert "JIANGDAO_WECHAT_NOTICE_TEMPLATE" in lines[3]
    assert all(line.startswith(Mark.LOOK) for line in (await said(console, menu_locale="", template=Template()))[2:4])


async def test_a_subscribe_message_is_compared_as_well() -> None:
    """Where one is set up: whether the account has it, and whether each of its fields is filled; else nothing is said
    of it."""
    console, asked = whole(), Template("S1", ("thing1=title", "phrase2=status"))
    console.answers["/wxaapi/newtmpl/gettemplate"] = {
        "data": [{"priTmplId": "S1", "content": "项目:{{thing1.DATA}}\n进度:{{phrase2.DATA}}\n", "type": 2}]
    }
    assert "订阅通知已经设好" in (await said(console, subscribe=asked))[4]
    lines = await said(console, subscribe=replace(asked, fields=("thing1=title",)))
    assert "JIANGDAO_WECHAT_SUBSCRIBE_FIELDS" in lines[4]
    lines = await said(console, subscribe=replace(asked, id="S2"))
    assert lines[4].startswith(Mark.BAD)
    assert "JIANGDAO_WECHAT_SUBSCRIBE_TEMPLATE" in lines[4]
    console.answers["/wxaapi/newtmpl/gettemplate"] = {"errcode": 48001}
    assert (await said(console, subscribe=asked))[4].startswith(Mark.BAD)
    assert not any("订阅" in line for line in await said(console))


def test_each_field_of_a_template_is_wanted() -> None:
    """What the settings leave out, and what the template has not."""
    assert "缺 first、phrase2" in template_state(CONTENT, ["thing1=title"]).text
    assert "没有 time9" in template_state("{{thing1.DATA}}", ["thing1=title", "time9=time"]).text
    assert template_state("{{ thing1.DATA }}", ["thing1=title"]).mark is Mark.GOOD


async def test_the_callback_is_asked_as_the_platform_does() -> None:
    """Whoever answers there has to be us; while the bot does not run that is only worth a look."""
    console = whole()
    console.echoes = False
    assert (await said(console))[-1].startswith(Mark.BAD)
    assert (await said(whole(), public_url="http://127.0.0.2:9"))[-1].startswith(Mark.LOOK)
    assert "JIANGDAO_PUBLIC_URL" in (await said(whole(), public_url="http://127.0.0.1:8080"))[-1]


async def test_a_network_that_is_down_is_one_line() -> None:
    """Nobody answers: that is said once, and the callback all the same."""
    lines = await said(whole(), account=replace(ACCOUNT, api_base="http://127.0.0.2:9"))

    assert lines[0].startswith(Mark.BAD)
    assert "127.0.0.2" in lines[0]
    assert len(lines) == 2
