"""``python -m bot orders FILE.csv``: a file of what happened to orders, each row on the path of a message."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.app import App, open_app
from bot.channels.shop import raw_of, same, timely
from bot.config import ConfigError, Settings
from bot.kept_orders import kept_event
from domain.chat import Raw
from domain.orders import Told
from storage.orders import Orders

BYTES_MAX = 20 * 1024 * 1024
ROWS_MAX = 100_000
PROBLEMS_MAX = 30

COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("订单号", "订单编号", "訂單號", "訂單編號", "order", "order_id", "order number"), "order"),
    **dict.fromkeys(("事件", "类型", "状态", "類型", "狀態", "kind", "event", "status"), "kind"),
    **dict.fromkeys(("金额", "金额(元)", "金額", "金額(元)", "amount", "amount_yuan"), "amount"),
    **dict.fromkeys(
        ("电话", "手机", "手机号", "联系电话", "電話", "手機", "手機號", "聯繫電話", "聯絡電話", "phone", "mobile"),
        "phone",
    ),
    **dict.fromkeys(("时间", "日期", "時間", "at", "time", "date"), "at"),
    **dict.fromkeys(("流水号", "流水號", "id", "event_id", "event id"), "id"),
}
"""What the head of a column may say, and what it means; money is in yuan."""

KINDS: Mapping[str, Told] = {
    **dict.fromkeys(("签单", "已签单", "下单", "簽單", "已簽單", "下單", "signed", "ordered"), Told.SIGNED),
    **dict.fromkeys(("定金", "订金", "付定金", "付订金", "訂金", "付訂金", "deposit"), Told.DEPOSIT),
    **dict.fromkeys(("付款", "已付款", "付清", "全款", "已付清", "paid"), Told.PAID),
    **dict.fromkeys(("退款", "已退款", "refunded", "refund"), Told.REFUNDED),
    **dict.fromkeys(("取消", "已取消", "cancelled", "canceled"), Told.CANCELLED),
}
NEEDED = {"order": "订单号", "kind": "类型", "at": "时间"}
NAMES = {**NEEDED, "amount_fen": "金额", "phone": "电话", "id": "流水号"}
TIMES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")
DAY = "%Y-%m-%d"

UNREADABLE = "{file}:读不出来,请另存为 UTF-8 或 GBK 编码的 CSV"
TOO_LONG = "{file}:文件太大,一次最多 {rows} 行,请分成几个文件"
NO_COLUMN = "{file}:第 1 行要有列名,还缺“{names}”"
TAKEN = "第 {line} 行:流水号“{value}”已经用过,内容不一样"
BROKEN = "第 {line} 行:引号或换行不对,这一行读不出来"
WRONG = "第 {line} 行:{name}“{value}”看不懂"
MORE = "还有 {count} 处没有列出"
DONE = "✓ {file}:{rows} 行,其中 {fresh} 行是新的,{known} 行以前导入过"


@dataclass(frozen=True, slots=True)
class Rules:
    """By which zone and which clock a file is read."""

    zone: ZoneInfo
    now: datetime | None


@dataclass(frozen=True, slots=True)
class Read:
    """What a file says: an event for each row with the ``lines`` they end in, and a sentence for each row that cannot
    be read."""

    events: tuple[Raw, ...]
    problems: tuple[str, ...]
    lines: tuple[int, ...] = ()


def read(name: str, data: bytes, zone: ZoneInfo, now: datetime | None = None) -> Read:
    """The rows of a file; times without a zone are of ``zone``, a day without a time is its end. What is after ``now``
    by more than a day is wrong; None looks at no clock."""
    if len(data) > BYTES_MAX:
        return Read((), (TOO_LONG.format(file=name, rows=ROWS_MAX),))
    words = decoded(data)
    if words is None:
        return Read((), (UNREADABLE.format(file=name),))
    rows = csv.reader(io.StringIO(words, newline=""), delimiter=_delimiter(words))
    try:
        heads = [COLUMNS.get(_plain(cell).lower(), "") for cell in next(rows, [])]
    except csv.Error:
        return Read((), (BROKEN.format(line=1),))
    if missing := [said for column, said in NEEDED.items() if column not in heads]:
        return Read((), (NO_COLUMN.format(file=name, names="、".join(missing)),))
    events: list[Raw] = []
    problems: list[str] = []
    at: list[int] = []
    for found in _events(rows, heads, Rules(zone, now)):
        if isinstance(found, str):
            problems.append(found)
        else:
            events.append(found)
            at.append(rows.line_num)
        if len(events) > ROWS_MAX:
            return Read((), (TOO_LONG.format(file=name, rows=ROWS_MAX),))
    return Read(tuple(events), tuple(problems), tuple(at))


def decoded(data: bytes) -> str | None:
    """The words of a file, as a spreadsheet saves them; None if they are in neither way."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    return None


def _delimiter(words: str) -> str:
    head = words.split("\n", 1)[0]
    return max(",;\t", key=head.count)


def _plain(cell: str) -> str:
    return cell.strip().replace("\uff08", "(").replace("\uff09", ")")


def _cells(rows: Any) -> Iterator[list[str] | None]:
    """Each row that says something; None, and nothing after it, for one that is no row."""
    try:
        for cells in rows:
            if any(cell.strip() for cell in cells):
                yield cells
    except csv.Error:
        yield None


def _events(rows: Any, heads: list[str], rules: Rules) -> Iterator[Raw | str]:
    seen: Counter[str] = Counter()
    given: dict[str, Raw] = {}
    for cells in _cells(rows):
        if cells is None:
            yield BROKEN.format(line=rows.line_num)
            return
        row = {head: _plain(cell) for head, cell in zip(heads, cells, strict=False) if head}
        try:
            raw = raw_of(_event(row, rules.zone, seen))
            raw = timely(raw, rules.now) if rules.now else raw
            known = given.setdefault(raw.id, raw)
            yield raw if known == raw else TAKEN.format(line=rows.line_num, value=row.get("id", "")[:40])
        except ValueError as wrong:
            field = str(wrong)
            value = row.get({"amount_fen": "amount"}.get(field, field), "")
            yield WRONG.format(line=rows.line_num, name=NAMES.get(field, field), value=value[:40])


def _event(row: Mapping[str, str], zone: ZoneInfo, seen: Counter[str]) -> dict[str, Any]:
    """An event as the shop would tell it. Without an id of its own the same row has the same one in every file, by how
    often it was ``seen`` in this one.

    Raises:
        ValueError: the name of the field that cannot be read.
    """
    kind = KINDS.get(row["kind"].lower())
    if kind is None:
        raise ValueError("kind")
    event = {
        "order": row["order"],
        "kind": kind.value,
        "amount_fen": _fen(row.get("amount", "")),
        "phone": row.get("phone", ""),
        "at": _moment(row.get("at", ""), zone).isoformat(),
        "source": "file",
    }
    own = hashlib.sha256(repr(sorted(event.items())).encode()).hexdigest()[:20]
    if not row.get("id"):
        seen[own] += 1
    return {**event, "id": f"{row['order'].upper()}:{kind.value}:{row.get('id') or f'{own}:{seen[own]}'}"}


def _fen(said: str) -> int:
    found = re.fullmatch(r"(\d{1,10})(?:\.(\d{1,2}))?", re.sub(r"[\s,\uff0c\u00a5\uffe5\u5143]", "", said) or "0")
    if not found:
        raise ValueError("amount_fen")
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


def _moment(said: str, zone: ZoneInfo) -> datetime:
    """A time of the file.

    Raises:
        ValueError: «at».
    """
    plain = re.sub(r"[/.](?=\d{1,2}\b)", "-", said, count=2).replace("T", " ")
    with suppress(ValueError):
        end = datetime.strptime(plain, DAY).replace(hour=23, minute=59, second=59, tzinfo=zone)
        return end.astimezone(UTC)
    for form in TIMES:
        try:
            return datetime.strptime(plain, form).replace(tzinfo=zone).astimezone(UTC)
        except ValueError:
            continue
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        raise ValueError("at") from None
    if at.tzinfo is None:
        raise ValueError("at")
    return at.astimezone(UTC)


async def take_in(settings: Settings, file: Path) -> list[str]:
    """Hand every row on, if all of them can be read; what to print.

    Raises:
        ConfigError: a sentence for each row that cannot, and nothing was taken.
        OSError: the file is not there.
    """
    async with open_app(settings) as app:
        found = read(file.name, await asyncio.to_thread(file.read_bytes), app.company.tz, app.clock())
        if problems := found.problems or await _conflicts(app, found):
            more = len(problems) - PROBLEMS_MAX
            listed = [*problems[:PROBLEMS_MAX], *([MORE.format(count=more)] if more > 0 else ())]
            raise ConfigError(listed)
        fresh = await _hand_on(app, found.events)
    rows = len(found.events)
    return [DONE.format(file=file.name, rows=rows, fresh=fresh, known=rows - fresh)]


async def _conflicts(app: App, found: Read) -> tuple[str, ...]:
    """A sentence for each row under whose id something else is kept."""
    wrong = []
    for raw, line in zip(found.events, found.lines, strict=True):
        if not same(raw, await kept_event(app.database, str(raw.body["id"]))):
            wrong.append(TAKEN.format(line=line, value=str(raw.body["id"]).split(":", 2)[2]))
    return tuple(wrong)


async def _hand_on(app: App, events: tuple[Raw, ...]) -> int:
    """Each on the path of a message; how many were new."""
    before = await _count(app)
    for raw in events:
        await app.pipeline.receive(raw)
    return await _count(app) - before


async def _count(app: App) -> int:
    return await app.database.read(lambda connection: Orders(connection).told())
