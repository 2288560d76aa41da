"""The n-th write or sync of a flow fails, for every n until the flow ends without a failure: all or nothing.

A run tries every sync and some of the writes, others each time; ``make faults N=5000`` tries every one.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.faults.disk_lab import MIGRATE, Case, Report
from tests.faults.flows import FLOWS
from tests.faults.test_kills import KILLS, seed

SHIM = Path(__file__).with_name("shim.c")
KINDS = {"w": "writes with EIO", "f": "writes without space", "s": "short writes", "y": "syncs with EIO"}
SHARE = 25
"""A run tries one of so many writes."""

ALL = KILLS >= 5000


@dataclass
class Lab:
    """The warm process, and what each flow leaves behind when nothing fails."""

    process: subprocess.Popen[str]
    summaries: dict[str, dict[str, Any]] = field(default_factory=dict)

    def ask(self, case: Case) -> Report:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(asdict(case)) + "\n")
        self.process.stdin.flush()
        report = Report(**json.loads(self.process.stdout.readline()))
        assert not report.error, f"{case}\n{report.error}"
        return report


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that makes writes and syncs fail."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler: the N-th write and sync cannot be made to fail")
    library = tmp_path_factory.mktemp("shim") / "shim.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SHIM, "-ldl", "-lpthread"], check=True)
    return library


@pytest.fixture(scope="module")
def lab(shim: Path) -> Iterator[Lab]:
    """The process under test, warm, having gone through all flows once."""
    folder = Path(tempfile.mkdtemp())
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.disk_lab", str(folder)],
        cwd=Path(__file__).parent.parent.parent,
        env={**os.environ, "LD_PRELOAD": str(shim)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        lab = Lab(process)
        for flow in FLOWS:
            lab.summaries[flow] = lab.ask(Case(flow, keep=True)).summary
        yield lab
        assert process.stdin
        process.stdin.close()
    shutil.rmtree(folder)


@pytest.mark.parametrize("kind", KINDS, ids=KINDS.values())
@pytest.mark.parametrize("flow", FLOWS)
def test_a_failure_costs_nothing(lab: Lab, flow: str, kind: str, note: Callable[[str], None]) -> None:
    """Whichever write or sync of the flow fails, what was acknowledged is there, each update has all its effects once,
    in the process that goes on and in one that takes over, and no failed sync is believed the second time."""
    calls = lab.ask(Case(flow, kind)).seen
    assert calls, "nothing was counted"
    dice = Random(seed())
    chosen = [at for at in range(1, calls + 1) if kind == "y" or ALL or dice.random() < 1 / SHARE]
    for at in chosen:
        for ends in (False, True) if ALL or kind == "y" else (dice.random() < 0.5,):
            case = Case(flow, kind, at, ends)
            assert wrong(lab.ask(case), lab.summaries[flow]) == [], case
    note(f"disk: {flow}, {len(chosen)} of {calls} {KINDS[kind]}")


@pytest.mark.parametrize("kind", KINDS, ids=KINDS.values())
def test_a_failing_disk_leaves_a_migration_whole(lab: Lab, kind: str, note: Callable[[str], None]) -> None:
    """Whichever write or sync fails while the database is made, the next start finishes it, and people can be added."""
    whole = lab.ask(Case(MIGRATE, kind))
    dice = Random(seed())
    chosen = [at for at in range(1, whole.seen + 1) if kind == "y" or ALL or dice.random() < 1 / SHARE]
    for at in chosen:
        case = Case(MIGRATE, kind, at)
        # a connection that is closed syncs its log once more, of which it uses what was synced well before
        assert wrong(replace(lab.ask(case), retried=0), whole.summary) == [], case
    note(f"disk: migrations, {len(chosen)} of {whole.seen} {KINDS[kind]}")


def wrong(report: Report, summary: dict[str, Any]) -> list[str]:
    """What a failure has cost."""
    lost = [f"{id} was acknowledged and is not there" for id in report.acked if id not in report.inbox]
    left = [f"{id} is {state}" for id, state in report.inbox.items() if state != "done"]
    other = [
        f"{table}: {row} only {'with' if row in report.summary[table] else 'without'} the failure"
        for table, rows in summary.items()
        for row in [*rows, *report.summary[table]]
        if (row in rows) != (row in report.summary[table])
    ]
    retried = [f"{report.retried} failed syncs were tried again"] if report.retried else []
    owed = [f"{report.owed} messages are still owed"] if report.owed else []
    return [*lost, *left, *other, *retried, *owed, *report.damage]
