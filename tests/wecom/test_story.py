"""The whole story with staff and installers on WeCom, over real HTTP: from a dripping faucet to five stars."""

from __future__ import annotations

from pathlib import Path

from domain.chat import Text
from domain.people import Role
from domain.states import State
from tests.wecom.office import office, texts
from tests.wecom.play import PHONE, Play, stands


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
        assert play.zoe.heard[-1].text == here.words("refused-state", id="R-1001", state=Text("state-TRIAGED"))
        assert (await here.request()).state is State.TRIAGED

        await play.offered_to(play.li, "JD-002")
        await play.acts(play.li, "decline")
        await play.li.press(play.li.heard[-1].buttons[0])
        await here.settle()
        assert play.li.heard[-1].buttons == ()
        await play.acts(play.zhang, "accept")
        assert "张师傅" in await hana.reads()
        await play.scheduled(hana)
        await play.worked()
        await play.acts(hana, "confirm")
        await here.tap(hana, "rating-score", score=5)
        await here.tap(hana, "form-done")
        await here.tap(hana, "form-skip")
        assert (await here.request()).score == 5
        await stands(here)


async def test_a_customer_of_customer_service_files_a_request_with_a_photo(database_url: str, tmp_path: Path) -> None:
    """They come by a link, are greeted, choose from menus and by number, and hear who looks after it."""
    async with office(database_url, tmp_path) as here:
        play = Play(here)
        await play.opens()
        hana = here.fake.customer("hana")
        await hana.enters("site")
        await here.settle()
        await here.fake.until(lambda: hana.heard)
        assert [post.text for post in hana.heard] == [here.words("wecomkf-welcome")]
        await play.files(hana)
        request = await here.request()
        assert (len(request.photos), request.phone) == (1, f"+86{PHONE}")
        assert "R-1001" in texts(hana.heard)
        await play.acts(play.sam, "claim")
        assert "小林" in texts(hana.heard[-1:])
        await stands(here)


async def test_a_card_is_changed_by_its_code_and_sent_anew_when_that_is_gone(database_url: str, tmp_path: Path) -> None:
    """A press brings a code for one change; the next change has none, so everybody gets a new card, and the old one's
    buttons still answer."""
    async with office(database_url, tmp_path) as here:
        play = Play(here)
        await play.opens()
        hana = await here.guest()
        await play.files(hana)
        await play.acts(play.sam, "claim")
        [first] = play.cards(play.zoe)
        assert first.edits == 1
        assert [one.who for one in here.fake.journal.of("edited")] == ["ada", "sam", "zoe"]

        await play.offered_to(play.zhang, "JD-001")
        assert first.edits == 2
        await play.acts(play.zhang, "accept")
        _, second = play.cards(play.zoe)
        assert (first.edits, second.edits) == (2, 0)
        assert "张师傅" in second.text
        await play.zoe.press(here.words("action-more"), first)
        await here.settle()
        assert here.words("action-reassign") in play.zoe.heard[-1].buttons


async def test_a_code_that_is_older_than_three_days_is_not_used(database_url: str, tmp_path: Path) -> None:
    """What changes after that goes out as a new card, which is the one that counts."""
    async with office(database_url, tmp_path) as here:
        play = Play(here)
        await play.opens()
        hana = await here.guest()
        await play.files(hana)
        [first] = play.cards(play.zoe)
        await here.says(play.zoe, "/show R-1001")
        here.watch.move(72 * 3600)
        await play.zoe.press(here.words("action-claim"))
        await here.sends()
        assert (await here.request()).state is State.TRIAGED
        assert [one.name for one in here.fake.journal.of("refused", method="message/update_template_card")] == [
            "code-old"
        ]
        _, second = play.cards(play.zoe)
        assert (first.edits, "小周" in second.text) == (0, True)


async def test_many_messages_to_one_member_are_slow_rather_than_lost(database_url: str, tmp_path: Path) -> None:
    """Who asks forty times at once is answered forty times, none of which the platform drops."""
    async with office(database_url, tmp_path) as here:
        play = Play(here)
        await here.joins(play.ada, Role.ADMIN)
        before = len(play.ada.heard)
        for _ in range(40):
            await play.ada.says("/help")
        await here.settle()
        await here.passes(minutes=5)
        assert len(play.ada.heard) - before >= 40
        assert here.fake.journal.of("dropped") == []
