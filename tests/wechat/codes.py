"""QR codes with a scene, and the menu."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from PIL import Image

from tests.wechat.errors import Refusal

DEFAULT_S = 60
LIMIT_ID_MAX = 100_000
ID_MAX = 2**32 - 1
SCENE_MAX = 64
# action → how its scene is called, whether it lasts for ever
ACTIONS = {
    "QR_SCENE": ("scene_id", False),
    "QR_STR_SCENE": ("scene_str", False),
    "QR_LIMIT_SCENE": ("scene_id", True),
    "QR_LIMIT_STR_SCENE": ("scene_str", True),
}


@dataclass(frozen=True, slots=True)
class Code:
    """``until`` is None for one that lasts."""

    ticket: str
    scene: str
    url: str
    until: datetime | None


def make_code(body: Mapping[str, Any], at: datetime, seconds_max: int) -> Code:
    """Raises Refusal for an unknown action, a wrong scene or too long a time."""
    if body["action_name"] not in ACTIONS:
        raise Refusal("code-kind")
    name, lasts = ACTIONS[body["action_name"]]
    scene = body["action_info"]["scene"]
    seconds = body.get("expire_seconds", DEFAULT_S)
    if set(scene) != {name} or not _fits(scene[name], lasts) or (lasts and "expire_seconds" in body):
        raise Refusal("code-scene")
    if not lasts and not 1 <= seconds <= seconds_max:
        raise Refusal("code-scene")
    until = None if lasts else at + timedelta(seconds=seconds)
    return Code(secrets.token_urlsafe(60), str(scene[name]), f"http://weixin.qq.com/q/{secrets.token_hex(8)}", until)


def _fits(scene: Any, lasts: bool) -> bool:
    if isinstance(scene, str):
        return 1 <= len(scene) <= SCENE_MAX
    return 1 <= int(scene) <= (LIMIT_ID_MAX if lasts else ID_MAX)


def picture() -> bytes:
    """What the platform draws; nobody reads it here."""
    out = BytesIO()
    Image.new("L", (430, 430), "white").save(out, "JPEG")
    return out.getvalue()


# level → how many, bytes of a name, names of the refusals
LEVELS = (
    (3, 16, "buttons", "button-kind", "button-name", "button-key", "button-url"),
    (5, 60, "sub-buttons", "sub-button-kind", "sub-button-name", "sub-button-key", "sub-button-url"),
)
BYTES_MAX = {"key": 128, "url": 1024}
# type of a button → what it must have
BUTTONS = {"click": "key", "view": "url", "scancode_push": "key", "scancode_waitmsg": "key", "location_select": "key"}


def check_menu(buttons: list[Mapping[str, Any]], level: int = 0) -> None:
    """Raises Refusal, as the platform does, for too many, too long, or not of a known kind."""
    count, name_max, many, kind, name, key, url = LEVELS[level]
    if not 1 <= len(buttons) <= count:
        raise Refusal(many)
    for button in buttons:
        if not 1 <= len(button["name"].encode()) <= name_max:
            raise Refusal(name)
        if button.get("sub_button") and level == 0:
            check_menu(button["sub_button"], 1)
            continue
        if button.get("type") not in BUTTONS or button.get("sub_button"):
            raise Refusal(kind)
        needed = BUTTONS[button["type"]]
        if not 1 <= len(button.get(needed, "").encode()) <= BYTES_MAX[needed]:
            raise Refusal(key if needed == "key" else url)


def keys_of(menu: Mapping[str, Any] | None) -> dict[str, str]:
    """What can be tapped: name → key, of those that tell us."""
    found: dict[str, str] = {}
    for button in menu["button"] if menu else ():
        for one in button.get("sub_button") or [button]:
            if "key" in one:
                found[one["name"]] = one["key"]
    return found
