"""The groups of staff on WeCom, which we make ourselves: who is in them, and what is said there.

The platform lets an app write into a group only if the app has made it, and nobody can bring the app into another one.
So the group is made as soon as something is to be said there, and made again when it is gone. Its members are those of
our staff who are on WeCom; who comes or goes here comes or goes there.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.channels.tencent_errors import Faults
from bot.channels.tencent_http import Api
from bot.channels.wecom_parse import GROUP, NAME, USER
from domain.channel import Rate
from domain.errors import Permanent, SendFailed, Throttled
from storage.database import Connection, Database
from storage.groups import Groups
from storage.paces import Paces
from storage.people import People

log = logging.getLogger(__name__)

Words = Callable[[str, str], Mapping[str, str]]
"""Texts by id in the language of a reader, for the start of an id: ``Catalogue.words``."""

STAFF_CHAT = "jiangdaostaff"
"""The id of the one group, which we choose: at most 32 letters and digits."""

MEMBERS_MIN = 2
MEMBERS_MAX = 2000
NAME_CHARS_MAX = 50


MEMBER_RATES = (Rate("chat", 28, 60.0), Rate("chat", 960, 3600.0))
"""The platform shows a member 30 messages of the app in a minute and 1000 in an hour, and drops what is over without a
word; some room is left for its own way of counting."""
COUNTED = "wecom-member:"


class RoomGone(SendFailed):
    """There is no such group."""


class RoomThere(SendFailed):
    """There is one already."""


GONE: Faults = {86001: (RoomGone, "chat-gone"), 86003: (RoomGone, "chat-gone")}
THERE: Faults = {86215: (RoomThere, "chat-there")}


class Rooms:
    """``words`` are the catalogue's, ``locale`` is what the company speaks.

    What this process knows of a group's members is asked for once, and again by each ``refresh``. ``clock`` gives the
    time in UTC, by which what members are sent is counted.
    """

    def __init__(
        self,
        api: Api,
        agent_id: int,
        database: Database,
        words: Words,
        locale: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._api = api
        self._agent_id = agent_id
        self._database = database
        self._words = words
        self._locale = locale
        self._clock = clock
        self._inside: dict[str, frozenset[str]] = {}
        self._lock = asyncio.Lock()

    async def members(self) -> tuple[str, ...]:
        """The staff who are on WeCom, by userid, sorted.

        Raises:
            Exception: whatever the database raises.
        """
        found = await self._database.read(_staff)
        return tuple(sorted(found))[:MEMBERS_MAX]

    async def say(self, chat: str, body: Mapping[str, Any]) -> None:
        """A message without buttons for a group. Where there is nobody to make a group of, or where the platform does
        not let us make one, it goes to each of the members in private.

        Raises:
            SendFailed: one of its kinds; Permanent("no-members") if nobody of staff is on WeCom.
        """
        members = await self.members()
        for _ in range(2):
            if len(members) < MEMBERS_MIN or not await self._ready(chat, members):
                break
            try:
                await self._api.call("POST", "/cgi-bin/appchat/send", json={"chatid": chat, **body}, also=GONE)
                return
            except RoomGone:
                self._inside.pop(chat, None)
        await self.tell(members, body)

    async def tell(self, userids: Sequence[str], body: Mapping[str, Any]) -> dict[str, Any]:
        """A message of the app to these members, each of whom sees it in private; the platform's answer.

        Raises:
            SendFailed: one of its kinds; Permanent if not one of them gets it; Throttled if one of them would not see
                it: then it is sent to nobody.
        """
        if not userids:
            raise Permanent("no-members")
        await self._spend(userids)
        sent = {"touser": "|".join(userids), "agentid": self._agent_id, **body}
        answer = await self._api.call("POST", "/cgi-bin/message/send", json=sent)
        lost = dropped(answer)
        if lost >= {one.lower() for one in userids}:
            raise Permanent("blocked")
        if lost:
            log.warning("wecom_dropped", extra={"error": str(len(lost))})
        return answer

    async def _spend(self, userids: Sequence[str]) -> None:
        """One more message for each of these, for all workers."""
        scopes, now = [_counted(userid) for userid in userids], self._clock()
        wait_s = await self._database.transact(lambda each: Paces(each).take(scopes, MEMBER_RATES, now))
        if wait_s > 0:
            raise Throttled("pace", wait_s)

    async def refresh(self) -> int:
        """See to it that each group which is bound has the members that it should have; how many were changed. What the
        platform does not take now is tried again next time.

        Raises:
            Exception: whatever the database raises.
        """
        members, changed = await self.members(), 0
        for chat in await self._database.read(_bound):
            before = self._inside.pop(chat, None)
            try:
                changed += await self._ready(chat, members) and self._inside.get(chat) != before
            except SendFailed as fault:
                log.warning("wecom_group_late", extra={"error": fault.code})
        return changed

    async def _ready(self, chat: str, members: Sequence[str]) -> bool:
        """Whether there is a group with these members; False if the platform does not let us have one.

        Raises:
            SendFailed: not now.
        """
        async with self._lock:
            wanted = frozenset(members)
            if self._inside.get(chat) == wanted:
                return True
            try:
                await self._set(chat, members)
            except Permanent as fault:
                log.warning("wecom_group_refused", extra={"error": fault.code})
                return chat in self._inside
            return True

    async def _set(self, chat: str, members: Sequence[str]) -> None:
        there = self._inside.get(chat) or await self._look(chat)
        if there is not None:
            try:
                await self._change(chat, there, frozenset(members))
                return
            except RoomGone:
                self._inside.pop(chat, None)
        await self._make(chat, members)

    async def _look(self, chat: str) -> frozenset[str] | None:
        """Who is in a group; None if there is no such group."""
        try:
            answer = await self._api.call("GET", "/cgi-bin/appchat/get", params={"chatid": chat}, also=GONE)
        except RoomGone:
            return None
        found = answer.get("chat_info")
        listed = found.get("userlist") if isinstance(found, dict) else None
        inside = frozenset(str(one) for one in listed) if isinstance(listed, list) else frozenset()
        self._inside[chat] = inside
        return inside

    async def _make(self, chat: str, members: Sequence[str]) -> None:
        """Make the group; of members whom the platform does not know the others are made one."""
        try:
            await self._create(chat, members)
        except RoomThere:
            pass
        except Permanent:
            known = [one for one in members if await self._known(one)]
            if len(known) in (len(members), 0, 1):
                raise
            await self._create(chat, known)
        self._inside[chat] = frozenset(members)

    async def _create(self, chat: str, members: Sequence[str]) -> None:
        made = {"chatid": chat, "name": self._name(), "userlist": list(members)}
        await self._api.call("POST", "/cgi-bin/appchat/create", json=made, also=THERE)

    async def _change(self, chat: str, there: frozenset[str], wanted: frozenset[str]) -> None:
        come, go = sorted(wanted - there), sorted(there - wanted)
        if come or go:
            change = {"chatid": chat, "add_user_list": come, "del_user_list": go}
            try:
                await self._update(change)
            except Permanent:
                await self._change_known(chat, wanted)
        self._inside[chat] = wanted

    async def _change_known(self, chat: str, wanted: frozenset[str]) -> None:
        """The same for those whom the platform knows, and who are in the group still."""
        there = await self._look(chat)
        if there is None:
            raise RoomGone("chat-gone")
        come = [one for one in sorted(wanted - there) if await self._known(one)]
        go = sorted(there - wanted)
        if come or go:
            await self._update({"chatid": chat, "add_user_list": come, "del_user_list": go})

    async def _update(self, change: Mapping[str, Any]) -> None:
        listed = {name: value for name, value in change.items() if value}
        await self._api.call("POST", "/cgi-bin/appchat/update", json=listed, also=GONE)

    async def _known(self, userid: str) -> bool:
        try:
            await self._api.call("GET", "/cgi-bin/user/get", params={"userid": userid})
        except Permanent:
            return False
        return True

    def _name(self) -> str:
        company = self._words(self._locale, "company-name").get("company-name", "")
        return f"{company}{self._words(self._locale, 'wecom-group')['wecom-group-name']}"[:NAME_CHARS_MAX]


def dropped(answer: Mapping[str, Any]) -> set[str]:
    """Who does not get a message that the platform took, by userid in lower case: it takes both cases for the same."""
    listed = [answer.get(name) for name in ("invaliduser", "unlicenseduser")]
    names = [one for part in listed if isinstance(part, str) for one in part.split("|")]
    return {one.lower() for one in names if one}


def _counted(userid: str) -> str:
    """What a member's messages are counted as."""
    return COUNTED + hashlib.sha256(userid.lower().encode()).hexdigest()[:24]


async def _staff(connection: Connection) -> list[str]:
    """No channel of ours names a person twice: who has two accounts there is two members."""
    at_work = await People(connection).at_work(NAME)
    return [chat.removeprefix(USER) for chat, role, _ in at_work if role.is_staff and chat.startswith(USER)]


async def _bound(connection: Connection) -> list[str]:
    return [chat.removeprefix(GROUP) for chat, _ in await Groups(connection).speaking(NAME, "staff")]
