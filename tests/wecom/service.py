"""Customer service (微信客服): what customers say waits to be pulled by a cursor, and may be answered for a while."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from tests.wecom.chats import Post
from tests.wecom.courier import Courier
from tests.wecom.journal import Journal
from tests.wecom.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Terms:
    """What customer service allows; the platform changes it from time to time."""

    count: int = 5
    lasts_s: float = 48 * 3600
    welcome_s: float = 20
    token_s: float = 600
    kept_s: float = 3 * 86_400


@dataclass
class Thread:
    """One customer at one account. ``left`` messages may go to them until ``until``; ``posts`` is what they see."""

    open_kfid: str
    customer: str
    name: str = ""
    entered: bool = False
    left: int = 0
    until: datetime | None = None
    welcomed_at: datetime | None = None
    spoke_at: datetime | None = None
    refuses: bool = False
    posts: list[Post] = field(default_factory=list)


@dataclass
class Welcome:
    thread: Thread
    made_at: datetime
    used: bool = False


@dataclass
class Service:
    """``accounts`` are names by open_kfid, ``log`` is what waits, oldest first, with its time."""

    clock: Callable[[], datetime]
    journal: Journal
    courier: Courier
    terms: Terms = field(default_factory=Terms)
    accounts: dict[str, str] = field(default_factory=dict)
    threads: dict[tuple[str, str], Thread] = field(default_factory=dict)
    log: list[tuple[datetime, dict[str, Any]]] = field(default_factory=list)
    tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    welcomes: dict[str, Welcome] = field(default_factory=dict)
    msgids: set[str] = field(default_factory=set)

    def thread(self, open_kfid: str, customer: str) -> Thread:
        """Raises:
        Refusal: there is no such account, or nobody of that name there.
        """
        if open_kfid not in self.accounts:
            raise Refusal("kf")
        found = self.threads.get((open_kfid, customer))
        if found is None:
            raise Refusal("kf-customer")
        return found

    def add(self, thread: Thread, origin: int, body: dict[str, Any], **facts: Any) -> str:
        """Something waits to be pulled, and the bot is told that it does; its msgid."""
        msgid = f"m{sha256(f'{len(self.log)}'.encode()).hexdigest()[:28]}"
        whose = {"open_kfid": thread.open_kfid, "external_userid": thread.customer} if origin == 3 else {}
        at = self.clock()
        self.log.append((at, {"msgid": msgid, **whose, "send_time": int(at.timestamp()), "origin": origin, **body}))
        self.ring(thread, msgid=msgid, what=body["msgtype"], **facts)
        return msgid

    def ring(self, thread: Thread, **facts: Any) -> None:
        """Tell the bot that something waits."""
        at = self.clock()
        token = f"ENC{sha256(f'{thread.open_kfid}{len(self.tokens)}'.encode()).hexdigest()[:40]}"
        self.tokens[token] = (thread.open_kfid, at)
        fields = {
            "ToUserName": self.courier.seal.owner,
            "CreateTime": int(at.timestamp()),
            "MsgType": "event",
            "Event": "kf_msg_or_event",
            "Token": token,
            "OpenKfId": thread.open_kfid,
        }
        self.courier.tell(fields, thread.customer, **facts)

    def knows(self, token: str) -> bool:
        """Whether a callback brought this token lately."""
        found = self.tokens.get(token)
        return found is not None and self.clock() <= found[1] + timedelta(seconds=self.terms.token_s)

    def pull(self, cursor: str, open_kfid: str, limit: int) -> tuple[list[dict[str, Any]], str, bool]:
        """Messages after the cursor, the next cursor, and whether there are more.

        Raises:
            Refusal: the cursor is none of ours.
        """
        start = self._start(cursor)
        oldest = self.clock() - timedelta(seconds=self.terms.kept_s)
        numbers = [
            number
            for number in range(start, len(self.log))
            if self.log[number][0] >= oldest and self._account(number) in ("", open_kfid or self._account(number))
        ]
        page = numbers[:limit]
        more = len(numbers) > limit
        end = page[-1] + 1 if more else len(self.log)
        return [self.log[number][1] for number in page], f"4gw7MepFLfgF2VC5{end:06d}", more

    def _account(self, number: int) -> str:
        body = self.log[number][1]
        return str(body.get("open_kfid") or body.get("event", {}).get("open_kfid", ""))

    def _start(self, cursor: str) -> int:
        if not cursor:
            return 0
        if not (cursor.startswith("4gw7MepFLfgF2VC5") and cursor[16:].isdigit()):
            raise Refusal("kf-cursor")
        return int(cursor[16:])

    def opens(self, thread: Thread) -> None:
        """The customer has said something: so many answers from now on, and no more."""
        thread.left, thread.spoke_at = self.terms.count, self.clock()
        thread.until = self.clock() + timedelta(seconds=self.terms.lasts_s)

    def spend(self, thread: Thread) -> None:
        """One message to them.

        Raises:
            Refusal: it may not be.
        """
        if thread.until is None or self.clock() >= thread.until:
            raise Refusal("kf-time")
        if thread.left <= 0:
            raise Refusal("kf-count")
        thread.left -= 1

    def welcome(self, thread: Thread) -> str:
        """A code for a word of welcome, to those who were not welcomed and did not write for the last two days."""
        lately = self.clock() - timedelta(hours=48)
        if any(at and at > lately for at in (thread.welcomed_at, thread.spoke_at)):
            return ""
        code = f"wel{sha256(f'{len(self.welcomes)}'.encode()).hexdigest()[:40]}"
        self.welcomes[code] = Welcome(thread, self.clock())
        return code

    def welcomed(self, code: str) -> Thread:
        """Raises:
        Refusal: the code is none, was used, or is too old.
        """
        welcome = self.welcomes.get(code)
        late = welcome and self.clock() > welcome.made_at + timedelta(seconds=self.terms.welcome_s)
        if welcome is None or welcome.used or late:
            raise Refusal("kf-code")
        welcome.used, welcome.thread.welcomed_at = True, self.clock()
        return welcome.thread
