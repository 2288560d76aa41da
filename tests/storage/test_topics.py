"""The topic of each subject in a group, and where the parts of an album went."""

from __future__ import annotations

from datetime import timedelta

from domain.chat import Line, Outbound, Place, Text
from storage.database import Connection, Database
from storage.lanes import Lanes
from storage.outbox import Heard
from storage.store import Store
from storage.topics import Thread
from tests.fakes import START

STAFF = Place("fake", "staff")
OTHER = Place("fake", "other")


async def do(database: Database, work):
    async def run(connection: Connection):
        return await work(Store(connection))

    return await database.transact(run)


async def lane(database: Database, place: Place = STAFF) -> tuple[bool, bool]:
    row = await do(
        database,
        lambda store: store.connection.one("SELECT topics, topics_denied FROM lanes WHERE chat = :c", c=place.chat),
    )
    return row["topics"], row["topics_denied"]


async def hears(database: Database, cause: str, topics: bool, to: Place = STAFF) -> None:
    heard = Heard(STAFF, group=True, topics=topics)
    await do(database, lambda store: store.outbox.add(cause, [Outbound(to, (Line(Text("x")),))], START, heard))


async def test_a_subject_has_one_topic_in_each_group(database: Database):
    """A topic is found by its subject and by the platform's id; the newest one counts, and a forgotten one is gone."""
    await do(database, lambda store: store.topics.keep(STAFF, "R-1", Thread("7", True)))
    await do(database, lambda store: store.topics.keep(OTHER, "R-1", Thread("8", True)))
    await do(database, lambda store: store.topics.keep(STAFF, "R-1", Thread("9", False)))

    assert await do(database, lambda store: store.topics.of(STAFF, "R-1")) == Thread("9", False)
    assert await do(database, lambda store: store.topics.of(OTHER, "R-1")) == Thread("8", True)
    assert await do(database, lambda store: store.topics.about(STAFF, "9")) == "R-1"
    assert await do(database, lambda store: store.topics.about(STAFF, "7")) == ""
    await do(database, lambda store: store.topics.forget(STAFF, "9"))
    assert await do(database, lambda store: store.topics.of(STAFF, "R-1")) is None
    assert await do(database, lambda store: store.topics.of(OTHER, "R-1")) == Thread("8", True)


async def test_a_lane_learns_that_its_group_has_topics(database: Database):
    """What is heard from the group says so, both ways; what only goes there changes nothing."""
    await hears(database, "a", topics=True)
    assert await lane(database) == (True, False)
    await do(database, lambda store: store.outbox.add("b", [Outbound(STAFF, (Line(Text("x")),))], START))
    assert await lane(database) == (True, False)
    await hears(database, "c", topics=False)
    assert await lane(database) == (False, False)


async def test_a_group_without_the_right(database: Database):
    """Where no topics can be made nobody tries, however often the group says that it has them, until rights change."""
    await hears(database, "a", topics=True)
    denied = [await do(database, lambda store: store.chats.deny(STAFF)) for _ in range(2)]
    await hears(database, "b", topics=True)
    assert (denied, await lane(database)) == ([True, False], (False, True))
    await do(database, lambda store: store.chats.allow(STAFF, True))
    assert await lane(database) == (True, False)


async def test_what_is_claimed_says_whether_there_are_topics(database: Database):
    """The sender learns it from the claim."""
    await hears(database, "a", topics=True)
    (claimed,) = await database.transact(lambda c: Lanes(c).claim("fake", START, 60, (), 10))
    assert claimed.topics


async def test_an_album_is_found_again(database: Database):
    """An album is known by its chat and name, with its files so far, for some days."""
    files = [{"hash": "a", "media": "photo", "name": ""}]
    await do(database, lambda store: store.albums.keep(STAFF, "A", "R-1", files, START))
    await do(database, lambda store: store.albums.keep(STAFF, "A", "R-2", [*files, {"hash": "b"}], START))
    found = await do(database, lambda store: store.albums.of(STAFF, "A"))
    assert (found.subject, [one["hash"] for one in found.files]) == ("R-2", ["a", "b"])
    assert await do(database, lambda store: store.albums.of(OTHER, "A")) is None
    await do(database, lambda store: store.albums.keep(STAFF, "B", "R-3", [], START + timedelta(days=9)))
    assert await do(database, lambda store: store.albums.of(STAFF, "A")) is None
