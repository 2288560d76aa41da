"""What Telegram delivered, as it came."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.channels.telegram_parse import raw_update
from domain.chat import Raw

FOLDER = Path(__file__).parent / "payloads" / "telegram"
BOT_ID = 7234567890
ME = "jiangdao_bot"


def names() -> list[str]:
    """Every captured update by name."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def payload(name: str) -> dict[str, Any]:
    """One update."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return found


def payloads() -> dict[str, dict[str, Any]]:
    """All of them by name."""
    return {name: payload(name) for name in names()}


def raw(update: Mapping[str, Any] | str, **body: Any) -> Raw:
    """An update, or the captured one of this name, as it is kept."""
    kept = raw_update(BOT_ID, payload(update) if isinstance(update, str) else update, ME)
    return Raw(kept.id, kept.channel, {**kept.body, **body}, kept.place)
