"""The access token: one asks for all, no fault becomes a storm, staff are told once, and it recovers by itself."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial

import httpx
import pytest

from bot.channels.tencent_errors import CORP, OFFICIAL, OFFICIAL_TOKEN
from bot.channels.tencent_http import Api, Wire, open_client
from bot.channels.tencent_tokens import GAP_MAX_S, LEASE_S, Ask, Grant, Tokens, _grant, corp, official
from domain.chat import Place
from domain.errors import SendFailed, Temporary
from domain.packing import unpack_outbound
from domain.people import Person, Role
from storage.database import Connection, Database
from storage.opening import open_database
from storage.store import Store
from storage.tokens import Access
from tests.channels.tencent_server import APP_ID, SECRET, Platform, serving
from tests.fakes import Watch

SEND = "/cgi-bin/message/custom/send"
MESSAGE = {"touser": "o1", "msgtype": "text", "text": {"content": "水"}}
STAFF_ROOM = Place("webchat", "staff")


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
async def platform(watch: Watch) -> AsyncIterator[Platform]:
    async with serving(Platform(watch)) as one:
        yield one


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with open_client() as one:
        yield one


@pytest.fixture
def tokens(database: Database, platform: Platform, client: httpx.AsyncClient, watch: Watch) -> Tokens:
    return Tokens(database, "wechat", asking(platform, client), watch)


@pytest.fixture
def api(platform: Platform, tokens: Tokens, client: httpx.AsyncClient) -> Api:
    return Api(platform.base, tokens, client, OFFICIAL, OFFICIAL_TOKEN)


def asking(platform: Platform, client: httpx.AsyncClient) -> Ask:
    return official(Wire(platform.base, client, OFFICIAL), APP_ID, SECRET)


async def sends(api: Api) -> str:
    """The code of what went wrong; empty if it went."""
    try:
        await api.call("POST", SEND, json=MESSAGE)
    except SendFailed as failure:
        return failure.code
    return ""


async def staffed(database: Database, watch: Watch) -> None:
    """A group of staff, and an admin with a private chat."""

    async def work(connection: Connection) -> None:
        store = Store(connection)
        await store.people.add(Person("ada", Role.ADMIN, "雅妲", locale="zh-CN"), Place("webchat", "a1"), watch())
        await store.people.attach("webchat", "a1", "ada", "a1", watch())
        await store.groups.bind(STAFF_ROOM, "staff", "zh-CN", "ada", watch())

    await database.transact(work)


async def told(database: Database) -> list[tuple[str, str]]:
    """Where, and which text, in the order in which it was owed."""

    async def work(connection: Connection) -> list[tuple[str, str]]:
        rows = await connection.all("SELECT chat, body FROM outbox WHERE id LIKE 'token:%' ORDER BY seq")
        return [(row["chat"], unpack_outbound(row["body"], STAFF_ROOM).lines[0].text.id) for row in rows]

    return await database.read(work)


async def row(database: Database) -> Access:
    found = await database.read(lambda connection: Store(connection).access_tokens.find("wechat"))
    assert found
    return found


def a_minute(platform: Platform) -> int:
    """The most that was asked within one minute; a normal and a forced asking of one moment are one refresh."""
    moments = sorted({at for at, _ in platform.asked})
    return max(sum(1 for one in moments if at <= one < at + timedelta(seconds=60)) for at in moments)


async def test_one_asks_for_all(api: Api, platform: Platform) -> None:
    """Of 64 calls at once one asks for a token, and all go with it."""
    assert set(await asyncio.gather(*(sends(api) for _ in range(64)))) == {""}
    assert len(platform.asked) == 1
    assert len(platform.calls) == 64


async def test_a_refused_token_is_replaced_once(api: Api, platform: Platform, watch: Watch) -> None:
    """Of 64 calls whose token somebody else has voided all go, and one asks, by force since it is given out again."""
    await sends(api)
    watch.move(3600)
    platform.ends[platform.token] = watch() + timedelta(seconds=4000)
    voided = platform.token
    del platform.ends[voided]
    platform.ends[voided] = watch() - timedelta(seconds=1)
    assert set(await asyncio.gather(*(sends(api) for _ in range(64)))) == {""}
    assert [how for _, how in platform.asked] == ["stable_token", "stable_token"]
    assert len(platform.calls) == 65


async def test_the_same_token_until_it_ends(database: Database, watch: Watch) -> None:
    """Of who gives the same token out until its end none is asked for before, and then at once: no call fails."""
    lasts_s = 7200

    async def ask(refused: str) -> Grant:
        number, at_s = divmod(int((watch() - began).total_seconds()), lasts_s)
        asked.append(number)
        return Grant(f"token {number}", lasts_s - at_s)

    began, asked = watch(), list[int]()
    tokens = Tokens(database, "wecom", ask, watch, early_s=0.0)
    await tokens.current()
    watch.move(lasts_s - 350)
    for _ in range(100):
        watch.move(7)
        now_s = (watch() - began).total_seconds()
        assert await tokens.current() == f"token {int(now_s // lasts_s)}"
    assert asked == [0, 1]


async def test_a_token_is_forced_only_where_the_refused_one_comes_again(
    database: Database, platform: Platform, client: httpx.AsyncClient, watch: Watch
) -> None:
    """To force voids everybody's token: it is the second word, never the first."""
    ask = asking(platform, client)
    first = await ask("")
    assert (await ask("another")).token == first.token
    forced = await ask(first.token)
    assert forced.token != first.token
    assert [how for _, how in platform.asked] == ["stable_token", "stable_token", "stable_token", "force"]


async def test_a_token_is_used_until_shortly_before_its_end(api: Api, platform: Platform, watch: Watch) -> None:
    """Two hours less five minutes with one; then a new one, without a call that fails."""
    for _ in range(24 * 12):
        assert await sends(api) == ""
        watch.move(300)
    assert platform.refused == 0
    assert 12 <= len(platform.asked) <= 13


async def test_the_old_token_serves_while_no_new_one_is_had(api: Api, platform: Platform, watch: Watch) -> None:
    """In its last five minutes a token still serves when asking fails; when it is over, calls pass later."""
    await sends(api)
    watch.move(6910)
    platform.deaf = -1
    assert [await sends(api) for _ in range(5)] == [""] * 5
    watch.move(295)
    assert await sends(api) == "token"
    assert len(platform.asked) == 3
    platform.deaf = 0
    watch.move(61)
    assert await sends(api) == ""


async def live(api: Api, watch: Watch, hours: float, step_s: float = 15) -> Counter[str]:
    """Somebody sends all the time."""
    found: Counter[str] = Counter()
    for _ in range(int(hours * 3600 / step_s)):
        found[await sends(api)] += 1
        watch.move(step_s)
    return found


@pytest.mark.parametrize("fault", ["invalid", "deaf", "new and invalid"])
async def test_no_fault_becomes_a_storm(
    api: Api, tokens: Tokens, platform: Platform, database: Database, watch: Watch, fault: str
) -> None:
    """For six hours the platform refuses every token, or gives none: at most one refresh a minute, two tries each,
    one alarm to staff and admin; then it recovers by itself within five minutes, and they are told so once."""
    await staffed(database, watch)
    assert await sends(api) == ""
    watch.move(3600)
    platform.again = fault != "new and invalid"
    if fault == "deaf":
        platform.deaf, platform.ends, platform.token = 40164, {}, ""
    else:
        platform.invalid = True
    platform.asked.clear()
    assert set(await live(api, watch, hours=6)) == {"token"}
    assert a_minute(platform) == 1
    refreshes = len({at for at, _ in platform.asked})
    assert 6 * 3600 / GAP_MAX_S - 2 <= refreshes <= 6 * 3600 / GAP_MAX_S + 4
    assert platform.refused <= 1 + refreshes
    assert (await row(database)).failures == 1 + refreshes
    assert await told(database) == [("staff", "tencent-token-lost"), ("a1", "tencent-token-lost")]
    platform.invalid, platform.deaf = False, 0
    later = await live(api, watch, hours=GAP_MAX_S / 3600)
    assert later[""] > 0
    assert await live(api, watch, hours=1) == {"": 240}
    assert (await told(database))[2:] == [("staff", "tencent-token-back"), ("a1", "tencent-token-back")]
    assert (await row(database)).failures == 0


async def test_a_standing_clock_sees_one_refresh(api: Api, platform: Platform) -> None:
    """However often it is tried in one moment, one refresh and no more; the rest is over at once, without a call."""
    platform.invalid = True
    assert [await sends(api) for _ in range(500)] == ["token"] * 500
    assert len({at for at, _ in platform.asked}) == len(platform.asked) == 1
    assert platform.refused == 1


async def test_a_short_fault_alarms_nobody(api: Api, platform: Platform, database: Database, watch: Watch) -> None:
    """Two failures and then a token that works: nobody hears of it, and the count begins anew."""
    await staffed(database, watch)
    for _ in range(3):
        platform.deaf = -1
        for _ in range(2):
            assert await sends(api) == "token"
            watch.move(61)
        platform.deaf = 0
        watch.move(61)
        assert await sends(api) == ""
        platform.ends.clear()
        platform.token = ""
        watch.move(7300)
    assert await told(database) == []


async def test_a_new_process_keeps_the_pause(
    api: Api, platform: Platform, database: Database, client: httpx.AsyncClient, watch: Watch
) -> None:
    """Restarts do not ask oftener: the pause lies in the database, and so does the token."""
    platform.deaf = 40125
    for _ in range(20):
        fresh = Tokens(database, "wechat", asking(platform, client), watch)
        with pytest.raises(Temporary):
            await fresh.current()
        watch.move(2)
    assert len(platform.asked) == 1
    platform.deaf = 0
    watch.move(61)
    known = {await Tokens(database, "wechat", asking(platform, client), watch).current() for _ in range(20)}
    assert known == {platform.token}
    assert len(platform.asked) == 2


@asynccontextmanager
async def workers(url: str, count: int) -> AsyncIterator[list[Database]]:
    """As many processes as PostgreSQL would serve; SQLite serves one."""
    opened = [await open_database(url, connections=2) for _ in range(count if url.startswith("postgres") else 1)]
    try:
        yield opened * (1 if len(opened) > 1 else count)
    finally:
        for one in opened:
            await one.close()


async def test_two_workers_ask_once(
    database_url: str, platform: Platform, client: httpx.AsyncClient, watch: Watch
) -> None:
    """Two workers with 32 calls each have one token between them, now and when it is refused."""
    async with workers(database_url, 2) as opened:
        both = [Tokens(one, "wechat", asking(platform, client), watch) for one in opened]
        apis = [Api(platform.base, one, client, OFFICIAL, OFFICIAL_TOKEN) for one in both]
        assert set(await asyncio.gather(*(sends(api) for api in apis * 32))) == {""}
        assert len(platform.asked) == 1
        watch.move(600)
        platform.ends[platform.token] = watch()
        assert set(await asyncio.gather(*(sends(api) for api in apis * 32))) == {""}
        assert len({at for at, _ in platform.asked}) == 2


async def test_two_workers_alarm_once(
    database_url: str, platform: Platform, client: httpx.AsyncClient, watch: Watch
) -> None:
    """A platform that refuses everything for an hour hears both workers together once a minute at most."""
    async with workers(database_url, 2) as opened:
        await staffed(opened[0], watch)
        both = [Tokens(one, "wechat", asking(platform, client), watch) for one in opened]
        apis = [Api(platform.base, one, client, OFFICIAL, OFFICIAL_TOKEN) for one in both]
        platform.invalid = True
        for _ in range(180):
            assert set(await asyncio.gather(*(sends(api) for api in apis))) == {"token"}
            watch.move(20)
        assert a_minute(platform) == 1
        assert len(await told(opened[0])) == 2
        platform.invalid = False
        watch.move(GAP_MAX_S)
        assert set(await asyncio.gather(*(sends(api) for api in apis * 4))) == {""}
        assert len(await told(opened[0])) == 4


async def test_a_worker_that_died_while_asking_is_replaced(
    database: Database, platform: Platform, client: httpx.AsyncClient, watch: Watch
) -> None:
    """Its lease lapses and its minute ends; then somebody else asks."""

    async def left(connection: Connection) -> None:
        await Store(connection).leases.take("token:wechat", "dead", watch(), LEASE_S)
        await Store(connection).access_tokens.asking("wechat", watch())

    await database.transact(left)
    watch.move(LEASE_S + 1)
    tokens = Tokens(database, "wechat", asking(platform, client), watch)
    with pytest.raises(Temporary):
        await tokens.current()
    assert platform.asked == []
    watch.move(60 - LEASE_S)
    assert await tokens.current() == platform.token


@pytest.mark.parametrize("deaf", [0, 40125])
async def test_who_looked_before_another_asked_does_not_ask_again(
    database: Database, tokens: Tokens, platform: Platform, client: httpx.AsyncClient, watch: Watch, deaf: int
) -> None:
    """Between looking and taking the lease somebody else may have had a token, or none: that counts."""
    platform.deaf = deaf
    with suppress(Temporary):
        await tokens.current()
    late = Tokens(database, "wechat", asking(platform, client), watch)
    assert not await database.transact(partial(late._begin, watch()))
    watch.move(7200)
    assert await database.transact(partial(late._begin, watch()))


async def test_who_gives_up_waiting_stops_nobody(tokens: Tokens, platform: Platform) -> None:
    """A call that is cut while the platform thinks does not cost the others their token."""
    platform.gate.clear()
    first, second = asyncio.create_task(tokens.current()), asyncio.create_task(tokens.current())
    while not platform.asked:
        await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    platform.gate.set()
    assert await second == platform.token
    assert len(platform.asked) == 1
    await tokens.close()


async def test_a_clock_that_was_set_back_blocks_nobody(tokens: Tokens, platform: Platform, watch: Watch) -> None:
    """A pause that seems to lie ahead by a day is none."""
    platform.deaf = -1
    with pytest.raises(Temporary):
        await tokens.current()
    watch.move(-86_400)
    platform.deaf = 0
    assert await tokens.current() == platform.token


async def test_a_late_word_of_an_old_token_changes_nothing(
    tokens: Tokens, database: Database, platform: Platform
) -> None:
    """What is refused or works after it was replaced is none of the present one's business."""
    now = await tokens.current()
    await tokens.refused("an older one")
    await tokens.worked("an older one")
    assert await tokens.current() == now
    assert (await row(database)).failures == 0
    assert len(platform.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"access_token": ""},
        {"access_token": "t"},
        {"access_token": 5, "expires_in": 7200},
        {"access_token": "t" * 2000, "expires_in": 7200},
        {"access_token": "t", "expires_in": "soon"},
        {"access_token": "t", "expires_in": None},
    ],
)
async def test_an_answer_without_a_token_is_a_failure(
    database: Database, watch: Watch, answer: dict[str, object]
) -> None:
    """Whatever stands in its place, nobody uses it."""

    async def ask(refused: str) -> Grant:
        return _grant(answer)

    tokens = Tokens(database, "wechat", ask, watch)
    with pytest.raises(Temporary):
        await tokens.current()
    assert (await row(database)).error_code == "answer"


async def test_a_bug_in_asking_is_a_failure_like_others(
    database: Database, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever is raised, the lease is given back, it counts, and no value of it is logged."""

    async def ask(refused: str) -> Grant:
        raise RuntimeError(SECRET)

    tokens = Tokens(database, "wechat", ask, watch)
    with pytest.raises(Temporary):
        await tokens.current()
    assert (await row(database)).error_code == "crash"
    until = await database.read(lambda one: Store(one).leases.until("token:wechat"))
    assert until
    assert until < watch()
    assert SECRET not in caplog.text
    with caplog.at_level(logging.DEBUG):
        assert SECRET not in repr(Grant(SECRET, 1)) + repr(replace(await row(database), token=SECRET))


async def test_wecom_is_asked_its_own_way(
    database: Database, platform: Platform, client: httpx.AsyncClient, watch: Watch
) -> None:
    """Each account has a token of its own; a wrong secret is a failure that a console mends."""
    ask = corp(Wire(platform.base, client, CORP), "ww0123456789abcdef", SECRET)
    assert await Tokens(database, "wecom", ask, watch).current() == platform.token
    assert [how for _, how in platform.asked] == ["gettoken"]
    wrong = Tokens(database, "wecomkf", corp(Wire(platform.base, client, CORP), "ww0123456789abcdef", "wrong"), watch)
    with pytest.raises(Temporary):
        await wrong.current()
    found = await database.read(lambda connection: Store(connection).access_tokens.find("wecomkf"))
    assert found
    assert (found.error_code, found.failures, found.token) == ("40001", 1, "")


async def test_a_cursor_is_kept(database: Database, watch: Watch) -> None:
    """Empty at first, then what was kept last, with the moment."""
    cursor = "wecomkf:wk1"
    assert await database.read(lambda one: Store(one).cursors.find(cursor)) == ""
    assert await database.read(lambda one: Store(one).cursors.at(cursor)) is None
    for value in ("4gw7MepFLfgF2VC5npN", "4gw7MepFLfgF2VC5npX"):
        await database.transact(lambda one, value=value: Store(one).cursors.keep(cursor, value, watch()))  # type: ignore[misc]
    assert await database.read(lambda one: Store(one).cursors.find(cursor)) == "4gw7MepFLfgF2VC5npX"
    assert await database.read(lambda one: Store(one).cursors.find("wecomkf:wk2")) == ""
    assert await database.read(lambda one: Store(one).cursors.at(cursor)) == watch()
