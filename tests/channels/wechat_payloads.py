"""Callbacks of the Official Account as they are once decrypted, each in a file of its own; the people in them are made
up."""

from __future__ import annotations

from pathlib import Path

from bot.channels.tencent_xml import fields
from bot.channels.wechat_parse import raw_message
from domain.chat import Raw

FOLDER = Path(__file__).parent / "payloads" / "wechat"
OPENID = "oHana0123456789abcdefghijkl"


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.xml"))


def payload(name: str) -> str:
    return (FOLDER / f"{name}.xml").read_text("utf-8")


def raw(name: str, **replaced: str) -> Raw:
    """As the intake makes it; ``replaced`` are words in it that stand for others."""
    return raw_of(payload(name), **replaced)


def raw_of(xml: str, **replaced: str) -> Raw:
    for old, new in replaced.items():
        assert old in xml
        xml = xml.replace(old, new)
    return raw_message(xml, fields(xml))
