"""What the platform takes only for a while: windows, tokens; and what the application does when it takes nothing."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.wechat.office import GROUP, Office, office
from tests.wechat.test_story import Play

TEMPLATE: dict[str, Any] = {
    "wechat_notice_template": "T1",
    "wechat_notice_fields": "thing1=title,phrase2=status,thing3=next",
}


async def filed(here: Office) -> Play:
    """A request is there, and its homeowner has read all about it."""
    play = Play(here)
    await play.opens()
    await here.after(play.hana, play.hana.follow())
    await play.files()
    return play


async def test_no_more_is_sent_than_the_platform_takes(database_url: str, tmp_path: Path) -> None:
    """Staff write oftener than the window allows: nothing is refused, and what waits is read after the next message."""
    async with office(database_url, tmp_path) as here:
        play = await filed(here)
        hana = play.hana
        words = [f"第 {index} 句" for index in range(12)]
        for one in words:
            await here.told("sam", f"/r R-1001 {one}", GROUP)
        assert hana.left() == {"message": 0, "touch": 0}
        assert here.fake.journal.of("refused") == []
        assert not all(one in hana.text for one in words)
        await here.says(hana, "在吗")
        assert all(one in hana.text for one in words)
        assert here.fake.journal.of("refused") == []


async def test_news_outside_of_a_window_goes_by_template(database_url: str, tmp_path: Path) -> None:
    """After two silent days a change is told by the company's template message, in the shape the platform wants."""
    async with office(database_url, tmp_path, **TEMPLATE) as here:
        here.fake.template("T1", "thing1", "phrase2", "thing3")
        play = await filed(here)
        await here.passes(hours=49)
        await play.acts("sam", "claim")
        assert play.hana.last.by == "template"
        assert "已确认" in play.hana.last.text
        assert here.fake.journal.of("refused") == []


async def test_what_cannot_be_told_becomes_a_task_for_staff(database_url: str, tmp_path: Path) -> None:
    """Without a template a person's reply waits as long as policy says, then staff are told in their group."""
    async with office(database_url, tmp_path) as here:
        play = await filed(here)
        await here.passes(hours=49)
        before = len(here.shown(GROUP))
        await here.told("sam", "/r R-1001 明天可以吗", GROUP)
        await here.passes(hours=2)
        assert "明天可以吗" not in play.hana.text
        assert here.words("dead-why-window") in here.shown(GROUP)[before:]
        assert here.fake.journal.of("refused") == []


async def test_a_platform_that_counts_otherwise_is_believed(database_url: str, tmp_path: Path) -> None:
    """If it takes fewer than we think, the refusal ends the window here too, and what is owed is not lost."""
    async with office(database_url, tmp_path, strict=False) as here:
        play = await filed(here)
        play.hana.budget.shut()
        await here.told("sam", "/r R-1001 师傅在路上", GROUP)
        assert [one.code for one in here.fake.journal.of("refused")] == [45015]
        assert await here.budget(play.hana) == {"message": 0, "touch": 0}
        await here.says(play.hana, "在吗")
        assert "师傅在路上" in play.hana.text


@pytest.mark.parametrize("minutes", [40, 240], ids=["short", "beyond-the-forced-ones-of-a-day"])
async def test_tokens_that_are_always_invalid_are_no_storm(database_url: str, tmp_path: Path, minutes: int) -> None:
    """At most one refresh a minute while every token is refused, however long; what a person said meanwhile is for
    staff to tell within what policy says, and what they say afterwards arrives by itself in minutes."""
    async with office(database_url, tmp_path, strict=False) as here:
        play = await filed(here)
        here.fake.tokens_invalid()
        begun = here.watch()
        await here.told("sam", "/r R-1001 师傅在路上", GROUP)
        await here.passes(minutes=minutes)
        fresh = [one.at for one in here.fake.journal.of("token", fresh=True) if one.at > begun]
        asked = [one.at for one in here.fake.journal.entries if one.kind == "token" and one.at > begun]
        assert all((late - early).total_seconds() >= 60 for early, late in pairwise(fresh))
        assert fresh
        assert len(asked) <= 2 * (minutes + 1)  # each time it first asks whether it is still the same one
        assert sum("R-1001 有一条消息没有送达" in line for line in here.shown(GROUP).splitlines()) == 1
        here.fake.tokens_invalid(False)
        await here.told("sam", "/r R-1001 师傅到了", GROUP)
        await here.passes(minutes=15)
        assert "师傅到了" in play.hana.text
        assert "师傅在路上" not in play.hana.text


async def test_a_token_outage_shorter_than_policy_is_nobodys_task(database_url: str, tmp_path: Path) -> None:
    """What waited for less than it may arrives by itself."""
    async with office(database_url, tmp_path, strict=False) as here:
        play = await filed(here)
        here.fake.tokens_invalid()
        await here.told("sam", "/r R-1001 师傅在路上", GROUP)
        await here.passes(minutes=8)
        here.fake.tokens_invalid(False)
        await here.passes(minutes=15)
        assert "师傅在路上" in play.hana.text
        assert "没有送达" not in here.shown(GROUP)


async def test_a_quota_that_is_used_up_hides_nothing(database_url: str, tmp_path: Path) -> None:
    """The window is open, and the platform takes nothing from anybody for hours: staff read within what policy says
    that their words were not told; the next day's quota is used again, and nobody is told twice."""
    async with office(database_url, tmp_path, strict=False) as here:
        play = await filed(here)
        here.fake.quota_out()
        await here.told("sam", "/r R-1001 明天可以吗", GROUP)
        await here.passes(minutes=14)
        assert "没有送达" not in here.shown(GROUP)
        await here.passes(minutes=2)
        assert here.words("dead-why-paused") in here.shown(GROUP)
        await here.passes(hours=4)
        here.fake.quota_out(False)
        await here.passes(hours=2)
        await here.told("sam", "/r R-1001 后天呢", GROUP)
        await here.passes(minutes=5)
        assert "后天呢" in play.hana.text
        assert "明天可以吗" not in play.hana.text
        assert {one.code for one in here.fake.journal.of("refused")} == {45009}


async def test_a_busy_platform_gets_it_later_and_once(database_url: str, tmp_path: Path) -> None:
    """Faults before it is done cost nothing; one after it is done costs one copy at most."""
    async with office(database_url, tmp_path, strict=False) as here:
        play = await filed(here)
        for name in ("busy", "502", "html", "500", "reset", "half-refused"):
            here.fake.fail(name, who=play.hana)
            await here.told("sam", f"/r R-1001 {name}!", GROUP)
            await here.passes(minutes=30)
            assert sum(f"{name}!" in post.text for post in play.hana.reads) == 1, name
            await here.says(play.hana, "好")
        for name in ("lost", "half"):
            here.fake.fail(name, who=play.hana)
            await here.told("sam", f"/r R-1001 {name}!", GROUP)
            await here.passes(minutes=30)
            assert 1 <= sum(f"{name}!" in post.text for post in play.hana.reads) <= 2, name
            await here.says(play.hana, "好")


async def test_who_does_not_follow_is_left_alone(database_url: str, tmp_path: Path) -> None:
    """Staff hear that nothing reaches them; nothing is tried over and over."""
    async with office(database_url, tmp_path, strict=False) as here:
        play = await filed(here)
        await here.after(play.hana, play.hana.unfollow())
        await here.told("sam", "/r R-1001 您好", GROUP)
        await here.passes(hours=1)
        assert len(here.fake.journal.of("refused")) <= 1
        assert here.words("dead-why-gone") in here.shown(GROUP)
