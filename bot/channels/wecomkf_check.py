"""What ``python -m bot check`` finds out about WeCom's customer service, in words for a shop's manager; changes
nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import httpx

from bot.channels.tencent_check import Calls, callback, failed, open_calls, said, skew, unreached
from bot.channels.tencent_crypto import Crypto
from bot.channels.wecomkf_open import Account
from bot.findings import Finding, bad, good, look

KF = "企业微信管理后台「应用管理 → 微信客服」"
APP = "管理微信客服的那个自建应用"

REFUSALS: Mapping[int, str] = {
    40013: "企业微信不认识 JIANGDAO_WECOM_CORP_ID,请到管理后台「我的企业」最下面重新复制企业 ID",
    40001: f"JIANGDAO_WECOM_KF_SECRET 不对,请到{KF}的「API」里查看能管理微信客服的应用,再填它的 Secret",
    40091: f"JIANGDAO_WECOM_KF_SECRET 不对,请到{KF}的「API」里查看能管理微信客服的应用,再填它的 Secret",
    60020: f"这台服务器的 IP {{ip}} 不在可信 IP 里,请到{APP}的「企业可信IP」里加上",
    48002: f"这个 Secret 不能管理微信客服,请到{KF}的「可调用接口的应用」里加上它的应用",
    48007: f"这个 Secret 不能管理微信客服,请到{KF}的「可调用接口的应用」里加上它的应用",
    95011: f"微信客服还在别处使用,请到{KF}里改成由企业微信接管",
    95012: f"还没有开通微信客服,请到{KF}里开通",
    95017: f"微信客服的 API 功能关着,请到{KF}的「API」里打开",
    45009: "调用企业微信接口太频繁,过一会儿再试",
}
NONE = f"微信客服还没有客服账号,请到{KF}里新建一个,接待方式选「智能助手接待」"
HUMANS = "客服账号的接待方式要选「智能助手接待」:有人工接待时,机器人的回复会被微信拒收,单子会转给客服跟进"
CALLBACK = f"{APP}「接收消息 → 设置API接收」里"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be checked. ``public_url`` is the installation's address without a path."""

    account: Account
    api_base: str
    public_url: str


async def findings(asked: Asked, clock: Callable[[], datetime]) -> list[Finding]:
    """One line for each thing that was looked at, in the order in which they are best put right."""
    base, account = asked.api_base.rstrip("/"), asked.account
    async with open_calls() as client:
        try:
            told = await _account(Calls(client, base, REFUSALS), account, clock)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            told = [unreached(base, error)]
        crypto = Crypto(account.token, account.aes_key, account.corp_id)
        return [*told, await callback(client, f"{asked.public_url}/wecomkf", crypto, CALLBACK, clock)]


async def _account(calls: Calls, account: Account, clock: Callable[[], datetime]) -> list[Finding]:
    query = {"corpid": account.corp_id, "corpsecret": account.secret}
    answered = await calls.client.get(f"{calls.base}/cgi-bin/gettoken", params=query)
    skewed, answer = skew(answered.headers.get("date", ""), clock()), said(answered)
    token = answer.get("access_token")
    if not isinstance(token, str):
        return [calls.refused(answer), skewed]
    known = Calls(calls.client, calls.base, REFUSALS, token)
    listed = await known.post("/cgi-bin/kf/account/list", {"offset": 0, "limit": 100})
    if failed(listed):
        return [known.refused(listed), skewed]
    found = listed.get("account_list")
    names = [str(one.get("name", "")) for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    if not names:
        return [bad(NONE), skewed]
    return [good(f"微信客服账号:{'、'.join(names)}"), look(HUMANS), skewed]
