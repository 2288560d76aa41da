"""Two people on any real application over HTTP, one of whom recommends us to the other: what they do, read and get."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.erase import erased
from domain.chat import Text
from domain.ledger import Unit
from domain.people import INSIDE, Role
from domain.referral_states import Stage
from storage.ledger_proof import page, total
from tests.friends import Story, Voice

FRIEND_FEN = 10_000
"""What the friend is given, in fen, as company.toml has it."""


@dataclass(frozen=True)
class Cast:
    """``somebody`` is a new homeowner on the platform, by name, and ``comes`` how they come with a code. ``ours`` is
    somebody who works here, by a word that is all they are called."""

    here: Any
    address: str
    somebody: Callable[[str], Awaitable[Voice]]
    comes: Callable[[Voice, str], Awaitable[object]]
    ours: Callable[[str, Role], Awaitable[Voice]]


@dataclass(frozen=True)
class Scene:
    """Two people of a cast: who recommends us, and the friend."""

    cast: Cast
    story: Story
    friend: Voice

    @property
    def here(self) -> Any:
        return self.cast.here

    @property
    def referrer(self) -> Voice:
        return self.story.referrer

    # ---- what happens

    async def comes(self) -> None:
        """The friend comes with the referrer's code."""
        await self.cast.comes(self.friend, await self.story.code())

    async def passes(self, **delta: float) -> None:
        """Time goes by in one leap, and what is due by then happens."""
        self.here.watch.move(timedelta(**delta).total_seconds())
        await self.here.settle()

    async def ordered(self, **more: Any) -> None:
        """The order is signed and paid."""
        for kind in ("signed", "paid"):
            await self.story.orders(kind, **more)

    async def bought(self, manager: Voice | None = None) -> None:
        """The friend comes, reports, and pays for an order a day later; who only typed a number is looked at."""
        await self.comes()
        assert "介绍来的，欢迎" in await self.friend.read()
        await self.story.files(self.friend)
        await self.passes(hours=30)
        await self.ordered()
        if self.friend.phone is None:
            await self.story.reviewed(manager or await self.cast.ours("max", Role.MANAGER))
        await self.stands(Stage.SIGNED)

    async def earned(self, manager: Voice | None = None) -> None:
        """The same, and the cooling-off is over."""
        await self.bought(manager)
        await self.passes(days=7, hours=1)
        await self.stands(Stage.EARNED)
        assert await self.balances() == [(0, 0), (FRIEND_FEN, 0)]

    async def erases(self, person_id: str) -> None:
        """An admin erases somebody, as the command line does."""
        person = await self.here.store(lambda store: store.people.get(person_id))
        await erased(self.here.app, person)
        await self.here.settle()

    # ---- what is read

    async def reads(self, *ids: str, card: str = "RF-1001", **args: Any) -> str:
        """The referrer writes, opens the referral's card and has read all of these by then: a newer card may take the
        place of an older one, and what could not be sent before comes when they write."""
        read = await self.referrer.read()
        await self.referrer.says("推荐有礼")
        read += await self.referrer.read()
        await self.referrer.takes(self.here.words("referral-mine"))
        await self.referrer.takes(card)
        read += await self.referrer.read()
        friend = self.here.words("referral-friend")
        district = self.here.words("referral-friend-of", district=Text("district-pudong"))
        for id in ids:
            lines = {self.here.words(id, **{"friend": one, **args}) for one in (friend, district)}
            assert any(line in read for line in lines), f"{lines} not in …{read[-1500:]}"
        return read

    async def why(self, reason: str, card: str = "RF-1001") -> None:
        """The card says why it ended, in these words."""
        await self.reads("referral-fact-why", card=card, reason=Text(reason))

    # ---- what is kept

    async def stands(self, stage: Stage, reason: str = "", id: str = "RF-1001") -> None:
        """Where it stands, and why."""
        found = await self.story.referral(id)
        assert (found.state, found.reason) == (stage, reason), found

    async def rewards(self) -> list[str]:
        """What became of each reward that was ever claimed."""
        rows = await self.here.store(lambda store: store.connection.all("SELECT state FROM rewards ORDER BY id"))
        return [row["state"] for row in rows]

    async def balances(self, id: str = "RF-1001") -> list[tuple[int, int]]:
        """What the referrer and the friend can spend and what they owe, in fen."""
        found, now = await self.story.referral(id), self.here.watch()
        people = (found.referrer_id, found.friend_id)
        asked = [
            await self.here.store(lambda store, who=who: store.ledger.balance(who, Unit.FUND, INSIDE, now))
            for who in people
        ]
        return [(one.available, one.debt) for one in asked]

    async def vip(self) -> bool:
        """Whether the referrer is a VIP design adviser."""
        me = (await self.story.referral()).referrer_id
        return await self.here.store(lambda store: store.board.vip_since(me)) is not None

    async def unpaid(self) -> None:
        """Nobody was given anything, ever, and the referrer's passbook says so."""
        assert await self.rewards() == []
        assert await self.here.store(lambda store: store.connection.all("SELECT key FROM ledger_entries")) == []
        await self.referrer.says("存折")
        assert self.here.words("passbook-empty") in await self.referrer.read()

    async def sound(self) -> None:
        """The ledger's own proof finds nothing: all sums are zero, and what it says of people is so."""

        async def look(connection: Any) -> Any:
            return (await page(connection)).faults + await total(connection)

        assert await self.here.app.database.read(look) == ()
