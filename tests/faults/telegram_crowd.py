"""Everybody on Telegram during a run: what they do next is chance, as what they were shown leads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from tests.faults.people import ANSWERS, CODE, EVERYBODY, GUEST, HOMEOWNERS, INSTALLERS, PROBLEMS, STAFF
from tests.telegram.chats import Post
from tests.telegram.fake import FakeTelegram
from tests.telegram.groups import Group
from tests.telegram.media import photo
from tests.telegram.people import Person

IMPATIENT = 0.02
COLOURS = ("teal", "red", "navy", "gold", "plum", "pink", "lime", "snow")


@dataclass
class Crowd:
    """Everybody on Telegram; what they do next is chance, as what they were shown leads them."""

    fake: FakeTelegram
    group: Group
    people: Mapping[str, Person]
    dice: Random
    eager: frozenset[str]
    never: frozenset[str]
    read: dict[int, int] = field(default_factory=dict)
    count: int = 0

    async def act(self) -> None:
        """Somebody who has just read something does something."""
        who = self.dice.choice(EVERYBODY)
        person, where = self.people[who], self.group if who in (*STAFF, GUEST) else None
        chat = where.chat if where else person.chat
        fresh = len(chat.bot_posts()) + sum(post.edits for post in chat.bot_posts())
        if fresh == self.read.get(chat.id) and self.dice.random() > IMPATIENT:
            return
        self.read[chat.id] = fresh
        chance = self.dice.random()
        if chance < 0.12 and who in HOMEOWNERS:
            self.count += 1
            await person.says(f"{self.dice.choice(PROBLEMS)} #m{self.count}#")
        elif chance < 0.20 and who in HOMEOWNERS:
            self.count += 1
            shades = [
                photo(self.dice.choice(COLOURS), 64 + self.count % 900, 48) for _ in range(self.dice.choice((1, 2, 3)))
            ]
            await (person.sends_album(shades) if len(shades) > 1 else person.sends_photo(shades[0]))
        elif chance < 0.32 and who in INSTALLERS and (code := self.code()):
            await person.says(code)
        elif not await self.press(person, where, chat.bot_posts()) or chance > 0.97:
            await person.says("查进度" if chance < 0.97 else self.dice.choice(ANSWERS), where)

    async def press(self, person: Person, where: Group | None, posts: list[Post]) -> bool:
        shown = [post for post in posts if post.rows]
        labels = [(post, label) for post in shown[-30:] for row in post.buttons for label in row if label in self.eager]
        if labels and self.dice.random() < 0.3:
            post, label = self.dice.choice(labels)
        elif shown:
            post = shown[-1] if self.dice.random() < 0.7 else self.dice.choice(shown[-4:])
            there = [label for row in post.buttons for label in row if label not in self.never]
            label = self.dice.choice([*there, *there[:2]]) if there else ""
        else:
            return False
        if label:
            await person.presses(label, where, post)
        return bool(label)

    def code(self) -> str:
        """An arrival code that some homeowner was told."""
        told = [
            found for who in HOMEOWNERS for post in self.people[who].heard[-12:] for found in CODE.findall(post.text)
        ]
        return self.dice.choice(told) if told else ""
