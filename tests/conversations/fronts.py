"""The seats on each platform, and what they do as that platform delivers it, read by its own adapter.

Only what is sent goes to the fake channel, as everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.channels import telegram_parse, wechat_parse, wecom_parse, wecomkf_parse
from bot.channels.tencent_xml import fields
from bot.channels.wecom_card import BUTTONS_MAX
from domain.channel import Window
from domain.chat import Inbound, Raw
from tests.conversations.seats import PEOPLE, Seat
from tests.fakes import AnsweringChannel, FakeChannel, NumberedChannel
from tests.tencent import xml

STAFF_CHAT, OTHER_CHAT = "group:jiangdaostaff", "group:others"
KF, KF_OTHER = "wkOne", "wkTwo"
NEW = "newt"
BOT_ID, SINCE = 7, 1_795_312_800


class TelegramChannel(FakeChannel):
    """Reads what Telegram delivers."""

    def parse(self, raw: Raw) -> Inbound | None:
        return telegram_parse.parse(raw)


class WeChatChannel(AnsweringChannel):
    """Reads what the Official Account delivers."""

    def parse(self, raw: Raw) -> Inbound | None:
        return wechat_parse.parse(raw)


class WeComChannel(NumberedChannel):
    """Reads what WeCom delivers to our app; a card has few buttons."""

    def parse(self, raw: Raw) -> Inbound | None:
        return wecom_parse.parse(raw)

    def pressable(self, labels: Sequence[Collection[str]]) -> bool:
        return len(labels) <= BUTTONS_MAX


@dataclass
class WeComKfChannel(NumberedChannel):
    """Reads what WeCom's customer service hands out."""

    windows: tuple[Window, ...] = field(default=(Window("message", 5, 48 * 3600),))

    def parse(self, raw: Raw) -> Inbound | None:
        return wecomkf_parse.parse(raw)


CHANNELS = (TelegramChannel, WeChatChannel, WeComChannel, WeComKfChannel)

Deliver = Callable[[Seat, int, str, str], Raw]
"""What the platform delivers when a seat says a text, or presses a token; the number makes it the only one."""


def _telegram(seat: Seat, number: int, text: str, press: str) -> Raw:
    sender = {"id": int(seat.account), "is_bot": False, "first_name": "小林"}
    kind = "supergroup" if seat.chat.startswith("-") else "private"
    chat = {"chat": {"id": int(seat.chat), "type": kind}, "date": SINCE + number}
    pressed = {"id": str(number), "from": sender, "message": {"message_id": 1, **chat}, "data": press}
    said = {"message_id": number, "from": sender, **chat, "text": text}
    return telegram_parse.raw_update(
        BOT_ID, {"update_id": number, **({"callback_query": pressed} if press else {"message": said})}
    )


def _wechat(seat: Seat, number: int, text: str, press: str) -> Raw:
    head = {"ToUserName": "gh_0123456789ab", "FromUserName": seat.account, "CreateTime": SINCE + number}
    menu = {"bizmsgmenuid": press} if press else {}
    made = xml({**head, "MsgType": "text", "Content": text or "改约", **menu, "MsgId": number})
    return wechat_parse.raw_message(made, fields(made))


def _wecom(seat: Seat, number: int, text: str, press: str) -> Raw:
    head = {"ToUserName": "ww1", "FromUserName": seat.account, "CreateTime": SINCE + number, "AgentID": 1}
    said = {"MsgType": "text", "Content": text, "MsgId": number}
    made = xml({**head, **(card_event(seat.chat, f"card{number}", press, number) if press else said)})
    return wecom_parse.raw_message(made, fields(made))


def card_event(chat: str, card: str, press: str, number: int) -> dict[str, Any]:
    """The elements of a press: its task names the group whose card it was, and the card."""
    task = f"g@{chat.removeprefix('group:')}@{card}" if chat.startswith("group:") else f"u@{card}"
    event = {"MsgType": "event", "Event": "template_card_event", "EventKey": press}
    return {**event, "TaskId": task, "ResponseCode": f"rc{number}"}


def _wecomkf(seat: Seat, number: int, text: str, press: str) -> Raw:
    kf_id, _, customer = seat.chat.partition("/")
    said = {"content": text or "改约", **({"menu_id": press} if press else {})}
    message = {"msgid": f"msg{number}", "send_time": SINCE + number, "origin": 3, "msgtype": "text", "text": said}
    return wecomkf_parse.raw_message({**message, "open_kfid": kf_id, "external_userid": customer})


@dataclass(frozen=True)
class Front:
    """A platform: how its people are called, which chats they have, and how something is chosen there.

    ``chats`` are the chats that bear buttons, «{}» for the account; answers go to the private one where ``afar``.
    ``ways`` are «press» for a button and «number» for the number of a choice.
    """

    deliver: Deliver
    account: Callable[[str], str]
    chats: Mapping[str, str]
    ways: Sequence[str] = ("press",)
    afar: bool = False

    def seats(self, name: str) -> list[Seat]:
        """Everybody, in each of the chats."""
        return [self.seat(name, f"{who}@{where}") for who in PEOPLE for where in self.chats]

    def seat(self, name: str, seat: str) -> Seat:
        """One of them: «staff@bound»."""
        who, where = seat.split("@")
        account = self.account(PEOPLE[who] or NEW)
        private, chat = self.chats["private"].format(account), self.chats[where].format(account)
        return Seat(f"{seat} on {name}", account, chat, name, private if self.afar else chat, PEOPLE[who])


def _numeral(person: str) -> str:
    """Everybody has a number there."""
    return str(7000 + [*PEOPLE.values()].index(person if person != NEW else ""))


FRONTS: Mapping[str, Front] = {
    "telegram": Front(_telegram, _numeral, {"private": "{}", "bound": "-1001", "unbound": "-1002"}),
    "wechat": Front(_wechat, "openid-{}".format, {"private": "{}"}, ("press", "number")),
    "wecom": Front(
        _wecom,
        "{}".format,
        {"private": "user:{}", "bound": STAFF_CHAT, "unbound": OTHER_CHAT},
        ("press", "number"),
        afar=True,
    ),
    "wecomkf": Front(_wecomkf, "wm-{}".format, {"private": f"{KF}/{{}}"}, ("press", "number")),
}

FRONT_SEATS = tuple(seat for name, front in FRONTS.items() for seat in front.seats(name))


def front_seat(channel: str, name: str) -> Seat:
    """One seat on one platform."""
    return FRONTS[channel].seat(channel, name)
