"""What a check of WeCom and of its customer service have in common: asking the platform, the clock, the callback."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from bot.channels.tencent_crypto import Crypto
from bot.findings import Finding, bad, good, look

ANSWER_S: Final = 10.0
SKEW_S_MAX: Final = 60.0
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")

IP = re.compile(r"from ip: ([0-9a-fA-F.:]{3,45}[0-9a-fA-F])")
OTHER = "企业微信接口返回错误 {errcode},请把这个数字告诉技术同事"
UNREACHED = "连不上 {host} ({kind}),请检查网络、代理和 JIANGDAO_WECOM_API_BASE"

Object = dict[str, Any]
Refusals = Mapping[int, str]
"""By errcode: what it means and what to do; «{ip}» stands for our own address."""


@dataclass(frozen=True, slots=True, repr=False)
class Calls:
    """Plain calls, whose answer is wanted whatever it says."""

    client: httpx.AsyncClient
    base: str
    refusals: Refusals
    token: str = ""

    async def get(self, path: str, **query: str) -> Object:
        """The answer, with the status as its errcode if it is no JSON."""
        return said(await self.client.get(f"{self.base}{path}", params={"access_token": self.token, **query}))

    async def post(self, path: str, body: Object) -> Object:
        """The same."""
        return said(await self.client.post(f"{self.base}{path}", params={"access_token": self.token}, json=body))

    def refused(self, answer: Object) -> Finding:
        """What an errcode means, and what to do. Of the platform's own words only our address is repeated."""
        errcode = answer.get("errcode", 0)
        found = IP.search(str(answer.get("errmsg", "")))
        text = self.refusals.get(errcode) if isinstance(errcode, int) else None
        return bad((text or OTHER).format(ip=found[1] if found else "(见服务器的公网 IP)", errcode=errcode))


def open_calls() -> httpx.AsyncClient:
    """The connections of a check."""
    return httpx.AsyncClient(timeout=httpx.Timeout(ANSWER_S), follow_redirects=False, trust_env=False)


def said(answer: httpx.Response) -> Object:
    """The JSON object of an answer."""
    try:
        found = answer.json()
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"errcode": answer.status_code}


def failed(answer: Object) -> bool:
    """Whether the platform has refused."""
    return bool(answer.get("errcode", 0) != 0)


def unreached(base: str, error: Exception) -> Finding:
    """Nobody answers."""
    return bad(UNREACHED.format(host=urlsplit(base).hostname, kind=type(error).__name__))


def skew(dated: str, now: datetime) -> Finding:
    """Whether our clock agrees with the server's: callbacks are refused that seem to be five minutes old."""
    try:
        skew_s = (now - parsedate_to_datetime(dated)).total_seconds()
    except (TypeError, ValueError):
        return look("企业微信服务器没有说时间,本机时钟没法核对")
    if abs(skew_s) > SKEW_S_MAX:
        which = "快" if skew_s > 0 else "慢"
        return bad(f"本机时钟{which}了 {abs(skew_s):.0f} 秒,企业微信的消息会被拒收,请打开时间同步 (systemd-timesyncd)")
    return good("本机时钟和企业微信服务器一致")


async def callback(
    client: httpx.AsyncClient, url: str, crypto: Crypto, where: str, clock: Callable[[], datetime]
) -> Finding:
    """Ask our own address as the platform does when it is entered in the console, at ``where``."""
    if urlsplit(url).hostname in LOOPBACK:
        return look(f"回调地址 {url} 只有这台机器打得开,JIANGDAO_PUBLIC_URL 要填 https:// 开头的公网网址")
    echo, timestamp, nonce = secrets.token_hex(8), str(int(clock().timestamp())), secrets.token_hex(8)
    sealed = crypto.encrypt(echo)
    query = {"msg_signature": crypto.sign(timestamp, nonce, sealed), "timestamp": timestamp, "nonce": nonce}
    try:
        answer = await client.get(url, params={**query, "echostr": sealed})
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return look(f"现在连不上回调地址 {url} ({type(error).__name__});机器人没在运行时是正常的,否则请检查反向代理")
    if answer.status_code == httpx.codes.OK and answer.text == echo:
        return good(f"回调地址 {url} 能收到消息,{where}要填的就是它")
    path = urlsplit(url).path
    return bad(f"回调地址 {url} 回答的不是这个机器人 ({answer.status_code}),请检查反向代理有没有把 {path} 原样转过来")
