"""Open questions: kept, moved, dropped, and given to the person who was linked."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.chat import Inbound, Place
from domain.people import Person
from domain.talks import Talk
from storage.database import Connection, Database
from storage.store import Store

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
TALK = Talk("p1", "report", "R-1001", "home", {"problem": "滴水", "_path": ["photos"], "n": 1}, 3, NOW, NOW)


async def use(database: Database, work):
    async def run(connection: Connection):
        return await work(Store(connection))

    return await database.transact(run)


async def somebody(store: Store) -> None:
    """A person with an account and a private chat."""
    await store.people.add(Person("p1"), Place("fake", "c1"), NOW)
    await store.people.attach("fake", "c1", "p1", "c1", NOW)


async def open_talk(database: Database, chat: str = "c1", group: bool = False) -> Talk:
    """What is open as a message arrives."""
    message = Inbound("m", Place("fake", chat), "c1", "/status", group=group)
    return (await use(database, lambda store: store.people.arrive(message, NOW))).talk


async def test_a_talk_comes_back_as_it_was_kept(database: Database):
    """Form, subject, question, answers and times are the same when the next message arrives."""
    await use(database, somebody)
    await use(database, lambda store: store.conversations.save(TALK))
    assert await open_talk(database) == TALK


async def test_nothing_open(database: Database):
    """Without an open question the talk has a name and nothing else; a dropped one is gone."""
    await use(database, somebody)
    assert await open_talk(database) == Talk("p1")
    await use(database, lambda store: store.conversations.save(TALK))
    await use(database, lambda store: store.conversations.drop("p1"))
    assert await open_talk(database) == Talk("p1")
    await use(database, lambda store: store.conversations.drop("p1"))


async def test_the_last_one_kept_counts(database: Database):
    """There is one open question for each person; keeping another replaces it."""
    await use(database, somebody)
    await use(database, lambda store: store.conversations.save(TALK))
    other = Talk("p1", "more", "R-1002", "words", {}, 4, NOW, NOW)
    await use(database, lambda store: store.conversations.save(other))
    assert await open_talk(database) == other


async def test_a_group_has_its_own(database: Database):
    """What is open in private is not open in a group, and the other way round."""
    await use(database, somebody)
    await use(database, lambda store: store.conversations.save(TALK))
    assert await open_talk(database, "g1", group=True) == Talk("p1@g1")
    there = Talk("p1@g1", "request.offer", "R-1001", "installer", {}, 1, NOW, NOW)
    await use(database, lambda store: store.conversations.save(there))
    assert await open_talk(database, "g1", group=True) == there
    assert await open_talk(database) == TALK


async def test_handed_over_unless_there_is_one(database: Database):
    """A linked person goes on with the other account's draft, but never loses one of their own."""
    await use(database, somebody)
    await use(database, lambda store: store.conversations.save(TALK))
    await use(database, lambda store: store.conversations.hand_over("p1", "p2"))
    assert await open_talk(database) == Talk("p1")
    mine = Talk("p1", "more", "R-1002", "words", {}, 4, NOW, NOW)
    await use(database, lambda store: store.conversations.save(mine))
    await use(database, lambda store: store.conversations.hand_over("p2", "p1"))
    assert await open_talk(database) == mine
