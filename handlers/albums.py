"""Albums whose parts arrive one by one, late, or with other messages between them: each part follows the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.chat import Inbound, Place
from handlers.forms import Answers, Draft
from storage.store import Store

ALBUMS = "_albums"
"""Among the answers of a dialog: channel, chat, album and files of each album that went into it."""

Files = Sequence[Mapping[str, str]]


def is_part(message: Inbound, album: Mapping[str, Any]) -> bool:
    """Whether a message is a further part of an album that a dialog holds."""
    place = message.place
    return bool(message.album) and (place.channel, place.chat, message.album) == (
        album["channel"],
        album["chat"],
        album["album"],
    )


def gathered(answers: Answers, message: Inbound, fresh: Files) -> dict[str, Any]:
    """The albums of a dialog with these files of a message; nothing if it is no part of an album."""
    if not message.album:
        return {}
    known = list(answers.get(ALBUMS, ()))
    before = next((one for one in known if is_part(message, one)), None)
    place = message.place
    album = {
        "channel": place.channel,
        "chat": place.chat,
        "album": message.album,
        "files": [*(before["files"] if before else ()), *fresh],
    }
    return {ALBUMS: [*(one for one in known if one is not before), album]}


async def keep_albums(draft: Draft, subject: str) -> None:
    """What a dialog gathered belongs to ``subject`` now, and what comes late of it too."""
    for one in draft.answers.get(ALBUMS, ()):
        place = Place(one["channel"], one["chat"])
        await draft.store.albums.keep(place, one["album"], subject, one["files"], draft.turn.now)


async def add_part(draft: Draft, subject: str, fresh: Files) -> int:
    """A part goes where the others went; how many files of its album there are by now."""
    message = draft.turn.inbound
    known = await draft.store.albums.of(message.place, message.album)
    before = [one for one in known.files if one not in fresh] if known else []
    await draft.store.albums.keep(message.place, message.album, subject, [*before, *fresh], draft.turn.now)
    return len(before) + len(fresh)


async def album_of(store: Store, message: Inbound) -> tuple[str, Files]:
    """Where the other parts of a message's album went, and their files; empty if they went nowhere."""
    known = await store.albums.of(message.place, message.album) if message.album else None
    return (known.subject, known.files) if known else ("", ())
