"""A company's first day over HTTP, in a process of its own: invitations, the staff room, cards, receipts, photos."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import LINK, Bot, Visitor, a_picture, joins, labels, serving, text_of

STAFF = "staff"


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    """`python -m bot run` on an empty folder."""
    with serving(tmp_path, messages_per_min_max=0) as bot:
        yield bot


def admin_of(bot: Bot) -> Visitor:
    """Whoever opens the printed link."""
    admin = bot.visitor()
    joins(admin, bot.invitation)
    admin.waits("管理员")
    return admin


def bound(admin: Visitor) -> None:
    """The admin makes the room the staff group."""
    admin.says("/bindcode")
    code = re.findall(r"/bind (\w+)", text_of(admin.waits("/bind ")))[0]
    assert admin.open(room=STAFF).status_code == 200
    admin.says(f"/bind {code}", room=STAFF)
    admin.waits("客服群", room=STAFF)


def installer_of(admin: Visitor, bot: Bot) -> Visitor:
    """An installer whom the admin invites with number, all skills and districts, and who comes."""
    admin.says("/invite")
    admin.waits("邀请谁")
    admin.taps("师傅")
    admin.waits("叫什么名字")
    admin.says("王师傅")
    admin.waits("工号是多少")
    admin.says("W08")
    admin.waits("手机号是多少")
    admin.says("13900000008")
    offered = labels(admin.waits("会做哪些"))
    for skill in [one for one in offered if one not in ("选好了", "上一步", "不填了", "跳过")]:
        admin.taps(skill)
        admin.waits("会做哪些")
    admin.taps("选好了")
    admin.waits("跑哪些区")
    admin.taps("选好了")
    admin.waits("发一张师傅的照片")
    admin.taps("没有照片")
    if "确认提交" in labels(admin.waits("")):
        admin.taps("确认提交")
    found = LINK.search(text_of(admin.waits("/chat?start=")))
    assert found
    installer = bot.visitor()
    joins(installer, found[2])
    installer.waits("王师傅")
    return installer


def files_a_request(homeowner: Visitor, picture: bytes) -> str:
    """A newcomer writes, sends a photo, and answers all; the photo's hash."""
    homeowner.says("厨房水龙头一直滴水")
    homeowner.waits("发几张照片")
    photo = homeowner.uploads(picture)
    homeowner.says(files=[photo])
    homeowner.waits("收到 1 个")
    homeowner.taps("发好了")
    homeowner.waits("同意的话")
    homeowner.taps("同意")
    homeowner.waits("师傅上门的地址")
    homeowner.says("浦东新区世纪大道100弄3号楼1202室")
    homeowner.waits("哪个电话")
    homeowner.says("13812345678")
    asked = homeowner.waits("什么时候方便")
    homeowner.says(press=asked["buttons"][0][0][1])
    homeowner.waits("请核对")
    homeowner.taps("确认提交")
    homeowner.waits("R-1001")
    return str(photo["hash"])


def test_a_company_starts_over_the_web(bot: Bot) -> None:
    """From the printed link: the first admin, an invited installer, the bound room, the first request's card."""
    admin = admin_of(bot)
    installer = installer_of(admin, bot)
    bound(admin)
    homeowner = bot.visitor()
    files_a_request(homeowner, a_picture((200, 30, 30)))

    card = admin.waits("R-1001", room=STAFF)
    assert "认领" in labels(card)
    assert "13812345678" not in admin.read(STAFF)
    assert "1202" not in admin.read(STAFF)
    assert installer.open(room=STAFF).status_code == 404
    assert homeowner.open(room=STAFF).status_code == 404


def test_an_invitation_works_once(bot: Bot) -> None:
    """A second visitor with the same link stays a stranger, and reads the same as one with an invented code."""
    admin_of(bot)
    second, third = bot.visitor(), bot.visitor()
    joins(second, bot.invitation)
    joins(third, "ABCDE23456")

    assert text_of(second.waits("邀请")) == text_of(third.waits("邀请"))
    assert second.open(room=STAFF).status_code == 404


def test_the_room_may_be_entered_before_it_is_bound(bot: Bot) -> None:
    """Staff can open the room to bind it; to others it is not there."""
    admin = admin_of(bot)

    assert admin.open(room=STAFF).status_code == 200
    assert bot.visitor().open(room=STAFF).status_code == 404


def test_staff_see_that_a_reply_was_read(bot: Bot) -> None:
    """A reply in the room reaches the homeowner, and its receipt changes as soon as their page has shown it."""
    admin = admin_of(bot)
    bound(admin)
    homeowner = bot.visitor()
    files_a_request(homeowner, a_picture((200, 30, 30)))

    card = admin.waits("R-1001", room=STAFF)
    admin.says("师傅明天上午到", room=STAFF, reply_to=str(card["seq"]))
    admin.waits("已发给业主", room=STAFF)
    answer = homeowner.waits("师傅明天上午到")
    assert "对方已看到" not in admin.read(STAFF)
    homeowner.sees(answer["seq"])

    read = admin.waits("对方已看到", room=STAFF)
    sent = next(one for one in admin.lanes[STAFF].messages if "已发给业主" in text_of(one))
    assert read["card"] == sent["card"] != ""
    homeowner.sees(answer["seq"])
    assert admin.read(STAFF).count("对方已看到") == 1


def test_photos_are_for_those_who_work_on_the_request(bot: Bot) -> None:
    """The homeowner's photo is served to them, to staff and to who has the job; to others it is absent."""
    admin = admin_of(bot)
    installer = installer_of(admin, bot)
    bound(admin)
    homeowner, stranger = bot.visitor(), bot.visitor()
    photo = files_a_request(homeowner, a_picture((30, 200, 30)))
    card = admin.waits("R-1001", room=STAFF)
    others = bot.visitor()
    hidden = others.uploads(a_picture((1, 2, 3)))["hash"]

    assert (homeowner.fetches(photo), admin.fetches(photo)) == (200, 200)
    assert (installer.fetches(photo), stranger.fetches(photo)) == (404, 404)
    assert photo in [file["hash"] for file in card["files"]]

    admin.taps("认领", room=STAFF)
    admin.waits("待派单", room=STAFF)
    admin.taps("派单", room=STAFF)
    admin.waits("派给哪位师傅", room=STAFF)
    admin.taps("王师傅 W08", room=STAFF)
    installer.waits("R-1001")
    installer.taps("接单")
    installer.waits("1202室")
    assert installer.fetches(photo) == 200
    assert (stranger.fetches(photo), others.fetches(photo)) == (404, 404)
    assert (installer.fetches(hidden), homeowner.fetches(hidden)) == (404, 404)


def test_the_company_is_named_in_the_readers_language(bot: Bot) -> None:
    """The page's title and header say the company's name as its file has it for the reader's language."""
    visitor = bot.visitor()

    names = [re.findall(r"<title>(.*)</title>", visitor.open(lang=lang).text)[0] for lang in ("zh-CN", "en", "zh-Hant")]

    assert names == ["匠到家装服务", "Jiangdao Home Service", "匠到家裝服務"]
    assert visitor.client.get("/chat/words", params={"lang": "en"}).json()["company-name"] == "Jiangdao Home Service"
