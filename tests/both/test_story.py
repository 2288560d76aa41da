"""The whole story with the homeowner on the Official Account and everybody else on WeCom, over real HTTP.

Each is told twice: in the second telling the homeowner goes on in the web chat, which she has linked by her phone.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.states import State
from tests.both.office import office
from tests.both.play import Play
from tests.wecom.office import STAFF_CHAT

ENDS = {"accepts": [["accept", "cancel"]], "cancels": [["cancel"]], "both": [["accept", "cancel"], ["cancel"]]}

moving = pytest.mark.parametrize("moving", [False, True], ids=["stays", "moves"])


@moving
async def test_from_a_follow_to_five_stars(database_url: str, tmp_path: Path, moving: bool) -> None:
    """Followed, filed with a photo, claimed, offered, accepted, visited, mended, rated: each change is told once."""
    async with office(database_url, tmp_path) as here:
        play = Play(here)
        await play.opens()
        await play.follows()
        await play.files(play.hana)
        request = await here.request()
        assert (request.state, len(request.photos)) == (State.NEW, 1)
        assert [post.kind for post in play.sam.sees(STAFF_CHAT)] == ["image"]
        await play.claimed()
        await play.advertises()
        await play.offered_to(play.zhang, "JD-001")
        await play.acts(play.zhang, "accept")
        assert "张师傅(JD-001)" in play.heard()[-1]
        if moving:
            await play.moves()

        await here.says(play.sam, "/r R-1001 师傅会带新的阀芯")
        assert sum("师傅会带新的阀芯" in text for text in play.heard()) == 1
        await play.scheduled(play.hana)
        await play.worked()
        await play.rates()
        await play.ends(State.CLOSED, score=5)
        assert [play.offers(one) for one in (play.zhang, play.li)] == [1, 0]


@moving
async def test_declined_and_offered_again(database_url: str, tmp_path: Path, moving: bool) -> None:
    """One declines, the next lets it expire, staff offer it again: who takes it mends it, and the homeowner hears
    nothing of who did not."""
    async with office(database_url, tmp_path) as here:
        play = Play(here)
        await play.opens()
        await play.follows()
        await play.files(play.hana)
        await play.claimed()
        await play.offered_to(play.li, "JD-002")
        await play.acts(play.li, "decline")
        await play.li.press(play.li.heard[-1].buttons[0])
        await here.settle()
        assert (await here.request()).state is State.OFFERED
        if moving:
            await play.moves()
        await here.passes(minutes=11)
        assert (await here.request()).state is State.TRIAGED
        await play.offered_to(play.zhang, "JD-001")
        await play.acts(play.zhang, "accept")
        assert [one.action for one in await play.events()][2:] == ["offer", "decline", "expire", "offer", "accept"]
        assert not any("李师傅" in text for text in play.heard())

        await play.scheduled(play.hana)
        await play.worked()
        await play.rates()
        await play.ends(State.CLOSED, score=5)
        assert [play.offers(one) for one in (play.zhang, play.li)] == [2, 1]


@moving
@pytest.mark.parametrize("first", ["accepts", "cancels", "both"])
async def test_cancelled_while_an_installer_accepts(
    database_url: str, tmp_path: Path, moving: bool, first: str
) -> None:
    """Whoever is first, and if nobody is: it ends cancelled, the installer knows that nobody waits for them, and may
    press nothing that still does something."""
    async with office(database_url, tmp_path) as here:
        play = Play(here)
        await play.opens()
        await play.follows()
        await play.files(play.hana)
        await play.claimed()
        await play.offered_to(play.zhang, "JD-001")
        if moving:
            await play.moves()
        accept, offer = here.words("action-accept"), play.zhang.heard[-1]

        async def accepts() -> None:
            await play.zhang.press(accept, offer)
            if first == "accepts":
                await here.settle()

        await play.cancels(play.hana, here.settle if first == "cancels" else accepts)
        if first == "cancels":
            assert accept not in offer.buttons
        done = [one.action for one in await play.events()][3:]
        assert done in ENDS[first]
        assert not {accept, here.words("action-depart")} & set(play.zhang.heard[-1].buttons)
        late = ["told-accept-homeowner", "told-accept-installer"] if first == "both" else []
        await play.ends(State.CANCELLED, overtaken=late)


@moving
async def test_reopened_after_ten_days(database_url: str, tmp_path: Path, moving: bool) -> None:
    """It comes back under its number with a reason, another installer mends it, and it is rated anew; by then no window
    is open any more, so that she has to write before even a code can reach her on WeChat."""
    async with office(database_url, tmp_path) as here:
        play = Play(here)
        await play.opens()
        await play.follows()
        await play.files(play.hana)
        await play.claimed()
        await play.offered_to(play.zhang, "JD-001")
        await play.acts(play.zhang, "accept")
        await play.scheduled(play.hana)
        await play.worked()
        await play.rates()
        assert (await here.request()).state is State.CLOSED
        await here.passes(days=10)
        assert not any(play.follower.left().values())
        await play.advertises()

        if moving:
            await play.moves()
        else:
            await here.says(play.hana, "查进度")
        await play.acts(play.hana, "reopen")
        await here.says(play.hana, "又滴水了")
        request = await here.request()
        assert (request.state, request.reopens, request.score) == (State.TRIAGED, 1, 0)
        assert any("又滴水了" in text for text in play.sent(f"group:{STAFF_CHAT}"))
        await play.offered_to(play.li, "JD-002")
        await play.acts(play.li, "accept")
        await play.scheduled(play.hana)
        await play.worked(play.li)
        await play.rates()
        await play.ends(State.CLOSED, score=5)
        assert [play.offers(one) for one in (play.zhang, play.li)] == [1, 1]
