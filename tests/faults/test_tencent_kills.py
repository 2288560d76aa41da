"""Kill -9 with WeChat's Official Account, WeCom and its customer service around."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.faults.canaries import leaks, read
from tests.faults.oracle import look
from tests.faults.tencent_evidence import Evidence
from tests.faults.tencent_kills import opened
from tests.faults.tencent_oracle import judge
from tests.faults.test_kills import KILLS, READY_MAX_S, seed
from tests.wecom import KF_SECRET, SECRET

SHARE = 1 / 16
"""Of the kills, beside those that others make; on both engines together."""


async def test_nothing_is_lost_on_wechat_and_wecom(
    bare_url: str, engine: str, tmp_path: Path, note: Callable[[str], None]
) -> None:
    """Whatever the platforms were told is taken was kept and handled once; what was owed stands in its chats in
    order, as an answer or as a message, with at most one copy for a kill; no message was sent without a window, no card
    changed twice by one code, no token asked for in a hurry, and nothing private was logged."""
    async with opened(bare_url, tmp_path, seed()) as (run, around, cast):
        await run.kill(int(KILLS * SHARE / 2))
        found = await look(bare_url)
        wrong = judge(Evidence(around, cast, run.moments, found), tmp_path / "data" / "files")

    actions = Counter(event.action for events in found.events.values() for event in events)
    note(f"tencent: {run.figures}; {around.census()}; {actions.total()} events of {len(actions)} kinds")
    assert not (tmp_path / "faults").exists(), (tmp_path / "faults").read_text()
    assert not wrong, "\n".join([str(run.figures), *wrong])
    log = read(tmp_path / "log")
    assert leaks({"log": log}, found) == [], run.figures
    assert [secret for secret in (around.wechat.secret, SECRET, KF_SECRET) if secret in log] == []
    assert max(run.figures.recoveries_s) < READY_MAX_S, run.figures
