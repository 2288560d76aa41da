"""A group chat that has another id: all that is known of it follows, once, in order, whoever says so how often."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from domain.chat import Button, Line, Outbound, Place, Text
from domain.talks import Talk
from storage.database import Connection, Database
from storage.lanes import Lanes
from storage.store import Store
from storage.topics import Thread
from tests.fakes import START

OLD = Place("fake", "-100")
NEW = Place("fake", "-9001")
HANA = Place("fake", "hana")


async def do(database: Database, work: Callable[[Store], Any]) -> Any:
    async def run(connection: Connection) -> Any:
        return await work(Store(connection))

    return await database.transact(run)


def say(word: str, to: Place = OLD, **more: Any) -> Outbound:
    return Outbound(to, (Line(Text(word)),), **more)


async def add(database: Database, cause: str, *outbounds: Outbound) -> None:
    await do(database, lambda store: store.outbox.add(cause, outbounds, START))


async def move(database: Database, old: Place = OLD, new: Place = NEW) -> None:
    await do(database, lambda store: store.moves.move(old, new, START))


async def claim(database: Database) -> list[Any]:
    return list(await database.transact(lambda c: Lanes(c).claim("fake", START, 60, (), 100)))


async def drain(database: Database) -> list[tuple[str, str, str]]:
    """Send all that is owed: chat, word, and the id of the message that was edited."""
    sent = []
    while claimed := await claim(database):
        for each in claimed:
            sent.append((each.place.chat, each.row.outbound.lines[0].text.id, each.known))
            await database.transact(lambda c, each=each: Lanes(c).settle(each, f"x{len(sent)}", START))
    return sent


@pytest.mark.parametrize("known", [False, True])
async def test_unsent_messages_follow_in_order(database: Database, known: bool):
    """What is owed to the old chat is owed to the new one, behind what that is owed already, and arrives once."""
    await add(database, "a", say("sent"))
    await drain(database)
    if known:
        await add(database, "b", say("first", NEW))
    await add(database, "c", say("one"), say("two"))
    for _ in range(3):
        await move(database)
    await add(database, "d", say("three", NEW))

    words = [*(["first"] if known else []), "one", "two", "three"]
    assert await drain(database) == [(NEW.chat, word, "") for word in words]


async def test_what_is_owed_to_the_old_chat_later(database: Database):
    """A receipt that names the old chat follows with the next move; nothing that has arrived comes again."""
    await add(database, "a", say("one"))
    await move(database)
    await drain(database)
    await add(database, "b", say("late"))
    await move(database)
    assert await drain(database) == [(NEW.chat, "late", "")]
    await add(database, "c", say("later"), say("latest"))
    await move(database)
    assert await drain(database) == [(NEW.chat, "later", ""), (NEW.chat, "latest", "")]


async def test_cards_are_sent_anew(database: Database):
    """A card that stood in the old chat is not edited from the new one, but once it stands there it is."""
    await add(database, "a", say("card", card="c"))
    await drain(database)
    await move(database)
    await add(database, "b", say("card two", NEW, card="c"))
    await add(database, "c", say("other", NEW, card="c", receipt=HANA))
    assert await drain(database) == [(NEW.chat, "other", ""), ("hana", "receipt-arrived", "")]
    await add(database, "d", say("card three", NEW, card="c"))
    assert await drain(database) == [(NEW.chat, "card three", "x1")]


async def test_buttons_may_be_pressed_in_the_new_chat(database: Database):
    """A button that was shown in the old chat stands in the new one."""
    await add(database, "a", say("card", buttons=((Button(Text("x"), "act", "R-1"),),)))
    (claimed,) = await claim(database)
    await move(database)
    pressed = await do(database, lambda store: store.outbox.button(claimed.row.tokens[0]))
    assert (pressed.place, pressed.button.subject) == (NEW, "R-1")


async def test_a_sender_at_work_loses_its_claim(database: Database):
    """What somebody is sending to the old chat while it moves is not theirs any more, and goes to the new chat."""
    await add(database, "a", say("one"))
    (claimed,) = await claim(database)
    await move(database)
    assert await database.transact(lambda c: Lanes(c).settle(claimed, "x", START)) is False
    assert await drain(database) == [(NEW.chat, "one", "")]


async def test_the_rest_follows(database: Database):
    """Binding, language, topics, albums and open questions; what the new chat has already is kept."""
    await do(database, lambda store: store.groups.bind(OLD, "staff", "en", "ada", START))
    await do(database, lambda store: store.outbox.speak(OLD, "en"))
    for place, subject, thread in ((OLD, "R-1", "1"), (OLD, "R-2", "2"), (NEW, "R-2", "22")):
        await do(database, lambda store, p=place, s=subject, t=thread: store.topics.keep(p, s, Thread(t, True)))
    await do(database, lambda store: store.albums.keep(OLD, "A", "R-1", [], START))
    for id in ("sam@-100", "sue@-100", "sue@-9001", "sam", "sam@-2100"):
        talk = Talk(id, "form", asked=id, opened_at=START, changed_at=START)
        await do(database, lambda store, talk=talk: store.conversations.save(talk))
    await move(database)
    await move(database)

    assert await do(database, lambda store: store.groups.places("staff")) == [NEW]
    assert await do(database, lambda store: store.groups.purpose(OLD)) == ""
    assert await do(database, lambda store: store.outbox.language(NEW)) == "en"
    assert (await do(database, lambda store: store.topics.of(NEW, "R-1"))).id == "1"
    assert (await do(database, lambda store: store.topics.of(NEW, "R-2"))).id == "22"
    assert (await do(database, lambda store: store.albums.of(NEW, "A"))).subject == "R-1"
    rows = await do(database, lambda store: store.connection.all("SELECT id, asked FROM conversations ORDER BY id"))
    assert sorted((row["id"], row["asked"]) for row in rows if row["id"] != "sue@-100") == [
        ("sam", "sam"),
        ("sam@-2100", "sam@-2100"),
        ("sam@-9001", "sam@-100"),
        ("sue@-9001", "sue@-9001"),
    ]


async def test_a_chat_that_nobody_knows(database: Database):
    """A move of a chat which was never spoken to changes nothing, and one to itself neither."""
    await move(database)
    await add(database, "a", say("one", NEW))
    await move(database, NEW, NEW)
    assert await drain(database) == [(NEW.chat, "one", "")]


async def test_everybody_says_so_at_once(database: Database):
    """Two service messages, a refused send and new messages at the same moment: each message arrives once."""
    await add(database, "a", *[say(f"a{number}") for number in range(5)])
    work = [move(database) for _ in range(4)]
    work += [add(database, f"b{number}", say(f"b{number}"), say(f"n{number}", NEW)) for number in range(6)]
    await asyncio.gather(*work)
    await move(database)

    sent = [word for chat, word, _ in await drain(database) if chat == NEW.chat]
    assert sorted(sent) == sorted(
        [*(f"a{n}" for n in range(5)), *(f"b{n}" for n in range(6)), *(f"n{n}" for n in range(6))]
    )
    assert [word for word in sent if word.startswith("a")] == [f"a{number}" for number in range(5)]
