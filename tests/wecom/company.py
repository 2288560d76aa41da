"""Tokens, files, the menu, and what the company's directory says."""

from __future__ import annotations

from typing import Any

from tests.wecom.calls import Call
from tests.wecom.platform import Platform
from tests.wecom.refusals import Refusal
from tests.wecom.sending import Answer

MEDIA_BYTES_MIN = 6
# type → what its first bytes may be, and how many bytes it may have
MEDIA: dict[str, tuple[tuple[tuple[int, bytes], ...], int]] = {
    "image": (((0, b"\xff\xd8\xff"), (0, b"\x89PNG")), 10 * 1024 * 1024),
    "voice": (((0, b"#!AMR"),), 2 * 1024 * 1024),
    "video": (((4, b"ftyp"),), 10 * 1024 * 1024),
    "file": ((), 20 * 1024 * 1024),
}
MENU_MAX, SUB_MENU_MAX = 3, 5
MENU_NAME_BYTES_MAX, SUB_MENU_NAME_BYTES_MAX = 16, 40


def get_token(here: Platform, call: Call) -> Answer:
    value, lasts_s = here.tokens.ask(call.query["corpid"], call.query["corpsecret"])
    return {"access_token": value, "expires_in": lasts_s}


def upload(here: Platform, call: Call) -> Answer:
    kind, given = call.query["type"], call.files.get("media")
    if kind not in MEDIA:
        raise Refusal("media-type")
    if given is None:
        raise Refusal("media-none")
    starts, bytes_max = MEDIA[kind]
    if not given.data:
        raise Refusal("media-empty")
    if not MEDIA_BYTES_MIN <= len(given.data) <= bytes_max:
        raise Refusal("media-size")
    if starts and not any(given.data[at:].startswith(first) for at, first in starts):
        raise Refusal("media-kind")
    id = here.keep(given.data, given.name, kind)
    return {"type": kind, "media_id": id, "created_at": str(int(here.clock().timestamp()))}


def create_menu(here: Platform, call: Call) -> Answer:
    _check_agent(here, call)
    buttons: list[dict[str, Any]] = call.body["button"]
    if not 1 <= len(buttons) <= MENU_MAX:
        raise Refusal("parameter", problem="button size")
    for button in buttons:
        _check_button(button, MENU_NAME_BYTES_MAX)
        for sub in button.get("sub_button", []):
            _check_button(sub, SUB_MENU_NAME_BYTES_MAX)
        if len(button.get("sub_button", [])) > SUB_MENU_MAX:
            raise Refusal("parameter", problem="sub_button size")
    here.menu = list(buttons)
    return {}


def _check_button(button: dict[str, Any], bytes_max: int) -> None:
    if not 1 <= len(button["name"].encode()) <= bytes_max:
        raise Refusal("parameter", problem="button name size")
    needed = {"click": "key", "view": "url"}.get(button.get("type", ""), "sub_button")
    if not button.get(needed):
        raise Refusal("parameter", problem=f"button {needed}")


def get_menu(here: Platform, call: Call) -> Answer:
    _check_agent(here, call)
    if not here.menu:
        raise Refusal("no-menu")
    return {"button": here.menu}


def delete_menu(here: Platform, call: Call) -> Answer:
    _check_agent(here, call)
    here.menu = []
    return {}


def get_user(here: Platform, call: Call) -> Answer:
    member = here.member(call.query["userid"])
    if member is None or not member.reachable:
        raise Refusal("member")
    return {"userid": member.id, "name": member.name, "status": 1, "department": [1]}


def get_agent(here: Platform, call: Call) -> Answer:
    _check_agent(here, call)
    users = [{"userid": id} for id, member in here.members.items() if member.reachable]
    facts = {"agentid": here.agent_id, "name": "匠到", "close": 0, "isreportenter": 1, "report_location_flag": 0}
    return {**facts, "allow_userinfos": {"user": users}, "redirect_domain": "", "home_url": ""}


def addresses(here: Platform, call: Call) -> Answer:
    return {"ip_list": ["127.0.0.1"]}


def _check_agent(here: Platform, call: Call) -> None:
    if call.query["agentid"] != str(here.agent_id):
        raise Refusal("agent")
