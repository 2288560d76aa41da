"""What is owed on WeCom, before the strict fake: words, cards, changes of cards, files, groups, what is dropped."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.channels.wecom_rooms import MEMBER_RATES, Rooms
from bot.delivery import GONE
from domain.channel import Channel, Fetches, Numbered, Probes
from domain.chat import Attachment, Kind, Media, Style
from domain.errors import Permanent, SendFailed, Temporary, Throttled
from storage.database import Database
from tests.channels.wecom_rig import STAFF_CHAT, STAFF_GROUP, Rig, message, rig
from tests.wecom import AGENT_ID, NO_LIMITS
from tests.wecom.media import photo

HELLO = ((Kind.TEXT, "您好"),)
GROUP = STAFF_GROUP
MEMBER_MAX = MEMBER_RATES[0].count
HARD = "]]> <b>&amp;</b> \x00\x07 \U0001f468\u200d\U0001f469 \u202etxet\u202c <a href='x'>y</a> \\n"


@pytest.fixture
def engine() -> str:
    """What is sent does not depend on the engine."""
    return "sqlite"


def buttons(*labels: str) -> Any:
    """One row for each."""
    return tuple(((label, f"tok.{at}", Style.PLAIN),) for at, label in enumerate(labels))


async def send(here: Rig, chat: str = "user:sam", **more: Any) -> str:
    return await here.wecom.channel.send(message(chat, **{"lines": HELLO, **more}))


async def test_the_channel_is_what_it_promises(database: Database, tmp_path: Path) -> None:
    """It keeps the contracts of a channel, of one whose files are fetched, that can be asked, and that is numbered."""
    async with rig(database, tmp_path) as here:
        channel: Channel = here.wecom.channel
        assert isinstance(channel, Fetches)
        assert isinstance(channel, Probes)
        assert isinstance(channel, Numbered)
        await channel.probe()
        assert [(rate.scope, rate.count, rate.per_s) for rate in channel.rates] == [
            ("chat", 16, 60.0),
            ("chat", 400, 3600.0),
            ("group", 10, 60.0),
        ]


async def test_words_go_as_plain_text(database: Database, tmp_path: Path) -> None:
    """Whatever stands in a text is read as that, nothing in it becomes a link, and its end is not cut off."""
    async with rig(database, tmp_path, limits=NO_LIMITS) as here:
        sam = here.fake.member("sam")
        long = "水管漏水了。" * 1700
        await send(here, lines=((Kind.TITLE, "R-1"), (Kind.TEXT, HARD), (Kind.TEXT, long)))
        texts = [post.text for post in sam.heard]
        assert all(len(text.encode()) <= 2048 for text in texts)
        assert "".join(texts).replace("\n", "").endswith(long)
        said = "".join(texts)
        assert "]]> <b>&amp;</b>" in said
        assert "\U0001f468\u200d\U0001f469" in said
        assert "txet" in said
        assert "<a " not in said
        assert "\x00" not in said


async def test_what_fits_stands_on_one_card(database: Database, tmp_path: Path) -> None:
    """Title, state, facts and the rest each stand where the platform shows them whole."""
    async with rig(database, tmp_path) as here:
        sam = here.fake.member("sam")
        lines = (
            (Kind.TITLE, "R-1024 厨房"),
            (Kind.STATUS, "待认领"),
            (Kind.FACT, "联系人：王阿姨"),
            (Kind.FACT, "一个很长的名称：1"),
            (Kind.NEXT, "点「认领」"),
        )
        external = await send(here, lines=lines, buttons=buttons("认领", "更多"))
        [post] = sam.heard
        assert post.body["main_title"] == {"title": "R-1024 厨房", "desc": "● 待认领"}
        assert post.body["horizontal_content_list"] == [{"keyname": "联系人", "value": "王阿姨"}]
        assert post.body["sub_title_text"] == "一个很长的名称：1\n→ 点「认领」"
        assert post.keys == {"认领": "tok.0", "更多": "tok.1"}
        task, code = external.split("|")
        assert task.startswith("u@")
        assert code in here.fake.here.codes
        assert here.fake.journal.of("folded") == []


async def test_what_does_not_fit_stands_above_its_card(database: Database, tmp_path: Path) -> None:
    """A long text comes whole, and beneath it a short card with where it stands and the buttons."""
    async with rig(database, tmp_path) as here:
        sam = here.fake.member("sam")
        long = "一直在滴水，" * 60
        lines = ((Kind.TITLE, "R-1024"), (Kind.STATUS, "待认领"), (Kind.QUOTE, long))
        await send(here, lines=lines, buttons=buttons("认领"))
        text, card = sam.heard
        assert long.strip() in text.text
        assert (card.text, card.buttons) == ("R-1024\n● 待认领", ("认领",))
        assert here.fake.journal.of("folded") == []


async def test_long_labels_and_many_choices_have_numbers(database: Database, tmp_path: Path) -> None:
    """A label that is too long for a button stands in a line; so do all behind the sixth."""
    async with rig(database, tmp_path) as here:
        sam = here.fake.member("sam")
        await send(here, buttons=buttons("明天（周日） 14:00–16:00", "其他时间"))
        assert sam.heard[-1].buttons == ("1", "其他时间")
        assert "1 明天（周日） 14:00–16:00" in sam.heard[-1].text
        await send(here, id="m2", buttons=buttons(*[f"第{at}个" for at in range(1, 9)]))
        assert len(sam.heard[-1].buttons) == 6
        assert sam.heard[-1].text.endswith("回复数字选择：\n7 第7个\n8 第8个")
        await send(here, id="m3", buttons=buttons(*[f"第{at}个很长很长很长很长很长的选择" for at in range(1, 31)]))
        assert "30 第30个很长很长很长很长很长的选择" in sam.heard[-2].text
        assert here.fake.journal.of("folded") == []


async def test_a_card_is_changed_once_by_its_code(database: Database, tmp_path: Path) -> None:
    """The code of a send changes the card; then none is left, and the card has to be sent anew."""
    async with rig(database, tmp_path) as here:
        sam = here.fake.member("sam")
        external = await send(here, lines=((Kind.TITLE, "旧"),), buttons=buttons("认领"))
        new = message(lines=((Kind.TITLE, "新"),), buttons=buttons("派单"))

        after = await here.wecom.channel.edit(external, new)

        [post] = sam.heard
        assert (post.text, post.buttons, post.edits) == ("新", ("派单",), 1)
        assert after == f"{external.partition('|')[0]}|"
        for known in (after, external, "MSG1|", "|"):
            with pytest.raises(Permanent):
                await here.wecom.channel.edit(known, new)
        assert len(sam.heard) == 1


async def test_a_code_is_good_for_three_days(database: Database, tmp_path: Path) -> None:
    """After 72 hours the card cannot be changed any more."""
    async with rig(database, tmp_path) as here:
        here.fake.member("sam")
        external = await send(here, buttons=buttons("认领"))
        here.watch.move(72 * 3600)
        with pytest.raises(Permanent):
            await here.wecom.channel.edit(external, message(lines=HELLO, buttons=buttons("派单")))


async def test_a_card_without_buttons_can_be_pressed_no_more(database: Database, tmp_path: Path) -> None:
    """What is over has a grey word where the buttons were."""
    async with rig(database, tmp_path) as here:
        sam = here.fake.member("sam")
        external = await send(here, buttons=buttons("认领"))
        await here.wecom.channel.edit(external, message(lines=((Kind.TITLE, "R-1"), (Kind.STATUS, "已完成"))))
        [post] = sam.heard
        assert (post.text, post.buttons) == ("R-1\n● 已完成", ())


async def test_a_changed_card_is_shortened_where_it_matters_least(database: Database, tmp_path: Path) -> None:
    """Steps that lie behind us go first, then the end of a quotation; what cannot be left out is sent anew."""
    async with rig(database, tmp_path) as here:
        sam = here.fake.member("sam")
        steps = tuple((Kind.STEP, f"第{at}步" + "完" * 30) for at in range(6))
        lines = ((Kind.TITLE, "R-1"), (Kind.QUOTE, "漏" * 300), *steps, (Kind.NEXT, "派单"))
        external = await send(here, lines=((Kind.TITLE, "R-1"),), buttons=buttons("认领"))
        await here.wecom.channel.edit(external, message(lines=lines, buttons=buttons("派单")))
        [post] = sam.heard
        assert post.text.endswith("→ 派单")
        assert "漏…」" in post.text
        external = await send(here, id="m2", buttons=buttons("认领"))
        with pytest.raises(Permanent):
            await here.wecom.channel.edit(external, message(lines=((Kind.TEXT, "重要" * 200),)))
        assert here.fake.journal.of("folded") == []


async def test_files_go_as_what_they_are(database: Database, tmp_path: Path) -> None:
    """A picture is shown, a film and a voice are played if the platform can, all else is a plain file."""
    async with rig(database, tmp_path) as here:
        sam = here.fake.member("sam")
        datas = {
            Media.PHOTO: photo(),
            Media.VIDEO: b"\0\0\0\x18ftypisom" + b"v" * 40,
            Media.VOICE: b"#!AMR\n" + b"a" * 40,
            Media.DOCUMENT: b"%PDF-1.7" + b"p" * 40,
        }
        files = [Attachment(here.files.keep(data), media) for media, data in datas.items()]
        files.append(Attachment(here.files.keep(b"OggS" + b"o" * 40), Media.VOICE, "语音"))
        await send(here, files=tuple(files))
        kinds = [(post.kind, here.fake.here.files[post.media].name) for post in sam.heard if post.media]
        assert [kind for kind, _ in kinds] == ["image", "video", "voice", "file", "file"]
        assert kinds[3][1] == "document.pdf"
        assert kinds[4][1] == "语音.ogg"
        assert sam.heard[-1].text == "您好"
        with pytest.raises(Permanent, match="file-gone"):
            await send(here, files=(Attachment("0" * 64),))


async def test_a_voice_that_is_too_long(database: Database, tmp_path: Path) -> None:
    """What is too big for its kind goes as a plain file; what is too big for the platform does not go."""
    async with rig(database, tmp_path) as here:
        sam = here.fake.member("sam")
        voice = here.files.keep(b"#!AMR\n" + b"a" * 2 * 1024 * 1024)
        await send(here, files=(Attachment(voice, Media.VOICE),))
        assert sam.heard[0].kind == "file"
        huge = here.files.keep(b"#!AMR\n" + b"a" * 20 * 1024 * 1024)
        with pytest.raises(Permanent, match="too-big"):
            await send(here, id="m2", files=(Attachment(huge, Media.VOICE),))


async def test_what_was_sent_is_not_sent_again(database: Database, tmp_path: Path) -> None:
    """Of a message that becomes several the rest goes on where it stopped."""
    async with rig(database, tmp_path) as here:
        sam = here.fake.member("sam")
        long = message(lines=((Kind.TEXT, "一。" * 600),), buttons=buttons("好"))
        here.fake.fail("errcode", "message/send", after=1)
        with pytest.raises(Temporary):
            await here.wecom.channel.send(long)
        count = len(sam.heard)
        await here.wecom.channel.send(long)
        assert count == 1
        assert len({post.text for post in sam.heard}) == len(sam.heard) > 2


async def held_s(here: Rig, sends: Callable[[int], Awaitable[str]], pause_s: float = 0.0) -> float:
    """Send one after the other until there is no room; for how long."""
    for at in range(1000):
        try:
            await sends(at)
        except Throttled as held:
            return held.retry_after_s
        here.watch.move(pause_s)
    raise AssertionError("nothing held it up")


async def test_nothing_is_dropped_in_silence(database: Database, tmp_path: Path) -> None:
    """Before the platform drops what is too much for a member, they have to wait; then all of it is there."""
    async with rig(database, tmp_path) as here:
        sam = here.fake.member("sam")
        for at in range(MEMBER_MAX):
            await send(here, id=f"m{at}")
        with pytest.raises(Throttled) as wait:
            await send(here, id="more")
        assert 0 < wait.value.retry_after_s <= 60
        assert not wait.value.everyone
        here.watch.move(wait.value.retry_after_s)
        await send(here, id="more")
        assert len(sam.heard) == MEMBER_MAX + 1
        assert here.fake.journal.of("dropped") == []


async def test_nothing_to_the_group_is_dropped_in_silence(database: Database, tmp_path: Path) -> None:
    """What is told one by one, because there is nobody to make a group with, counts with what each is sent alone."""
    async with rig(database, tmp_path) as here:
        await here.joins("sam")
        sam = here.fake.members["sam"]
        card = {"lines": ((Kind.TITLE, "R-1"), (Kind.TEXT, "水管漏水了。" * 60)), "buttons": buttons("好")}
        wait_s = await held_s(
            here, lambda at: send(here, *([] if at % 2 else [GROUP]), id=f"m{at}", **({} if at % 3 else card))
        )
        assert len(sam.heard) == MEMBER_MAX
        here.watch.move(wait_s)
        await send(here, GROUP, id="more")
        assert here.fake.journal.of("dropped") == []


async def test_an_hour_is_counted(database: Database, tmp_path: Path) -> None:
    """Within each minute's limit there is the hour's."""
    async with rig(database, tmp_path) as here:
        sam, began = here.fake.member("sam"), here.watch()
        wait_s = await held_s(here, lambda at: send(here, id=f"m{at}"), pause_s=3)
        assert len(sam.heard) == MEMBER_RATES[1].count
        assert (here.watch() - began).total_seconds() + wait_s == pytest.approx(3600)
        assert here.fake.journal.of("dropped") == []


async def test_all_workers_count_together(database: Database, tmp_path: Path) -> None:
    """Two processes send a member no more than one of them may, also at the same moment."""
    async with rig(database, tmp_path) as here:
        sam = here.fake.member("sam")
        api = here.wecom.rooms._api
        two = [Rooms(api, AGENT_ID, database, here.catalogue.words, "zh-CN", here.watch) for _ in range(2)]
        body = {"msgtype": "text", "text": {"content": "您好"}}
        told = [two[at % 2].tell(["SAM" if at % 3 else "sam"], body) for at in range(MEMBER_MAX * 2)]
        outcomes = await asyncio.gather(*told, return_exceptions=True)
        assert [type(one) for one in outcomes if isinstance(one, Exception)] == [Throttled] * MEMBER_MAX
        assert len(sam.heard) == MEMBER_MAX
        assert here.fake.journal.of("dropped") == []


@pytest.mark.parametrize("way", ["unknown", "out"])
async def test_who_cannot_be_reached(database: Database, tmp_path: Path, way: str) -> None:
    """Somebody who has left, or whom the app may not see, is gone until they write again."""
    async with rig(database, tmp_path) as here:
        if way == "out":
            here.fake.member("sam").in_scope = False
        for more in ({}, {"buttons": buttons("a")}):
            with pytest.raises(Permanent) as failure:
                await send(here, **more)
            assert failure.value.code in GONE


class Unlicensed:
    """A platform that takes a message and says that nobody gets it."""

    async def call(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        return {"errcode": 0, "unlicenseduser": "SAM", "msgid": "MSG1"}


async def test_what_was_taken_for_nobody(database: Database, tmp_path: Path) -> None:
    """A message that the platform takes and shows to nobody was not sent, in whatever case it writes their names."""
    async with rig(database, tmp_path) as here:
        rooms = Rooms(Unlicensed(), 1, database, here.catalogue.words, "zh-CN", here.watch)  # type: ignore[arg-type]  # as above
        with pytest.raises(Permanent) as failure:
            await rooms.tell(["sam"], {"msgtype": "text", "text": {"content": "您好"}})
        assert failure.value.code in GONE
        assert await rooms.tell(["sam", "sue"], {"msgtype": "text", "text": {"content": "您好"}})


async def test_a_place_that_is_nobodys(database: Database, tmp_path: Path) -> None:
    """A chat which is neither a member's nor a group's is gone."""
    async with rig(database, tmp_path) as here:
        with pytest.raises(Permanent):
            await send(here, chat="nobody")
        with pytest.raises(Permanent, match="empty"):
            await send(here, lines=())


# ---- the group of staff


async def test_the_group_is_made_when_it_is_needed(database: Database, tmp_path: Path) -> None:
    """The first word makes the group of all staff who are on WeCom, no installer in it, with the company's name."""
    async with rig(database, tmp_path) as here:
        await here.joins("sam", "sue", "zhang")
        await send(here, GROUP)
        room = here.fake.groups[STAFF_CHAT]
        assert (sorted(room.members), room.name) == (["sam", "sue"], "匠到家装服务客服群")
        assert [post.text for post in room.posts] == ["您好"]
        assert [post.text for post in here.fake.members["zhang"].heard] == []


async def test_the_group_is_healed(database: Database, tmp_path: Path) -> None:
    """A group that is gone is made anew, and what was to be said is said there once."""
    async with rig(database, tmp_path) as here:
        await here.joins("sam", "sue")
        await send(here, GROUP)
        del here.fake.groups[STAFF_CHAT]
        await send(here, GROUP, id="m2")
        assert [post.text for post in here.fake.groups[STAFF_CHAT].posts] == ["您好"]


async def test_who_comes_and_goes(database: Database, tmp_path: Path) -> None:
    """A colleague who joins is in the group with the next word; one who is removed is out before it."""
    async with rig(database, tmp_path) as here:
        await here.joins("sam", "sue", "max")
        await send(here, GROUP)
        await here.joins("ada")
        await here.store(lambda store: store.connection.run("UPDATE people SET active = FALSE WHERE id = 'sam'"))
        await send(here, GROUP, id="m2")
        assert sorted(here.fake.groups[STAFF_CHAT].members) == ["ada", "max", "sue"]
        assert len(here.in_group("sam")) == 1


async def test_the_group_is_kept_in_step_without_a_word(database: Database, tmp_path: Path) -> None:
    """Now and then somebody looks: who left the group by themselves is back, who left the company is no trouble."""
    async with rig(database, tmp_path) as here:
        await here.joins("sam", "sue", "max")
        await here.bound()
        assert await here.wecom.refresh() == 2  # the menu and the group
        assert await here.wecom.refresh() == 0
        await here.fake.members["sue"].leaves(STAFF_CHAT)
        await here.wecom.refresh()
        assert sorted(here.fake.groups[STAFF_CHAT].members) == ["max", "sam", "sue"]
        await here.fake.members["sue"].leaves()
        await here.joins("ada")
        await here.wecom.refresh()
        await send(here, GROUP)
        assert sorted(here.fake.groups[STAFF_CHAT].members) == ["ada", "max", "sam"]


async def test_a_member_whom_the_platform_does_not_know(database: Database, tmp_path: Path) -> None:
    """A group is made of the others, and a card reaches them."""
    async with rig(database, tmp_path) as here:
        await here.joins("sam", "sue", "max")
        here.fake.members["max"].in_scope = False
        await send(here, GROUP)
        assert sorted(here.fake.groups[STAFF_CHAT].members) == ["sam", "sue"]
        await send(here, GROUP, id="m2", buttons=buttons("认领"))
        assert here.heard("sue").buttons == ("认领",)


@pytest.mark.parametrize("staff", [("sam",), ("sam", "sue")])
async def test_no_group_can_be_made(database: Database, tmp_path: Path, staff: tuple[str, ...]) -> None:
    """Of one member there is no group, and an app that is not for the whole company may make none: all of them
    hear in private."""
    async with rig(database, tmp_path) as here:
        await here.joins(*staff)
        here.fake.fail("errcode", "appchat/create", code=60011, times=None)
        await send(here, GROUP)
        assert [here.said(who) for who in staff] == [["您好"]] * len(staff)
        assert here.fake.groups == {}


async def test_a_group_of_nobody(database: Database, tmp_path: Path) -> None:
    """Where nobody of staff is on WeCom what was owed is a dead letter, not lost in silence."""
    async with rig(database, tmp_path) as here:
        for more in ({}, {"buttons": buttons("认领")}):
            with pytest.raises(Permanent, match="no-members"):
                await send(here, GROUP, **more)


async def test_a_card_of_the_group_goes_to_each_member(database: Database, tmp_path: Path) -> None:
    """One call for all; one change of it is seen by all."""
    async with rig(database, tmp_path) as here:
        await here.joins("sam", "sue")
        external = await send(here, GROUP, buttons=buttons("认领"))
        assert external.startswith(f"g@{STAFF_CHAT}@")
        await here.wecom.channel.edit(external, message(GROUP, lines=((Kind.TITLE, "新"),), buttons=buttons("派单")))
        assert [here.heard(who).text for who in ("sam", "sue")] == ["新", "新"]
        assert len(here.fake.journal.of("sent")) == 1


# ---- faults


@pytest.mark.parametrize("fault", ["500", "502", "html", "half", "reset", "lost", "errcode", "busy-done"])
async def test_faults_that_pass(database: Database, tmp_path: Path, fault: str) -> None:
    """Whatever the network and the platform do, it is one of our errors, and it works again afterwards."""
    async with rig(database, tmp_path) as here:
        sam = here.fake.member("sam")
        here.fake.fail(fault, "message/send")
        with pytest.raises(SendFailed):
            await send(here)
        await send(here)
        assert sam.heard


async def test_the_menu(database: Database, tmp_path: Path) -> None:
    """The app has a menu in the company's language; a press is what people could type."""
    async with rig(database, tmp_path) as here:
        await here.joins("sam", "sue")
        await here.wecom.menus.refresh()
        assert [one["name"] for one in here.fake.here.menu] == ["看待办", "今日任务", "更多"]
        await here.fake.members["sam"].clicks("/queue")
        await here.settle()
        assert here.said("sam")
