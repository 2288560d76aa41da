"""Methods and objects of the WeCom API as far as a bot may use them here: names, types, what is required, how long.

Written as the platform's manual has them. A field is ``name:type``, with ``!`` if it is required and ``<n`` for at most
n bytes; ``[x]`` is a list of x. JSON has types: a number that comes as text is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Shape:
    """How a method is called: by which verb, with whose token (app, kf, any; empty for none), with what in the address
    and in the body."""

    verb: str
    kind: str
    query: str = ""
    body: str = ""


SENT = "touser:str toparty:str totag:str agentid:int! enable_id_trans:int safe:int"
AGAIN = " enable_duplicate_check:int duplicate_check_interval:int"
PLAIN = " msgtype:str! text:Text markdown:Text image:Media voice:Media video:Video file:Media textcard:Textcard"
KF_KINDS = " msgtype:str! text:Text msgmenu:Menu"
KF_FILES = " image:Media voice:Media video:Media file:Media link:Link"

METHODS = {
    "gettoken": Shape("GET", "", "corpid:str! corpsecret:str!"),
    "message/send": Shape("POST", "app", "", SENT + AGAIN + PLAIN + " template_card:Card"),
    "message/update_template_card": Shape(
        "POST",
        "app",
        "",
        "userids:[str] partyids:[int] tagids:[int] atall:int agentid:int! response_code:str! enable_id_trans:int"
        " button:Replaced template_card:Card",
    ),
    "appchat/create": Shape("POST", "app", "", "name:str<150 owner:str userlist:[str]! chatid:str"),
    "appchat/get": Shape("GET", "app", "chatid:str!"),
    "appchat/update": Shape(
        "POST", "app", "", "chatid:str! name:str<150 owner:str add_user_list:[str] del_user_list:[str]"
    ),
    "appchat/send": Shape("POST", "app", "", "chatid:str! safe:int" + PLAIN),
    "media/upload": Shape("POST", "any", "type:str!"),
    "media/get": Shape("GET", "any", "media_id:str!"),
    "menu/create": Shape("POST", "app", "agentid:str!", "button:[MenuButton]!"),
    "menu/get": Shape("GET", "app", "agentid:str!"),
    "menu/delete": Shape("GET", "app", "agentid:str!"),
    "user/get": Shape("GET", "app", "userid:str!"),
    "agent/get": Shape("GET", "app", "agentid:str!"),
    "getcallbackip": Shape("GET", "any"),
    "get_api_domain_ip": Shape("GET", "any"),
    "kf/account/list": Shape("POST", "kf", "", "offset:int limit:int"),
    "kf/add_contact_way": Shape("POST", "kf", "", "open_kfid:str! scene:str<32"),
    "kf/sync_msg": Shape("POST", "kf", "", "cursor:str<64 token:str<128 limit:int voice_format:int open_kfid:str"),
    "kf/send_msg": Shape("POST", "kf", "", "touser:str! open_kfid:str! msgid:str" + KF_KINDS + KF_FILES),
    "kf/send_msg_on_event": Shape("POST", "kf", "", "code:str! msgid:str" + KF_KINDS),
}

OBJECTS = {
    "Text": "content:str!",
    "Media": "media_id:str!",
    "Video": "media_id:str! title:str description:str",
    "Textcard": "title:str! description:str! url:str!<2048 btntxt:str",
    "Link": "title:str! desc:str url:str! thumb_media_id:str!",
    "Menu": "head_content:str<1024 list:[MenuItem] tail_content:str<1024",
    "MenuItem": "type:str! click:Click view:View text:MenuText",
    "Click": "id:str<128 content:str!<128",
    "View": "url:str!<2048 content:str!<1024",
    "MenuText": "content:str!<256 no_newline:int",
    "MenuButton": "name:str! type:str key:str<128 url:str<1024 pagepath:str appid:str sub_button:[MenuButton]",
    "Replaced": "replace_name:str!",
    "Card": (
        "card_type:str! source:Source action_menu:ActionMenu main_title:Title quote_area:Quote sub_title_text:str"
        " emphasis_content:Title horizontal_content_list:[Fact] jump_list:[Jump] card_action:Jump task_id:str"
        " button_selection:any button_list:[Button] replace_text:str"
    ),
    "Source": "icon_url:str desc:str desc_color:int",
    "ActionMenu": "desc:str action_list:[Action]!",
    "Action": "text:str! key:str!<1024",
    "Title": "title:str desc:str",
    "Quote": "type:int url:str appid:str pagepath:str title:str quote_text:str",
    "Fact": "type:int keyname:str! value:str url:str media_id:str userid:str",
    "Jump": "type:int title:str url:str appid:str pagepath:str",
    "Button": "type:int text:str! style:int key:str<1024 url:str",
}

ENUMS = {
    ("Card", "card_type"): ("text_notice", "button_interaction"),
    ("Source", "desc_color"): (0, 1, 2, 3),
    ("Quote", "type"): (0, 1, 2),
    ("Fact", "type"): (0, 1, 2, 3),
    ("Jump", "type"): (0, 1, 2),
    ("Button", "type"): (0, 1),
    ("Button", "style"): (1, 2, 3, 4),
    ("MenuItem", "type"): ("click", "view", "text"),
}
FIELD = re.compile(r"(?P<name>\w+):(?P<kind>[\w\[\]]+)(?P<required>!?)(?:<(?P<bytes_max>\d+))?")


class Wrong(Exception):
    """The call is not as the manual has it: a bug of the bot."""


@dataclass(frozen=True, slots=True)
class Field:
    kind: str
    required: bool
    bytes_max: int


def check(method: str, query: Mapping[str, str], body: Mapping[str, Any]) -> None:
    """Raises:
    Wrong: something is unknown, missing, of another type or too long.
    """
    shape = METHODS[method]
    _check_fields(shape.query, {name: one for name, one in query.items() if name != "access_token"}, method, "")
    _check_fields(shape.body, body, method, "")


def _check_fields(declared: str, given: Mapping[str, Any], where: str, kind: str) -> None:
    fields = _fields(declared)
    for name, field in fields.items():
        if field.required and name not in given:
            raise Wrong(f"{where}: {name} is missing")
    for name, value in given.items():
        if name not in fields:
            raise Wrong(f"{where}: {name} is unknown")
        if (kind, name) in ENUMS and value not in ENUMS[kind, name]:
            raise Wrong(f"{where}: {name} cannot be {value!r}")
        _check_type(fields[name].kind, value, f"{where}.{name}")
        if fields[name].bytes_max and len(str(value).encode()) > fields[name].bytes_max:
            raise Wrong(f"{where}: {name} has more than {fields[name].bytes_max} bytes")


def _check_type(kind: str, value: Any, where: str) -> None:
    if kind.startswith("["):
        if not isinstance(value, list):
            raise Wrong(f"{where} is not a list")
        for number, one in enumerate(value):
            _check_type(kind[1:-1], one, f"{where}[{number}]")
    elif kind in TYPES:
        if not isinstance(value, TYPES[kind]) or (kind == "int" and isinstance(value, bool)):
            raise Wrong(f"{where} is not {kind}")
    elif not isinstance(value, dict):
        raise Wrong(f"{where} is not an object")
    else:
        _check_fields(OBJECTS[kind], value, where, kind)


@lru_cache
def _fields(declared: str) -> dict[str, Field]:
    found = [FIELD.fullmatch(one) for one in declared.split()]
    assert all(found), declared
    return {one["name"]: Field(one["kind"], bool(one["required"]), int(one["bytes_max"] or 0)) for one in found if one}


TYPES: dict[str, type] = {"str": str, "int": int, "any": object}
