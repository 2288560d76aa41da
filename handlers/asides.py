"""Drafts that wait beneath the one that is open: each of them once, the one put aside last on top."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.talks import Talk
from handlers.forms import UNDER

Aside = Mapping[str, Any]
"""A draft as it is kept: form, subject, asked, opened_at, and answers, among which is the draft beneath it."""


def beneath(talk: Talk, form: str, subject: str) -> tuple[Aside | None, Aside | None]:
    """What waits when a form about something is opened over a dialog: that form's own draft, if it is open or had been
    put aside, and all the others. What asks the same of something else, and has no answer yet, is not worth keeping."""
    if subject and (talk.form, talk.subject) == (form, subject):
        return _kept(talk), talk.answers.get(UNDER)
    bare = talk.form == form and not (talk.subject and _begun(talk))
    return _taken(_kept(talk) if talk.form and not bare else talk.answers.get(UNDER), form, subject)


def _begun(talk: Talk) -> bool:
    return any(isinstance(value, list | tuple) and value for value in talk.answers.values())


def _kept(talk: Talk) -> Aside:
    opened = talk.opened_at.isoformat() if talk.opened_at else ""
    answers = dict(talk.answers)
    return {"form": talk.form, "subject": talk.subject, "asked": talk.asked, "answers": answers, "opened_at": opened}


def _taken(aside: Aside | None, form: str, subject: str) -> tuple[Aside | None, Aside | None]:
    if aside is None or not subject:
        return None, aside
    below = aside["answers"].get(UNDER)
    if (aside["form"], aside["subject"]) == (form, subject):
        return aside, below
    found, rest = _taken(below, form, subject)
    return found, {**aside, "answers": over(aside["answers"], rest)} if found else aside


def over(answers: Mapping[str, Any], rest: Aside | None) -> dict[str, Any]:
    """Answers with this waiting beneath them, and nothing else."""
    return {name: value for name, value in answers.items() if name != UNDER} | ({UNDER: rest} if rest else {})


def opened(talk: Talk, aside: Aside, now: datetime) -> Talk:
    """The draft that was put aside as what is open with somebody from now on."""
    since = datetime.fromisoformat(aside["opened_at"]) if aside["opened_at"] else now
    return replace(
        talk,
        form=aside["form"],
        subject=aside["subject"],
        asked=aside["asked"],
        answers=aside["answers"],
        opened_at=since,
        changed_at=now,
    )
