"""The whole story with staff and installers on WeCom, over real HTTP: from a dripping faucet to five stars."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from domain.people import Role
from domain.states import State
from tests.wecom.chats import Post
from tests.wecom.guest import Guest
from tests.wecom.media import photo
from tests.wecom.office import Office, office, texts
from tests.wecom.people import Customer, Member

DRIP = "厨房水龙头一直滴水，明天下午有空"
ADDRESS = "世纪大道100弄3号楼1202室"
PHONE = "13800138000"


class Play:
    """The people of the story, and what they do."""

    def __init__(self, here: Office) -> None:
        self.here, self.fake = here, here.fake
        self.ada, self.sam = self.fake.member("ada", "老板"), self.fake.member("sam", "小林")
        self.zoe = self.fake.member("zoe", "小周")
        self.zhang, self.li = self.fake.member("zhang", "张师傅"), self.fake.member("li", "李师傅")

    @property
    def staff(self) -> tuple[Member, ...]:
        return (self.ada, self.sam, self.zoe)

    def cards(self, member: Member) -> list[Post]:
        """The group's cards of the request, as one member has them, oldest first."""
        return [post for post in member.heard if post.card and post.card.task_id.startswith("g@")]

    def card(self, member: Member) -> Post:
        return self.cards(member)[-1]

    async def opens(self) -> None:
        """Everybody joins by their invitation, and the group is bound."""
        here = self.here
        await here.joins(self.ada, Role.ADMIN)
        await here.says(self.ada, "/bindcode")
        await here.joins(self.sam, Role.STAFF, name=self.sam.name)
        await here.joins(self.zoe, Role.STAFF, name=self.zoe.name)
        skills = [skill.code for skill in here.app.company.skills]
        for number, person in ((1, self.zhang), (2, self.li)):
            facts = {"name": person.name, "number": f"JD-00{number}", "skills": skills}
            await here.joins(person, Role.INSTALLER, **facts)
        await here.refresh()

    async def files(self, hana: Guest | Customer) -> None:
        """The homeowner writes, sends a photo, answers what is asked, and confirms."""
        here = self.here
        await here.says(hana, DRIP)
        await hana.photo(photo())
        await here.settle()
        await here.tap(hana, "form-photos-done")
        await here.tap(hana, "consent-agree")
        await here.says(hana, ADDRESS)
        await here.tap(hana, "district-pudong")
        await here.says(hana, PHONE)
        await here.tap(hana, "form-confirm")

    async def acts(self, person: Member | Guest, action: str) -> None:
        """Press what a card offers."""
        await self.here.tap(person, f"action-{action}")

    async def offered_to(self, person: Member, number: str) -> None:
        await self.acts(self.sam, "offer")
        await self.here.tap(self.sam, "installer", name=person.name, number=number)

    async def scheduled(self, hana: Guest) -> None:
        """The homeowner chooses a window; time goes by until an hour before it."""
        await self.acts(hana, "schedule")
        await hana.picks()
        await self.here.settle()
        request = await self.here.request()
        assert request.window_start
        await self.here.until(request.window_start - timedelta(hours=1))

    async def worked(self) -> None:
        """The installer arrives with the code and finishes with two photos."""
        here, zhang = self.here, self.zhang
        await self.acts(zhang, "depart")
        await self.acts(zhang, "arrive")
        await here.says(zhang, (await here.request()).code)
        await self.acts(zhang, "finish")
        for colour in ("green", "yellow"):
            await zhang.photo(photo(colour))
            await here.settle()
        await here.tap(zhang, "form-photos-done")
        await here.says(zhang, "换了阀芯")


async def test_from_a_dripping_faucet_to_five_stars(database_url: str, tmp_path: Path) -> None:
    """Staff and installers on WeCom, the homeowner on the web: one claims, one declines, one comes and mends it."""
    async with office(database_url, tmp_path) as here:
        play = Play(here)
        await play.opens()
        hana = await here.guest()
        await play.files(hana)
        assert len((await here.request()).photos) == 1
        assert all(here.words("action-claim") in play.card(one).buttons for one in play.staff)
        assert [post.kind for post in play.sam.sees("jiangdaostaff")] == ["image"]

        await play.sam.press(here.words("action-claim"))
        await play.zoe.press(here.words("action-claim"))
        await here.settle()
        assert "小林" in texts([play.card(play.zoe)])
        for one in play.staff:
            [card] = play.cards(one)
            assert (card.edits, here.words("state-TRIAGED") in card.text) == (1, True)
        stale = here.words("not-possible", id="R-1001", state="x").partition("R-1001")[0]
        assert play.zoe.heard[-1].text.startswith(f"{stale}R-1001")
        assert (await here.request()).state is State.TRIAGED

        await play.offered_to(play.li, "JD-002")
        await play.acts(play.li, "decline")
        await play.li.press(play.li.heard[-1].buttons[0])
        await here.settle()
        assert (await here.request()).state is State.TRIAGED
        await play.offered_to(play.zhang, "JD-001")
        await play.acts(play.zhang, "accept")
        assert "张师傅" in await hana.reads()
        await play.scheduled(hana)
        await play.worked()
        await play.acts(hana, "confirm")
        await here.tap(hana, "rating-score", score=5)
        assert (await here.request()).score == 5
        await stands(here)


async def stands(here: Office) -> None:
    """Nothing was dropped or refused but the question for a group that is not there yet, and nothing is owed."""
    journal = here.fake.journal
    assert [one.name for one in journal.of("refused")] == ["chat"]
    for kind in ("dropped", "lost", "folded", "cut"):
        assert journal.of(kind) == []
    unsent = await here.store(
        lambda store: store.connection.all("SELECT channel, chat FROM outbox WHERE state IN ('due', 'dead')")
    )
    assert [row for row in unsent if row["channel"] in ("wecom", "wecomkf")] == []
