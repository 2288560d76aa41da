"""Everything that a method may need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.platforms.faults import Faults
from tests.wechat.budget import WINDOWS, Window
from tests.wechat.codes import Code
from tests.wechat.crypto import Seal
from tests.wechat.journal import Journal
from tests.wechat.media import Shelf
from tests.wechat.tokens import Tokens

if TYPE_CHECKING:
    from tests.wechat.followers import Follower

NOTICE = "该公众号提供的服务出现故障，请稍后再试"


@dataclass(frozen=True, slots=True)
class Options:
    """What differs between accounts, or is not known for sure, or is shortened in tests.

    ``answer_s`` is for how many seconds of real time the platform waits for an answer, ``attempts`` how often it
    posts. ``same_again`` posts the very same bytes again, instead of sealing them anew. ``hangs_up`` closes the
    connection of an abandoned attempt; otherwise its late answer is read and thrown away. ``ordered`` waits with a
    person's next act for the one before. ``refused_again`` says that an answer which is not 200 is no answer.
    ``advertising`` are words by which messages of a campaign are known. ``addresses`` are who may call, None for all.
    ``video_by_url`` has a video's bytes behind a further address. ``scene_max_s`` is how long a code lasts at most.
    """

    windows: Mapping[str, Window] = field(default_factory=lambda: WINDOWS)
    answer_s: float = 5.0
    attempts: int = 3
    same_again: bool = False
    hangs_up: bool = True
    ordered: bool = True
    refused_again: bool = True
    advertising: tuple[str, ...] = ()
    addresses: tuple[str, ...] | None = None
    video_by_url: bool = True
    text_bytes_max: int = 2048
    scene_max_s: int = 30 * 86400


@dataclass(frozen=True, slots=True)
class Template:
    """``fields`` are names as the console gives them: thing1, phrase2, time3. ``once``: a subscribe message."""

    id: str
    title: str
    fields: tuple[str, ...]
    once: bool = False

    @property
    def content(self) -> str:
        """As the console shows it: «进度:{{thing1.DATA}}»."""
        return "\n".join(f"{number}:{{{{{name}.DATA}}}}" for number, name in enumerate(self.fields))


@dataclass
class Platform:
    """One Official Account; ``name`` is its original id."""

    name: str
    seal: Seal
    options: Options
    clock: Callable[[], datetime]
    journal: Journal
    tokens: Tokens
    shelf: Shelf
    faults: Faults
    base_url: str = ""
    followers: dict[str, Follower] = field(default_factory=dict)  # by openid
    templates: dict[str, Template] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)  # by ticket
    menu: dict[str, Any] | None = None
    seen: dict[tuple[str, str], tuple[int, datetime]] = field(default_factory=dict)  # (openid, client_msg_id) → msgid
    tell: Callable[[Follower, dict[str, Any]], object] = lambda who, fields: None
    exhausted: bool = False  # the day's number of customer-service messages
    _number: int = 24_000_000_000_000_000

    def next_number(self) -> int:
        self._number += 1
        return self._number

    def violation(self, what: str, method: str = "", who: str = "") -> None:
        """The bot did what it must never do; the test fails at its end."""
        self.journal.write("violation", what=what, method=method, who=who)
