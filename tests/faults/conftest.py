"""What the bench needs beside real databases."""

from __future__ import annotations

from tests.conversations.conftest import plain_logs

__all__ = ["plain_logs"]
