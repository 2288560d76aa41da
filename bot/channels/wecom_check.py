"""What ``python -m bot check`` finds out about our app on WeCom, in words for a shop's manager; changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx

from bot.channels.tencent_check import Calls, Object, callback, failed, open_calls, said, skew, unreached
from bot.channels.tencent_crypto import Crypto
from bot.channels.wecom_open import STAFF_GROUP, Account
from bot.findings import Finding, bad, good, look

APP = "企业微信管理后台「应用管理 → 自建 → 我们的应用」"
NO_MENU = 46003
ROOT = 1

REFUSALS: Mapping[int, str] = {
    40013: "企业微信不认识 JIANGDAO_WECOM_CORP_ID,请到管理后台「我的企业」最下面重新复制企业 ID",
    40001: f"JIANGDAO_WECOM_SECRET 不对,请到{APP}里查看 Secret,再填进来",
    40091: f"JIANGDAO_WECOM_SECRET 不对,请到{APP}里查看 Secret,再填进来",
    40056: f"JIANGDAO_WECOM_AGENT_ID 不对,请到{APP}里复制 AgentId",
    301002: f"JIANGDAO_WECOM_AGENT_ID 和 JIANGDAO_WECOM_SECRET 不是同一个应用的,请到{APP}里重新复制",
    60020: f"这台服务器的 IP {{ip}} 不在可信 IP 里,请到{APP}的「企业可信IP」里加上",
    48002: "这个应用没有这个接口的权限,要用企业自建的应用",
    45009: "调用企业微信接口太频繁,过一会儿再试",
}
ONLY_PARTS = (
    "应用的可见范围不是整个企业,企业微信不让建客服群,群里的消息会逐个私发给客服;"
    f"请到{APP}的「可见范围」里选最上面一级的部门"
)
NOBODY = f"应用的可见范围是空的,谁都收不到消息,请到{APP}的「可见范围」里加上客服和师傅"
CLOSED = f"应用被停用了,请到{APP}里启用"
UNBOUND = "还没有设企业微信客服群:管理员在企业微信里给应用发 /bindcode,群会自动建好"
CALLBACK = f"{APP}「接收消息 → 设置API接收」里"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be checked. ``public_url`` is the installation's address without a path, ``groups`` are the chats of
    staff there."""

    account: Account
    api_base: str
    public_url: str
    groups: Sequence[str] = ()


async def findings(asked: Asked, clock: Callable[[], datetime]) -> list[Finding]:
    """One line for each thing that was looked at, in the order in which they are best put right."""
    base, account = asked.api_base.rstrip("/"), asked.account
    async with open_calls() as client:
        try:
            told = await _account(Calls(client, base, REFUSALS), asked, clock)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            told = [unreached(base, error)]
        crypto = Crypto(account.token, account.aes_key, account.corp_id)
        return [*told, await callback(client, f"{asked.public_url}/wecom", crypto, CALLBACK, clock)]


async def _account(calls: Calls, asked: Asked, clock: Callable[[], datetime]) -> list[Finding]:
    account = asked.account
    query = {"corpid": account.corp_id, "corpsecret": account.secret}
    answered = await calls.client.get(f"{calls.base}/cgi-bin/gettoken", params=query)
    skewed, answer = skew(answered.headers.get("date", ""), clock()), said(answered)
    token = answer.get("access_token")
    if not isinstance(token, str):
        return [calls.refused(answer), skewed]
    known = Calls(calls.client, calls.base, REFUSALS, token)
    agent = await known.get("/cgi-bin/agent/get", agentid=str(account.agent_id))
    if failed(agent):
        return [known.refused(agent), skewed]
    return [*agent_state(agent), skewed, await _menu(known, account), *_groups(asked.groups)]


def agent_state(agent: Object) -> list[Finding]:
    """Whether the app is switched on, and who may see it: only if all may does the platform let us make groups."""
    name = str(agent.get("name", ""))
    if agent.get("close") == 1:
        return [bad(CLOSED)]
    parts, users = _listed(agent, "allow_partys", "partyid"), _listed(agent, "allow_userinfos", "user")
    tags = _listed(agent, "allow_tags", "tagid")
    found = [good(f"企业微信应用「{name}」,密钥、AgentId 和可信 IP 正确")]
    if not (parts or users or tags):
        return [*found, bad(NOBODY)]
    return found if ROOT in parts else [*found, look(ONLY_PARTS)]


def _listed(agent: Object, name: str, of: str) -> list[object]:
    part = agent.get(name)
    listed = part.get(of) if isinstance(part, dict) else None
    return listed if isinstance(listed, list) else []


async def _menu(calls: Calls, account: Account) -> Finding:
    answer = await calls.get("/cgi-bin/menu/get", agentid=str(account.agent_id))
    if failed(answer) and answer.get("errcode") != NO_MENU:
        return calls.refused(answer)
    return good("应用菜单已经有了") if answer.get("button") else look("应用菜单还没有设,启动时会自动设好")


def _groups(groups: Sequence[str]) -> list[Finding]:
    return [good("企业微信客服群已经设好")] if STAFF_GROUP in groups else [look(UNBOUND)]
