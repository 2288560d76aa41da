"""The fake itself: updates on their way, limits, faults, people, the journal."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import telegram
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.fakes import Watch
from tests.platforms.serving import Server
from tests.telegram import FakeTelegram
from tests.telegram.media import photo, voice
from tests.telegram.people import ANONYMOUS, CHANNEL
from tests.telegram.platform import Options
from tests.telegram.queue import Delivery
from tests.telegram.remote import Remote
from tests.telegram.stage import Stage, bot_for, stage

DAY_S = 24 * 3600


@asynccontextmanager
async def listening(statuses: list[int]) -> AsyncIterator[tuple[str, list[dict[str, Any]]]]:
    """A webhook that answers with these statuses, the last one for ever, and what it was given."""
    import uvicorn

    taken: list[dict[str, Any]] = []

    async def hook(request: Request) -> Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        taken.append({**await request.json(), "secret": secret})
        return Response(status_code=statuses.pop(0) if len(statuses) > 1 else statuses[0])

    config = uvicorn.Config(
        Starlette(routes=[Route("/", hook, methods=["POST"])]), port=0, log_config=None, lifespan="off"
    )
    server = Server(config)
    serving = asyncio.create_task(server.serve())
    await server.ready.wait()
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/", taken
    server.should_exit = True
    await serving


async def polled(here: Stage, **params: Any) -> list[dict[str, Any]]:
    return list((await here.call("getUpdates", **params))["result"])


async def said(here: Stage, text: str = "漏水") -> int:
    """Hana says something; the update's id."""
    await here.hana.says(text)
    return here.fake.queue.next_id - 1


async def drained(here: Stage) -> None:
    await here.call("deleteWebhook", drop_pending_updates=True)


async def test_an_offset_confirms_what_lies_before_it() -> None:
    """An update comes back with each poll until an offset is beyond it."""
    async with stage() as here:
        await drained(here)
        first, second = await said(here), await said(here, "还在漏")
        assert [one["update_id"] for one in await polled(here)] == [first, second]
        assert [one["update_id"] for one in await polled(here, limit=1)] == [first]
        assert [one["update_id"] for one in await polled(here, offset=second)] == [second]
        assert await polled(here, offset=second + 1) == []
        confirmed = [one.update_id for one in here.fake.journal.of("confirmed", by="offset")]
        assert confirmed == [first, second]


async def test_a_long_poll_answers_when_something_comes() -> None:
    """A poll waits for the next update, and a second poll ends the first with 409."""
    async with stage() as here:
        await drained(here)
        early = asyncio.create_task(here.call("getUpdates", timeout=30))
        await here.fake.until(lambda: here.fake.queue.polled)
        late = asyncio.create_task(here.call("getUpdates", timeout=30))
        assert (await early)["error_code"] == 409
        id = await said(here)
        assert [one["update_id"] for one in (await late)["result"]] == [id]


async def test_polling_and_webhook_exclude_each_other() -> None:
    """While a webhook is set, polling is refused."""
    async with stage() as here:
        await here.call("setWebhook", url="https://127.0.0.1:1/")
        assert (await here.refused("getUpdates")).startswith("Conflict: can't use getUpdates method while webhook")
        await here.call("deleteWebhook")
        assert (await here.call("getUpdates"))["ok"]


async def test_a_webhook_gets_an_update_until_it_takes_it() -> None:
    """With its secret, the same update comes again after anything but 2xx, then never more."""
    async with stage() as here, listening([500, 302, 200]) as (url, taken):
        await drained(here)
        await here.call("setWebhook", url=url, secret_token="s3cret")
        id = await said(here)
        await here.fake.taken()
        assert [(one["update_id"], one["secret"]) for one in taken] == [(id, "s3cret")] * 3
        assert [one.status for one in here.fake.journal.of("delivered", update_id=id)] == [500, 302, 200]
        assert (await here.call("getWebhookInfo"))["result"]["pending_update_count"] == 0


async def test_a_webhook_gets_a_chats_updates_in_order_and_several_chats_at_once() -> None:
    """A chat whose update is refused waits for it; others go on."""
    async with stage() as here, listening([500, 200]) as (url, taken):
        await drained(here)
        await here.hana.says("一")
        await here.hana.says("二")
        await here.fake.people["Stranger"].says("三")
        await here.call("setWebhook", url=url, max_connections=2)
        await here.fake.taken()
        texts = [one["message"]["text"] for one in taken]
        assert sorted(texts) == ["一", "一", "三", "二"] or sorted(texts) == ["一", "三", "三", "二"]
        assert texts.index("二") > texts.index("一")


async def test_a_webhook_may_get_an_update_twice() -> None:
    """Repeats are posted beside each other, and in any order if none is asked for."""
    watch = Watch()
    delivery = Delivery(repeats=1.0, ordered=False)
    async with FakeTelegram(watch, delivery=delivery) as fake, listening([200]) as (url, taken), bot_for(fake) as bot:
        await bot.set_webhook(url)
        await fake.user("Hana").says("漏水")
        await fake.taken()
        assert len(taken) == 2
        assert taken[0] == taken[1]


async def test_what_nobody_took_for_a_day_is_gone() -> None:
    """Updates are kept for 24 hours on the platform's clock."""
    async with stage() as here:
        await drained(here)
        old = await said(here)
        here.watch.move(DAY_S / 2)
        young = await said(here)
        here.watch.move(DAY_S / 2 + 1)
        assert [one["update_id"] for one in await polled(here)] == [young]
        assert [one.update_id for one in here.fake.journal.of("dropped")] == [old]


async def test_people_do_what_the_library_understands() -> None:
    """Every kind of message reads as one in python-telegram-bot, files can be fetched, and edits and presses tell."""
    async with stage() as here, bot_for(here.fake) as bot:
        await drained(here)
        hana, forum = here.hana, here.forum
        album = await hana.sends_album([photo(), photo("red")], "两张")
        await hana.sends_album([photo("blue")], album=album[0].album)
        await hana.sends_voice(voice())
        await hana.shares_contact()
        await hana.shares_contact(own=False)
        await hana.shares_location(31.2, 121.5)
        await hana.edits(await hana.says("一"), "二")
        await hana.forwards("转", here.fake.people["Stranger"])
        await hana.blocks()
        await hana.unblocks()
        sent = await bot.send_message(forum.id, "卡", message_thread_id=here.places["topic"], reply_markup=yes())
        await hana.presses("是", forum)
        await hana.replies(here.forum.chat.posts[sent.message_id], "好的", forum)
        updates = await bot.get_updates()
        one = [update.effective_message for update in updates]
        assert {message.media_group_id for message in one[:3] if message} == {album[0].album}
        assert one[3].voice and one[4].contact.user_id == hana.id and one[5].contact.user_id != hana.id  # noqa: PT018
        assert one[6].location and updates[8].edited_message.text == "二" and one[9].forward_origin  # noqa: PT018
        assert updates[10].my_chat_member.new_chat_member.status == "kicked"
        assert updates[12].callback_query.data == "t"
        assert (one[13].message_thread_id, one[13].is_topic_message) == (here.places["topic"], True)
        assert one[13].reply_to_message.message_id == sent.message_id
        got = await bot.get_file(one[0].photo[-1].file_id)
        assert bytes(await got.download_as_bytearray()) == photo()


def yes() -> telegram.InlineKeyboardMarkup:
    return telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("是", callback_data="t")]])


async def test_masks_carry_telegrams_own_ids() -> None:
    """Anonymous administrators and channels speak with ids of Telegram's; a press has the real one."""
    async with stage() as here:
        await drained(here)
        masked, channel = here.forum.anonymous(here.hana), here.forum.as_channel(here.hana)
        await masked.says("一", here.forum)
        await channel.says("二", here.forum)
        await here.call("sendMessage", chat_id=here.forum.id, text="卡", reply_markup=json.loads(yes().to_json()))
        await masked.presses("是", here.forum)
        first, second, press = await polled(here)
        assert (first["message"]["from"], first["message"]["sender_chat"]["id"]) == (ANONYMOUS, here.forum.id)
        assert (second["message"]["from"], second["message"]["sender_chat"]["type"]) == (CHANNEL, "channel")
        assert press["callback_query"]["from"]["id"] == here.hana.id


async def test_privacy_hides_plain_words_from_a_bot_without_rights() -> None:
    """Only commands, mentions and answers to the bot are shown to it, unless it is an administrator."""
    async with stage() as here:
        group = here.fake.groups["禁言群"]
        await drained(here)
        await here.hana.says("闲聊", group)
        await here.hana.says("/help", group)
        assert [one["message"]["text"] for one in await polled(here)] == ["/help"]


async def test_a_topic_message_says_what_it_hangs_on() -> None:
    """In a forum a message names its thread and answers the message that made the topic, as Telegram's do."""
    async with stage() as here:
        await drained(here)
        thread = here.places["topic"]
        await here.hana.says("到了", here.forum, thread)
        [update] = await polled(here)
        message = update["message"]
        assert (message["message_thread_id"], message["is_topic_message"]) == (thread, True)
        assert message["reply_to_message"]["forum_topic_created"]["name"] == "R-1001"
        assert message["chat"]["is_forum"] is True


async def test_a_migration_is_told_twice() -> None:
    """The old group names the new id, the new one the old."""
    async with stage() as here:
        group = here.fake.groups["小群"]
        await drained(here)
        old = group.id
        await group.migrate()
        first, second = await polled(here)
        assert (first["message"]["chat"]["id"], first["message"]["migrate_to_chat_id"]) == (old, group.id)
        assert (second["message"]["chat"]["id"], second["message"]["migrate_from_chat_id"]) == (group.id, old)


async def test_a_closed_topic_may_be_open_to_the_bot() -> None:
    """Whether an administrator bot may write into a closed topic is an option, as it is not known for sure."""
    async with stage() as here:
        send: dict[str, Any] = {"chat_id": here.forum.id, "message_thread_id": here.places["closed"], "text": "x"}
        assert not (await here.call("sendMessage", **send))["ok"]
        here.fake.relax(closed_for_bot=False)
        assert (await here.call("sendMessage", **send))["ok"]


async def test_the_journal_is_on_disk_when_the_bot_hears(tmp_path: Path) -> None:
    """Each line is written out as it happens."""
    path = tmp_path / "journal.jsonl"
    async with FakeTelegram(journal=path, options=Options()) as fake, bot_for(fake) as bot:
        hana = fake.user("Hana")
        await hana.starts()
        await bot.send_message(hana.id, "你好")
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        assert [one["kind"] for one in lines] == ["called", "update", "sent"]
        assert lines[-1]["text"] == "你好"


async def test_a_process_of_its_own_is_played_from_outside(tmp_path: Path) -> None:
    """As a process it outlives the bots around it; its people are played over HTTP, and its clock moved."""
    path = tmp_path / "journal.jsonl"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.telegram", "--journal", str(path), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    try:
        async with asyncio.timeout(20):
            url = (await process.stdout.readline()).decode().split()[1]
        await asyncio.to_thread(_play, url)
    finally:
        process.terminate()
        await process.wait()
    kinds = [json.loads(line)["kind"] for line in path.read_text("utf-8").splitlines()]
    assert kinds == ["update", "update", "dropped", "dropped"]


def _play(url: str) -> None:
    remote = Remote(url)
    remote("", "user", "Hana")
    assert remote("Hana", "says", "漏水")["text"] == "漏水"
    assert remote("Hana", "sends_photo", photo())["media"] == "photo"
    assert remote("", "left") == 2
    remote("", "move", DAY_S + 1.0)
    assert remote("", "left") == 0
    remote.close()
