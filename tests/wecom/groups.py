"""Groups that the app makes (appchat): it writes there, and hears nothing."""

from __future__ import annotations

import re
from typing import Any

from tests.wecom.calls import Call
from tests.wecom.chats import Post, Room
from tests.wecom.platform import Platform
from tests.wecom.refusals import Refusal
from tests.wecom.sending import Answer, payload

CHAT_ID = re.compile(r"[0-9A-Za-z]{1,32}")
MEMBERS_MIN, MEMBERS_MAX = 2, 2000


def create(here: Platform, call: Call) -> Answer:
    chatid = call.body.get("chatid") or f"wrk{here.next_id()}"
    if not CHAT_ID.fullmatch(chatid):
        raise Refusal("chat-id")
    if chatid in here.rooms and (here.rooms[chatid].members or not here.options.free_chatids):
        raise Refusal("chat-taken")
    members = _known(here, call.body["userlist"])
    _check_count(members)
    owner = call.body.get("owner") or members[0]
    if owner not in members:
        raise Refusal("chat-owner")
    here.rooms[chatid] = Room(chatid, call.body.get("name", ""), owner, members)
    return {"chatid": chatid}


def get(here: Platform, call: Call) -> Answer:
    room = find(here, call.query["chatid"])
    return {"chat_info": {"chatid": room.chatid, "name": room.name, "owner": room.owner, "userlist": room.members}}


def update(here: Platform, call: Call) -> Answer:
    room = find(here, call.body["chatid"])
    added = _known(here, call.body.get("add_user_list", []))
    gone = call.body.get("del_user_list", [])
    if any(who not in room.members for who in gone):
        raise Refusal("chat-member")
    members = [who for who in dict.fromkeys([*room.members, *added]) if who not in gone]
    _check_count(members)
    owner = call.body.get("owner") or (room.owner if room.owner in members else members[0])
    if owner not in members:
        raise Refusal("chat-owner")
    room.members, room.owner, room.name = members, owner, call.body.get("name", room.name)
    return {}


def send(here: Platform, call: Call) -> Answer:
    """To all who are members now; the answer has no msgid."""
    room = find(here, call.body["chatid"])
    body = payload(here, call)
    post = Post(f"GRP{here.next_id()}", call.body["msgtype"], body, here.clock())
    room.posts.append(post)
    to = f"group:{room.chatid}"
    here.wrote(call.method, to, post)
    for who in room.members:
        here.show("group", to, who, post, room.shown.setdefault(who, []))
    return {}


def find(here: Platform, chatid: str) -> Room:
    """Raises:
    Refusal: there is no such group, or nobody is left in it.
    """
    if not CHAT_ID.fullmatch(chatid):
        raise Refusal("chat-id")
    room = here.rooms.get(chatid)
    if room is None or not room.members:
        raise Refusal("chat")
    return room


def _known(here: Platform, names: list[Any]) -> list[str]:
    if any(name not in here.members or not here.members[name].reachable for name in names):
        raise Refusal("chat-member")
    return list(dict.fromkeys(names))


def _check_count(members: list[str]) -> None:
    if not MEMBERS_MIN <= len(members) <= MEMBERS_MAX:
        raise Refusal("chat-count")
