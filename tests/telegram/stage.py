"""A fake with everybody on it whom a bot can meet, and calls to it without a library between."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import telegram

from tests.fakes import Watch
from tests.telegram.fake import FakeTelegram
from tests.telegram.groups import Group
from tests.telegram.limits import NO_LIMITS, Limits
from tests.telegram.people import Person
from tests.telegram.platform import Options

TWO_DAYS_S = 48 * 3600


@dataclass
class Stage:
    """``places`` are ids of chats, topics and messages by a word."""

    fake: FakeTelegram
    watch: Watch
    hana: Person
    forum: Group
    places: dict[str, int]
    client: httpx.AsyncClient

    async def call(self, method: str, files: Mapping[str, Any] | None = None, **params: Any) -> dict[str, Any]:
        """The answer's body. What is neither text nor a number goes as JSON."""
        form = {name: one if isinstance(one, str) else json.dumps(one) for name, one in params.items()}
        url = f"{self.fake.base_url}/bot{self.fake.token}/{method}"
        answer = await self.client.post(url, data=form, files=files)
        body: dict[str, Any] = answer.json()
        assert answer.status_code == (200 if body["ok"] else body["error_code"])
        return body

    async def refused(self, method: str, **params: Any) -> str:
        """Why it is refused."""
        body = await self.call(method, **params)
        assert not body["ok"], body
        return str(body["description"])


def bot_for(fake: FakeTelegram) -> telegram.Bot:
    """The library's own client."""
    return telegram.Bot(fake.token, base_url=f"{fake.base_url}/bot", base_file_url=f"{fake.base_url}/file/bot")


@asynccontextmanager
async def stage(limits: Limits = NO_LIMITS, strict: bool = True, **options: Any) -> AsyncIterator[Stage]:
    """Everybody, at nine on a Monday morning."""
    watch = Watch()
    async with (
        FakeTelegram(clock=watch, options=Options(limits=limits, **options), strict=strict) as fake,
        httpx.AsyncClient() as client,
    ):
        hana = fake.user("Hana")
        forum = fake.group("客服群", hana, forum=True)
        await forum.add_bot()
        here = Stage(fake, watch, hana, forum, await _furnish(fake, hana, forum), client)
        here.places |= await _old(here)
        yield here


async def _furnish(fake: FakeTelegram, hana: Person, forum: Group) -> dict[str, int]:
    blocker, stranger = fake.user("Blocker"), fake.user("Stranger")
    gone, robot = fake.user("Gone", deactivated=True), fake.user("Robot", is_bot=True)
    await blocker.starts()
    await blocker.blocks()
    basic, plain = fake.group("小群", hana), fake.group("大群", hana, supergroup=True)
    out, moved = fake.group("旧群", hana, supergroup=True), fake.group("搬走的群", hana)
    mute = fake.group("禁言群", hana)
    for group in (basic, plain, out, moved, mute):
        await group.add_bot(admin=group is not mute)
    mute.chat.muted = True
    await out.remove_bot()
    old_id = moved.id
    await moved.migrate()
    closed, deleted = await forum.makes_topic("关掉的"), await forum.makes_topic("删掉的")
    await forum.closes_topic(closed.id)
    await forum.delete_topic(deleted.id)
    topic = await forum.makes_topic("R-1001")
    ids = {"blocker": blocker.id, "stranger": stranger.id, "gone": gone.id, "robot": robot.id, "forum": forum.id}
    groups = {"basic": basic.id, "plain": plain.id, "out": out.id, "moved": old_id, "new": moved.id, "mute": mute.id}
    return {**ids, **groups, "closed": closed.id, "deleted": deleted.id, "topic": topic.id}


async def _old(here: Stage) -> dict[str, int]:
    """Messages: one too old to be edited, one of now, one of Hana's, a photo."""
    foreign = await here.hana.starts()
    old = await here.call("sendMessage", chat_id=here.hana.id, text="昨天的昨天")
    here.watch.move(TWO_DAYS_S + 1)
    ours = await here.call("sendMessage", chat_id=here.hana.id, text="今天")
    ids = {"old": old["result"]["message_id"], "ours": ours["result"]["message_id"], "foreign": foreign.id}
    return {"hana": here.hana.id, **ids}
