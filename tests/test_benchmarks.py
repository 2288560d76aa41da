"""The benchmarks, so small that their figures mean nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.figures import AIMS, Aim, Board, percentile

ROOT = Path(__file__).parent.parent
SLOWED = ("path_slow", "undecided_slow")
COMPILER = shutil.which("gcc") or shutil.which("cc")


@pytest.fixture(scope="module")
def table() -> str:
    """What a quick run prints."""
    command = [sys.executable, "-m", "benchmarks", "--quick"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=600, check=False)
    assert done.returncode == 0
    return done.stdout


@pytest.mark.parametrize("aim", AIMS, ids=[aim.key for aim in AIMS])
def test_every_figure_is_measured(table: str, aim: Aim):
    """A quick run has a line for each figure, with its aim beside it, and none that could not be measured."""
    lines = [line for line in table.splitlines() if line.startswith(f"{aim.label}  ")]

    assert len(lines) == 1, table
    assert aim.said() in lines[0]
    assert "not measured" not in lines[0] or (aim.key in SLOWED and not COMPILER)


def test_a_figure_that_misses_its_aim_is_said_to(capsys: pytest.CaptureFixture[str]):
    """What was reached and what was not is told apart; what has no aim or could not be measured is neither."""
    board = Board()

    board.add("path_1", 0.2)
    board.add("start", 1.5)
    board.add("telegram", 0.1)
    board.absent("memory_rest", "no such file")

    assert board.missed == ["path_1"]
    assert [line.split("  ")[-1].strip() for line in capsys.readouterr().out.splitlines()] == [
        "NO",
        "yes",
        "—",
        "no such file",
    ]


@pytest.mark.parametrize(("percent", "value"), [(50, 50), (99, 99), (100, 100)])
def test_a_percentile_is_a_value_that_was_measured(percent: int, value: int):
    """Of the numbers to a hundred, so many per cent do not exceed that number itself."""
    assert percentile(range(1, 101), percent) == value
