"""People with WeChat, as the platform tells the app of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.telegram.media import photo as sample_photo
from tests.telegram.media import video as sample_video
from tests.wechat.budget import Budget
from tests.wechat.codes import keys_of
from tests.wechat.media import amr
from tests.wechat.platform import Platform
from tests.wechat.post import Post


@dataclass
class Follower:
    """``reads`` is what arrived, oldest first: passive answers, customer-service and template messages alike."""

    here: Platform
    name: str
    openid: str
    budget: Budget
    following: bool = True
    reads: list[Post] = field(default_factory=list)
    consented: list[str] = field(default_factory=list)  # templates of subscribe messages, one message each
    scene: str = ""
    unreachable: str = ""  # why templates do not arrive: «user block», «system failed»

    # ---- what they say

    async def says(self, text: str, **more: Any) -> int:
        """Write; ``more`` are further fields. The number of the message."""
        return self._speak("text", {"Content": text, **more})

    async def photo(self, data: bytes = b"") -> int:
        kept = self.here.shelf.keep("image", data or sample_photo())
        return self._speak("image", {"PicUrl": f"{self.here.base_url}/pic/{kept.id}", "MediaId": kept.id})

    async def voice(self, data: bytes = b"", recognition: str = "") -> int:
        heard = {"Recognition": recognition} if recognition else {}
        kept = self.here.shelf.keep("voice", data or amr())
        return self._speak("voice", {"MediaId": kept.id, "Format": "amr", **heard})

    async def video(self, data: bytes = b"", short: bool = False) -> int:
        kept, thumb = (
            self.here.shelf.keep("video", data or sample_video()),
            self.here.shelf.keep("thumb", b"\xff\xd8\xff"),
        )
        return self._speak("shortvideo" if short else "video", {"MediaId": kept.id, "ThumbMediaId": thumb.id})

    async def location(self, latitude: float = 31.22, longitude: float = 121.54, label: str = "世纪大道100弄") -> int:
        return self._speak("location", {"Location_X": latitude, "Location_Y": longitude, "Scale": 20, "Label": label})

    async def link(self, url: str, title: str = "一个链接", description: str = "") -> int:
        return self._speak("link", {"Title": title, "Description": description, "Url": url})

    async def sends(self, kind: str, **fields: Any) -> int:
        """Anything else that is a message."""
        return self._speak(kind, fields)

    # ---- what they do

    async def follow(self, scene: str = "") -> int:
        """Follow, perhaps by a code with a scene."""
        assert not self.following, f"{self.name} follows already"
        self.following, self.scene = True, scene
        scanned = {"EventKey": f"qrscene_{scene}", "Ticket": self._ticket(scene)} if scene else {"EventKey": ""}
        return self._happens("subscribe", "touch", **scanned)

    async def unfollow(self) -> int:
        self.following = False
        self.budget.shut()
        return self._happens("unsubscribe", "", EventKey="")

    async def scan(self, scene: str) -> int:
        """Scan a code as somebody who follows already."""
        assert self.following, f"{self.name} does not follow: follow(scene)"
        return self._happens("SCAN", "touch", EventKey=scene, Ticket=self._ticket(scene))

    async def menu(self, key: str) -> int:
        """Tap an entry of the menu which is there, by its name or its key."""
        keys = keys_of(self.here.menu)
        assert key in keys or key in keys.values(), f"there is no {key!r} in {keys}"
        return self._happens("CLICK", "touch", EventKey=keys.get(key, key))

    async def view(self, url: str) -> int:
        """Tap an entry that opens a page."""
        return self._happens("VIEW", "", EventKey=url, MenuId=str(self.here.next_number()))

    async def choose(self, label: str, post: Post | None = None) -> int:
        """Tap an item of a menu message that they have really been sent, the newest that has it."""
        for one in reversed([post] if post else self.reads):
            for id, content in one.buttons:
                if content == label:
                    return await self.taps(id, content)
        raise AssertionError(f"there is no choice {label!r}: {[one.buttons for one in self.reads if one.buttons]}")

    async def taps(self, id: str, words: str) -> int:
        """The same for any item, as only a client that lies does."""
        return self._speak("text", {"Content": words, "bizmsgmenuid": id}, act="touch")

    async def consents(self, *templates: str) -> int:
        """Allow one subscribe message of each, as on the account's page."""
        self.consented += templates
        return self._answers_popup("accept", templates)

    async def declines(self, *templates: str) -> int:
        return self._answers_popup("reject", templates)

    async def withdraws(self, *templates: str) -> int:
        """Refuse what they had allowed, where their phone lists such messages."""
        self.consented = [one for one in self.consented if one not in templates]
        listed = [{"TemplateId": one, "SubscribeStatusString": "reject"} for one in templates]
        return self._happens("subscribe_msg_change_event", "", SubscribeMsgChangeEvent={"List": listed})

    # ---- what stands there

    @property
    def last(self) -> Post:
        return self.reads[-1]

    @property
    def text(self) -> str:
        """All words that they read."""
        return "\n".join(one.text for one in self.reads)

    def left(self) -> dict[str, int]:
        """How many messages the platform still takes for them, by act."""
        return self.budget.left(self.here.clock())

    def show(self, post: Post) -> None:
        """It appears in their chat."""
        self.reads.append(post)
        facts = {"buttons": [content for _, content in post.buttons], "media": post.media}
        self.here.journal.write("read", who=self.name, by=post.by, type=post.type, text=post.text, **facts)

    # ---- within

    def _speak(self, kind: str, fields: dict[str, Any], act: str = "message") -> int:
        assert self.following, f"{self.name} does not follow"
        number = self.here.next_number()
        self.budget.open(act, self.here.clock())
        self.here.tell(self, {**self._head(kind), **fields, "MsgId": number})
        return number

    def _happens(self, event: str, act: str, **fields: Any) -> int:
        assert self.following or event == "unsubscribe", f"{self.name} does not follow"
        if act:
            self.budget.open(act, self.here.clock())
        self.here.tell(self, {**self._head("event"), "Event": event, **fields})
        return int(self.here.clock().timestamp())

    def _answers_popup(self, status: str, templates: Sequence[str]) -> int:
        listed = [{"TemplateId": one, "SubscribeStatusString": status, "PopupScene": "2"} for one in templates]
        return self._happens("subscribe_msg_popup_event", "", SubscribeMsgPopupEvent={"List": listed})

    def told(self, event: str, **fields: Any) -> None:
        """The platform itself tells the app something about them."""
        self.here.tell(self, {**self._head("event"), "Event": event, **fields})

    def _head(self, kind: str) -> dict[str, Any]:
        at = int(self.here.clock().timestamp())
        return {"ToUserName": self.here.name, "FromUserName": self.openid, "CreateTime": at, "MsgType": kind}

    def _ticket(self, scene: str) -> str:
        """Of the code which bears it; scanning one that has run out or was never made tells nobody."""
        now = self.here.clock()
        for code in reversed(self.here.codes.values()):
            if code.scene == scene and (code.until is None or now < code.until):
                return code.ticket
        raise AssertionError(f"there is no code with {scene!r}")
