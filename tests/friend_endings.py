"""How it ends after a friend has come, on any real application over HTTP: what the referrer reads, and who is paid.

Every ending begins with people who are nobody yet on one platform; staff are wherever the platform has them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from domain.chat import Text
from domain.ledger import Unit
from domain.people import Role
from domain.referral_states import Stage
from domain.rewards import Given
from handlers.passbook import amount
from tests.friend_scenes import FRIEND_FEN, Cast, Scene
from tests.friends import REWARD_FEN, SECRETS, Story

OWN_PHONE, OWN_ADDRESS = "13800138111", "东方路9弄2号楼301室"
"""The referrer's own number and home, where a story needs them."""

REWRITTEN = "世紀大道100弄3號樓１２０２室"
"""The friend's home as somebody else would write it."""

OTHERS = {"RF-1002": "13700137010", "RF-1003": "13700137011"}
"""Friends who only tell staff the code."""

FILED = ("滴水", "例如「世纪大道100弄3号楼1202室」")
OWN = {
    "own phone": (*FILED, "7009"),
    "own home": (*FILED, "世纪大道", "世紀大道"),
    "staff's spouse recommends": FILED,
    "appeal won": (*FILED, "世纪大道", "世紀大道"),
}
"""What the referrer reads in these who reported the same fault, has that number or lives there: their own."""

CASH_FEN, SPENT_FEN = 15_000, 15_000
REASON = "租约看过了，不是一家人"


async def ended(cast: Cast, ending: str) -> None:
    """One of ``ENDINGS``, from two people who are nobody yet; nothing of the friend's reached the referrer by then, and
    the ledger is sound."""
    hana, fan = await cast.somebody("王阿姨"), await cast.somebody("范冰清")
    scene = Scene(cast, Story(cast.here, cast.address, hana), fan)
    await ENDINGS[ending](scene)
    read = await hana.read()
    for own in OWN.get(ending, ()):
        read = read.replace(own, "")
    assert not [one for one in SECRETS if one in read], read
    await scene.sound()


# ---- what is blocked


async def customer(scene: Scene) -> Scene:
    """The friend had reported something before they came with a code."""
    await scene.story.files(scene.friend)
    await scene.passes(minutes=1)
    await scene.comes()
    assert scene.here.words("referral-came-customer") in await scene.friend.read()
    return scene


async def own_phone(scene: Scene) -> Scene:
    """The friend is the referrer again, on a second account."""
    await scene.story.files(scene.referrer, address=OWN_ADDRESS)
    await scene.comes()
    await scene.stands(Stage.ATTRIBUTED)
    await scene.story.files(scene.friend)
    return scene


async def own_home(scene: Scene) -> Scene:
    """The friend lives where the referrer does, however that is written."""
    await scene.story.files(scene.referrer, OWN_PHONE, REWRITTEN)
    await scene.comes()
    await scene.story.files(scene.friend)
    return scene


async def spouse_comes(scene: Scene) -> Scene:
    """The friend is married to one of us, who said so."""
    await _related(scene, SECRETS[1])
    await scene.comes()
    await scene.story.files(scene.friend)
    return scene


async def spouse_recommends(scene: Scene) -> Scene:
    """The referrer is."""
    await _related(scene, OWN_PHONE)
    await scene.story.files(scene.referrer, OWN_PHONE, OWN_ADDRESS)
    await scene.comes()
    await scene.story.files(scene.friend)
    return scene


async def _related(scene: Scene, phone: str) -> None:
    sam = await scene.cast.ours("sam", Role.STAFF)
    await sam.says(f"/family {phone}")
    assert scene.here.words("family-kept") in await sam.read()


async def ring(scene: Scene) -> Scene:
    """Five recommend one another in a ring, and the friend, who began it, closes it; the referrer is the last of them.

    The friend's own recommendation is the first, so the one that counts here is the fifth.
    """
    between = [await scene.cast.somebody(name) for name in ("甲先生", "乙女士", "丙先生")]
    for one, other in pairwise((scene.friend, *between, scene.referrer)):
        await scene.cast.comes(other, await Story(scene.here, scene.cast.address, one).code())
    await scene.comes()
    await scene.story.files(scene.friend)
    return scene


@dataclass(frozen=True)
class Blocked:
    """``arrive`` is how it comes to it, ``reason`` why it is blocked, ``read`` what the referrer is told of that."""

    arrive: Callable[[Scene], Awaitable[Scene]]
    reason: str
    read: str
    id: str = "RF-1001"

    async def __call__(self, scene: Scene) -> None:
        """Blocked for good: an order follows, and nobody is paid."""
        await self.arrive(scene)
        await scene.stands(Stage.REJECTED, self.reason, self.id)
        await scene.reads("referral-told-block", "referral-stage-REJECTED", card=self.id)
        await scene.why(self.read, self.id)
        await scene.passes(hours=30)
        await scene.ordered()
        await scene.passes(days=8)
        await scene.stands(Stage.REJECTED, self.reason, self.id)
        await scene.unpaid()


# ---- refunds


async def refunded_before(scene: Scene) -> None:
    """Before the claim: nothing is left to claim, and the friend's reward goes too."""
    await scene.earned()
    await scene.story.orders("refunded")
    await scene.stands(Stage.VOIDED, "void-refunded")
    await scene.reads("referral-told-void", "referral-stage-VOIDED")
    await scene.why("void-refunded")
    assert await scene.rewards() == []
    assert await scene.balances() == [(0, 0), (0, 0)]
    await scene.friend.says("存折")
    assert scene.here.words("friend-taken-back") in await scene.friend.read()


async def refunded_after(scene: Scene) -> None:
    """After the claim, and after some of it was spent at the counter: the rest is gone, what was spent is owed."""
    await scene.earned()
    await scene.story.claims()
    await _spent(scene)
    assert await scene.balances() == [(REWARD_FEN - SPENT_FEN, 0), (FRIEND_FEN, 0)]
    await scene.story.orders("refunded")
    await scene.stands(Stage.VOIDED, "void-refunded")
    assert await scene.rewards() == [Given.VOID.value]
    assert await scene.balances() == [(0, SPENT_FEN), (0, 0)]
    fund = Text("reward-fund", {"value": REWARD_FEN, "gift": ""})
    await scene.reads("reward-taken-back", what=fund)
    await scene.why("void-refunded")
    await scene.referrer.says("存折")
    read = await scene.referrer.read()
    assert scene.here.words("passbook-debt", amount=amount(Unit.FUND, SPENT_FEN)) in read


async def _spent(scene: Scene) -> None:
    """The referrer shows a code in the shop, staff take a part of the fund for another order."""
    sam = await scene.cast.ours("sam", Role.STAFF)
    await scene.story.orders("signed", order="M-1", phone=OWN_PHONE)
    await scene.referrer.says("/fund")
    shown = (await scene.referrer.read()).rpartition("给店员看这个码：")[2][:7]
    for said in ("/spend", "M-1", shown, f"{SPENT_FEN // 100}"):
        await sam.says(said)
    left = {"order": "M-1", "fen": SPENT_FEN, "left": REWARD_FEN - SPENT_FEN}
    assert scene.here.words("counter-spent", **left) in await scene.referrer.read()


# ---- people who decide, or do not


async def unreviewed(scene: Scene) -> None:
    """An order an hour after the code: held, told to the manager, then to the admin, and never paid by itself."""
    max_, ada = await scene.cast.ours("max", Role.MANAGER), await scene.cast.ours("ada", Role.ADMIN)
    await scene.comes()
    await scene.story.files(scene.friend)
    await scene.passes(hours=1)
    await scene.ordered()
    assert "late" in (await scene.story.referral()).flags
    overdue = scene.here.words("review-overdue", id="RF-1001")
    for reader, told in ((max_, [True, False]), (ada, [True, True])):
        await scene.passes(hours=49)
        assert [overdue in await one.read() for one in (max_, ada)] == told, reader
    await scene.passes(days=30)
    await scene.stands(Stage.UNDER_REVIEW)
    await scene.reads("referral-told-flag", "referral-stage-UNDER_REVIEW")
    await scene.unpaid()


async def appealed(scene: Scene) -> None:
    """Blocked for the same home, which was wrong: the appeal is granted, all that happened meanwhile counts, once."""
    max_ = await scene.cast.ours("max", Role.MANAGER)
    await own_home(scene)
    await scene.passes(hours=30)
    await scene.ordered()
    await scene.why("block-home")
    await scene.referrer.takes(scene.here.words("referral-appeal"))
    await scene.referrer.says("我租给他的")
    assert scene.here.words("referral-stage-DISPUTED") in await scene.reads()
    await max_.says("/reviews")
    await max_.takes(scene.here.words("referral-grant"))
    await max_.says(REASON)
    await scene.reads("review-told-grant", reason=REASON)
    await scene.stands(Stage.SIGNED)
    await scene.passes(days=7, hours=1)
    await scene.stands(Stage.EARNED)
    await scene.story.claims()
    assert await scene.rewards() == [Given.GIVEN.value]
    assert await scene.balances() == [(REWARD_FEN, 0), (FRIEND_FEN, 0)]


# ---- a VIP design adviser


async def vip(scene: Scene) -> None:
    """Three friends make a VIP design adviser; one order that is given back, none.

    Two of the friends only tell staff whose they are; staff hear of no order, so a manager looks at both.
    """
    sam, max_ = await scene.cast.ours("sam", Role.STAFF), await scene.cast.ours("max", Role.MANAGER)
    await scene.bought(max_)
    for id, phone in OTHERS.items():
        await sam.says(f"/refer {await scene.story.code()} {phone}")
        await scene.passes(hours=30)
        await scene.ordered(order=id, phone=phone)
        await scene.story.reviewed(max_, id)
    await scene.passes(days=7, hours=1)
    reached, lost = ({"count": count, "least": 3} for count in (3, 2))
    await scene.reads("vip-reached", "referral-stage-EARNED", **reached)
    assert await scene.vip()
    await scene.story.orders("refunded", order="RF-1003", phone=OTHERS["RF-1003"])
    await scene.stands(Stage.VOIDED, "void-refunded", "RF-1003")
    await scene.reads("vip-lost", **lost)
    assert not await scene.vip()
    assert await scene.rewards() == []


# ---- erased


async def erased_friend(scene: Scene) -> None:
    """Signed and not yet paid: the referrer hears that it is over, and not that anybody was erased."""
    await scene.comes()
    assert "介绍来的，欢迎" in await scene.friend.read()
    await scene.story.files(scene.friend)
    await scene.passes(hours=30)
    await scene.story.orders("signed")
    await scene.stands(Stage.SIGNED)
    await scene.erases((await scene.story.referral()).friend_id)
    await scene.reads("referral-told-void", "referral-stage-VOIDED")
    await scene.why("void-quiet")
    await scene.passes(days=8)
    await scene.stands(Stage.VOIDED, "void-erased")
    await scene.unpaid()


async def erased_referrer(scene: Scene) -> None:
    """While cash waits for a manager: it is never paid, the referrer reads nothing more, the friend keeps theirs."""
    word, max_ = scene.here.words, await scene.cast.ours("max", Role.MANAGER)
    await scene.earned(max_)
    ids = await scene.story.referral()
    await scene.reads("referral-stage-EARNED")
    for label in (word("reward-claim"), word("reward-cash", value=CASH_FEN), word("reward-sure")):
        await scene.referrer.takes(label)
    cash = Text("reward-cash", {"value": CASH_FEN})
    read = await scene.referrer.read()
    assert word("reward-taken-cash", what=cash) in read
    await max_.says("/rewards")
    await scene.erases(ids.referrer_id)
    await max_.takes(word("reward-approve"))
    assert word("reward-told-approve", what=cash) not in await scene.referrer.read()
    await max_.says("/rewards")
    assert word("rewards-none") in await max_.read()
    assert await scene.rewards() == [Given.VOID.value]
    entries = await scene.here.store(lambda store: store.ledger.about("RF-1001"))
    assert [(one.person_id, one.amount) for one in entries] == [(ids.friend_id, FRIEND_FEN)]


ENDINGS: Mapping[str, Callable[[Scene], Awaitable[None]]] = {
    "customer": Blocked(customer, "block-customer", "block-known"),
    "own phone": Blocked(own_phone, "block-phone", "block-phone"),
    "own home": Blocked(own_home, "block-home", "block-home"),
    "staff's spouse comes": Blocked(spouse_comes, "block-family", "block-known"),
    "staff's spouse recommends": Blocked(spouse_recommends, "block-family", "block-known"),
    "ring of five": Blocked(ring, "block-loop", "block-loop", "RF-1005"),
    "refunded before the claim": refunded_before,
    "refunded after spending": refunded_after,
    "reviewed by nobody": unreviewed,
    "appeal won": appealed,
    "VIP and no more": vip,
    "friend erased": erased_friend,
    "referrer erased": erased_referrer,
}
