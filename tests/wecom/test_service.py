"""Customer service in the fake: what waits and is pulled, for how long it may be answered, and the word of welcome."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wecom import ACCOUNT
from tests.wecom.media import amr, photo
from tests.wecom.stage import Stage, stage

DAY_S = 86_400


async def pulled(here: Stage, **more: Any) -> dict[str, Any]:
    return await here.call("kf/sync_msg", **more)


async def test_a_callback_says_only_that_something_is_there() -> None:
    """It names the account and a token; what it is comes with the next pull, and again until the cursor moves."""
    async with stage() as here:
        await here.hana.says("漏水")
        await here.hana.photo(photo())
        await here.fake.taken()
        bells = here.ear.heard
        assert [(one["Event"], one["OpenKfId"]) for one in bells] == [("kf_msg_or_event", ACCOUNT)] * 2
        assert "漏水" not in str(bells)
        for _ in range(2):
            page = await pulled(here, token=bells[-1]["Token"], open_kfid=ACCOUNT)
            text, image = page["msg_list"]
            assert (text["origin"], text["external_userid"], text["text"]) == (3, here.hana.id, {"content": "漏水"})
            assert image["image"]["media_id"]
        assert (await pulled(here, cursor=page["next_cursor"]))["msg_list"] == []


async def test_pages_follow_one_another_by_the_cursor() -> None:
    """A page may be shorter than asked for; «has_more» says whether another follows."""
    async with stage(listens=False, page_max=2) as here:
        for number in range(5):
            await here.hana.says(str(number))
        cursor, pages = "", []
        for _ in range(3):
            page = await pulled(here, cursor=cursor, limit=1000)
            cursor = page["next_cursor"]
            pages.append(([one["text"]["content"] for one in page["msg_list"]], page["has_more"]))
        assert pages == [(["0", "1"], 1), (["2", "3"], 1), (["4"], 0)]
        other = "wk-other"
        here.fake.account(other, "另一个")
        assert (await pulled(here, open_kfid=other))["msg_list"] == []


async def test_it_waits_for_three_days_and_a_token_for_ten_minutes() -> None:
    """What is older than three days is gone; an old token is refused, and none at all is allowed now and then."""
    async with stage() as here:
        await here.hana.says("旧")
        await here.fake.taken()
        token = here.ear.heard[0]["Token"]
        here.watch.move(601)
        assert (await pulled(here, token=token))["errcode"] == 95007
        here.watch.move(3 * DAY_S)
        await here.hana.says("新")
        assert [one["text"]["content"] for one in (await pulled(here))["msg_list"]] == ["新"]


async def test_five_messages_within_two_days_of_each_word() -> None:
    """Each word of the customer opens five anew; unused ones are not added; after 48 hours nothing goes."""
    async with stage(listens=False) as here:
        await here.hana.says("漏水")
        await here.hana.says("快点")
        assert [(await here.kf_text("好"))["errcode"] for _ in range(6)] == [0] * 5 + [95001]
        await here.hana.says("还在吗")
        here.watch.move(48 * 3600 - 1)
        assert (await here.kf_text("在"))["errcode"] == 0
        here.watch.move(1)
        assert (await here.kf_text("在"))["errcode"] == 95002
        await here.hana.enters()
        assert (await here.kf_text("在"))["errcode"] == 95002
        assert len(here.hana.heard) == 6


async def test_a_line_of_a_menu_comes_as_a_text_with_its_id() -> None:
    """Choosing says the words of the line and the id that the bot gave it; it opens the window like any word."""
    async with stage(listens=False) as here:
        await here.hana.says("漏水")
        items = [
            {"type": "click", "click": {"id": f"tok{n}", "content": word}} for n, word in enumerate(("好", "改约"))
        ]
        await here.kf("msgmenu", {"head_content": "明天 14:00 可以吗", "list": items})
        assert here.hana.heard[-1].buttons == ("好", "改约")
        await here.hana.choose("改约")
        last = (await pulled(here))["msg_list"][-1]
        assert (last["msgtype"], last["text"]) == ("text", {"content": "改约", "menu_id": "tok1"})
        with pytest.raises(AssertionError, match="has no"):
            await here.hana.choose("没有")


async def test_a_word_of_welcome_once_within_twenty_seconds() -> None:
    """Who enters and was quiet for two days brings a code; it opens nothing and costs nothing."""
    async with stage(listens=False) as here:
        await here.hana.enters("site", "product=F-1")
        event = (await pulled(here))["msg_list"][0]
        assert (event["origin"], event["event"]["scene"], event["event"]["scene_param"]) == (4, "site", "product=F-1")
        code = {"code": event["event"]["welcome_code"]}
        assert (await here.kf_text("您好"))["errcode"] == 95002
        here.watch.move(20)
        welcome = await here.call("kf/send_msg_on_event", **code, msgtype="text", text={"content": "您好"})
        assert welcome["errcode"] == 0
        assert [post.text for post in here.hana.heard] == ["您好"]
        await here.hana.enters()
        assert "welcome_code" not in (await pulled(here))["msg_list"][-1]["event"]


async def test_who_refuses_messages_is_told_of_afterwards() -> None:
    """The call is accepted, nothing arrives, and an event says which message it was."""
    async with stage(listens=False) as here:
        await here.hana.says("漏水")
        await here.hana.refuses()
        sent = await here.kf_text("在吗", msgid="row-1")
        assert (sent["errcode"], sent["msgid"]) == (0, "row-1")
        assert here.hana.heard == []
        event = (await pulled(here))["msg_list"][-1]["event"]
        assert (event["event_type"], event["fail_msgid"], event["fail_type"]) == ("msg_send_fail", "row-1", 10)
        assert [one.why for one in here.fake.journal.of("dropped")] == ["refused"]


async def test_customers_send_all_kinds() -> None:
    """Voice, video, file, place and link wait in their own shapes."""
    async with stage(listens=False) as here:
        hana = here.hana
        await hana.voice(amr())
        await hana.video(b"\x00\x00\x00\x18ftypmp42")
        await hana.file(b"%PDF-1.4", "合同.pdf")
        await hana.location(31.2, 121.4, "世纪大道", "100弄")
        await hana.link("保养手册", "https://example.com/")
        kinds = [one["msgtype"] for one in (await pulled(here))["msg_list"]]
        assert kinds == ["voice", "video", "file", "location", "link"]
