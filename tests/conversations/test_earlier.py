"""Who takes a job reads what its homeowner has added before, and nothing that may be about another installer."""

from __future__ import annotations

from tests.conversations.steps import accepted, act, choose_installer, claimed, offer, phrase, pick, tap, to
from tests.world import Heard, World

SAID = "水管也在渗，来之前先打我电话"


async def add(world: World, said: str = SAID, photo: str = "") -> list[Heard]:
    """The homeowner taps «补充» and writes, perhaps with a photo."""
    await tap(world, "hana", "action-add")
    return await world.says("hana", said, files=[photo] if photo else [])


def files_to(heard: list[Heard], chat: str) -> list[str]:
    """The files that a chat was shown."""
    return [file.hash for one in heard if one.chat == chat for file in one.message.files]


async def test_what_was_added_before(world: World):
    """Words and photos of before the offer are hidden until somebody accepts, and then there, once."""
    await claimed(world)
    photo = await world.photo("hana", "pipe")
    await add(world, photo=photo)
    heard = await offer(world, "zhang")
    assert SAID not in to(heard, "zhang")
    heard = await act(world, "zhang", "accept")
    assert to(heard, "zhang").count(SAID) == 1
    assert phrase(world, "job-supplement", id="R-1001") in to(heard, "zhang")
    assert files_to(heard, "zhang") == [photo]


async def test_nothing_was_added(world: World):
    """Where there is nothing, nothing is said of it; the photos of the report were seen with the offer."""
    heard = await accepted(world)
    assert phrase(world, "job-supplement", id="R-1001") not in to(heard, "zhang")


async def test_what_was_said_of_the_one_before(world: World):
    """What a homeowner writes once somebody has the job is not shown to who takes it after that one."""
    await accepted(world)
    await add(world, "张师傅说话太冲了，换个人吧")
    await act(world, "sam", "more")
    await act(world, "sam", "reassign")
    await choose_installer(world, "li")
    await pick(world, "sam")
    heard = await act(world, "li", "accept")
    assert "太冲" not in to(heard, "li")
