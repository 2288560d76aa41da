"""Messages with files, as rows of the outbox that are one call to a platform each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from domain.chat import Attachment, Media, Outbound

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
