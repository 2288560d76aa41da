"""Every viewer × every reading: requests, events, lists, files, and the door of the web chat."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.desk import Desk
from domain.errors import NotPossible, Refused
from domain.people import Role, Viewer
from domain.states import CLOSED, State
from storage.files import FileStore, Stored, account_owner
from storage.store import Store
from tests.conversations.cast import ABSENT, ID, gather
from tests.conversations.rules import (
    NOT_OFFERED,
    TAKEN,
    UNSEEN,
    WORKING_STAFF,
    seat,
    sees,
)
from tests.conversations.seats import SEATS
from tests.world import World

VIEWERS = {
    "homeowner": ("hana", Role.HOMEOWNER),
    "other": ("otto", Role.HOMEOWNER),
    "stranger": ("nobody", Role.HOMEOWNER),
    "without account": ("", Role.HOMEOWNER),
    "installer": ("zhang", Role.INSTALLER),
    "candidate": ("li", Role.INSTALLER),
    "unassigned": ("yi", Role.INSTALLER),
    "removed-installer": ("wu", Role.HOMEOWNER),
    "installer elsewhere": ("zhang", Role.HOMEOWNER),
    "staff": ("sam", Role.STAFF),
    "staff elsewhere": ("sam", Role.HOMEOWNER),
    "manager": ("max", Role.MANAGER),
    "admin": ("ada", Role.ADMIN),
}


@pytest.mark.parametrize("state", State)
async def test_every_viewer_and_every_reading(world: World, state: State):
    """Each repository method that takes a viewer gives what is theirs, and else answers as if there were nothing."""
    await gather(world, state)
    for name, (person_id, role) in VIEWERS.items():
        viewer = Viewer(person_id, role)
        for what, read in READS.items():
            assert await found(world, read, ID, viewer) is sees(name, state), f"{name} {what}"
            assert await found(world, read, ABSENT, viewer) is False
        staff = name in WORKING_STAFF
        for what, listed in LISTS.items():
            rows = await world.store(partial(asked, listed, viewer, state))
            listed_here = what != "queue" or state not in CLOSED
            assert bool(rows) is (staff and listed_here), f"{name} {what}"


READS = {
    "get": lambda store, viewer, id: store.requests.get(id, viewer),
    "events": lambda store, viewer, id: store.requests.events(id, viewer),
}
LISTS = {
    "find": lambda store, viewer, state: store.requests.find("滴水", viewer),
    "queue": lambda store, viewer, state: store.requests.queue(state, viewer),
    "counts": lambda store, viewer, state: store.requests.counts(viewer),
}


async def asked(read: Any, viewer: Viewer, about: Any, store: Store) -> Any:
    return await read(store, viewer, about)


async def found(world: World, read: Any, id: str, viewer: Viewer) -> bool:
    """Whether it was given; what is not given is answered without a trace of why, but to who was offered it."""
    try:
        await world.store(partial(asked, read, viewer, id))
    except Refused as refused:
        taken = isinstance(refused, NotPossible) and viewer.role is Role.INSTALLER
        return bool({(TAKEN, True): False, (NOT_OFFERED, True): False, (UNSEEN, False): False}[refused.text.id, taken])
    return True


@pytest.mark.parametrize("state", State)
async def test_every_seat_and_every_file(world: World, tmp_path: Path, state: State):
    """A request's photo is for its homeowner, for staff, and for the installers who may read the request; a trust
    card's for everybody; what somebody sent for them alone and for staff. All else is as if it were not there."""
    cast = await gather(world, state)
    desk = Desk(world.database, world.catalogue, FileStore(tmp_path), world.watch)
    files = {name: desk.files.keep(name.encode()) for name in ("request", "trust", "others")}
    people = {one.name.split("@")[0]: one.account for one in SEATS if one.account}

    async def show(store: Store) -> None:
        for name, owner in {"request": ID, "trust": "trust", "others": account_owner("webchat", "w-otto")}.items():
            await store.files.add(Stored(files[name], "photo", "image/jpeg"), 3, owner, world.watch())
        for account in people.values():
            await store.people.attach("webchat", f"w-{account}", account, "", world.watch())

    await world.store(show)
    for name, account in {**people, "stranger": "nobody"}.items():
        staff = name in WORKING_STAFF
        may = {"request": sees(name, state), "trust": True, "others": staff or name == "other"}
        for which, file_hash in files.items():
            given = await desk.fetch(file_hash, f"w-{account}")
            assert (given is not None) is may[which], f"{name} {which}"
        assert await desk.fetch("0" * 64, f"w-{account}") is None
        assert await desk.may_enter(f"w-{account}", "staff") is staff, name
        assert await desk.may_enter(f"w-{account}", "other") is False
    del cast


async def test_only_what_one_sent_oneself_can_be_passed_on(world: World):
    """Naming the hash of somebody else's photo in one's own message shows it to nobody and gives no right to it."""
    cast = await gather(world, State.NEW)
    theirs = (await cast.request()).photos[0]
    owed = await cast.receive(seat("other@private"), "水管漏水", files=[theirs])
    owned = await cast.dump(["file_owners"])

    assert all(not message.files for _, message in owed)
    assert {row["owner"] for row in owned["file_owners"] if row["hash"] == theirs} == {
        ID,
        account_owner("fake", "hana"),
    }
