"""Pictures to hand on for whoever recommends us: the poster, and the code to scan alone."""

from __future__ import annotations

from domain.chat import Outbound, Text
from domain.drawing import Drawing
from domain.errors import NotPossible
from domain.scenes import PREFIXES
from handlers.referrals import links, share
from handlers.turn import Turn
from storage.referrers import Referrer
from storage.store import Store

WORDS = (
    "headline",
    "name_fallback",
    "invites",
    "gift_label",
    "gift_note",
    "scan",
    "scan_note",
    "code_label",
    "fine",
)
"""The words of the poster, but for what the friend gets."""


async def poster(turn: Turn, store: Store) -> list[Outbound]:
    """海报: the picture to hand on. Who has no code yet sees it first: a drawing is asked for before all writing."""
    me = await store.referrers.of(turn.person.id)
    if me is None:
        return await share(turn, store)
    picture = turn.picture(poster_of(turn, me))
    return [turn.say(Text("referral-poster-here", {"code": me.code}), files=(picture,))]


async def scan(turn: Turn, store: Store) -> list[Outbound]:
    """公众号码: the Official Account's code to scan, where there is one."""
    if not turn.world.links.scanned:
        raise NotPossible(Text("referral-scan-none"))
    me = await store.referrers.of(turn.person.id)
    if me is None:
        return await share(turn, store)
    picture = turn.picture(Drawing("code", turn.locale, {"file": me.code, **door_of(turn, me)}))
    return [turn.say(Text("referral-scan-here", {"code": me.code}), files=(picture,))]


def poster_of(turn: Turn, me: Referrer) -> Drawing:
    """What stands on the poster: nickname and code, what the friend gets, and where its code to scan leads."""
    tiers = turn.company.bank.referring.tiers
    gift = min((tier.friend_fund_fen for tier in tiers if tier.friend_fund_fen), default=0)
    known = {"fen": gift, "code": me.code}
    said = {name: turn.said(Text(f"poster-{name.replace('_', '-')}", known)) for name in WORDS}
    said["gift"] = turn.said(Text("poster-gift" if gift else "poster-no-gift", {"fen": gift}))
    own = {"company": turn.said(Text("company-name")), "name": me.nickname, "code": me.code}
    return Drawing("poster", turn.locale, {**said, **own, **door_of(turn, me)})


def door_of(turn: Turn, me: Referrer) -> dict[str, str]:
    """Where a code to scan leads: into the Official Account if there is one; else, and where its platform gives no
    code, into Telegram for who is there, and to the web for everybody else."""
    found = [link for link in links(turn, me.code) if turn.inbound.place.channel == "telegram" or "t.me" not in link]
    scene = {"scene": PREFIXES["referral"] + me.code} if turn.world.links.scanned else {}
    return {"link": found[-1], **scene}
