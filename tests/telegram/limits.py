"""What Telegram allows in a time, and what it does to those who do not wait.

Windows slide: at any moment no more than ``count`` messages lie within the last ``per_s`` seconds, measured as calls
come in. ``slack_s`` forgives a network that is not even. A group has its own limit beside that of every chat. An
album is as many messages as it has parts, except that a chat takes it as one. Edits cost in «all» alone, topics
nothing, but both must heed a ban. Answers to presses, menus and questions are not limited at all, and what is refused
for another reason costs nothing.

Who is told to wait and calls all the same is early: a violation, and the ban begins anew. What was under way when
the ban was said (``grace_s``) is refused but forgiven. Telegram does not say what a ban is for. So with a ban for
everyone a chat that was not told itself is early only once ``told_max`` chats were: then a bot can know.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.telegram.refusals import Refusal

# method → what it costs in «all» and in its chat or group
COSTS = {
    "sendMessage": (1, 1),
    "sendPhoto": (1, 1),
    "sendVideo": (1, 1),
    "sendVoice": (1, 1),
    "sendAudio": (1, 1),
    "sendDocument": (1, 1),
    "editMessageText": (1, 0),
    "editMessageCaption": (1, 0),
    "editMessageReplyMarkup": (1, 0),
    "createForumTopic": (0, 0),
    "closeForumTopic": (0, 0),
    "reopenForumTopic": (0, 0),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """``None`` for no limit. Each is (count, seconds)."""

    all: tuple[int, float] | None = (30, 1.0)
    chat: tuple[int, float] | None = (1, 1.0)
    group: tuple[int, float] | None = (20, 60.0)
    slack_s: float = 0.1
    grace_s: float = 0.25
    told_max: int = 3


TELEGRAMS = Limits()
NO_LIMITS = Limits(None, None, None)


@dataclass(frozen=True, slots=True)
class Cost:
    """So many messages of a limit, which are remembered in ``window``; over it, ``scope`` is banned."""

    scope: str
    window: str
    limit: tuple[int, float] | None
    messages: int


@dataclass
class Ban:
    """A scope that must be left alone until ``until_s``; told at ``since_s``, for ``seconds`` at a time."""

    since_s: float
    until_s: float
    seconds: int
    told: dict[str, float] = field(default_factory=dict)


@dataclass
class Meter:
    """Counts calls; ``early`` is called with scope and chat for each that should have waited."""

    limits: Limits
    now_s: Callable[[], float]
    early: Callable[[str, str], object]
    bans: dict[str, Ban] = field(default_factory=dict)
    spent: dict[str, deque[tuple[float, int]]] = field(default_factory=lambda: defaultdict(deque))

    def spend(self, method: str, chat: str, parts: int = 1) -> None:
        """Let a call through.

        Raises:
            Refusal: not now; with ``retry_after``.
        """
        costs = self._costs(method, chat, parts)
        for scope in dict.fromkeys(cost.scope for cost in costs):
            self._heed(scope, chat)
        for cost in costs:
            if wait_s := self._wait(cost):
                self.ban(cost.scope, math.ceil(wait_s), chat)
                self._refuse(cost.scope, chat)
        for cost in costs:
            self.spent[cost.window].append((self.now_s(), cost.messages))

    def refund(self, method: str, chat: str, parts: int = 1) -> None:
        """The call was refused for another reason: it put no message anywhere."""
        for cost in self._costs(method, chat, parts):
            self.spent[cost.window].pop()

    def ban(self, scope: str, seconds: int, chat: str = "") -> None:
        """From now on nothing may come there for so long; ``scope`` is «all» or «chat:ID»."""
        now = self.now_s()
        self.bans[scope] = Ban(now, now + seconds, seconds, {chat: now})

    def _costs(self, method: str, chat: str, parts: int) -> list[Cost]:
        if method == "sendMediaGroup":
            everyone, place, shared = parts, 1, parts
        elif method in COSTS:
            everyone, place = COSTS[method]
            shared = place
        else:
            return []
        limits, own = self.limits, f"chat:{chat}"
        costs = [Cost("all", "all", limits.all, everyone), Cost(own, own, limits.chat, place)]
        return [*costs, Cost(own, f"group:{chat}", limits.group, shared)] if chat.startswith("-") else costs

    def _heed(self, scope: str, chat: str) -> None:
        ban = self.bans.get(scope)
        if ban is None:
            return
        if self.now_s() >= ban.until_s - self.limits.slack_s:
            del self.bans[scope]
            return
        if self._known(scope, ban, chat):
            self.early(scope, chat)
            ban.until_s = self.now_s() + ban.seconds
        ban.told.setdefault(chat, self.now_s())
        self._refuse(scope, chat)

    def _known(self, scope: str, ban: Ban, chat: str) -> bool:
        """Whether the bot could know of the ban when it made this call."""
        grace = self.now_s() - self.limits.grace_s
        told = ban.told.get(chat)
        if told is not None:
            return told < grace
        return scope == "all" and sum(at < grace for at in ban.told.values()) >= self.limits.told_max

    def _refuse(self, scope: str, chat: str) -> None:
        retry_after = max(1, math.ceil(self.bans[scope].until_s - self.now_s()))
        raise Refusal("throttled", {"retry_after": retry_after}, retry_after=retry_after)

    def _wait(self, cost: Cost) -> float:
        """How long until there is room; 0 for now. What alone is more than the limit may go after a full pause."""
        window, now = self.spent[cost.window], self.now_s()
        if cost.limit is None or not cost.messages:
            return 0.0
        count, per_s = cost.limit
        while window and window[0][0] <= now - (per_s - self.limits.slack_s):
            window.popleft()
        over = sum(one for _, one in window) + cost.messages - count
        if over <= 0 or not window:
            return 0.0
        for at, one in window:
            over -= one
            if over <= 0:
                return max(at + per_s - now, 0.001)
        return max(window[-1][0] + per_s - now, 0.001)
