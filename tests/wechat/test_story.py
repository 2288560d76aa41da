"""The homeowner's story on the Official Account, over real HTTP: report, choose, follow it, rate."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from domain.people import Role
from domain.states import State
from tests.telegram.media import photo
from tests.wechat.followers import Follower
from tests.wechat.office import GROUP, Office, choices, office

DRIP = "厨房水龙头一直滴水，明天下午有空"
ADDRESS = "世纪大道100弄3号楼1202室"


class Play:
    """The people of the story, and what they do; staff press in the group."""

    def __init__(self, here: Office) -> None:
        self.here = here
        self.hana: Follower = here.fake.follower("hana", following=False)

    async def opens(self) -> None:
        """Everybody joins by their link, and the group is bound."""
        here = self.here
        await here.joins("ada", Role.ADMIN)
        await here.told("ada", "/bindcode")
        code = here.shown("ada").rpartition("/bind ")[2].split()[0]
        await here.told("ada", f"/bind {code}", GROUP)
        await here.joins("sam", Role.STAFF, name="小林")
        skills = [skill.code for skill in here.app.company.skills]
        await here.joins("zhang", Role.INSTALLER, name="张师傅", number="JD-001", skills=skills)

    async def files(self) -> None:
        """The homeowner writes, sends a photo, answers what is asked, and confirms."""
        here, hana = self.here, self.hana
        await here.says(hana, DRIP)
        await here.after(hana, hana.photo())
        await self.picks("form-photos-done")
        await self.picks("consent-agree")
        await here.says(hana, ADDRESS)
        await self.picks("district-pudong")
        await here.says(hana, "13800138000")
        await self.picks("form-confirm")

    def windows(self) -> list[str]:
        """The times that are offered in what she read last."""
        return [words for words in choices(self.hana.last) if ":00" in words]

    async def picks(self, id: str, **args: object) -> None:
        await self.here.picks(self.hana, self.here.words(id, **args))

    async def acts(self, who: str, action: str) -> None:
        label = self.here.words(f"action-{action}")
        if who == "hana":
            await self.here.picks(self.hana, label)
        else:
            await self.here.press(who, label, GROUP if who == "sam" else "")

    async def accepted(self) -> None:
        """Staff claim it and offer it to the installer, who takes it."""
        await self.acts("sam", "claim")
        await self.acts("sam", "offer")
        await self.here.press("sam", self.here.words("installer", name="张师傅", number="JD-001"), GROUP)
        await self.acts("zhang", "accept")

    async def worked(self) -> None:
        """The installer comes with the code that the homeowner reads, and finishes with a photo."""
        here = self.here
        request = await here.request()
        assert request.window_start
        await here.until(request.window_start - timedelta(hours=1))
        await self.acts("zhang", "depart")
        await self.acts("zhang", "arrive")
        await here.told("zhang", (await here.request()).code)
        await self.acts("zhang", "finish")
        for colour in ("green", "yellow"):
            await here.photo("zhang", photo(colour))
        await here.press("zhang", here.words("form-photos-done"))
        await here.told("zhang", "换了阀芯")
        await here.press("zhang", here.words("checks-all"))


async def test_from_a_follow_to_five_stars(database_url: str, tmp_path: Path) -> None:
    """The whole story: each change is read by the homeowner in order, within the windows, and nothing is refused."""
    async with office(database_url, tmp_path) as here:
        play = Play(here)
        hana = play.hana
        await play.opens()
        [greeting] = await here.after(hana, hana.follow())
        assert greeting.by == "answer"
        await play.files()
        assert (await here.request()).state is State.NEW
        assert len((await here.request()).photos) == 1
        assert [post.by for post in hana.reads].count("service") == 1  # the photo had to be fetched first

        await play.accepted()
        assert "小林" in hana.text
        assert "张师傅(JD-001)" in hana.last.text
        assert hana.last.type == "msgmenu"
        await play.acts("hana", "schedule")
        assert hana.last.by == "answer"
        await here.picks(hana, play.windows()[0])
        await here.told("sam", "/r R-1001 师傅会带新的阀芯", GROUP)
        assert "师傅会带新的阀芯" in hana.last.text
        await play.worked()
        assert here.words("home-state-DONE") in hana.last.text

        await play.acts("hana", "confirm")
        await play.picks("rating-score", score=5)
        await play.picks("form-done")
        await play.picks("form-skip")
        assert (await here.request()).score == 5
        await _stands(here, hana)


async def _stands(here: Office, hana: Follower) -> None:
    """Nothing was refused, nothing is owed, everything that was said was answered at once, and once."""
    assert here.fake.journal.of("refused") == []
    assert len(here.fake.journal.of("posted")) == len(here.fake.acts)
    unsent = await here.store(
        lambda store: store.connection.all("SELECT id FROM outbox WHERE state IN ('due', 'dead')")
    )
    assert unsent == []
    texts = [post.text for post in hana.reads]
    assert len(texts) == len(set(texts))
    assert len(here.fake.journal.of("token")) <= 1 + (here.watch() - hana.reads[0].at) / timedelta(hours=1.5)


async def test_a_choice_is_a_number_its_sign_its_word_or_a_tap(database_url: str, tmp_path: Path) -> None:
    """«1», «①», «一», «1、» and the words themselves choose alike; a number beyond the list is words."""
    async with office(database_url, tmp_path) as here:
        told = []
        for index, said in enumerate(("1", "①", "一", "１、", here.words("form-photos-none"))):
            who = here.fake.follower(f"p{index}")
            await here.says(who, DRIP)
            assert f"1 {here.words('form-photos-none')}" in who.last.text
            [post] = await here.says(who, said)
            told.append(post.text)
        assert len(set(told)) == 1
        beyond = here.fake.follower("beyond")
        await here.says(beyond, DRIP)
        [post] = await here.says(beyond, "7")
        assert post.text not in told


async def test_a_tap_on_what_is_not_theirs_changes_nothing(database_url: str, tmp_path: Path) -> None:
    """Somebody else's item, one that never was, and one of a card that is over are answered and do nothing."""
    async with office(database_url, tmp_path) as here:
        play = Play(here)
        hana, thief = play.hana, here.fake.follower("thief")
        await play.opens()
        await here.after(hana, hana.follow())
        await play.files()
        await play.acts("sam", "claim")
        label = here.words("action-cancel")
        menu = next(post for post in reversed(hana.reads) if label in post.labels)
        token = next(id for id, words in menu.buttons if words == label)
        for id in (token, "x" * 22, "\u5317"):
            before = await here.request()
            assert await here.after(thief, thief.taps(id, label))
            assert (await here.request()).version == before.version
        await here.after(hana, hana.choose(label, menu))
        while (await here.request()).state is not State.CANCELLED:
            await here.picks(hana, choices(hana.last)[0])
        version = (await here.request()).version
        assert await here.after(hana, hana.choose(label, menu))
        assert (await here.request()).version == version
