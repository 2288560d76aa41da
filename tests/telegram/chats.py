"""What Telegram holds: chats with their members, topics and messages, and files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from tests.telegram.refusals import Refusal

MEMBERS = ("member", "administrator", "creator", "restricted")
DOWNLOAD_BYTES_MAX = 20 * 1024 * 1024


@dataclass
class Post:
    """A message in a chat; ``json`` is how the API shows it, changed in place by edits."""

    id: int
    chat: Chat
    json: dict[str, Any]
    ours: bool = False  # sent by the bot
    edits: int = 0
    deleted: bool = False

    @property
    def text(self) -> str:
        return str(self.json.get("text") or self.json.get("caption") or "")

    @property
    def thread(self) -> int:
        """The topic it is in, 0 for none."""
        return int(self.json.get("message_thread_id", 0)) if self.json.get("is_topic_message") else 0

    @property
    def buttons(self) -> tuple[tuple[str, ...], ...]:
        """Labels of the inline buttons, row by row."""
        return tuple(tuple(one["text"] for one in row) for row in self.rows)

    @property
    def rows(self) -> list[list[dict[str, Any]]]:
        rows: list[list[dict[str, Any]]] = self.json.get("reply_markup", {}).get("inline_keyboard", [])
        return rows

    @property
    def media(self) -> str:
        """«photo», «video», «voice», «audio», «document», or empty."""
        return next((kind for kind in ("photo", "video", "voice", "audio", "document") if kind in self.json), "")

    @property
    def album(self) -> str:
        return str(self.json.get("media_group_id", ""))

    def __repr__(self) -> str:
        return f"<{self.chat.id}#{self.id}{f'/{self.thread}' if self.thread else ''} {self.text!r} {self.buttons}>"


@dataclass
class Topic:
    """A thread of a forum; its id is that of the message which made it."""

    id: int
    name: str
    open: bool = True
    deleted: bool = False


@dataclass
class Chat:
    """A private chat, group, supergroup or channel. ``bot`` is what the bot is in it: member, administrator …"""

    id: int
    type: str
    title: str = ""
    person: dict[str, Any] | None = None
    forum: bool = False
    bot: str = "left"
    rights: set[str] = field(default_factory=set)
    muted: bool = False
    started: bool = False
    blocked: bool = False
    moved_to: int = 0
    keyboard: dict[str, Any] | None = None
    members: dict[int, tuple[dict[str, Any], str]] = field(default_factory=dict)
    posts: dict[int, Post] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    last_id: int = 0

    @property
    def private(self) -> bool:
        return self.type == "private"

    def json(self) -> dict[str, Any]:
        """The chat as it stands in messages."""
        if self.person:
            names: dict[str, Any] = {
                name: self.person[name] for name in ("first_name", "username") if name in self.person
            }
            return {"id": self.id, "type": "private", **names}
        shown = {"id": self.id, "type": self.type, "title": self.title}
        return {**shown, "is_forum": True} if self.forum else shown

    def shows(self, thread: int | None = None) -> list[Post]:
        """What stands in the chat now, oldest first; of one topic if it is given (0: outside of topics)."""
        found = [post for post in self.posts.values() if not post.deleted]
        return found if thread is None else [post for post in found if post.thread == thread]

    def bot_posts(self, thread: int | None = None) -> list[Post]:
        """Of those, what the bot has sent."""
        return [post for post in self.shows(thread) if post.ours]


@dataclass(frozen=True, slots=True)
class Stored:
    """A file at Telegram."""

    data: bytes
    name: str
    kind: str
    unique_id: str


class Chats:
    """Everything above, by id."""

    def __init__(self, bot: dict[str, Any], clock: Callable[[], datetime]) -> None:
        self.bot = bot
        self.clock = clock
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, Stored] = {}
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.queries: dict[str, datetime] = {}
        self._private_id = 100
        self._albums = 13_000_000_000_000_000

    def add(self, chat: Chat) -> Chat:
        self.chats[chat.id] = chat
        return chat

    def find(self, chat_id: Any) -> Chat:
        """The chat of a call.

        Raises:
            Refusal: there is none, or the group has moved.
        """
        try:
            chat = self.chats[int(chat_id)]
        except (KeyError, ValueError):
            raise Refusal("chat") from None
        if chat.moved_to:
            raise Refusal("migrated", {"migrate_to_chat_id": chat.moved_to})
        return chat

    def writable(self, chat_id: Any) -> Chat:
        """The chat of a call, if the bot may write there.

        Raises:
            Refusal: it may not.
        """
        chat = self.find(chat_id)
        if chat.private:
            self._check_private(chat)
        else:
            self.check_member(chat)
            if chat.muted and chat.bot != "administrator":
                raise Refusal("muted")
        return chat

    @staticmethod
    def _check_private(chat: Chat) -> None:
        person = chat.person or {}
        for refused, name in (
            (person.get("is_bot"), "to-bot"),
            (person.get("deactivated"), "deactivated"),
            (not chat.started, "never-started"),
            (chat.blocked, "blocked"),
        ):
            if refused:
                raise Refusal(name)

    @staticmethod
    def check_member(chat: Chat) -> None:
        if chat.bot not in MEMBERS:
            raise Refusal(f"{'kicked' if chat.bot == 'kicked' else 'left'}-{chat.type}")

    def open_topic(self, chat: Chat, thread: int, closed_too: bool = False) -> Topic:
        """The topic that a message goes into.

        Raises:
            Refusal: it is not there, or closed.
        """
        topic = chat.topics.get(thread)
        if topic is None or topic.deleted:
            raise Refusal("topic-deleted")
        if not topic.open and not closed_too:
            raise Refusal("topic-closed")
        return topic

    def post(self, chat: Chat, body: dict[str, Any], sender: dict[str, Any] | None, thread: int = 0) -> Post:
        """Put a message at the end of a chat."""
        id = self._next_id(chat)
        head = {"message_id": id, **({"from": sender} if sender else {}), "chat": chat.json()}
        topic = {"message_thread_id": thread, "is_topic_message": True} if thread else {}
        json = {**head, "date": int(self.clock().timestamp()), **topic, **body}
        if thread and "reply_to_message" not in json and thread in chat.topics and thread != id:
            json["reply_to_message"] = self.bare(chat.posts[thread])
        post = chat.posts[id] = Post(id, chat, json, ours=sender is self.bot)
        return post

    def post_topic(self, chat: Chat, name: str, sender: dict[str, Any]) -> Topic:
        """Make a topic, with the message that says so."""
        made = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        post = self.post(chat, made, sender)
        post.json |= {"message_thread_id": post.id, "is_topic_message": True}
        topic = chat.topics[post.id] = Topic(post.id, name)
        return topic

    @staticmethod
    def bare(post: Post) -> dict[str, Any]:
        """A message as it stands in a reply to it: without what it answers itself."""
        return {name: value for name, value in post.json.items() if name != "reply_to_message"}

    def _next_id(self, chat: Chat) -> int:
        if chat.type == "supergroup":  # they count for themselves; all else shares the bot's numbers
            chat.last_id += 1
            return chat.last_id
        self._private_id += 1
        return self._private_id

    def next_album(self) -> str:
        self._albums += 1
        return str(self._albums)

    def keep(self, data: bytes, name: str, kind: str) -> dict[str, Any]:
        """Store a file; how the API names it. The same bytes have one unique id and a new file id each time."""
        unique = sha256(data).hexdigest()[:16]
        file_id = f"{kind[:2].upper()}{unique}{len(self.files):06d}"
        self.files[file_id] = Stored(data, name, kind, unique)
        return {"file_id": file_id, "file_unique_id": f"AQAD{unique}", "file_size": len(data)}

    def bot_rows(self, chats: Iterable[Chat] | None = None) -> list[Post]:
        """All that the bot has sent and that still stands, chat by chat."""
        return [post for chat in (chats or self.chats.values()) for post in chat.bot_posts()]
