"""What every test of storage may use."""

from tests.storage.things import table  # noqa: F401  # fixtures are found here
