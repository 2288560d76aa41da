"""The door through which the platform calls: what is let in, and what never is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.tencent_callback import BODY_BYTES_MAX, REFUSED, Door, Opened, Repeats
from bot.channels.tencent_crypto import Crypto, Refusal
from bot.meter import Unmetered
from bot.web import called
from bot.webhooks import Answer, Call
from tests.fakes import Watch
from tests.tencent import Seal

TOKEN, KEY, APP = "tokenOfTheTests", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wx0123456789abcdef"
INNER = "<xml><ToUserName>gh_1</ToUserName><MsgType>text</MsgType><Content>水龙头</Content><MsgId>7</MsgId></xml>"
SEAL = Seal(TOKEN, KEY, APP)
NONCE = "1372623149"


@dataclass
class Counts(Unmetered):
    """What was turned away."""

    codes: list[tuple[str, str]] = field(default_factory=list)

    def turned_away(self, channel: str, code: str) -> None:
        self.codes.append((channel, code))


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def counts() -> Counts:
    return Counts()


@pytest.fixture
def door(watch: Watch, counts: Counts) -> Door:
    return Door("wechat", Crypto(TOKEN, KEY, APP), watch, counts, plain_echo=True)


def stamp(watch: Watch, later_s: float = 0) -> str:
    return str(int((watch() + timedelta(seconds=later_s)).timestamp()))


def outer(sealed: str, more: str = "") -> bytes:
    return f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt>{more}</xml>".encode()


def call(query: dict[str, str], method: str = "POST") -> Call:
    return Call(method, QueryParams(query), {})


def delivery(watch: Watch, inner: str = INNER, seal: Seal = SEAL, later_s: float = 0) -> tuple[Call, bytes]:
    """What the platform posts."""
    sealed = seal.encrypt(inner)
    return call(seal.query(sealed, stamp(watch, later_s), NONCE)), outer(sealed)


def refused(door: Door, given: Call, body: bytes) -> str:
    with pytest.raises(Refusal) as refusal:
        door.open(given, body)
    return refusal.value.code


def test_a_delivery_is_opened(door: Door, watch: Watch, counts: Counts) -> None:
    """What the platform posts is let in and understood, and nothing is counted."""
    given, body = delivery(watch)
    assert door.admits(given)
    opened = door.open(given, body)
    assert opened == Opened(INNER, opened.fields)
    assert opened.fields["Content"] == "水龙头"
    assert counts.codes == []


def test_the_platform_may_repeat_itself(door: Door, watch: Watch, counts: Counts) -> None:
    """Three deliveries within 30 seconds are let in; a fourth is not, nor is one that comes later."""
    given, body = delivery(watch)
    for _ in range(3):
        watch.move(5)
        assert door.open(given, body).xml == INNER
    assert refused(door, given, body) == "repeated"
    late, late_body = delivery(watch)
    door.open(late, late_body)
    watch.move(31)
    assert refused(door, late, late_body) == "repeated"
    assert counts.codes == [("wechat", "repeated")] * 2


def changed(query: dict[str, str], **other: str) -> Call:
    return call({**query, **other})


def forged(watch: Watch) -> Iterator[tuple[str, str, Call, bytes]]:
    """Name, code, and a call which is not the platform's, or not as it may be."""
    sealed = SEAL.encrypt(INNER)
    now = stamp(watch)
    query = SEAL.query(sealed, now, NONCE)
    body = outer(sealed)
    another = Seal(TOKEN, KEY, "wxfedcba9876543210").encrypt(INNER)
    foreign_key = Seal(TOKEN, KEY[::-1], APP).encrypt(INNER)
    unknown = Seal("anotherToken", KEY, APP)
    yield "a signature of nothing", "signature", changed(query, msg_signature="0" * 40), body
    yield "signed with another token", "signature", call(unknown.query(sealed, now, NONCE)), body
    yield "the plain signature instead", "signature", changed(query, msg_signature=SEAL.sign(now, NONCE, "")), body
    yield "another body", "signature", call(query), outer(SEAL.encrypt(INNER))
    yield "another nonce", "signature", changed(query, nonce="1372623148"), body
    yield "another timestamp", "signature", changed(query, timestamp=stamp(watch, 1)), body
    yield "too old", "stale", call(SEAL.query(sealed, stamp(watch, -301), NONCE)), body
    yield "too far ahead", "stale", call(SEAL.query(sealed, stamp(watch, 302), NONCE)), body
    yield "a timestamp in milliseconds", "query", call(SEAL.query(sealed, now + "000", NONCE)), body
    yield "a timestamp in Arabic digits", "query", call(SEAL.query(sealed, "١٧٩٠٠٠٠٠٠٠", NONCE)), body
    yield "a timestamp with a sign", "query", call(SEAL.query(sealed, "+" + now[:-1], NONCE)), body
    yield "for another app", "receiver", call(SEAL.query(another, now, NONCE)), outer(another)
    yield "with another key", "padding|length|receiver", call(SEAL.query(foreign_key, now, NONCE)), outer(foreign_key)
    yield "cut after sealing", "signature", call(query), outer(sealed[:-4])
    cut = sealed[: len(sealed) // 2 // 4 * 4]
    yield "cut and signed again", "cipher|padding|receiver|length", call(SEAL.query(cut, now, NONCE)), outer(cut)
    yield "cut in the XML", "xml", call(query), body[: len(body) // 2]
    yield "plain", "plain", call(query), INNER.encode()
    yield "plain by name", "plain", changed(query, encrypt_type="raw"), body
    yield "both plain and sealed", "mixed", call(query), outer(sealed, "<MsgType>text</MsgType><Content>x</Content>")
    yield "a sender beside it", "mixed", call(query), outer(sealed, "<FromUserName>boss</FromUserName>")
    yield "sealed twice", "plain", call(query), outer(sealed, f"<Encrypt>{sealed}</Encrypt>")
    yield "sealed within an element", "plain", call(query), b"<xml><Encrypt><A>x</A></Encrypt></xml>"
    yield "nothing sealed", "plain", call(query), outer("")
    yield "no body", "xml", call(query), b""
    yield "JSON", "xml", call(query), b'{"encrypt": "x"}'
    yield "entities", "doctype", call(query), b'<!DOCTYPE x [<!ENTITY a "a">]>' + body
    yield "many levels", "deep", call(query), b"<a>" * 50 + b"</a>" * 50
    yield "many elements", "many", call(query), b"<xml>" + b"<a/>" * 1000 + b"</xml>"
    yield "too long", "long", call(query), outer(sealed, "<A>" + "a" * BODY_BYTES_MAX + "</A>")
    for name in ("msg_signature", "timestamp", "nonce"):
        yield f"without {name}", "query", call({key: value for key, value in query.items() if key != name}), body
        twice = QueryParams([*query.items(), (name, query[name])])
        yield f"{name} twice", "query", Call("POST", twice, {}), body
    yield "a long nonce", "query", call(SEAL.query(sealed, now, "1" * 33)), body
    yield "a signature in capitals", "query", changed(query, msg_signature=query["msg_signature"].upper()), body
    for inner, code in (("", "xml"), ("hello", "xml"), ("<a>" * 30, "deep"), ("<!DOCTYPE a><a/>", "doctype")):
        wrong = SEAL.encrypt(inner)
        yield f"sealed {inner[:9]!r}", code, call(SEAL.query(wrong, now, NONCE)), outer(wrong)
    nul = outer(sealed).replace(b"<Encrypt>", b"\0<Encrypt>")
    yield "NUL outside of what was sealed", "xml", call(query), nul


def test_nothing_forged_is_let_in(door: Door, watch: Watch, counts: Counts) -> None:
    """Each forged, stale, cut, plain or foreign call has its code, is counted once, and says nothing of why."""
    seen = []
    for name, code, given, body in forged(watch):
        found = refused(door, given, body)
        seen.append(("wechat", found))
        assert found in code.split("|"), (name, found)
    assert counts.codes == seen
    assert len(seen) >= 40
    given, body = delivery(watch)
    assert door.open(given, body).xml == INNER


def split_anew(query: dict[str, str], sealed: str) -> Iterator[dict[str, str]]:
    """The same call with every other timestamp and nonce for which its signature is right."""
    timestamp, nonce = query["timestamp"], query["nonce"]
    for joined in (timestamp + nonce, nonce + timestamp):
        for at in range(len(joined) + 1):
            for pair in ((joined[:at], joined[at:]), (joined[at:], joined[:at])):
                if pair != (timestamp, nonce) and SEAL.sign(*pair, sealed) == query["msg_signature"]:
                    yield {**query, "timestamp": pair[0], "nonce": pair[1]}


def test_a_boundary_that_was_moved_lets_nobody_in(door: Door, watch: Watch) -> None:
    """Timestamp and nonce of a call that was overheard, parted elsewhere so that the signature stays right, are stale,
    of no shape, or known already."""
    found = []
    for nonce in (NONCE, "9", "99", "0", "1", "12345678901234567890", stamp(watch)[:5], stamp(watch, 5)):
        sealed = SEAL.encrypt(INNER)
        query = SEAL.query(sealed, stamp(watch), nonce)
        for _ in range(3):
            door.open(call(query), outer(sealed))
        found += [refused(door, call(other), outer(sealed)) for other in split_anew(query, sealed)]
    assert set(found) == {"query", "stale", "repeated"}
    assert len(found) > 50


def test_a_boundary_that_was_moved_into_the_message_lets_nobody_in(door: Door, watch: Watch) -> None:
    """Nor may the nonce take a part of what is sealed, or give one to it."""
    sealed = SEAL.encrypt(INNER)
    for cut in (1, 4, 16, 22, 64):
        query = SEAL.query(sealed, stamp(watch), NONCE)
        moved = changed(query, nonce=NONCE + sealed[:cut])
        assert refused(door, moved, outer(sealed[cut:])) in ("query", "signature", "cipher", "padding", "receiver")
        shorter = changed(query, nonce=NONCE[:-1])
        assert refused(door, shorter, outer(NONCE[-1] + sealed)) in ("signature", "cipher")


@pytest.mark.parametrize("later_s", [-300, 0, 300])
def test_clocks_may_differ_a_little(door: Door, watch: Watch, later_s: float) -> None:
    """Five minutes in both directions are fresh."""
    given, body = delivery(watch, later_s=later_s)
    assert door.open(given, body).xml == INNER


def test_a_call_is_remembered_as_long_as_it_could_be_fresh(door: Door, watch: Watch) -> None:
    """A call from a clock that is ahead is known until it is stale."""
    given, body = delivery(watch, later_s=300)
    door.open(given, body)
    found = set()
    for _ in range(62):
        watch.move(10)
        try:
            door.open(given, body)
        except Refusal as refusal:
            found.add(refusal.code)
        else:
            assert watch() - Watch().now <= timedelta(seconds=30)
    assert found == {"repeated", "stale"}


def test_memory_is_bounded() -> None:
    """However many calls come, so many are remembered: the latest."""
    repeats, now = Repeats(size=100), datetime(2026, 1, 5, tzinfo=UTC)
    for number in range(1000):
        assert repeats.admits(f"{number:040x}", now)
    assert len(repeats.known) == 100
    assert [repeats.admits(f"{999:040x}", now) for _ in range(3)] == [True, True, False]
    repeats.admits("f" * 40, now + timedelta(seconds=601))
    assert len(repeats.known) == 1


# ---- the GET by which a console asks who we are


def asked(query: dict[str, str]) -> Call:
    return call(query, "GET")


def test_wecom_asks_with_a_sealed_echo(watch: Watch, counts: Counts) -> None:
    """What was sealed comes back bare; a «+» that became a space on the way is none of our business."""
    door = Door("wecom", Crypto(TOKEN, KEY, APP), watch, counts)
    sealed = SEAL.encrypt("4861295302849103")
    query = {**SEAL.query(sealed, stamp(watch), NONCE), "echostr": sealed}
    assert door.admits(asked(query))
    assert door.echo(asked(query)) == Answer(200, b"4861295302849103")
    assert counts.codes == []


def test_the_official_account_asks_with_a_plain_echo(door: Door, watch: Watch, counts: Counts) -> None:
    """It signs timestamp and nonce alone."""
    query = {"signature": SEAL.sign(stamp(watch), NONCE, ""), "timestamp": stamp(watch), "nonce": NONCE}
    assert door.admits(asked({**query, "echostr": "4861295302849103"}))
    assert door.echo(asked({**query, "echostr": "4861295302849103"})) == Answer(200, b"4861295302849103")
    for echo in ("", "<script>", "a" * 65, "水", "a b"):
        assert door.echo(asked({**query, "echostr": echo})) is REFUSED
    assert counts.codes == [("wechat", "query")] * 5
    for forgery in ({"signature": "0" * 40}, {"nonce": "1"}, {"timestamp": stamp(watch, 1)}):
        assert door.echo(asked({**query, "echostr": "4861295302849103", **forgery})) is REFUSED
    assert counts.codes[5:] == [("wechat", "signature")] * 3


def test_a_plain_echo_is_nothing_to_wecom(watch: Watch, counts: Counts) -> None:
    """Who does not seal its echo is not WeCom; nor is a call so signed a delivery to anybody."""
    query = {"signature": SEAL.sign(stamp(watch), NONCE, ""), "timestamp": stamp(watch), "nonce": NONCE, "echostr": "1"}
    door = Door("wecom", Crypto(TOKEN, KEY, APP), watch, counts)
    assert not door.admits(asked(query))
    assert door.echo(asked(query)) is REFUSED
    official = Door("wechat", Crypto(TOKEN, KEY, APP), watch, counts, plain_echo=True)
    assert not official.admits(call(query))
    assert refused(official, call(query), outer(SEAL.encrypt(INNER))) == "query"


@pytest.mark.parametrize("spoil", ["signature", "stale", "echo", "id", "absent"])
def test_a_forged_question_has_no_answer(door: Door, watch: Watch, counts: Counts, spoil: str) -> None:
    """A GET that is not the platform's hears nothing but 400."""
    seal = Seal(TOKEN, KEY, "wxfedcba9876543210") if spoil == "id" else SEAL
    sealed = seal.encrypt("4861295302849103")
    query = {**SEAL.query(sealed, stamp(watch, -400 if spoil == "stale" else 0), NONCE), "echostr": sealed}
    wrong = {
        "signature": {"msg_signature": "0" * 40},
        "echo": {"echostr": SEAL.encrypt("1")},
        "absent": {"echostr": ""},
    }
    assert door.echo(asked({**query, **wrong.get(spoil, {})})) == Answer(400)
    assert len(counts.codes) == 1


def test_an_answer_is_sealed_with_the_time(door: Door, watch: Watch) -> None:
    """What the platform hears in return is sealed, signed and fresh."""
    answer = door.answer("<xml><Content>好的</Content></xml>")
    assert (answer.status, answer.media_type) == (200, "text/xml")
    assert SEAL.opened(answer.body.decode()) == "<xml><Content>好的</Content></xml>"
    assert f"<TimeStamp>{stamp(watch)}</TimeStamp>" in answer.body.decode()


# ---- over HTTP


@dataclass
class Hook:
    """The least that a channel does with a door."""

    door: Door
    said: list[str] = field(default_factory=list)

    @property
    def methods(self) -> tuple[str, ...]:
        return self.door.methods

    @property
    def bytes_max(self) -> int:
        return self.door.bytes_max

    def admits(self, given: Call) -> bool:
        return self.door.admits(given)

    async def take(self, given: Call, body: bytes) -> Answer:
        if given.method == "GET":
            return self.door.echo(given)
        try:
            self.said.append(self.door.open(given, body).xml)
        except Refusal:
            return REFUSED
        return self.door.answer("<xml/>")


@pytest.fixture
def hook(door: Door) -> Hook:
    return Hook(door)


@pytest.fixture
async def client(hook: Hook) -> AsyncIterator[httpx.AsyncClient]:
    async def route(request: Request) -> Response:
        return await called(hook, request)

    app = Starlette(routes=[Route("/wechat", route, methods=["GET", "POST"])])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
        yield client


async def test_over_http_a_delivery_is_answered(client: httpx.AsyncClient, hook: Hook, watch: Watch) -> None:
    """The same through the web application: a sealed answer, and an echo that keeps its «+»."""
    given, body = delivery(watch)
    answer = await client.post("/wechat", params=dict(given.query), content=body)
    assert (answer.status_code, SEAL.opened(answer.text), hook.said) == (200, "<xml/>", [INNER])
    sealed = next(one for one in (SEAL.encrypt("1234567") for _ in range(1000)) if "+" in one)
    query = {**SEAL.query(sealed, stamp(watch), NONCE), "echostr": sealed}
    assert (await client.get("/wechat", params=query)).text == "1234567"


async def test_over_http_nothing_forged_is_let_in(client: httpx.AsyncClient, hook: Hook, watch: Watch) -> None:
    """Whatever is forged hears 400, 404 or 413, and not a word."""
    statuses = set()
    for name, _, given, body in forged(watch):
        answer = await client.post("/wechat", params=given.query.multi_items(), content=body)
        statuses.add(answer.status_code)
        assert answer.status_code in (400, 404, 413), name
        assert answer.text in ("", "Not Found"), name
    assert statuses == {400, 404, 413}
    assert hook.said == []
