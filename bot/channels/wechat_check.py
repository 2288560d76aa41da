"""What ``python -m bot check`` finds out about the Official Account, in words for a shop's manager; changes nothing."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from bot.channels.tencent_crypto import Crypto
from bot.channels.wechat_menu import buttons, same
from bot.channels.wechat_notice import Template
from bot.channels.wechat_open import Account
from bot.channels.wechat_words import Words
from bot.findings import Finding, bad, good, look

ANSWER_S: Final = 10.0
SKEW_S_MAX: Final = 60.0
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
NO_MENU: Final = 46003

IP = re.compile(r"invalid ip ([0-9a-fA-F.:]{3,45})")
FIELD = re.compile(r"\{\{\s*(\w+)\.DATA\s*\}\}")

CONSOLE = "微信开发者平台「我的业务 → 服务号 → 基础信息」(原公众平台「基本配置」)"
REFUSALS = {
    40013: f"公众号不认识 JIANGDAO_WECHAT_APP_ID,请到{CONSOLE}重新复制开发者 ID",
    40125: f"JIANGDAO_WECHAT_APP_SECRET 不对,请到{CONSOLE}重置开发者密码,再填进来",
    40001: f"JIANGDAO_WECHAT_APP_SECRET 不对,请到{CONSOLE}重置开发者密码,再填进来",
    40243: f"公众号的开发者密码被冻结了,请到{CONSOLE}解冻",
    40164: f"这台服务器的 IP {{ip}} 不在白名单里,请到{CONSOLE}的「IP 白名单」里加上",
    48001: "这个公众号没有这个接口的权限,要用已认证的服务号",
    50002: "公众号被限制使用了,请登录公众平台看站内通知",
    45009: "今天调用公众号接口的次数用完了,明天再试",
}
OTHER = "公众号接口返回错误 {errcode},请把这个数字告诉技术同事"
UNREACHED = "连不上 {host} ({kind}),请检查网络、代理和 JIANGDAO_WECHAT_API_BASE"
Said = tuple[str, str, str]
NOTICE_SAID: Said = (
    "模板消息还缺 {},请在 JIANGDAO_WECHAT_NOTICE_FIELDS 里补上",
    "模板里没有 {},请从 JIANGDAO_WECHAT_NOTICE_FIELDS 里去掉",
    "模板消息已经设好",
)
SUBSCRIBE_SAID: Said = (
    "订阅通知还缺 {},请在 JIANGDAO_WECHAT_SUBSCRIBE_FIELDS 里补上",
    "订阅通知里没有 {},请从 JIANGDAO_WECHAT_SUBSCRIBE_FIELDS 里去掉",
    "订阅通知已经设好",
)
CALLBACK = "公众号的回调地址 {url} 能收到消息,{console}的「消息推送配置」里要填的就是它,加解密方式选「安全模式」"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be checked. ``public_url`` is the installation's address without a path; ``menu_locale`` is empty if
    the menu is left alone, ``template`` and ``subscribe`` without an id if there is none."""

    account: Account
    public_url: str
    words: Words
    menu_locale: str = ""
    template: Template = field(default_factory=Template)
    subscribe: Template = field(default_factory=Template)


async def findings(asked: Asked, clock: Callable[[], datetime]) -> list[Finding]:
    """One line for each thing that was looked at, in the order in which they are best put right."""
    timeout = httpx.Timeout(ANSWER_S)
    async with httpx.AsyncClient(timeout=timeout, follow_redirects=False, trust_env=False) as client:
        try:
            told = await _account(client, asked, clock)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            host = urlsplit(asked.account.api_base).hostname
            told = [bad(UNREACHED.format(host=host, kind=type(error).__name__))]
        return [*told, await _callback(client, asked, clock)]


async def _account(client: httpx.AsyncClient, asked: Asked, clock: Callable[[], datetime]) -> list[Finding]:
    """The token, and what can be known once there is one."""
    account = asked.account
    ask = {"grant_type": "client_credential", "appid": account.app_id, "secret": account.secret}
    answer = await client.post(f"{account.api_base}/cgi-bin/stable_token", json=ask)
    skewed = skew(answer.headers.get("date", ""), clock())
    said = _object(answer)
    token = said.get("access_token")
    if not isinstance(token, str):
        return [refused(said), skewed]
    api = _Calls(client, account.api_base, token)
    return [
        good(f"公众号 {account.app_id},密钥和 IP 白名单正确"),
        skewed,
        *await _menu(api, asked),
        *await _template(api, asked.template),
        *await _subscribe(api, asked.subscribe),
    ]


@dataclass(frozen=True, slots=True, repr=False)
class _Calls:
    client: httpx.AsyncClient
    base: str
    token: str

    async def get(self, path: str) -> dict[str, Any]:
        return _object(await self.client.get(f"{self.base}{path}", params={"access_token": self.token}))


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        said = None
    return said if isinstance(said, dict) else {"errcode": answer.status_code}


def refused(said: dict[str, Any]) -> Finding:
    """What an errcode means, and what to do. Of the platform's own words only the IP is repeated."""
    errcode = said.get("errcode", 0)
    found = IP.search(str(said.get("errmsg", "")))
    text = REFUSALS.get(errcode) if isinstance(errcode, int) else None
    return bad((text or OTHER).format(ip=found[1] if found else "(见服务器的公网 IP)", errcode=errcode))


def skew(dated: str, now: datetime) -> Finding:
    """Whether our clock agrees with the server's: callbacks are refused that seem to be five minutes old."""
    try:
        skew_s = (now - parsedate_to_datetime(dated)).total_seconds()
    except (TypeError, ValueError):
        return look("公众号服务器没有说时间,本机时钟没法核对")
    if abs(skew_s) > SKEW_S_MAX:
        which = "快" if skew_s > 0 else "慢"
        return bad(f"本机时钟{which}了 {abs(skew_s):.0f} 秒,公众号的消息会被拒收,请打开时间同步 (systemd-timesyncd)")
    return good("本机时钟和公众号服务器一致")


async def _menu(api: _Calls, asked: Asked) -> list[Finding]:
    if not asked.menu_locale:
        return [look("JIANGDAO_WECHAT_MENU_LOCALE 是空的,公众号菜单保持原样")]
    said = await api.get("/cgi-bin/menu/get")
    menu = said.get("menu")
    if said.get("errcode", 0) not in (0, NO_MENU):
        return [refused(said)]
    if isinstance(menu, dict) and same(menu.get("button"), buttons(asked.menu_locale, asked.words)):
        return [good("公众号菜单已经设好")]
    return [look("公众号菜单还没有设,或者和设置的不一样,启动时会自动设好")]


async def _template(api: _Calls, template: Template) -> list[Finding]:
    if not template.id:
        return [look("没有设置模板消息:超过可回复时间的进度,会改走别的渠道或提醒客服打电话")]
    said = await api.get("/cgi-bin/template/get_all_private_template")
    listed = said.get("template_list")
    if not isinstance(listed, list):
        return [refused(said)]
    mine = [one for one in listed if isinstance(one, dict) and one.get("template_id") == template.id]
    if not mine:
        return [bad("公众号里没有 JIANGDAO_WECHAT_NOTICE_TEMPLATE 这个模板,请到「模板消息 → 我的模板」里复制模板 ID")]
    return [template_state(str(mine[0].get("content", "")), template.fields)]


async def _subscribe(api: _Calls, template: Template) -> list[Finding]:
    """A company without one reads nothing of it: a template message does as well."""
    if not template.id:
        return []
    said = await api.get("/wxaapi/newtmpl/gettemplate")
    listed = said.get("data")
    if said.get("errcode", 0) != 0 or not isinstance(listed, list):
        return [refused(said)]
    mine = [one for one in listed if isinstance(one, dict) and one.get("priTmplId") == template.id]
    if not mine:
        return [
            bad("公众号里没有 JIANGDAO_WECHAT_SUBSCRIBE_TEMPLATE 这个模板,请到「订阅通知 → 我的模板」里复制模板 ID")
        ]
    return [template_state(str(mine[0].get("content", "")), template.fields, SUBSCRIBE_SAID)]


def template_state(content: str, fields: Sequence[str], said: Said = NOTICE_SAID) -> Finding:
    """Whether the settings fill each field of a template («{{thing1.DATA}}») and none that it has not; ``said`` are the
    words for that."""
    wanted, given = FIELD.findall(content), [field.partition("=")[0] for field in fields]
    missing, strange = [one for one in wanted if one not in given], [one for one in given if one not in wanted]
    lacks, has_not, whole = said
    if missing:
        return bad(lacks.format("、".join(missing)))
    if strange:
        return bad(has_not.format("、".join(strange)))
    return good(whole)


async def _callback(client: httpx.AsyncClient, asked: Asked, clock: Callable[[], datetime]) -> Finding:
    """Ask our own address as the platform does when the server is entered in the console."""
    url = f"{asked.public_url}/wechat"
    if urlsplit(url).hostname in LOOPBACK:
        return look(f"公众号的回调地址 {url} 只有这台机器打得开,JIANGDAO_PUBLIC_URL 要填 https:// 开头的公网网址")
    echo = secrets.token_hex(8)
    timestamp, nonce = str(int(clock().timestamp())), secrets.token_hex(8)
    account = asked.account
    signature = Crypto(account.token, account.aes_key, account.app_id).sign(timestamp, nonce, "")
    query = {"signature": signature, "timestamp": timestamp, "nonce": nonce, "echostr": echo}
    try:
        answer = await client.get(url, params=query)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return look(f"现在连不上回调地址 {url} ({type(error).__name__});机器人没在运行时是正常的,否则请检查反向代理")
    if answer.status_code == httpx.codes.OK and answer.text == echo:
        return good(CALLBACK.format(url=url, console=CONSOLE))
    return bad(f"回调地址 {url} 回答的不是这个机器人 ({answer.status_code}),请检查反向代理有没有把 /wechat 原样转过来")
