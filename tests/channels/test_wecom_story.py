"""Staff and an installer on WeCom, a homeowner by its customer service: over HTTP both ways, before the strict fake."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from storage.database import Database
from tests.channels.wecom_rig import STAFF_CHAT, Rig, rig
from tests.wecom.chats import Post
from tests.wecom.media import photo

TO_FILE = ("没有照片", "世纪大道100号3号楼 1202室", "用 138 0013 8000", "确认提交")


async def file(here: Rig, hana: Any) -> None:
    """A homeowner reports what drips, and confirms."""
    await hana.says("厨房水龙头一直滴水，明天下午有空")
    await here.settle()
    for label in TO_FILE:
        await hana.choose(label)
        await here.settle()


async def press(here: Rig, who: str, label: str) -> None:
    await here.fake.members[who].press(label)
    await here.settle()


def card(here: Rig, who: str, about: str = "R-1001") -> Post:
    """The newest card of a member about something."""
    return [post for post in here.fake.members[who].heard if post.card and about in post.text][-1]


async def test_a_request_from_end_to_end(database: Database, tmp_path: Path) -> None:
    """A homeowner reports by customer service; staff claim and offer on their card, an installer does the work."""
    async with rig(database, tmp_path) as here:
        await here.joins("sam", "sue", "zhang")
        hana = await here.customer()
        await here.bound()
        await file(here, hana)
        assert "R-1001" in hana.heard[-1].text
        first = card(here, "sam")
        assert first.buttons == ("认领", "更正", "已电话联系", "更多")
        assert "138****8000" in first.text
        assert "13800138000" not in first.text.replace(" ", "")

        await press(here, "sam", "认领")

        assert [card(here, who).text.count("客服小林已接手") for who in ("sam", "sue")] == [1, 1]
        assert [card(here, who).edits for who in ("sam", "sue")] == [1, 1]
        assert "小林" in hana.heard[-1].text

        await press(here, "sue", "派单")
        await press(here, "sue", "张师傅 JD-001")
        assert not any("派给哪位师傅" in text for text in here.said("sam"))
        assert "138" not in here.heard("zhang").text

        await press(here, "zhang", "接单")

        assert "13800138000" in card(here, "zhang").text.replace(" ", "")
        assert "张师傅" in hana.heard[-1].text
        request = await here.store(lambda store: store.connection.one("SELECT state FROM requests"))
        assert request["state"] in ("ACCEPTED", "SCHEDULED")
        assert here.fake.journal.of("folded") == []
        assert here.fake.journal.of("dropped") == []


async def test_only_one_of_two_claims(database: Database, tmp_path: Path) -> None:
    """Two of staff press at the same moment: one has it, the other hears so in private, and all see one card."""
    async with rig(database, tmp_path) as here:
        await here.joins("sam", "sue")
        hana = await here.customer()
        await here.bound()
        await file(here, hana)

        await here.fake.members["sam"].press("认领")
        await here.fake.members["sue"].press("认领")
        await here.settle()

        events = await here.store(
            lambda store: store.connection.all("SELECT actor_id FROM request_events WHERE action = 'claim'")
        )
        [claimed] = {event["actor_id"] for event in events}
        other = "sue" if claimed == "sam" else "sam"
        assert any("待派单" in text and "做不了" in text for text in here.said(other))
        assert card(here, "sam").buttons == card(here, "sue").buttons == ("派单", "更正", "已电话联系", "更多")


async def test_a_button_of_the_group_is_for_staff_alone(database: Database, tmp_path: Path) -> None:
    """Whoever is no longer staff has the card still, and can press what they like."""
    async with rig(database, tmp_path) as here:
        await here.joins("sam", "sue")
        hana = await here.customer()
        await here.bound()
        await file(here, hana)
        await here.store(lambda store: store.connection.run("UPDATE people SET active = FALSE WHERE id = 'sue'"))

        await press(here, "sue", "认领")

        request = await here.store(lambda store: store.connection.one("SELECT state FROM requests"))
        assert request["state"] == "NEW"
        assert card(here, "sam").edits == 0


async def test_staff_answer_from_their_private_chat(database: Database, tmp_path: Path) -> None:
    """«/r R-1001 …» in private reaches the homeowner; its writer hears that it did, and how many more may go."""
    async with rig(database, tmp_path) as here:
        await here.joins("sam", "sue")
        hana = await here.customer()
        await here.bound()
        await file(here, hana)

        await here.fake.members["sam"].says("/r R-1001 师傅今天就来")
        await here.settle()

        assert "师傅今天就来" in hana.heard[-1].text
        assert any("剩" in text for text in here.said("sam")[-2:])


async def test_an_invitation_is_typed(database: Database, tmp_path: Path) -> None:
    """Somebody whom nobody knows hears that there are invitations, types the code of one, and is in the group."""
    async with rig(database, tmp_path) as here:
        await here.joins("max", "sam")
        await here.bound()
        new = here.fake.member("neu", "小新")
        await new.subscribes()
        await here.settle()
        assert "邀请口令" in here.said("neu")[0]
        await here.fake.members["max"].says("/invite")
        await here.settle()
        await press(here, "max", "客服")
        await here.fake.members["max"].says("小新")
        await here.settle()
        await here.fake.members["max"].says("13900139000")
        await here.settle()
        code = here.said("max")[-1].rpartition("：")[2]

        await new.says(code)
        await here.settle()
        await here.wecom.rooms.refresh()

        assert "欢迎加入" in here.said("neu")[-1]
        assert "客服" in here.said("neu")[-1]
        assert sorted(here.fake.groups[STAFF_CHAT].members) == ["max", "neu", "sam"]


async def test_pictures_go_both_ways(database: Database, tmp_path: Path) -> None:
    """A homeowner's photo reaches staff, and it is the same one, kept by us."""
    async with rig(database, tmp_path) as here:
        await here.joins("sam", "sue")
        hana = await here.customer()
        await here.bound()
        await hana.says("厨房水龙头一直滴水，明天下午有空")
        await here.settle()
        await hana.photo(photo())
        await here.settle()
        for label in ("发好了", *TO_FILE[1:]):
            await hana.choose(label)
            await here.settle()

        assert "R-1001" in hana.heard[-1].text
        assert [post.kind for post in here.fake.members["sam"].sees(STAFF_CHAT)].count("image") == 1
