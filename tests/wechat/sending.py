"""Messages of the bot: to customers within their windows, by template, by one consent."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from tests.wechat.errors import Refusal
from tests.wechat.followers import Follower
from tests.wechat.platform import Platform, Template
from tests.wechat.post import Post

AGAIN = timedelta(minutes=10)  # for so long a client_msg_id is known
HAN = re.compile(r"[\u4e00-\u9fff]+")
TIME = re.compile(r"(?:\d{4}年\d{1,2}月\d{1,2}日 ?)?(?:[01]?\d|2[0-3]):[0-5]\d(?:[~-](?:[01]?\d|2[0-3]):[0-5]\d)?")
DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日(?: (?:[01]?\d|2[0-3]):[0-5]\d)?")
# beginning of a field's name → whether a value may stand there
FIELDS: dict[str, Callable[[str], bool]] = {
    "thing": lambda value: 1 <= len(value) <= 20,
    "short_thing": lambda value: 1 <= len(value) <= 5,
    "phrase": lambda value: len(value) <= 5 and bool(HAN.fullmatch(value)),
    "time": lambda value: bool(TIME.fullmatch(value)),
    "date": lambda value: bool(DATE.fullmatch(value)),
    "number": lambda value: bool(re.fullmatch(r"\d{1,32}(?:\.\d+)?", value)) and len(value) <= 32,
    "character_string": lambda value: bool(re.fullmatch(r"[\x21-\x7e]{1,32}", value)),
    "amount": lambda value: bool(re.fullmatch(r"[¥￥$]?\d{1,10}(?:\.\d{1,2})?元?", value)),
    "phone_number": lambda value: bool(re.fullmatch(r"[\d+\-() ]{1,17}", value)),
    "name": lambda value: len(value) <= (10 if HAN.search(value) else 20) and bool(value),
    "const": lambda value: 1 <= len(value) <= 20,
}


def recipient(here: Platform, openid: str) -> Follower:
    """Raises Refusal for somebody whom nobody knows, and for who does not follow."""
    if openid not in here.followers:
        raise Refusal("openid")
    follower = here.followers[openid]
    if not follower.following:
        raise Refusal("unfollowed")
    return follower


def send_custom(here: Platform, body: Mapping[str, Any]) -> dict[str, Any]:
    """A customer-service message."""
    kind, method = body["msgtype"], "/cgi-bin/message/custom/send"
    if kind not in CUSTOM:
        raise Refusal("message-kind")
    if {kind} != set(body) - {"touser", "msgtype", "customservice"}:
        here.violation(f"a message of type {kind} has {sorted(body)}", method, body["touser"])
        raise Refusal("body", problem=f"{kind} and nothing else is wanted")
    if here.exhausted:
        raise Refusal("quota")
    who = recipient(here, body["touser"])
    text, buttons, media = CUSTOM[kind](here, body[kind])
    if _advertises(here, text):
        here.violation("advertising in a customer-service window", method, who.name)
    paid = who.budget.spend(here.clock())
    here.journal.write("sent", method=method, who=who.name, type=kind, text=text, paid=paid)
    who.show(Post(here.clock(), "service", kind, text, buttons, media))
    return {}


Content = tuple[str, tuple[tuple[str, str], ...], str]


def _text(here: Platform, body: Mapping[str, Any]) -> Content:
    _long(here, body["content"])
    return body["content"], (), ""


def _file(kind: str) -> Callable[[Platform, Mapping[str, Any]], Content]:
    def content(here: Platform, body: Mapping[str, Any]) -> Content:
        here.shelf.get(body["media_id"], kind)
        if "thumb_media_id" in body:
            here.shelf.get(body["thumb_media_id"], "thumb", "image")
        return body.get("title", ""), (), body["media_id"]

    return content


def _menu(here: Platform, body: Mapping[str, Any]) -> Content:
    buttons = tuple((item["id"], item["content"]) for item in body["list"])
    ids = {id for id, _ in buttons}
    if not buttons or "" in ids or len(ids) < len(buttons) or any(not words for _, words in buttons):
        raise Refusal("body", problem="items of a menu have an id of their own and words")
    head, tail = body.get("head_content", ""), body.get("tail_content", "")
    _long(here, head + tail + "".join(words for _, words in buttons))
    return "\n".join(one for one in (head, tail) if one), buttons, ""


CUSTOM: dict[str, Callable[[Platform, Mapping[str, Any]], Content]] = {
    "text": _text,
    "image": _file("image"),
    "voice": _file("voice"),
    "video": _file("video"),
    "msgmenu": _menu,
}


def _long(here: Platform, text: str) -> None:
    if not text:
        raise Refusal("text-empty")
    if len(text.encode()) > here.options.text_bytes_max:
        raise Refusal("text-long")


def send_template(here: Platform, body: Mapping[str, Any]) -> dict[str, Any]:
    """A template message; the platform tells afterwards whether it arrived. One client_msg_id is sent once."""
    method = "/cgi-bin/message/template/send"
    template = _template(here, body, once=False)
    who = recipient(here, body["touser"])
    text = _filled(here, template, body["data"], method)
    mark = body.get("client_msg_id", "")
    if len(mark) > 32:
        raise Refusal("body", problem="client_msg_id is too long")
    number, until = here.seen.get((who.openid, mark), (0, here.clock()))
    if here.clock() < until:
        return {"msgid": number}
    number = here.next_number()
    if mark:
        here.seen[who.openid, mark] = number, here.clock() + AGAIN
    here.journal.write("sent", method=method, who=who.name, type="template", text=text, paid="none")
    if not who.unreachable:
        who.show(Post(here.clock(), "template", template.id, text, url=body.get("url", "")))
    status = f"failed:{who.unreachable}" if who.unreachable else "success"
    who.told("TEMPLATESENDJOBFINISH", MsgID=number, Status=status)
    return {"msgid": number}


def send_subscribed(here: Platform, body: Mapping[str, Any]) -> dict[str, Any]:
    """A subscribe message, which uses up one consent; the platform tells afterwards whether it arrived, and only then
    by which number. It reaches who has left as well."""
    method = "/cgi-bin/message/subscribe/bizsend"
    template = _template(here, body, once=True)
    who = here.followers.get(body["touser"])
    if who is None:
        raise Refusal("openid")
    text = _filled(here, template, body["data"], method)
    if template.id not in who.consented:
        raise Refusal("consent")
    who.consented.remove(template.id)
    here.journal.write("sent", method=method, who=who.name, type="subscribe", text=text, paid="none")
    if not who.unreachable:
        who.show(Post(here.clock(), "subscribe", template.id, text, url=body.get("page", "")))
    code, status = ("20", who.unreachable) if who.unreachable else ("0", "success")
    one = {"TemplateId": template.id, "MsgID": here.next_number(), "ErrorCode": code, "ErrorStatus": status}
    who.told("subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": [one]})
    return {}


def _template(here: Platform, body: Mapping[str, Any], once: bool) -> Template:
    template = here.templates.get(body["template_id"])
    if template is None or template.once != once:
        raise Refusal("template")
    return template


def _filled(here: Platform, template: Template, data: Mapping[str, Any], method: str) -> str:
    """The words as they are shown; Refusal unless every field has what may stand there, and nobody advertises."""
    if set(data) != set(template.fields):
        raise Refusal("template-data", problem=f"data must have {', '.join(template.fields)}")
    for name in template.fields:
        if not FIELDS[name.rstrip("0123456789")](data[name]["value"]):
            raise Refusal("template-data", problem=f"data.{name}.value invalid")
    text = "\n".join([template.title, *(data[name]["value"] for name in template.fields)])
    if _advertises(here, text):
        here.violation("advertising by template", method)
        raise Refusal("template-data", problem="marketing is not a service notice")
    return text


def _advertises(here: Platform, text: str) -> bool:
    return any(mark in text for mark in here.options.advertising)
