"""What is urgent goes first within its own lane, and nothing of the rest is lost, doubled or put out of order."""

from __future__ import annotations

import pytest

from domain.chat import Priority
from storage.database import Database
from tests.storage.test_boxes import Boxes, later, say, word

URGENT = {"priority": Priority.URGENT}


@pytest.fixture
def boxes(database: Database) -> Boxes:
    return Boxes(database)


async def test_it_overtakes_while_a_message_is_out(boxes: Boxes):
    """What is claimed is settled as ever; then comes what is urgent, oldest first, then the rest in its order."""
    await boxes.add("a", *[say(f"{n}") for n in range(30)])
    (out,) = await boxes.claim()
    await boxes.add("b", say("fire", **URGENT), say("gas", **URGENT), at=1)
    assert await boxes.lanes("settle", out, "x", later(1))

    assert await boxes.drain(2) == ["fire", "gas", *[f"{n}" for n in range(1, 30)]]
    assert await boxes.claim(3) == []


@pytest.mark.parametrize("end", ["kill", "skip"])
async def test_one_that_never_arrives_holds_nobody(boxes: Boxes, end: str):
    """A dead or stale one lets the rest go on from where it was."""
    await boxes.add("a", say("one"), say("fire", **URGENT), say("two"))
    (fire,) = await boxes.claim()
    assert word(fire.row.outbound) == "fire"
    assert await boxes.lanes(end, fire, later(1), *(["gone"] if end == "kill" else []))

    assert await boxes.drain(2) == ["one", "two"]


async def test_an_interrupted_message_is_tried_again_after_it(boxes: Boxes):
    """What fails for now keeps its place before all that is not urgent."""
    await boxes.add("a", say("one"), say("two"))
    (one,) = await boxes.claim()
    await boxes.add("b", say("fire", **URGENT), at=1)
    assert await boxes.lanes("postpone", one, later(2), 0.5, "timeout", False)

    assert await boxes.drain(3) == ["fire", "one", "two"]


async def test_the_lane_of_a_card_that_was_merged_goes_on(boxes: Boxes):
    """A lane whose urgent message was replaced by a later one that is not has nothing urgent, and goes on in order."""
    await boxes.add("a", say("one"), say("fire", card="c", **URGENT))
    await boxes.add("b", say("out", card="c"))

    assert await boxes.drain(1) == ["one", "out"]
