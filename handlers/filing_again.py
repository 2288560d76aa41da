"""What of a report's summary is asked once more: what is over by now, and what is said to be wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.chat import NOTHING, Text
from domain.errors import Invalid
from domain.replies import objects, wrong
from domain.wishes import WishKind
from handlers.fields import pack_span, read_window, unpack_span
from handlers.forms import Draft, Overheard
from handlers.turn import lines

WISHES = ("window", "_wish", "_wish_words")
"""The answers that say when."""

MEANT = {"home": ("home", "district"), "window": WISHES}
"""Which answers go when one is asked for once more, where that is not it alone."""

NOTED_LETTERS_MIN = 4
"""What is shorter says nothing that staff would need."""

BESIDE_TIME_CHARS_MAX = 2
"""How much may stand beside a time that is all that is said: «周日上午吧»."""


def again(draft: Draft, said: str) -> Overheard | None:
    """All answers anew, without those that have to be given once more or with what ``said`` gives instead of them, and
    why; None if the summary may stand. ``said`` is empty before it is put and when it is confirmed."""
    if _over(draft):
        return Overheard(_without(draft, *WISHES), lines(Text("report-window-over")))
    if given := _given(draft, said):
        return Overheard({**draft.answers, **given})
    if name := wrong(said):
        return Overheard(_without(draft, *MEANT.get(name, (name,))))
    if objects(said) or sum(letter.isalpha() for letter in said) < NOTED_LETTERS_MIN:
        return None
    problem = f"{draft.answers.get('problem') or ''}\n{said.strip()}".strip()
    return Overheard({**draft.answers, "problem": problem}, lines(Text("report-noted")))


def _over(draft: Draft) -> bool:
    window = draft.answers.get("window", "")
    return window not in ("", "any") and unpack_span(window).end <= draft.turn.now


def _given(draft: Draft, said: str) -> Mapping[str, Any]:
    """What is said to be right instead: another number, or another time, alone or with what is wrong about it."""
    phone = draft.turn.world.understanding.understand(said, draft.turn.now).phone
    if phone:
        return {"phone": phone} if phone != draft.answers.get("phone") else NOTHING
    if wrong(said) not in ("", "window") or not (objects(said) or _only_when(draft, said)):
        return NOTHING
    try:
        return {"window": pack_span(read_window(draft, said)), "_wish_words": said.strip()}
    except Invalid:
        return NOTHING


def _only_when(draft: Draft, said: str) -> bool:
    """Whether somebody names a time and next to nothing else."""
    wish = draft.turn.world.understanding.understand(said, draft.turn.now).wish
    if wish is None or wish.kind is not WishKind.TIME:
        return False
    return len(said.strip()) <= len(wish.words) + BESIDE_TIME_CHARS_MAX


def _without(draft: Draft, *names: str) -> dict[str, Any]:
    """The same answers without these, whose questions are open again."""
    path = [name for name in draft.answers.get("_path", ()) if name not in names]
    kept = {name: value for name, value in draft.answers.items() if name not in names}
    return {**kept, "_path": path}
