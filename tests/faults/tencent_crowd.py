"""Everybody on WeChat and WeCom during a run: followers, customers of customer service, members."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

from tests.faults.crowd import RECENT, Choice
from tests.wechat.followers import Follower
from tests.wechat.post import Post as WechatPost
from tests.wecom.chats import Post
from tests.wecom.people import Customer, Member

NUMBERED = re.compile(r"^(\d{1,2}) (\S.*)$", re.MULTILINE)
LATELY = 30


def lines(text: str) -> Mapping[str, str]:
    """The choices that stand in a text: number → words."""
    return dict(NUMBERED.findall(text))


@dataclass(frozen=True)
class FollowerActor:
    """Who follows the Official Account."""

    who: Follower

    @property
    def chat(self) -> object:
        return self.who.openid

    def news(self) -> int:
        return len(self.who.reads)

    def heard(self) -> Sequence[str]:
        return [post.text for post in self.who.reads[-LATELY:]]

    def asking(self) -> Sequence[Sequence[Choice]]:
        return [found for post in self.who.reads[-RECENT:] if (found := list(self._choices(post)))]

    def _choices(self, post: WechatPost) -> Iterator[Choice]:
        for label in post.labels:
            yield Choice(label, partial(self._does, partial(self.who.choose, label, post)))
        for number, label in {} if post.labels else lines(post.text).items():
            yield Choice(label, partial(self.says, number))

    async def says(self, text: str) -> object:
        return await self._does(partial(self.who.says, text))

    async def shows(self, photos: Sequence[bytes]) -> object:
        return [await self._does(partial(self.who.photo, one)) for one in photos]

    async def wanders(self, dice: Random) -> bool:
        """Leave, or come back by a code that hangs somewhere."""
        if not self.who.following:
            await self.who.follow()
        elif dice.random() < 0.2:
            await self.who.unfollow()
        else:
            await self.who.scan("g_poster")
        return True

    async def _does(self, act: Callable[[], Awaitable[object]]) -> object:
        """Who has left comes back first."""
        if not self.who.following:
            await self.who.follow()
        return await act()


@dataclass(frozen=True)
class CustomerActor:
    """Who writes to customer service."""

    who: Customer

    @property
    def chat(self) -> object:
        return self.who.id

    def news(self) -> int:
        return len(self.who.heard)

    def heard(self) -> Sequence[str]:
        return [post.text for post in self.who.reads[-2 * LATELY :] if not post.author]

    def asking(self) -> Sequence[Sequence[Choice]]:
        return [found for post in self.who.heard[-RECENT:] if (found := list(self._choices(post)))]

    def _choices(self, post: Post) -> Iterator[Choice]:
        for label in post.keys:
            yield Choice(label, partial(self.who.choose, label, post))
        for number, label in {} if post.keys else lines(post.text).items():
            yield Choice(label, partial(self.who.says, number))

    async def says(self, text: str) -> object:
        return await self.who.says(text)

    async def shows(self, photos: Sequence[bytes]) -> object:
        return [await self.who.photo(one) for one in photos]

    async def wanders(self, dice: Random) -> bool:
        """Open the talk once more, by a code that hangs somewhere."""
        await self.who.enters("poster")
        return True


@dataclass(frozen=True)
class MemberActor:
    """Who works for the company: staff and installers, each in private with the app."""

    who: Member

    @property
    def chat(self) -> object:
        return self.who.id

    def news(self) -> int:
        return len(self.who.reads) + sum(post.edits for post in self.who.reads[-RECENT:])

    def heard(self) -> Sequence[str]:
        return [post.text for post in self.who.heard[-LATELY:]]

    def asking(self) -> Sequence[Sequence[Choice]]:
        return [found for post in self.who.heard[-RECENT:] if (found := list(self._choices(post)))]

    def _choices(self, post: Post) -> Iterator[Choice]:
        """What the buttons say; one that bears a number says what stands in its line."""
        listed = lines(post.text)
        for label in post.keys:
            yield Choice(listed.get(label, label), partial(self.who.press, label, post))

    async def says(self, text: str) -> object:
        return await self.who.says(text)

    async def shows(self, photos: Sequence[bytes]) -> object:
        return [await self.who.photo(one) for one in photos]

    async def wanders(self, dice: Random) -> bool:
        await self.who.opens()
        return True
