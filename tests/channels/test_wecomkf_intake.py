"""How customers' messages are pulled: each once, in order, kept before the cursor, by one worker, whatever breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.channels.wecomkf_intake import LEASE_S, PAUSE_MAX_S, Intake
from bot.pulling import NotKept
from domain.chat import Raw
from domain.errors import SendFailed, Throttled
from storage.database import Database
from tests.channels.wecom_rig import ACCOUNT, Rig, rig
from tests.wecom import Terms

CURSOR = f"wecomkf:{ACCOUNT}"


async def inbox(here: Rig) -> list[str]:
    """What was kept, in order, without what the platform tells of itself."""
    rows = await here.store(lambda store: store.connection.all("SELECT body FROM inbox ORDER BY received_at, id"))
    found = [row["body"].get("message", {}).get("text", {}).get("content", "") for row in rows]
    return sorted(one for one in found if one)


async def cursor(here: Rig) -> str:
    found: str = await here.store(lambda store: store.cursors.find(CURSOR))
    return found


class Keeper:
    """Takes messages in place of the pipeline, and fails when it is told to."""

    def __init__(self, then: Callable[[Raw], Awaitable[object]]) -> None:
        self.then = then
        self.seen: list[str] = []
        self.fails: set[str] = set()

    async def __call__(self, raw: Raw) -> object:
        text = raw.body.get("message", {}).get("text", {}).get("content", "")
        if text in self.fails:
            raise OSError(text)
        self.seen.append(text)
        return await self.then(raw)


def intake(here: Rig, receive: Any = None, **more: Any) -> Intake:
    """One more worker."""
    made = here.kf.intake(receive or here.pipeline.receive)
    for name, value in more.items():
        setattr(made, name, value)
    return made


async def test_a_callback_leads_to_a_pull(database: Database, tmp_path: Path) -> None:
    """What a customer writes is pulled with the callback's token, and the cursor moves on."""
    async with rig(database, tmp_path) as here:
        hana = here.fake.customer("hana")
        await hana.says("在吗")
        await here.settle()
        assert await inbox(here) == ["在吗"]
        before = await cursor(here)
        await here.settle()
        assert await cursor(here) == before != ""
        assert here.kf.channel.reached_at == here.watch()
        assert [post.text for post in hana.heard]


async def test_nothing_is_lost_without_a_callback(database: Database, tmp_path: Path) -> None:
    """Callbacks that never came: somebody asks all the same."""
    async with rig(database, tmp_path) as here:
        here.fake.kf.url = ""
        for at in range(3):
            await here.fake.customer(f"c{at}").says(f"消息{at}")
        assert await here.pulls.once()
        assert await inbox(here) == ["消息0", "消息1", "消息2"]


async def test_page_after_page(database: Database, tmp_path: Path) -> None:
    """However many wait, all are pulled, each customer's in their order."""
    async with rig(database, tmp_path, page_max=3) as here:
        keeper = Keeper(here.pipeline.receive)
        worker = intake(here, keeper)
        here.fake.kf.url = ""
        for at in range(10):
            await here.fake.customer(f"c{at % 2}").says(f"{at}")
        await worker.once()
        assert [one for one in keeper.seen if int(one) % 2 == 0] == ["0", "2", "4", "6", "8"]
        assert sorted(keeper.seen, key=int) == [str(at) for at in range(10)]


async def test_what_was_not_kept_is_pulled_again(database: Database, tmp_path: Path) -> None:
    """The cursor stays where something was not stored; what was stored beside it is known by then."""
    async with rig(database, tmp_path) as here:
        keeper = Keeper(here.pipeline.receive)
        worker = intake(here, keeper)
        here.fake.kf.url = ""
        await here.fake.customer("hana").says("一")
        await here.fake.customer("otto").says("二")
        keeper.fails = {"二"}
        with pytest.raises(NotKept):
            await worker.once()
        assert (await cursor(here), await inbox(here)) == ("", ["一"])

        keeper.fails = set()
        await worker.once()

        assert await inbox(here) == ["一", "二"]
        assert await cursor(here)
        talks = await here.store(lambda store: store.connection.all("SELECT id FROM inbox"))
        assert len(talks) == 2


async def test_what_no_database_takes_holds_nobody_up(database: Database, tmp_path: Path) -> None:
    """A message that cannot be stored as it is, or that is none, is set aside; those behind it are taken."""
    async with rig(database, tmp_path) as here:
        hana = here.fake.customer("hana")
        here.fake.kf.url = ""
        await hana.says("一")
        at, first = here.fake.service.log[0]
        first = {name: value for name, value in first.items() if name != "text"}
        bad = {**first, "msgid": "mbad", "msgtype": "location", "location": {"latitude": 10**400, "longitude": "\x00"}}
        here.fake.service.log[:0] = [(at, bad), (at, {"msgid": ["none"]})]
        await here.pulls.once()
        assert await inbox(here) == ["一"]
        states = await here.store(lambda store: store.connection.all("SELECT id, state FROM inbox ORDER BY id"))
        assert [(row["id"], row["state"]) for row in states][-1] == ("wecomkf:mbad", "quarantined")


async def test_a_token_grows_old(database: Database, tmp_path: Path) -> None:
    """A callback's token that is not good any more is left out."""
    async with rig(database, tmp_path) as here:
        await here.fake.customer("hana").says("在吗")
        await here.fake.taken()
        here.watch.move(700)
        await here.pulls.once()
        assert await inbox(here) == ["在吗"]


async def test_a_second_account_is_pulled_too(database: Database, tmp_path: Path) -> None:
    """Accounts are asked for, and learned from callbacks; each has its own cursor."""
    async with rig(database, tmp_path) as here:
        here.fake.account("wkSecond", "售后")
        await here.fake.customer("hana").says("一")
        await here.fake.customer("otto", "wkSecond").says("二")
        await here.settle()
        assert await inbox(here) == ["一", "二"]
        names = await here.store(lambda store: store.connection.all("SELECT name FROM cursors ORDER BY name"))
        assert [row["name"] for row in names] == sorted([CURSOR, "wecomkf:wkSecond"])


async def test_one_worker_pulls(database: Database, tmp_path: Path) -> None:
    """While one has the lease others wait; a worker that died is followed after its lease."""
    async with rig(database, tmp_path) as here:
        one, other = intake(here, worker="one"), intake(here, worker="other")
        here.fake.kf.url = ""
        await here.fake.customer("hana").says("一")
        assert await one._mine(ACCOUNT)
        if database.engine == "sqlite":
            assert await other.once()
            return
        assert not await other.once()
        assert await inbox(here) == []
        here.watch.move(LEASE_S + 1)
        assert await other.once()
        assert await inbox(here) == ["一"]
        assert await one.once()


async def test_who_comes_in_is_greeted_once(database: Database, tmp_path: Path) -> None:
    """A word of welcome beside every window; it opens none, and makes nobody a person."""
    async with rig(database, tmp_path) as here:
        hana = here.fake.customer("hana")
        await hana.enters("site")
        await here.settle()
        await hana.enters("site")
        await here.settle()
        [post] = hana.heard
        assert post.text.startswith("您好。哪里坏了")
        people = await here.store(lambda store: store.connection.all("SELECT id FROM people"))
        assert people == []


@pytest.mark.parametrize("late_s", [19, 60])
async def test_a_welcome_that_is_late(database: Database, tmp_path: Path, late_s: float) -> None:
    """After some twenty seconds nobody is greeted any more, and nobody tries."""
    async with rig(database, tmp_path) as here:
        hana = here.fake.customer("hana")
        here.fake.kf.url = ""
        await hana.enters()
        here.watch.move(late_s)
        await here.settle()
        assert hana.heard == []
        assert [entry for entry in here.fake.journal.of("refused") if "event" in str(entry.method)] == []


async def test_a_window_counts_from_when_they_wrote(database: Database, tmp_path: Path) -> None:
    """After an outage of ours the two days have begun long ago: nothing is sent that the platform would refuse."""
    async with rig(database, tmp_path, strict=True) as here:
        hana = here.fake.customer("hana")
        here.fake.kf.url = ""
        await hana.says("在吗")
        here.watch.move(48 * 3600 + 60)
        await here.settle()
        assert await inbox(here) == ["在吗"]
        assert hana.heard == []
        assert here.fake.journal.of("refused") == []


async def test_it_runs_until_it_is_stopped(database: Database, tmp_path: Path) -> None:
    """Running, it pulls as soon as it is called, outlives faults, and ends at once."""
    async with rig(database, tmp_path) as here:
        kept = asyncio.Event()

        async def receive(raw: Raw) -> None:
            await here.pipeline.receive(raw)
            kept.set()

        worker = intake(here, receive)
        here.fake.fail("500", "kf/account/list")
        stop = asyncio.Event()
        running = asyncio.create_task(worker.run(stop))
        async with asyncio.timeout(20):
            await here.fake.customer("hana").says("在吗")
            await here.fake.taken()
            worker._news.set()
            await kept.wait()
            stop.set()
            await running
        assert await inbox(here) == ["在吗"]


async def test_too_often(database: Database, tmp_path: Path) -> None:
    """Without a token the platform lets us ask rarely: that is said, and nothing is lost."""
    async with rig(database, tmp_path) as here:
        here.fake.kf.url = ""
        await here.fake.customer("hana").says("一")
        for _ in range(10):
            await here.pulls.once()
        with pytest.raises(Throttled):
            await here.pulls.once()
        here.watch.move(120)
        await here.pulls.once()
        assert await inbox(here) == ["一"]


async def test_one_account_holds_up_no_other(database: Database, tmp_path: Path) -> None:
    """What cannot be pulled of one account keeps nothing of another back, and is said; next time it is pulled."""
    async with rig(database, tmp_path) as here:
        here.fake.account("wkSecond", "售后")
        here.fake.kf.url = ""
        await here.fake.customer("hana").says("一")
        await here.fake.customer("otto", "wkSecond").says("二")
        here.fake.fail("500", "kf/sync_msg")
        with pytest.raises(SendFailed):
            await here.pulls.once()
        assert await inbox(here) == ["二"]
        assert here.kf.channel.reached_at is None
        await here.pulls.once()
        assert await inbox(here) == ["一", "二"]


async def test_what_was_told_needs_no_list(database: Database, tmp_path: Path) -> None:
    """An account that a callback names is pulled also while the platform does not say which there are."""
    async with rig(database, tmp_path) as here:
        await here.fake.customer("hana").says("一")
        await here.fake.taken()
        here.fake.fail("500", "kf/account/list")
        with pytest.raises(SendFailed):
            await here.pulls.once()
        assert await inbox(here) == ["一"]


async def test_an_account_that_is_gone_is_asked_no_more(database: Database, tmp_path: Path) -> None:
    """Once the platform lists it no more it is forgotten, and all is well."""
    async with rig(database, tmp_path) as here:
        here.fake.account("wkSecond", "售后")
        await here.pulls.once()
        del here.fake.service.accounts["wkSecond"]
        with pytest.raises(SendFailed):
            await here.pulls.once()
        assert await here.pulls.once()


async def test_a_cursor_that_is_not_taken_is_dropped(database: Database, tmp_path: Path) -> None:
    """Then it begins anew, and nobody is answered twice."""
    async with rig(database, tmp_path) as here:
        hana = here.fake.customer("hana")
        await hana.says("一")
        await here.settle()
        heard = len(hana.heard)
        here.fake.kf.url = ""
        await hana.says("人工")
        await here.store(lambda store: store.cursors.keep(CURSOR, "none of theirs", here.watch()))
        await here.settle()
        assert await inbox(here) == ["一", "人工"]
        assert len(hana.heard) == heard + 1
        assert await cursor(here) != "none of theirs"


async def test_a_callback_in_a_round_that_fails_counts(database: Database, tmp_path: Path) -> None:
    """Who calls while a round fails is heard at once, not after its pause."""
    async with rig(database, tmp_path) as here:
        kept, stop = asyncio.Event(), asyncio.Event()

        async def receive(raw: Raw) -> None:
            if not called:
                called.append(worker._news.set())
                raise OSError
            kept.set()

        called: list[object] = []
        worker = intake(here, receive, pause_s=PAUSE_MAX_S)
        here.fake.kf.url = ""
        await here.fake.customer("hana").says("一")
        running = asyncio.create_task(worker.run(stop))
        async with asyncio.timeout(15):
            await kept.wait()
            stop.set()
            await running


@pytest.mark.parametrize("fault", ["500", "half", "lost", "errcode"])
async def test_faults_of_the_platform(database: Database, tmp_path: Path, fault: str) -> None:
    """Whatever befalls a pull, the next one has it all, once."""
    async with rig(database, tmp_path) as here:
        await here.fake.customer("hana").says("一")
        await here.fake.taken()
        here.fake.fail(fault, "kf/sync_msg")
        with pytest.raises(SendFailed):
            await here.pulls.once()
        await here.pulls.once()
        assert await inbox(here) == ["一"]


def test_terms_are_the_platforms() -> None:
    """The greeting ends before the platform's own limit."""
    from bot.channels.wecomkf_intake import WELCOME_S

    assert replace(Terms()).welcome_s > WELCOME_S
