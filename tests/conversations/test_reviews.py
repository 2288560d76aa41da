"""What looks odd waits for a manager, and what has ended may be appealed against."""

from __future__ import annotations

from dataclasses import replace

from domain.people import Role
from domain.referral_states import Stage
from domain.talks import Home
from storage.store import Store
from tests.conversations.recommending import (
    MIN,
    bought,
    come,
    customer,
    earned,
    path,
    reach,
    reason,
    referral,
    shop,
    stage,
    suspected,
    to,
)
from tests.conversations.rewarding import balance, claimed, given, sound
from tests.conversations.steps import file, phrase
from tests.conversations.test_counter import ordered, spent
from tests.world import World, last


async def test_a_late_fact_makes_no_case_young_again(world: World):
    """What the shop tells of an overdue case changes neither when somebody hears of it next nor who: the admins."""
    await suspected(world)
    await world.passes(hours=49)
    await world.passes(hours=24)

    quiet = await shop(world, "refunded", 100, id="part")
    late = await world.passes(hours=25)

    assert "max" not in {one.chat for one in quiet}
    overdue = phrase(world, "review-overdue", id="RF-1001")
    assert overdue in to(late, "ada")
    assert overdue not in to(late, "max")
    assert overdue in to(await world.passes(hours=49), "ada")


async def test_a_late_binding_waits_with_its_figures(world: World):
    """A manager reads how few hours lay between code and order; the referrer that a person will look at it."""
    await suspected(world)

    found = await referral(world)
    assert (found.state, found.flags) == (Stage.UNDER_REVIEW, ("late",))
    shown = last(world.shown, "max").text
    assert "只隔 1 小时" in shown
    assert "范冰清" in shown
    assert "13700137000" not in shown
    assert phrase(world, "referral-stage-UNDER_REVIEW") in last(world.shown, "hana").text


async def test_what_passes_goes_on_as_far_as_its_facts_allow(world: World):
    """Money that came in meanwhile is not forgotten; the referrer reads the manager's words."""
    await suspected(world)
    await world.passes(days=8)
    assert await stage(world) is Stage.UNDER_REVIEW

    heard = await reason(world, "max", "clear", "都是老邻居，问过了")

    assert await stage(world) is Stage.EARNED
    assert "都是老邻居" in to(heard, "hana")
    assert (await path(world))[-3:] == ["clear", "sign", "earn"]


async def test_what_does_not_pass_ends_with_a_reason(world: World):
    """The reason is the manager's own, and an appeal is offered."""
    await suspected(world)
    heard = await reason(world, "max", "deny", "自己人下的单")

    assert await stage(world) is Stage.REJECTED
    assert "自己人下的单" in to(heard, "hana")
    assert phrase(world, "referral-appeal") in last(heard, "hana").buttons


async def test_a_review_that_nobody_does_is_never_paid(world: World):
    """It stays held, and escalates: to managers once more, then to the admins, again and again."""
    await suspected(world)

    first = await world.passes(hours=48)
    assert phrase(world, "review-overdue", id="RF-1001") in to(first, "max")
    assert to(first, "ada") == ""
    for _ in range(3):
        later = await world.passes(hours=48)
        assert phrase(world, "review-overdue", id="RF-1001") in to(later, "ada")
    await world.passes(days=400)

    assert await stage(world) is Stage.UNDER_REVIEW
    assert await world.store(lambda store: store.ledger.about("RF-1001")) == ()


async def test_the_queue_shows_what_is_due_first(world: World):
    """/reviews, for managers in private alone."""
    await suspected(world)
    assert phrase(world, "review-title", id="RF-1001") in to(await world.says("max", "/reviews"), "max")
    assert "RF-1001" not in to(await world.says("sam", "/reviews"), "sam")
    assert await world.says("max", "/reviews", chat="group") == []


async def test_an_appeal_is_won(world: World):
    """A block that was wrong is lifted with a reason, and everything that had happened meanwhile counts."""
    await reach(world, "max")
    await customer(world, "fan", home=Home("h-fan", "fan", "", "世纪大道100号3号楼", "1202室"))
    await come(world)
    await bought(world)
    assert (await referral(world)).reason == "block-home"

    heard = await reason(world, "hana", "appeal", "我租给他的，不是一家人")
    assert "我租给他的" in to(heard, "max")
    won = await reason(world, "max", "grant", "租约看过了")

    assert "租约看过了" in to(won, "hana")
    assert await stage(world) is Stage.SIGNED
    await world.passes(days=7)
    assert await stage(world) is Stage.EARNED


async def test_an_appeal_is_lost_once(world: World):
    """It ends as it had, with words, and there is no second one; nor one that is too late."""
    await reach(world, "max")
    await file(world, "otto")
    await world.passes(minutes=1)
    await come(world, "otto")
    await reason(world, "hana", "appeal", "他是新客户")
    told = await reason(world, "max", "uphold", "上个月就来过")

    assert "上个月就来过" in to(told, "hana")
    assert await stage(world) is Stage.REJECTED
    assert phrase(world, "referral-appeal") not in last(told, "hana").buttons


async def test_no_appeal_after_thirty_days(world: World):
    """The button is answered politely when it is too late, and changes nothing."""
    await file(world, "otto")
    await world.passes(minutes=1)
    await come(world, "otto")
    await world.passes(days=31)

    told = await world.press("hana", phrase(world, "referral-appeal"))

    assert phrase(world, "referral-appeal-late", days=30) in to(told, "hana")
    assert await stage(world) is Stage.REJECTED


async def test_an_appeal_cannot_take_a_friend_from_another(world: World):
    """Who is validly another's by now stays theirs."""
    await reach(world, "max")
    await customer(world, "fan")
    await come(world)
    await world.passes(days=180)
    await come(world, referrer="otto")
    await reason(world, "hana", "appeal", "是我先介绍的")

    told = await reason(world, "max", "grant", "行")

    assert phrase(world, "referral-grant-taken") in to(told, "max")
    assert await stage(world) is Stage.DISPUTED


async def test_a_manager_does_not_decide_about_themselves(world: World):
    """Whose own referral it is does not get the case, and may not press its buttons."""
    await suspected(world)

    async def promoted(store: Store) -> None:
        hana = await store.people.get("hana")
        assert hana
        await store.people.save(replace(hana, role=Role.MANAGER))

    await world.store(promoted)
    shown = await world.says("hana", "/reviews")
    assert phrase(world, "referral-clear") in last(shown, "hana").buttons
    told = await world.press("hana", phrase(world, "referral-clear"))

    assert phrase(world, "refused-role") in to(told, "hana")
    assert await stage(world) is Stage.UNDER_REVIEW


async def test_many_a_day(world: World):
    """The sixth friend of a day waits for a person; the first five do not."""
    for number in range(6):
        await customer(world, f"f{number}", f"+861370013700{number}", name=f"{'甲乙丙丁戊己'[number]}客人{number}")
        await come(world, f"f{number}")

    assert await stage(world, "RF-1005") is Stage.VERIFIED
    assert (await referral(world, "RF-1006")).flags == ("many",)


async def test_a_friend_who_looks_like_the_referrer(world: World):
    """Nearly the same name is looked at."""
    await customer(world, "fan", name="王阿姨")
    await come(world)

    assert (await referral(world)).flags == ("alike",)


async def test_an_order_just_above_the_least(world: World):
    """Five in a hundred above the least is looked at before anything is paid; a fen more is not."""
    await customer(world, "fan")
    await come(world)
    await bought(world, MIN + MIN // 20)
    assert (await referral(world)).flags == ("minimum",)

    await customer(world, "far", "+8613700137001", name="别人")
    await world.passes(days=2)
    await come(world, "far")
    await bought(world, MIN + MIN // 20 + 1, order="A2", phone="+8613700137001")
    assert await stage(world, "RF-1002") is Stage.SIGNED


async def test_three_cancelled_orders(world: World):
    """Whose friends cancel again and again is looked at."""
    for number in range(4):
        phone = f"+861370013700{number}"
        await customer(world, f"f{number}", phone, name=f"{'甲乙丙丁'[number]}客人{number}")
        await come(world, f"f{number}")
        await world.passes(hours=30)
        await shop(world, "signed", 2 * MIN, order=f"C{number}", phone=phone)
        if number < 3:
            await shop(world, "cancelled", order=f"C{number}", phone=phone)

    assert (await referral(world, "RF-1004")).flags == ("cancelled",)


async def test_a_refund_after_spending_is_a_debt(world: World):
    """What is left goes back when the order does, what was spent at the counter is owed, and the next reward pays it
    off first; the referrer hears of it."""
    await earned(world)
    await claimed(world, "fund")
    await ordered(world)
    await spent(world, "50")
    assert await balance(world) == (15_000, 0)

    told = await shop(world, "refunded", 0)

    assert await stage(world) is Stage.VOIDED
    assert phrase(world, "referral-told-void", friend="一位朋友", days=180) in to(told, "hana")
    assert await balance(world) == (0, 5_000)
    await given(world, "hana", 8_000)
    assert await balance(world) == (3_000, 0)
    await sound(world)


async def test_an_unclaimed_reward_ends(world: World):
    """Who does not claim within the time may appeal, and no more."""
    await earned(world)
    await world.passes(days=180)

    assert (await referral(world)).reason == "expire-claim"


async def test_timers_are_gone_when_it_is_over(world: World):
    """Nothing rings for what has ended."""
    await earned(world)
    await shop(world, "refunded", 0)

    left = await world.store(
        lambda store: store.connection.all("SELECT intent FROM timers WHERE subject = :id", id="RF-1001")
    )
    assert [row["intent"] for row in left] == []
