"""Kill -9 at random moments, again and again, over one database; then journal, database and files must agree.

``make faults N=5000`` kills so often; ``SEED=7`` begins with the same choices again.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import SystemRandom

from tests.faults.canaries import leaks, read
from tests.faults.kills import opened
from tests.faults.oracle import judge, look

KILLS = int(os.environ.get("KILLS", "320"))
"""On both engines together, with Telegram around or without it; an eighth more with WeChat and WeCom around."""

SHARE = 5 / 8
"""Of them without."""

READY_MAX_S = 5.0
ENOUGH = 80
WORKERS = {"sqlite": 1, "postgres": 2}


def seed() -> int:
    """The seed that is asked for, or any."""
    return int(os.environ.get("SEED", "") or SystemRandom().randrange(1_000_000))


async def test_nothing_is_lost_and_nothing_doubled(
    bare_url: str, engine: str, tmp_path: Path, note: Callable[[str], None]
) -> None:
    """After each kill it is ready within five seconds, and in the end all that was acknowledged was handled once, all
    that was owed arrived in order with at most one copy for a kill, files are whole, and nothing private was written
    to logs, metrics, error columns and answers."""
    async with opened(bare_url, tmp_path, seed(), WORKERS[engine]) as run:
        await run.kill(int(KILLS * SHARE / 2))
        found = await look(bare_url)
        wrong = judge(run.platform.journal, found, tmp_path / "data" / "files")
        written = {"log": read(tmp_path / "log"), "pages": run.pages}

    actions = Counter(event.action for events in found.events.values() for event in events)
    note(f"kills: {run.figures}; {actions.total()} events of {len(actions)} kinds")
    assert not (tmp_path / "faults").exists(), (tmp_path / "faults").read_text()
    assert wrong == [], run.figures
    assert leaks(written, found) == [], run.figures
    assert max(run.figures.recoveries_s) < READY_MAX_S, run.figures
    assert actions["file"] or run.figures.kills < ENOUGH, "a run in which nobody filed a request shows little"
