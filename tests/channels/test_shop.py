"""The door for the company's shop: who may tell of orders, what is refused, and what a file may look like."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.shop import BYTES_MAX, FRESH_S, Shop, ShopDoor, checked, raw_of, sign
from bot.order_file import read
from bot.webhooks import Call
from domain.chat import Raw
from domain.errors import Unparseable

SECRET = b"0123456789abcdef0123456789abcdef"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
EVENT = {"id": "e1", "order": "a1", "kind": "paid", "amount_fen": 5, "at": "2026-11-23T10:00:00+08:00"}
ZONE = ZoneInfo("Asia/Shanghai")


class Taken(list[Raw]):
    """What was received."""

    async def receive(self, raw: Raw) -> None:
        self.append(raw)

    async def kept(self, event_id: str) -> dict[str, Any]:
        return next((dict(raw.body) for raw in self if raw.body["id"] == event_id), {})


def door(taken: Taken) -> ShopDoor:
    return ShopDoor(SECRET, taken.receive, lambda: NOW, taken.kept)


def call(body: bytes, age_s: int = 0, secret: bytes = SECRET, **headers: str) -> Call:
    """A request as the shop makes it."""
    moment = str(int(NOW.timestamp()) - age_s)
    known = {"x-jiangdao-time": moment, "x-jiangdao-signature": sign(secret, moment, body)}
    return Call("POST", {}, {**known, **headers})


async def posted(body: bytes, made: Call) -> tuple[int, bytes, Taken]:
    """What the shop hears, and what was received."""
    taken = Taken()
    here = door(taken)
    if not here.admits(made):
        return 404, b"", taken
    answer = await here.take(made, body)
    return answer.status, answer.body, taken


async def test_a_signed_event_is_received():
    """It becomes a message of nobody, with the time in UTC and the number as it is kept."""
    body = json.dumps({**EVENT, "phone": "138 0013 8000"}).encode()
    status, said, taken = await posted(body, call(body))

    assert (status, json.loads(said)) == (200, {"ok": True})
    inbound = Shop().parse(taken[0])
    assert inbound
    assert (inbound.intent, inbound.subject, inbound.account) == ("order.event", "A1", "")
    assert inbound.args["phone"] == "+8613800138000"
    assert inbound.args["at"] == "2026-11-23T02:00:00+00:00"


@pytest.mark.parametrize(
    "made",
    [
        call(b"{}", secret=b"f" * 32),
        call(b"{} "),
        call(b"{}", age_s=FRESH_S + 1),
        call(b"{}", age_s=-FRESH_S - 1),
        call(b"{}", **{"x-jiangdao-signature": ""}),
        call(b"{}", **{"x-jiangdao-signature": "\u00e9" * 64}),
        call(b"{}", **{"x-jiangdao-signature": "\udce9" * 64}),
        call(b"{}", **{"x-jiangdao-time": "1e9"}),
        call(b"{}", **{"x-jiangdao-time": "\u0661" * 10}),
        call(b"{}", **{"x-jiangdao-time": "9" * 400}),
        Call("POST", {}, {}),
    ],
)
async def test_a_stranger_hears_nothing(made: Call):
    """A wrong secret, body or time, and no signature at all, look alike, and nothing is received."""
    status, said, taken = await posted(b"{}", made)

    assert (status, said, taken) == (404, b"", [])


@pytest.mark.parametrize("age_s", [-FRESH_S, 0, FRESH_S])
async def test_five_minutes_are_fresh(age_s: int):
    """To the second, in both directions."""
    body = json.dumps(EVENT).encode()

    assert (await posted(body, call(body, age_s)))[0] == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": ""}, "id"),
        ({"id": "a b"}, "id"),
        ({"id": None}, "id"),
        ({"order": "x" * 41}, "order"),
        ({"kind": "stolen"}, "kind"),
        ({"amount_fen": -1}, "amount_fen"),
        ({"amount_fen": 1.5}, "amount_fen"),
        ({"amount_fen": True}, "amount_fen"),
        ({"amount_fen": 10**13}, "amount_fen"),
        ({"phone": "12"}, "phone"),
        ({"phone": 13800138000}, "phone"),
        ({"at": "2026-11-23"}, "at"),
        ({"at": "2026-11-23T10:00:00"}, "at"),
        ({"at": "1999-12-31T00:00:00+00:00"}, "at"),
        ({"at": "2026-11-24T02:00:01+00:00"}, "at"),
        ({"kind": "undone"}, "kind"),
        ({"kind": "signed", "amount_fen": 0}, "amount_fen"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at"),
    ],
)
async def test_a_wrong_field_is_named(change: dict[str, Any], field: str):
    """The shop, and only the shop, hears which field cannot be."""
    body = json.dumps({**EVENT, **change}).encode()
    status, said, taken = await posted(body, call(body))

    assert (status, json.loads(said), taken) == (422, {"error": field}, [])


@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b"\xff", b"[" * 60_000, b"NaN"])
async def test_what_is_no_object(body: bytes):
    """Anything else than an object is refused as such."""
    assert (await posted(body, call(body)))[:2] == (422, b'{"error": "json"}')


def test_a_body_is_short():
    """The web application reads no more than this."""
    assert door(Taken()).bytes_max == BYTES_MAX == 65536


def fault_of(event: dict[str, Any]) -> str:
    """The field that cannot be."""
    try:
        raw_of(event)
    except ValueError as wrong:
        return str(wrong)
    return ""


@given(st.dictionaries(st.text(max_size=12), st.one_of(st.none(), st.integers(), st.text(max_size=40), st.floats())))
def test_nothing_else_is_raised(body: dict[str, Any]):
    """Whatever an object holds, it is an event or the name of a field."""
    fields = {"id", "order", "kind", "amount_fen", "phone", "at", "source"}
    assert fault_of({**EVENT, **body}) in fields | {""}
    with pytest.raises(Unparseable):
        Shop().parse(Raw("shop:x", "shop", {**EVENT, "kind": "?"}))


def test_nobody_says_that_they_are_staff():
    """Who told of it is decided by the way it came."""
    assert checked({**EVENT, "source": "staff"})["source"] == "shop"


# ---- files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_file_as_spreadsheets_save_it(encoding: str, delimiter: str):
    """With or without a mark at its beginning, in either encoding, with any of the three separators."""
    rows = [["订单号", "类型", "金额（元）", "手机号", "日期"], ["A1", "签单", "12800.5", "13900139000", "2026/1/5"]]
    data = "\r\n".join(delimiter.join(row) for row in [*rows, ["", "", "", "", ""]]).encode(encoding)

    found = read("a.csv", data, ZONE)

    assert found.problems == ()
    (event,) = (dict(raw.body) for raw in found.events)
    assert event.pop("id").startswith("A1:signed:")
    assert event == {
        "order": "A1",
        "kind": "signed",
        "amount_fen": 1_280_050,
        "phone": "+8613900139000",
        "at": "2026-01-05T15:59:59+00:00",
        "source": "file",
    }


def test_the_same_row_is_the_same_event():
    """Imported again it has the same id; another amount has another."""
    head = "order,kind,amount,phone,at\n"
    first = read("a.csv", (head + "A1,paid,1,,2026-11-20\n").encode(), ZONE).events
    again = read("b.csv", (head + "A1,paid,1.00,,2026-11-20 23:59:59\nA1,paid,2,,2026-11-20\n").encode(), ZONE).events

    assert [raw.id for raw in again][:1] == [raw.id for raw in first]
    assert len({raw.id for raw in again}) == 2


def test_the_same_row_twice_is_two_events():
    """Two deposits of one day are two, in every import alike; a number given to two different rows is named."""
    head, row = "order,kind,amount,phone,at,id\n", "A1,deposit,1,,2026-11-20,"
    twice = [raw.id for raw in read("a.csv", f"{head}{row}\n{row}\n".encode(), ZONE).events]
    given = read("a.csv", f"{head}{row}7\n{row}7\nA1,deposit,2,,2026-11-20,7\n".encode(), ZONE)

    assert len(set(twice)) == 2
    assert twice == [raw.id for raw in read("b.csv", f"{head}{row}\n{row}\n".encode(), ZONE).events]
    assert [raw.id for raw in given.events] == ["shop:A1:deposit:7"] * 2
    assert given.problems == ("第 4 行:流水号“7”已经用过,内容不一样",)


def test_running_numbers_of_rows_are_no_ids():
    """«编号» counts the rows of each file anew; traditional heads are known."""
    head = "編號,编号,訂單號,類型,金額（元）,電話,時間,流水號\n"
    found = read("a.csv", f"{head}1,1,A1,簽單,1,13900139000,2026-11-20,\n".encode(), ZONE)

    assert found.problems == ()
    assert found.events[0].id.startswith("shop:A1:signed:")


def test_a_row_that_has_not_happened():
    """More than a day ahead of the clock, or before the year 2000, is a wrong time; a signing without a sum a wrong
    amount."""
    rows = ("A1,paid,1,,2026-11-25", "A1,paid,1,,1999-01-01", "A1,signed,0,,2026-11-20", "A1,paid,1,,2026-11-23")
    data = "\n".join(("order,kind,amount,phone,at", *rows)).encode()

    assert read("a.csv", data, ZONE, NOW).problems == (
        "第 2 行:时间“2026-11-25”看不懂",
        "第 3 行:时间“1999-01-01”看不懂",
        "第 4 行:金额“0”看不懂",
    )


def test_a_field_that_is_too_long():
    """What the reader of the file gives up on is a line, not an exception."""
    data = f"order,kind,amount,phone,at\nA1,paid,1,,{'9' * 200_000}\n".encode()

    assert read("a.csv", data, ZONE).problems == ("第 2 行:引号或换行不对,这一行读不出来",)


async def test_an_id_with_other_content():
    """The shop hears that the id is another event's; the same one again is well."""
    body = json.dumps({**EVENT, "amount_fen": 6}).encode()
    taken = Taken()

    async def kept(event_id: str) -> dict[str, Any]:
        return {"order": "A1", "kind": "paid", "amount_fen": 5, "at": "2026-11-23T02:00:00+00:00"}

    here = ShopDoor(SECRET, taken.receive, lambda: NOW, kept)
    again = json.dumps(EVENT).encode()

    assert (await here.take(call(body), body)).status == 409
    assert (await here.take(call(again), again)).status == 200


def test_each_wrong_row_is_named_by_its_line():
    """In Chinese, with what stands there, also behind a line break within quotation marks."""
    head = "order,kind,amount,phone,at\n"
    data = head + '"A\n1",paid,1,,2026-11-20\nA2,paid,x,,2026-11-20\nA3,付清,1,,明天\nA4,?,1,,2026-1-1\n'

    assert read("a.csv", data.encode(), ZONE).problems == (
        "第 3 行:订单号“A\n1”看不懂",
        "第 4 行:金额“x”看不懂",
        "第 5 行:时间“明天”看不懂",
        "第 6 行:类型“?”看不懂",
    )


@pytest.mark.parametrize("data", [b"", b"a,b,c\n1,2,3\n", "订单号,金额\n".encode()])
def test_a_file_without_its_columns(data: bytes):
    """What is missing is said."""
    (problem,) = read("a.csv", data, ZONE).problems

    assert problem.startswith("a.csv:第 1 行要有列名")


def test_a_file_that_is_none():
    """A picture is refused in one sentence."""
    assert read("a.png", b"\x89PNG\r\n\x1a\n\xff\xff\xff", ZONE).problems != ()
