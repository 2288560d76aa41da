"""The disk fills up: photos are refused first, with a clear word, and requests go on being filed."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults import mounts
from tests.processes import Visitor, joins, serving

DISK_MB, RESERVE_MB = 3, 1
ALERT_MAX_S = 60.0
REQUESTS = 25


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of three MiB: the empty tables take one."""
    with mounts.memory(tmp_path / "small", DISK_MB) as disk:
        yield disk


def refused(visitor: Visitor) -> str:
    """Upload different photos until one is refused; the words."""
    for number in range(2000):
        sent = {**visitor.headers, "Content-Type": "application/pdf"}
        data = b"%PDF-1.4\n" + bytes([number % 256, number // 256]) * 10_000
        answer = visitor.client.post("/chat/files", content=data, headers=sent)
        if answer.status_code != 200:
            assert answer.status_code == 507
            return str(answer.json()["text"])
    raise AssertionError("a small disk never gets full")


def files(visitor: Visitor, said: str) -> str:
    """A request from somebody whom nobody knows; its number."""
    visitor.says(said)
    visitor.waits("照片")
    visitor.taps("没有照片")
    visitor.waits("同意的话")
    visitor.taps("同意")
    visitor.waits("地址")
    visitor.says("浦东新区世纪大道100号3号楼1202室")
    visitor.waits("电话")
    visitor.says("13800138000")
    visitor.waits("什么时候")
    visitor.taps("什么时候都行")
    visitor.waits("都对的话")
    visitor.taps("确认提交")
    return visitor.waits("单号")["lines"][0][1]


def test_a_full_disk_takes_requests_and_no_photos(tmp_path: Path, small: Path, note: Callable[[str], None]) -> None:
    """Photos are refused with words that say what to do instead, staff hear of it within a minute, and what people
    write meanwhile is filed as always, however often the log has to be emptied."""
    settings = {"data_dir": small, "database_url": f"sqlite:///{small}/jiangdao.db", "disk_reserve_mb": RESERVE_MB}
    with serving(tmp_path, **settings, uploads_per_min_max=0, messages_per_min_max=0) as bot:
        admin = bot.visitor()
        joins(admin, bot.invitation)
        assert "先发文字" in refused(admin)
        began = time.monotonic()
        for _ in range(REQUESTS):
            files(bot.visitor(), "厨房水龙头一直滴水")
        admin.waits("磁盘")
        took_s = time.monotonic() - began
        free_kb = shutil.disk_usage(small).free // 1024
    note(f"full disk: {REQUESTS} requests filed with {free_kb} kB left, staff told within {took_s:.0f} s")
    assert took_s < ALERT_MAX_S
