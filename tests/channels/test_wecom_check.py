"""What a check says of WeCom and of customer service: one Chinese line for each thing, and never a secret."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels import wecom_check, wecomkf_check
from bot.channels.tencent_callback import Door
from bot.channels.tencent_check import callback, open_calls
from bot.channels.tencent_crypto import Crypto
from bot.channels.wecom_intake import Intake
from bot.channels.wecom_open import STAFF_GROUP, Account
from bot.channels.wecomkf_open import Account as KfAccount
from bot.findings import Finding, Mark
from bot.webhooks import Webhook
from tests.channels.wecom_rig import serving
from tests.fakes import Watch
from tests.wecom import AGENT_ID, CORP_ID, KF_SEAL, KF_SECRET, SEAL, SECRET, FakeWecom, Options

APP = Account(CORP_ID, AGENT_ID, SECRET, SEAL.token, SEAL.aes_key)
KF = KfAccount(CORP_ID, KF_SECRET, KF_SEAL.token, KF_SEAL.aes_key)
PUBLIC = "http://chat.example.invalid"


@asynccontextmanager
async def platform(**options: object) -> AsyncIterator[tuple[FakeWecom, Callable[..., wecom_check.Asked]]]:
    """The platform at the real time, since its answers are dated."""
    async with FakeWecom(options=Options(**options), strict=False) as fake:  # type: ignore[arg-type]  # by name
        fake.member("sam")

        def asked(**account: object) -> wecom_check.Asked:
            return wecom_check.Asked(replace(APP, **account), fake.base_url, PUBLIC)  # type: ignore[arg-type]

        yield fake, asked


def lines(found: list[Finding], mark: Mark) -> str:
    return "\n".join(one.text for one in found if one.mark is mark)


async def test_all_is_well() -> None:
    """The app, its range, its menu and its group are named; the range is not the whole company."""
    async with platform() as (fake, asked):
        found = await wecom_check.findings(replace(asked(), groups=(STAFF_GROUP,)), fake.clock)
        assert "企业微信应用「匠到」" in lines(found, Mark.GOOD)
        assert "客服群已经设好" in lines(found, Mark.GOOD)
        assert "可见范围不是整个企业" in lines(found, Mark.LOOK)
        assert "菜单还没有设" in lines(found, Mark.LOOK)
        assert lines(found, Mark.BAD) == ""


@pytest.mark.parametrize(
    ("account", "said"),
    [
        ({"secret": "wrong"}, "JIANGDAO_WECOM_SECRET 不对"),
        ({"corp_id": "ww9999999999999999"}, "企业 ID"),
        ({"agent_id": 7}, "JIANGDAO_WECOM_AGENT_ID 不对"),
    ],
)
async def test_what_is_wrong_with_the_settings(account: dict[str, object], said: str) -> None:
    """Each wrong setting is named, with where to find the right one."""
    async with platform() as (fake, asked):
        found = await wecom_check.findings(asked(**account), fake.clock)
        assert said in lines(found, Mark.BAD)
        assert SECRET not in str(found)


async def test_an_address_that_is_not_allowed() -> None:
    """The platform's list of addresses does not have ours: it is named."""
    async with platform(addresses=("10.0.0.1",)) as (fake, asked):
        found = await wecom_check.findings(asked(), fake.clock)
        assert "127.0.0.1 不在可信 IP 里" in lines(found, Mark.BAD)
        kf = await wecomkf_check.findings(wecomkf_check.Asked(KF, fake.base_url, PUBLIC), fake.clock)
        assert "127.0.0.1 不在可信 IP 里" in lines(kf, Mark.BAD)


async def test_a_clock_that_is_wrong() -> None:
    """Ten minutes fast: callbacks would be refused."""
    async with platform() as (fake, asked):
        found = await wecom_check.findings(asked(), lambda: fake.clock() + timedelta(minutes=10))
        assert "本机时钟快了" in lines(found, Mark.BAD)


async def test_nobody_answers() -> None:
    """A server that is not there is named."""
    asked = wecom_check.Asked(APP, "http://127.0.0.1:9", PUBLIC)
    kf = wecomkf_check.Asked(KF, "http://127.0.0.1:9", PUBLIC)
    for found in (await wecom_check.findings(asked, Watch()), await wecomkf_check.findings(kf, Watch())):
        assert "连不上 127.0.0.1" in lines(found, Mark.BAD)


@pytest.mark.parametrize(
    ("agent", "mark", "said"),
    [
        ({"close": 1}, Mark.BAD, "停用"),
        ({}, Mark.BAD, "可见范围是空的"),
        ({"allow_partys": {"partyid": [2]}}, Mark.LOOK, "不是整个企业"),
        ({"allow_partys": {"partyid": [1]}}, Mark.GOOD, "正确"),
    ],
)
def test_who_may_see_the_app(agent: dict[str, object], mark: Mark, said: str) -> None:
    """A closed app, one for nobody, for some and for all."""
    assert said in lines(wecom_check.agent_state({"name": "匠到", **agent}), mark)


async def test_our_own_address() -> None:
    """The callback is asked as the platform asks it: it is ours, somebody else's, or not there."""
    clock = Watch()
    crypto = Crypto(APP.token, APP.aes_key, APP.corp_id)

    async def receive(raw: object) -> None:
        raise AssertionError

    webhooks: dict[str, Webhook] = {"wecom": Intake(Door("wecom", crypto, clock), receive)}
    async with serving(webhooks, "127.0.0.2") as url, open_calls() as client:

        async def ask(address: str, own: Crypto) -> Finding:
            return await callback(client, f"{address}/wecom", own, "管理后台里", clock)

        assert (await ask(url, crypto)).mark is Mark.GOOD
        assert (await ask(url, Crypto("another", APP.aes_key, APP.corp_id))).mark is Mark.BAD
        assert (await ask("http://127.0.0.2:9", crypto)).mark is Mark.LOOK
        assert "只有这台机器打得开" in (await ask("http://127.0.0.1:9", crypto)).text


async def test_customer_service() -> None:
    """Its accounts are named, and how they should be answered; a wrong secret is said."""
    async with platform() as (fake, _):
        asked = wecomkf_check.Asked(KF, fake.base_url, PUBLIC)
        found = await wecomkf_check.findings(asked, fake.clock)
        assert "匠到客服" in lines(found, Mark.GOOD)
        assert "智能助手" in lines(found, Mark.LOOK)
        wrong = replace(asked, account=replace(KF, secret="wrong"))
        assert "JIANGDAO_WECOM_KF_SECRET" in lines(await wecomkf_check.findings(wrong, fake.clock), Mark.BAD)
        fake.service.accounts.clear()
        assert "还没有客服账号" in lines(await wecomkf_check.findings(asked, fake.clock), Mark.BAD)
