"""What is too long for one message of the platform is several, each of which it counts."""

from __future__ import annotations

from pathlib import Path

from tests.wechat.office import GROUP, office
from tests.wechat.test_windows import filed

LONG = "水龙头滴水。".ljust(2000, "长")
"""Three messages of the platform, with what stands above it."""
TOO_LONG = "长" * 10_000
"""More than any window has room for."""


async def test_a_long_text_goes_whole_or_not_at_all(database_url: str, tmp_path: Path) -> None:
    """With two messages left three of them are not begun: it waits, and is read in one go after the next message. What
    it took is gone from the window."""
    async with office(database_url, tmp_path) as here:
        hana = (await filed(here)).hana
        await here.says(hana, "在吗")
        while (await here.budget(hana))["message"] > 2:
            await here.told("sam", "/r R-1001 好", GROUP)
        before = len(hana.reads)

        await here.told("sam", f"/r R-1001 {LONG}", GROUP)
        assert (hana.reads[before:], await here.budget(hana)) == ([], {"message": 2, "touch": 0})

        await here.says(hana, "在吗")
        assert LONG in "".join(post.text for post in hana.reads).replace("\n", "")
        assert (await here.budget(hana))["message"] == hana.left()["message"] < 5
        assert here.fake.journal.of("refused") == []


async def test_ten_thousand_signs_are_not_begun_with_two_left(database_url: str, tmp_path: Path) -> None:
    """What no window has room for goes as far as a whole one allows, never with less, and arrives in the end, once."""
    async with office(database_url, tmp_path, strict=False) as here:
        hana = (await filed(here)).hana
        await here.says(hana, "在吗")
        while (await here.budget(hana))["message"] > 2:
            await here.told("sam", "/r R-1001 好", GROUP)

        before = len("".join(post.text for post in hana.reads))

        await here.told("sam", f"/r R-1001 {TOO_LONG}", GROUP)
        assert "长长" not in hana.text
        assert here.fake.journal.of("refused") == []

        for _ in range(5):
            await here.says(hana, "在吗")
        assert "".join(post.text for post in hana.reads).count("长", before) == len(TOO_LONG)
