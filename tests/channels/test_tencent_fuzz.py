"""Spoiled callbacks: nothing but a refusal escapes, nothing takes long, and nothing is let in that was not sealed."""

from __future__ import annotations

import gc
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import pytest
from starlette.datastructures import QueryParams

from bot.channels import wechat_intake, wechat_parse, wecom_intake, wecom_parse, wecomkf_intake, wecomkf_parse
from bot.channels.tencent_callback import Door
from bot.channels.tencent_crypto import Crypto, Refusal
from bot.channels.tencent_xml import Field, Fields, fields
from bot.meter import Unmetered
from bot.parsing import storable
from bot.webhooks import Answer, Call, Webhook
from domain.chat import Inbound, Raw
from domain.errors import Unparseable
from tests.channels.telegram_mutations import spoiled as spoiled_json
from tests.channels.tencent_mutations import Spoiled, messages, spoiled
from tests.channels.wechat_stage import Given, message
from tests.fakes import Watch
from tests.pace import timed
from tests.tencent import Seal

T = TypeVar("T")
CUSTOMERS = Path(__file__).parent / "payloads" / "wecomkf"
CALLBACKS = int(os.environ.get("FUZZ_UPDATES", "100000"))
SEED = int(os.environ.get("FUZZ_SEED", "7"))
ONE_S_MAX = 0.05
SPENT_S_MAX = 60 * max(CALLBACKS / 100_000, 1)
TOKEN, KEY, APP = "tokenOfTheTests", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wx0123456789abcdef"
SEAL = Seal(TOKEN, KEY, APP)
KNOWN = {
    *("signature", "cipher", "padding", "length", "receiver", "encoding"),
    *("doctype", "deep", "many", "xml", "query", "stale", "plain", "mixed", "long", "repeated"),
    *("shape", "id", "unadmitted", "opened", "told", "answered 200", "answered 400"),
}


@pytest.fixture
def frozen() -> Iterator[None]:
    """As in a server: the collector does not look through what is here from the start."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@dataclass
class Codes(Unmetered):
    """Why the latest call was turned away."""

    last: str = ""

    def turned_away(self, channel: str, code: str) -> None:
        self.last = code


@dataclass
class Seat:
    """A channel's webhook, and what it makes of what came in."""

    hook: Webhook
    parse: Callable[[Raw], Inbound | None]
    codes: Codes
    raws: list[Raw]


def seats(watch: Watch) -> list[Seat]:
    """One for each channel, before the same account; every eighth message of a follower is answered at once."""
    found: list[Seat] = []
    parsers = {"wechat": wechat_parse.parse, "wecom": wecom_parse.parse, "wecomkf": wecomkf_parse.parse}
    for name, parse in parsers.items():
        codes, raws = Codes(), list[Raw]()
        door = Door(name, Crypto(TOKEN, KEY, APP), watch, codes)

        async def receive(raw: Raw, raws: list[Raw] = raws) -> Given | None:
            raws.append(raw)
            return Given(message("hana", "好")) if len(raw.id) % 8 == 0 else None

        hooks: dict[str, Callable[[], Any]] = {
            "wechat": partial(wechat_intake.Intake, door, receive, lambda given: "好 ]]>", watch),
            "wecom": partial(wecom_intake.Intake, door, receive),
            "wecomkf": partial(wecomkf_intake.Intake, door, None, receive, None, watch, None),
        }
        found.append(Seat(hooks[name](), parse, codes, raws))
    return found


def run(work: Coroutine[Any, Any, T]) -> T:
    """Its result, of what waits for nothing."""
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    raise AssertionError("it waits for something")


def taken(seat: Seat, one: Spoiled) -> tuple[str, Answer | None, list[Raw]]:
    """What becomes of a call: a word for it, the answer, and what was kept, which is parsed as well."""
    call = Call(one.method, QueryParams(one.query), {})
    seat.codes.last = ""
    seat.raws.clear()
    if not seat.hook.admits(call):
        return "unadmitted", None, []
    answer = run(seat.hook.take(call, one.body))
    if one.method == "GET":
        return f"answered {answer.status}", answer, []
    for raw in seat.raws:
        parsed(seat.parse, raw)
    return seat.codes.last or ("opened" if seat.raws else "told"), answer, list(seat.raws)


def parsed(parse: Callable[[Raw], Inbound | None], raw: Raw) -> None:
    """What a channel understands of what is kept is a message of the right shape, or nothing, or cannot be read."""
    try:
        inbound = parse(raw)
    except Unparseable:
        return
    if inbound:
        assert inbound.id == raw.id
        assert inbound.place == raw.place or raw.place is None
        assert isinstance(inbound.text, str)
        assert len(inbound.text) <= 20_100
        json.dumps(dict(inbound.args), allow_nan=False)


UNREADABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NUMBERED = re.compile("&#x?[0-9a-fA-F]+;")


def same(kept: str, sealed: str) -> bool:
    """Whether nothing was changed of what was sealed, but that what no XML can carry is gone."""
    if kept == sealed:
        return True
    bare = [NUMBERED.sub("", UNREADABLE.sub("", one).replace("]]]]><![CDATA[>", "]]>")) for one in (kept, sealed)]
    return bare[0] == bare[1] and not UNREADABLE.search(kept)


def wrong(raw: Raw, one: Spoiled) -> list[str]:
    """What of a result is not as promised."""
    xml = raw.body["xml"]
    bad = [] if same(xml, one.inner) else ["not what was sealed"]
    bad += [] if typed(fields(xml)) else ["type"]
    return bad + ([] if len(raw.id) < 300 and storable(raw.body) == raw.body else ["not to be stored"])


def typed(field: Field) -> bool:
    if isinstance(field, dict):
        return all(isinstance(name, str) and typed(one) for name, one in field.items())
    return all(map(typed, field)) if isinstance(field, list) else isinstance(field, str)


def test_each_message_is_let_in_as_it_is() -> None:
    """What is spoiled below is understood when it is whole."""
    kinds = [fields(xml) for xml in messages().values()]
    assert len(kinds) >= 15
    assert all({"MsgType", "CreateTime"} <= set(kind) for kind in kinds)


@pytest.mark.usefixtures("frozen")
@pytest.mark.unwatched  # a hundred thousand times the same lines: watched, they take three times as long
def test_whatever_comes_is_opened_or_refused_soon(note: Any) -> None:
    """Of spoiled callbacks, taken in, kept and parsed as each of the three channels does, none raises anything, none
    takes 50 ms, nothing is let in that differs from what was sealed, and much is let in all the same."""
    watch = Watch()
    channels = seats(watch)
    found: Counter[str] = Counter()
    longest_s = spent_s = 0.0
    for number, one in enumerate(islice(spoiled(SEED, SEAL, str(int(watch().timestamp()))), CALLBACKS)):
        seat = channels[number % len(channels)]
        (result, answer, raws), took_s = timed(partial(taken, seat, one), ONE_S_MAX)
        spent_s, longest_s = spent_s + took_s, max(longest_s, took_s)
        assert took_s < ONE_S_MAX, (number, took_s)
        assert result in KNOWN, (number, result)
        assert answer is None or answer.status in (200, 400), (number, answer)
        for raw in raws:
            assert not wrong(raw, one), (number, wrong(raw, one), one)
        if one.method == "GET" and answer:
            assert answer.body in (b"", one.inner.encode()), (number, one)
        found[f"{result}{'' if one.rightly or not raws else ', harmless'}"] += 1
    told = ", ".join(f"{count} {name}" for name, count in found.most_common())
    note(f"{CALLBACKS} spoiled callbacks: {spent_s:.0f} s, the longest {longest_s * 1000:.1f} ms; {told}")
    assert spent_s < SPENT_S_MAX
    assert found["opened"] + found["told"] > CALLBACKS / 10
    assert found["opened, harmless"] < CALLBACKS / 50
    assert len(found) >= 12


XML_FUZZ = 10_000
JSON_FUZZ = 20_000


@pytest.mark.usefixtures("frozen")
@pytest.mark.unwatched  # a hundred thousand times the same lines: watched, they take three times as long
def test_whatever_is_sealed_is_read_or_refused_soon() -> None:
    """The reader alone, without any crypto before it: fields or a refusal, soon."""
    found: Counter[str] = Counter()
    for one in islice(spoiled(SEED + 1, SEAL, "1795395600"), min(CALLBACKS, XML_FUZZ)):
        for xml in (one.inner, one.body):
            result, took_s = timed(partial(_read, xml), ONE_S_MAX)
            assert took_s < ONE_S_MAX
            found[result] += 1
    assert {"", "xml", "deep", "many", "doctype"} == set(found)


def _read(xml: str | bytes) -> str:
    try:
        known: Fields = fields(xml)
    except Refusal as refusal:
        return refusal.code
    assert typed(known)
    return ""


@pytest.mark.usefixtures("frozen")
@pytest.mark.unwatched  # a hundred thousand times the same lines: watched, they take three times as long
def test_whatever_is_pulled_is_kept_or_passed_over_soon() -> None:
    """Spoiled messages of customer service: each is kept and parsed, or has no id by which it could be kept."""
    captured = {path.stem: json.loads(path.read_bytes()) for path in CUSTOMERS.glob("*.json")}
    found: Counter[str] = Counter()
    for one in islice(spoiled_json(SEED, captured), min(CALLBACKS, JSON_FUZZ)):
        raw, took_s = timed(partial(_pulled, one), ONE_S_MAX)
        assert took_s < ONE_S_MAX
        if raw is None:
            found["no id"] += 1
            continue
        json.dumps(storable(raw.body), allow_nan=False)
        assert len(raw.id) < 300
        found["broken" if "broken" in raw.body else "kept"] += 1
    assert found["kept"] > found.total() / 2
    assert len(captured) > 15


def _pulled(one: dict[str, Any]) -> Raw | None:
    try:
        raw = wecomkf_parse.raw_message(one)
    except Unparseable:
        return None
    parsed(wecomkf_parse.parse, raw)
    assert isinstance(wecomkf_parse.welcome_code(raw), str)
    return raw
