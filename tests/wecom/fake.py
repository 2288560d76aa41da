"""A strict WeCom in this process, over real HTTP on a port of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.platforms.fake import PATIENCE_S, Fake, now
from tests.platforms.faults import Faults
from tests.platforms.remote import Control
from tests.tencent import Seal
from tests.wecom.chats import Room
from tests.wecom.courier import Courier, Delivery
from tests.wecom.faults import FAULTS, SENDS
from tests.wecom.journal import Journal
from tests.wecom.limits import Meter
from tests.wecom.people import Customer, Member
from tests.wecom.platform import Options, Platform
from tests.wecom.server import application
from tests.wecom.service import Service, Terms
from tests.wecom.tokens import Tokens

CORP_ID = "ww0123456789abcdef"
AGENT_ID = 1000002
SECRET = "app-secret-of-the-tests-0123456789abcdefghi"
KF_SECRET = "kf-secret-of-the-tests-0123456789abcdefghij"
SEAL = Seal("wecomTokenOfTests", "wecomAesKeyOfTheTests0123456789abcdefghijkk", CORP_ID)
KF_SEAL = Seal("wecomkfTokenOfTests", "wecomkfAesKeyOfTests0123456789abcdefghijklk", CORP_ID)
ACCOUNT = "wkAJ2GCAAAZSfhHCt7IFSvLKtMPxyJTw"


class FakeWecom(Fake):
    """``async with FakeWecom() as fake``: a bot with ``CORP_ID``, ``AGENT_ID`` and the secrets calls ``fake.base_url``;
    once ``await fake.connects(address)`` has asked it for its echo, it hears of people at address/wecom and /wecomkf.

    A violation (a call that the manual does not know, a text that loses its end) fails the block at its end. ``clock``
    is the platform's own; only the five seconds of a callback and its pauses go by real time.
    """

    def __init__(
        self,
        clock: Callable[[], datetime] = now,
        options: Options | None = None,
        terms: Terms | None = None,
        delivery: Delivery | None = None,
        journal: Path | None = None,
        seed: int = 0,
        port: int = 0,
        strict: bool = True,
        control: Control | None = None,
    ) -> None:
        options, delivery = options or Options(), delivery or Delivery()
        self.journal = Journal(clock, journal)
        super().__init__(clock, self.journal, port, strict)
        self.app = Courier("wecom", SEAL, AGENT_ID, self.journal, clock, delivery)
        self.kf = Courier("wecomkf", KF_SEAL, None, self.journal, clock, delivery)
        self.faults = Faults(FAULTS, SENDS, seed)
        kinds = {SECRET: "app", KF_SECRET: "kf"}
        self.tokens = Tokens(CORP_ID, kinds, clock, self.journal, options.token_s)
        self.service = Service(clock, self.journal, self.kf, terms or Terms(), {ACCOUNT: "匠到客服"})
        meter = Meter(options.limits, lambda: clock().timestamp())
        self.here = Platform(
            CORP_ID, AGENT_ID, options, clock, self.journal, self.tokens, self.app, self.service, meter, self.faults
        )
        self.customers: dict[str, Customer] = {}
        self._control = control

    async def __aenter__(self) -> FakeWecom:
        await self._open(application(self.here, self._control))
        await self.app.__aenter__()
        await self.kf.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.app.__aexit__()
        await self.kf.__aexit__()
        await self._close(failed=kind is not None)

    # ---- people and places

    def member(self, id: str, name: str = "") -> Member:
        """Somebody of the company whom the app may see; the same again for the same id."""
        return self.here.members.setdefault(id, Member(self.here, id, name or id))

    def customer(self, name: str, account: str = ACCOUNT) -> Customer:
        """Somebody on WeChat; nobody until they enter or write."""
        id = f"wm{name.encode().hex():0<30}"[:32]
        return self.customers.setdefault(name, Customer(self.here, id, name, account))

    def account(self, open_kfid: str, name: str) -> None:
        """One more account of customer service."""
        self.service.accounts[open_kfid] = name

    @property
    def groups(self) -> dict[str, Room]:
        """Groups which the app has made, by chatid."""
        return self.here.rooms

    @property
    def members(self) -> dict[str, Member]:
        return self.here.members

    # ---- the bot

    async def connects(self, address: str, kf: bool = True) -> None:
        """The console asks the bot for its echo at address/wecom and /wecomkf, and calls it there from now on.

        Raises:
            AssertionError: it did not answer as it must.
        """
        for courier in (self.app, self.kf) if kf else (self.app,):
            fault = await courier.verify(f"{address}/{courier.name}")
            assert not fault, f"{courier.name}: {fault}"

    def left(self) -> int:
        """How many callbacks are under way."""
        return len(self.app.pending) + len(self.kf.pending)

    async def taken(self, seconds: float = PATIENCE_S) -> None:
        """Wait until every callback was taken or is lost."""
        await self.until(lambda: not self.left(), seconds)

    def fail(self, name: str, method: str = "send", to: str = "", **more: Any) -> None:
        """The next call of that kind meets a fault; see ``faults``."""
        self.faults.add(name, method, to, **more)

    def relax(self, **changed: Any) -> None:
        """Other options from now on: ``relax(limits=NO_LIMITS)``."""
        self.here.options = replace(self.here.options, **changed)
        self.here.meter.limits = self.here.options.limits
