"""XML as it goes to the app, and as it comes back: what a passive answer may look like."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.wechat.crypto import Seal, Wrong

TEXT_BYTES_MAX = 2048
FRESH_S = 300
NUMBERS = {"CreateTime", "MsgId", "MsgID", "Location_X", "Location_Y", "Scale", "Count"}

# type of a passive answer → its own fields; a nested one has its fields behind the dot
REPLIES: dict[str, tuple[str, ...]] = {
    "text": ("Content",),
    "image": ("Image.MediaId",),
    "voice": ("Voice.MediaId",),
    "video": ("Video.MediaId", "Video.Title", "Video.Description"),
    "transfer_customer_service": (),
}
OPTIONAL = {"Video.Title", "Video.Description"}
HEAD = ("ToUserName", "FromUserName", "CreateTime", "MsgType")


def written(fields: Mapping[str, Any]) -> str:
    """The inner XML of what a person did; what no XML can carry is handed on as they typed it."""
    return f"<xml>{_fields(fields)}</xml>"


def _fields(fields: Mapping[str, Any]) -> str:
    return "".join(
        f"<{name}>{_value(name, one)}</{name}>"
        for name, value in fields.items()
        for one in (value if isinstance(value, list) else [value])
    )


def _value(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return _fields(value)
    if name in NUMBERS:
        return str(value)
    return f"<![CDATA[{str(value).replace(']]>', ']]]]><![CDATA[>')}]]>"


@dataclass(frozen=True, slots=True)
class Reply:
    """A passive answer; ``media`` are ids of files."""

    type: str
    text: str = ""
    media: str = ""


@dataclass
class Reader:
    """Reads answers for one app; ``name`` is its original id («gh_…»)."""

    seal: Seal
    name: str
    known: set[str] = field(default_factory=set)

    def read(self, body: bytes, openid: str, at: datetime) -> Reply | None:
        """The message that the person shall see; None for «success» and for nothing.

        Raises:
            Wrong: neither of these.
        """
        if body in (b"", b"success"):
            return None
        fields = _leaves(_parsed(body))
        self._once(fields, at)
        inner = _leaves(_parsed(self.seal.decrypt(fields["Encrypt"]).encode()))
        return self._reply(inner, openid)

    def _once(self, fields: Mapping[str, str], at: datetime) -> None:
        if set(fields) != {"Encrypt", "MsgSignature", "TimeStamp", "Nonce"}:
            raise Wrong(f"not an envelope: {sorted(fields)}")
        if fields["MsgSignature"] != self.seal.sign(fields["TimeStamp"], fields["Nonce"], fields["Encrypt"]):
            raise Wrong("wrongly signed")
        if not fields["TimeStamp"].isdigit() or abs(int(fields["TimeStamp"]) - at.timestamp()) > FRESH_S:
            raise Wrong(f"not of now: {fields['TimeStamp']}")

    def _reply(self, fields: Mapping[str, str], openid: str) -> Reply:
        kind = fields.get("MsgType", "")
        if kind not in REPLIES:
            raise Wrong(f"no such type: {kind!r}")
        own = set(REPLIES[kind])
        if not own - OPTIONAL <= set(fields) - set(HEAD) <= own or not set(HEAD) <= set(fields):
            raise Wrong(f"not the fields of {kind}: {sorted(fields)}")
        if (fields["ToUserName"], fields["FromUserName"]) != (openid, self.name):
            raise Wrong("from or to somebody else")
        if not fields["CreateTime"].isdigit():
            raise Wrong(f"CreateTime {fields['CreateTime']!r}")
        return _checked(Reply(kind, fields.get("Content", ""), fields.get(f"{kind.title()}.MediaId", "")))


def _checked(reply: Reply) -> Reply:
    if reply.type == "text" and not reply.text:
        raise Wrong("no words")
    if len(reply.text.encode()) > TEXT_BYTES_MAX:
        raise Wrong(f"{len(reply.text.encode())} bytes of text")
    return reply


def _parsed(body: bytes) -> ET.Element:
    if b"<!" in re.sub(rb"<!\[CDATA\[.*?]]>", b"", body, flags=re.DOTALL):
        raise Wrong("a declaration or a comment")
    try:
        root = ET.fromstring(body.decode())
    except (ET.ParseError, UnicodeDecodeError) as error:
        raise Wrong(f"not XML: {error}") from None
    if root.tag != "xml":
        raise Wrong(f"<{root.tag}>")
    return root


def _leaves(root: ET.Element, before: str = "") -> dict[str, str]:
    """Each leaf by its path; one that comes twice is wrong."""
    found: dict[str, str] = {}
    if len(root) and any(one and one.strip() for one in (root.text, *(child.tail for child in root))):
        raise Wrong("words between the fields")
    for child in root:
        path = f"{before}{child.tag}"
        more = _leaves(child, f"{path}.") if len(child) else {path: child.text or ""}
        if set(more) & set(found):
            raise Wrong(f"{path} twice")
        found |= more
    return found
