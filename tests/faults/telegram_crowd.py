"""Everybody on Telegram during a run: homeowners and installers in private, staff in their group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

from tests.faults.crowd import RECENT, Choice
from tests.telegram.chats import Chat, Post
from tests.telegram.groups import Group
from tests.telegram.people import Person


@dataclass(frozen=True)
class TelegramActor:
    """``where`` is the group in which somebody talks, None for the private chat."""

    person: Person
    where: Group | None

    @property
    def chat(self) -> object:
        return self._chat.id

    @property
    def _chat(self) -> Chat:
        return self.where.chat if self.where else self.person.chat

    def news(self) -> int:
        posts = self._chat.bot_posts()
        return len(posts) + sum(post.edits for post in posts)

    def heard(self) -> Sequence[str]:
        return [post.text for post in self.person.heard]

    def asking(self) -> Sequence[Sequence[Choice]]:
        shown = [post for post in self._chat.bot_posts() if post.rows][-RECENT:]
        return [[self._choice(post, label) for row in post.buttons for label in row] for post in shown]

    def _choice(self, post: Post, label: str) -> Choice:
        return Choice(label, partial(self.person.presses, label, self.where, post))

    async def says(self, text: str) -> object:
        return await self.person.says(text, self.where)

    async def shows(self, photos: Sequence[bytes]) -> object:
        return await (self.person.sends_album(list(photos)) if len(photos) > 1 else self.person.sends_photo(photos[0]))

    async def wanders(self, dice: Random) -> bool:
        return False
