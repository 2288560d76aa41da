"""What the fake refuses, in the platform's codes: a row for each; and what it takes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.telegram.media import photo, video
from tests.wechat.errors import TEXTS
from tests.wechat.media import amr
from tests.wechat.stage import Stage, stage

SEEN: set[str] = set()


def text(content: str = "你好", to: str = "hana", **more: Any) -> tuple[str, Any]:
    return "message/custom/send", {"touser": to, "msgtype": "text", "text": {"content": content}, **more}


def media(kind: str, id: str, **more: Any) -> tuple[str, Any]:
    return "message/custom/send", {"touser": "hana", "msgtype": kind, kind: {"media_id": id, **more}}


def choices(*items: tuple[str, str], head: str = "好吗？") -> tuple[str, Any]:
    listed = [{"id": id, "content": words} for id, words in items]
    return "message/custom/send", {
        "touser": "hana",
        "msgtype": "msgmenu",
        "msgmenu": {"head_content": head, "list": listed, "tail_content": ""},
    }


def template(id: str = "T1", to: str = "hana", **changed: Any) -> tuple[str, Any]:
    data = {"thing1": "厨房水龙头", "phrase2": "已预约", "time3": "2026年11月24日 14:00", **changed}
    shown = {name: {"value": value} for name, value in data.items() if value is not None}
    return "message/template/send", {"touser": to, "template_id": id, "data": shown}


def subscribed(id: str = "S1", to: str = "hana", thing: str = "保养提醒") -> tuple[str, Any]:
    return "message/subscribe/bizsend", {"touser": to, "template_id": id, "data": {"thing1": {"value": thing}}}


def menu(*buttons: dict[str, Any]) -> tuple[str, Any]:
    return "menu/create", {"button": list(buttons)}


def click(name: str = "报修", key: str = "REPORT", **more: Any) -> dict[str, Any]:
    return {"type": "click", "name": name, "key": key, **more}


def under(*buttons: dict[str, Any]) -> tuple[str, Any]:
    return menu({"name": "服务", "sub_button": list(buttons)})


def code(action: str = "QR_STR_SCENE", seconds: int | None = 600, **scene: Any) -> tuple[str, Any]:
    body = {"action_name": action, "action_info": {"scene": scene or {"scene_str": "home_7"}}}
    return "qrcode/create", body if seconds is None else {**body, "expire_seconds": seconds}


GET = (None, None)
ROWS: list[tuple[str, tuple[str, Any]]] = [
    ("path", ("message/mass/send", {})),
    ("get", ("menu/get", {})),
    ("post", ("menu/create", None)),
    ("body-empty", ("menu/create", b"")),
    ("body", ("menu/create", b"{")),
    ("body", ("menu/create", [])),
    ("body", text(to="hana", extra=1)),
    ("body", ("message/custom/send", {"touser": "hana", "msgtype": "text"})),
    ("body", ("message/custom/send", {"touser": "hana", "msgtype": "text", "text": {"content": 5}})),
    ("body", ("message/custom/send", {"touser": "hana", "msgtype": "text", "image": {"media_id": "x"}})),
    ("escaped", ("message/custom/send", b'{"touser":"x","msgtype":"text","text":{"content":"\\u4f60"}}')),
    ("openid", text(to="nobody")),
    ("unfollowed", text(to="gone")),
    ("message-kind", ("message/custom/send", {"touser": "hana", "msgtype": "poem"})),
    ("window", text(to="silent")),
    ("text-empty", text("")),
    ("text-long", text("长" * 683)),
    ("media-id", media("image", "nothing")),
    ("media-id", media("image", "voice")),
    ("media-id", media("video", "old", thumb_media_id="cover")),
    ("media-id", media("video", "film", thumb_media_id="nothing")),
    ("body", media("video", "film")),
    ("body", choices(("a", "是"), ("a", "否"))),
    ("body", choices(("", "是"))),
    ("body", choices()),
    ("text-long", choices(("a", "是"), head="长" * 682)),
    ("template", template("T9")),
    ("template", template("S1")),
    ("openid", template(to="nobody")),
    ("unfollowed", template(to="gone")),
    ("template-data", template(thing1="长" * 21)),
    ("template-data", template(thing1="")),
    ("template-data", template(phrase2="已经预约好了")),
    ("template-data", template(phrase2="OK")),
    ("template-data", template(time3="明天下午")),
    ("template-data", template(time3=None)),
    ("template-data", template(thing4="多了")),
    ("template-data", template(thing1="双十一大促")),
    ("consent", subscribed()),
    ("template", subscribed("T1")),
    ("openid", subscribed(to="nobody")),
    ("buttons", menu()),
    ("buttons", menu(*[click(key=f"K{n}") for n in range(4)])),
    ("button-kind", menu({"type": "poem", "name": "诗", "key": "x"})),
    ("button-kind", menu({"name": "空"})),
    ("button-name", menu(click("一二三四五六"))),
    ("button-name", menu(click(""))),
    ("button-key", menu(click(key=""))),
    ("button-key", menu(click(key="k" * 129))),
    ("button-url", menu({"type": "view", "name": "网页", "url": ""})),
    ("sub-buttons", under(*[click(key=f"K{n}") for n in range(6)])),
    ("sub-button-kind", under({"name": "空"})),
    ("sub-button-name", under(click("长" * 21))),
    ("sub-button-key", under(click(key=""))),
    ("sub-button-url", under({"type": "view", "name": "网页", "url": "h" * 1025})),
    ("no-menu", ("menu/get", None)),
    ("code-kind", code("QR_POEM")),
    ("code-scene", code(scene_str="")),
    ("code-scene", code(scene_str="s" * 65)),
    ("code-scene", code(scene_id=1)),
    ("code-scene", code(seconds=30 * 86400 + 1)),
    ("code-scene", code("QR_LIMIT_SCENE", None, scene_id=100_001)),
    ("openid", ("user/info?openid=nobody", None)),
    ("media-id", ("media/get?media_id=nothing", None)),
]


async def furnished(here: Stage) -> dict[str, str]:
    """Everybody whom a row may mean: openids and media ids by a word."""
    fake = here.fake
    old = fake.here.shelf.keep("video", video())
    here.watch.move(3 * 86400)
    shelf = fake.here.shelf
    kept = {"voice": shelf.keep("voice", amr()).id, "old": old.id}
    kept |= {"film": shelf.keep("video", video()).id, "cover": shelf.keep("thumb", photo()).id}
    gone, silent = fake.follower("gone"), fake.follower("silent")
    await gone.unfollow()
    await here.hana.says("漏水")
    await fake.taken()
    fake.template("T1", "thing1", "phrase2", "time3")
    fake.template("S1", "thing1", once=True)
    return {"hana": here.hana.openid, "gone": gone.openid, "silent": silent.openid, **kept}


def placed(value: Any, places: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: placed(one, places) for name, one in value.items()}
    return places.get(value, value) if isinstance(value, str) else value


@pytest.mark.parametrize(("name", "call"), ROWS, ids=[f"{name}-{n}" for n, (name, _) in enumerate(ROWS)])
async def test_a_call_is_refused(name: str, call: tuple[str, Any]) -> None:
    """With the platform's code; nobody reads anything, nothing is spent, and the journal knows."""
    async with stage(strict=False, advertising=("双十一",)) as here:
        places = await furnished(here)
        path, _, asked = call[0].partition("?")
        query = dict([asked.split("=")]) if asked else {}
        answer = await here.call(path, placed(call[1], places), **query)
        assert answer["errcode"] == TEXTS[name][0], answer
        assert [one.name for one in here.fake.journal.of("refused")] == [name]
        assert here.hana.reads == []
        assert here.hana.left() == {"message": 5, "touch": 0}


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("grant", {"grant_type": "password"}),
        ("grant", {"grant_type": ""}),
        ("app-id", {"appid": "wxffffffffffffffff"}),
        ("app-id-missing", {"appid": ""}),
        ("secret", {"secret": "x"}),
        ("secret-missing", {"secret": ""}),
    ],
)
async def test_a_token_is_for_its_owner_alone(name: str, changed: dict[str, str]) -> None:
    """Wrong or missing: a code for each."""
    async with stage() as here:
        assert (await here.asks(**changed))["errcode"] == TEXTS[name][0]


async def test_only_listed_addresses_may_call() -> None:
    """40164 with the address, before anything else is looked at."""
    async with stage(addresses=("203.0.113.7",)) as here:
        answer = await here.asks()
        assert answer["errcode"] == 40164
        assert "127.0.0.1" in answer["errmsg"]


async def test_a_token_ends_and_is_voided_by_the_next() -> None:
    """Two hours; a new one leaves the old one five minutes; then it is «not latest», by time alone «expired»."""
    async with stage() as here:
        first = await here.asks()
        assert first["expires_in"] == 7200
        old = first["access_token"]
        here.watch.move(60)
        here.token = (await here.asks())["access_token"]
        here.watch.move(299)
        assert "ip_list" in await here.call("getcallbackip", access_token=old)
        here.watch.move(1)
        assert (await here.call("getcallbackip", access_token=old))["errcode"] == 40001
        assert "ip_list" in await here.call("getcallbackip")
        here.watch.move(7200 - 300)
        assert (await here.call("getcallbackip", access_token=here.token))["errcode"] == 42001
        assert (await here.call("getcallbackip", access_token=""))["errcode"] == 41001
        assert (await here.call("getcallbackip", access_token="x"))["errcode"] == 40014
        assert (await here.call("getcallbackip", access_token="x" * 64))["errcode"] == 40001


async def test_a_stable_token_is_the_same_until_it_is_forced() -> None:
    """Asking again does not void it; forcing does, at once; shortly before its end it is a new one."""
    async with stage() as here:
        given = {"grant_type": "client_credential", "appid": here.fake.app_id, "secret": here.fake.secret}
        ask: dict[str, Any] = {"path": "stable_token", "body": given, "access_token": ""}
        old = (await here.call(**ask))["access_token"]
        here.watch.move(100)
        again = await here.call(**ask)
        assert (again["access_token"], again["expires_in"]) == (old, 7100)
        forced = (await here.call(**{**ask, "body": {**given, "force_refresh": True}}))["access_token"]
        assert forced != old
        assert (await here.call("getcallbackip", access_token=old))["errcode"] == 40001
        assert (await here.call(**{**ask, "body": {**given, "force_refresh": True}}))["errcode"] == 45011
        here.watch.move(7200 - 300)
        assert (await here.call(**ask))["access_token"] != forced
        for _ in range(19):
            here.watch.move(30)
            assert "access_token" in await here.call(**{**ask, "body": {**given, "force_refresh": True}})
        here.watch.move(30)
        assert (await here.call(**{**ask, "body": {**given, "force_refresh": True}}))["errcode"] == 45009


async def test_tokens_have_a_quota_and_a_switch() -> None:
    """45009 over the day's number; with the switch every token is «invalid», a new one too, until it is back."""
    async with stage() as here:
        here.fake.tokens_invalid()
        assert (await here.call("getcallbackip", access_token=(await here.asks())["access_token"]))["errcode"] == 40001
        here.fake.tokens_invalid(False)
        assert "ip_list" in await here.call("getcallbackip")
        here.fake.here.tokens.quotas["token"] = 3
        assert "access_token" in await here.asks()
        assert (await here.asks())["errcode"] == 45009
        here.watch.move(86400)
        assert "access_token" in await here.asks()


# ---- windows


async def test_a_message_opens_a_window_of_five_in_two_days() -> None:
    """The sixth is over the count, after 48 hours it is out of time, and a new message sets five, not more."""
    async with stage() as here:
        await here.hana.says("一")
        assert [await here.sends() for _ in range(6)] == [0] * 5 + [45047]
        await here.hana.says("二")
        await here.hana.says("三")
        assert here.hana.left() == {"message": 5, "touch": 0}
        here.watch.move(48 * 3600 - 1)
        assert await here.sends() == 0
        here.watch.move(1)
        assert await here.sends() == 45015


async def test_a_touch_opens_a_window_of_three_in_a_minute() -> None:
    """Menu, follow, scan and a tapped choice do; opening a page does not; the one that ends sooner is spent first."""
    async with stage() as here:
        hana, fake = here.hana, here.fake
        fake.code("home_7")
        await here.call(*menu(click()))
        await hana.view("https://example.com")
        assert await here.sends() == 45015
        await hana.menu("报修")
        assert hana.left() == {"message": 0, "touch": 3}
        assert [await here.sends() for _ in range(4)] == [0, 0, 0, 45047]
        await hana.scan("home_7")
        await hana.says("漏水")
        assert hana.left() == {"message": 5, "touch": 3}
        assert await here.sends() == 0
        assert hana.left() == {"message": 5, "touch": 2}
        here.watch.move(60)
        assert hana.left() == {"message": 5, "touch": 0}
        path, body = choices(("a", "是"), ("b", "否"))
        assert (await here.call(path, {**body, "touser": hana.openid}))["errcode"] == 0
        assert hana.last.labels == ("是", "否")
        await hana.choose("否")
        assert hana.left() == {"message": 4, "touch": 3}
        assert fake.acts[-1].fields["bizmsgmenuid"] == "b"
        await hana.unfollow()
        assert await here.sends() == 43004
        await hana.follow()
        assert hana.left() == {"message": 0, "touch": 3}


async def test_advertising_in_a_window_is_a_violation() -> None:
    """It is sent, and the test that lets it happen fails."""
    async with stage(strict=False, advertising=("双十一",)) as here:
        await here.hana.says("一")
        assert await here.sends("双十一大促") == 0
        assert [one.what for one in here.fake.violations] == ["advertising in a customer-service window"]


# ---- outside of windows


async def test_a_template_message_needs_no_window() -> None:
    """It arrives, the app is told so; the same client_msg_id is not sent twice; who blocks it gets none."""
    async with stage() as here:
        here.fake.template("T1", "thing1", "phrase2", "time3")
        path, body = template()
        body = {**body, "touser": here.hana.openid, "client_msg_id": "row-1"}
        first = await here.call(path, body)
        assert (await here.call(path, body))["msgid"] == first["msgid"]
        await here.fake.taken()
        [post] = here.hana.reads
        assert (post.by, post.text) == ("template", "服务进度通知\n厨房水龙头\n已预约\n2026年11月24日 14:00")
        [told] = here.fake.acts
        assert (told.fields["Event"], told.fields["Status"]) == ("TEMPLATESENDJOBFINISH", "success")
        here.hana.unreachable = "user block"
        assert (await here.call(path, {**body, "client_msg_id": "row-2"}))["errcode"] == 0
        await here.fake.taken()
        assert here.fake.acts[-1].fields["Status"] == "failed:user block"
        assert len(here.hana.reads) == 1


async def test_one_consent_is_one_subscribe_message() -> None:
    """The second is refused until they consent again."""
    async with stage() as here:
        here.fake.template("S1", "thing1", once=True)
        path, body = subscribed(to=here.hana.openid)
        await here.hana.consents("S1")
        assert [(await here.call(path, body))["errcode"] for _ in range(2)] == [0, 43101]
        assert here.hana.last.by == "subscribe"


# ---- files, menus, codes, people


UPLOADS = [
    ("media-kind", "poem", b"x"),
    ("file-empty", "image", b""),
    ("file-kind", "image", b"GIF"),
    ("file-kind", "voice", photo()),
    ("file-kind", "video", photo()),
    ("file-kind", "thumb", b"\x89PNG"),
    ("file-size", "thumb", b"\xff\xd8\xff" + bytes(64 * 1024)),
    ("file-size", "voice", amr() + bytes(2 * 1024 * 1024)),
    ("file-size", "image", b"\xff\xd8\xff" + bytes(10 * 1024 * 1024)),
]


@pytest.mark.parametrize(("name", "kind", "data"), UPLOADS, ids=[f"{row[0]}-{row[1]}" for row in UPLOADS])
async def test_an_upload_is_refused(name: str, kind: str, data: bytes) -> None:
    """By its type, its first bytes, its size."""
    async with stage() as here:
        assert (await here.uploads(kind, data))["errcode"] == TEXTS[name][0]


async def test_a_file_lies_there_for_three_days_and_can_be_sent() -> None:
    """Up and down the same bytes; a video by a further address; a part that is not called media is none."""
    async with stage() as here:
        assert (await here.uploads("image", photo(), name="file"))["errcode"] == 41005
        await here.hana.says("一")
        cover = {"thumb_media_id": (await here.uploads("thumb", photo()))["thumb_media_id"]}
        for kind, data in (("image", photo()), ("voice", amr()), ("video", video())):
            id = (await here.uploads(kind, data))["media_id"]
            path, body = media(kind, id, **(cover if kind == "video" else {}))
            assert (await here.call(path, {**body, "touser": here.hana.openid}))["errcode"] == 0
            assert (here.hana.last.type, here.hana.last.media) == (kind, id)
            query = {"access_token": here.token, "media_id": id}
            got = await here.client.get(f"{here.fake.base_url}/cgi-bin/media/get", params=query)
            if kind == "video":
                got = await here.client.get(got.json()["video_url"])
            assert got.content == data
        here.watch.move(3 * 86400 - 1)
        assert (await here.call("media/get", media_id=id)).get("video_url")
        here.watch.move(1)
        assert (await here.call("media/get", media_id=id))["errcode"] == 40007


async def test_a_menu_is_kept_and_tapped() -> None:
    """What was made is read back, tapped by name or key, and gone when it is deleted."""
    async with stage() as here:
        path, body = menu(click(), {"name": "服务", "sub_button": [click("进度", "STATUS")]})
        assert (await here.call(path, body))["errcode"] == 0
        assert (await here.call("menu/get"))["menu"] == body
        await here.hana.menu("进度")
        await here.hana.menu("REPORT")
        assert [act.fields["EventKey"] for act in here.fake.acts] == ["STATUS", "REPORT"]
        assert (await here.call("menu/delete"))["errcode"] == 0
        assert (await here.call("menu/get"))["errcode"] == 46003


async def test_a_code_is_drawn_and_scanned_until_it_ends() -> None:
    """A ticket for a picture; its scene comes with who scans it; another ticket has none."""
    async with stage() as here:
        made = await here.call(*code(seconds=600, scene_str="asset_9"))
        assert made["expire_seconds"] == 600
        url = f"{here.fake.base_url}/cgi-bin/showqrcode"
        assert (await here.client.get(url, params={"ticket": made["ticket"]})).content[:3] == b"\xff\xd8\xff"
        assert (await here.client.get(url, params={"ticket": "x"})).status_code == 404
        await here.hana.scan("asset_9")
        assert here.fake.acts[-1].fields["Ticket"] == made["ticket"]
        lasting = await here.call(*code("QR_LIMIT_STR_SCENE", None, scene_str="shop"))
        assert "expire_seconds" not in lasting


async def test_a_person_is_known_by_little() -> None:
    """Whether they follow, and how they came; no name."""
    async with stage() as here:
        here.fake.code("home_7")
        found = await here.call("user/info", openid=here.hana.openid)
        assert (found["subscribe"], found["nickname"], found["qr_scene_str"]) == (1, "", "")
        await here.hana.unfollow()
        assert await here.call("user/info", openid=here.hana.openid) == {"subscribe": 0, "openid": here.hana.openid}
        await here.hana.follow("home_7")
        assert (await here.call("user/info", openid=here.hana.openid))["qr_scene_str"] == "home_7"
