from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.async_api import FilePayload, expect

from domain.chat import Kind, Style
from tests.pages.browser import Phone, phone
from tests.pages.office import Site, running


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with running() as site:
        yield site


@pytest.fixture
async def hana(site: Site) -> AsyncIterator[Phone]:
    async with phone() as hana:
        await hana.open(f"{site.origin}/chat?seat=homeowner")
        yield hana


def photo(name: str = "漏水.jpg") -> FilePayload:
    """A photo as a file picker hands it over."""
    out = BytesIO()
    Image.new("RGB", (400, 300), (30, 120, 90)).save(out, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


async def test_enter_sends_and_the_message_is_shown_once(site: Site, hana: Phone) -> None:
    """What was written is sent by Enter, not by Shift+Enter, and stands in the log once, even on another tab."""
    text = hana.page.locator("#text")
    await text.fill("水龙头滴水")
    await text.press("Shift+Enter")
    await text.press_sequentially("很急")
    await text.press("Enter")
    other = await hana.context.new_page()
    await other.goto(f"{site.origin}/chat?seat=homeowner")

    for page in (hana.page, other):
        await expect(page.locator("#log .mine .body")).to_have_text(["水龙头滴水\n很急"], use_inner_text=True)
    assert len(site.office.raws) == 1


async def test_a_word_being_composed_is_not_sent(site: Site, hana: Phone) -> None:
    """Enter that ends the composition of an input method chooses the word and sends nothing."""
    session = await hana.context.new_cdp_session(hana.page)
    await hana.page.locator("#text").focus()
    await session.send("Input.imeSetComposition", {"text": "loushui", "selectionStart": 7, "selectionEnd": 7})
    enter = {"type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    await session.send("Input.dispatchKeyEvent", enter)
    await session.send("Input.insertText", {"text": "漏水"})

    await expect(hana.page.locator("#text")).to_have_value("漏水")
    assert site.office.raws == {}

    await hana.page.locator("#text").press("Enter")
    await expect(hana.page.locator(".message.mine")).to_have_count(1)


async def test_what_is_written_offline_goes_out_later(site: Site, hana: Phone) -> None:
    """A message written without a network survives a reload and is sent once when the network is back."""
    await hana.context.set_offline(True)
    await hana.say("断网时写的")
    await expect(hana.page.locator("#pending .message")).to_contain_text("等网络恢复后自动补发")
    await hana.page.locator("#text").fill("半句草稿")
    await hana.context.set_offline(False)
    await hana.page.reload()

    await expect(hana.page.locator("#log .message.mine")).to_contain_text(["断网时写的"])
    await expect(hana.page.locator("#pending .message")).to_have_count(0)
    await expect(hana.page.locator("#text")).to_have_value("半句草稿")
    assert len(site.office.raws) == 1


async def test_a_broken_server_delays_and_loses_nothing(site: Site, hana: Phone) -> None:
    """While the server fails the message waits, over a reload too, and is tried again; «重发» tries at once."""
    site.office.broken = True
    await hana.say("漏水了")
    waiting = hana.page.locator("#pending .message")
    await expect(waiting).to_contain_text("等网络恢复后自动补发")
    await hana.page.reload()
    await expect(waiting).to_contain_text("漏水了")
    await expect(waiting).to_contain_text("等网络恢复后自动补发")
    site.office.broken = False
    await waiting.get_by_role("button", name="重发").click()

    await expect(hana.page.locator("#log .message.mine")).to_contain_text(["漏水了"])
    assert len(site.office.raws) == 1


async def test_a_refused_message_says_why_and_can_be_deleted(site: Site, hana: Phone) -> None:
    """What the server refuses stays with the reason, until its writer resends or deletes it."""
    await hana.page.evaluate("document.getElementById('text').removeAttribute('maxlength')")
    await hana.say("字" * 4001)

    refused = hana.page.locator("#pending .message.failed")
    await expect(refused).to_contain_text("一条消息最多 4000 字")
    await refused.get_by_role("button", name="删除").click()
    await expect(hana.page.locator("#pending .message")).to_have_count(0)
    await hana.page.reload()
    await expect(hana.page.locator(".welcome")).to_be_visible()


async def test_a_card_changes_in_its_place(site: Site, hana: Phone) -> None:
    """The same card again replaces the old one where it stands; a fresh one moves to the end."""
    site.office.say("w_hana", "R-1 已受理", card="R-1")
    site.office.say("w_hana", "请稍等")
    site.office.say("w_hana", "R-1 已确认", card="R-1")
    await expect(hana.page.locator("#log .body")).to_have_text(["R-1 已确认", "请稍等"])

    site.office.say("w_hana", "R-1 已预约", card="R-1", fresh=True)
    await expect(hana.page.locator("#log .body")).to_have_text(["请稍等", "R-1 已预约"])

    await hana.page.reload()
    await expect(hana.page.locator("#log .body")).to_have_text(["请稍等", "R-1 已预约"])


CARD = (
    (Kind.TITLE, "R-1 厨房 · 水龙头滴水"),
    (Kind.STATUS, "已预约"),
    (Kind.FACT, "时间:明天 14:00–16:00"),
    (Kind.STEP, "10:02 已受理"),
    (Kind.NEXT, "等师傅上门"),
    (Kind.ALERT, "先关角阀"),
    (Kind.QUOTE, "<img src=x onerror=alert(1)> https://example.com/a?b=1 看"),
)


async def test_a_card_shows_each_line_as_what_it_is(site: Site, hana: Phone) -> None:
    """Title, chip, facts, timeline, next step, alarm and quote are told apart; markup is only ever text."""
    site.office.say("w_hana", "", lines=CARD)

    card = hana.page.locator(".card")
    await expect(card.locator("h2")).to_have_text("R-1 厨房 · 水龙头滴水")
    await expect(card.locator(".chip")).to_have_text("已预约")
    await expect(card.locator("dt")).to_have_text("时间")
    await expect(card.locator("dd")).to_have_text("明天 14:00–16:00")
    await expect(card.locator(".steps li")).to_have_text(["10:02 已受理", "等师傅上门"])
    await expect(card.locator(".alert")).to_have_text("先关角阀")
    await expect(card.locator(".quote")).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(card.locator(".quote a")).to_have_attribute("href", "https://example.com/a?b=1")
    await expect(card.locator(".quote img")).to_have_count(0)


async def test_a_button_is_pressed_once(site: Site, hana: Phone) -> None:
    """However fast one clicks, one press is sent; after a fault of the server the button works again."""
    buttons = ((("催单", "token-1", Style.PLAIN), ("取消", "token-2", Style.DANGER)),)
    site.office.say("w_hana", "您的服务单", buttons=buttons)
    await hana.page.get_by_role("button", name="催单").dblclick(delay=1, force=True)

    await expect(hana.page.get_by_role("button", name="取消", exact=True)).to_be_enabled()
    assert [raw.body["press"] for raw in site.office.raws.values()] == ["token-1"]


async def test_photos_are_sent_and_enlarged(site: Site, hana: Phone) -> None:
    """Photos show as previews that can be removed, arrive with the message, and open in full until Esc."""
    page = hana.page
    await page.locator("#file").set_input_files([photo(), photo("二.jpg")])
    await expect(page.locator(".preview.ready")).to_have_count(2)
    await page.get_by_role("button", name="移除 二.jpg").click()
    await page.locator("#send").click()

    await expect(page.locator("#log .thumb img")).to_have_count(1)
    (raw,) = site.office.raws.values()
    assert [file["media"] for file in raw.body["files"]] == ["photo"]

    await page.get_by_role("button", name="放大照片").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()


async def test_a_refused_file_says_why(site: Site, hana: Phone) -> None:
    """A program is refused in words and the rest of the message goes without it."""
    program: FilePayload = {"name": "水管.jpg", "mimeType": "image/jpeg", "buffer": b"MZ" + bytes(90)}
    await hana.page.locator("#file").set_input_files([program])

    await expect(hana.page.get_by_role("alert")).to_contain_text("不支持这种文件")
    await hana.say("先发文字")
    await expect(hana.page.locator("#log .message.mine")).to_have_count(1)


async def test_staff_reply_to_a_message(site: Site) -> None:
    """In a room a reply names the message that it answers, and can be called off."""
    site.office.say("staff", "林女士:在吗")
    async with phone() as sam:
        await sam.open(f"{site.origin}/chat?seat=staff&room=staff")
        await sam.page.get_by_role("button", name="回复", exact=True).click()
        await expect(sam.page.locator("#replying")).to_contain_text("林女士:在吗")
        await sam.say("您好,我是小陈")
        await expect(sam.page.locator("#log .message.mine")).to_have_count(1)
        await expect(sam.page.locator("#replying")).to_be_hidden()

    (raw,) = site.office.raws.values()
    assert (raw.body["reply_to"], raw.body["room"]) == ("1", "staff")


async def test_a_deep_link_acts_on_a_tap_only(site: Site) -> None:
    """Opening an invitation sends nothing; the tap on «开始» sends it, once."""
    async with phone() as visitor:
        await visitor.open(f"{site.origin}/chat?start=INVITE-42")
        assert site.office.raws == {}
        await visitor.page.get_by_role("button", name="开始").click()
        await expect(visitor.page.locator("#log .message.mine")).to_have_count(1)
        assert "start" not in visitor.page.url

    assert [raw.body["text"] for raw in site.office.raws.values()] == ["/start INVITE-42"]


async def test_new_messages_do_not_pull_the_reader_down(site: Site, hana: Phone) -> None:
    """Who reads further up stays there and is told of what is new, also in the title."""
    for n in range(40):
        site.office.say("w_hana", f"第 {n} 条")
    await expect(hana.page.locator("#log .message")).to_have_count(40)
    scroll = hana.page.locator("#scroll")
    await scroll.evaluate("node => node.scrollTo(0, 0)")
    site.office.say("w_hana", "师傅已出发")

    pill = hana.page.get_by_role("button", name="新消息")
    await expect(pill).to_be_visible()
    assert await scroll.evaluate("node => node.scrollTop") == 0
    await expect(hana.page).to_have_title("(1) 匠到")
    await pill.click()
    await expect(pill).to_be_hidden()
    await expect(hana.page).to_have_title("匠到")


async def test_older_messages_are_fetched_on_demand(site: Site) -> None:
    """A long chat opens with its last sixty messages; the earlier ones come in front, in order."""
    for n in range(1, 101):
        site.office.say("w_hana", f"第 {n} 条")
    async with phone() as hana:
        await hana.open(f"{site.origin}/chat?seat=homeowner")
        await expect(hana.page.locator("#log .message")).to_have_count(60)
        await hana.page.get_by_role("button", name="查看更早的消息").click()
        await expect(hana.page.locator("#log .message")).to_have_count(100)

        assert await hana.texts("#log .body") == [f"第 {n} 条" for n in range(1, 101)]


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (390, "dark"), (1440, "light")])
async def test_the_page_fits_and_every_control_has_a_name(site: Site, width: int, scheme: str) -> None:
    """At any width nothing sticks out sideways, and each control can be reached by its name."""
    site.office.say("w_hana", "", lines=CARD, buttons=((("改约", "t", Style.PLAIN), ("催单", "u", Style.PRIMARY)),))
    site.office.say("w_hana", "字" * 300 + "x" * 300)
    async with phone(viewport={"width": width, "height": 640}, color_scheme=scheme) as hana:
        await hana.open(f"{site.origin}/chat?seat=homeowner")
        await expect(hana.page.locator("#log .message")).to_have_count(2)
        over = await hana.page.locator("#scroll").evaluate("node => node.scrollWidth - node.clientWidth")
        unnamed = await hana.page.evaluate(
            """() => [...document.querySelectorAll("button, textarea, a")]
                .filter((node) => !(node.getAttribute("aria-label") || node.textContent.trim())).length"""
        )

    assert (over, unnamed) == (0, 0)


async def test_the_page_speaks_the_language_that_the_bot_speaks(site: Site, hana: Phone) -> None:
    """When the reader has chosen another language in the chat, the page's own words follow."""
    site.office.say("w_hana", "OK, English from now on.", locale="en")

    await expect(hana.page.locator("#text")).to_have_attribute("placeholder", "What is wrong? Photos help…")
    await expect(hana.page.locator("html")).to_have_attribute("lang", "en")


async def test_the_demo_fills_a_sample_into_the_right_phone(site: Site) -> None:
    """Three phones stand side by side, and a tap on a sample writes it into the homeowner's."""
    async with phone(viewport={"width": 1440, "height": 900}) as visitor:
        await visitor.page.goto(site.origin)
        for seat in ("homeowner", "staff", "installer"):
            frame = visitor.page.frame_locator(f"#phone-{seat} iframe")
            await expect(frame.locator("#status")).to_contain_text("在线")
        await visitor.page.locator(".sample").first.click()
        written = visitor.page.frame_locator("#phone-homeowner iframe").locator("#text")
        await expect(written).to_have_value("厨房水龙头一直滴水\uff0c明天下午有空")
