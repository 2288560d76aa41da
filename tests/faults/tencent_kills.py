"""The kills with WeChat and WeCom around: homeowners follow the Official Account or write to customer service, staff
and installers are members of the company, and one process serves all three."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from domain.chat import Place
from tests.faults.crowd import Actor, Crowd
from tests.faults.installation import move, prepare
from tests.faults.kills import Figures
from tests.faults.outside_kills import Run, labels, running
from tests.faults.people import HOMEOWNERS, INSTALLERS, STAFF
from tests.faults.platform import Line
from tests.faults.tencent_crowd import CustomerActor, FollowerActor, MemberActor
from tests.faults.watch import SharedWatch
from tests.wechat import FakeWechat, Follower
from tests.wechat import Options as WechatOptions
from tests.wecom import AGENT_ID, CORP_ID, KF_SEAL, KF_SECRET, SEAL, SECRET, Customer, Delivery, FakeWecom, Member

FOLLOWERS, CUSTOMERS = HOMEOWNERS[:3], HOMEOWNERS[3:]
MEMBERS = (*INSTALLERS, *STAFF)
GROUP = Place("wecom", "group:jiangdaostaff")
OVERLAPS = 0.02
"""The chance, at each thing that somebody does, that the platform has waited long enough for its answers."""

REVOKED = 0.002
"""And that it ends a token before its time."""

ANSWER_S = 1.0
LAST = 3


@dataclass
class Tencent:
    """Both platforms and everybody on them."""

    wechat: FakeWechat
    wecom: FakeWecom
    crowd: Crowd
    dice: Random
    connected: bool = False

    def entries(self) -> int:
        return len(self.wechat.journal.entries) + len(self.wecom.journal.entries)

    def acknowledged(self) -> int:
        taken = len(self.wechat.journal.of("delivered")) + len(self.wecom.journal.of("confirmed"))
        return taken + len(self.wecom.journal.of("pulled"))

    def pending(self) -> bool:
        return bool(self.wechat.postman.pending or self.wecom.left())

    async def begins(self, line: Line) -> None:
        """The addresses stay the same; they are entered once. What the platform waited for when the last process died
        it has waited for long enough."""
        address = f"http://127.0.0.1:{line.port}"
        if not self.connected:
            self.connected = True
            self.wechat.connect(f"{address}/wechat")
            await self.wecom.connects(address)
        self.hurry()

    def hurry(self) -> None:
        """The five seconds of the Official Account's callbacks are over, except where the last attempt is at work: we
        give up an answer half a second before the platform does, which is not to be hurried away."""
        journal = self.wechat.journal
        last = {one.act for one in journal.of("posted") if one.attempt == LAST}
        over = {one.act for kind in ("delivered", "unreached") for one in journal.of(kind) if one.attempt == LAST}
        if not any(act.number in last - over for act in self.wechat.postman.pending):
            self.wechat.hurry()

    async def acts(self) -> None:
        """Somebody does something, and now and then the platforms do by themselves."""
        await self.crowd.act()
        if self.dice.random() < OVERLAPS:
            self.hurry()
        if self.dice.random() < REVOKED:
            self.revoke(self.dice.choice(("wechat", "app", "kf")))

    def revoke(self, account: str) -> None:
        """A token is worth nothing from now on, before its time."""
        tokens = self.wechat.here.tokens
        if account != "wechat":
            self.wecom.tokens.revoke(account)
        elif tokens.latest:
            tokens.ends[tokens.latest] = self.wechat.clock()
            tokens.voided.add(tokens.latest)

    async def nudge(self) -> None:
        """Every homeowner writes."""
        for who in HOMEOWNERS:
            await self.crowd.actors[who].says("查进度")

    def tally(self, figures: Figures) -> None:
        wechat, wecom = self.wechat.journal, self.wecom.journal
        figures.updates = len(wechat.of("act")) + len(wecom.of("made"))
        figures.deliveries = len(wechat.of("posted")) + len(wecom.of("delivered"))
        figures.sends = len(wechat.of("sent")) + len(wechat.of("read", by="answer")) + len(wecom.of("sent"))

    def census(self) -> str:
        """What there was of what only these platforms have, for who reads the report."""
        wechat, wecom = self.wechat.journal, self.wecom.journal
        counts = {
            "answers": len(wechat.of("read", by="answer")),
            "abandoned": len(wechat.of("abandoned")),
            "unreached": len(wechat.of("unreached")),
            "lost": len(wechat.of("unserved")) + len(wecom.of("lost")),
            "pulled": len(wecom.of("pulled")),
            "edited": len(wecom.of("edited")),
            "refused": len(wechat.of("refused")) + len(wecom.of("refused")),
        }
        return ", ".join(f"{count} {name}" for name, count in counts.items())


@dataclass
class Cast:
    """Who is who on the platforms."""

    followers: Mapping[str, Follower]
    customers: Mapping[str, Customer]
    members: Mapping[str, Member]

    def homes(self) -> dict[str, tuple[Place, str]]:
        """Each one's private chat, and their account there."""
        return {
            **{who: (Place("wechat", one.openid), one.openid) for who, one in self.followers.items()},
            **{who: (Place("wecomkf", f"{one.account}/{one.id}"), one.id) for who, one in self.customers.items()},
            **{who: (Place("wecom", f"user:{one.id}"), one.id) for who, one in self.members.items()},
        }

    def actors(self) -> dict[str, Actor]:
        return {
            **{who: FollowerActor(one) for who, one in self.followers.items()},
            **{who: CustomerActor(one) for who, one in self.customers.items()},
            **{who: MemberActor(one) for who, one in self.members.items()},
        }


def told(wechat: FakeWechat, wecom: FakeWecom) -> dict[str, Any]:
    """The settings by which the product comes to both."""
    return {
        "wechat_app_id": wechat.app_id,
        "wechat_app_secret": wechat.secret,
        "wechat_token": wechat.token,
        "wechat_aes_key": wechat.aes_key,
        "wechat_api_base": wechat.base_url,
        "wecom_corp_id": CORP_ID,
        "wecom_agent_id": AGENT_ID,
        "wecom_secret": SECRET,
        "wecom_token": SEAL.token,
        "wecom_aes_key": SEAL.aes_key,
        "wecom_api_base": wecom.base_url,
        "wecom_kf_secret": KF_SECRET,
        "wecom_kf_token": KF_SEAL.token,
        "wecom_kf_aes_key": KF_SEAL.aes_key,
    }


@asynccontextmanager
async def opened(url: str, folder: Path, seed: int) -> AsyncIterator[tuple[Run, Tencent, Cast]]:
    """A run that is ready to begin."""
    dice, watch = Random(seed), SharedWatch(folder / "watch")
    ordered = dice.random() < 0.5
    delivery = Delivery(answer_max_s=ANSWER_S, pause_s=0.02, ordered=ordered, repeats=0.1, seed=seed)
    options = WechatOptions(ordered=ordered, same_again=dice.random() < 0.3)
    async with (
        FakeWechat(watch, options, journal=folder / "wechat", seed=seed, strict=False) as wechat,
        FakeWecom(watch, delivery=delivery, journal=folder / "wecom", seed=seed, strict=False) as wecom,
    ):
        cast = Cast(
            {who: wechat.follower(who) for who in FOLLOWERS},
            {who: wecom.customer(who) for who in CUSTOMERS},
            {who: wecom.member(who) for who in MEMBERS},
        )
        wechat.code("g_poster", 30 * 86400)
        await prepare(url)
        await move(url, cast.homes(), GROUP)
        around = Tencent(wechat, wecom, Crowd(cast.actors(), dice, *labels()), dice)
        figures = Figures(seed, f"{url.partition(':')[0]}, WeChat and WeCom")
        async with running(url, folder, watch, around, figures, **told(wechat, wecom)) as run:
            yield run, around, cast
