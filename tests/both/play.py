"""The people of the story on both platforms, and what must be true at its end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from domain.chat import Line, Outbound, Place, Priority, Text
from domain.people import INSIDE
from domain.requests import Event, rebuild
from domain.states import State
from tests.both.office import AD, Office
from tests.both.promises import promised, told
from tests.wechat.followers import Follower
from tests.wechat.platform import NOTICE
from tests.wecom import play
from tests.wecom.guest import Guest
from tests.wecom.office import STAFF_CHAT
from tests.wecom.people import Member
from tests.wecom.play import PHONE

DIGITS = re.compile(r"\b\d{6}\b")


class Play(play.Play):
    """``hana`` is the homeowner in the chat that she uses now, ``follower`` she on WeChat."""

    here: Office

    def __init__(self, here: Office) -> None:
        super().__init__(here)
        self.follower: Follower = here.wechat.follower("hana", following=False)
        self.hana: Follower | Guest = self.follower
        self.read = 0

    async def follows(self) -> None:
        """She follows the account, and is greeted."""
        await self.follower.follow()
        await self.here.settle()
        assert [post.by for post in self.follower.reads] == ["answer"]

    async def moves(self) -> None:
        """She names her phone on the web; the digits which she then reads on WeChat prove that both are one person.
        From now on she is told on the web."""
        here, web, known = self.here, await self.here.guest(), len(self.follower.reads)
        await here.says(web, "/link")
        await here.says(web, PHONE)
        if not any(self.follower.left().values()):  # nothing reaches her there before she writes
            assert len(self.follower.reads) == known
            await here.says(self.follower, "在吗")
        [digits] = DIGITS.findall("\n".join(post.text for post in self.follower.reads[known:]))
        await here.says(web, digits)
        await here.tap(web, "menu-progress")
        self.hana, self.read = web, len(self.follower.reads)

    async def advertises(self) -> None:
        """Something is for sale, which her window is not for."""
        place = Place("wechat", self.follower.openid)
        said = Outbound(place, (Line(Text("words", {"words": AD})),), priority=Priority.CAMPAIGN)
        await self.here.store(lambda store: store.outbox.add(AD, [said], self.here.watch()))
        await self.here.settle()

    async def claimed(self) -> None:
        """Two of the staff take it at the same moment: one has it, and everybody sees who."""
        here = self.here
        await self.sam.press(here.words("action-claim"))
        await self.zoe.press(here.words("action-claim"))
        await here.settle()
        request = await here.request()
        assert request.state is State.TRIAGED
        assert all(here.words("state-TRIAGED") in self.card(one).text for one in self.staff)

    async def rates(self) -> None:
        """She agrees that it is done, and gives five stars."""
        await self.acts(self.hana, "confirm")
        await self.here.tap(self.hana, "rating-score", score=5)
        await self.here.tap(self.hana, "form-done")
        await self.here.tap(self.hana, "form-skip")

    # ---- what they were shown

    def heard(self) -> list[str]:
        """All that the homeowner was shown, in whatever chat."""
        return [post.text for post in self.follower.reads] + [
            *(self.here.page.shown.values() if self.here.page else ())
        ]

    def sent(self, *to: str) -> list[str]:
        """All that was sent to these on WeCom, as it was then."""
        return [one.text for one in self.fake.journal.of("sent") if one.to in to]

    def offers(self, person: Member) -> int:
        """How often somebody was offered it."""
        return sum(self.here.words("job-offered") in text for text in self.sent(person.id))

    async def events(self) -> Sequence[Event]:
        events: Sequence[Event] = await self.here.store(lambda store: store.requests.events("R-1001", INSIDE))
        return events

    # ---- the end

    async def ends(self, state: State, score: int = 0, overtaken: Collection[str] = ()) -> None:
        """The request is over and is what its events say; every change was told once, and nothing was refused, dropped
        or advertised. What was ``overtaken`` by the next change before it was sent may be untold.
        """
        request, events = await self.here.request(), await self.events()
        assert (request.state, request.score) == (state, score), request
        assert rebuild(events) == request, f"{rebuild(events)} by events, {request} stored"
        assert all(self.here.words(f"state-{state}") in self.card(one).text for one in self.staff)
        await self._told_once(events, overtaken)
        await self._stands()
        await play.stands(self.here)

    async def _told_once(self, events: Sequence[Event], overtaken: Collection[str]) -> None:
        due = promised(events)
        shown = {"homeowner": self.heard(), "staff": self.sent(f"group:{STAFF_CHAT}", "ada|sam|zoe")}
        for one in (self.zhang, self.li):
            account = await self.here.store(lambda store, one=one: store.people.by_account("wecom", one.id))
            shown[account.id] = self.sent(one.id)
        for who, texts in shown.items():
            ids = {id for one, id in due if one == who}
            said = told(self.here.app.catalogue, self.here.locale, who, texts, ids)
            owed = Counter({key: count for key, count in due.items() if key[0] == who})
            often, untold = said - owed, {id for _, id in owed - said}
            assert not often, f"too often: {often}"
            assert untold <= set(overtaken), f"not: {untold}"

    async def _stands(self) -> None:
        """On WeChat all was answered at the first attempt and nothing refused; nothing is owed on either platform."""
        journal, reads = self.here.wechat.journal, self.follower.reads
        for kind in ("refused", "abandoned", "late", "unreached", "unserved", "violation"):
            assert journal.of(kind) == [], journal.of(kind)
        assert len(journal.of("posted")) == len(self.here.wechat.acts)
        assert not any(NOTICE in post.text or AD in post.text for post in reads), reads
        assert len(reads) == self.read or self.hana is self.follower, reads[self.read :]
        unsent = await self.here.store(
            lambda store: store.connection.all(
                "SELECT id, state FROM outbox WHERE state IN ('due', 'dead') AND channel <> 'webchat'"
            )
        )
        assert unsent == [], [row["id"] for row in unsent]
