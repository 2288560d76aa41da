"""``python -m bot orders`` and ``python -m bot erase``, as a technician types them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import parser
from bot.app import open_app
from bot.config import ConfigError, Settings, load_settings
from bot.erase import erase_person
from bot.order_file import take_in
from domain.chat import Place
from domain.people import Person, Role
from domain.requests import Actor, Request, file_request
from domain.states import Who
from storage.store import Store
from tests.fakes import START

ROWS = "订单号,类型,金额,电话,时间\nA1,签单,12800,13900139000,2026-11-20\nA1,付清,0,,2026/11/21 9:30\n"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return load_settings(env_file=None, data_dir=tmp_path / "data", database_url=database_url)


async def looked(settings: Settings, work: Any) -> Any:
    """Look into the database, or write to it."""
    async with open_app(settings) as app:
        return await app.database.transact(lambda connection: work(Store(connection)))


async def test_a_file_is_taken_once(settings: Settings, tmp_path: Path):
    """The second time nothing of it is new."""
    file = tmp_path / "orders.csv"
    file.write_bytes(ROWS.encode("gbk"))

    first, again = await take_in(settings, file), await take_in(settings, file)

    assert (first, again) == (
        ["✓ orders.csv:2 行,其中 2 行是新的,0 行以前导入过"],
        ["✓ orders.csv:2 行,其中 0 行是新的,2 行以前导入过"],
    )
    order = await looked(settings, lambda store: store.orders.get("A1"))
    assert (order.paid_fen, order.source, order.phone) == (1_280_000, "file", "+8613900139000")


async def test_a_file_with_a_wrong_row_is_not_taken(settings: Settings, tmp_path: Path):
    """Each wrong row is a line, and nothing of the file is kept; nobody is erased by a number that nobody has."""
    file = tmp_path / "orders.csv"
    file.write_text(ROWS + "A2,没有这种,1,,2026-11-20\n", encoding="utf-8-sig")

    with pytest.raises(ConfigError) as wrong:
        await take_in(settings, file)
    with pytest.raises(ConfigError) as nobody:
        await erase_person(settings, "13900139000", sure=True)

    assert wrong.value.problems == ["第 4 行:类型“没有这种”看不懂"]
    assert "没有找到" in nobody.value.problems[0]
    assert await looked(settings, lambda store: store.orders.get("A1")) is None


def test_the_command_line_knows_both():
    """With a file, and with whom; asking first is what happens unless told otherwise."""
    assert parser().parse_args(["orders", "a.csv"]).file == Path("a.csv")
    assert parser().parse_args(["erase", "R-1001"]).yes is False


async def test_somebody_is_erased_by_phone(settings: Settings):
    """Name, number and accounts are gone; who works here is not erased this way."""
    fan = Person("fan", name="范冰清", phone="+8613900139000")
    sam = Person("sam", Role.STAFF, "小林", "+8613900139001")

    async def known(store: Store) -> None:
        for person in (fan, sam):
            await store.people.add(person, Place("fake", person.id), START)
            await store.people.attach("fake", person.id, person.id, person.id, START)

    await looked(settings, known)
    assert await erase_person(settings, "139 0013 9000", sure=True) == [
        "✓ 已抹掉 1 个人的资料;服务单的编号、时间和账本照规定保留"
    ]
    with pytest.raises(Exception, match="在这里工作"):
        await erase_person(settings, "13900139001", sure=True)

    left = await looked(settings, lambda store: store.people.get("fan"))
    assert (left.name, left.phone, left.active) == ("", "", False)
    assert await looked(settings, lambda store: store.people.by_account("fake", "fan")) is None
    assert (await looked(settings, lambda store: store.people.get("sam"))).name == "小林"


async def test_who_waits_for_us_is_not_erased(settings: Settings):
    """As long as a request is not closed its installer needs the address: the operator reads which one."""
    fan = Person("fan", name="范冰清", phone="+8613900139000")
    draft = Request("R-1001", "fan", category="kitchen", description="漏水")
    asked = file_request(draft, Actor(fan, Who.HOMEOWNER, "fake"), START)

    async def known(store: Store) -> None:
        await store.people.add(fan, Place("fake", "fan"), START)
        await store.requests.add(asked)

    await looked(settings, known)
    for who in ("R-1001", "13900139000"):
        with pytest.raises(ConfigError) as refused:
            await erase_person(settings, who, sure=True)
        assert refused.value.problems == [f"“{who}” 还有没办完的服务单 R-1001:先办完或取消,再抹掉资料"]
    assert (await looked(settings, lambda store: store.people.get("fan"))).name == "范冰清"
