"""What the fake WeCom refuses, one by one, and that each of its refusals was seen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.wecom import ACCOUNT, AGENT_ID, CORP_ID, SECRET
from tests.wecom.limits import Limits
from tests.wecom.media import amr, document, photo
from tests.wecom.refusals import CODES
from tests.wecom.stage import Stage, button, card, stage

Refused = Callable[[Stage], Awaitable[Any]]
ROOM = {"chatid": "staff1", "userlist": ["sam", "zoe"]}
TEXT = {"content": "你好"}
MENU = {"list": [{"type": "click", "click": {"id": "1", "content": "是"}}]}


async def _bad_token(here: Stage, token: str = "nobody's") -> Any:
    return await here.post("message/send", b"{}", token)


async def _old_token(here: Stage) -> Any:
    token = await here.token()
    here.watch.move(7200)
    return await _bad_token(here, token)


async def _other_token(here: Stage) -> Any:
    return await _bad_token(here, await here.token("kf"))


async def _from_elsewhere(here: Stage) -> Any:
    here.fake.relax(addresses=("10.0.0.1",))
    return await here.get("gettoken", corpid=CORP_ID, corpsecret=SECRET)


async def _no_json(here: Stage) -> Any:
    return await here.post("message/send", b"{", await here.token())


async def _too_often(here: Stage) -> Any:
    here.fake.relax(limits=Limits(calls=((2, 60.0),)))
    return [await here.get("gettoken", corpid=CORP_ID, corpsecret=SECRET) for _ in range(3)][-1]


async def _same_task(here: Stage) -> Any:
    await here.card("t-1")
    return await here.card("t-1")


async def _code_of(here: Stage, move_s: float = 0, times: int = 1) -> Any:
    code = (await here.card("t-1"))["response_code"]
    here.watch.move(move_s)
    return [await here.change(code, "sam", button={"replace_name": "好"}) for _ in range(times)][-1]


async def _file_of(here: Stage, kind: str, move_s: float = 0) -> Any:
    media = (await here.upload(photo()))["media_id"]
    here.watch.move(move_s)
    return await here.send(kind, {"media_id": media})


async def _group(here: Stage, **changed: Any) -> Any:
    return await here.call("appchat/create", **{**ROOM, **changed})


async def _twice(here: Stage) -> Any:
    await _group(here)
    return await _group(here)


async def _not_inside(here: Stage) -> Any:
    await _group(here)
    return await here.call("appchat/update", chatid="staff1", del_user_list=["nobody"])


async def _kf(here: Stage, kind: str = "text", content: Any = TEXT, times: int = 1, **more: Any) -> Any:
    await here.hana.says("漏水")
    return [await here.kf(kind, content, **more) for _ in range(times)][-1]


async def _kf_late(here: Stage) -> Any:
    await here.hana.says("漏水")
    here.watch.move(48 * 3600)
    return await here.kf_text("在吗")


async def _items(here: Stage, count: int = 11, item: Any = None) -> Any:
    items = [item or {"type": "click", "click": {"id": f"{n}", "content": "是"}} for n in range(count)]
    return await _kf(here, "msgmenu", {"head_content": "选", "list": items})


async def _welcome(here: Stage, after_s: float = 21, times: int = 1) -> Any:
    await here.hana.enters()
    code = here.fake.service.log[-1][1]["event"]["welcome_code"]
    here.watch.move(after_s)
    call = {"code": code, "msgtype": "text", "text": TEXT}
    return [await here.call("kf/send_msg_on_event", **call) for _ in range(times)][-1]


SEEN: list[tuple[str, Refused]] = [
    ("secret", lambda here: here.get("gettoken", corpid=CORP_ID, corpsecret="wrong")),
    ("corp", lambda here: here.get("gettoken", corpid="ww00", corpsecret=SECRET)),
    ("token", _bad_token),
    ("token-missing", lambda here: _bad_token(here, "")),
    ("token-expired", _old_token),
    ("rights", _other_token),
    ("address", _from_elsewhere),
    ("json", _no_json),
    ("often", _too_often),
    ("often", lambda here: _pulls(here, 11)),
    ("verb", lambda here: here.fetch("message/send")),
    ("parameter", lambda here: here.call("message/recall", msgid="1")),
    ("parameter", lambda here: here.call("message/send", touser="sam", agentid=AGENT_ID, msgtype="text", words=TEXT)),
    ("parameter", lambda here: here.call("message/send", touser="sam", agentid=str(AGENT_ID), msgtype="text")),
    ("parameter", lambda here: here.call("message/send", touser="sam", agentid=AGENT_ID, msgtype="text")),
    ("agent", lambda here: here.call("message/send", touser="sam", agentid=1, msgtype="text", text=TEXT)),
    ("type", lambda here: here.call("message/send", touser="sam", agentid=AGENT_ID, msgtype="news")),
    ("nobody", lambda here: here.text("你好", "nobody|noone")),
    ("empty", lambda here: here.text(" ")),
    ("member", lambda here: here.fetch("user/get", userid="nobody")),
    ("no-menu", lambda here: here.fetch("menu/get", agentid=str(AGENT_ID))),
    # cards
    ("card", lambda here: here.card("a b")),
    ("card", lambda here: here.card("x" * 129)),
    ("card", lambda here: here.card("")),
    ("card", lambda here: here.card("t-1", title="")),
    ("card", lambda here: here.card("t-1", buttons=[("是", f"k{n}") for n in range(7)])),
    ("card", lambda here: here.card("t-1", buttons=[])),
    ("card", lambda here: here.card("t-1", buttons=[("是", "k"), ("否", "k")])),
    ("card", lambda here: here.card("t-1", button_list=[button("")])),
    ("card", lambda here: here.card("t-1", button_list=[button(key="")])),
    ("card", lambda here: here.card("t-1", horizontal_content_list=[{"keyname": "时间"}] * 7)),
    ("card", lambda here: here.card("t-1", card_type="text_notice", button_list=[])),
    ("parameter", lambda here: here.card("t-1", button_list=[button(key="k" * 1025)])),
    ("parameter", lambda here: here.card("t-1", button_list=[button(style=5)])),
    ("task-used", _same_task),
    ("code", lambda here: here.change("nonsense", "sam", button={"replace_name": "好"})),
    ("code-used", lambda here: _code_of(here, times=2)),
    ("code-old", lambda here: _code_of(here, 72 * 3600)),
    # files
    ("media", lambda here: here.send("image", {"media_id": "none"})),
    ("media", lambda here: _file_of(here, "image", 3 * 86_400 + 1)),
    ("media-kind", lambda here: _file_of(here, "voice")),
    ("media-kind", lambda here: here.upload(document())),
    ("media-kind", lambda here: here.upload(b"OggS0000", "voice")),
    ("media-type", lambda here: here.upload(photo(), "thumb")),
    ("media-size", lambda here: here.upload(b"#!AMR\n" + bytes(2 * 1024 * 1024), "voice")),
    ("media-size", lambda here: here.upload(b"12345", "file")),
    ("media-none", lambda here: here.upload(photo(), field="file")),
    ("media-empty", lambda here: here.upload(b"")),
    # groups
    ("chat-id", lambda here: _group(here, chatid="staff-1")),
    ("chat-id", lambda here: _group(here, chatid="x" * 33)),
    ("chat", lambda here: here.call("appchat/send", chatid="nowhere", msgtype="text", text=TEXT)),
    ("chat-count", lambda here: _group(here, userlist=["sam"])),
    ("chat-member", lambda here: _group(here, userlist=["sam", "nobody"])),
    ("chat-member", _not_inside),
    ("chat-owner", lambda here: _group(here, owner="ada")),
    ("chat-taken", _twice),
    # customer service
    ("kf", lambda here: _kf(here, open_kfid="wk0")),
    ("kf-customer", lambda here: here.kf_text("在吗")),
    ("kf-count", lambda here: _kf(here, times=6)),
    ("kf-time", _kf_late),
    ("kf-token", lambda here: here.call("kf/sync_msg", token="stale")),
    ("kf-cursor", lambda here: here.call("kf/sync_msg", cursor="mine")),
    ("kf-menu-count", _items),
    ("kf-menu-type", lambda here: _items(here, 1, {"type": "click"})),
    ("kf-msgid", lambda here: _kf(here, times=2, msgid="m1")),
    ("kf-msgid", lambda here: _kf(here, msgid="m:1")),
    ("kf-code", _welcome),
    ("kf-code", lambda here: _welcome(here, 0, 2)),
    ("long", lambda here: _kf(here, content={"content": "漏" * 683})),
]


async def _pulls(here: Stage, times: int) -> Any:
    here.fake.relax(limits=Limits())
    return [await here.call("kf/sync_msg") for _ in range(times)][-1]


@pytest.mark.parametrize(("name", "call"), SEEN, ids=[f"{name}-{n}" for n, (name, _) in enumerate(SEEN)])
async def test_it_refuses(name: str, call: Refused) -> None:
    """Each refusal has its errcode, and the journal has its name."""
    async with stage(strict=False, listens=False) as here:
        answer = await call(here)
        assert answer["errcode"] == CODES[name][0], answer
        assert here.fake.journal.of("refused")[-1].name == name
        assert not here.sam.reads or name in ("task-used", "code-used", "code-old")


def test_every_refusal_was_seen() -> None:
    """The table of refusals holds nothing that no test has met."""
    assert {name for name, _ in SEEN} == set(CODES)


async def test_what_is_refused_aloud_is_no_violation_and_what_the_manual_does_not_know_is_one() -> None:
    """An unknown method, verb or field is a bug of the bot; a card that is too long or a gone file need not be."""
    async with stage(strict=False, listens=False) as here:
        await here.card("t-1", buttons=[])
        await here.send("image", {"media_id": "none"})
        assert here.fake.violations == []
        await here.call("message/recall", msgid="1")
        await here.fetch("message/send")
        await here.call("message/send", touser="sam", agentid=AGENT_ID, msgtype="text", text=TEXT, texts=TEXT)
        assert [one.what for one in here.fake.violations] == [
            "unknown method",
            "called by GET",
            "message/send: texts is unknown",
        ]


async def test_a_violation_fails_the_test() -> None:
    """Who is strict hears of a violation at the end of the block at the latest."""
    with pytest.raises(AssertionError, match="unknown method"):
        async with stage() as here:
            await here.call("message/recall", msgid="1")


async def test_customer_service_takes_every_kind() -> None:
    """Text, files, link and menu arrive, as far as there is room."""
    async with stage() as here:
        await here.hana.says("漏水")
        image = (await here.upload(photo()))["media_id"]
        voice = (await here.upload(amr(), "voice"))["media_id"]
        link = {"title": "保养手册", "url": "https://example.com/", "thumb_media_id": image}
        sent = (("image", {"media_id": image}), ("voice", {"media_id": voice}), ("link", link), ("msgmenu", MENU))
        for kind, content in sent:
            assert (await here.kf(kind, content))["errcode"] == 0
        assert [post.kind for post in here.hana.heard] == ["image", "voice", "link", "msgmenu"]
        assert (await here.call("kf/account/list"))["account_list"][0]["open_kfid"] == ACCOUNT


def test_the_card_of_the_stage_is_a_good_one() -> None:
    """What the tests vary is right before they do."""
    assert card("t-1")["button_list"][0] == {"text": "接单", "key": "t1", "style": 1}
