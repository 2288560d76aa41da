"""What is drawn for whoever recommends us: the poster and the code to scan, and where they lead."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.drawing import Drawings, Patience
from bot.scans import Scans
from domain.errors import Temporary
from handlers.turn import Links
from storage.database import Database
from storage.store import Store
from tests.conversations.recommending import code_of
from tests.conversations.steps import phrase, tap, to
from tests.world import World, last

ADDRESS = "http://weixin.qq.com/q/02AbC"


class Platform:
    """Makes codes to scan; ``asked`` is for which. ``failing`` is raised instead."""

    def __init__(self, failing: Exception | None = None) -> None:
        self.asked: list[str] = []
        self.failing = failing

    async def scan(self, scene: str) -> str:
        self.asked.append(scene)
        await asyncio.sleep(0)
        if self.failing:
            raise self.failing
        return f"{ADDRESS}{len(self.asked)}"


async def never(scene: str) -> str:
    """A platform that hangs."""
    await asyncio.Event().wait()
    return scene


def scanned(world: World, scan: Any, scan_s: float = 60) -> None:
    """There is an Official Account beside the web, whose codes ``scan`` makes."""
    links = Links(world.pipeline.world.links.web, scanned=True)
    world.pipeline.world = replace(world.pipeline.world, links=links)
    world.pipeline.drawings = Drawings(world.sketches.draw, world.sketches.keep, Patience(scan_s=scan_s), scan)


async def pressed(world: World, button: str) -> dict[str, Any]:
    """What stands in the picture behind a button of the share card."""
    heard = last(await tap(world, "hana", button), "hana")
    found: dict[str, Any] = world.sketches.of(heard.message.files[0])
    return found


@pytest.mark.parametrize(("button", "kind"), [("referral-poster", "poster"), ("referral-scan", "code")])
async def test_both_lead_into_the_official_account(world: World, button: str, kind: str) -> None:
    """Poster and code show the account's own code for whoever recommends, which is asked for once."""
    platform = Platform()
    scanned(world, Scans(world.database, "wx-1", platform.scan).address)
    code = await code_of(world)

    for _ in range(2):
        drawn = await pressed(world, button)
        assert (drawn["kind"], drawn["args"]["link"]) == (kind, f"{ADDRESS}1")
        assert "scene" not in drawn["args"]
    assert platform.asked == [f"ref-{code}"]


@pytest.mark.parametrize("button", ["referral-poster", "referral-scan"])
@pytest.mark.parametrize("scan", [Platform(Temporary("-1")).scan, Platform(ValueError("?")).scan, never])
async def test_a_platform_that_fails_leaves_the_web(world: World, button: str, scan: Any) -> None:
    """Refused, broken or hanging: the picture is there all the same, with the link of the web."""
    scanned(world, scan, 0.05)
    code = await code_of(world)

    assert (await pressed(world, button))["args"]["link"].endswith(f"/chat?start=ref-{code}")


async def test_what_failed_is_asked_for_again(world: World) -> None:
    """The next poster leads into the account again."""
    platform = Platform(Temporary("-1"))
    scanned(world, Scans(world.database, "wx-1", platform.scan).address)
    await code_of(world)
    assert "/chat?start=" in (await pressed(world, "referral-poster"))["args"]["link"]
    platform.failing = None

    assert (await pressed(world, "referral-poster"))["args"]["link"] == f"{ADDRESS}2"


async def test_without_an_account_there_is_no_such_button(world: World) -> None:
    """The card has none, who presses an old one hears that it is gone, and the poster leads to the web."""
    scanned(world, never)
    await code_of(world)
    old = world.token("hana", phrase(world, "referral-scan"))
    world.pipeline.world = replace(world.pipeline.world, links=Links(world.pipeline.world.links.web))
    code = await code_of(world)
    assert phrase(world, "referral-scan") not in last(world.shown, "hana").buttons
    assert (await pressed(world, "referral-poster"))["args"]["link"].endswith(f"/chat?start=ref-{code}")

    heard = await world.says("hana", press=old)
    assert to(heard, "hana") == phrase(world, "referral-scan-none")


async def test_codes_are_remembered_by_account(database: Database) -> None:
    """After a restart nothing is asked for again, at the same time once, and another account has codes of its own."""
    first, other = Platform(), Platform()
    scans = Scans(database, "wx-1", first.scan)
    both = await asyncio.gather(*[scans.address("ref-A") for _ in range(8)])
    assert (set(both), first.asked) == ({f"{ADDRESS}1"}, ["ref-A"])

    assert await Scans(database, "wx-1", other.scan).address("ref-A") == f"{ADDRESS}1"
    assert other.asked == []
    await Scans(database, "wx-2", other.scan).address("ref-A")
    assert other.asked == ["ref-A"]


async def test_of_two_processes_the_first_code_counts(database: Database) -> None:
    """Both asked the platform; both show the same code."""
    kept = [
        await database.transact(lambda connection, one=one: Store(connection).scans.keep("wx-1", "ref-A", one))
        for one in ("first", "second")
    ]

    assert kept == ["first", "first"]
