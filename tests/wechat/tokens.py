"""Access tokens: two hours, and the one before for five minutes more."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.wechat.errors import Refusal

LASTS_S = 7200
OVERLAP_S = 300
EARLY_S = 300
FORCED_APART_S = 30
QUOTAS_A_DAY = {"token": 2000, "stable": 500_000, "forced": 20}


@dataclass
class Tokens:
    """``invalid`` makes every token one that is not known, also those given out meanwhile."""

    app_id: str
    secret: str
    quotas: dict[str, int] = field(default_factory=lambda: dict(QUOTAS_A_DAY))
    invalid: bool = False
    ends: dict[str, datetime] = field(default_factory=dict)  # when each one ever given out does
    latest: str = ""
    voided: set[str] = field(default_factory=set)  # by a newer one, not by time
    forced_at: datetime | None = None
    asked: Counter[str] = field(default_factory=Counter)

    def give(self, given: Mapping[str, Any], at: datetime) -> str:
        """A new token; the one before counts a little longer.

        Raises:
            Refusal: app id, secret, or too many in a day.
        """
        self.check_owner(given)
        self._count("token", at)
        return self._fresh(at, OVERLAP_S)

    def stable(self, given: Mapping[str, Any], at: datetime) -> str:
        """The same one again while it counts, unless a new one is forced, which ends it at once."""
        self.check_owner(given)
        self._count("stable", at)
        if given.get("force_refresh"):
            return self._forced(at)
        if self.latest and at < self.ends[self.latest] - timedelta(seconds=EARLY_S):
            return self.latest
        return self._fresh(at, OVERLAP_S)

    def check(self, token: str, at: datetime) -> None:
        """Raises Refusal for one that does not count."""
        if not token:
            raise Refusal("token-missing")
        if len(token) < 32:
            raise Refusal("token-shape")
        if self.invalid or token not in self.ends:
            raise Refusal("token")
        if at >= self.ends[token]:
            raise Refusal("token" if token in self.voided else "token-expired")

    def check_owner(self, given: Mapping[str, Any]) -> None:
        wanted = (("grant_type", "grant", "grant"), ("appid", "app-id-missing", "app-id"))
        own = {"grant_type": "client_credential", "appid": self.app_id, "secret": self.secret}
        for name, missing, wrong in (*wanted, ("secret", "secret-missing", "secret")):
            if not given.get(name):
                raise Refusal(missing)
            if given[name] != own[name]:
                raise Refusal(wrong)

    def expires_s(self, token: str, at: datetime) -> int:
        return int((self.ends[token] - at).total_seconds())

    def _fresh(self, at: datetime, overlap_s: float) -> str:
        if self.latest and self.ends[self.latest] > at + timedelta(seconds=overlap_s):
            self.ends[self.latest] = at + timedelta(seconds=overlap_s)
            self.voided.add(self.latest)
        self.latest = f"77_{secrets.token_urlsafe(96)}"
        self.ends[self.latest] = at + timedelta(seconds=LASTS_S)
        return self.latest

    def _forced(self, at: datetime) -> str:
        if self.forced_at and at < self.forced_at + timedelta(seconds=FORCED_APART_S):
            raise Refusal("minute-quota")
        self._count("forced", at)
        self.forced_at = at
        return self._fresh(at, 0)

    def _count(self, how: str, at: datetime) -> None:
        day = f"{how} {at.date()}"
        if self.asked[day] >= self.quotas[how]:
            raise Refusal("quota")
        self.asked[day] += 1
