"""What goes wrong on WeCom, and what people notice of it: as little as can be."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.chat import Line, Outbound, Place, Text
from domain.people import Role
from domain.states import State
from tests.wecom.office import STAFF_CHAT, office, texts
from tests.wecom.platform import Options
from tests.wecom.play import Play, stands

PRIVATE, SHARED = 300, 60
"""How much is said at once to one member, ten times what WeCom shows in a minute, and to all of them."""


async def test_a_request_is_cancelled_while_an_installer_accepts(database_url: str, tmp_path: Path) -> None:
    """Whoever is first is heard; the other is told politely, and both cards say the same."""
    async with office(database_url, tmp_path) as here:
        play = Play(here)
        await play.opens()
        hana = await here.guest()
        await play.files(hana)
        await play.acts(play.sam, "claim")
        await play.offered_to(play.zhang, "JD-001")
        await play.cancels(hana, meanwhile=lambda: play.zhang.press(here.words("action-accept")))
        request = await here.request()
        assert request.state in (State.CANCELLED, State.ACCEPTED)
        assert here.words(f"state-{request.state}") in play.card(play.sam).text
        assert here.words("action-accept") not in play.zhang.heard[-1].buttons
        await stands(here)


@pytest.mark.parametrize("free", [True, False])
async def test_a_group_that_everybody_left_is_made_anew_or_done_without(
    database_url: str, tmp_path: Path, free: bool
) -> None:
    """Cards and photos go to those who are left, in private if the group's id is not given again."""
    async with office(database_url, tmp_path, options=Options(free_chatids=free)) as here:
        play = Play(here)
        await play.opens()
        await play.zoe.leaves()
        await play.ada.leaves(STAFF_CHAT)
        await play.sam.leaves(STAFF_CHAT)
        hana = await here.guest()
        await play.files(hana)
        assert "R-1001" in play.card(play.sam).text
        assert play.cards(play.zoe) == []
        assert [one.kind for one in (play.sam.sees(STAFF_CHAT) if free else play.sam.heard)].count("image") == 1
        assert here.fake.groups[STAFF_CHAT].members == (["ada", "sam"] if free else [])
        await play.acts(play.sam, "claim")
        assert (await here.request()).state is State.TRIAGED


@pytest.mark.parametrize("fault", ["500", "502", "half", "reset", "lost", "busy-done", "errcode"])
async def test_a_card_that_met_a_fault_arrives(database_url: str, tmp_path: Path, fault: str) -> None:
    """Whatever happens to the call, staff have the card: once, or twice where it had arrived and nobody said so."""
    async with office(database_url, tmp_path) as here:
        play = Play(here)
        await play.opens()
        hana = await here.guest()
        here.fake.fail(fault, "message/send", to="sam")
        await play.files(hana)
        accepted = here.fake.journal.of("fault")[0].accepted
        assert len(play.cards(play.sam)) == (2 if accepted else 1)
        await play.acts(play.sam, "claim")
        assert (await here.request()).state is State.TRIAGED


async def test_a_platform_that_refuses_every_token_is_asked_for_one_a_minute(database_url: str, tmp_path: Path) -> None:
    """While each token is «invalid» there is no storm; once it is over, all that was owed arrives by itself."""
    async with office(database_url, tmp_path) as here:
        play = Play(here)
        await here.joins(play.ada, Role.ADMIN)
        before = len(here.fake.journal.of("token"))
        here.fake.tokens.invalid = "token"
        await here.says(play.ada, "/help")
        began = here.watch()
        for _ in range(10):
            await here.passes(minutes=2)
        minutes = (here.watch() - began).total_seconds() / 60
        assert len(here.fake.journal.of("token")) - before <= minutes + 1
        assert len(here.fake.journal.of("refused", name="token")) <= 3 * (minutes + 1)
        here.fake.tokens.invalid = ""
        await here.passes(minutes=60)
        assert "/queue" in texts(play.ada.heard)
        assert here.fake.journal.of("dropped") == []


async def test_a_customer_whose_window_has_closed_is_not_forgotten(database_url: str, tmp_path: Path) -> None:
    """What staff write after two days is not sent: they hear that, and send it again when the customer writes."""
    async with office(database_url, tmp_path) as here:
        play = Play(here)
        await play.opens()
        hana = here.fake.customer("hana")
        await play.files(hana)
        await play.acts(play.sam, "claim")
        await here.passes(hours=49)
        heard = len(hana.heard)
        await here.says(play.sam, "/r R-1001 明天上午来可以吗")
        assert len(hana.heard) == heard
        await here.passes(hours=30)
        assert here.fake.journal.of("refused", method="kf/send_msg") == []
        assert here.words("dead-why-window") in play.sam.heard[-1].text
        await here.says(hana, "在吗")
        await here.tap(play.sam, "dead-retry")
        assert "明天上午来可以吗" in texts(hana.heard[heard:])
        assert here.fake.journal.of("refused", method="kf/send_msg") == []


@pytest.mark.unwatched  # the same lines over and over: watched, they take far longer
async def test_an_hour_of_bursts_drops_nothing(database_url: str, tmp_path: Path) -> None:
    """Far more than one member may be shown at once, while the group is busy too and others ask again and again: all of
    it is shown to everybody it is for, later rather than never."""
    async with office(database_url, tmp_path) as here:
        play = Play(here)
        await play.opens()
        before = {one.id: len(one.heard) for one in play.staff}
        private = [_said("user:sam", f"私 {n}") for n in range(PRIVATE)]
        shared = [_said(f"group:{STAFF_CHAT}", f"群 {n}") for n in range(SHARED)]
        for name, said in (("private", private), ("shared", shared)):
            await here.store(lambda store, name=name, said=said: store.outbox.add(name, said, here.watch()))
        for _ in range(2):
            for _ in range(35):
                await play.zoe.says("/help")
            await here.passes(minutes=30)
        assert here.fake.journal.of("dropped") == []
        heard = {one.id: len(one.heard) - before[one.id] for one in play.staff}
        assert heard["sam"] >= PRIVATE
        assert heard["zoe"] >= 2 * 35
        assert all(sum(post.text.startswith("群") for post in one.sees(STAFF_CHAT)) == SHARED for one in play.staff)
        await stands(here)


def _said(chat: str, words: str) -> Outbound:
    return Outbound(Place("wecom", chat), (Line(Text("words", {"words": words})),))
