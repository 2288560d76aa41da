"""The menus of commands: who is offered what, in which language, and when it is said to Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from bot.channels.telegram_menus import GROUP_MENU, MENUS, Menus
from domain.chat import Place
from domain.people import Person, Role
from handlers import ROUTES
from handlers.turn import Where
from messages import LOCALES, Catalogue, raise_fault
from storage.database import Connection, Database
from storage.groups import Groups
from storage.people import People
from tests.channels.telegram_script import Script, no, scripted

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
WANG = Person("p1", Role.INSTALLER, "王师傅", locale="zh-Hant")
LIN = Person("p2", Role.STAFF, "小林", locale="en")
HANA = Person("p3", Role.HOMEOWNER, "林女士", locale="en")


@dataclass
class Post:
    """Menus over a database and a server of their own."""

    script: Script
    menus: Menus
    database: Database

    async def keep(self, person: Person, chat: str) -> None:
        async def work(connection: Connection) -> None:
            people = People(connection)
            await people.add(person, Place("telegram", chat), NOW)
            await people.attach("telegram", chat, person.id, chat, NOW)

        await self.database.transact(work)

    async def change(self, person: Person) -> None:
        await self.database.transact(lambda connection: People(connection).save(person))

    async def refresh(self) -> list[tuple[str, str, str, list[str]]]:
        """What was said to the platform: method, chat («*»: all private ones), language, commands."""
        before = len(self.script.calls)
        await self.menus.refresh()
        return [self._told(at) for at in range(before, len(self.script.calls))]

    def _told(self, at: int) -> tuple[str, str, str, list[str]]:
        scope = self.script.said("scope", at)
        assert scope["type"] in ("chat", "all_private_chats")
        commands = [one["command"] for one in self.script.said("commands", at) or []]
        chat, code = str(scope.get("chat_id", "*")), self.script.said("language_code", at) or ""
        return self.script.methods[at], chat, code, commands


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load(on_fault=raise_fault)


@pytest.fixture
async def post(database: Database, catalogue: Catalogue) -> AsyncIterator[Post]:
    async with scripted() as (script, bot):
        yield Post(script, Menus(bot, database, catalogue.words, "zh-CN"), database)


PUBLIC = ["new", "status", "verify", "link", "share", "passbook", "language", "help", "cancel"]
SHOP = ["order", "refer", "family", "spend", "coupon", "rewards"]


async def test_strangers_are_offered_what_homeowners_do(post: Post) -> None:
    """In private, in the language of their app where we speak it; homeowners have no menu of their own."""
    await post.keep(HANA, "43")

    told = await post.refresh()

    assert told == [("setMyCommands", "*", code, PUBLIC) for code in ("", "en", "zh")]
    assert [post.script.said("commands", at)[1]["description"] for at in range(3)] == [
        "查进度",
        "See how my requests stand",
        "查进度",
    ]


async def test_who_works_here_has_a_menu_in_their_language(post: Post) -> None:
    """In their own chat, for their role; the staff group has one for all."""
    await post.keep(WANG, "41")
    await post.keep(LIN, "42")
    await post.database.transact(lambda c: Groups(c).bind(Place("telegram", "-100777"), "staff", "en", "p2", NOW))

    told = (await post.refresh())[3:]

    assert told == [
        ("setMyCommands", "41", "", ["jobs", "language", "help", "cancel"]),
        ("setMyCommands", "42", "", ["queue", "find", "show", "r", "new", *SHOP, "language", "help", "cancel"]),
        ("setMyCommands", "-100777", "", ["queue", "find", "show", "r", "language", "help"]),
    ]
    assert [post.script.said("commands", at)[0]["description"] for at in (3, 4, 5)] == [
        "今日任務",
        "See what is to be done",
        "See what is to be done",
    ]


async def test_only_what_has_changed_is_said_again(post: Post) -> None:
    """A minute later nothing is; another role or language is; and who leaves loses the menu."""
    await post.keep(LIN, "42")
    await post.refresh()

    assert await post.refresh() == []
    await post.change(replace(LIN, role=Role.MANAGER))
    (told,) = await post.refresh()
    assert told[:2] == ("setMyCommands", "42")
    assert {"invite", "award"} <= set(told[3])
    await post.change(replace(LIN, active=False))
    assert await post.refresh() == [("deleteMyCommands", "42", "", [])]
    assert await post.refresh() == []


async def test_what_fails_is_tried_the_next_time(post: Post) -> None:
    """A platform that is away or asks for a pause is left alone until then."""
    post.script.answers.extend([(200, b'{"ok": true, "result": true}'), no(500, "Internal")])

    assert len(await post.refresh()) == 2
    assert [told[2] for told in await post.refresh()] == ["en", "zh"]
    assert await post.refresh() == []


async def test_a_chat_that_refuses_holds_nobody_up(post: Post) -> None:
    """A colleague who blocked the bot is passed over, not asked every minute."""
    await post.refresh()
    await post.keep(WANG, "41")
    await post.keep(LIN, "42")
    post.script.answers.append(no(400, "Bad Request: chat not found"))

    assert [told[1] for told in await post.refresh()] == ["41", "42"]
    assert await post.refresh() == []


@pytest.mark.parametrize("role", Role)
def test_every_command_of_a_menu_works(role: Role) -> None:
    """Nobody is offered what the table of routes refuses them there."""
    routes = {(route.intent, role) for route in ROUTES if Where.PRIVATE in route.where for role in route.roles}
    group = {route.intent for route in ROUTES if Where.STAFF_GROUP in route.where and Role.STAFF in route.roles}

    assert [name for name in MENUS[role] if (f"command.{name}", role) not in routes] == []
    assert [name for name in GROUP_MENU if f"command.{name}" not in group] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_every_command_says_what_it_does(locale: str, catalogue: Catalogue) -> None:
    """In few words, and each in every language."""
    words = catalogue.words(locale, "telegram-command-")
    ids = {id for listed in (*MENUS.values(), GROUP_MENU) for id in listed.values()}

    assert ids <= set(words)
    assert [id for id in ids if not 2 <= len(words[id]) <= 60] == []
