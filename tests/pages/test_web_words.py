"""Hard words in the web chat: as the page is given them over HTTP, and as it shows them in a real browser."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import expect

from bot.parsing import storable
from domain.chat import Kind, Style
from tests.pages.browser import phone
from tests.pages.office import Site, running
from tests.words_table import GRAPHEMES, LONG, MARKUP, SHORT, UNKEPT

WORDS: dict[str, str] = {name: storable(said) for name, said in {**SHORT, **UNKEPT, **LONG}.items()}
"""As a database holds them."""
SHOWN = {name: said for name, said in WORDS.items() if name not in ("every one", "ends of lines", "control")}
"""Those that the DOM holds as they are; of the others a browser makes its own spaces."""


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with running() as site:
        yield site


async def streamed(site: Site, count: int) -> list[dict[str, Any]]:
    """So many messages of the stream, cut into events as a browser cuts it: at empty lines, at no other sign."""
    found: list[dict[str, Any]] = []
    rest = b""
    async with site.client.stream("GET", "/chat/events", params={"after": "0"}) as answer:
        async for chunk in answer.aiter_bytes():
            *events, rest = (rest + chunk).split(b"\n\n")
            for one in events:
                fields = dict(line.split(b": ", 1) for line in one.split(b"\n") if b": " in line)
                if b"id" in fields:
                    found.append(json.loads(fields[b"data"]))
            if len(found) >= count:
                return found
    return found


async def test_words_come_over_http_as_they_were_meant(site: Site) -> None:
    """History and stream give each word to the sign, in every kind of line and on buttons, in order."""
    account = await site.open()
    for said in WORDS.values():
        lines, row = tuple((kind, said) for kind in Kind), ((said, "tok.0", Style.PLAIN),)
        site.office.say(account, "", lines=lines, buttons=(row,))

    history: list[dict[str, Any]] = []
    while page := (await site.client.get("/chat/history", params={"after": len(history)})).json()["messages"]:
        history += page

    for messages in (history, await streamed(site, len(WORDS))):
        assert [{text for _, text in one["lines"]} for one in messages] == [{said} for said in WORDS.values()]
        assert [one["buttons"][0][0][0] for one in messages] == list(WORDS.values())


async def test_words_are_only_ever_words_on_the_page(site: Site) -> None:
    """A browser shows each word as it is; no element, link or script comes of it but a link of a plain address."""
    async with phone() as hana:
        await hana.open(f"{site.origin}/chat?seat=homeowner")
        await hana.page.evaluate("() => { window.alert = () => { throw new Error('a foreign script') } }")
        for said in SHOWN.values():
            site.office.say("w_hana", said)
        site.office.say("w_hana", "完")
        bodies = hana.page.locator("#log .body")
        await expect(bodies.last).to_have_text("完")

        shown = [text.strip() for text in await bodies.evaluate_all("all => all.map(one => one.textContent)")]
        assert shown[:-1] == [said.strip() for said in SHOWN.values()][-len(shown) + 1 :]
        assert len(shown) >= 60
        strange = "#log .body :is(script, img, b, i, font, a[href^='javascript'], a[href^='weixin'], xml)"
        await expect(hana.page.locator(strange)).to_have_count(0)


async def test_words_on_buttons_are_only_ever_words(site: Site) -> None:
    """What stands on a button is read there, and nothing of it is an element of the page."""
    short = [said for said in {**MARKUP, **GRAPHEMES}.values() if "\n" not in said]
    async with phone() as hana:
        await hana.open(f"{site.origin}/chat?seat=homeowner")
        for said in short:
            site.office.say("w_hana", "选", buttons=(((said, "tok.0", Style.PLAIN),),))
        buttons = hana.page.locator("#log .message button")
        await expect(buttons).to_have_count(len(short))
        assert await buttons.evaluate_all("all => all.map(one => one.textContent)") == short
        await expect(buttons.locator(":is(script, img, b, a, font)")).to_have_count(0)
