"""Files: bytes that are whole or absent, and rows that say who may see them."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.chat import Attachment, Media, Place
from domain.people import Person, Role, Viewer
from domain.requests import Actor, Request, file_request, remark
from domain.states import Who
from storage.database import Database
from storage.files import FileStore, Stored, account_owner
from storage.store import Store

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
PHOTO = Stored("a" * 64, "photo", "image/jpeg")
HANA = account_owner("fake", "hana")


async def within(database: Database, work: Any) -> Any:
    return await database.transact(lambda connection: work(Store(connection)))


@pytest.fixture
async def shown(database: Database) -> Database:
    """A photo that hana sent, on her request, which zhang holds and li was offered."""

    async def work(store: Store) -> None:
        for name, role in {"hana": Role.HOMEOWNER, "zhang": Role.INSTALLER, "li": Role.INSTALLER}.items():
            await store.people.add(Person(name, role), Place("fake", name), NOW)
        moved = file_request(Request(id="R-1", homeowner_id="hana"), Actor(Person("hana"), Who.HOMEOWNER, "fake"), NOW)
        await store.requests.add(moved)
        held = remark(moved.request, "test", Actor(Person("sam"), Who.STAFF, "fake"), NOW, {"installer_id": "zhang"})
        await store.requests.save(held)
        await store.offers.make("R-1", ["li"], False, NOW, NOW)
        await store.files.add(PHOTO, 3, HANA, NOW)
        await store.files.show([PHOTO.hash, "0" * 64], "R-1")

    await within(database, work)
    return database


async def see(database: Database, viewer: Viewer, account: str = "", file_hash: str = PHOTO.hash) -> bool:
    found = await within(database, lambda store: store.files.get(file_hash, viewer, account))
    assert found in (None, PHOTO)
    return found is not None


async def test_who_may_see_a_file(shown: Database):
    """Its sender, staff, and whoever may see the request it is on; roles of those who left count no more."""
    nobody = Viewer("", Role.HOMEOWNER)

    assert await see(shown, Viewer("hana", Role.HOMEOWNER))
    assert await see(shown, nobody, HANA)
    assert await see(shown, Viewer("sam", Role.STAFF))
    assert await see(shown, Viewer("zhang", Role.INSTALLER))
    assert await see(shown, Viewer("li", Role.INSTALLER))
    assert not await see(shown, Viewer("zhang", Role.HOMEOWNER))
    assert not await see(shown, Viewer("li", Role.HOMEOWNER))
    assert not await see(shown, Viewer("qian", Role.INSTALLER))
    assert not await see(shown, Viewer("otto", Role.HOMEOWNER), account_owner("fake", "otto"))
    assert not await see(shown, nobody)


async def test_an_offer_that_ended_shows_nothing_more(shown: Database):
    """Who turned a job down no longer sees its photos."""
    await within(shown, lambda store: store.offers.answer("R-1", "li", "declined"))

    assert not await see(shown, Viewer("li", Role.INSTALLER))


async def test_an_account_named_like_a_request_sees_nothing_of_it(shown: Database):
    """Owners of different kinds never coincide, whatever somebody calls themselves."""
    for account in ("R-1", "trust", ""):
        assert not await see(shown, Viewer("otto", Role.HOMEOWNER), account_owner("fake", account))


async def test_a_file_that_was_never_stored_is_shown_to_nobody(shown: Database):
    """Naming an unknown hash makes no file of it, not even for staff."""
    await within(shown, lambda store: store.files.show(["0" * 64], "trust"))

    assert not await see(shown, Viewer("ada", Role.ADMIN), HANA, "0" * 64)


async def test_the_same_bytes_gain_an_owner(shown: Database):
    """Who sends what is there already may see it too, and what was known of it stays."""
    otto = account_owner("fake", "otto")
    await within(shown, lambda store: store.files.add(Stored(PHOTO.hash, "document", "x/y"), 9, otto, NOW))

    assert await see(shown, Viewer("otto", Role.HOMEOWNER), otto)
    sent = await within(shown, lambda store: store.files.sent_by([PHOTO.hash, "0" * 64], otto))
    assert sent == [PHOTO.hash]
    assert await within(shown, lambda store: store.files.sent_by([PHOTO.hash], account_owner("fake", "mei"))) == []


def test_bytes_lie_under_the_hash_of_their_content(tmp_path: Path):
    """What is kept is found by its hash and holds exactly these bytes; the same again is the same file."""
    files = FileStore(tmp_path)
    data = b"\x89PNG" * 1000
    file_hash = files.keep(data)

    assert file_hash == hashlib.sha256(data).hexdigest() == files.keep(data)
    assert files.path(file_hash).read_bytes() == data
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == [files.path(file_hash)]


async def test_many_who_keep_the_same_bytes_leave_one_whole_file(tmp_path: Path):
    """Twenty threads that store the same photo at once leave it whole, and nothing beside it."""
    files = FileStore(tmp_path)
    data = bytes(range(256)) * 4000
    hashes = await asyncio.gather(*[asyncio.to_thread(files.keep, data) for _ in range(20)])

    assert len(set(hashes)) == 1
    assert files.path(hashes[0]).read_bytes() == data
    assert len([one for one in tmp_path.rglob("*") if one.is_file()]) == 1


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path):
    """A folder that takes no bytes raises, and no half file is there."""
    blocked = tmp_path / "files"
    blocked.write_bytes(b"not a folder")

    with pytest.raises(OSError, match=r"."):
        FileStore(blocked).keep(b"data")
    assert [one.name for one in tmp_path.iterdir()] == ["files"]


async def test_files_are_attached_as_what_they_are(shown: Database) -> None:
    """A request's files are shown in their order, each as its own kind; one without a row as a photo."""
    voice = Stored("b" * 64, "voice", "audio/ogg")
    await within(shown, lambda store: store.files.add(voice, 3, HANA, NOW))
    found = await within(shown, lambda store: store.files.attached([voice.hash, PHOTO.hash, "c" * 64]))
    assert found == (Attachment(voice.hash, Media.VOICE), Attachment(PHOTO.hash), Attachment("c" * 64))
