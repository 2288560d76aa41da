"""What the installation signs with."""

from __future__ import annotations

import os
import secrets

from bot.config import Settings


def signing_secret(settings: Settings) -> bytes:
    """The secret from the settings, or one that is made once and kept where only this user can read it."""
    if settings.secret:
        return settings.secret.get_secret_value().encode()
    path = settings.data_dir / "secret"
    if not path.exists():
        fresh = path.with_name(f"secret.{os.getpid()}")
        fresh.touch(mode=0o600)
        with fresh.open("w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())  # an empty secret after a power cut would sign for everybody
        fresh.replace(path)
    return path.read_text().strip().encode()
