"""Who is not the platform: whatever they post, nothing is taken and nothing is told."""

from __future__ import annotations

from pathlib import Path

from tests.wechat.hostile import KINDS
from tests.wechat.office import office
from tests.wechat.test_redelivery import inbox


async def test_only_the_platform_is_heard(database_url: str, tmp_path: Path) -> None:
    """Forged, stale, early, re-split, truncated, plain and the like: refused without a word; a repeat is nothing."""
    async with office(database_url, tmp_path) as here:
        hana = here.fake.follower("hana")
        for kind in KINDS:
            answer = await here.fake.hostile.attack(kind, hana)
            if kind != "replayed":
                assert answer.status_code in (400, 404, 413), kind
                assert hana.openid not in answer.text, kind
                assert await inbox(here) == [], kind
            else:
                break
        for kind in KINDS[KINDS.index("replayed") + 1 :]:
            answer = await here.fake.hostile.attack(kind, hana)
            assert answer.status_code in (400, 404, 413), kind
        assert len(await inbox(here)) == 1
        await here.says(hana, "真的")
        known, read = await inbox(here), len(hana.reads)
        for _ in range(4):
            last = await here.fake.hostile.replay()
        assert last.status_code == 400
        assert (await inbox(here), len(hana.reads)) == (known, read)


async def test_the_console_can_verify_the_address(database_url: str, tmp_path: Path) -> None:
    """The echo comes back as it is; with another token it does not."""
    async with office(database_url, tmp_path) as here:
        assert (await here.fake.verifies()).text.isdigit()
        here.fake.token = "another"
        assert (await here.fake.verifies()).status_code in (400, 404)
