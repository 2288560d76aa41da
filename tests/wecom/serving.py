"""The methods of customer service."""

from __future__ import annotations

import re
from typing import Any

from tests.wecom.calls import Call
from tests.wecom.chats import Post
from tests.wecom.platform import Platform
from tests.wecom.refusals import Refusal
from tests.wecom.sending import Answer
from tests.wecom.service import Thread

MSGID = re.compile(r"[0-9A-Za-z_\-]{0,32}")
CONTENT_BYTES_MAX = 2048
ITEMS_MAX = 10
PULL_MAX = 1000
USER_REFUSES = 10  # the fail_type of a message which the customer does not want
FILES = {"image": "image", "voice": "voice", "video": "video", "file": "file"}


def accounts(here: Platform, call: Call) -> Answer:
    offset, limit = call.body.get("offset", 0), call.body.get("limit", 100)
    rows = [
        {"open_kfid": id, "name": name, "avatar": "", "manage_privilege": True}
        for id, name in here.service.accounts.items()
    ]
    return {"account_list": rows[offset : offset + limit]}


def contact_way(here: Platform, call: Call) -> Answer:
    """A link by which customers come; a scene makes it tell where they saw it."""
    if call.body["open_kfid"] not in here.service.accounts:
        raise Refusal("kf")
    scene = call.body.get("scene", "")
    return {"url": f"https://work.weixin.qq.com/kfid/{call.body['open_kfid']}?enc_scene={scene}"}


def sync(here: Platform, call: Call) -> Answer:
    service, token = here.service, call.body.get("token", "")
    limit = call.body.get("limit", PULL_MAX)
    if token and not service.knows(token):
        raise Refusal("kf-token")
    if not token and not here.meter.spend("pulls"):
        raise Refusal("often")
    if not 1 <= limit <= PULL_MAX:
        raise Refusal("parameter", problem="limit")
    account = call.body.get("open_kfid", "")
    if account and account not in service.accounts:
        raise Refusal("kf")
    page, cursor, more = service.pull(call.body.get("cursor", ""), account, min(limit, here.options.page_max))
    for message in page:
        here.journal.write("pulled", msgid=message["msgid"], customer=message.get("external_userid", ""))
    return {"next_cursor": cursor, "has_more": int(more), "msg_list": page}


def send(here: Platform, call: Call) -> Answer:
    thread = here.service.thread(call.body["open_kfid"], call.body["touser"])
    body, msgid = _payload(here, call), _msgid(here, call)
    here.service.spend(thread)
    return _deliver(here, call, thread, msgid, body)


def send_on_event(here: Platform, call: Call) -> Answer:
    """The word of welcome: beside every window, once."""
    body, msgid = _payload(here, call), _msgid(here, call)
    return _deliver(here, call, here.service.welcomed(call.body["code"]), msgid, body)


def _deliver(here: Platform, call: Call, thread: Thread, msgid: str, body: dict[str, Any]) -> Answer:
    here.service.msgids.add(msgid)
    post = Post(msgid, call.body["msgtype"], body, here.clock())
    to = f"{thread.open_kfid}/{thread.customer}"
    here.wrote(call.method, to, post)
    if thread.refuses:
        here.journal.write("dropped", to=to, msgid=msgid, who=thread.customer, why="refused")
        _failed(here, thread, msgid)
    else:
        thread.posts.append(post)
        here.journal.write("seen", to=to, msgid=msgid, who=thread.customer)
    return {"msgid": msgid}


def _failed(here: Platform, thread: Thread, msgid: str) -> None:
    """What comes by sync_msg when a message was taken, yet could not be shown."""
    event = {"event_type": "msg_send_fail", "open_kfid": thread.open_kfid, "external_userid": thread.customer}
    reason = {"fail_msgid": msgid, "fail_type": USER_REFUSES}
    here.service.add(thread, 4, {"msgtype": "event", "event": {**event, **reason}})


def _msgid(here: Platform, call: Call) -> str:
    given = call.body.get("msgid", "")
    if not MSGID.fullmatch(given) or given in here.service.msgids:
        raise Refusal("kf-msgid")
    return given or f"kf{here.next_id()}"


def _payload(here: Platform, call: Call) -> dict[str, Any]:
    kind = call.body["msgtype"]
    if kind not in (*FILES, "text", "link", "msgmenu"):
        raise Refusal("type")
    body = call.body.get(kind)
    if not isinstance(body, dict):
        raise Refusal("parameter", problem=f"{kind} is missing")
    CHECKS.get(kind, _check_file)(here, kind, body)
    return dict(body)


def _check_file(here: Platform, kind: str, body: dict[str, Any]) -> None:
    here.file(body["media_id"], FILES[kind])


def _check_text(here: Platform, kind: str, body: dict[str, Any]) -> None:
    if not body["content"].strip():
        raise Refusal("empty")
    if len(body["content"].encode()) > CONTENT_BYTES_MAX:
        raise Refusal("long")


def _check_link(here: Platform, kind: str, body: dict[str, Any]) -> None:
    here.file(body["thumb_media_id"], "image")


def _check_menu(here: Platform, kind: str, body: dict[str, Any]) -> None:
    items = body.get("list", [])
    if len(items) > ITEMS_MAX:
        raise Refusal("kf-menu-count")
    if not items and not body.get("head_content"):
        raise Refusal("empty")
    for item in items:
        content = item.get(item["type"])
        if not content or set(item) != {"type", item["type"]}:
            raise Refusal("kf-menu-type")
        if not content["content"] and item["type"] != "text":
            raise Refusal("empty")
    ids = [item["click"]["id"] for item in items if item["type"] == "click" and item["click"].get("id")]
    if len(set(ids)) < len(ids):
        raise Refusal("parameter", problem="click id used twice")


CHECKS = {"text": _check_text, "link": _check_link, "msgmenu": _check_menu}
