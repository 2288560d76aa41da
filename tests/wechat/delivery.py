"""From the platform to the app: sealed, posted up to three times, and what is made of the answers."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.wechat.crypto import Wrong, signature
from tests.wechat.envelope import Reader, Reply, written
from tests.wechat.followers import Follower
from tests.wechat.platform import NOTICE, Platform
from tests.wechat.post import Post


@dataclass(frozen=True, slots=True)
class Letter:
    """One HTTP call as it goes out."""

    query: Mapping[str, str]
    body: bytes


@dataclass
class Act:
    """What a person did, under way to the app. ``answers`` are those of all attempts that were read, in order."""

    number: int
    who: Follower
    fields: Mapping[str, Any]
    letter: Letter | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)
    answers: list[Reply | None] = field(default_factory=list)

    @property
    def xml(self) -> str:
        return written(self.fields)


def letter_of(here: Platform, xml: str, openid: str, nonce: str = "") -> Letter:
    """Sealed for now."""
    timestamp = str(int(here.clock().timestamp()))
    nonce = nonce or str(secrets.randbelow(10**10))
    sealed = here.seal.encrypt(xml)
    query = {
        "signature": signature(here.seal.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "openid": openid,
        "encrypt_type": "aes",
        "msg_signature": here.seal.sign(timestamp, nonce, sealed),
    }
    return Letter(query, enveloped(here, sealed))


def enveloped(here: Platform, sealed: str) -> bytes:
    return written({"ToUserName": here.name, "Encrypt": sealed}).encode()


@dataclass
class Postman:
    """``url`` is the app's; while it is empty, what people do stays with the platform."""

    here: Platform
    url: str = ""
    acts: list[Act] = field(default_factory=list)
    _last: dict[str, Act] = field(default_factory=dict)
    _waiting: list[Act] = field(default_factory=list)
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    _hurry: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.client = httpx.AsyncClient(verify=False, timeout=None, limits=httpx.Limits(max_connections=None))
        self.reader = Reader(self.here.seal, self.here.name)

    def add(self, who: Follower, fields: dict[str, Any]) -> Act:
        """Somebody did something; it sets out at once, after what they did before."""
        act = Act(len(self.acts) + 1, who, fields)
        self.acts.append(act)
        kind = fields.get("Event") or fields["MsgType"]
        facts = {"msg_id": fields.get("MsgId", 0), "text": fields.get("Content", fields.get("EventKey", ""))}
        self.here.journal.write("act", act=act.number, who=who.name, type=kind, **facts)
        self._waiting.append(act)
        if self.url:
            self.go()
        return act

    def go(self) -> None:
        """Deliver what has waited for an address."""
        waiting, self._waiting = self._waiting, []
        for act in waiting:
            before, self._last[act.who.openid] = self._last.get(act.who.openid), act
            _ = self._start(self._deliver(act, before))

    @property
    def pending(self) -> list[Act]:
        return [act for act in self.acts if not act.done.is_set()]

    def hurry(self) -> None:
        """Whatever waits for an answer now has waited its five seconds."""
        self._hurry.set()
        self._hurry = asyncio.Event()

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.client.aclose()

    async def post(self, letter: Letter) -> httpx.Response:
        return await self.client.post(
            self.url, params=dict(letter.query), content=letter.body, headers={"Content-Type": "text/xml"}
        )

    # ---- an act

    async def _deliver(self, act: Act, before: Act | None) -> None:
        if before and self.here.options.ordered:
            await before.done.wait()
        try:
            for attempt in range(1, self.here.options.attempts + 1):
                if await self._attempt(act, attempt):
                    return
            self.here.journal.write("unserved", act=act.number, who=act.who.name)
            self._notice(act)
        except Exception as error:
            self.here.violation(f"the fake itself: {error!r}", "callback", act.who.name)
        finally:
            act.done.set()

    async def _attempt(self, act: Act, attempt: int) -> bool:
        """Whether it is over with this act."""
        letter = act.letter if act.letter and self.here.options.same_again else None
        act.letter = letter or letter_of(self.here, act.xml, act.who.openid)
        self.here.journal.write("posted", act=act.number, attempt=attempt)
        asking = self._start(self.post(act.letter))
        hurried = self._start(self._hurry.wait())
        clock = asyncio.get_running_loop().time
        until = clock() + self.here.options.answer_s
        try:
            await asyncio.wait({asking, hurried}, timeout=until - clock(), return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                self._abandon(act, attempt, asking)
                return False
            if self._answered(act, attempt, asking):
                return True
            await asyncio.wait(
                {hurried}, timeout=until - clock()
            )  # the next attempt comes when this one's time is over
            return False
        finally:
            hurried.cancel()

    def _answered(self, act: Act, attempt: int, asking: asyncio.Task[httpx.Response]) -> bool:
        numbers = {"act": act.number, "attempt": attempt}
        if asking.exception() is not None:
            self.here.journal.write("unreached", error=type(asking.exception()).__name__, **numbers)
            return False
        answer = asking.result()
        if answer.status_code != 200 and self.here.options.refused_again:
            self.here.journal.write("delivered", status=answer.status_code, taken=False, answer="none", **numbers)
            return False
        reply = self._read(act, answer)
        how = "reply" if reply else "success" if answer.content else "none"
        self.here.journal.write("delivered", status=answer.status_code, taken=True, answer=how, **numbers)
        if reply and act.who.following:
            text, media = reply.text, reply.media
            act.who.show(Post(self.here.clock(), "answer", reply.type, text, media=media, act=act.number))
        return True

    def _read(self, act: Act, answer: httpx.Response) -> Reply | None:
        try:
            reply = self.reader.read(answer.content, act.who.openid, self.here.clock())
            if reply and reply.media:
                self.here.shelf.get(reply.media, reply.type)
        except Exception as error:
            self.here.violation(f"an answer that is none: {error}", "callback", act.who.name)
            self._notice(act)
            return None
        act.answers.append(reply)
        return reply

    def _notice(self, act: Act) -> None:
        if act.who.following and act.fields["MsgType"] != "event":
            act.who.show(Post(self.here.clock(), "notice", "text", NOTICE, act=act.number))

    def _abandon(self, act: Act, attempt: int, asking: asyncio.Task[httpx.Response]) -> None:
        self.here.journal.write("abandoned", act=act.number, attempt=attempt)
        if self.here.options.hangs_up:
            asking.cancel()
        else:
            asking.add_done_callback(lambda task: self._late(act, attempt, task))

    def _late(self, act: Act, attempt: int, task: asyncio.Task[httpx.Response]) -> None:
        """Read, noted, thrown away."""
        if task.cancelled() or task.exception():
            return
        status = task.result().status_code
        try:
            reply = self.reader.read(task.result().content, act.who.openid, self.here.clock())
        except Wrong as error:
            self.here.violation(f"a late answer that is none: {error}", "callback", act.who.name)
            return
        act.answers.append(reply)
        facts = {"text": reply.text, "media": reply.media} if reply else {"text": "", "media": ""}
        self.here.journal.write("late", act=act.number, attempt=attempt, status=status, **facts)

    def _start(self, work: Any) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
