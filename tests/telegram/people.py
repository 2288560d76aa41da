"""People who talk to the bot, as Telegram tells it of them. The shapes are those of real updates."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from PIL import Image

from tests.telegram.changing import member_json
from tests.telegram.chats import Chat, Post
from tests.telegram.markup import commands_in
from tests.telegram.platform import Platform

if TYPE_CHECKING:
    from tests.telegram.groups import Group

ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
CHANNEL = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
CHAT_INSTANCE = "-5213671029346150342"


@dataclass
class Person:
    """Somebody with Telegram; ``chat`` is theirs with the bot.

    ``mask`` is who they appear as in groups: an anonymous administrator, or a channel.
    """

    here: Platform
    user: dict[str, Any]
    chat: Chat
    phone: str = ""
    mask: dict[str, Any] | None = None

    @property
    def id(self) -> int:
        return int(self.user["id"])

    async def starts(self, payload: str = "") -> Post:
        """Press Start, perhaps behind a link with a payload."""
        return await self.says(f"/start {payload}".strip())

    async def says(self, text: str, where: Group | None = None, thread: int = 0, **more: Any) -> Post:
        """Write; ``more`` are further fields of the message, and ``reply_to`` a post."""
        entities = commands_in(text)
        body = {"text": text, **({"entities": entities} if entities else {})}
        return self._speak(body, where, thread, **more)

    async def replies(self, to: Post, text: str, where: Group | None = None) -> Post:
        """Write in answer to a post, in its topic."""
        return await self.says(text, where, to.thread, reply_to=to)

    async def forwards(self, text: str, author: Person, where: Group | None = None, thread: int = 0) -> Post:
        """Pass on what somebody else wrote."""
        origin = {"type": "user", "sender_user": author.user, "date": self._now() - 60}
        return await self.says(text, where, thread, forward_origin=origin)

    async def sends_photo(self, data: bytes, caption: str = "", where: Group | None = None, **more: Any) -> Post:
        return self._speak({**self._photo(data), **_caption(caption)}, where, **more)

    async def sends_album(
        self, photos: Sequence[bytes], caption: str = "", where: Group | None = None, album: str = "", **more: Any
    ) -> list[Post]:
        """Several at once, which are several updates. Late parts name the ``album`` of the first."""
        tie = {"media_group_id": album or self.here.chats.next_album()}
        bodies = [self._photo(data) for data in photos]
        captions = [_caption(caption), *[_caption("")] * len(photos)]
        return [
            self._speak({**body, **words, **tie}, where, **more) for body, words in zip(bodies, captions, strict=False)
        ]

    async def sends_voice(self, data: bytes, where: Group | None = None, **more: Any) -> Post:
        voice = {**self.here.chats.keep(data, "", "voice"), "duration": 3, "mime_type": "audio/ogg"}
        return self._speak({"voice": voice}, where, **more)

    async def sends_video(self, data: bytes, caption: str = "", where: Group | None = None, **more: Any) -> Post:
        shape = {"duration": 3, "width": 320, "height": 240, "mime_type": "video/mp4", "file_name": "video.mp4"}
        video = {**self.here.chats.keep(data, "video.mp4", "video"), **shape}
        return self._speak({"video": video, **_caption(caption)}, where, **more)

    async def sends_document(
        self, data: bytes, name: str, mime: str = "application/pdf", where: Group | None = None, **more: Any
    ) -> Post:
        document = {**self.here.chats.keep(data, name, "document"), "file_name": name, "mime_type": mime}
        return self._speak({"document": document}, where, **more)

    async def shares_contact(self, own: bool = True, phone: str = "", where: Group | None = None) -> Post:
        """Send one's own contact card, or somebody else's."""
        whose = {"user_id": self.id if own else self.id + 1}
        contact = {"phone_number": phone or self.phone, "first_name": self.user["first_name"], **whose}
        return self._speak({"contact": contact}, where)

    async def shares_location(self, latitude: float, longitude: float, where: Group | None = None) -> Post:
        return self._speak({"location": {"latitude": latitude, "longitude": longitude}}, where)

    async def sends(self, body: dict[str, Any], where: Group | None = None, **more: Any) -> Post:
        """Anything else: a sticker, a poll, a service message."""
        return self._speak(body, where, **more)

    async def edits(self, post: Post, text: str) -> None:
        """Change what one wrote."""
        name = "caption" if post.media else "text"
        post.json |= {name: text, "edit_date": self._now()}
        self._tell("edited_message", post.json, post.chat, message_id=post.id, text=text)

    async def reacts(self, post: Post, emoji: str = "👍") -> None:
        reaction = {"type": "emoji", "emoji": emoji}
        body = {"chat": post.chat.json(), "message_id": post.id, "user": self.user, "date": self._now()}
        self._tell("message_reaction", {**body, "old_reaction": [], "new_reaction": [reaction]}, post.chat)

    async def presses(
        self,
        label: str,
        where: Group | None = None,
        post: Post | None = None,
        data: str = "",
        thread: int | None = None,
    ) -> str:
        """Press the newest button that is called so, in one post if it is given; the id of the press.

        ``data`` sends other data than the button's, as only a client that lies does.
        """
        chat = where.chat if where else self.chat
        found, button = _button(chat.shows(thread) if post is None else [post], label)
        id = f"{self.here.queue.next_id}{self.id}"
        self.here.chats.queries[id] = self.here.clock()
        body = {"id": id, "from": self.user, "chat_instance": CHAT_INSTANCE, "data": data or button["callback_data"]}
        press = {"message_id": found.id, "label": label}
        self._tell("callback_query", {**body, "message": found.json}, chat, **press)
        return id

    async def blocks(self) -> None:
        """Stop the bot: it is told, and cannot write any more."""
        self.chat.blocked = True
        self._membership("member", "kicked")

    async def unblocks(self) -> None:
        self.chat.blocked = False
        self._membership("kicked", "member")

    @property
    def heard(self) -> list[Post]:
        """What the bot has said to them in private and still stands there, oldest first."""
        return self.chat.bot_posts()

    def _membership(self, before: str, after: str) -> None:
        bot = self.here.chats.bot
        body = {"chat": self.chat.json(), "from": self.user, "date": self._now()}
        change = {"old_chat_member": member_json(bot, before, set()), "new_chat_member": member_json(bot, after, set())}
        self._tell("my_chat_member", {**body, **change}, self.chat)

    def _photo(self, data: bytes) -> dict[str, Any]:
        """A photo in two sizes, the small one first."""
        keep = self.here.chats.keep
        with Image.open(BytesIO(data)) as image:
            width, height = image.size
            small = image.convert("RGB").resize((9, 9))
        thumb = BytesIO()
        small.save(thumb, "JPEG")
        little = {**keep(thumb.getvalue(), "", "photo"), "width": 9, "height": 9}
        return {"photo": [little, {**keep(data, "", "photo"), "width": width, "height": height}]}

    def _speak(
        self, body: dict[str, Any], where: Group | None, thread: int = 0, reply_to: Post | None = None, **more: Any
    ) -> Post:
        chat = where.chat if where else self.chat
        assert not chat.blocked, "who blocked the bot cannot write to it"
        assert not chat.moved_to, "nobody can write to a group that has moved"
        chat.started = chat.started or chat.private
        if thread:
            self._check_topic(chat, thread)
        answered = {"reply_to_message": self.here.chats.bare(reply_to)} if reply_to else {}
        body = {**body, **answered, **more, **(self.mask or {})}
        post = self.here.chats.post(chat, body, body.pop("from", self.user), thread)
        if chat.private or self._visible(post, reply_to):
            facts = {"message_id": post.id, "text": post.text, "album": post.album, "thread": thread}
            self._tell("message", post.json, chat, **facts)
        return post

    def _check_topic(self, chat: Chat, thread: int) -> None:
        topic = chat.topics[thread]
        admin = chat.members.get(self.id, ({}, ""))[1] in ("administrator", "creator")
        assert not topic.deleted, f"nobody can write in {topic}"
        assert topic.open or admin, f"only administrators can write in {topic}"

    def _visible(self, post: Post, reply_to: Post | None) -> bool:
        """Whether the bot is shown what people say in a group."""
        chat = post.chat
        if chat.bot not in ("member", "administrator") or (self.user["is_bot"] and not self.mask):
            return False
        command = any(one["type"] == "bot_command" for one in post.json.get("entities", ()))
        mentioned = f"@{self.here.chats.bot['username']}" in post.text
        to_bot = command or mentioned or (reply_to is not None and reply_to.ours)
        return to_bot or chat.bot == "administrator" or not self.here.options.privacy

    def _tell(self, kind: str, body: dict[str, Any], chat: Chat, **facts: Any) -> None:
        self.here.queue.add(kind, deepcopy(body), chat.id, self.id, **facts)

    def _now(self) -> int:
        return int(self.here.clock().timestamp())


def _caption(text: str) -> dict[str, Any]:
    return {"caption": text} if text else {}


def _button(posts: Sequence[Post], label: str) -> tuple[Post, dict[str, Any]]:
    for post in reversed(posts):
        for row in post.rows:
            for button in row:
                if button["text"] == label and "callback_data" in button:
                    return post, button
    raise AssertionError(f"there is no button {label!r}: {[post.buttons for post in posts if post.rows]}")
