"""Template messages: which messages can be told so, what stands in their fields, what the platform makes of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels.tencent_xml import fields
from bot.channels.wechat_notice import Template
from bot.channels.wechat_open import Opened
from bot.channels.wechat_parse import parse, raw_message
from domain.chat import Event, Kind, Message
from domain.errors import Permanent
from storage.database import Database
from tests.channels.wechat_stage import Shelf, message, opened
from tests.fakes import Watch
from tests.wechat import FakeWechat, Follower

FIELDS = ("thing1=title", "phrase2=status", "thing3=next", "time4=time")


@pytest.fixture
def engine() -> str:
    """Nothing here is kept in a database but the access token."""
    return "sqlite"


@pytest.fixture
async def fake() -> AsyncIterator[FakeWechat]:
    """The platform, where the account has a template."""
    async with FakeWechat(clock=Watch()) as fake:
        fake.template("T1", "thing1", "phrase2", "thing3", "time4")
        yield fake


@pytest.fixture
async def wechat(fake: FakeWechat, database: Database, tmp_path: Path) -> AsyncIterator[Opened]:
    """The channel, with the template set up."""
    async with opened(fake, database, Shelf(tmp_path), template=Template("T1", FIELDS, "Asia/Shanghai")) as found:
        yield found


@pytest.fixture
def hana(fake: FakeWechat) -> Follower:
    """She has not written for long."""
    return fake.follower("hana")


def card(who: Follower) -> Message:
    """A request's card."""
    lines = (
        (Kind.TITLE, "R-1024 厨房 · 水龙头滴水,而且水管也漏"),
        (Kind.STATUS, "已预约 明天 14:00"),
        (Kind.FACT, "王师傅"),
        (Kind.NEXT, "师傅\n上门"),
    )
    return message(who, *lines, card="request:R-1024", at=datetime(2026, 11, 23, 6, 5, tzinfo=UTC))


async def test_a_card_is_told_outside_of_every_window(wechat: Opened, hana: Follower) -> None:
    """Title, state, next step and time stand in the fields, each as the platform takes it."""
    assert wechat.channel.noticeable(card(hana))

    external = await wechat.channel.notify(card(hana))

    assert hana.last.by == "template"
    assert hana.last.text.split("\n")[1:] == [
        "R-1024 厨房 · 水龙头滴水,而…",
        "已预约",
        "师傅 上门",
        "2026年11月23日 14:05",
    ]
    assert external.startswith("notice:")


async def test_the_same_notice_is_told_once(wechat: Opened, hana: Follower) -> None:
    """A try that is not known to have arrived is made again without a second message."""
    first = await wechat.channel.notify(card(hana))
    assert await wechat.channel.notify(card(hana)) == first
    await wechat.channel.notify(replace(card(hana), id="another:0"))

    assert len(hana.reads) == 2


def test_only_what_is_about_a_request_is_a_notice(wechat: Opened, hana: Follower) -> None:
    """Talk is none, nor what leaves a field of the template without a value."""
    assert not wechat.channel.noticeable(message(hana, "师傅明天来", (Kind.NEXT, "您的电话?")))
    english = (Kind.STATUS, "Scheduled")
    assert not wechat.channel.noticeable(message(hana, (Kind.TITLE, "R-1"), english, (Kind.NEXT, "-"), at=Watch()()))
    assert not wechat.channel.noticeable(replace(card(hana), at=None))


async def test_plain_words_are_no_notice(fake: FakeWechat, database: Database, tmp_path: Path, hana: Follower) -> None:
    """Even where every field would have a value, what names no request is not told by template."""
    async with opened(fake, database, Shelf(tmp_path), template=Template("T1", ("thing3=next",))) as found:
        assert not found.channel.noticeable(message(hana, "好消息"))
        assert found.channel.noticeable(message(hana, (Kind.STATUS, "师傅已出发")))


async def test_without_a_template_there_are_no_notices(
    fake: FakeWechat, database: Database, tmp_path: Path, hana: Follower
) -> None:
    """Nothing can be told so, and trying is refused without a call."""
    async with opened(fake, database, Shelf(tmp_path)) as bare:
        assert not bare.channel.noticeable(card(hana))
        with pytest.raises(Permanent):
            await bare.channel.notify(card(hana))
    assert hana.reads == []


async def test_a_template_that_is_gone_is_permanent(wechat: Opened, fake: FakeWechat, hana: Follower) -> None:
    """What the platform refuses for good goes another way."""
    fake.here.templates.clear()
    with pytest.raises(Permanent, match="notice-refused"):
        await wechat.channel.notify(card(hana))


async def test_who_left_gets_none(wechat: Opened, fake: FakeWechat, hana: Follower) -> None:
    """A template reaches followers alone."""
    await hana.unfollow()
    with pytest.raises(Permanent, match="blocked"):
        await wechat.channel.notify(card(hana))


async def test_a_notice_that_was_not_shown_is_heard_of(wechat: Opened, fake: FakeWechat, hana: Follower) -> None:
    """The platform tells later what became of it, and that names the message which we had sent."""
    hana.unreachable = "user block"
    external = await wechat.channel.notify(card(hana))

    told = parse(raw_message(fake.acts[-1].xml, fields(fake.acts[-1].xml)))

    assert told.event is Event.UNDELIVERED
    assert told.args == {"external": external, "why": "blocked"}
