"""A strict Official Account in this process, over real HTTP on a port of its own."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from tests.platforms.fake import PATIENCE_S, Fake, now
from tests.platforms.faults import Faults
from tests.platforms.remote import Control
from tests.wechat.budget import Budget
from tests.wechat.codes import make_code
from tests.wechat.crypto import Seal, signature
from tests.wechat.delivery import Act, Postman, letter_of
from tests.wechat.envelope import Reply
from tests.wechat.faults import FAULTS, SENDS
from tests.wechat.followers import Follower
from tests.wechat.hostile import Hostile
from tests.wechat.journal import Journal
from tests.wechat.media import Shelf
from tests.wechat.platform import Options, Platform, Template
from tests.wechat.server import application
from tests.wechat.tokens import Tokens

APP_ID = "wx0123456789abcdef"
SECRET = "0123456789abcdef0123456789abcdef"
TOKEN = "TokenOfTheTests2026"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE"
NAME = "gh_0123456789ab"


class FakeWechat(Fake):
    """``async with FakeWechat() as fake``: an app with ``fake.app_id`` and the rest may come to ``fake.base_url``.

    What people do is posted to ``fake.connect(url)``. A violation (a call that the manual does not know, an answer
    that is none, advertising where it is not allowed) fails the block at its end. ``clock`` is the platform's own;
    waiting for answers goes by real time.
    """

    def __init__(
        self,
        clock: Callable[[], datetime] = now,
        options: Options | None = None,
        journal: Path | None = None,
        seed: int = 0,
        port: int = 0,
        strict: bool = True,
        control: Control | None = None,
    ) -> None:
        self.journal = Journal(clock, journal)
        super().__init__(clock, self.journal, port, strict)
        self.app_id, self.secret, self.token, self.aes_key, self.name = APP_ID, SECRET, TOKEN, AES_KEY, NAME
        self.here = Platform(
            NAME,
            Seal(TOKEN, AES_KEY, APP_ID),
            options or Options(),
            clock,
            self.journal,
            Tokens(APP_ID, SECRET),
            Shelf(clock),
            Faults(FAULTS, SENDS, seed),
        )
        self.people: dict[str, Follower] = {}
        self._control = control

    async def __aenter__(self) -> FakeWechat:
        self.postman = Postman(self.here)
        self.hostile = Hostile(self.here, self.postman)
        self.here.tell = self.postman.add
        await self._open(application(self.here, self._control))
        self.here.base_url = self.base_url
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.postman.close()
        await self._close(failed=kind is not None)

    # ---- people

    def follower(self, name: str, following: bool = True) -> Follower:
        """Somebody with WeChat; ``following`` has followed long ago, and has no window open."""
        openid = "o" + hashlib.sha256(name.encode()).hexdigest()[:27]
        who = Follower(self.here, name, openid, Budget(self.here.options.windows), following)
        self.people[name] = self.here.followers[openid] = who
        return who

    def template(self, id: str, *fields: str, title: str = "服务进度通知", once: bool = False) -> Template:
        """One that the account has: ``template("T1", "thing1", "phrase2", "time3")``."""
        self.here.templates[id] = Template(id, title, fields, once)
        return self.here.templates[id]

    def code(self, scene: str, seconds: int = 86400) -> str:
        """A code that hangs somewhere, so that people can scan it; its ticket."""
        body = {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}}
        made = make_code({**body, "expire_seconds": seconds}, self.clock(), self.here.options.scene_max_s)
        self.here.codes[made.ticket] = made
        return made.ticket

    # ---- the app

    def connect(self, url: str) -> None:
        """Where the app listens; what people did meanwhile sets out."""
        self.postman.url = url
        self.postman.go()

    async def verifies(self) -> httpx.Response:
        """Ask the app whether it is ours, as the console does when the address is saved."""
        timestamp, nonce, echo = str(int(self.clock().timestamp())), secrets.token_hex(5), str(secrets.randbits(62))
        signed = {"signature": signature(self.token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
        return await self.postman.client.get(self.postman.url, params={**signed, "echostr": echo})

    async def taken(self, seconds: float = PATIENCE_S) -> None:
        """Wait until everything that people did is answered or given up."""
        await self.until(lambda: not self.postman.pending, seconds)

    async def again(self, act: Act) -> Reply | None:
        """Post an act once more, as if no answer to it had arrived; what is answered this time, which nobody reads."""
        answer = await self.postman.post(letter_of(self.here, act.xml, act.who.openid))
        assert answer.status_code == 200, answer
        return self.postman.reader.read(answer.content, act.who.openid, self.clock())

    def hurry(self) -> None:
        """Whatever the platform waits for now, it has waited for five seconds."""
        self.postman.hurry()

    @property
    def acts(self) -> list[Act]:
        return self.postman.acts

    # ---- what goes wrong

    def fail(self, name: str, method: str = "send", who: Follower | str = "", **more: Any) -> None:
        """The next call of that kind meets a fault; see ``faults``."""
        self.here.faults.add(name, method, who.name if isinstance(who, Follower) else who, **more)

    def relax(self, **changed: Any) -> None:
        """Other options from now on: ``relax(answer_s=0.1)``."""
        self.here.options = replace(self.here.options, **changed)
        for who in self.people.values():
            who.budget.windows = self.here.options.windows

    def quota_out(self, out: bool = True) -> None:
        """From now on no customer-service message is taken, whoever it is for; or they are again."""
        self.here.exhausted = out

    def tokens_invalid(self, always: bool = True) -> None:
        """From now on every token is refused, also a new one; or not any more."""
        self.here.tokens.invalid = always
