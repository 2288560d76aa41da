"""The fake itself: tokens, cards, groups, what is dropped in silence, faults, the journal."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.wecom import AGENT_ID, CORP_ID, SECRET
from tests.wecom.limits import WECOMS, Limits
from tests.wecom.media import photo
from tests.wecom.remote import Remote
from tests.wecom.stage import SECRETS, Stage, card, heard, stage

DAY_S = 86_400


# ---- tokens


async def test_a_token_stays_the_same_until_it_ends() -> None:
    """Each secret has one; asking again gives it again with what is left; after two hours there is another."""
    async with stage(listens=False) as here:
        first = await here.get("gettoken", corpid=CORP_ID, corpsecret=SECRET)
        here.watch.move(100)
        again = await here.get("gettoken", corpid=CORP_ID, corpsecret=SECRET)
        assert (again["access_token"], again["expires_in"]) == (first["access_token"], 7100)
        assert await here.token("kf") != first["access_token"]
        here.watch.move(7100)
        assert await here.token() != first["access_token"]
        assert [one.fresh for one in here.fake.journal.of("token", token_of="app")] == [True, False, True]


async def test_a_platform_that_always_says_invalid() -> None:
    """Its switch makes every call fail with a token that was just given; another makes asking fail."""
    async with stage(listens=False) as here:
        for name, code in (("token", 40014), ("token-expired", 42001), ("secret", 40001)):
            here.fake.tokens.invalid = name
            assert (await here.text("你好"))["errcode"] == code
        here.fake.tokens.invalid, here.fake.tokens.unasked = "", "secret"
        asked = {"corpid": CORP_ID, "corpsecret": SECRETS["app"]}
        assert (await here.get("gettoken", **asked))["errcode"] == 40001
        here.fake.tokens.unasked = ""
        old = await here.token()
        here.fake.tokens.revoke("app")
        assert (await here.post("message/send", b"{}", old))["errcode"] == 40014
        assert (await here.text("你好"))["errcode"] == 0


# ---- messages


async def test_a_message_goes_to_all_who_are_there_and_names_the_others() -> None:
    """Names know no case; who is out of scope or has left is named in small letters."""
    async with stage(listens=False) as here:
        here.fake.member("Gone").gone = True
        answer = await here.text("你好", "SAM|zoe|Gone|Nobody")
        assert (answer["errcode"], answer["invaliduser"]) == (0, "gone|nobody")
        assert [member.heard[-1].text for member in (here.sam, here.zoe)] == ["你好", "你好"]
        here.sam.in_scope = False
        assert (await here.text("你好", "sam"))["errcode"] == 81013


@pytest.mark.parametrize(("count", "per_s"), WECOMS.member)
async def test_what_is_too_much_for_a_member_is_dropped_without_a_word(count: int, per_s: float) -> None:
    """Beyond 30 a minute and 1000 an hour the answer is as ever, and nothing arrives; others are not touched."""
    async with stage(limits=Limits(((count, per_s),), (), (), ()), listens=False) as here:
        answers = [await here.text("你好") for _ in range(count + 1)]
        assert {one["errcode"] for one in answers} == {0}
        assert len(here.sam.heard) == count
        [dropped] = here.fake.journal.of("dropped")
        assert (dropped.msgid, dropped.who, dropped.why) == (answers[-1]["msgid"], "sam", "limit")
        await here.text("你好", "sam|zoe")
        assert (len(here.sam.heard), len(here.zoe.heard)) == (count, 1)
        here.watch.move(per_s)
        await here.text("你好")
        assert len(here.sam.heard) == count + 1


async def test_the_same_again_is_dropped_if_the_bot_asked_for_that() -> None:
    """With the check for duplicates the same body counts once within its interval."""
    async with stage(listens=False) as here:
        body = {"touser": "sam", "agentid": AGENT_ID, "msgtype": "text", "text": {"content": "你好"}}
        again = {"enable_duplicate_check": 1, "duplicate_check_interval": 600}
        first, second = [await here.call("message/send", **body, **again) for _ in range(2)]
        assert first["msgid"] == second["msgid"]
        assert len(here.sam.heard) == 1
        here.watch.move(600)
        await here.call("message/send", **body, **again)
        assert len(here.sam.heard) == 2


async def test_a_text_that_is_too_long_loses_its_end() -> None:
    """The platform cuts at 2048 bytes and says nothing: a violation, unless it is meant."""
    async with stage(strict=False, listens=False) as here:
        assert (await here.text("漏" * 683))["errcode"] == 0
        assert here.sam.heard[-1].text == "漏" * 682
        assert [one.where for one in here.fake.journal.of("cut")] == ["text.content"]
        assert len(here.fake.violations) == 1


# ---- cards


async def test_a_press_brings_the_key_and_a_fresh_code() -> None:
    """The card is each reader's own; a press tells who pressed, which task, and a code to change it by."""
    async with stage() as here:
        sent = await here.card("g@staff@1", to="sam|zoe")
        await here.zoe.press("接单")
        [event] = await heard(here)
        told = [event[name] for name in ("FromUserName", "Event", "EventKey", "TaskId", "CardType")]
        assert told == ["zoe", "template_card_event", "t1", "g@staff@1", "button_interaction"]
        assert event["ResponseCode"] != sent["response_code"]
        change = card("g@staff@1", "R-1001 已确认", [("派单", "t3")])
        assert (await here.change(event["ResponseCode"], "sam", "zoe", "ada", template_card=change)) == {
            "errcode": 0,
            "errmsg": "ok",
            "invaliduser": ["ada"],
        }
        for member in (here.sam, here.zoe):
            [post] = member.reads
            assert (post.text, post.buttons, post.edits) == ("R-1001 已确认", ("派单",), 1)


async def test_a_button_that_was_replaced_cannot_be_pressed() -> None:
    """Nobody presses what they have not got, what was replaced, or what became a notice."""
    async with stage(listens=False) as here:
        codes = [(await here.card(f"t-{n}"))["response_code"] for n in range(3)]
        notice = {"card_type": "text_notice", "main_title": {"title": "已取消"}, "task_id": "t-1"}
        link = {"card_action": {"type": 1, "url": "https://example.com/"}}
        await here.change(codes[0], "sam", button={"replace_name": "已处理"})
        await here.change(codes[1], "sam", template_card={**notice, **link})
        await here.change(codes[2], "sam", template_card=card("t-2", replace_text="已接单"))
        assert [post.buttons for post in here.sam.reads] == [(), (), ()]
        with pytest.raises(AssertionError, match="cannot press"):
            await here.sam.press("接单")
        with pytest.raises(AssertionError, match="cannot press"):
            await here.zoe.press("接单")


async def test_a_code_lasts_three_days_and_serves_once() -> None:
    """What is refused does not use it up; what is done does."""
    async with stage(listens=False) as here:
        code = (await here.card("t-1"))["response_code"]
        bad = card("t-1", buttons=[])
        assert (await here.change(code, "sam", template_card=bad))["errcode"] == 40058
        assert (await here.change(code, "zoe", template_card=card("t-1")))["errcode"] == 81013
        here.watch.move(72 * 3600 - 1)
        assert (await here.change(code, "sam", template_card=card("t-1", "新")))["errcode"] == 0
        assert (await here.change(code, "sam", template_card=card("t-1")))["errcode"] == 42022
        assert here.sam.reads[0].text == "新"


async def test_a_card_shows_no_more_than_it_has_room_for() -> None:
    """What is longer than recommended is folded, and the journal says where."""
    async with stage(listens=False) as here:
        facts = [{"keyname": "预约的时间", "value": "明天" * 20}]
        await here.card("t-1", sub_title_text="漏" * 161, horizontal_content_list=facts)
        [post] = here.sam.reads
        assert post.text.splitlines()[1] == "漏" * 159 + "…"
        where = [one.where for one in here.fake.journal.of("folded")]
        assert sorted(where) == ["horizontal_content_list.value", "sub_title_text"]


# ---- groups


async def _grouped(here: Stage) -> None:
    made = await here.call("appchat/create", name="客服群", chatid="staff1", userlist=["sam", "zoe"])
    assert made["chatid"] == "staff1"


async def _tell_group(here: Stage, words: str = "你好") -> dict[str, Any]:
    return await here.call("appchat/send", chatid="staff1", msgtype="text", text={"content": words})


async def test_a_group_shows_each_member_what_came_while_they_were_in() -> None:
    """Who comes later sees what is said from then on; who left sees no more; what members say the app does not hear."""
    async with stage() as here:
        ada = here.fake.member("ada")
        await _grouped(here)
        await _tell_group(here, "一")
        await here.call("appchat/update", chatid="staff1", add_user_list=["ada"])
        await here.sam.leaves("staff1")
        await _tell_group(here, "二")
        await here.zoe.says("收到", "staff1")
        seen = [[post.text for post in member.sees("staff1")] for member in (here.sam, here.zoe, ada)]
        assert seen == [["一"], ["一", "二", "收到"], ["二", "收到"]]
        info = (await here.fetch("appchat/get", chatid="staff1"))["chat_info"]
        assert (info["owner"], info["userlist"]) == ("zoe", ["zoe", "ada"])
        assert await heard(here) == []


async def test_a_group_takes_no_cards_and_ends_with_its_last_member() -> None:
    """A template_card there is a bug of the bot; a group that everybody left is gone."""
    async with stage(strict=False, listens=False) as here:
        await _grouped(here)
        answer = await here.call("appchat/send", chatid="staff1", msgtype="template_card", template_card=card("t-1"))
        assert answer["errcode"] == 40058
        assert [one.what for one in here.fake.violations] == ["appchat/send: template_card is unknown"]
        await here.sam.leaves()
        assert (await _tell_group(here))["errcode"] == 0
        await here.zoe.leaves("staff1")
        assert (await _tell_group(here))["errcode"] == 86003
        assert (await here.text("你好", "zoe"))["errcode"] == 0
        assert (await here.text("你好"))["errcode"] == 81013


async def test_what_is_too_much_in_groups_is_dropped_for_each_member() -> None:
    """Two hundred a minute to one member, counted over all groups."""
    async with stage(limits=Limits((), ((3, 60.0),), (), ()), listens=False) as here:
        await _grouped(here)
        await here.call("appchat/create", chatid="staff2", userlist=["sam", "zoe"])
        await here.call("appchat/send", chatid="staff2", msgtype="text", text={"content": "二"})
        assert {(await _tell_group(here))["errcode"] for _ in range(3)} == {0}
        assert len(here.sam.sees("staff1")) == 2
        assert sorted(one.who for one in here.fake.journal.of("dropped")) == ["sam", "zoe"]


# ---- the rest


async def test_the_menu_is_what_members_can_choose_from() -> None:
    """A key that stands in the menu comes as a click; opening the app is told too."""
    async with stage() as here:
        menu = {"button": [{"name": "今天", "type": "click", "key": "/today"}]}
        url = f"{here.fake.base_url}/cgi-bin/menu/create"
        params = {"access_token": await here.token(), "agentid": str(AGENT_ID)}
        assert (await here.client.post(url, params=params, json=menu)).json()["errcode"] == 0
        assert (await here.fetch("menu/get", agentid=str(AGENT_ID)))["button"] == menu["button"]
        await here.sam.opens()
        await here.sam.clicks("/today")
        assert [(one["Event"], one["EventKey"]) for one in await heard(here)] == [
            ("enter_agent", ""),
            ("click", "/today"),
        ]
        with pytest.raises(AssertionError, match="in the menu"):
            await here.sam.clicks("/else")


@pytest.mark.parametrize(
    ("name", "arrives"),
    [
        ("500", 0),
        ("502", 0),
        ("html", 0),
        ("half", 1),
        ("reset", 0),
        ("lost", 1),
        ("hang", 0),
        ("late", 1),
        ("errcode", 0),
        ("busy-done", 1),
    ],
)
async def test_a_fault_befalls_the_next_call_alone(name: str, arrives: int) -> None:
    """Each fault is seen by the caller; the journal says whether it was done all the same."""
    async with stage(listens=False) as here:
        here.client.timeout = httpx.Timeout(0.2)
        token = await here.token()
        here.fake.fail(name, to="sam", seconds=0.4)
        assert await _failed(here, token)
        [fault] = here.fake.journal.of("fault")
        assert (fault.fault, fault.accepted) == (name, bool(arrives))
        assert len(here.sam.heard) == arrives
        assert (await here.text("再来"))["errcode"] == 0


async def _failed(here: Stage, token: str) -> bool:
    """Whether a message meets anything but an answer that is good."""
    body = json.dumps({"touser": "sam", "agentid": AGENT_ID, "msgtype": "text", "text": {"content": "你好"}})
    url = f"{here.fake.base_url}/cgi-bin/message/send"
    try:
        answer = await here.client.post(url, params={"access_token": token}, content=body)
        return answer.status_code != httpx.codes.OK or answer.json()["errcode"] != 0
    except (httpx.HTTPError, ValueError):
        return True


async def test_it_runs_as_a_process_of_its_own(tmp_path: Path) -> None:
    """Its people are played through a door; its journal is a file; it ends when asked to."""
    journal = tmp_path / "journal.jsonl"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.wecom", "--journal", str(journal), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout
        line = (await asyncio.wait_for(process.stdout.readline(), 30)).decode()
        await asyncio.to_thread(_plays, line.removeprefix("ready ").strip())
    finally:
        process.terminate()
        assert await process.wait() == 0
    kinds = [json.loads(line)["kind"] for line in journal.read_text().splitlines()]
    assert kinds == ["made", "lost", "made", "lost", "token", "sent", "seen"]


def _plays(base_url: str) -> None:
    remote = Remote(base_url)
    assert remote("", "member", "sam", "小林") == {"name": "小林", "id": "sam"}
    remote("", "customer", "hana")
    remote("sam", "says", "你好")
    remote("hana", "photo", photo())
    asked = {"corpid": CORP_ID, "corpsecret": SECRET}
    token = remote.client.get(f"{base_url}/cgi-bin/gettoken", params=asked).json()["access_token"]
    body = {"touser": "sam", "agentid": AGENT_ID, "msgtype": "text", "text": {"content": "早"}}
    remote.client.post(f"{base_url}/cgi-bin/message/send", params={"access_token": token}, json=body)
    assert [post["text"] for post in remote("sam", "heard")] == ["早"]
    assert remote("tokens", "invalid", "token") == "token"
    remote("", "move", DAY_S)
    assert [json.loads(line)["kind"] for line in remote("", "entries", 4)] == ["token", "sent", "seen"]
    remote.close()
