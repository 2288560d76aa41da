"""A real browser before a real server; its page's faults fail the test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import BrowserContext, Page, async_playwright

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Phone:
    """One browser window with storage of its own, and what its scripts complained of."""

    context: BrowserContext
    page: Page
    faults: list[str] = field(default_factory=list)

    async def open(self, address: str) -> None:
        """Open a chat page and wait until it is connected."""
        await self.page.goto(address)
        await self.page.locator('[data-state="online"]').wait_for()

    async def say(self, text: str) -> None:
        """Write and press Enter."""
        await self.page.locator("#text").fill(text)
        await self.page.locator("#text").press("Enter")

    async def texts(self, selector: str) -> list[str]:
        """The words of everything that matches."""
        return [text.strip() for text in await self.page.locator(selector).all_inner_texts()]


@asynccontextmanager
async def phone(**context: Any) -> AsyncIterator[Phone]:
    """A window the size of a phone, in Chinese unless told otherwise.

    Raises:
        AssertionError: at the end, if a script of the page failed or broke the page's own policy.
    """
    known = {"viewport": {"width": 390, "height": 844}, "locale": "zh-CN", **context}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        window = await browser.new_context(**known)
        phone = Phone(window, await window.new_page())
        phone.page.on("pageerror", lambda fault: phone.faults.append(str(fault)))
        phone.page.on("console", lambda said: _note(phone.faults, said.type, said.text))
        try:
            yield phone
        finally:
            await browser.close()
    assert phone.faults == []


def _note(faults: list[str], kind: str, text: str) -> None:
    """Answers of 4xx and 5xx and lost connections belong to the tests; anything else is a fault."""
    if kind == "error" and "Failed to load resource" not in text:
        faults.append(text)
