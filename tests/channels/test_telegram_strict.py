"""The sender and a server that refuses what Telegram refuses: what people see in their chats in the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.channels.telegram_http import open_bot
from bot.channels.telegram_menus import Menus
from bot.channels.telegram_send import Sender
from domain.chat import Attachment, Kind, Media, Message, Place, Style
from domain.errors import Moved, NoThreads, Permanent, Temporary, ThreadGone, Throttled
from messages import Catalogue, raise_fault
from storage.database import Database
from tests.telegram import NO_LIMITS, FakeTelegram, Group, Limits, Options, Person

ROWS = ((("接单", "t.1", Style.PRIMARY), ("拒单", "t.2", Style.DANGER)),)
STEPS = ((("跳过", "t.1", Style.PLAIN), ("不填了", "t.2", Style.PLAIN)),)
CARD = ((Kind.TITLE, "R-1 & <厨房>"), (Kind.QUOTE, "「漏水」"), (Kind.NEXT, "点「接单」"))


@dataclass
class Stage:
    """Hana in private, Lin's forum group, and a sender with a folder of files."""

    fake: FakeTelegram
    sender: Sender
    folder: Path
    hana: Person
    group: Group

    async def send(self, to: Person | Group, **more: Any) -> str:
        return await self.sender.send(self._message(to, **more))

    async def edit(self, external: str, to: Person | Group, **more: Any) -> str:
        return await self.sender.edit(external, self._message(to, **more))

    def _message(self, to: Person | Group, **more: Any) -> Message:
        place = Place("telegram", str(to.id))
        return Message(**{"id": "m1", "seq": 1, "to": place, "lines": ((Kind.TEXT, "您好"),), **more})

    def photo(self, width: int, height: int) -> Attachment:
        data = BytesIO()
        Image.new("RGB", (width, height)).save(data, "PNG")
        name = f"{width}x{height}"
        (self.folder / name).write_bytes(data.getvalue())
        return Attachment(name)


async def no_pause(seconds: float) -> None:
    """Go on at once."""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load(on_fault=raise_fault)


@pytest.fixture
async def stage(tmp_path: Path, catalogue: Catalogue) -> AsyncIterator[Stage]:
    async with FakeTelegram(options=Options(limits=NO_LIMITS)) as fake, open_bot(fake.token, fake.base_url) as bot:
        hana = fake.user("Hana")
        await hana.starts()
        group = fake.group("客服群", hana, forum=True)
        await group.add_bot()
        yield Stage(fake, Sender(bot, tmp_path.joinpath, catalogue.words, no_pause), tmp_path, hana, group)


async def test_a_card_is_shown_and_edited(stage: Stage) -> None:
    """Strange signs arrive as they are, buttons come and go, and the same once more is no fault."""
    external = await stage.send(stage.hana, lines=CARD, buttons=ROWS, card="c")
    (post,) = stage.hana.heard
    assert post.text == "R-1 & <厨房>\n「漏水」\n\n→ 点「接单」"
    assert post.buttons == (("接单", "拒单"),)

    assert await stage.edit(external, stage.hana, lines=CARD) == external
    assert await stage.edit(external, stage.hana, lines=CARD) == external

    assert (post.buttons, post.edits) == ((), 1)


async def test_words_beneath_a_photo_are_edited(stage: Stage) -> None:
    """The caption of the one message that there is."""
    external = await stage.send(stage.hana, lines=CARD, files=(stage.photo(80, 60),), buttons=ROWS)

    await stage.edit(external, stage.hana, lines=((Kind.TEXT, "接单了"),))

    (post,) = stage.hana.heard
    assert (post.text, post.media, post.buttons) == ("接单了", "photo", ())


async def test_files_arrive_as_the_platform_takes_them(stage: Stage) -> None:
    """Photos as an album, one of an odd shape as a document, a voice note by itself."""
    (stage.folder / "voice").write_bytes(b"OggS voice")
    files = (stage.photo(80, 60), stage.photo(60, 80), Attachment("voice", Media.VOICE))

    await stage.send(stage.hana, lines=(), files=files)
    await stage.send(stage.hana, lines=(), files=(stage.photo(2100, 100),))
    await stage.send(stage.hana, lines=(), files=(stage.photo(80, 60), stage.photo(2100, 100)))

    assert [post.media for post in stage.hana.heard] == ["photo", "photo", "voice", *["document"] * 3]


async def test_a_long_text_arrives_whole(stage: Stage) -> None:
    """In parts that the platform takes, also where signs count twice."""
    told = "😀。" * 4000

    await stage.send(stage.hana, lines=((Kind.ALERT, told),), buttons=ROWS)

    posts = stage.hana.heard
    assert "".join(post.text for post in posts).removeprefix("⚠️ ") == told
    assert [bool(post.buttons) for post in posts] == [False] * (len(posts) - 1) + [True]


async def test_the_phone_is_asked_for_and_shared(stage: Stage) -> None:
    """A keyboard that the platform takes in private, gone with the next plain word."""
    await stage.send(stage.hana, asks="phone", buttons=STEPS)
    keyboard = stage.hana.chat.keyboard
    assert keyboard
    assert keyboard["keyboard"][0][0]["request_contact"] is True

    await stage.send(stage.hana)

    assert stage.hana.chat.keyboard is None


async def test_topics_are_made_closed_and_missed(stage: Stage) -> None:
    """A message goes into its topic; one that was deleted is told as gone, also behind an edit."""
    chat = str(stage.group.id)
    thread = await stage.sender.open_thread(chat, "R-1 厨房")
    external = await stage.send(stage.group, thread=thread, buttons=ROWS, card="c")
    await stage.sender.close_thread(chat, thread)
    await stage.sender.close_thread(chat, thread)
    assert [post.text for post in stage.group.heard(int(thread)) if post.text] == ["您好"]
    await stage.sender.reopen_thread(chat, thread)

    await stage.group.delete_topic(int(thread))

    with pytest.raises(Permanent, match="not-editable"):
        await stage.edit(external, stage.group, thread=thread, lines=CARD)
    with pytest.raises(ThreadGone):
        await stage.send(stage.group, thread=thread)
    with pytest.raises(ThreadGone):
        await stage.sender.close_thread(chat, thread)


async def test_without_the_right_there_are_no_topics(stage: Stage) -> None:
    """Said as such, also where the group has none."""
    await stage.group.rights()
    with pytest.raises(NoThreads):
        await stage.sender.open_thread(str(stage.group.id), "R-1")
    await stage.group.switch_topics(on=False)
    with pytest.raises(NoThreads):
        await stage.sender.open_thread(str(stage.group.id), "R-1")


async def test_chats_that_go_and_move(stage: Stage) -> None:
    """Blocked, removed, moved: each is told from the others."""
    plain = stage.fake.group("旧群", stage.hana)
    await plain.add_bot()
    old = plain.chat
    await plain.migrate()
    await stage.hana.blocks()
    await stage.group.remove_bot()

    with pytest.raises(Permanent, match="blocked"):
        await stage.send(stage.hana)
    with pytest.raises(Permanent, match="chat-gone"):
        await stage.send(stage.group)
    with pytest.raises(Moved) as moved:
        await stage.sender.send(Message("m", 1, Place("telegram", str(old.id)), ((Kind.TEXT, "您好"),)))
    assert moved.value.to == str(plain.id)


@pytest.mark.parametrize(
    ("fault", "code", "arrives"),
    [
        ("500", "crash", 0),
        ("500-done", "crash", 1),
        ("502", "502", 0),
        ("html", "reset", 0),
        ("half", "reset", 1),
        ("reset", "reset", 0),
        ("lost", "reset", 1),
    ],
)
async def test_what_goes_wrong_on_the_way_passes(stage: Stage, fault: str, code: str, arrives: int) -> None:
    """Each fault is one that may pass; whether the message arrived is known only where it surely did not."""
    stage.fake.fail(fault)

    with pytest.raises(Temporary, match=code):
        await stage.send(stage.hana)

    assert len(stage.hana.heard) == arrives


async def test_too_much_at_once_is_told_with_its_pause(stage: Stage) -> None:
    """A second message within the second is refused, and names how long to wait."""
    stage.fake.relax(limits=Limits())
    await stage.send(stage.hana)

    with pytest.raises(Throttled) as throttled:
        await stage.send(stage.hana)

    assert throttled.value.retry_after_s >= 1.0


async def test_menus_are_such_as_the_platform_takes(stage: Stage, database: Database, catalogue: Catalogue) -> None:
    """Names, descriptions, scopes and languages pass its checks."""
    async with open_bot(stage.fake.token, stage.fake.base_url) as bot:
        assert await Menus(bot, database, catalogue.words, "zh-CN").refresh() == 3

    assert len(stage.fake.journal.of("called", method="setMyCommands")) == 3
