"""The web chat's API: messages in, files in and out, the outbox as events and as history."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse

from bot.channels.webchat import FILES_MAX, HASH, TEXT_CHARS_MAX, raw_message
from bot.legible import legible
from bot.sessions import mac, same
from bot.site import Problem, Site, json_body, number, place_of, reader, spend, writer
from bot.stream import BATCH_COUNT, END_OF_LANE, LAST_COUNT, events, shown
from bot.uploads import IMAGE_TYPES, TooLarge, Unusable, checked, media_of, read_capped
from domain.errors import Unparseable

MESSAGES = "/chat/messages"
DONE = Response(b'{"ok":true}', media_type="application/json")
"""Made once: nothing in it is one visitor's."""
EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "application/pdf": "pdf",
    "text/csv": "csv",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/amr": "amr",
}


async def post_message(site: Site, request: Request) -> Response:
    """Take one message or press; 200 means that it is committed."""
    account = writer(site, request)
    spend(site.messages, request, account)
    posted = await json_body(request)
    _check_sizes(posted)
    _check_tickets(site, account, posted)
    try:
        raw = raw_message(account, posted)
    except Unparseable as fault:
        raise Problem(400, "body") from fault
    if raw.body["room"]:
        await place_of(site, account, raw.body["room"])
    await site.doors.receive(raw)
    return DONE


async def post_seen(site: Site, request: Request) -> Response:
    """Note how far this account has read."""
    account = writer(site, request)
    posted = await json_body(request)
    seq, room = posted.get("seq"), posted.get("room", "")
    if not isinstance(seq, int) or not isinstance(room, str) or not 0 < seq < END_OF_LANE:
        raise Problem(400, "body")
    await site.doors.seen(await place_of(site, account, room), account, seq)
    return DONE


async def post_file(site: Site, request: Request) -> Response:
    """Keep one file and hand back what a message needs to show it; the name is ours, never the sender's."""
    account = writer(site, request)
    spend(site.uploads, request, account)
    settings = site.doors.settings
    try:
        length = request.headers.get("content-length", "")
        data = await read_capped(request.stream(), length, settings.upload_bytes_max)
        async with site.decoders:
            kept, media_type = await asyncio.to_thread(checked, data, settings.image_pixels_max)
    except TooLarge as fault:
        raise Problem(413, "file-large") from fault
    except Unusable as fault:
        raise Problem(415, "file-type") from fault
    return await _stored(site, account, kept, media_type)


async def get_file(site: Site, request: Request) -> Response:
    """A stored file, for those who may see it; absent and forbidden answer alike."""
    account, digest = reader(site, request), request.path_params["hash"]
    found = await site.doors.fetch(digest, account) if HASH.match(digest) else None
    if found is None:
        raise Problem(404, "absent")
    stored, media_type = found
    shown_as = "inline" if media_type in IMAGE_TYPES else "attachment"
    headers = {
        "Content-Disposition": f'{shown_as}; filename="{digest[:12]}.{EXTENSIONS.get(media_type, "bin")}"',
        "Cache-Control": "private, max-age=86400, immutable",
        "Vary": "Cookie",
    }
    if isinstance(stored, Path):
        return FileResponse(stored, headers=headers, media_type=media_type)
    return ranged(stored, request.headers.get("range", ""), media_type, headers)


async def get_events(site: Site, request: Request) -> Response:
    """The lane as server-sent events, from Last-Event-ID, else from «after», else its last messages."""
    account, query = reader(site, request), request.query_params
    place = await place_of(site, account, query.get("room", ""))
    after = number(request.headers.get("last-event-id", ""))
    after = number(query.get("after", "")) if after is None else after
    if site.streams[account] >= site.doors.settings.streams_max:
        raise Problem(429, "slow-down")
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    stream = _counted(site, account, events(site.doors, place, account, after))
    return StreamingResponse(stream, headers=headers, media_type="text/event-stream")


async def get_history(site: Site, request: Request) -> Response:
    """One page of the lane: the messages before a seq, or after one; ascending."""
    account, query = reader(site, request), request.query_params
    place = await place_of(site, account, query.get("room", ""))
    after, before = number(query.get("after", "")), number(query.get("before", ""))
    if after is not None:
        rows = await site.doors.outbox_after(place, after, BATCH_COUNT)
    else:
        rows = await site.doors.outbox_before(place, END_OF_LANE if before is None else before, LAST_COUNT)
    page = {"messages": [shown(message, account) for message in rows]}
    return JSONResponse(page, headers={"Cache-Control": "no-store"})


def ranged(data: bytes, wanted: str, media_type: str, headers: dict[str, str]) -> Response:
    """All of ``data``, or the one range that a player asks for («bytes=0-1»)."""
    headers = {**headers, "Accept-Ranges": "bytes"}
    start, dash, end = wanted.removeprefix("bytes=").partition("-")
    first, last = number(start), number(end) if end else len(data) - 1
    if not dash or first is None or last is None or not first <= last or first >= len(data):
        return Response(data, headers=headers, media_type=media_type)
    last = min(last, len(data) - 1)
    headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
    return Response(data[first : last + 1], 206, headers, media_type)


async def _counted(site: Site, account: str, stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    site.streams[account] += 1
    try:
        async for chunk in stream:
            yield chunk
    finally:
        site.streams[account] -= 1
        if not site.streams[account]:
            del site.streams[account]


async def _stored(site: Site, account: str, data: bytes, media_type: str) -> Response:
    try:
        kept = await site.doors.keep(data, media_type, account)
    except OSError as fault:
        raise Problem(507, "file-store") from fault
    media = media_of(media_type)
    ticket = mac(site.doors.settings.secret, "file", account, kept.hash, media)
    return JSONResponse({"hash": kept.hash, "media": media, "name": kept.name, "ticket": ticket})


def _check_sizes(posted: dict[str, Any]) -> None:
    text, files = posted.get("text"), posted.get("files")
    if isinstance(text, str) and len(legible(text)) > TEXT_CHARS_MAX:
        raise Problem(413, "text-long")
    if isinstance(files, list) and len(files) > FILES_MAX:
        raise Problem(413, "files-many")


def _check_tickets(site: Site, account: str, posted: dict[str, Any]) -> None:
    """Only a file that this account uploaded can be said by it, as what it is."""
    files = posted.get("files")
    for file in files if isinstance(files, list) else ():
        told = file if isinstance(file, dict) else {}
        right = mac(site.doors.settings.secret, "file", account, str(told.get("hash")), str(told.get("media")))
        if not same(right, str(told.get("ticket"))):
            raise Problem(400, "file")
