"""What is owed to followers, sent to a strict Official Account over HTTP: words, choices, files, what goes wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.wechat_open import Opened
from domain.channel import Answering, Notices, Numbered, Probes, Window, Windowed
from domain.chat import Kind, Media
from domain.errors import Permanent, Temporary, WindowShut
from storage.database import Database
from tests.channels.wechat_stage import CATALOGUE, Script, Shelf, message, opened, scripted
from tests.fakes import Watch
from tests.telegram.media import photo, video
from tests.wechat import FakeWechat, Follower
from tests.wechat.media import amr

WORDS = CATALOGUE.words("zh-CN", "wechat-")


@pytest.fixture
def engine() -> str:
    """Nothing here is kept in a database but the access token."""
    return "sqlite"


@pytest.fixture
async def fake() -> AsyncIterator[FakeWechat]:
    """The platform, on a clock that stands still."""
    async with FakeWechat(clock=Watch()) as fake:
        yield fake


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """An empty one."""
    return Shelf(tmp_path)


@pytest.fixture
async def wechat(fake: FakeWechat, database: Database, shelf: Shelf) -> AsyncIterator[Opened]:
    """The channel."""
    async with opened(fake, database, shelf) as found:
        yield found


@pytest.fixture
async def hana(fake: FakeWechat) -> Follower:
    """She wrote lately."""
    hana = fake.follower("hana")
    await hana.says("你好")
    return hana


async def test_words_are_sent_as_they_are(wechat: Opened, hana: Follower) -> None:
    """Emoji, markup, right-to-left text and ends of CDATA arrive unharmed."""
    said = "好的👨‍👩‍👧 <b>x</b> & ]]> שלום\n第二行"

    external = await wechat.channel.send(message(hana, said))

    assert (hana.last.by, hana.last.type, hana.last.text) == ("service", "text", said)
    assert external


async def test_ten_thousand_signs_arrive_in_order(wechat: Opened, fake: FakeWechat, hana: Follower) -> None:
    """A long text becomes several messages, none too long, and nothing of it is lost."""
    fake.relax(windows={"message": Window("message", 99, 1e6)})
    await hana.says("?")
    said = "水龙头👨‍👩‍👧滴水。" * 1000
    owed = message(hana, said)

    await wechat.channel.send(owed)

    assert "".join(one.text for one in hana.reads) == said
    assert wechat.channel.cost(owed) == len(hana.reads) > 10


async def test_choices_are_a_menu_with_our_tokens(wechat: Opened, fake: FakeWechat, hana: Follower) -> None:
    """Buttons become items that can be tapped, and a tap names our token."""
    await wechat.channel.send(message(hana, "改到什么时候?", labels=("明天上午", "明天下午")))

    assert (hana.last.type, hana.last.text) == ("msgmenu", "改到什么时候?")
    assert hana.last.buttons == (("k3Jd8sPqLmZx.0", "明天上午"), ("k3Jd8sPqLmZx.1", "明天下午"))
    assert len(hana.reads) == 1


async def test_many_choices_have_numbers(wechat: Opened, hana: Follower) -> None:
    """More than a menu holds are numbered lines in one text."""
    labels = tuple(f"第{at}个" for at in range(1, 12))
    await wechat.channel.send(message(hana, "哪一个?", labels=labels))

    assert hana.last.type == "text"
    assert hana.last.text.startswith(f"哪一个?\n\n{WORDS['wechat-choose']}\n1 第1个\n")
    assert hana.last.text.endswith("\n11 第11个")


async def test_long_words_stand_above_their_choices(wechat: Opened, hana: Follower) -> None:
    """What does not fit above a menu goes before it."""
    said = "字" * 682

    await wechat.channel.send(message(hana, said, labels=("好",) * 2))

    assert [one.type for one in hana.reads] == ["text", "msgmenu"]
    assert "".join(one.text for one in hana.reads) == said


async def test_choices_without_words_have_numbers(wechat: Opened, hana: Follower) -> None:
    """A menu needs something above it."""
    await wechat.channel.send(message(hana, labels=("好",)))

    assert hana.last.text == f"{WORDS['wechat-choose']}\n1 好"


async def test_files_are_uploaded_and_sent(wechat: Opened, fake: FakeWechat, shelf: Shelf, hana: Follower) -> None:
    """Pictures, voices and films go as what they are, before the words."""
    files = (
        shelf.put("p", photo()),
        shelf.put("v", amr(), Media.VOICE),
        shelf.put("f", video(), Media.VIDEO),
    )

    await wechat.channel.send(message(hana, "看这里", files=files))

    assert [one.type for one in hana.reads] == ["image", "voice", "video", "text"]
    assert [fake.here.shelf.files[one.media].data for one in hana.reads[:3]] == [photo(), amr(), video()]
    covers = [one for one in fake.here.shelf.files.values() if one.kind == "thumb"]
    assert len(covers) == 1
    assert covers[0].data.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    ("data", "media", "called", "shown"),
    [
        (b"%PDF-1.4 report", Media.DOCUMENT, "检测报告.pdf", "检测报告.pdf"),
        (b"OggS" + bytes(50), Media.VOICE, "", WORDS["wechat-file-nameless"]),
        (b"\x00\x00\x00\x20ftypqt  " + bytes(50), Media.VIDEO, "film.mov", "film.mov"),
        (b"\xff\xd8\xff" + bytes(10_000_001), Media.PHOTO, "big.jpg", "big.jpg"),
        (b"#!AMR\n" + bytes(2_000_001), Media.VOICE, "long.amr", "long.amr"),
    ],
)
async def test_what_wechat_does_not_take_is_named(
    wechat: Opened, shelf: Shelf, hana: Follower, data: bytes, media: Media, called: str, shown: str
) -> None:
    """A file that cannot be sent is named, with what to do instead; the words follow."""
    await wechat.channel.send(message(hana, "看这里", files=(shelf.put("d", data, media, called),)))

    assert hana.reads[0].text == f"{shown}\n{WORDS['wechat-file-elsewhere']}"
    assert hana.reads[1].text == "看这里"


async def test_a_file_that_is_gone_is_permanent(wechat: Opened, shelf: Shelf, hana: Follower) -> None:
    """Without its bytes a file is not tried again and again."""
    file = shelf.put("p", photo())
    shelf.path("p").unlink()
    with pytest.raises(Permanent, match="file-gone"):
        await wechat.channel.send(message(hana, files=(file,)))


@pytest.mark.parametrize(
    ("errcode", "again"), [(40200, "text"), (40008, "text"), (45098, "msgmenu"), (45002, "msgmenu")]
)
async def test_an_account_without_menus_gets_numbers(
    database: Database, shelf: Shelf, errcode: int, again: str
) -> None:
    """A refused menu is sent with numbers at once; an account that has none is not asked again."""
    script = Script([errcode])
    async with scripted(script) as account, opened(account, database, shelf) as wechat:
        for _ in range(2):
            await wechat.channel.send(message("oHana0123", "几点?", labels=("一点", "两点")))

    kinds = [body["msgtype"] for _, body in script.calls]
    assert kinds == ["msgmenu", "text", again]
    assert script.calls[1][1]["text"]["content"] == f"几点?\n\n{WORDS['wechat-choose']}\n1 一点\n2 两点"


async def test_numbers_in_two_texts_go_on_where_they_stopped(database: Database, shelf: Shelf) -> None:
    """What is sent instead of a refused menu is text by text: if the second fails, the first is not sent again."""
    script = Script([40008, 0, -1])
    choices = tuple("选" * 20 + str(at) for at in range(9))
    async with scripted(script) as account, opened(account, database, shelf) as wechat:
        given = message("oHana0123", "长" * 493, labels=choices)
        with pytest.raises(Temporary):
            await wechat.channel.send(given)
        await wechat.channel.send(given)

    kinds = [body["msgtype"] for _, body in script.calls]
    assert kinds == ["msgmenu", "text", "text", "text"]
    first, *second = [body["text"]["content"] for _, body in script.calls[1:]]
    assert first == "长" * 493
    assert len(set(second)) == 1
    assert second[0].endswith(choices[-1])


async def test_a_refused_menu_alone_is_tried_again(database: Database, shelf: Shelf) -> None:
    """Where nothing instead of it has gone yet, the next try begins anew, in numbers."""
    script = Script([40008, -1])
    async with scripted(script) as account, opened(account, database, shelf) as wechat:
        given = message("oHana0123", "几点?", labels=("一点", "两点"))
        with pytest.raises(Temporary):
            await wechat.channel.send(given)
        await wechat.channel.send(given)

    assert [body["msgtype"] for _, body in script.calls] == ["msgmenu", "text", "text"]


async def test_a_file_the_platform_refuses_is_named(database: Database, shelf: Shelf) -> None:
    """What does not go as what it is, is named, with what to do instead; other refusals are passed on."""
    script, file = Script([40009, 0, 40003]), shelf.put("p", photo(), called="p.jpg")
    async with scripted(script) as account, opened(account, database, shelf) as wechat:
        await wechat.channel.send(message("oHana0123", files=(file,)))
        with pytest.raises(Permanent, match="blocked"):
            await wechat.channel.send(message("oHana0123", files=(file,), id="another:0"))

    assert [path for path, _ in script.calls] == ["upload", "send", "upload"]
    assert script.calls[1][1]["text"]["content"] == f"p.jpg\n{WORDS['wechat-file-elsewhere']}"


async def test_who_left_is_blocked(wechat: Opened, hana: Follower) -> None:
    """Nothing reaches who does not follow any more."""
    await hana.unfollow()

    with pytest.raises(Permanent, match="blocked"):
        await wechat.channel.send(message(hana, "您好"))


async def test_a_shut_window_says_so(wechat: Opened, fake: FakeWechat, hana: Follower) -> None:
    """Too late or too many is WindowShut: the message goes another way."""
    for _ in range(5):
        await wechat.channel.send(message(hana, "您好"))
    with pytest.raises(WindowShut):
        await wechat.channel.send(message(hana, "还有"))
    await hana.says("?")
    fake.clock.move(48 * 3600 + 1)
    with pytest.raises(WindowShut):
        await wechat.channel.send(message(hana, "晚了"))


async def test_half_a_message_goes_on_where_it_stopped(wechat: Opened, fake: FakeWechat, hana: Follower) -> None:
    """When the second of three texts fails, the next try sends the second and the third."""
    fake.relax(windows={"message": Window("message", 9, 3600)})
    await hana.says("?")
    owed = message(hana, "一" * 682, "二" * 682, "三" * 600)
    fake.fail("busy", "custom/send", after=1)
    with pytest.raises(Temporary):
        await wechat.channel.send(owed)

    await wechat.channel.send(owed)
    await wechat.channel.send(owed)

    assert [one.text[0] for one in hana.reads] == ["一", "二", "三", "一", "二", "三"]


@pytest.mark.parametrize(("fault", "code"), [("late", "timeout"), ("lost", "reset"), ("502", "502"), ("half", "reset")])
async def test_a_send_that_breaks_off_may_have_arrived(
    wechat: Opened, fake: FakeWechat, hana: Follower, fault: str, code: str
) -> None:
    """What went wrong on the way is Temporary and tells by its code whether it may have arrived."""
    fake.fail(fault, "custom/send", seconds=9.0)
    with pytest.raises(Temporary) as failed:
        await wechat.channel.send(message(hana, "您好"))
    assert failed.value.code == code


async def test_nothing_is_ever_edited(wechat: Opened, hana: Follower) -> None:
    """What a follower has, stays: the dispatcher sends anew."""
    with pytest.raises(Permanent, match="not-editable"):
        await wechat.channel.edit("custom:1", message(hana, "您好"))
    with pytest.raises(Permanent, match="empty"):
        await wechat.channel.send(message(hana))


async def test_a_probe_asks_the_platform(wechat: Opened, fake: FakeWechat) -> None:
    """It returns while the platform answers, and fails when it does not."""
    await wechat.channel.probe()
    fake.fail("502", "*")
    with pytest.raises(Temporary):
        await wechat.channel.probe()


async def test_the_channel_promises_what_it_can(wechat: Opened, hana: Follower) -> None:
    """It has windows from the settings, gives answers and numbers, and can be probed."""
    channel = wechat.channel
    for promise in (Answering, Notices, Numbered, Probes, Windowed):
        assert isinstance(channel, promise)
    assert channel.windows == (Window("message", 5, 172800), Window("touch", 3, 60))
    assert channel.answerable(message(hana, "好"))
    assert not channel.answerable(message(hana, "好" * 700))
    assert channel.cost(message(hana, "好", (Kind.TEXT, "的"), labels=("a",))) == 1
