"""The homeowner's story on the Official Account, over real HTTP: report, choose, follow it, rate."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from domain.people import Role
from tests.wechat.followers import Follower
from tests.wechat.office import GROUP, Office, office

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
        await here.picks(hana, self.windows()[0])
        await self.picks("form-confirm")

    def windows(self) -> list[str]:
        """The times that are offered in what she read last."""
        return [words for words in self.choices() if ":00" in words]

    def choices(self) -> list[str]:
        """What can be chosen in what she read last, whichever way it is shown."""
        last = self.hana.last
        listed = last.text.partition(self.here.words("wechat-choose"))[2].splitlines()
        return list(last.labels) or [line.partition(" ")[2] for line in listed if line]

    async def picks(self, id: str, **args: object) -> None:
        await self.here.picks(self.hana, self.here.words(id, **args))

    async def acts(self, who: str, action: str) -> None:
        label = self.here.words(f"action-{action}")
        if who == "hana":
            await self.here.picks(self.hana, label)
        else:
            await self.here.press(who, label, GROUP if who == "sam" else "")


async def test_probe(database_url: str, tmp_path: Path) -> None:
    """x."""
    async with office(database_url, tmp_path) as here:
        play = Play(here)
        await play.opens()
        hana = play.hana
        try:
            await here.after(hana, hana.follow())
            await play.files()
            await play.acts("sam", "claim")
            await play.acts("sam", "offer")
            await here.press("sam", here.words("installer", name="张师傅", number="JD-001"), GROUP)
            await play.acts("zhang", "accept")
            await play.acts("hana", "schedule")
            await here.picks(hana, play.windows()[0])
            request = await here.request()
            assert request.window_start
            await here.until(request.window_start - timedelta(hours=1))
            await play.acts("zhang", "depart")
        finally:
            for post in hana.reads:
                print("-----", post.at.isoformat(), post.by, post.type, "|", post.text, post.labels)
            for e in here.fake.journal.of("refused"):
                print(e.line())
