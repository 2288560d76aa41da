"""A reward claimed 64 times at once from two channels over real HTTP, the process killed at random: it is given once.

What the person reads is counted where they read it. The page shows a message by its place in the lane, so that it is
there exactly once, whatever dies. The Official Account cannot be told that a message is the same again: one that was
under way when the process died is sent again by the next, once for each kill and three times ever, and no more is
allowed here. It tries a press three times and then tells the person that it failed, who presses again; each press that
was taken is answered once.

``make faults N=5000`` kills so often, some of it here; ``SEED=7`` begins with the same choices again.
"""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx

from bot.config import load_company
from domain.chat import Button, Line, Outbound, Place, Text
from domain.people import INSIDE
from domain.referral_rules import advance
from domain.referral_states import Party, Stage
from domain.referrals import By, Referral, create, move
from storage.database import Connection
from storage.ledger_proof import page, total
from storage.opening import open_database
from storage.store import Store
from storage.ways import DETOUR
from tests.fakes import START
from tests.faults.installation import ROOT, prepare, settings_of
from tests.faults.journal import Journal
from tests.faults.kills import Nursery, ended
from tests.faults.oracle import COPIES_MAX
from tests.faults.platform import Line as Wire
from tests.faults.platform import Platform
from tests.faults.tencent_kills import told
from tests.faults.test_kills import KILLS, seed
from tests.faults.watch import SharedWatch
from tests.wechat import FakeWechat, Follower
from tests.wechat import Options as WechatOptions
from tests.wecom import FakeWecom

CLAIMS = 32
"""From each of the two channels."""

SHARE = 1 / 50
"""Of the kills, on both engines together."""

KILLS_MIN = 5
"""On each engine, of a run that names no number; the start of the process under test is most of what one costs."""

TAKEN, CLAIMED = "领好了：", "的奖励已经领过了"
"""What the one notice says, and what every other press is answered with."""

KINDS = ("fund", "points", "coupon", "fund")
BY = By("", Party.SYSTEM, "shop")
LIFE_S = (0.0, 0.03)
LATE_S = (0.0, 2.0)
"""The page is slower than the other channel in some runs, so that each of them wins at times."""

LONGER_MAX_S = 1.5
"""A process lives until some more presses were taken, so that kills come while others are under way, and not after."""

PATIENCE_S = 90.0
PAUSE_S = 0.05
AGAIN = (429, 500, 502, 503)


@dataclass
class Browser:
    """Hana's page; what she posts is posted again until it is taken."""

    client: httpx.AsyncClient
    account: str = ""
    csrf: str = ""
    tries: int = 0
    taken: set[str] = field(default_factory=set)
    read: dict[int, str] = field(default_factory=dict)

    async def open(self) -> None:
        found = await self.client.get("/chat")
        assert found.status_code == 200
        self.csrf = found.text.partition('name="csrf-token" content="')[2].partition('"')[0]
        self.account = str(next(iter(self.client.cookies.jar)).value).split(".")[0]

    async def presses(self, id: str, token: str, late_s: float) -> None:
        await asyncio.sleep(late_s)
        said = {"id": id, "text": "", "room": "", "locale": "zh-CN", "press": token}
        headers = {"Origin": str(self.client.base_url).rstrip("/"), "X-CSRF": self.csrf}
        while id not in self.taken:
            self.tries += 1
            try:
                answer = await self.client.post("/chat/messages", json=said, headers=headers)
            except httpx.TransportError:
                await asyncio.sleep(PAUSE_S)
                continue
            if answer.status_code == 200:
                self.taken.add(id)
            else:
                assert answer.status_code in AGAIN, answer.text
                await asyncio.sleep(PAUSE_S)

    async def listens(self) -> None:
        """Read the stream of events for ever, and come back to where it was whenever it breaks off."""
        while True:
            after = {"Last-Event-ID": str(max(self.read, default=0))}
            with suppress(httpx.TransportError):
                async with self.client.stream("GET", "/chat/events", headers=after, timeout=None) as stream:
                    async for line in stream.aiter_lines():
                        if line.startswith("data: {"):
                            self._hear(json.loads(line.removeprefix("data: ")))
            await asyncio.sleep(PAUSE_S)

    def _hear(self, said: dict[str, Any]) -> None:
        """What comes again stands at the place where it was."""
        text = "\n".join(words for _, words in said["lines"])
        assert self.read.setdefault(said["seq"], text) == text

    async def all_read(self) -> None:
        """Until the stream has told all that there is."""
        while True:
            newest = (await self.client.get("/chat/history")).json()["messages"][-1]["seq"]
            if newest in self.read:
                return
            await asyncio.sleep(PAUSE_S)


@dataclass
class Run:
    """One referral that may be claimed, whoever it is that may claim it, and a process to be killed."""

    url: str
    control: Platform
    nursery: Nursery
    wechat: FakeWechat
    hana: Follower
    dice: Random
    browser: Browser | None = None
    again: int = 0

    async def begin(self) -> Wire:
        wire = await self.control.ready(await self.nursery.fork())
        self.wechat.connect(f"http://127.0.0.1:{wire.port}/wechat")
        self.wechat.hurry()
        return wire

    async def kill(self, count: int) -> None:
        """The page is opened; then everything is pressed at once, and the process dies again and again; in the end one
        lives until nobody waits any more."""
        wire = await self.begin()
        address = f"http://127.0.0.1:{wire.port}"
        async with httpx.AsyncClient(base_url=address, timeout=10, headers={"Accept-Language": "zh-CN"}) as client:
            self.browser = Browser(client)
            await self.browser.open()
            await self.nursery.end(signal.SIGKILL)
            web, other = await worked(self.url, lambda store: earned(store, self.browser.account, self.hana.openid))
            wire = await self.begin()
            listening = asyncio.create_task(self.browser.listens())
            late_s = self.dice.choice(LATE_S)
            pressing = asyncio.gather(
                *[
                    self.browser.presses(f"claim-{number:04d}", web[number % len(web)], late_s)
                    for number in range(CLAIMS)
                ],
                *[self.hana.taps(other[number % len(other)], "领取") for number in range(CLAIMS)],
            )
            for most in sorted(self.dice.choices(range(CLAIMS), k=count)):
                await self._taken(most)
                await self._insists(other)
                await asyncio.sleep(self.dice.uniform(*LIFE_S))
                await self.nursery.end(signal.SIGKILL)
                wire = await self.begin()
            async with asyncio.timeout(PATIENCE_S):
                await pressing
                await self._drain(wire, other)
                await self.browser.all_read()
            await ended(listening)
            await self.nursery.end(signal.SIGTERM)

    async def _taken(self, most: int) -> None:
        """Until so many presses were taken, or patience with this process ends."""
        assert self.browser
        until = time.monotonic() + LONGER_MAX_S
        while time.monotonic() < until:
            if len(self.browser.taken) + CLAIMS - len(self.wechat.postman.pending) >= most:
                return
            await asyncio.sleep(0.002)

    async def _insists(self, tokens: list[str]) -> bool:
        """Who was told that it failed presses again; whether they did."""
        before, self.again = self.again, len(self.wechat.journal.of("unserved"))
        for number in range(before, self.again):
            await self.hana.taps(tokens[number % len(tokens)], "领取")
        return self.again > before

    async def _drain(self, wire: Wire, tokens: list[str]) -> None:
        while True:
            if await self._insists(tokens):
                continue
            wire.tell(idle=1)
            if not self.wechat.postman.pending and not await wire.idle.get():
                return
            await asyncio.sleep(PAUSE_S)
            self.wechat.hurry()
            self.control.watch.jump(5)


async def worked(url: str, work: Callable[[Store], Any]) -> Any:
    """Something done to the database while no process has it."""
    database = await open_database(url, connections=1)

    async def run(connection: Connection) -> Any:
        return await work(Store(connection))

    try:
        return await database.transact(run)
    finally:
        await database.close()


async def earned(store: Store, account: str, openid: str) -> tuple[list[str], list[str]]:
    """Hana has recommended otto, who has paid, and may claim on both of her channels; the tokens of the buttons."""
    policy = load_company(ROOT / "company.toml").bank.referring
    places = Place("webchat", account), Place("wechat", openid)
    for place in places:
        await store.connection.run("DELETE FROM accounts WHERE channel = :channel", channel=place.channel)
        await store.people.attach(place.channel, place.chat, "hana", place.chat, START)
    await store.referrers.make("hana", "王**", START)
    paid = START - timedelta(days=policy.cooling_off_days)
    facts = {"verified_at": paid, "signed_at": paid, "paid_at": paid, "order_id": "A1", "order_fen": 1_000_000}
    made = create(Referral("RF-1001", "hana", "otto", via="webchat", created_at=paid, **facts), BY, paid)
    await store.referrals.add(made)
    moved = move(made.referral, "attribute", BY, paid)
    for one in (moved, *advance(moved.referral, BY, START, policy)):
        await store.referrals.save(one)
    return await shown(store, places[0]), await shown(store, places[1])


async def shown(store: Store, place: Place) -> list[str]:
    """Buttons for some of the ways stand in this chat; their tokens."""
    buttons = tuple(
        Button(Text("reward-claim"), "reward.claim", "RF-1001", {"kind": kind, "sure": "1"}) for kind in KINDS
    )
    cause = f"shown:{place.channel}"
    await store.outbox.add(cause, [Outbound(place, (Line(Text("reward-once")),), (buttons,))], START)
    await store.connection.run("UPDATE outbox SET state = 'sent' WHERE id = :id", id=f"{cause}:0")
    row = await store.connection.one("SELECT token FROM outbox WHERE id = :id", id=f"{cause}:0")
    assert row
    return [f"{row['token']}.{number}" for number in range(len(buttons))]


@asynccontextmanager
async def opened(url: str, folder: Path) -> AsyncIterator[Run]:
    """A run that is ready to begin; its process is gone at the end."""
    number = seed()
    watch, dice = SharedWatch(folder / "watch"), Random(number)
    await prepare(url)
    async with (
        FakeWechat(watch, WechatOptions(), journal=folder / "wechat", seed=number, strict=False) as wechat,
        FakeWecom(watch, journal=folder / "wecom", seed=number, strict=False) as wecom,
    ):
        journal = Journal(folder / "journal")
        control = Platform(journal, watch, dice)
        await control.open(folder / "line")
        names = {name: value for name, value in told(wechat, wecom).items() if name.startswith("wechat")}
        nursery = await Nursery.open(settings_of(folder, url, **names), folder, folder / "line")
        try:
            yield Run(url, control, nursery, wechat, wechat.follower("hana"), dice)
        finally:
            await nursery.close()
            await control.close()
            journal.close()
            watch.close()


async def test_claimed_many_times_and_given_once(
    bare_url: str, engine: str, tmp_path: Path, note: Callable[[str], None]
) -> None:
    """One row of the reward, one claim in the referral's log, one entry in the ledger if it is money or points, and one
    notice, which the person reads once; every other press was answered, and the ledger is sound."""
    kills = max(KILLS_MIN, int(KILLS * SHARE / 2))
    async with opened(bare_url, tmp_path) as run:
        await run.kill(kills)
        found = await worked(bare_url, look)
        assert run.browser
        tries, taken = run.browser.tries, len(run.browser.taken)
        given_up = len(run.wechat.journal.of("unserved"))
        page, chat = list(run.browser.read.values()), [post.text for post in run.hana.reads]

    here, there = sum(map(is_notice, page)), sum(map(is_notice, chat))
    pressed = f"{tries} posts of {taken} presses and {given_up} that were given up"
    where = f"told {here} times on the page and {there} times in the chat"
    note(f"claims on {engine}: {kills} kills, {pressed}, given as {found['kinds']}, {where}")
    assert not (tmp_path / "faults").exists(), (tmp_path / "faults").read_text()
    assert taken == CLAIMS
    assert len(found["kinds"]) == 1
    assert found["claims"] == 1
    assert found["stage"] is Stage.REWARDED
    assert found["credits"] == (0 if found["kinds"] == ["coupon"] else 1)
    assert found["open"] == 0
    assert found["faults"] == ()
    assert len(found["told"]) == 1
    [channel] = found["told"]
    assert here == (channel == "webchat")
    assert there == 0 if channel == "webchat" else 1 <= there <= min(kills + 1, COPIES_MAX)
    assert 2 * CLAIMS <= found["presses"] <= 2 * CLAIMS + given_up
    assert found["answers"] == found["presses"] - 1
    assert sum(CLAIMED in text for text in page) == found["here"] >= CLAIMS - here  # what WeChat pauses goes there


def is_notice(text: str) -> bool:
    """Whether these are the words that say that a reward was claimed just now."""
    return TAKEN in text


async def look(store: Store) -> dict[str, Any]:
    """What became of it; what was owed in another chat of theirs instead is told there, in whichever."""
    read = store.connection
    events = await store.referrals.events("RF-1001", INSIDE)
    entries = [one for one in await store.ledger.about("RF-1001") if one.why.rule == "referral"]
    rows = await read.all("SELECT channel, body FROM outbox WHERE error_code <> :elsewhere", elsewhere=DETOUR)
    bodies = [(row["channel"], str(row["body"])) for row in rows]
    presses = await read.one("SELECT count(*) AS n FROM inbox WHERE channel IN ('webchat', 'wechat')")
    waiting = await read.one("SELECT count(*) AS n FROM inbox WHERE state NOT IN ('done', 'quarantined')")
    return {
        "kinds": [row["kind"] for row in await read.all("SELECT kind FROM rewards")],
        "claims": sum(one.action == "claim" for one in events),
        "stage": (await store.referrals.get("RF-1001", INSIDE)).state,
        "credits": len(entries),
        "told": [channel for channel, body in bodies if "reward-taken-" in body],
        "presses": presses["n"] if presses else -1,
        "answers": sum("reward-claimed" in body for _, body in bodies),
        "here": sum("reward-claimed" in body for channel, body in bodies if channel == "webchat"),
        "open": waiting["n"] if waiting else -1,
        "faults": (await page(read)).faults + await total(read),
    }
