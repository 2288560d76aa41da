"""Subscribe messages: homeowners agree to them one by one, and each consent is one message outside of every window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.erase import erased
from domain.chat import Kind, Line, Outbound, Place, Priority, Text
from tests.wechat.followers import Follower
from tests.wechat.office import GROUP, Office, consents, office
from tests.wechat.test_story import Play

SUBSCRIBE: dict[str, Any] = {
    "wechat_subscribe_template": "S1",
    "wechat_subscribe_fields": "thing1=title,phrase2=status,thing3=next",
}
TEMPLATE: dict[str, Any] = {
    "wechat_notice_template": "T1",
    "wechat_notice_fields": "thing1=title,phrase2=status,thing3=next",
}


async def filed(here: Office) -> Play:
    """A request is there, its homeowner has read all about it, and the account has the company's templates."""
    here.fake.template("S1", "thing1", "phrase2", "thing3", once=True)
    here.fake.template("T1", "thing1", "phrase2", "thing3")
    play = Play(here)
    await play.opens()
    await here.after(play.hana, play.hana.follow())
    await play.files()
    return play


def told(who: Follower, by: str = "subscribe") -> list[str]:
    return [post.text for post in who.reads if post.by == by]


async def owes(here: Office, who: Follower, cause: str, **more: Any) -> None:
    """A card of another request changes."""
    text = Text("words", {"words": "已预约"})
    lines = (Line(text, Kind.TITLE), Line(text, Kind.STATUS), Line(text, Kind.NEXT))
    outbound = Outbound(Place("wechat", who.openid), lines, card=f"request:{cause}", **more)
    await here.store(lambda store: store.outbox.add(cause, [outbound], here.watch()))
    await here.settle()


async def test_one_consent_is_one_message(database_url: str, tmp_path: Path) -> None:
    """After two silent days a change is told by what its homeowner asked for; the next one waits for a further consent,
    and what was told is not told again when they write."""
    async with office(database_url, tmp_path, **SUBSCRIBE) as here:
        play = await filed(here)
        await here.after(play.hana, play.hana.consents("S1"))
        assert await consents(here, play.hana) == {"S1": 1}
        await here.passes(hours=49)
        await play.acts("sam", "claim")
        assert play.hana.last.by == "subscribe"
        assert "已确认" in play.hana.last.text
        assert await consents(here, play.hana) == {"S1": 0}

        await owes(here, play.hana, "later")
        assert len(told(play.hana)) == 1
        await here.after(play.hana, play.hana.consents("S1"))
        assert [text.splitlines()[1] for text in told(play.hana)[1:]] == ["已预约"]
        assert await consents(here, play.hana) == {"S1": 0}
        before = len(play.hana.reads)
        await here.says(play.hana, "在吗")
        assert not any("已预约" in post.text for post in play.hana.reads[before:])
        assert here.fake.journal.of("refused") == []


async def test_while_a_window_is_open_no_consent_is_used(database_url: str, tmp_path: Path) -> None:
    """What can be said as ever is; the consent is kept for when nothing else may be said."""
    async with office(database_url, tmp_path, **SUBSCRIBE) as here:
        play = await filed(here)
        for _ in range(2):
            here.watch.move(1)
            await here.after(play.hana, play.hana.consents("S1"))
        await here.says(play.hana, "在吗")
        await owes(here, play.hana, "now")
        assert (told(play.hana), await consents(here, play.hana)) == ([], {"S1": 2})


async def test_it_goes_before_a_template_message(database_url: str, tmp_path: Path) -> None:
    """What the homeowner wished comes first; without a consent the company's template tells it."""
    async with office(database_url, tmp_path, **SUBSCRIBE, **TEMPLATE) as here:
        play = await filed(here)
        await here.after(play.hana, play.hana.consents("S1"))
        await here.passes(hours=49)
        for cause in ("first", "second"):
            await owes(here, play.hana, cause)
        assert [post.by for post in play.hana.reads[-2:]] == ["subscribe", "template"]


async def test_a_redelivered_consent_counts_once(database_url: str, tmp_path: Path) -> None:
    """Three attempts that overlap are one consent; two different ones of a second are two."""
    async with office(database_url, tmp_path, **SUBSCRIBE) as here:
        play = await filed(here)
        await here.thrice(play.hana.consents("S1"))
        await here.settle()
        assert await consents(here, play.hana) == {"S1": 1}
        await here.after(play.hana, play.hana.consents("other", "S1"))
        assert await consents(here, play.hana) == {"S1": 2}


@pytest.mark.parametrize("how", ["withdraws", "declines", "unfollow"])
async def test_a_withdrawal_ends_it(database_url: str, tmp_path: Path, how: str) -> None:
    """Who refuses on their phone, says no when they are asked anew, or leaves, is told nothing by it."""
    async with office(database_url, tmp_path, **SUBSCRIBE) as here:
        play = await filed(here)
        await here.after(play.hana, play.hana.consents("S1", "S1"))
        here.watch.move(5)
        act = play.hana.unfollow() if how == "unfollow" else getattr(play.hana, how)("S1")
        await here.after(play.hana, act)
        assert await consents(here, play.hana) == {"S1": 0}
        await here.passes(hours=49)
        await owes(here, play.hana, "later")
        assert (told(play.hana), here.fake.journal.of("refused")) == ([], [])


async def test_a_platform_that_knows_of_no_consent_is_believed(database_url: str, tmp_path: Path) -> None:
    """The refusal ends what we believed, and the same news goes by template at once; a new consent counts again."""
    async with office(database_url, tmp_path, strict=False, **SUBSCRIBE, **TEMPLATE) as here:
        play = await filed(here)
        await here.after(play.hana, play.hana.consents("S1", "S1"))
        play.hana.consented.clear()
        await here.passes(hours=49)
        await owes(here, play.hana, "first")
        assert [one.code for one in here.fake.journal.of("refused")] == [43101]
        assert await consents(here, play.hana) == {"S1": 0}
        assert play.hana.last.by == "template"

        await here.after(play.hana, play.hana.consents("S1"))
        await owes(here, play.hana, "second")
        assert (play.hana.last.by, len(told(play.hana, "template"))) == ("subscribe", 1)


async def test_values_that_the_platform_does_not_take_cost_no_consent(database_url: str, tmp_path: Path) -> None:
    """It is told otherwise and not tried over and over; the consent stands for news that fits."""
    async with office(database_url, tmp_path, strict=False, **SUBSCRIBE) as here:
        play = await filed(here)
        await here.after(play.hana, play.hana.consents("S1"))
        here.fake.template("S1", "thing1", "phrase2", "thing3", "number4", once=True)
        await here.passes(hours=49)
        await owes(here, play.hana, "first")
        await here.passes(hours=3)
        assert [one.code for one in here.fake.journal.of("refused")] == [47003]
        assert await consents(here, play.hana) == {"S1": 1}

        here.fake.template("S1", "thing1", "phrase2", "thing3", once=True)
        await here.passes(hours=2)
        assert here.words("dead-why-window") in here.shown(GROUP)
        await owes(here, play.hana, "second")
        assert len(told(play.hana)) == 1


async def test_a_template_that_is_gone_is_no_consent_any_more(database_url: str, tmp_path: Path) -> None:
    """One refusal for each reader, and then the other ways alone."""
    async with office(database_url, tmp_path, strict=False, **SUBSCRIBE, **TEMPLATE) as here:
        play = await filed(here)
        await here.after(play.hana, play.hana.consents("S1"))
        del here.fake.here.templates["S1"]
        await here.passes(hours=49)
        for cause in ("first", "second"):
            await owes(here, play.hana, cause)
        assert [one.code for one in here.fake.journal.of("refused")] == [40037]
        assert len(told(play.hana, "template")) == 2


async def test_advertising_uses_no_consent(database_url: str, tmp_path: Path) -> None:
    """Nobody asked for that."""
    async with office(database_url, tmp_path, **SUBSCRIBE) as here:
        play = await filed(here)
        await here.after(play.hana, play.hana.consents("S1"))
        await here.passes(hours=49)
        await owes(here, play.hana, "spring", priority=Priority.CAMPAIGN)
        assert (told(play.hana), await consents(here, play.hana)) == ([], {"S1": 1})


async def test_what_was_not_shown_is_for_staff(database_url: str, tmp_path: Path) -> None:
    """The platform says afterwards that it failed: staff hear of it."""
    async with office(database_url, tmp_path, **SUBSCRIBE) as here:
        play = await filed(here)
        await here.after(play.hana, play.hana.consents("S1"))
        play.hana.unreachable = "system failed"
        await here.passes(hours=49)
        before = len(here.shown(GROUP))
        await owes(here, play.hana, "first", subject="R-1001")
        assert told(play.hana) == []
        await here.passes(seconds=30)  # the platform may say so before we know that we have sent it
        assert "notice-failed" in here.shown(GROUP)[before:]


async def test_an_answer_that_is_lost_uses_the_consent_up(database_url: str, tmp_path: Path) -> None:
    """It may have arrived: it is not told by a second consent unless there is one, and the platform refuses nothing."""
    async with office(database_url, tmp_path, strict=False, **SUBSCRIBE) as here:
        play = await filed(here)
        await here.after(play.hana, play.hana.consents("S1"))
        await here.passes(hours=49)
        here.fake.fail("lost", who=play.hana)
        await owes(here, play.hana, "first")
        await here.passes(minutes=30)
        assert (len(told(play.hana)), await consents(here, play.hana)) == (1, {"S1": 0})
        assert here.fake.journal.of("refused") == []


async def test_a_busy_platform_is_asked_again(database_url: str, tmp_path: Path) -> None:
    """What certainly did not arrive has used up nothing."""
    async with office(database_url, tmp_path, strict=False, **SUBSCRIBE) as here:
        play = await filed(here)
        await here.after(play.hana, play.hana.consents("S1"))
        await here.passes(hours=49)
        here.fake.fail("busy", who=play.hana)
        await owes(here, play.hana, "first")
        await here.passes(minutes=30)
        assert [one.facts["fault"] for one in here.fake.journal.of("fault")] == ["busy"]
        assert (len(told(play.hana)), await consents(here, play.hana)) == (1, {"S1": 0})


async def test_a_window_that_the_platform_has_shut_leaves_the_consent(database_url: str, tmp_path: Path) -> None:
    """We thought that a window was open: the same message goes by the consent at once."""
    async with office(database_url, tmp_path, strict=False, **SUBSCRIBE) as here:
        play = await filed(here)
        await here.after(play.hana, play.hana.consents("S1"))
        await here.says(play.hana, "在吗")
        play.hana.budget.shut()
        await owes(here, play.hana, "first")
        assert [one.code for one in here.fake.journal.of("refused")] == [45015]
        assert (len(told(play.hana)), await consents(here, play.hana)) == (1, {"S1": 0})


async def test_who_is_erased_has_agreed_to_nothing(database_url: str, tmp_path: Path) -> None:
    """Nothing of it is left."""
    async with office(database_url, tmp_path, **SUBSCRIBE) as here:
        play = await filed(here)
        await here.after(play.hana, play.hana.consents("S1"))
        hana = await here.store(lambda store: store.people.by_account("wechat", play.hana.openid))
        await erased(here.app, hana)
        assert await consents(here, play.hana) == {}
