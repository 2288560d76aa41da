"""The demo in a real browser: three phones, clicked like a visitor would."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import FrameLocator, Page, expect

from tests.pages.browser import CHROMIUM, QUIET

__all__ = ["CHROMIUM", "FLAGS", "ROOT"]

ROOT = Path(__file__).parent.parent.parent
FLAGS = list(QUIET)
PATIENCE_MS = 20_000


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def demo_server(folder: Path, *more: str) -> Iterator[str]:
    """`python -m bot demo` in a folder of its own; its address once it is ready."""
    port = free_port()
    company = folder / "company.toml"
    if not company.exists():
        company.write_bytes((ROOT / "company.toml").read_bytes())
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--port", str(port), *more],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "http://" in line, line
        yield re.findall(r"http://\S+", line)[0]
    finally:
        process.terminate()
        process.communicate(timeout=15)


@dataclass
class Phone:
    """One phone of the page."""

    frame: FrameLocator

    def says(self, text: str) -> None:
        """Write and send, then wait until it stands in the chat."""
        box = self.frame.locator("textarea")
        box.fill(text)
        box.press("Enter")
        expect(box).to_have_value("", timeout=PATIENCE_MS)

    def taps(self, label: str) -> None:
        """Press the newest button with this label that can be pressed."""
        button = self.frame.locator("button:enabled").filter(has_text=re.compile(f"^\\s*{re.escape(label)}\\s*$")).last
        button.click(timeout=PATIENCE_MS)

    def sees(self, text: str) -> None:
        """Wait until this is shown."""
        expect(self.frame.get_by_text(text).last).to_be_visible(timeout=PATIENCE_MS)

    def text(self) -> str:
        """All that is shown."""
        return self.frame.locator("body").inner_text(timeout=PATIENCE_MS)


def phone(page: Page, seat: str) -> Phone:
    """The phone of a seat on the demo page."""
    return Phone(page.frame_locator(f"iframe[src*='seat={seat}']"))
