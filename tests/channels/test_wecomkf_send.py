"""What is owed to customers of customer service, before the strict fake: words, choices, files, windows, what came
to nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channels.tencent_errors import refusal
from bot.channels.wecomkf_parse import parse, raw_message
from bot.channels.wecomkf_send import Sender, id_of
from domain.channel import Channel, Fetches, Keeps, Numbered, Probes, Window, Windowed
from domain.chat import Attachment, Kind, Line, Media, Outbound, Place, Style, Text
from domain.errors import FetchFailed, Permanent, SendFailed, Temporary, Throttled, WindowShut
from messages import Catalogue, raise_fault
from storage.database import Database
from tests.channels.wecom_rig import ACCOUNT, Rig, message, rig
from tests.wecom import Customer
from tests.wecom.media import photo

HELLO = ((Kind.TEXT, "您好"),)


def buttons(*labels: str) -> Any:
    return tuple(((label, f"tok.{at}", Style.PLAIN),) for at, label in enumerate(labels))


async def hana(here: Rig) -> Customer:
    """Somebody who has just written."""
    found = here.fake.customer("hana")
    await found.says("在吗")
    return found


async def send(here: Rig, to: Customer, **more: Any) -> str:
    given = message(f"{ACCOUNT}/{to.id}", "wecomkf", **{"lines": HELLO, **more})
    return await here.kf.channel.send(given)


async def test_the_channel_is_what_it_promises(database: Database, tmp_path: Path) -> None:
    """It keeps the contracts of a channel with windows, whose messages are kept and files fetched."""
    async with rig(database, tmp_path) as here:
        channel: Channel = here.kf.channel
        for contract in (Fetches, Keeps, Numbered, Probes, Windowed):
            assert isinstance(channel, contract), contract
        assert here.kf.channel.windows == (Window("message", 5, 48 * 3600.0),)
        await here.kf.channel.probe()
        with pytest.raises(Permanent):
            await channel.edit("a", message())


async def test_choices_are_lines_to_tap(database: Database, tmp_path: Path) -> None:
    """Words and choices are one message; where there is no room for lines to tap, they have numbers."""
    async with rig(database, tmp_path) as here:
        customer = await hana(here)
        await send(here, customer, lines=((Kind.TEXT, "何时？"),), buttons=buttons("明天 14:00–16:00", "其他"))
        [post] = customer.heard
        assert (post.kind, post.text, post.keys) == (
            "msgmenu",
            "何时？",
            {"明天 14:00–16:00": "tok.0", "其他": "tok.1"},
        )
        await send(here, customer, id="m2", lines=((Kind.TEXT, "长" * 500),), buttons=buttons("好", "不好"))
        assert customer.heard[-1].kind == "text"
        assert customer.heard[-1].text.endswith("\n1 好\n2 不好")
        await send(here, customer, id="m3", buttons=buttons(*[f"第{at}个" for at in range(1, 12)]))
        assert customer.heard[-1].text.endswith("\n11 第11个")
        await send(here, customer, id="m4", lines=(), buttons=buttons("字" * 60))
        assert len(customer.heard) == 4


async def test_words_come_whole(database: Database, tmp_path: Path) -> None:
    """Whatever stands in a text is read as that, in as few messages as hold it."""
    async with rig(database, tmp_path) as here:
        customer = await hana(here)
        long = "水管漏水了。" * 300
        await send(here, customer, lines=((Kind.TEXT, "]]> <b> <a href='x'>y</a>\x00"), (Kind.QUOTE, long)))
        texts = [post.text for post in customer.heard]
        assert len(texts) == 3
        assert long in "".join(texts).replace("\n", "")
        assert texts[0].startswith("]]> <b> \uff1ca href")


async def test_each_part_costs(database: Database, tmp_path: Path) -> None:
    """What it says that a message costs is what the platform counts."""
    async with rig(database, tmp_path) as here:
        customer = await hana(here)
        for id, chars in (("m1", 3), ("m2", 1500)):
            before = len(customer.heard)
            lines = ((Kind.TEXT, "长" * chars),)
            given = message(f"{ACCOUNT}/{customer.id}", "wecomkf", id=id, lines=lines)
            await here.kf.channel.send(given)
            assert here.kf.channel.cost(given) == len(customer.heard) - before


async def test_files(database: Database, tmp_path: Path) -> None:
    """A picture is shown, what the platform cannot play is a plain file, and words follow."""
    async with rig(database, tmp_path) as here:
        customer = await hana(here)
        files = (Attachment(here.files.keep(photo())), Attachment(here.files.keep(b"OggS" + b"o" * 40), Media.VOICE))
        await send(here, customer, files=files)
        assert [post.kind for post in customer.heard] == ["image", "file", "text"]


async def test_the_window(database: Database, tmp_path: Path) -> None:
    """After five messages, or after two days, the platform takes no more until they write again."""
    async with rig(database, tmp_path) as here:
        customer = await hana(here)
        for at in range(5):
            await send(here, customer, id=f"m{at}")
        with pytest.raises(WindowShut):
            await send(here, customer, id="m6")
        await customer.says("还在吗")
        await send(here, customer, id="m6")
        here.watch.move(timedelta(hours=48).total_seconds())
        with pytest.raises(WindowShut):
            await send(here, customer, id="m7")


@pytest.mark.parametrize("fault", ["late", "lost", "half"])
async def test_what_arrived_is_not_sent_twice(database: Database, tmp_path: Path, fault: str) -> None:
    """A message that may have arrived is tried again under its own id, which the platform takes once."""
    async with rig(database, tmp_path) as here:
        customer = await hana(here)
        here.fake.fail(fault, "kf/send_msg", seconds=30)
        with pytest.raises(SendFailed):
            await send(here, customer)
        assert await send(here, customer) == id_of("m1")
        assert [post.text for post in customer.heard] == ["您好"]


async def test_who_gave_up_waiting_does_not_send_twice(database: Database, tmp_path: Path) -> None:
    """A call that was broken off may have arrived: tried again it is shown once, whatever came in between."""
    async with rig(database, tmp_path) as here:
        customer = await hana(here)
        here.fake.fail("late", "kf/send_msg", seconds=30)
        sending = asyncio.create_task(send(here, customer))
        await here.fake.until(lambda: customer.heard)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        here.fake.fail("errcode", "kf/send_msg", code=45009)
        with pytest.raises(Throttled):
            await send(here, customer)
        assert await send(here, customer) == id_of("m1")
        assert len(customer.heard) == 1


async def test_what_was_sent_again_is_known_by_the_platforms_id(database: Database, tmp_path: Path) -> None:
    """Where the platform gives the id, what it tells of the message later is understood."""
    async with rig(database, tmp_path) as here:
        customer = await hana(here)
        assert await send(here, customer) == id_of("m1")
        external = await send(here, customer)
        assert external == customer.heard[-1].id != id_of("m1")
        event = {"event_type": "msg_send_fail", "open_kfid": ACCOUNT, "external_userid": customer.id}
        for told in (external, "4kF_9", f"{id_of('m1')}_3"):
            failed = {"msgid": "f1", "origin": 4, "msgtype": "event", "event": {**event, "fail_msgid": told}}
            found = parse(raw_message(failed))
            assert found
            assert found.args["external"] == told.removesuffix("_3")


class Answers:
    """An API that answers each send with the next of these, an errcode or a fault, and then takes all."""

    def __init__(self, *answers: int | SendFailed) -> None:
        self.answers = list(answers)
        self.taken: list[str] = []

    async def call(self, method: str, path: str, *, json: Any, also: Any) -> dict[str, Any]:
        answer = self.answers.pop(0) if self.answers else 0
        if isinstance(answer, SendFailed):
            raise answer
        if answer:
            raise refusal(answer, {}, also)
        self.taken.append(json.get("msgid") or f"4kF_{len(self.taken)}")
        return {"msgid": self.taken[-1]}


def sender(*answers: int | SendFailed) -> tuple[Sender, Answers]:
    api = Answers(*answers)
    return Sender(api, Path, Catalogue.load(on_fault=raise_fault).words), api  # type: ignore[arg-type]  # of the API one call


@pytest.mark.parametrize("code", ["unreached", "token", "system-busy", "503"])
async def test_what_certainly_did_not_arrive_is_not_taken_for_sent(code: str) -> None:
    """After a fault behind which nothing can have been done a parameter that is refused is one: staff hear of it."""
    sending, api = sender(Temporary(code), 40058, 40058)
    given = message("wk1/wm1", "wecomkf", lines=HELLO)
    with pytest.raises(Temporary):
        await sending.send(given)
    with pytest.raises(Permanent, match="40058"):
        await sending.send(given)
    assert api.taken == []


@pytest.mark.parametrize("code", ["timeout", "reset", "crash"])
async def test_what_may_have_arrived_is_taken_for_sent(code: str) -> None:
    """After a fault behind which it may have been done an id that is refused was taken then."""
    sending, api = sender(Temporary(code), Temporary("unreached"), 40058)
    given = message("wk1/wm1", "wecomkf", lines=HELLO)
    for _ in range(2):
        with pytest.raises(Temporary):
            await sending.send(given)
    assert (await sending.send(given), api.taken) == (id_of("m1"), [])


async def test_every_part_is_known(database: Database, tmp_path: Path) -> None:
    """Of a message in parts, one of which the platform gave an id, each that is not shown is one of this message."""
    async with rig(database, tmp_path) as here:
        await here.joins("sam", "sue")
        await here.bound()
        customer = await here.customer()
        await customer.says("在吗")
        await here.settle()
        place = Place("wecomkf", f"{ACCOUNT}/{customer.id}")
        for at, which in enumerate((0, 1, 2)):
            owed = Outbound(place, (Line(Text("words", {"words": "漏水了。" * 450})),))
            here.fake.fail("errcode", "kf/send_msg", code=40058)
            await here.store(lambda store, at=at, owed=owed: store.outbox.add(f"c{at}", [owed], here.watch()))
            before = len(customer.heard)
            await here.settle()
            parts = customer.heard[before:]
            assert len(parts) == 3
            event = {"event_type": "msg_send_fail", "open_kfid": ACCOUNT, "external_userid": customer.id}
            failed = {"fail_msgid": parts[which].id, "fail_type": 99}
            here.fake.service.add(customer.thread, 4, {"msgtype": "event", "event": {**event, **failed}})
            await here.settle()
            rows = await here.store(lambda store: store.letters.all(10))
            assert [row.row.id for row in rows] == [f"c{one}:0" for one in range(at + 1)]
            await customer.says("在吗")
            await here.settle()


async def test_an_id_that_was_used_is_left_out(database: Database, tmp_path: Path) -> None:
    """Sent again on purpose, a message has an id of the platform's; what the platform minds otherwise it says again."""
    async with rig(database, tmp_path) as here:
        customer = await hana(here)
        await send(here, customer)
        await send(here, customer)
        assert len(customer.heard) == 2
        here.fake.fail("errcode", "kf/send_msg", code=40058, times=2)
        with pytest.raises(Permanent):
            await send(here, customer, id="m2")


async def test_the_rest_goes_on(database: Database, tmp_path: Path) -> None:
    """Of a message that becomes several what was sent is not sent again."""
    async with rig(database, tmp_path) as here:
        customer = await hana(here)
        lines = ((Kind.TEXT, "一。" * 600),)
        here.fake.fail("500", "kf/send_msg", after=1)
        with pytest.raises(Temporary):
            await send(here, customer, lines=lines)
        await send(here, customer, lines=lines)
        assert len(customer.heard) == 2


async def test_nobody_there(database: Database, tmp_path: Path) -> None:
    """A customer or an account that does not exist is gone."""
    async with rig(database, tmp_path) as here:
        with pytest.raises(Permanent):
            await send(here, here.fake.customer("nobody"))
        with pytest.raises(Permanent):
            await here.kf.channel.send(message("wkNone/wm1", "wecomkf", lines=HELLO))
        with pytest.raises(Permanent, match="empty"):
            await send(here, here.fake.customer("nobody"), lines=())


async def test_a_page_is_no_file(database: Database, tmp_path: Path) -> None:
    """What a proxy answers instead of a customer's photo is not the photo: it is fetched again."""
    async with rig(database, tmp_path) as here:
        await here.fake.customer("hana").photo(photo())
        raw = raw_message(here.fake.service.log[-1][1])
        here.fake.fail("html", "media/get")
        with pytest.raises(FetchFailed, match="page"):
            await here.kf.channel.fetch(raw)
        found = parse(await here.kf.channel.fetch(raw))
        assert found
        assert ([file.media for file in found.files], found.refused) == ([Media.PHOTO], ())


# ---- what was taken and came to nothing


async def test_who_refuses_is_written_to_no_more(database: Database, tmp_path: Path) -> None:
    """The platform says later that nothing arrives: staff are told, and the rest waits until they write again."""
    async with rig(database, tmp_path) as here:
        await here.joins("sam", "sue")
        customer = await here.customer()
        await here.bound()
        await customer.says("人工")
        await here.settle()
        await customer.refuses()
        await customer.says("查进度")
        await here.settle()
        await here.settle()

        rows = await here.store(lambda store: store.letters.all(10))
        assert [row.code for row in rows] == ["blocked"]
        assert any("没有送达" in text for text in [*here.in_group("sam"), *here.said("sam")])

        await customer.refuses(False)
        await customer.says("人工")
        await here.settle()
        assert customer.heard


async def test_what_came_too_late_is_owed_still(database: Database, tmp_path: Path) -> None:
    """A message that the platform says was one too many waits for the next window and goes then, once."""
    async with rig(database, tmp_path) as here:
        await here.joins("sam", "sue")
        customer = await here.customer()
        await here.bound()
        await customer.says("查进度")
        await here.settle()
        [post] = customer.heard
        event = {"event_type": "msg_send_fail", "open_kfid": ACCOUNT, "external_userid": customer.id}
        failed = {"fail_msgid": post.id, "fail_type": 6}
        here.fake.service.add(customer.thread, 4, {"msgtype": "event", "event": {**event, **failed}})
        await here.settle()
        await here.settle()
        assert len(customer.heard) == 1
        assert await here.store(lambda store: store.letters.all(10)) == []

        await customer.says("在")
        await here.settle()

        assert [one.text for one in customer.heard].count(post.text) == 2
