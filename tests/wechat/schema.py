"""Methods and bodies of the Official Account's API as far as a bot may use them here: names, types, what is required.

A field is ``name:type``, with ``!`` if it is required; ``[x]`` is a list of x, ``{x}`` an object of any names whose
values are x. The platform passes over a field that it does not know; here it is a bug of who sent it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Method:
    """``query`` beside the token, ``body`` as JSON (empty: none), ``verbs`` the HTTP methods."""

    verbs: tuple[str, ...]
    query: str = ""
    body: str = ""
    token: bool = True
    files: bool = False


METHODS: dict[str, Method] = {
    "/cgi-bin/token": Method(("GET",), "grant_type appid secret", token=False),
    "/cgi-bin/stable_token": Method(
        ("POST",), body="grant_type:str! appid:str! secret:str! force_refresh:bool", token=False
    ),
    "/cgi-bin/getcallbackip": Method(("GET",)),
    "/cgi-bin/get_api_domain_ip": Method(("GET",)),
    "/cgi-bin/message/custom/send": Method(
        ("POST",),
        body="touser:str! msgtype:str! text:Text image:Media voice:Media video:Video msgmenu:Menu"
        " customservice:Service",
    ),
    "/cgi-bin/message/custom/typing": Method(("POST",), body="touser:str! command:str!"),
    "/cgi-bin/message/template/send": Method(
        ("POST",),
        body="touser:str! template_id:str! url:str miniprogram:Miniprogram data:{Value}! client_msg_id:str",
    ),
    "/cgi-bin/message/subscribe/bizsend": Method(
        ("POST",), body="touser:str! template_id:str! page:str miniprogram:Miniprogram data:{Value}!"
    ),
    "/cgi-bin/media/upload": Method(("POST",), "type", files=True),
    "/cgi-bin/media/get": Method(("GET",), "media_id"),
    "/cgi-bin/template/get_all_private_template": Method(("GET",)),
    "/wxaapi/newtmpl/gettemplate": Method(("GET",)),
    "/cgi-bin/menu/create": Method(("POST",), body="button:[Button]!"),
    "/cgi-bin/menu/get": Method(("GET",)),
    "/cgi-bin/menu/delete": Method(("GET",)),
    "/cgi-bin/qrcode/create": Method(("POST",), body="expire_seconds:int action_name:str! action_info:Action!"),
    "/cgi-bin/user/info": Method(("GET",), "openid lang?"),
}

OBJECTS = {
    "Text": "content:str!",
    "Media": "media_id:str!",
    "Video": "media_id:str! thumb_media_id:str! title:str description:str",
    "Menu": "head_content:str list:[Item]! tail_content:str",
    "Item": "id:str! content:str!",
    "Service": "kf_account:str!",
    "Miniprogram": "appid:str! pagepath:str",
    "Value": "value:str! color:str",
    "Button": "type:str name:str! key:str url:str sub_button:[Button]",
    "Action": "scene:Scene!",
    "Scene": "scene_id:int scene_str:str",
}
PLAIN: dict[str, type] = {"str": str, "int": int, "bool": bool}


class Wrong(Exception):
    """The call is not as the manual has it: a bug of the bot."""


def check_query(method: Method, query: Mapping[str, str]) -> None:
    """Raises Wrong for a parameter that is unknown or missing."""
    asked = {name.removesuffix("?"): not name.endswith("?") for name in method.query.split()}
    unknown = set(query) - set(asked) - ({"access_token"} if method.token else set())
    if unknown:
        raise Wrong(f"{sorted(unknown)} in the address is unknown")
    missing = {name for name, required in asked.items() if required} - set(query)
    if missing and method.token:  # of those that ask for a token each has a code of its own
        raise Wrong(f"{sorted(missing)} is missing in the address")


def check_body(method: Method, body: Any) -> None:
    """Raises Wrong for a field that is unknown, missing or of another type."""
    _object(method.body, body, "body")


def _object(declared: str, value: Any, where: str) -> None:
    if not isinstance(value, dict):
        raise Wrong(f"{where} is not an object")
    fields = dict(_fields(declared))
    for name, (_, required) in fields.items():
        if required and name not in value:
            raise Wrong(f"{where}.{name} is missing")
    for name, one in value.items():
        if name not in fields:
            raise Wrong(f"{where}.{name} is unknown")
        _typed(fields[name][0], one, f"{where}.{name}")


def _fields(declared: str) -> list[tuple[str, tuple[str, bool]]]:
    found = []
    for one in declared.split():
        name, _, kind = one.removesuffix("!").partition(":")
        found.append((name, (kind, one.endswith("!"))))
    return found


def _typed(kind: str, value: Any, where: str) -> None:
    if kind.startswith("["):
        if not isinstance(value, list):
            raise Wrong(f"{where} is not a list")
        for index, one in enumerate(value):
            _typed(kind[1:-1], one, f"{where}[{index}]")
    elif kind.startswith("{"):
        if not isinstance(value, dict) or not value:
            raise Wrong(f"{where} is not an object with something in it")
        for name, one in value.items():
            _typed(kind[1:-1], one, f"{where}.{name}")
    elif kind in PLAIN:
        if type(value) is not PLAIN[kind]:
            raise Wrong(f"{where} is not {kind}")
    else:
        _object(OBJECTS[kind], value, where)
