"""What waits on WeChat for somebody who writes on the web by now, over real HTTP."""

from __future__ import annotations

from pathlib import Path

from tests.both.office import office
from tests.both.play import Play
from tests.wecom.office import texts


async def test_what_waits_comes_to_the_web_chat(database_url: str, tmp_path: Path) -> None:
    """Her window on WeChat is shut when staff answer; a few minutes later she writes on the web, where she reads it
    within what policy says, once, and nobody has to call her."""
    async with office(database_url, tmp_path) as here:
        play = Play(here)
        await play.opens()
        await play.follows()
        await play.files(play.follower)
        await play.claimed()
        await play.moves()
        await here.says(play.follower, "我又回到微信了")
        await here.passes(hours=49)
        known = len(play.follower.reads)
        await here.says(play.sam, "/r R-1001 师傅会带新的阀芯")
        await here.passes(minutes=5)
        assert not any("师傅会带新的阀芯" in text for text in play.heard())
        assert here.page
        await here.says(here.page, "有消息吗")
        await here.passes(minutes=11)
        assert sum("师傅会带新的阀芯" in text for text in here.page.shown.values()) == 1
        assert len(play.follower.reads) == known
        assert "没有送达" not in texts(play.sam.heard)
