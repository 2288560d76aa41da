"""What a row of the outbox becomes on WeChat and WeCom: how many messages, as the channels themselves would say it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from bot.app import make_catalogue
from bot.channels.tencent_http import Api
from bot.channels.tencent_words import parts, plain
from bot.channels.wechat_send import Sender
from bot.channels.wecom_card import beneath, rest, whole
from bot.config import load_company
from domain.chat import Kind, Message, Place, alive
from domain.packing import unpack_outbound
from storage.outbox import Posted
from tests.faults.installation import ROOT

WORDS = "wecom-"


class Units:
    """Counts without a network."""

    def __init__(self) -> None:
        self._catalogue = make_catalogue(load_company(ROOT / "company.toml"))
        self._wechat = Sender(cast(Api, None), Path, self._catalogue.words)

    def count(self, row: Mapping[str, Any]) -> int:
        """How many messages a row is that was sent anew."""
        message = self._message(row)
        if row["channel"] == "wechat":
            return self._wechat.cost(message)
        if row["channel"] == "wecom":
            return len(message.files) + self._of_app(message)
        return len(message.files) + max(len(parts(plain(message.lines))), bool(message.buttons))

    def _message(self, row: Mapping[str, Any]) -> Message:
        place = Place(row["channel"], row["chat"])
        now = row["settled_at"] or row["posted_at"]
        posted = Posted(
            row["id"], row["seq"], row["token"] or "", unpack_outbound(row["body"], place), row["posted_at"]
        )
        outbound, tokens = alive(posted.outbound, now), posted.tokens
        return self._catalogue.message(
            "zh-CN", outbound, id=row["id"], seq=row["seq"], tokens=tokens, now=now, at=row["posted_at"]
        )

    def _of_app(self, message: Message) -> int:
        if not message.buttons:
            return len(parts(plain(message.lines)))
        words, task = self._catalogue.words(message.locale, WORDS), "task"
        if whole(message, words, task) is not None:
            return 1
        above = [*message.lines, *([(Kind.TEXT, f"{words['wecom-choose']}\n{rest(message)}")] if rest(message) else ())]
        assert beneath(message, words, task)
        return len(parts(plain(above))) + 1
