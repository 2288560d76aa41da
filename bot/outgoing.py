"""Messages as rows of the outbox: one call to a platform each, and few where each of them costs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from domain.chat import Attachment, Media, Outbound, Place, Priority, together

ALBUM_MAX = 10
VISUAL = frozenset({Media.PHOTO, Media.VIDEO})


def in_rows(outbounds: Sequence[Outbound], pushed: Callable[[str], bool]) -> list[Outbound]:
    """Each message of a pushed channel as its files, in their order, and then its words.

    Photos and videos that follow one another are an album of at most ten; every other file goes alone. A single file
    stays with the words of a message that is no card. Buttons, card and receipt stay with the words, or with the last
    files where there are none.
    """
    rows: list[Outbound] = []
    for outbound in outbounds:
        if outbound.files and pushed(outbound.to.channel):
            rows += _split(outbound)
        else:
            rows.append(outbound)
    return rows


def _split(outbound: Outbound) -> list[Outbound]:
    if len(outbound.files) == 1 and not outbound.card:
        return [outbound]
    albums = list(_albums(outbound.files))
    bare = replace(outbound, lines=(), buttons=(), card="", fresh=False, receipt=None, receipt_card="", asks="")
    rows = [replace(bare, files=album) for album in albums]
    if outbound.lines or outbound.buttons:
        return [*rows, replace(outbound, files=())]
    return [*rows[:-1], replace(outbound, files=albums[-1])]


def _albums(files: Sequence[Attachment]) -> Iterator[tuple[Attachment, ...]]:
    for visual, some in groupby(files, key=lambda one: one.media in VISUAL):
        together, size = tuple(some), ALBUM_MAX if visual else 1
        yield from (together[start : start + size] for start in range(0, len(together), size))


def joined(rows: Sequence[Outbound], windowed: Collection[str]) -> list[Outbound]:
    """The same with those for one place on a ``windowed`` channel in one, as far as they can be: there every message
    costs, and none is changed in place.

    Lines and buttons stay in their order. What has files or a receipt stays alone, and two cards or two subjects are
    two messages; what only takes buttons off a card goes if anything else is said there.
    """
    kept: list[Outbound] = []
    latest: dict[Place, int] = {}
    told = {row.to for row in rows if not row.settles}
    for row in rows:
        if row.to.channel not in windowed:
            kept.append(row)
        elif row.settles and row.to in told:
            continue
        elif row.to in latest and _fit(kept[latest[row.to]], row):
            kept[latest[row.to]] = together(kept[latest[row.to]], row)
        else:
            latest[row.to] = len(kept)
            kept.append(row)
    return kept


def _fit(first: Outbound, second: Outbound) -> bool:
    alone = any(one.files or one.receipt or one.echo or one.topic for one in (first, second))
    advertised = {one.priority is Priority.CAMPAIGN for one in (first, second)}  # which no window may pay for
    subjects = {one.subject for one in (first, second) if one.subject}
    cards = bool(first.card and second.card)
    return not (alone or cards or len(subjects) > 1 or len(advertised) > 1 or first.thread != second.thread)
