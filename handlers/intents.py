"""What a message wants: the clock's due, a command, a word of the menu, an answer, or plain talk."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from domain.people import Role
from domain.replies import no_more
from handlers.turn import Turn, asked_here, at_once

CODE = re.compile(r"[A-HJKMNP-Z2-9]{5}-?[A-HJKMNP-Z2-9]{5}")
"""What an invitation's code looks like, when it is simply typed."""

REFERRED = re.compile(r"(?i)(?:ref-)?([BCDFGHJKMNPQRSTVWXZ]{4}[2-9]{3})")
"""What somebody's code as a referrer looks like, when it is simply typed."""

ENDS = ".?!\u3002\uff1f\uff01 "
"""What may follow a word of the menu: «人工?»"""

PLEA_CHARS_MAX = 24
"""How long a sentence may be that still asks for a human by its last word: «我要找人工»."""


def interpret(turn: Turn) -> Turn:
    """The same turn with its intent: the clock's, a command, a word of the menu, an answer, or plain talk."""
    inbound = turn.inbound
    text = inbound.text.strip()
    if turn.intent or inbound.intent:
        return replace(turn, intent=turn.intent or inbound.intent, subject=turn.subject or inbound.subject)
    if inbound.edited or inbound.forwarded:
        return replace(turn, intent=_no_command(turn))
    if text.startswith("/"):
        command, _, rest = text[1:].partition(" ")
        name = command.split("@")[0].lower()
        if name == "cancel" and turn.talk.form:
            return replace(turn, intent="form.cancel")
        return replace(turn, intent=f"command.{name}", args={"rest": rest.strip()})
    if inbound.reply_to and (inbound.group or turn.viewer.role.is_staff):
        return replace(turn, intent="staff.reply")
    if inbound.group:
        return replace(turn, intent=_answer(turn, "group.talk") if at_once(turn) else "group.talk")
    if coded := _coded(turn, text):
        return coded
    keyword = _keyword(turn.world.keywords, text.lower().rstrip(ENDS))
    if keyword and not _meant_otherwise(turn, keyword, text):
        return replace(turn, intent=keyword, args={"said": text})
    head, _, rest = text.partition(" ")
    if rest and turn.world.keywords.get(head.lower()) == "command.verify":
        return replace(turn, intent="command.verify", args={"rest": rest.strip()})
    return replace(turn, intent=_answer(turn, "message"))


def _meant_otherwise(turn: Turn, keyword: str, text: str) -> bool:
    """Whether a word of the menu is none here: an agreement, a step of a dialog where there is none, «不用了» where
    photos are asked for, or a day, which answers a question of whoever it is and stands in the menu of installers
    alone."""
    if keyword == "yes" or (keyword.startswith("form.") and not turn.talk.form):
        return True
    if turn.talk.asked == "photos" and no_more(text):
        return True
    if keyword != "jobs.today" or (turn.viewer.role is Role.INSTALLER and not asked_here(turn)):
        return False
    wish = turn.world.understanding.understand(text, turn.now).wish
    return bool(wish and wish.words == text)


def _coded(turn: Turn, text: str) -> Turn | None:
    """An invitation's code or somebody's as a referrer, simply typed; where something is asked, figures answer it."""
    figures = text.replace("-", "").isdecimal()
    if CODE.fullmatch(text) and not (figures and asked_here(turn)):
        return replace(turn, intent="command.start", args={"rest": text})
    referred = REFERRED.fullmatch(text)
    return replace(turn, intent="referral.code", subject=referred[1].upper()) if referred else None


def _no_command(turn: Turn) -> str:
    """What was changed afterwards is a note, and somebody else's words are content at most."""
    if turn.inbound.edited:
        return "edited"
    return "group.talk" if turn.inbound.group else _answer(turn, "message")


def _keyword(keywords: Mapping[str, str], said: str) -> str:
    """The menu's word that this is, or the plea for a human that a short sentence ends with; else empty."""
    ends = (said[start:] for start in range(len(said))) if len(said) <= PLEA_CHARS_MAX else ()
    plea = any(keywords.get(end) == "human" and not end.isascii() for end in ends)
    return keywords.get(said) or ("human" if plea else "")


def _answer(turn: Turn, otherwise: str) -> str:
    return "form.answer" if asked_here(turn) else otherwise
