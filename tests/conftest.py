"""What every test may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from tests.databases import (  # noqa: F401  # fixtures are found here
    bare,
    bare_url,
    blank_urls,
    blanks,
    database,
    database_url,
    engine,
    postgres_template,
    postgres_url,
    sqlite_template,
)
from tests.reporting import (  # noqa: F401  # hooks are found here
    note,
    pytest_configure,
    pytest_sessionfinish,
    pytest_terminal_summary,
    pytest_testnodedown,
)
from tests.surroundings import trust_nobody, use_memory
from tests.world import world  # noqa: F401  # fixtures are found here

# a shared machine is slow at times, which says nothing about the code
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

UNWATCHED = (
    *("faults/", "both/", "mutants/", "pages/", "pictures/", "telegram/", "wechat/", "wecom/"),
    *("_access", "_fuzz", "_properties", "_races", "_replay", "_walk"),
)
"""In the paths of tests which go the ways that others go, again and again: watched for coverage, they take twice as
long and show no other line."""

PATIENT = ("at_once", "whatever", "takes_no_time", "not_hang")
"""And in the names of tests that do something very often."""


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart() -> None:
    """Before the workers of a run on several cores begin, which inherit it."""
    use_memory()
    trust_nobody()


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> Iterator[None]:
    """A bug's traceback as plain text: drawing it with all values takes seconds."""
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])
    yield
    structlog.reset_defaults()


def watched(item: pytest.Item) -> bool:
    """Whether coverage looks on: above the engines, the second one shows no other line either."""
    path = item.path.relative_to(Path(__file__).parent).as_posix()
    again = any(part in path for part in UNWATCHED) or any(word in item.name for word in PATIENT)
    again = again or item.get_closest_marker("unwatched") is not None
    return not again and ("postgres" not in item.name or path.startswith("storage/"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: tests wait for platforms, processes and disks a fifth of their time."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Coverage looks away where it would only cost time."""
    plugin = item.config.pluginmanager.getplugin("_cov")
    coverage = plugin.cov_controller if plugin else None
    if not coverage or not coverage.started or watched(item):
        yield
        return
    coverage.pause()
    yield
    coverage.resume()
