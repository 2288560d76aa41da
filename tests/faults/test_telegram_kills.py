"""Kill -9 with Telegram around, by webhook and by polling, in a plain group and in one with topics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.canaries import leaks, read
from tests.faults.oracle import look
from tests.faults.telegram_kills import opened
from tests.faults.telegram_oracle import judge
from tests.faults.test_kills import KILLS, READY_MAX_S, SHARE, seed

WAYS = 4
"""Two ways in on two engines share what is left of the kills."""


@pytest.mark.parametrize(("webhook", "forum"), [(True, False), (False, True)], ids=["webhook", "polling"])
async def test_nothing_is_lost_on_telegram(
    bare_url: str, tmp_path: Path, webhook: bool, forum: bool, note: Callable[[str], None]
) -> None:
    """Whatever Telegram was told it may forget was kept and handled once, what was owed stands in its chats in order
    with at most one copy for a kill, nothing was called too early, and nothing private was logged."""
    async with opened(bare_url, tmp_path, seed(), webhook, forum) as (run, fake):
        await run.kill(int(KILLS * (1 - SHARE) / WAYS))
        found = await look(bare_url)
        wrong = judge(fake, run.lives, found, tmp_path / "data" / "files")
        token = fake.token

    actions = Counter(event.action for events in found.events.values() for event in events)
    note(f"telegram: {run.figures}; {actions.total()} events of {len(actions)} kinds")
    assert not (tmp_path / "faults").exists(), (tmp_path / "faults").read_text()
    assert wrong == [], run.figures
    log = read(tmp_path / "log")
    assert leaks({"log": log}, found) == [], run.figures
    assert token.partition(":")[2] not in log
    assert max(run.figures.recoveries_s) < READY_MAX_S, run.figures
