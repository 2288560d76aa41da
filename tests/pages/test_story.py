"""The whole story, clicked through in a browser."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.pages.phones import CHROMIUM, FLAGS, ROOT, demo_server, phone

pytestmark = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="no Chromium: apt-get install chromium")

PICTURES = Path(os.environ.get("SCREENSHOTS", ROOT / "build" / "screenshots"))


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    """The demo page in a wide window, Chinese, on a fresh demo."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with demo_server(tmp_path) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(
            viewport={"width": 1440, "height": 960}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        page = context.new_page()
        page.goto(address)
        yield page
        picture(page, "last")
        browser.close()


def picture(page: Page, name: str) -> None:
    """Keep what the page shows now."""
    page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_timeout(400)
    page.screenshot(path=PICTURES / f"{name}.png")


def a_photo(folder: Path, name: str = "photo") -> Path:
    """A photo as a phone takes it."""
    path = folder / f"{name}.jpg"
    Image.effect_noise((640, 480), 80).convert("RGB").save(path)
    return path


def test_the_whole_story_is_clicked_through_in_a_browser(page: Page, tmp_path: Path) -> None:
    """From the report to the rating, with a decline and a reschedule, everybody sees where it stands."""
    homeowner, staff, installer = (phone(page, seat) for seat in ("homeowner", "staff", "installer"))
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))

    homeowner.says("厨房水龙头一直滴水,明天下午有空")
    homeowner.sees("发几张照片")
    homeowner.frame.locator("input[type=file]").first.set_input_files(a_photo(tmp_path))
    homeowner.frame.get_by_role("button", name="发送").click()
    homeowner.taps("发好了")
    picture(page, "filing")
    homeowner.taps("同意")
    homeowner.taps("世纪大道100号阳光花园3号楼 1202室")
    homeowner.taps("用 138 0013 8000")
    homeowner.sees("请核对")
    homeowner.taps("确认提交")
    homeowner.sees("单号 R-1001")

    staff.sees("待认领")
    picture(page, "filed")
    staff.taps("认领")
    homeowner.sees("客服小陈已经接手")
    staff.taps("派单")
    staff.taps("王师傅 JD-001")
    installer.sees("待接单")
    assert "1202" not in installer.text()
    installer.taps("拒单")
    installer.taps("时间排满了")
    staff.sees("待派单")

    staff.taps("派单")
    staff.taps("王师傅 JD-001")
    installer.taps("接单")
    installer.sees("1202室")
    homeowner.sees("师傅已接单")
    picture(page, "accepted")
    homeowner.taps("约时间")
    homeowner.frame.locator("button:enabled", has_text="–").last.click()
    homeowner.sees("已预约")
    homeowner.taps("改约")
    homeowner.frame.locator("button:enabled", has_text="–").last.click()
    homeowner.taps("客户时间有变")
    installer.sees("的上门时间改为")

    installer.taps("出发")
    homeowner.sees("师傅已出发")
    code = re.findall(r"到达码是 (\d{4})", homeowner.text())[-1]
    installer.taps("到达")
    installer.says(code)
    homeowner.sees("处理中")
    picture(page, "arrived")
    installer.taps("完工")
    installer.sees("完工照片")
    installer.frame.locator("input[type=file]").first.set_input_files([a_photo(tmp_path, "a"), a_photo(tmp_path, "b")])
    installer.frame.get_by_role("button", name="发送").click()
    installer.taps("发好了")
    installer.says("换了阀芯,不滴了")
    installer.taps("已教业主使用")
    installer.taps("都做到了")
    homeowner.sees("待您确认")
    homeowner.taps("确认完成")
    homeowner.taps("5 分")
    homeowner.taps("服务态度")
    homeowner.taps("选好了")
    homeowner.says("师傅很准时")
    homeowner.sees("已完成")
    staff.sees("已完成")
    picture(page, "rated")

    for words in (staff.text(), homeowner.text(), installer.text()):
        assert "[" not in words
    assert "138 0013 8000" not in staff.text()
    assert "1202" not in staff.text()
    assert faults == []
