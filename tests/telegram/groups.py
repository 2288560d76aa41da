"""Groups, their topics, and what their owners do to them."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from tests.telegram.changing import ADMIN_RIGHTS, member_json
from tests.telegram.chats import Chat, Post, Topic
from tests.telegram.people import ANONYMOUS, CHANNEL, Person
from tests.telegram.platform import Platform


@dataclass
class Group:
    """A group or, as a forum always is, a supergroup; ``owner`` made it."""

    here: Platform
    chat: Chat
    owner: Person

    @property
    def id(self) -> int:
        return self.chat.id

    @property
    def topics(self) -> list[Topic]:
        """Those that stand, oldest first."""
        return [topic for topic in self.chat.topics.values() if not topic.deleted]

    def topic(self, words: str) -> Topic:
        """The newest topic with these words in its name."""
        found = [topic for topic in self.topics if words in topic.name]
        assert found, f"no topic with {words!r}: {self.topics}"
        return found[-1]

    def shows(self, thread: int | None = None) -> list[Post]:
        """What stands in the group now, or in one topic; 0 is what is in none."""
        return self.chat.shows(thread)

    def heard(self, thread: int | None = None) -> list[Post]:
        """Of that, what the bot has said."""
        return self.chat.bot_posts(thread)

    async def add(self, person: Person, status: str = "member") -> None:
        """Somebody joins."""
        self.chat.members[person.id] = (person.user, status)

    async def add_bot(self, admin: bool = True, rights: set[str] | None = None) -> None:
        """The bot is taken in, as an administrator with all rights unless told otherwise."""
        status = "administrator" if admin else "member"
        self._bot_becomes(status, rights if rights is not None else set(ADMIN_RIGHTS) if admin else set())
        if not self.chat.posts:
            self._service({"new_chat_members": [self.here.chats.bot]})

    async def remove_bot(self, kicked: bool = True) -> None:
        self._bot_becomes("kicked" if kicked else "left", set())

    async def rights(self, *rights: str) -> None:
        """The bot keeps these rights alone; none: it is an administrator no more."""
        self._bot_becomes("administrator" if rights else "member", set(rights))

    async def migrate(self, forum: bool = False, told: bool = True) -> None:
        """The group becomes a supergroup, with another id; the old one refuses everything from now on.

        The bot hears it by two service messages, unless it is not ``told``.
        """
        old, id = self.chat, -1_002_000_000_000 + self.chat.id
        new = Chat(id, "supergroup", old.title, forum=forum, bot=old.bot, rights=set(old.rights), muted=old.muted)
        new.members = dict(old.members)
        self.here.chats.add(new)
        if told:
            self._service({"migrate_to_chat_id": id})
        old.moved_to, self.chat = id, new
        if told:
            self._service({"migrate_from_chat_id": old.id}, {"sender_chat": new.json(), "from": ANONYMOUS})

    async def switch_topics(self, on: bool = True) -> None:
        """The owner turns the supergroup into a forum, or back."""
        assert self.chat.type == "supergroup"
        self.chat.forum = on

    async def makes_topic(self, name: str) -> Topic:
        """A person makes a topic."""
        topic = self.here.chats.post_topic(self.chat, name, self.owner.user)
        self._tell(self.chat.posts[topic.id])
        return topic

    async def closes_topic(self, thread: int) -> None:
        self.chat.topics[thread].open = False
        self._service({"forum_topic_closed": {}}, thread=thread)

    async def reopens_topic(self, thread: int) -> None:
        self.chat.topics[thread].open = True
        self._service({"forum_topic_reopened": {}}, thread=thread)

    async def delete_topic(self, thread: int) -> None:
        """A person deletes it, with all that is in it; bots are not told."""
        for post in self.chat.shows(thread):
            post.deleted = True
        self.chat.topics[thread].deleted = True

    def anonymous(self, person: Person) -> Person:
        """An administrator who shows only the group's name; presses still carry their own id."""
        return replace(person, mask={"from": ANONYMOUS, "sender_chat": self.chat.json()})

    def as_channel(self, person: Person, title: str = "频道") -> Person:
        """Somebody who writes in the name of a channel."""
        channel = {"id": -1_001_777_000_000 - person.id, "type": "channel", "title": title}
        return replace(person, mask={"from": CHANNEL, "sender_chat": channel})

    def _bot_becomes(self, status: str, rights: set[str]) -> None:
        chat, bot = self.chat, self.here.chats.bot
        before = member_json(bot, chat.bot, chat.rights)
        chat.bot, chat.rights = status, rights
        change = {"old_chat_member": before, "new_chat_member": member_json(bot, status, rights)}
        head = {"chat": chat.json(), "from": self.owner.user, "date": int(self.here.clock().timestamp())}
        self.here.queue.add("my_chat_member", {**head, **change}, chat.id, self.owner.id)

    def _service(self, body: dict[str, Any], more: dict[str, Any] | None = None, thread: int = 0) -> None:
        more = dict(more or {})
        sender = more.pop("from", self.owner.user)
        self._tell(self.here.chats.post(self.chat, {**body, **more}, sender, thread))

    def _tell(self, post: Post) -> None:
        if self.chat.bot in ("member", "administrator"):
            self.here.queue.add("message", deepcopy(post.json), self.chat.id, self.owner.id, message_id=post.id)
