"""A friend who was recommended, from the door they come by to the reward, on any real application over HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

import httpx
import zxingcpp
from PIL import Image

from bot.channels.shop import sign
from domain.chat import Text
from domain.people import INSIDE
from domain.referral_states import Stage
from domain.referrals import Referral

SHOP_SECRET = "the shop and the bot both know this one"
DRIP = "厨房水龙头一直滴水，明天下午有空"
ADDRESS = "世纪大道100弄3号楼1202室"
PHONE = "13700137009"
SECRETS = ("范冰清", PHONE, "7009", "世纪大道", "N-77", "滴水")
"""What the referrer must never read: the friend's name, number, address, order and fault."""

ORDER_FEN, REWARD_FEN = 1_000_000, 20_000


def scanned(picture: bytes) -> list[str]:
    """What a phone reads that is held in front of a picture."""
    with Image.open(BytesIO(picture)) as image:
        return [found.text for found in zxingcpp.read_barcodes(image.convert("RGB"))]


@dataclass(frozen=True)
class Voice:
    """Somebody on a platform: writes, chooses by the words, and has read all of that. ``phone`` gives their number."""

    says: Callable[[str], Awaitable[object]]
    takes: Callable[[str], Awaitable[object]]
    read: Callable[[], Awaitable[str]]
    phone: Callable[[], Awaitable[object]] | None = None


@dataclass(frozen=True)
class Story:
    """``here`` is an office of any platform, ``address`` where its application listens. The ``manager`` looks at what
    becomes of a number that the friend only typed; none is needed where the platform vouches for it."""

    here: Any
    address: str
    referrer: Voice
    manager: Voice | None = None

    async def code(self) -> str:
        """The code on the referrer's card."""
        await self.referrer.says("推荐有礼")
        [code] = set(re.findall(r"start=ref-(\w+)", await self.referrer.read()))
        return str(code)

    async def files(self, friend: Voice) -> None:
        """The friend reports a fault, gives their name, number and address, and confirms."""
        word = self.here.words
        await friend.says(DRIP)
        await friend.takes(word("form-photos-none"))
        await friend.takes(word("consent-agree"))
        await friend.says(ADDRESS)
        await friend.takes(word("district-pudong"))
        await (friend.phone() if friend.phone else friend.says(PHONE))
        await friend.takes(word("form-confirm"))

    async def came(self, friend: Voice, via: str) -> None:
        """The friend was greeted as somebody's friend, has reported and is verified."""
        assert "介绍来的，欢迎" in await friend.read()
        assert (await self.referral()).state is Stage.ATTRIBUTED
        await self.files(friend)
        assert (await self.referral()).via == via

    async def rewarded(self) -> None:
        """The order is paid, the cooling-off passes, the referrer claims and reads why: one reward, nothing of the
        friend's."""
        assert (await self.referral()).state is Stage.VERIFIED
        self.here.watch.move(30 * 3600)
        for kind in ("signed", "paid", "paid"):  # the last one is told twice
            await self.orders(kind)
        if self.manager:
            await self._reviewed(self.manager)
        assert (await self.referral()).state is Stage.SIGNED
        self.here.watch.move(timedelta(days=7, hours=1).total_seconds())
        await self.here.settle()
        assert (await self.referral()).state is Stage.EARNED
        await self.claims()
        await self._once()

    async def _reviewed(self, manager: Voice) -> None:
        found = await self.referral()
        assert (found.state, found.flags) == (Stage.UNDER_REVIEW, ("unproved",)), found
        await manager.says("/reviews")
        await manager.takes(self.here.words("referral-clear"))
        await manager.says("打过电话，是本人")

    async def orders(self, kind: str) -> None:
        """The shop tells of the friend's order, signed."""
        event = {"id": f"e-{kind}", "order": "N-77", "kind": kind, "amount_fen": ORDER_FEN, "phone": PHONE}
        body = json.dumps({**event, "at": self.here.watch().isoformat()}).encode()
        moment = str(int(self.here.watch().timestamp()))
        signed = {"X-Jiangdao-Time": moment, "X-Jiangdao-Signature": sign(SHOP_SECRET.encode(), moment, body)}
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"{self.address}/shop/orders", content=body, headers=signed)
        assert answer.status_code == httpx.codes.OK, answer.text
        await self.here.settle()

    async def claims(self) -> None:
        """From the card to the reward, and to why it stands in the passbook."""
        word, referrer = self.here.words, self.referrer
        await referrer.says("推荐有礼")
        await referrer.takes(word("referral-mine"))
        await referrer.takes(word("reward-claim"))
        fund = word("reward-fund", value=REWARD_FEN)
        await referrer.takes(fund)
        await referrer.takes(word("reward-sure"))
        assert word("reward-taken-fund", what=Text("reward-fund", {"value": REWARD_FEN})) in await referrer.read()
        await referrer.says("存折")
        await referrer.takes(word("passbook-why", number=1))

    async def _once(self) -> None:
        read = await self.referrer.read()
        for step in ("create", "attribute", "verify", "sign", "earn", "claim"):
            assert self.here.words(f"referral-did-{step}") in read, step
        assert [one for one in SECRETS if one in read] == []
        assert (await self.referral()).state is Stage.REWARDED
        rows = await self.here.store(
            lambda store: store.connection.all("SELECT person_id, value FROM rewards WHERE referral_id = 'RF-1001'")
        )
        mine = (await self.referral()).referrer_id
        assert [(row["person_id"], row["value"]) for row in rows] == [(mine, REWARD_FEN)]
        entries = await self.here.store(lambda store: store.ledger.lines(mine, INSIDE, limit=99))
        assert [one.why.rule for one in entries] == ["referral"]

    async def referral(self) -> Referral:
        """The only one there is."""
        found: Referral = await self.here.store(lambda store: store.referrals.get("RF-1001", INSIDE))
        return found
