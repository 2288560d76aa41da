"""Messages of the app to its members, and cards that change."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256
from typing import Any

from tests.wecom.calls import Call
from tests.wecom.cards import check_card, shown
from tests.wecom.chats import Card, Code, Post
from tests.wecom.platform import Platform
from tests.wecom.refusals import Refusal

Answer = dict[str, Any]
CONTENT_BYTES_MAX = 2048
RECEIVERS_MAX = 1000
FILE_KINDS = {
    "image": ("image",),
    "voice": ("voice",),
    "video": ("video",),
    "file": ("file", "image", "voice", "video"),
}
# (type, field) → bytes, behind which the platform cuts
CUTS = {
    ("text", "content"): CONTENT_BYTES_MAX,
    ("markdown", "content"): CONTENT_BYTES_MAX,
    ("video", "title"): 128,
    ("video", "description"): 512,
    ("textcard", "title"): 128,
    ("textcard", "description"): 512,
}


def payload(here: Platform, call: Call, *others: str) -> dict[str, Any]:
    """The object of the message's type, as people get it.

    Raises:
        Refusal: there is none, it is empty, or its file is gone.
    """
    kind = call.body["msgtype"]
    kinds = {*FILE_KINDS, "text", "markdown", "textcard", *others}
    if kind not in kinds:
        raise Refusal("type")
    extra = [name for name in {*kinds, "template_card"} if name != kind and name in call.body]
    body = call.body.get(kind)
    if not isinstance(body, dict) or extra:
        raise Refusal("parameter", problem=f"{kind} is missing" if not body else f"{extra[0]} beside {kind}")
    if kind in FILE_KINDS:
        here.file(body["media_id"], *FILE_KINDS[kind])
    if kind in ("text", "markdown") and not body["content"].strip():
        raise Refusal("empty")
    return {name: _cut(here, call.method, (kind, name), one) for name, one in body.items()}


def _cut(here: Platform, method: str, where: tuple[str, str], words: Any) -> Any:
    bytes_max = CUTS.get(where)
    if bytes_max is None or not isinstance(words, str) or len(words.encode()) <= bytes_max:
        return words
    here.journal.write("cut", method=method, where=".".join(where))
    if here.options.cut_fails:
        here.violation(f"{'.'.join(where)} is too long", method)
    return words.encode()[:bytes_max].decode(errors="ignore")


def send(here: Platform, call: Call) -> Answer:
    _check_agent(here, call.body["agentid"])
    known, unknown = _receivers(here, call.body.get("touser", ""))
    kind = call.body["msgtype"]
    body = payload(here, call, "template_card")
    if kind == "template_card":
        check_card(body)
        if body.get("task_id") in here.cards:
            raise Refusal("task-used")
        body = shown(here, body)
    if not known:
        raise Refusal("nobody")
    again = _again(here, call)
    if again:
        return _sent(again, unknown)
    msgid = f"MSG{here.next_id()}"
    here.lately[_digest(call)] = (here.clock(), msgid)
    return {**_sent(msgid, unknown), **_deliver(here, call, msgid, known, body)}


def _deliver(here: Platform, call: Call, msgid: str, known: list[str], body: dict[str, Any]) -> Answer:
    kind, to = call.body["msgtype"], "|".join(known)
    card = Card(body["task_id"], msgid) if kind == "template_card" and "task_id" in body else None
    here.wrote(call.method, to, Post(msgid, kind, body, here.clock()))
    for who in known:
        post = Post(msgid, kind, dict(body), here.clock(), card)
        if here.show("member", to, who, post, here.members[who].reads) and card:
            card.posts[who] = post
    if card is None:
        return {}
    here.cards[card.task_id] = card
    return {"response_code": here.new_code(card)} if body["card_type"] == "button_interaction" else {}


def _sent(msgid: str, unknown: list[str]) -> Answer:
    return {"invaliduser": "|".join(unknown), "invalidparty": "", "invalidtag": "", "msgid": msgid}


def _receivers(here: Platform, touser: str) -> tuple[list[str], list[str]]:
    """Those whom the app may write to, and the others."""
    if touser == "@all":
        return [id for id, member in here.members.items() if member.reachable], []
    names = list(dict.fromkeys(name for name in touser.split("|") if name))
    if len(names) > RECEIVERS_MAX:
        raise Refusal("parameter", problem="touser has more than 1000")
    found = {name: here.member(name) for name in names}
    known = dict.fromkeys(member.id for member in found.values() if member and member.reachable)
    return list(known), [name.lower() for name, member in found.items() if not (member and member.reachable)]


def _again(here: Platform, call: Call) -> str:
    """The msgid of the same message of a moment ago, if the bot has asked to be kept from repeating itself."""
    if not call.body.get("enable_duplicate_check"):
        return ""
    at, msgid = here.lately.get(_digest(call), (None, ""))
    lasts = timedelta(seconds=call.body.get("duplicate_check_interval", 1800))
    if at is None or here.clock() >= at + lasts:
        return ""
    here.journal.write("dropped", to=call.to, msgid=msgid, who=call.to, why="duplicate")
    return msgid


def _digest(call: Call) -> str:
    return sha256(json.dumps(call.body, sort_keys=True).encode()).hexdigest()


def _check_agent(here: Platform, agent_id: Any) -> None:
    if str(agent_id) != str(here.agent_id):
        raise Refusal("agent")


# ---- cards that change


def update_card(here: Platform, call: Call) -> Answer:
    """The card of a response code, for those who are named and have it."""
    _check_agent(here, call.body["agentid"])
    code = _valid_code(here, call.body["response_code"])
    change = _change(here, call, code.card)
    names = list(code.card.posts) if call.body.get("atall") else list(call.body.get("userids", ()))
    if not names:
        raise Refusal("nobody")
    having = [name for name in names if name in code.card.posts]
    if not having:
        raise Refusal("nobody")
    code.used = True
    for name in having:
        post = code.card.posts[name]
        post.body, post.replaced = (post.body, change["replace_name"]) if "replace_name" in change else (change, "")
        post.edits += 1
        facts = {"task_id": code.card.task_id, "text": post.text, "buttons": post.buttons}
        here.journal.write("edited", who=name, **facts)
    return {"invaliduser": [name for name in names if name not in having]}


def _valid_code(here: Platform, given: str) -> Code:
    code = here.codes.get(given)
    if code is None:
        raise Refusal("code")
    if code.used:
        raise Refusal("code-used")
    if here.clock() >= code.made_at + timedelta(seconds=here.options.code_s):
        raise Refusal("code-old")
    return code


def _change(here: Platform, call: Call, card: Card) -> dict[str, Any]:
    """The new card, or the word that its buttons become."""
    both = [call.body[name] for name in ("button", "template_card") if name in call.body]
    if len(both) != 1:
        raise Refusal("parameter", problem="one of button and template_card")
    [change] = both
    if "template_card" in call.body:
        check_card(change)
        if change.get("task_id", card.task_id) not in (card.task_id, "") and change["task_id"] in here.cards:
            raise Refusal("task-used")
        return shown(here, change)
    return dict(change)
