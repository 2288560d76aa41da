"""What a run says at its end: what was skipped and why, and how large the code is.

With ``REQUIRE_ALL=1`` in the environment a run that skipped anything has failed.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest

LINES = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[LINES] = []


@pytest.fixture
def note(request: pytest.FixtureRequest):
    """Say a line at the end of the run."""
    return request.config.stash[LINES].append


def skipped(config: pytest.Config) -> list[pytest.TestReport]:
    reporter = config.pluginmanager.getplugin("terminalreporter")
    if reporter is None:  # a worker of a run on several cores: the one that counts is the controller
        return []
    return [*reporter.stats.get("skipped", ()), *reporter.stats.get("xfailed", ())]


def reason(report: pytest.TestReport) -> str:
    """Why it was skipped: the words alone."""
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    return str(getattr(report, "wasxfail", "")) or "no reason given"


def all_required() -> bool:
    return os.environ.get("REQUIRE_ALL", "0") not in {"", "0"}


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["lines"] = session.config.stash[LINES]
    if exitstatus == pytest.ExitCode.OK and all_required() and skipped(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error: object) -> None:
    """What a worker had to say."""
    node.config.stash[LINES].extend(getattr(node, "workeroutput", {}).get("lines", ()))


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:
    for line in config.stash[LINES]:
        terminalreporter.write_line(line)
    reports = skipped(config)
    terminalreporter.section(f"skipped: {len(reports)}")
    for why, count in Counter(map(reason, reports)).most_common():
        terminalreporter.write_line(f"{count} × {why}")
    if reports and all_required():
        terminalreporter.write_line("REQUIRE_ALL is set: a skipped test is a failed run", red=True)
