"""Files as WeCom takes them; photos and videos are those of ``tests.telegram.media``."""

from __future__ import annotations

from tests.telegram.media import document, photo, video

__all__ = ["amr", "document", "photo", "video"]


def amr(frames: int = 50) -> bytes:
    """Silence in AMR, twenty milliseconds a frame."""
    return b"#!AMR\n" + (b"\x04" + bytes(12)) * frames
