"""The whole story on Telegram, over real HTTP: from a dripping faucet to five stars, with all that goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.people import Role
from domain.states import State
from tests.telegram.chats import Post, Topic
from tests.telegram.groups import Group
from tests.telegram.media import photo, voice
from tests.telegram.office import Office, office, texts
from tests.telegram.people import Person

DRIP = {
    "zh-CN": "厨房水龙头一直滴水，明天下午有空",
    "zh-Hant": "廚房水龍頭一直滴水，明天下午有空",
    "en": "kitchen tap dripping, tomorrow afternoon",
}
CLIENT = {"zh-CN": "zh-hans", "zh-Hant": "zh-hant", "en": "en"}
ADDRESS = "世纪大道100弄3号楼1202室"
MORE = "漏得更大了"
OWN = (
    MORE,
    ADDRESS,
    "世纪大道100弄3号楼",
    "1202室",
    "王阿姨",
    "小林",
    "张师傅",
    "李师傅",
    "老板",
    "换了阀芯",
    "还是滴",
)


class Play:
    """The people of the story, and what they do."""

    def __init__(self, here: Office, forum: bool = True) -> None:
        self.here, self.fake, language = here, here.fake, CLIENT[here.locale]
        self.ada, self.sam = self.fake.user("老板", language), self.fake.user("小林", language)
        self.zhang, self.li = self.fake.user("张师傅", language), self.fake.user("李师傅", language)
        self.hana = self.fake.user("王阿姨", language)
        self.group: Group = self.fake.group("客服群", self.ada, forum=forum)

    @property
    def topic(self) -> Topic:
        """The thread of the request, as it is now."""
        return self.group.topic("R-1001")

    def card(self) -> Post:
        """The newest card in the request's topic."""
        return [post for post in self.group.heard(self.topic.id) if post.text.startswith(("R-1001", "紧急"))][-1]

    async def opens(self) -> None:
        """Everybody joins by their link, and the group is bound."""
        here = self.here
        await here.joins(self.ada, Role.ADMIN)
        await self.binds()
        await here.joins(self.sam, Role.STAFF, name="小林")
        skills = [skill.code for skill in here.app.company.skills]
        for number, person in ((1, self.zhang), (2, self.li)):
            facts = {"name": person.user["first_name"], "number": f"JD-00{number}", "skills": skills}
            await here.joins(person, Role.INSTALLER, **facts)

    async def binds(self) -> None:
        """The bot is taken into the group, which is bound by a code."""
        here = self.here
        await self.group.add(self.sam)
        await self.group.add_bot()
        await here.says(self.ada, "/bindcode")
        code = self.ada.heard[-1].text.partition("/bind ")[2].split()[0]
        await here.says(self.ada, f"/bind {code}", self.group)

    async def files(self, more: Callable[[], Any] | None = None) -> None:
        """The homeowner writes, answers what is asked, and confirms."""
        here, hana = self.here, self.hana
        await here.says(hana, DRIP[here.locale])
        await (more() if more else here.tap(hana, "form-photos-none"))
        await here.tap(hana, "consent-agree")
        await here.says(hana, ADDRESS)
        await here.tap(hana, "district-pudong")
        await hana.shares_contact()
        await here.settle()
        if here.words("form-confirm") not in {label for row in hana.heard[-1].buttons for label in row}:
            await here.pick(hana)
        await here.tap(hana, "form-confirm")

    async def sends_files(self) -> None:
        """An album of which one part comes late, and a voice note."""
        here, hana = self.here, self.hana
        album = await hana.sends_album([photo(), photo("red")])
        await here.settle()
        await hana.sends_album([photo("blue")], album=album[0].album)
        await here.settle()
        await hana.sends_voice(voice())
        await here.settle()
        await here.tap(hana, "form-photos-done")

    async def acts(self, person: Person, action: str) -> None:
        """Press what a card offers; staff do so in the group."""
        await self.here.tap(person, f"action-{action}", self.group if person is self.sam else None)

    async def offered_to(self, person: Person, number: str) -> None:
        await self.acts(self.sam, "offer")
        name = person.user["first_name"]
        await self.here.tap(self.sam, "installer", self.group, name=name, number=number)

    async def scheduled(self) -> None:
        """The homeowner chooses a window; time goes by until an hour before it."""
        await self.acts(self.hana, "schedule")
        await self.here.pick(self.hana)
        request = await self.here.request()
        assert request.window_start
        await self.here.until(request.window_start - timedelta(hours=1))

    async def worked(self) -> None:
        """The installer arrives with the code and finishes with two photos."""
        here, zhang = self.here, self.zhang
        await self.acts(zhang, "arrive")
        await here.says(zhang, (await here.request()).code)
        await self.acts(zhang, "finish")
        await zhang.sends_album([photo("green"), photo("yellow")])
        await here.settle()
        await here.tap(zhang, "form-photos-done")
        await here.says(zhang, "换了阀芯")
        await here.tap(zhang, "checks-all")

    async def rates(self) -> None:
        here, hana = self.here, self.hana
        await here.tap(hana, "rating-score", score=5)
        await here.tap(hana, "form-done")
        await here.tap(hana, "form-skip")


@pytest.mark.parametrize(("locale", "webhook"), [("zh-CN", True), ("en", False), ("zh-Hant", True)])
async def test_from_a_dripping_faucet_to_five_stars(
    database_url: str, tmp_path: Path, locale: str, webhook: bool
) -> None:
    """The whole story with an album, a voice note, a topic that was deleted, an edited card, a 429 and a 403."""
    async with office(database_url, tmp_path, webhook, locale) as here:
        play = Play(here)
        await play.opens()
        await play.files(play.sends_files)
        first = play.topic
        assert [post.media for post in play.group.heard(first.id)] == ["", "photo", "photo", "photo", "voice", ""]
        assert len((await here.request()).photos) == 4

        card = play.card()
        await play.acts(play.sam, "claim")
        assert (play.card().id, play.card().edits) == (card.id, 1)
        assert here.words("state-TRIAGED") in card.text

        await play.group.delete_topic(first.id)
        await play.acts(play.hana, "add")
        await here.says(play.hana, MORE)
        assert play.topic.id != first.id
        assert MORE in texts(play.group.heard(play.topic.id))
        await here.says(play.sam, "/show R-1001", play.group, play.topic.id)

        play.li.chat.blocked = True
        await play.offered_to(play.li, "JD-002")
        assert here.words("dead-why-gone") in texts(play.group.shows())
        await play.acts(play.sam, "more")
        await play.acts(play.sam, "withdraw")

        await play.offered_to(play.zhang, "JD-001")
        here.fake.fail("429", chat=play.hana, seconds=40)
        await play.acts(play.zhang, "accept")
        assert here.words("told-accept-installer", id="R-1001") in texts(play.zhang.heard)
        assert "张师傅" in texts(play.hana.heard)
        await play.scheduled()
        await play.acts(play.zhang, "depart")
        assert (await here.request()).code in texts(play.hana.heard)
        await play.worked()
        await play.acts(play.hana, "confirm")
        assert not play.topic.open
        here.fake.fail("429", "sendMessage", play.group, after=1, seconds=5)  # when the topic was opened for the stars
        await play.rates()
        assert not play.topic.open
        assert (await here.request()).score == 5

        await play.acts(play.hana, "reopen")
        await here.says(play.hana, "还是滴")
        assert play.topic.open
        assert (await here.request()).state is not State.CLOSED
        await _stands(here, play)


async def _stands(here: Office, play: Play) -> None:
    """Nothing was refused but what was meant to be, all presses were answered, and nothing is owed."""
    refused = [one.name for one in here.fake.journal.of("refused")]
    assert sorted(refused) == ["blocked", "throttled", "throttled", "topic-closed", "topic-deleted"]
    await here.fake.until(lambda: not here.fake.chats.queries)
    unsent = await here.store(
        lambda store: store.connection.all("SELECT DISTINCT chat, state FROM outbox WHERE state IN ('due', 'dead')")
    )
    assert [(row["chat"], row["state"]) for row in unsent] == [(str(play.li.id), "dead")]
    # a group that is not bound yet is spoken to in the company's language
    posts = [post for post in here.fake.chats.bot_rows() if post is not play.group.heard()[0]]
    bot_said = "\n".join(f"{post.text} {post.buttons}" for post in posts)
    assert "[" not in bot_said
    if here.locale == "en":
        for own in (*OWN, *(str(one) for one in play.fake.people), "匠到家装服务"):
            bot_said = bot_said.replace(own, "")
        assert [char for char in bot_said if "\u4e00" <= char <= "\u9fff"] == []


@pytest.mark.parametrize("told", [True, False])
async def test_a_group_that_becomes_a_supergroup_is_served_there(database_url: str, tmp_path: Path, told: bool) -> None:
    """What is owed to the old id arrives once under the new one, whether the service messages came or only the 400."""
    async with office(database_url, tmp_path) as here:
        play = Play(here, forum=False)
        await play.opens()
        before = len(play.group.heard())
        old = play.group.chat
        await play.group.migrate(told=told)
        await play.files()

        assert play.group.id != old.id
        assert len(old.bot_posts()) == before
        [card] = play.group.heard()
        assert "R-1001" in card.text
        await play.acts(play.sam, "claim")
        assert here.words("state-TRIAGED") in card.text
        assert (await here.store(lambda store: store.groups.places("staff")))[0].chat == str(play.group.id)


async def test_a_bot_that_is_removed_from_its_group_tells_the_admins(database_url: str, tmp_path: Path) -> None:
    """Taken out of the staff group, it says so in private; what comes meanwhile is served in the next group."""
    async with office(database_url, tmp_path) as here:
        play = Play(here)
        await play.opens()
        await play.group.remove_bot()
        await here.settle()
        assert play.ada.heard[-1].text.removeprefix("⚠️ ") == here.words("group-removed", title="客服群")
        await play.files()
        assert here.words("told-file-homeowner", id="R-1001", by=here.watch()).split("R-1001")[0] in texts(
            play.hana.heard
        )

        play.group = here.fake.group("新客服群", play.ada, forum=True)
        await play.binds()
        await here.says(play.sam, "/show R-1001", play.group)
        await play.acts(play.sam, "claim")
        assert (await here.request()).state is State.TRIAGED


async def test_masks_edits_and_forwards_have_no_rights(database_url: str, tmp_path: Path) -> None:
    """Who hides behind the group or a channel is told how to be somebody; an edit and a forward are no commands."""
    async with office(database_url, tmp_path) as here:
        play = Play(here)
        await play.opens()
        await play.files()
        for mask in (play.group.anonymous(play.sam), play.group.as_channel(play.sam)):
            count = len(play.group.heard())
            await here.says(mask, "/find 世纪大道", play.group)
            [told] = play.group.heard()[count:]
            assert told.text == here.words("anonymous-how")
        count = len(play.group.heard())
        robot = here.fake.user("别的机器人", is_bot=True)
        await here.says(robot, "/find 世纪大道", play.group)
        said = await here.says(play.sam, "今天人手不够", play.group)
        await play.sam.edits(said, "/find 世纪大道")
        await play.sam.forwards("/find 世纪大道", play.hana, play.group)
        await here.settle()
        found = here.words("find-title", words="世纪大道", count=1)
        assert found not in texts(play.group.heard()[count:])
        await here.says(play.sam, "/find 世纪大道", play.group)
        assert found in texts(play.group.heard()[count:])

        await play.group.anonymous(play.sam).presses(here.words("action-claim"), play.group)
        await here.settle()
        assert (await here.request()).state is State.TRIAGED  # a press bears its real id
