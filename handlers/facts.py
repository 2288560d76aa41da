"""The lines of the cards that state one thing each."""

from __future__ import annotations

from datetime import datetime

from domain.chat import Kind, Line, Text
from domain.company import Company
from domain.people import mask_words
from domain.requests import Request
from domain.scenes import thing
from handlers.turn import words


def fact(id: str, **args: object) -> Line:
    """One fact of a card."""
    return Line(Text(f"fact-{id}", args), Kind.FACT)


def scanned_fact(word: str) -> list[Line]:
    """The code of the thing that was scanned before this was reported; nothing if none was."""
    return [fact("scanned", code=thing(word))] if thing(word) else []


def fee_fact(fen: int | None) -> list[Line]:
    """What the visit itself costs, which may be nothing; no line where the company says nothing of it."""
    return [] if fen is None else [fact("fee", fen=fen)]


def when(request: Request) -> list[Line]:
    """The agreed window, or else the wished one."""
    if request.window:
        return [fact("window", span=request.window)]
    return [fact("wish", wish=Text("window", {"span": request.wished}))] if request.wished else []


def ended(request: Request, company: Company, hide: bool = False) -> list[Line]:
    """What it came to; with ``hide`` as a group may read it."""
    lines = [fact("reason", reason=said(request.reason, request if hide else None))] if request.reason else []
    if request.report:
        lines += _checked(request, company, hide)
        lines.append(fact("report", report=words(masked(request, request.report) if hide else request.report)))
    if request.score:
        lines.append(fact("score", score=request.score))
    return lines


def _checked(request: Request, company: Company, hide: bool) -> list[Line]:
    """What the installer confirmed and what not, as far as the company still names it; a group reads what is open."""
    named = {one.code for one in company.checks}
    done, not_done = [
        tuple([Text(f"check-{code}") for code in codes if code in named])
        for codes in (request.checked, request.unchecked)
    ]
    kept = [fact("checked", checks=done)] if done and not hide else []
    return [*kept, fact("unchecked", checks=not_done)] if not_done else kept


def rated(request: Request, company: Company, hide: bool = False) -> list[Line]:
    """What the homeowner says beside the score; the installer is shown the score alone."""
    asked = {tag.code for tag in company.tags}
    tags = tuple([Text(f"tag-{tag}") for tag in request.tags if tag in asked])
    review = masked(request, request.review) if hide else request.review
    return [
        *([fact("tags", tags=tags)] if tags else []),
        *([fact("review", review=words(review))] if review else []),
    ]


def said(reason: str, request: Request | None = None) -> Text:
    """A reason in words: one of the company's, a day that would suit, or what somebody wrote.

    With a ``request`` what somebody wrote is shown as a group may read it.
    """
    if reason.startswith("day:"):
        return Text("reason-other-day", {"day": datetime.fromisoformat(reason[4:])})
    if reason.startswith("reason-") and " " not in reason:
        return Text(reason)
    return words(masked(request, reason) if request else reason)


def masked(request: Request, said: str) -> str:
    """What somebody wrote about a request, as a group may read it."""
    return mask_words(said, request.phone, request.door)
