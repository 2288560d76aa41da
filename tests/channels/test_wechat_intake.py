"""How callbacks come in over HTTP, sealed and signed as the platform does it, and what goes back in the same breath."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest

from bot.channels.tencent_callback import Opened as Said
from bot.channels.wechat_intake import Intake, reply
from bot.channels.wechat_open import Opened
from bot.channels.wechat_parse import parse
from domain.chat import Attachment, Kind, Message, Place, Raw, Style
from storage.database import Database
from tests.channels.wechat_stage import Desk, Shelf, listening, opened
from tests.fakes import Watch
from tests.wechat import FakeWechat, Follower, Options
from tests.wechat.delivery import letter_of
from tests.wechat.hostile import KINDS

SHORT_S = 0.4


@pytest.fixture
def engine() -> str:
    """Nothing here is kept in a database but the access token."""
    return "sqlite"


@dataclass
class Stage:
    """The platform, the desk behind the door, and somebody who follows."""

    fake: FakeWechat
    desk: Desk
    opened: Opened
    intake: Intake
    hana: Follower

    def says(self, text: str, **more: object) -> None:
        self.desk.says = lambda raw: Message("r:0", 1, Place("wechat", self.hana.openid), ((Kind.TEXT, text),), **more)


@pytest.fixture
async def stage(database: Database, tmp_path: Path) -> AsyncIterator[Stage]:
    """All of it, connected; the platform waits for 0.4 seconds instead of five."""
    fake, desk = FakeWechat(clock=Watch(), options=Options(answer_s=SHORT_S)), Desk()
    async with fake, opened(fake, database, Shelf(tmp_path)) as found:
        intake = found.intake(desk.receive, fake.clock, patience_s=SHORT_S * 0.8)
        async with listening(intake) as url:
            fake.connect(url)
            yield Stage(fake, desk, found, intake, fake.follower("hana"))
            desk.open.set()


async def test_the_console_finds_us(stage: Stage) -> None:
    """The platform's first question is answered by what it asked with."""
    answer = await stage.fake.verifies()
    assert (answer.status_code, answer.text) == (200, str(answer.request.url.params["echostr"]))


async def test_what_is_said_is_kept_and_answered(stage: Stage) -> None:
    """A message is taken in once, its answer comes within the callback, and it is settled after it was sent."""
    stage.says("收到了 ]]> <b>&amp;</b> 👨‍👩‍👧 שלום")
    number = await stage.hana.says("厨房水龙头一直滴水")
    await stage.fake.taken()

    assert [raw.id for raw in stage.desk.raws] == [f"wechat:m:{stage.hana.openid}:{number}"]
    assert parse(stage.desk.raws[0]).text == "厨房水龙头一直滴水"
    assert (stage.hana.last.by, stage.hana.last.text) == ("answer", "收到了 ]]> <b>&amp;</b> 👨‍👩‍👧 שלום")
    assert stage.desk.given[0].fate == ["settled"]


async def test_choices_come_with_numbers(stage: Stage) -> None:
    """An answer has no buttons, so it says what to reply."""
    stage.says("什么时候?", buttons=((("明天", "t.0", Style.PLAIN), ("后天", "t.1", Style.PLAIN)),))
    await stage.hana.says("改约")
    await stage.fake.taken()

    assert stage.hana.last.text == "什么时候?\n\n回复数字选择：\n1 明天\n2 后天"


async def test_without_an_answer_there_is_silence(stage: Stage) -> None:
    """Nothing to say is «success», which nobody reads and nobody sends again."""
    await stage.hana.says("谢谢")
    await stage.fake.taken()

    assert stage.hana.reads == []
    assert len(stage.desk.raws) == 1


@pytest.mark.parametrize("more", [{"files": (Attachment("ab"),)}, {}])
async def test_what_cannot_be_an_answer_is_released(stage: Stage, more: dict[str, object]) -> None:
    """Files and long words go as messages of their own, at once."""
    stage.says("好" if more else "好" * 700, **more)
    await stage.hana.says("?")
    await stage.fake.taken()

    assert stage.hana.reads == []
    assert stage.desk.given[0].fate == ["released"]


async def test_a_slow_handler_answers_the_redelivery(stage: Stage) -> None:
    """Whoever hangs up has not heard: what is late is not settled, and the next attempt gets the answer."""
    stage.desk.open.clear()
    stage.says("收到")
    await stage.hana.says("水龙头")
    await stage.fake.until(lambda: stage.fake.journal.of("abandoned"))
    stage.desk.open.set()
    await stage.fake.taken()

    assert [post.text for post in stage.hana.reads] == ["收到"]
    assert len({raw.id for raw in stage.desk.raws}) == 1
    late, heard = stage.desk.given
    assert (late.fate, heard.fate) == ([], ["settled"])


async def test_what_is_not_kept_comes_again(stage: Stage) -> None:
    """While nothing can be stored nothing is acknowledged; the platform tries again."""
    stage.desk.fault = OSError("disk")
    await stage.hana.says("水龙头")
    await stage.fake.until(lambda: stage.fake.journal.of("delivered"))
    stage.desk.fault = None
    await stage.fake.taken()

    statuses = [entry.status for entry in stage.fake.journal.of("delivered")]
    assert statuses[0] == 500
    assert statuses[-1] == 200
    assert len(stage.desk.raws) == 1


async def test_acts_come_in_like_words(stage: Stage) -> None:
    """A follow with a scene, a scan, a press of the menu and a farewell are each taken in under an id of their own."""
    yuki = stage.fake.follower("yuki", following=False)
    stage.fake.code("product-FT-2")
    await stage.opened.menu.refresh()
    await yuki.follow("product-FT-2")
    await yuki.scan("product-FT-2")
    await yuki.unfollow()
    await stage.fake.taken()

    found = [parse(raw) for raw in stage.desk.raws]
    assert [(one.text, one.event) for one in found] == [
        ("/start product-FT-2", None),
        ("/start product-FT-2", None),
        ("", "blocked"),
    ]
    assert len({raw.id for raw in stage.desk.raws}) == 3


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"replayed"}))
async def test_no_attack_gets_in(stage: Stage, kind: str) -> None:
    """Forged, stale, broken or foreign callbacks are refused in the same way and reach nobody."""
    answer = await stage.fake.hostile.attack(kind, stage.hana)

    assert answer.status_code in (400, 404, 413)
    assert answer.content in (b"", b"Not Found")
    assert stage.desk.raws == []


@pytest.mark.parametrize("xml", ["<xml></xml>", "<xml><FromUserName>x</FromUserName></xml>"])
async def test_what_has_no_sender_is_refused(stage: Stage, xml: str) -> None:
    """A body that was sealed for us and says nothing that can be stored is 400."""
    answer = await stage.fake.postman.post(letter_of(stage.fake.here, xml, stage.hana.openid))

    assert (answer.status_code, answer.content) == (400, b"")
    assert stage.desk.raws == []


async def test_only_get_and_post_are_there(stage: Stage) -> None:
    """Other methods and calls without a signature find nothing."""
    async with httpx.AsyncClient() as client:
        assert (await client.put(stage.fake.postman.url)).status_code in (404, 405)
        assert (await client.post(stage.fake.postman.url, content=b"<xml/>")).status_code == 404


async def test_overlapping_attempts_are_one_message(stage: Stage) -> None:
    """Three attempts at the same time are three times the same id, so that the inbox keeps one."""
    stage.desk.open.clear()
    await stage.hana.says("水龙头")
    await stage.fake.taken()
    stage.desk.open.set()
    async with asyncio.timeout(5):
        while len(stage.desk.raws) < 3:
            await asyncio.sleep(0)

    assert len({raw.id for raw in stage.desk.raws}) == 1


def test_an_answer_cannot_break_out() -> None:
    """Whatever stands in the words, the platform reads them as words."""
    said = Said("", {"FromUserName": "oHana]]><x/>", "ToUserName": "gh_1"})
    xml = reply(said, "]]></Content><MsgType>image</MsgType>\x08", Watch()())
    found = {child.tag: child.text for child in ElementTree.fromstring(xml)}

    assert found["Content"] == "]]></Content><MsgType>image</MsgType>"
    assert found["MsgType"] == "text"
    assert found["ToUserName"] == "oHana]]><x/>"


async def test_a_receiver_is_given_raw_messages(stage: Stage) -> None:
    """What is stored is the decrypted XML, and where to answer."""
    await stage.hana.says("水龙头")
    await stage.fake.taken()

    [raw] = stage.desk.raws
    assert isinstance(raw, Raw)
    assert raw.place == Place("wechat", stage.hana.openid)
    assert set(raw.body) == {"xml"}
    assert "水龙头" in raw.body["xml"]
