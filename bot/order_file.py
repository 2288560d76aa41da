"""``python -m bot orders FILE.csv``: a file of what happened to orders, each row on the path of a message."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.app import App, open_app
from bot.channels.shop import raw_of
from bot.config import ConfigError, Settings
from domain.chat import Raw
from domain.orders import Told
from storage.orders import Orders

BYTES_MAX = 20 * 1024 * 1024
ROWS_MAX = 100_000
PROBLEMS_MAX = 30

COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("订单号", "订单编号", "order", "order_id", "order number"), "order"),
    **dict.fromkeys(("事件", "类型", "状态", "kind", "event", "status"), "kind"),
    **dict.fromkeys(("金额", "金额(元)", "amount", "amount_yuan"), "amount"),
    **dict.fromkeys(("电话", "手机", "手机号", "联系电话", "phone", "mobile"), "phone"),
    **dict.fromkeys(("时间", "日期", "at", "time", "date"), "at"),
    **dict.fromkeys(("编号", "流水号", "id", "event_id", "event id"), "id"),
}
"""What the head of a column may say, and what it means; money is in yuan."""

KINDS: Mapping[str, Told] = {
    **dict.fromkeys(("签单", "已签单", "下单", "signed", "ordered"), Told.SIGNED),
    **dict.fromkeys(("定金", "订金", "付定金", "付订金", "deposit"), Told.DEPOSIT),
    **dict.fromkeys(("付款", "已付款", "付清", "全款", "paid"), Told.PAID),
    **dict.fromkeys(("退款", "已退款", "refunded", "refund"), Told.REFUNDED),
    **dict.fromkeys(("取消", "已取消", "cancelled", "canceled"), Told.CANCELLED),
}
NEEDED = {"order": "订单号", "kind": "类型", "at": "时间"}
NAMES = {**NEEDED, "amount_fen": "金额", "phone": "电话", "id": "流水号"}
TIMES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")

UNREADABLE = "{file}:读不出来,请另存为 UTF-8 或 GBK 编码的 CSV"
TOO_LONG = "{file}:文件太大,一次最多 {rows} 行,请分成几个文件"
NO_COLUMN = "{file}:第 1 行要有列名,还缺“{names}”"
WRONG = "第 {line} 行:{name}“{value}”看不懂"
MORE = "还有 {count} 处没有列出"
DONE = "✓ {file}:{rows} 行,其中 {fresh} 行是新的,{known} 行以前导入过"


@dataclass(frozen=True, slots=True)
class Read:
    """What a file says: an event for each row, and a sentence for each row that cannot be read."""

    events: tuple[Raw, ...]
    problems: tuple[str, ...]


def read(name: str, data: bytes, zone: ZoneInfo) -> Read:
    """The rows of a file; times without a zone are of ``zone``."""
    if len(data) > BYTES_MAX:
        return Read((), (TOO_LONG.format(file=name, rows=ROWS_MAX),))
    words = decoded(data)
    if words is None:
        return Read((), (UNREADABLE.format(file=name),))
    rows = csv.reader(io.StringIO(words, newline=""), delimiter=_delimiter(words))
    heads = [COLUMNS.get(_plain(cell).lower(), "") for cell in next(rows, [])]
    if missing := [said for column, said in NEEDED.items() if column not in heads]:
        return Read((), (NO_COLUMN.format(file=name, names="、".join(missing)),))
    events: list[Raw] = []
    problems: list[str] = []
    for found in _events(rows, heads, zone):
        if isinstance(found, str):
            problems.append(found)
        else:
            events.append(found)
        if len(events) > ROWS_MAX:
            return Read((), (TOO_LONG.format(file=name, rows=ROWS_MAX),))
    return Read(tuple(events), tuple(problems))


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


def _events(rows: Any, heads: list[str], zone: ZoneInfo) -> Iterator[Raw | str]:
    for cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        row = {head: _plain(cell) for head, cell in zip(heads, cells, strict=False) if head}
        try:
            yield raw_of(_event(row, zone))
        except ValueError as wrong:
            field = str(wrong)
            value = row.get({"amount_fen": "amount"}.get(field, field), "")
            yield WRONG.format(line=rows.line_num, name=NAMES.get(field, field), value=value[:40])


def _event(row: Mapping[str, str], zone: ZoneInfo) -> dict[str, Any]:
    """An event as the shop would tell it.

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
    own = hashlib.sha256(repr(sorted(event.items())).encode()).hexdigest()[:32]
    return {**event, "id": row.get("id") or f"file:{own}"}


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
        found = read(file.name, await asyncio.to_thread(file.read_bytes), app.company.tz)
        if found.problems:
            more = len(found.problems) - PROBLEMS_MAX
            listed = [*found.problems[:PROBLEMS_MAX], *([MORE.format(count=more)] if more > 0 else ())]
            raise ConfigError(listed)
        fresh = await _hand_on(app, found.events)
    rows = len(found.events)
    return [DONE.format(file=file.name, rows=rows, fresh=fresh, known=rows - fresh)]


async def _hand_on(app: App, events: tuple[Raw, ...]) -> int:
    """Each on the path of a message; how many were new."""
    before = await _count(app)
    for raw in events:
        await app.pipeline.receive(raw)
    return await _count(app) - before


async def _count(app: App) -> int:
    return await app.database.read(lambda connection: Orders(connection).told())
