"""The people of the story, what they do, and what must be true at its end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from domain.people import Role
from tests.wecom.chats import Post
from tests.wecom.guest import Guest
from tests.wecom.media import photo
from tests.wecom.office import Office
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

    async def cancels(self, hana: Guest, meanwhile: Callable[[], Awaitable[object]]) -> None:
        """The homeowner cancels; just before they say why, something else happens."""
        await self.acts(hana, "cancel")
        [why, *_] = await self.here.choices(hana)
        await meanwhile()
        await self.here.takes(hana, why)

    async def acts(self, person: Member | Guest, action: str) -> None:
        """Press what a card offers."""
        await self.here.tap(person, f"action-{action}")

    async def offered_to(self, person: Member, number: str) -> None:
        await self.acts(self.sam, "offer")
        await self.here.tap(self.sam, "installer", name=person.name, number=number)

    async def scheduled(self, hana: Guest) -> None:
        """The homeowner chooses a window; time goes by until an hour before it."""
        await self.acts(hana, "schedule")
        await self.here.pick(hana)
        request = await self.here.request()
        assert request.window_start
        await self.here.until(request.window_start - timedelta(hours=1))

    async def worked(self, who: Member | None = None) -> None:
        """The installer sets out, arrives with the code, and finishes with two photos; by default the first one."""
        here, who = self.here, who or self.zhang
        await self.acts(who, "depart")
        await self.acts(who, "arrive")
        await here.says(who, (await here.request()).code)
        await self.acts(who, "finish")
        for colour in ("green", "yellow"):
            await who.photo(photo(colour))
            await here.settle()
        await here.tap(who, "form-photos-done")
        await here.says(who, "换了阀芯")
        await here.tap(who, "checks-all")


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
