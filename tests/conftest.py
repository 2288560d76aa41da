"""What every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from tests.databases import (  # noqa: F401  # fixtures are found here
    bare,
    bare_url,
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
from tests.world import world  # noqa: F401  # fixtures are found here

# a shared machine is slow at times, which says nothing about the code
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

UNWATCHED = ("faults", "both", "mutants", "pictures")
"""Folders whose tests walk the paths that others walk, again and again: watched for coverage, they take half as long
again and show no other line."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Coverage looks away where it would only cost time: above the engines, the second one shows no other line."""
    here = Path(__file__).parent
    for item in items:
        folder = item.path.relative_to(here).parts[0]
        if folder in UNWATCHED or ("postgres" in item.name and folder != "storage"):
            item.add_marker(pytest.mark.no_cover)
