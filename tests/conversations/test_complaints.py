"""A complaint ends with the homeowner's word, or after calls in vain on two days; never by waiting."""

from __future__ import annotations

from domain.states import State
from tests.conversations.steps import act, done, events, offers, phrase, rarely, tap, to
from tests.world import GROUP, World


async def settled(world: World) -> None:
    """A complaint about which the work is done."""
    await done(world)
    await world.store(lambda store: store.connection.run("UPDATE requests SET type = 'complaint'"))


async def test_it_does_not_close_by_time(world: World):
    """The homeowner is asked and promised no end by itself; when the time is over staff are told to call, every day."""
    await settled(world)
    heard = await world.passes(hours=48)
    assert phrase(world, "clock-complaint-soon", id="R-1001") in to(heard, "hana")
    assert phrase(world, "clock-closing-soon", id="R-1001", hours=24) not in to(heard, "hana")
    for _ in range(3):
        heard = await world.passes(hours=24)
        assert phrase(world, "clock-complaint-waits", id="R-1001") in to(heard, GROUP)
        assert (await world.request()).state is State.DONE
    assert offers(world, heard, GROUP, "more")

    await act(world, "hana", "confirm")
    assert (await world.request()).state is State.CLOSED
    assert GROUP not in {one.chat for one in await world.passes(hours=48)}


async def test_calls_in_vain_on_two_days(world: World):
    """Each attempt is documented; one day's count as one, the next day's ends it, and the homeowner may reopen."""
    await settled(world)
    for _ in range(2):
        await rarely(world, "sam", "unreached")
        assert (await world.request()).state is State.DONE
    await world.passes(hours=24)
    heard = await act(world, "sam", "unreached")

    assert (await world.request()).state is State.CLOSED
    assert (await events(world))[-3:] == ["unreached"] * 3
    assert phrase(world, "told-unreached-homeowner", id="R-1001") in to(heard, "hana")
    assert phrase(world, "told-unreached-installer", id="R-1001") in to(heard, "zhang")
    assert offers(world, heard, "hana", "reopen")


async def test_a_day_is_a_date_of_the_company(world: World):
    """An attempt before midnight and one after it are two days, whatever the time between."""
    await settled(world)
    local = world.watch().astimezone(world.company.tz)
    await world.passes(seconds=(23 * 60 + 50 - local.hour * 60 - local.minute) * 60)
    await rarely(world, "sam", "unreached")
    await world.passes(minutes=5)
    await act(world, "sam", "unreached")
    assert (await world.request()).state is State.DONE
    await world.passes(minutes=10)
    await act(world, "sam", "unreached")
    assert (await world.request()).state is State.CLOSED


async def test_attempts_before_it_came_back_do_not_count(world: World):
    """What is dealt with anew is asked about anew."""
    await settled(world)
    await rarely(world, "sam", "unreached")
    await world.passes(minutes=5)
    await act(world, "hana", "not_fixed")
    await world.says("hana", "还没有人道歉")
    await act(world, "zhang", "finish")
    for name in ("c", "d"):
        await world.says("zhang", files=[await world.photo("zhang", name)])
    await tap(world, "zhang", "form-photos-done")
    await world.says("zhang", "登门道歉了")
    await tap(world, "zhang", "checks-all")
    await world.passes(hours=24)
    await act(world, "sam", "unreached")

    assert (await world.request()).state is State.DONE


async def test_any_other_request_is_not_ended_by_calling(world: World):
    """A repair keeps its own time: calls in vain are noted, and it closes when that is over."""
    await done(world)
    await rarely(world, "sam", "unreached")
    await world.passes(hours=24)
    await act(world, "sam", "unreached")
    assert (await world.request()).state is State.DONE
    await world.passes(hours=48)
    assert (await events(world))[-1] == "auto_close"
