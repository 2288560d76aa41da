"""What every test may use."""

from __future__ import annotations

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
