"""The fake's limits, and what goes wrong on the way."""

from __future__ import annotations

import asyncio

import pytest
import telegram

from tests.telegram.limits import Limits
from tests.telegram.media import photo
from tests.telegram.stage import bot_for, stage

ONE_A_SECOND = Limits(None, (1, 1.0), None)


async def test_over_the_limit_of_a_chat_is_throttled_and_early_is_a_violation() -> None:
    """The second message in a second is refused with ``retry_after``; a third before its end prolongs the ban."""
    async with stage(ONE_A_SECOND, strict=False) as here:
        here.watch.move(5)
        send = {"method": "sendMessage", "chat_id": here.hana.id, "text": "x"}
        assert (await here.call(**send))["ok"]
        body = await here.call(**send)
        assert (body["error_code"], body["parameters"]) == (429, {"retry_after": 1})
        assert not here.fake.violations
        here.watch.move(0.5)
        assert (await here.call(**send))["error_code"] == 429
        [early] = here.fake.violations
        assert early.what == f"early call: chat:{here.hana.id}"
        here.watch.move(0.6)  # the first ban would be over
        assert (await here.call(**send))["error_code"] == 429
        here.watch.move(1.0)
        assert (await here.call(**send))["ok"]


async def test_what_is_under_way_when_the_ban_is_said_is_forgiven() -> None:
    """Calls within a moment of the 429 are refused but no violation."""
    async with stage(ONE_A_SECOND) as here:
        here.watch.move(5)
        calls = [here.call("sendMessage", chat_id=here.hana.id, text="x") for _ in range(4)]
        assert sorted(one["ok"] for one in await asyncio.gather(*calls)) == [False, False, False, True]


async def test_groups_and_all_have_limits_of_their_own() -> None:
    """Twenty a minute to a group, an album counting as its parts; thirty a second in all; edits count in all alone."""
    limits = Limits((5, 1.0), None, (4, 60.0))
    async with stage(limits) as here:
        here.watch.move(5)
        files = {f"f{index}": ("a.jpg", photo()) for index in range(3)}
        media = [{"type": "photo", "media": f"attach://{name}"} for name in files]
        assert (await here.call("sendMediaGroup", chat_id=here.forum.id, media=media, files=files))["ok"]
        assert (await here.call("sendMessage", chat_id=here.forum.id, text="x"))["ok"]
        full = await here.call("sendMessage", chat_id=here.forum.id, text="x")
        assert full["parameters"] == {"retry_after": 60}
        edit = {"chat_id": here.hana.id, "message_id": here.places["ours"]}
        assert (await here.call("editMessageText", text="改了", **edit))["ok"]
        assert (await here.call("editMessageText", text="再改", **edit))["parameters"] == {"retry_after": 1}
        here.watch.move(1.1)
        assert (await here.call("editMessageText", text="再改", **edit))["ok"]


async def test_a_ban_for_everyone_is_known_after_three_chats() -> None:
    """Nobody can tell a ban for all from one for a chat before several chats have met it."""
    async with stage(strict=False) as here:
        places = [await one.starts() for one in (here.fake.user(f"P{number}") for number in range(5))]
        here.fake.fail("429-all", seconds=30)
        for number, post in enumerate(places):
            assert (await here.call("sendMessage", chat_id=post.chat.id, text="x"))["error_code"] == 429
            here.watch.move(1)
            assert len(here.fake.violations) == max(0, number - 2)


FAULTS_SEEN = [
    ("500", telegram.error.NetworkError, 0),
    ("502", telegram.error.NetworkError, 0),
    ("html", telegram.error.TelegramError, 0),
    ("half", telegram.error.NetworkError, 1),
    ("half-refused", telegram.error.NetworkError, 0),
    ("reset", telegram.error.NetworkError, 0),
    ("lost", telegram.error.NetworkError, 1),
    ("hang", telegram.error.TimedOut, 0),
    ("late", telegram.error.TimedOut, 1),
    ("500-done", telegram.error.NetworkError, 1),
    ("429", telegram.error.RetryAfter, 0),
]


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")  # of retry_after
@pytest.mark.parametrize(("fault", "error", "done"), FAULTS_SEEN)
async def test_a_fault_is_met_once_and_may_have_been_done(fault: str, error: type[Exception], done: int) -> None:
    """Each fault is what the library makes of it; some were carried out all the same, and the journal says which."""
    async with stage() as here, bot_for(here.fake) as bot:
        before = len(here.fake.journal.of("sent"))
        here.fake.fail(fault, chat=here.hana, after=1, seconds=1)
        await bot.send_message(here.hana.id, "一")
        with pytest.raises(error):
            await bot.send_message(here.hana.id, "二", read_timeout=0.2)
        here.watch.move(2)
        await bot.send_message(here.hana.id, "三")
        texts = [one.text for one in here.fake.journal.of("sent")[before:]]
        assert texts == (["一", "二", "三"] if done else ["一", "三"])
        [entry] = here.fake.journal.of("fault")
        assert (entry.fault, entry.accepted) == (fault, bool(done))


async def test_chance_is_seeded() -> None:
    """The same seed brings the same faults."""
    seen = []
    for _ in range(2):
        async with stage() as here:
            here.fake.faults.chance(0.3, ["500", "502"])
            answers = [await here.client.post(f"{here.fake.base_url}/bot{here.fake.token}/sendMessage",
                       data={"chat_id": str(here.hana.id), "text": "x"}) for _ in range(40)]  # fmt: skip
            seen.append([one.status_code for one in answers])
    assert seen[0] == seen[1]
    assert set(seen[0]) == {200, 500, 502}
