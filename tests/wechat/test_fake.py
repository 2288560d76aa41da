"""The fake itself: callbacks on their way, answers, people, faults, the journal, the process."""

from __future__ import annotations

import asyncio
import json
import sys
import xml.etree.ElementTree as ET
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from tests.telegram.media import photo
from tests.wechat.crypto import Seal, Wrong, signature
from tests.wechat.delivery import letter_of
from tests.wechat.fake import NAME
from tests.wechat.hostile import KINDS, sealed_in
from tests.wechat.platform import NOTICE
from tests.wechat.remote import Remote
from tests.wechat.stage import SEAL, Listener, stage

SHORT_S = 0.2
LONG_S = 60.0


def opened(body: bytes) -> dict[str, str]:
    """What a letter of the platform says."""
    sealed = ET.fromstring(body).findtext("Encrypt") or ""
    return {one.tag: one.text or "" for one in ET.fromstring(SEAL.decrypt(sealed))}


def answering(*given: Any) -> Any:
    """An app which says these one after the other, the last one for ever: bytes, a status, or inner fields."""
    left = list(given)

    async def answers(here: Listener, request: Request, body: bytes) -> Response:
        now = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(now, dict):
            return here.sealed(**{"ToUserName": opened(body)["FromUserName"], "MsgType": "text", **now})
        return Response(status_code=now) if isinstance(now, int) else Response(now)

    return answers


def came(app: Listener, count: int) -> bool:
    return len(app.taken) == count


async def held(here: Listener, request: Request, body: bytes) -> Response:
    """Answers everything with the same words, once it is let go."""
    await here.held.wait()
    return here.sealed(ToUserName=opened(body)["FromUserName"], MsgType="text", Content="好的")


# ---- the envelope


async def test_a_callback_is_sealed_and_signed_as_the_manual_says() -> None:
    """Both signatures, the envelope, and inside the fields of a text."""
    async with stage() as here:
        number = await here.hana.says("漏水 ]]> <b>& 😀")
        await here.fake.taken()
        [(query, body)] = here.app.taken
        sealed = ET.fromstring(body).findtext("Encrypt") or ""
        assert query["encrypt_type"] == "aes"
        assert query["signature"] == signature(here.fake.token, query["timestamp"], query["nonce"])
        assert query["msg_signature"] == signature(here.fake.token, query["timestamp"], query["nonce"], sealed)
        inner = opened(body)
        assert (inner["Content"], inner["MsgId"]) == ("漏水 ]]> <b>& 😀", str(number))
        assert (inner["ToUserName"], inner["FromUserName"], inner["MsgType"]) == (NAME, here.hana.openid, "text")
        assert int(inner["CreateTime"]) == here.watch().timestamp()


def test_a_seal_opens_only_what_is_whole_and_ours() -> None:
    """Another key, another owner, a block less, a letter changed: not opened."""
    sealed = SEAL.encrypt("好")
    assert SEAL.decrypt(sealed) == "好"
    for wrong in ("", "!", sealed[:-4], sealed[:64], SEAL.encrypt("好")[:-64]):
        with pytest.raises(Wrong):
            SEAL.decrypt(wrong)
    for other in (Seal(SEAL.token, SEAL.aes_key, "wxother"), Seal(SEAL.token, "x" * 42 + "E", SEAL.owner)):
        with pytest.raises(Wrong):
            SEAL.decrypt(other.encrypt("好"))


async def test_the_address_is_verified_with_an_echo() -> None:
    """GET with a signature; who answers with the echo is ours."""
    async with stage() as here:
        assert (await here.fake.verifies()).text.isdigit()


async def test_people_do_what_the_manual_describes() -> None:
    """Every kind of message has its own fields and a number; events have none; all tell who and when."""
    async with stage() as here:
        here.fake.code("home_7")
        hana = here.hana
        await hana.photo()
        await hana.voice(recognition="漏水")
        await hana.video()
        await hana.location()
        await hana.link("https://example.com")
        await hana.scan("home_7")
        await hana.view("https://example.com")
        await hana.unfollow()
        await hana.follow("home_7")
        await here.fake.taken()
        told = [opened(body) for _, body in here.app.taken]
        assert [one["MsgType"] for one in told[:5]] == ["image", "voice", "video", "location", "link"]
        assert [one["Event"] for one in told[5:]] == ["SCAN", "VIEW", "unsubscribe", "subscribe"]
        assert [one["EventKey"] for one in told[5:]] == ["home_7", "https://example.com", "", "qrscene_home_7"]
        assert told[5]["Ticket"]
        assert told[1]["Recognition"] == "漏水"
        assert all(("MsgId" in one) == ("Event" not in one) for one in told)
        kept = here.fake.here.shelf.get(told[0]["MediaId"])
        assert kept.data == photo()


async def test_people_cannot_do_what_is_not_there() -> None:
    """An entry of no menu, a choice that was not sent, an old code, words after leaving: the test itself errs."""
    async with stage() as here:
        here.fake.code("old", 60)
        here.watch.move(61)
        for act in (here.hana.menu("报修"), here.hana.choose("是"), here.hana.scan("old"), here.hana.follow()):
            with pytest.raises(AssertionError):
                await act
        await here.hana.unfollow()
        with pytest.raises(AssertionError):
            await here.hana.says("漏水")


# ---- answers


async def test_an_answer_is_read_by_the_person() -> None:
    """A passive answer stands in the chat; «success» and nothing leave it as it is."""
    async with stage(answering({"Content": "收到 ]]> &"}, b"success", b"")) as here:
        for _ in range(3):
            await here.hana.says("漏水")
        await here.fake.taken()
        assert [(post.by, post.text) for post in here.hana.reads] == [("answer", "收到 ]]> &")]
        assert [one.answer for one in here.fake.journal.of("delivered")] == ["reply", "success", "none"]
        assert here.hana.left() == {"message": 5, "touch": 0}  # an answer costs nothing


async def test_an_answer_may_be_a_file_that_lies_there() -> None:
    """A picture by its id; one that has gone is no answer."""
    async with stage(strict=False) as here:
        kept = here.fake.here.shelf.keep("image", photo())
        here.app.answers = answering({"MsgType": "image", "Image": {"MediaId": kept.id}})
        await here.hana.says("看看")
        await here.fake.taken()
        here.watch.move(3 * 86400)
        await here.hana.says("再看看")
        await here.fake.taken()
        assert [(post.type, post.media) for post in here.hana.reads] == [("image", kept.id), ("text", "")]
        assert here.hana.last.text == NOTICE


OTHER = Seal("another", SEAL.aes_key, SEAL.owner)
STRANGE = [
    {"seal": OTHER, "Content": "x"},
    {"at": 1, "Content": "x"},
    {"ToUserName": "somebody", "Content": "x"},
    {"FromUserName": "gh_other", "Content": "x"},
    {"Content": ""},
    {"Content": "长" * 700},
    {"MsgType": "news", "Content": "x"},
    {"Content": "x", "FuncFlag": "0"},
    {"MsgType": "image", "Image": {"MediaId": "nothing"}},
    b"ok",
    b'{"errcode":0}',
    b"<xml><ToUserName>a</ToUserName><Content>plain</Content></xml>",
    b"<xml><Encrypt>x</Encrypt></xml>",
    b"<!DOCTYPE xml><xml></xml>",
    b"\xff",
]


@pytest.mark.parametrize("strange", STRANGE, ids=lambda one: str(one)[:40])
async def test_an_answer_of_no_known_shape_is_a_fault(strange: Any) -> None:
    """The person reads that the service is broken, it is not sent again, and the journal calls it a violation."""
    async with stage(answering(strange), strict=False, answer_s=LONG_S) as here:
        await here.hana.says("漏水")
        await here.fake.taken()
        assert [(post.by, post.text) for post in here.hana.reads] == [("notice", NOTICE)]
        assert len(here.fake.violations) == 1
        assert len(here.app.taken) == 1


async def test_a_violation_fails_the_block() -> None:
    """Nobody has to look into the journal for it."""

    async def block() -> None:
        async with stage(answering(b"ok")) as here:
            await here.hana.says("漏水")
            await here.fake.taken()

    with pytest.raises(AssertionError, match="an answer that is none"):
        await block()


# ---- three attempts


async def test_what_is_not_answered_in_time_comes_three_times_and_its_late_answers_are_thrown_away() -> None:
    """The attempts overlap, are sealed anew, bear the same number; the person reads the notice alone."""
    async with stage(held, answer_s=LONG_S, hangs_up=False) as here:
        await here.hana.says("漏水")
        for attempt in (1, 2, 3):
            await here.fake.until(partial(came, here.app, attempt))
            here.fake.hurry()
        await here.fake.taken()
        here.app.held.set()
        await here.fake.until(lambda: len(here.fake.journal.of("late")) == 3)
        assert [post.by for post in here.hana.reads] == ["notice"]
        assert {one.text for one in here.fake.journal.of("late")} == {"好的"}
        assert len({opened(body)["MsgId"] for _, body in here.app.taken}) == 1
        assert len({query["msg_signature"] for query, _ in here.app.taken}) == 3
        assert len(here.fake.journal.of("abandoned")) == 3
        assert len(here.fake.journal.of("unserved")) == 1


async def test_an_attempt_in_time_ends_it() -> None:
    """The second attempt is answered while the first one still waits: read once, no third."""
    async with stage(held, answer_s=LONG_S, hangs_up=False) as here:
        await here.hana.says("漏水")
        await here.fake.until(lambda: here.app.taken)
        here.fake.hurry()
        await here.fake.until(lambda: len(here.app.taken) == 2)
        here.app.held.set()
        await here.fake.taken()
        await here.fake.until(lambda: here.fake.journal.of("late"))
        assert [(post.by, post.text) for post in here.hana.reads] == [("answer", "好的")]
        assert len(here.app.taken) == 2


async def test_five_seconds_are_real_ones_and_can_be_shortened() -> None:
    """Without anybody in a hurry the wait is over by itself."""
    async with stage(held, answer_s=SHORT_S) as here:
        await here.hana.says("漏水")
        await here.fake.taken()
        assert len(here.fake.journal.of("abandoned")) == 3


async def test_an_error_or_a_broken_connection_is_no_answer() -> None:
    """500 and an address where nobody listens: it comes again; what people did waits for an address."""
    async with stage(answering(500, b"success"), answer_s=SHORT_S) as here:
        await here.hana.says("漏水")
        await here.fake.taken()
        assert [(one.status, one.taken) for one in here.fake.journal.of("delivered")] == [(500, False), (200, True)]
        here.fake.connect("http://127.0.0.1:1/wechat")
        await here.hana.says("还在漏")
        await here.fake.taken()
        assert len(here.fake.journal.of("unreached")) == 3


async def test_an_attempt_may_be_the_same_bytes_again() -> None:
    """Whether a second attempt is sealed anew is an option, as it is not known for sure."""
    async with stage(answering(500, b"success"), answer_s=SHORT_S, same_again=True) as here:
        await here.hana.says("漏水")
        await here.fake.taken()
        assert here.app.taken[0] == here.app.taken[1]


async def test_what_a_person_does_comes_in_order_unless_it_may_overtake() -> None:
    """The next act waits for the one before, or does not."""
    async with stage(held, answer_s=LONG_S) as here:
        await here.hana.says("一")
        await here.hana.says("二")
        await here.fake.until(lambda: here.app.taken)
        await here.fake.journal.news()
        assert len(here.app.taken) == 1
    async with stage(held, answer_s=LONG_S, ordered=False) as here:
        await here.hana.says("一")
        await here.hana.says("二")
        await here.fake.until(lambda: len(here.app.taken) == 2)


# ---- those who are not the platform


async def test_hostile_letters_are_false_in_one_way_each() -> None:
    """Each differs from a true one; the replayed is true; the re-split bears a signature that holds."""
    async with stage() as here:
        now = str(int(here.watch().timestamp()))
        for kind in KINDS:
            letter = here.fake.hostile.letter(kind, here.hana)
            sign = letter.query.get("msg_signature", "")
            try:
                sealed = sealed_in(letter)
                signed = sign == SEAL.sign(letter.query["timestamp"], letter.query["nonce"], sealed)
                opens = bool(SEAL.decrypt(sealed))
            except (AssertionError, Wrong):
                signed, opens = signed if kind in ("other-key", "other-app", "short", "resplit") else False, False
            fresh = letter.query["timestamp"] == now
            true = signed and opens and fresh and b"<!DOCTYPE" not in letter.body and len(letter.body) < 65536
            assert true == (kind == "replayed"), kind
            if kind == "resplit":
                assert signed
        await here.fake.hostile.attack("forged", here.hana)
        await here.hana.says("真的")
        await here.fake.taken()
        await here.fake.hostile.replay()
        assert here.app.taken[1] == here.app.taken[2]


def test_a_letter_names_the_person() -> None:
    """The address bears the openid, as the platform's does."""

    async def run() -> None:
        async with stage() as here:
            assert letter_of(here.fake.here, "<xml></xml>", here.hana.openid).query["openid"] == here.hana.openid

    asyncio.run(run())


# ---- faults and the journal


FAULTS = {
    "busy": False,
    "500": False,
    "502": False,
    "html": False,
    "half": True,
    "half-refused": False,
    "reset": False,
    "lost": True,
    "hang": False,
    "late": True,
    "slow": True,
    "busy-done": True,
    "500-done": True,
}


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_is_what_it_says(name: str) -> None:
    """Whether the message arrives all the same, and that the caller cannot take it for an «ok» unless it is one."""
    async with stage() as here:
        await here.hana.says("漏水")
        await here.fake.taken()
        await here.fresh()
        here.fake.fail(name, who=here.hana, seconds=0.05)
        body = {"touser": here.hana.openid, "msgtype": "text", "text": {"content": "你好"}}
        url = f"{here.fake.base_url}/cgi-bin/message/custom/send"
        told: Any
        try:
            answer = await here.client.post(url, params={"access_token": here.token}, json=body)
            told = answer.json().get("errcode") if "json" in answer.headers["content-type"] else answer.status_code
        except httpx.TransportError:
            told = "broken"
        assert bool(here.hana.reads) is FAULTS[name]
        assert (told == 0) is (name in ("late", "slow"))
        assert here.hana.left()["message"] == 5 - FAULTS[name]
        assert await here.sends() == 0  # once is once


async def test_the_journal_is_on_disk_when_the_bot_hears(tmp_path: Path) -> None:
    """A process of its own: its people are played over HTTP, its clock moved, its journal outlives it."""
    path = tmp_path / "journal.jsonl"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.wechat", "--journal", str(path), "--answer-s", "0.5",
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    try:
        async with asyncio.timeout(20):
            url = (await process.stdout.readline()).decode().split()[1]
        await asyncio.to_thread(_play, url)
    finally:
        process.terminate()
        await process.wait()
    kinds = [json.loads(line)["kind"] for line in path.read_text("utf-8").splitlines()]
    assert kinds == ["act", "act", *[*["posted", "unreached"] * 3, "unserved", "read"] * 2]


def _play(url: str) -> None:
    remote = Remote(url)
    remote("", "follower", "hana")
    assert remote("hana", "says", "漏水") > 0
    assert remote("hana", "photo", photo()) > 0
    assert remote("", "waiting") == 2
    assert remote("hana", "left")["message"] == 5
    remote("", "move", 48 * 3600.0)
    assert remote("hana", "left")["message"] == 0
    remote("", "connect", "http://127.0.0.1:1/wechat")
    remote("", "taken")
    assert remote("hana", "reads")[0]["by"] == "notice"
    remote.close()
