"""Access tokens: one for each secret, the same again until it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from tests.wecom.journal import Journal
from tests.wecom.refusals import Refusal


@dataclass
class Token:
    kind: str
    value: str
    ends_at: datetime


@dataclass
class Tokens:
    """``secrets`` are of kinds (app, kf) by secret.

    ``invalid`` is the platform's bad day: every token is refused with this name of a refusal (token, token-expired,
    secret), although it is given out. ``unasked`` is another: asking itself is refused with it.
    """

    corp_id: str
    secrets: Mapping[str, str]
    clock: Callable[[], datetime]
    journal: Journal
    lasts_s: float = 7200
    invalid: str = ""
    unasked: str = ""
    given: dict[str, Token] = field(default_factory=dict)
    count: int = 0

    def ask(self, corp_id: str, secret: str) -> tuple[str, int]:
        """The token, and for how many seconds it is good.

        Raises:
            Refusal: nobody is called so.
        """
        if self.unasked:
            raise Refusal(self.unasked)
        if corp_id != self.corp_id:
            raise Refusal("corp")
        kind = self.secrets.get(secret)
        if kind is None:
            raise Refusal("secret")
        token, fresh = self.given.get(kind), False
        if token is None or self.clock() >= token.ends_at:
            token, fresh = self._new(kind), True
        self.journal.write("token", token_of=kind, fresh=fresh)
        return token.value, int((token.ends_at - self.clock()).total_seconds())

    def check(self, value: str, kind: str) -> None:
        """Raises:
        Refusal: it is none of ours, too old, or for other methods.
        """
        if not value:
            raise Refusal("token-missing")
        token = next((one for one in self.given.values() if one.value == value), None)
        if self.invalid or token is None:
            raise Refusal(self.invalid or "token")
        if self.clock() >= token.ends_at:
            raise Refusal("token-expired")
        if kind not in ("any", token.kind):
            raise Refusal("rights")

    def revoke(self, kind: str) -> None:
        """The platform ends a token before its time: it does that."""
        self.given.pop(kind, None)

    def _new(self, kind: str) -> Token:
        self.count += 1
        value = sha256(f"{kind}:{self.count}".encode()).hexdigest() * 3
        self.given[kind] = Token(kind, value, self.clock() + timedelta(seconds=self.lasts_s))
        return self.given[kind]
