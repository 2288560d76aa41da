"""People who talk to the bot, as WeCom tells it of them: members of the company, and customers of customer service."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.wecom.chats import Post, Room
from tests.wecom.platform import Platform
from tests.wecom.service import Thread


@dataclass
class Member:
    """Somebody of the company; ``reads`` is what the app has sent to them alone and they were shown, oldest first.

    ``in_scope`` says whether the app's range of visibility has them.
    """

    here: Platform
    id: str
    name: str
    reads: list[Post] = field(default_factory=list)
    in_scope: bool = True
    gone: bool = False

    @property
    def reachable(self) -> bool:
        """Whether the app can write to them."""
        return self.in_scope and not self.gone

    @property
    def heard(self) -> list[Post]:
        """What the bot has said to them in private."""
        return [post for post in self.reads if not post.author]

    def sees(self, chatid: str) -> list[Post]:
        """What one group shows to them, oldest first; nothing of what came before them or was dropped."""
        return self.here.rooms[chatid].shown.get(self.id, []) if chatid in self.here.rooms else []

    # ---- what they do

    async def opens(self) -> str:
        """Open the app, which tells it; so does being let into its range for the first time."""
        return self._event("enter_agent")

    async def subscribes(self) -> str:
        return self._event("subscribe")

    async def says(self, text: str, where: str = "") -> str:
        """Write to the app; the callback's id in the journal. In a group (its chatid) the app does not hear it."""
        if not where:
            return self._message("text", {"Content": text}, text=text)
        room = self._room(where)
        post = Post(str(self.here.next_id()), "text", {"content": text}, self.here.clock(), author=self.id)
        room.posts.append(post)
        for who in room.members:
            room.shown.setdefault(who, []).append(post)
        return ""

    async def photo(self, data: bytes) -> str:
        media = self.here.keep(data, "photo.jpg", "image")
        picture = f"https://wework.qpic.cn/wwpic/{media}"
        return self._message("image", {"PicUrl": picture, "MediaId": media}, media=media)

    async def voice(self, data: bytes) -> str:
        media = self.here.keep(data, "voice.amr", "voice")
        return self._message("voice", {"MediaId": media, "Format": "amr"}, media=media)

    async def video(self, data: bytes) -> str:
        media = self.here.keep(data, "video.mp4", "video")
        return self._message("video", {"MediaId": media, "ThumbMediaId": media}, media=media)

    async def location(self, latitude: float, longitude: float, label: str = "") -> str:
        place = {"Location_X": latitude, "Location_Y": longitude, "Scale": 16, "Label": label, "AppType": "wxwork"}
        return self._message("location", place)

    async def link(self, title: str, url: str, description: str = "") -> str:
        return self._message("link", {"Title": title, "Description": description, "Url": url, "PicUrl": ""})

    async def clicks(self, key: str) -> str:
        """Choose from the app's menu, which must have it."""
        flat = [one for button in self.here.menu for one in (button, *_subs(button))]
        assert any(one.get("key") == key for one in flat), f"no {key!r} in the menu: {self.here.menu}"
        return self._event("click", {"EventKey": key}, key=key)

    async def press(self, label: str, card: Post | None = None) -> str:
        """Press what is called so on the newest card that has it, or on this one; the callback's id.

        Raises:
            AssertionError: they have no such card, or it cannot be pressed any more.
        """
        cards = [post for post in self.reads if post.card and card in (None, post)]
        found = [post for post in cards if label in post.keys]
        assert found, f"{self.id} cannot press {label!r}: {[post.buttons for post in cards]}"
        post = found[-1]
        assert post.card
        facts = {"EventKey": post.keys[label], "TaskId": post.card.task_id, "CardType": post.body["card_type"]}
        code = {"ResponseCode": self.here.new_code(post.card)}
        return self._event("template_card_event", {**facts, **code}, key=post.keys[label], label=label)

    async def leaves(self, chatid: str = "") -> None:
        """Leave a group, or the company and with it all its groups."""
        for room in self.here.rooms.values():
            if room.chatid == chatid or not chatid:
                room.members = [who for who in room.members if who != self.id]
                room.owner = room.owner if room.owner in room.members else next(iter(room.members), "")
        self.gone = self.gone or not chatid

    # ---- how it is told

    def _room(self, chatid: str) -> Room:
        room = self.here.rooms[chatid]
        assert self.id in room.members, f"{self.id} is not in {chatid}"
        return room

    def _message(self, kind: str, fields: dict[str, Any], **facts: Any) -> str:
        id = self.here.next_id()
        content = fields.get("Content", "")
        self.reads.append(Post(str(id), kind, {"content": content}, self.here.clock(), author=self.id))
        return self._tell(kind, {**fields, "MsgId": id}, msgid=str(id), **facts)

    def _event(self, name: str, fields: dict[str, Any] | None = None, **facts: Any) -> str:
        return self._tell("event", {"Event": name, **(fields or {"EventKey": ""})}, event=name, **facts)

    def _tell(self, kind: str, fields: dict[str, Any], **facts: Any) -> str:
        assert not self.gone, f"{self.id} has left the company"
        here = self.here
        head = {"ToUserName": here.corp_id, "FromUserName": self.id, "CreateTime": int(here.clock().timestamp())}
        body = {**head, "MsgType": kind, **fields, "AgentID": here.agent_id}
        return here.app.tell(body, self.id, what=kind, **facts)


def _subs(button: dict[str, Any]) -> list[dict[str, Any]]:
    return list(button.get("sub_button", ()))


@dataclass
class Customer:
    """Somebody on WeChat who writes to customer service; ``id`` is the external_userid, ``account`` the newest
    account they have turned to."""

    here: Platform
    id: str
    name: str
    account: str

    @property
    def thread(self) -> Thread:
        service = self.here.service
        key = (self.account, self.id)
        return service.threads.setdefault(key, Thread(self.account, self.id, self.name))

    @property
    def reads(self) -> list[Post]:
        """What they see of the talk with the account, oldest first."""
        return self.thread.posts

    @property
    def heard(self) -> list[Post]:
        """Of that, what the bot has said."""
        return [post for post in self.reads if not post.author]

    async def enters(self, scene: str = "", param: str = "", account: str = "") -> str:
        """Open the talk by a link with a scene; the event's msgid."""
        self.account = account or self.account
        whose = {"open_kfid": self.account, "external_userid": self.id}
        event = {"event_type": "enter_session", **whose, "scene": scene, "scene_param": param}
        code = self.here.service.welcome(self.thread)
        welcome = {"welcome_code": code} if code else {}
        return self._add(4, "event", {**event, **welcome}, event="enter_session")

    async def says(self, text: str) -> str:
        """Write; the msgid."""
        return self._speaks("text", {"content": text}, text=text)

    async def photo(self, data: bytes) -> str:
        media = self.here.keep(data, "photo.jpg", "image")
        return self._speaks("image", {"media_id": media}, media=media)

    async def voice(self, data: bytes) -> str:
        media = self.here.keep(data, "voice.amr", "voice")
        return self._speaks("voice", {"media_id": media}, media=media)

    async def video(self, data: bytes) -> str:
        media = self.here.keep(data, "video.mp4", "video")
        return self._speaks("video", {"media_id": media}, media=media)

    async def file(self, data: bytes, name: str) -> str:
        media = self.here.keep(data, name, "file")
        return self._speaks("file", {"media_id": media}, media=media)

    async def location(self, latitude: float, longitude: float, name: str = "", address: str = "") -> str:
        place = {"latitude": latitude, "longitude": longitude, "name": name, "address": address}
        return self._speaks("location", place)

    async def link(self, title: str, url: str) -> str:
        return self._speaks("link", {"title": title, "desc": "", "url": url, "pic_url": ""})

    async def choose(self, label: str, menu: Post | None = None) -> str:
        """Press a line of the newest menu that has it, or of this one; menus can be pressed for ever."""
        menus = [post for post in self.reads if post.kind == "msgmenu" and menu in (None, post)]
        found = [post for post in menus if label in post.keys]
        assert found, f"{self.name} has no {label!r}: {[post.buttons for post in menus]}"
        return self._speaks("text", {"content": label, "menu_id": found[-1].keys[label]}, text=label)

    async def refuses(self, refuses: bool = True) -> None:
        """Take no more messages: they are accepted, do not arrive, and an event says so."""
        self.thread.refuses = refuses

    def _speaks(self, kind: str, body: dict[str, Any], **facts: Any) -> str:
        self.here.service.opens(self.thread)
        id = self._add(3, kind, body, **facts)
        self.reads.append(Post(id, kind, dict(body), self.here.clock(), author=self.id))
        return id

    def _add(self, origin: int, kind: str, body: dict[str, Any], **facts: Any) -> str:
        return self.here.service.add(self.thread, origin, {"msgtype": kind, kind: body}, **facts)
