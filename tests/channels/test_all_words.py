"""What the bot says is read on each platform as it was meant: nothing lost, nothing taken for markup, parts in order.

Each platform is the strict fake over HTTP, which takes apart what came as the real one does and refuses or cuts what is
too long. White space at the ends of a text and where a long one is cut may go; see ``tests.words_table.meant``.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.console import Console
from bot.channels.telegram_http import open_bot
from bot.channels.telegram_send import Sender
from bot.channels.telegram_words import cut as cut_units
from bot.channels.telegram_words import units
from bot.channels.tencent_words import cut as cut_bytes
from bot.channels.tencent_words import size
from bot.legible import legible
from domain.chat import Kind, Message, Place, Style
from messages import Catalogue, raise_fault
from storage.database import Database
from tests.channels.wechat_stage import Desk, Shelf, listening, opened
from tests.channels.wechat_stage import message as wechat_message
from tests.channels.wecom_rig import ACCOUNT, STAFF_CHAT, STAFF_GROUP, rig
from tests.channels.wecom_rig import message as wecom_message
from tests.fakes import Watch
from tests.telegram import NO_LIMITS, FakeTelegram, Options
from tests.wechat import FakeWechat
from tests.wechat import Options as WechatOptions
from tests.wechat.budget import NONE
from tests.wecom import NO_LIMITS as WECOM_NO_LIMITS
from tests.wecom.service import Terms
from tests.words_table import FAMILY, GRAPHEMES, LONG, MANY, MARKUP, SHORT, UNKEPT, meant, seen

CATALOGUE = Catalogue.load(on_fault=raise_fault)
LINK = re.compile(r"<(?=/?a[\s>])", re.IGNORECASE)  # what WeChat and WeCom make a link of in a plain text
WAYS = (
    ("", [("好",)]),  # a menu, or a card with all of it
    (seen(CATALOGUE.words("zh-CN", "wecom-")["wecom-card-choose"]), [("好",)]),  # a card beneath it
    (seen(CATALOGUE.words("zh-CN", "wecomkf-")["wecomkf-choose"]) + "1好", []),  # no room for a menu
)
"""What stands behind the words where there is something to choose, and what can be pressed."""
LABELS = {name: said for name, said in {**GRAPHEMES, **MARKUP}.items() if len(meant(said)) <= 10}
EVERYTHING = {**SHORT, **UNKEPT}
CUT = {f"many of {name}": one * (MANY // len(one) + 1) for name, one in GRAPHEMES.items()}

Lines = tuple[tuple[Kind, str], ...]
Rows = tuple[tuple[tuple[str, str, Style], ...], ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A message as somebody is shown it."""

    text: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """``says`` sends lines with buttons to somebody and returns what they read because of that, in order.

    ``links`` says that the platform makes links of «<a …>» in a plain text, so that the sign is another one there.
    """

    says: Callable[[Lines, Rows], Any]
    links: bool = True

    def meant(self, said: str) -> str:
        return LINK.sub("＜", meant(said)) if self.links else meant(said)


Open = Callable[[Database, Path], AbstractAsyncContextManager[Reader]]


@pytest.fixture
def engine() -> str:
    """What is sent does not depend on the engine."""
    return "sqlite"


async def no_pause(seconds: float) -> None:
    """Go on at once."""


@asynccontextmanager
async def telegram(database: Database, folder: Path) -> AsyncIterator[Reader]:
    async with FakeTelegram(options=Options(limits=NO_LIMITS)) as fake, open_bot(fake.token, fake.base_url) as bot:
        sender, hana = Sender(bot, folder.joinpath, CATALOGUE.words, no_pause), fake.user("Hana")
        await hana.starts()

        async def says(lines: Lines, rows: Rows) -> list[Read]:
            before = len(hana.heard)
            await sender.send(Message("m1", 1, Place("telegram", str(hana.id)), lines, rows, card="c"))
            return [Read(one.text, tuple(label for row in one.buttons for label in row)) for one in hana.heard[before:]]

        yield Reader(says, links=False)


@asynccontextmanager
async def wechat(database: Database, folder: Path) -> AsyncIterator[Reader]:
    """Customer-service messages of the Official Account."""
    fake = FakeWechat(clock=Watch(), options=WechatOptions(windows=NONE))
    async with fake, opened(fake, database, Shelf(folder)) as found:
        hana = fake.follower("hana")
        await hana.says("在吗")

        async def says(lines: Lines, rows: Rows) -> list[Read]:
            before = len(hana.reads)
            await found.channel.send(replace(wechat_message(hana, *lines), buttons=rows))
            return [Read(one.text, one.labels) for one in hana.reads[before:]]

        yield Reader(says)


@asynccontextmanager
async def passive(database: Database, folder: Path) -> AsyncIterator[Reader]:
    """Answers within the callback: XML, sealed."""
    fake, desk = FakeWechat(clock=Watch()), Desk()
    async with (
        fake,
        opened(fake, database, Shelf(folder)) as found,
        listening(found.intake(desk.receive, fake.clock)) as url,
    ):
        fake.connect(url)
        hana = fake.follower("hana")

        async def says(lines: Lines, rows: Rows) -> list[Read]:
            before = len(hana.reads)
            desk.says = lambda raw: wechat_message(hana, *lines, id=raw.id)
            await hana.says("在吗")
            await fake.taken()
            assert {one.by for one in hana.reads[before:]} <= {"answer"}
            return [Read(one.text) for one in hana.reads[before:]]

        yield Reader(says)


def wecom(chat: str, staff: Sequence[str] = ()) -> Open:
    """A member in private, or the group of staff as one of its members reads it."""

    @asynccontextmanager
    async def opens(database: Database, folder: Path) -> AsyncIterator[Reader]:
        async with rig(database, folder, limits=WECOM_NO_LIMITS) as here:
            await here.joins(*staff)
            sam = here.fake.member("sam")

            def posts() -> list[Any]:
                return [*[one for one in sam.sees(STAFF_CHAT) if not one.author], *sam.heard]

            async def says(lines: Lines, rows: Rows) -> list[Read]:
                before = {id(one) for one in posts()}
                here.watch.move(61)  # what a member is sent within a minute is counted
                await here.wecom.channel.send(wecom_message(chat, lines=lines, buttons=rows))
                return [Read(one.text, one.buttons) for one in posts() if id(one) not in before]

            yield Reader(says)

    return opens


@asynccontextmanager
async def kf(database: Database, folder: Path) -> AsyncIterator[Reader]:
    async with rig(database, folder, limits=WECOM_NO_LIMITS) as here:
        here.fake.service.terms = Terms(count=100_000)
        hana, count = here.fake.customer("hana"), iter(range(100_000))
        await hana.says("在吗")

        async def says(lines: Lines, rows: Rows) -> list[Read]:
            before, place = len(hana.heard), f"{ACCOUNT}/{hana.id}"
            await here.kf.channel.send(wecom_message(place, "wecomkf", id=f"m{next(count)}", lines=lines, buttons=rows))
            return [Read(one.text, one.buttons) for one in hana.heard[before:]]

        yield Reader(says)


@asynccontextmanager
async def console(database: Database, folder: Path) -> AsyncIterator[Reader]:
    """What stands on the terminal, without the empty line behind it."""

    async def says(lines: Lines, rows: Rows) -> list[Read]:
        printed: list[str] = []
        await Console(printed.append).send(Message("m1", 1, Place("console", "me"), lines, rows))
        assert printed.pop() == ""
        shown = printed[: len(lines)]
        return [Read("\n".join(shown).strip(), tuple(one.partition(") ")[2] for one in printed[len(lines) :]))]

    yield Reader(says, links=False)


OPENS: Mapping[str, Open] = {
    "telegram": telegram,
    "wechat": wechat,
    "wechat, answered": passive,
    "wecom, a member": wecom("user:sam"),
    "wecom, a group": wecom(STAFF_GROUP, ("sam", "sue")),
    "wecomkf": kf,
    "console": console,
}
BUTTONED = [name for name in OPENS if name != "wechat, answered"]
every_channel = pytest.mark.parametrize("channel", OPENS)


async def differs(reader: Reader, words: Mapping[str, str], kind: Kind = Kind.TEXT) -> dict[str, object]:
    """What was not read as it was meant, of words that fit one message."""
    found: dict[str, object] = {}
    for name, said in words.items():
        posts = await reader.says(((kind, said),), ())
        if [one.text for one in posts] != [reader.meant(said)]:
            found[name] = posts
    return found


@every_channel
async def test_words_are_read_as_they_were_meant(channel: str, database: Database, tmp_path: Path) -> None:
    """One message, to the sign; what is left out or replaced follows the one rule."""
    async with OPENS[channel](database, tmp_path) as reader:
        assert await differs(reader, EVERYTHING) == {}


@every_channel
async def test_words_within_a_card_stand_in_their_place(channel: str, database: Database, tmp_path: Path) -> None:
    """Between other lines, as a title, a fact or a quotation: whole, and nothing of it spills over."""
    async with OPENS[channel](database, tmp_path) as reader:
        for name, said in EVERYTHING.items():
            lines = ((Kind.TITLE, said), (Kind.FACT, "时间：明天"), (Kind.QUOTE, said), (Kind.NEXT, "等师傅上门"))
            [post] = await reader.says(lines, ())
            before, middle, behind = post.text.partition("时间：明天")
            assert seen(before).removeprefix("【").removesuffix("】").removeprefix("##") == seen(reader.meant(said)), (
                name
            )
            quoted, arrow, last = behind.rpartition("→")
            bare = seen(quoted).removeprefix("「").removesuffix("」").removeprefix(">")
            assert (middle, bare, arrow, last.strip()) == ("时间：明天", seen(reader.meant(said)), "→", "等师傅上门"), (
                name
            )


@pytest.mark.parametrize("channel", [name for name in OPENS if name not in ("wechat, answered", "console")])
async def test_long_words_are_read_whole_and_in_order(channel: str, database: Database, tmp_path: Path) -> None:
    """Ten thousand characters come as several messages of which the platform cuts and refuses none."""
    async with OPENS[channel](database, tmp_path) as reader:
        for name, said in LONG.items():
            posts = await reader.says(((Kind.TEXT, said),), ())
            assert seen("".join(one.text for one in posts)) == seen(reader.meant(said)), name
            assert all(one.text.strip() for one in posts), name
            assert not reader.links or not any(LINK.search(one.text) for one in posts), name


@pytest.mark.parametrize("channel", [name for name in OPENS if name not in ("wechat, answered", "console")])
async def test_no_message_ends_within_a_character(channel: str, database: Database, tmp_path: Path) -> None:
    """Ten thousand code points of which many are seen as one: each part has them whole."""
    async with OPENS[channel](database, tmp_path) as reader:
        for name, said in CUT.items():
            one = GRAPHEMES[name.removeprefix("many of ")]
            for odd in ("", "a"):
                posts = await reader.says(((Kind.TEXT, odd + said),), ())
                texts = [post.text for post in posts]
                assert len(texts) > 1, name
                assert "".join(texts) == odd + said, name
                assert all(not text.removeprefix(odd).replace(one, "") for text in texts), name


@pytest.mark.parametrize("channel", BUTTONED)
async def test_choices_are_read_as_they_were_meant(channel: str, database: Database, tmp_path: Path) -> None:
    """The words on a button, or beside its number where the platform has no room for them on one."""
    async with OPENS[channel](database, tmp_path) as reader:
        for name, said in LABELS.items():
            posts = await reader.says(((Kind.TEXT, "请选择"),), (((said, "tok.0", Style.PLAIN),),))
            label = " ".join(reader.meant(said).split())
            assert posts[-1].labels == (label,), (name, posts)


@pytest.mark.parametrize("channel", BUTTONED)
async def test_words_above_choices_are_read_as_they_were_meant(
    channel: str, database: Database, tmp_path: Path
) -> None:
    """With a menu or on a card: once, whole, and before the choices, also where they do not fit on it."""
    row = (("好", "tok.0", Style.PLAIN),)
    async with OPENS[channel](database, tmp_path) as reader:
        for name, said in {**EVERYTHING, "long": LONG["sentences"], "families": FAMILY * 60}.items():
            posts = await reader.says(((Kind.TEXT, said),), (row,))
            whole = seen(reader.meant(said))
            text, found = seen("".join(one.text for one in posts)), [one.labels for one in posts if one.labels]
            assert text.startswith(whole), name
            assert (text.removeprefix(whole), found) in WAYS, name
            assert not found or posts[-1].labels, name


async def test_an_answer_that_is_too_long_is_none(database: Database, tmp_path: Path) -> None:
    """What does not fit one answer is not cut to fit: nothing is said there, and it goes as other messages do."""
    async with passive(database, tmp_path) as reader:
        [post] = await reader.says(((Kind.TEXT, "字" * 682),), ())
        assert post.text == "字" * 682
        for said in LONG.values():
            whole = await reader.says(((Kind.TEXT, said),), ())
            assert [seen(one.text) for one in whole] in ([], [seen(reader.meant(said))])
        assert await reader.says(((Kind.TEXT, LONG["chinese"]),), ()) == []


async def test_a_terminal_does_as_it_is_told_by_nobody(database: Database, tmp_path: Path) -> None:
    """No words of anybody clear the screen, rename the window or write over another line."""
    async with console(database, tmp_path) as reader:
        for said in EVERYTHING.values():
            [post] = await reader.says(((Kind.QUOTE, said),), (((said, "t", Style.PLAIN),),))
            shown = post.text + "".join(post.labels)
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", shown), said


# ---- the rule itself


@settings(max_examples=300)
@given(st.text(st.characters() | st.sampled_from("\r\n\t\x00\x1b\x7f\x85\ufffe\ud83d")))
def test_the_rule_is_one_and_is_applied_once(said: str) -> None:
    """Whatever is said: what is left of it is what the table of words says, and doing it again changes nothing."""
    assert legible(said).strip() == meant(said)
    assert legible(legible(said)) == legible(said)


def whole_ones(texts: Iterable[str]) -> bool:
    """Whether each text is a row of graphemes of the table."""
    one = "|".join(sorted(map(re.escape, GRAPHEMES.values()), key=len, reverse=True))
    return all(re.fullmatch(f"(?:{one})*", text) for text in texts)


@settings(max_examples=200)
@given(st.lists(st.sampled_from(list(GRAPHEMES.values())), min_size=1, max_size=80), st.integers(64, 400))
@pytest.mark.parametrize(("cut", "measure"), [(cut_units, units), (cut_bytes, size)])
def test_a_cut_goes_between_any_two_characters(cut: Any, measure: Any, signs: list[str], most: int) -> None:
    """Of families, flags and accents in any order every part has whole ones, all of them, and none is too long."""
    rest, texts = "".join(signs), []
    while measure(rest) > most:
        start, rest = cut(rest, most)
        texts.append(start)
    texts.append(rest)
    assert "".join(texts) == "".join(signs)
    assert whole_ones(texts)
    assert all(0 < measure(text) <= most for text in texts[:-1])
