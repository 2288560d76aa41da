"""Each rule of access and each promise of durability is watched: broken in a copy of the code, its tests fail.

A run tries a few, each day others; ``MUTANTS=all`` (``make mutants``) tries every one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.faults.mutants import DURABILITY
from tests.faults.tencent_mutants import TENCENT
from tests.mutants.leaving import LEAVING
from tests.mutants.ledger import LEDGER
from tests.mutants.rewards import REWARDS
from tests.mutants.table import MUTANTS, SAMPLE, Mutant

ROOT = Path(__file__).parent.parent.parent
COPIED = ("bot", "domain", "handlers", "messages", "storage", "tests", "pyproject.toml", "company.toml")
LASTING = (*DURABILITY, *TENCENT, *LEDGER, *REWARDS, *LEAVING)
ALL = (*MUTANTS, *LASTING)
TODAY = datetime.now(UTC).toordinal()  # the same for all workers of a run
SHARE = 8
CHOSEN = [
    one
    for number, one in enumerate(ALL)
    if os.environ.get("MUTANTS") == "all" or one.name in SAMPLE or (one in LASTING and number % SHARE == TODAY % SHARE)
]
FAILED = 1
TIMEOUT_S = 300


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the code and its tests."""
    ignored = shutil.ignore_patterns("__pycache__", "node_modules", "*.png")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=ignored)
        else:
            shutil.copy(source, tmp_path / name)
    return tmp_path


def run(copy: Path, mutant: Mutant) -> subprocess.CompletedProcess[str]:
    """The tests in the copy, until the first one fails."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-k", mutant.on, mutant.tests]
    environment = {**os.environ, "WALKS": "8", "STEPS": "250", "MUTANTS": "", "REQUIRE_ALL": "", "KILLS": "120"}
    return subprocess.run(
        command, cwd=copy, env=environment, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )


@pytest.mark.parametrize("mutant", ALL, ids=lambda one: one.name)
def test_every_mutant_still_finds_its_rule(mutant: Mutant):
    """The rule that a mutant breaks stands in its file, once; a rule that moved needs its mutant to move along."""
    assert (ROOT / mutant.file).read_text(encoding="utf-8").count(mutant.old) == 1
    assert mutant.new != mutant.old


@pytest.mark.parametrize("mutant", CHOSEN, ids=lambda one: one.name)
def test_a_broken_rule_is_noticed(copy: Path, mutant: Mutant):
    """With this one rule broken, the tests named for it fail, and fail by an assertion rather than by not starting."""
    path = copy / mutant.file
    path.write_text(path.read_text(encoding="utf-8").replace(mutant.old, mutant.new), encoding="utf-8")

    outcome = run(copy, mutant)

    assert outcome.returncode == FAILED, outcome.stdout[-2000:] + outcome.stderr[-1000:]
    assert "FAILED" in outcome.stdout
