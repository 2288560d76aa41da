"""A friend who was recommended, from the door they come by to the reward, on any real application over HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
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

COMPANY = Path(__file__).parents[1] / "company.toml"


def of_shop(folder: Path) -> dict[str, Any]:
    """The settings of a company whose shop tells of orders, and which pays for nothing but recommending: no 迟到赔,
    whatever time goes by before staff answer."""
    file = folder / "company.toml"
    file.write_text(re.sub(r"(?ms)^\[amends\].*?(?=^\[)", "", COMPANY.read_text(encoding="utf-8")), encoding="utf-8")
    return {"shop_secret": SHOP_SECRET, "company_file": file}


ORDER_FEN, REWARD_FEN = 1_000_000, 20_000


def scanned(picture: bytes) -> list[str]:
    """What a phone reads that is held in front of a picture."""
    with Image.open(BytesIO(picture)) as image:
        return [found.text for found in zxingcpp.read_barcodes(image.convert("RGB"))]


@dataclass(frozen=True)
class Voice:
    """Somebody on a platform: writes, chooses by the words, and has read all of that. ``phone`` gives a number that the
    platform vouches for; None where it vouches for none."""

    says: Callable[[str], Awaitable[object]]
    takes: Callable[[str], Awaitable[object]]
    read: Callable[[], Awaitable[str]]
    phone: Callable[[str], Awaitable[object]] | None = None


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

    async def files(self, friend: Voice, phone: str = PHONE, address: str = ADDRESS) -> None:
        """Somebody reports a fault, gives their number and address, and confirms."""
        word = self.here.words
        await friend.says(DRIP)
        await friend.takes(word("form-photos-none"))
        await friend.takes(word("consent-agree"))
        await friend.says(address)
        await friend.takes(word("district-pudong"))
        await (friend.phone(phone) if friend.phone else friend.says(phone))
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
            await self.reviewed(self.manager)
        assert (await self.referral()).state is Stage.SIGNED
        self.here.watch.move(timedelta(days=7, hours=1).total_seconds())
        await self.here.settle()
        assert (await self.referral()).state is Stage.EARNED
        await self.claims()
        await self._once()

    async def reviewed(self, manager: Voice, id: str = "RF-1001") -> None:
        """What a number that is only typed has held, a manager lets pass."""
        found = await self.referral(id)
        assert (found.state, found.flags) == (Stage.UNDER_REVIEW, ("unproved",)), found
        await manager.says("/reviews")
        await manager.takes(self.here.words("referral-clear"))
        await manager.says("打过电话，是本人")

    async def orders(self, kind: str, order: str = "N-77", phone: str = PHONE, fen: int = ORDER_FEN) -> None:
        """The shop tells of an order, signed; of the friend's unless ``phone`` is somebody else's."""
        event = {"id": f"{order}-{kind}", "order": order, "kind": kind, "amount_fen": fen, "phone": phone}
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

    async def referral(self, id: str = "RF-1001") -> Referral:
        """As it is stored; the only one, mostly."""
        found: Referral = await self.here.store(lambda store: store.referrals.get(id, INSIDE))
        return found
