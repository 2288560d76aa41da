"""The platform's envelope, written from its manual alone: AES-256-CBC, PKCS7 to 32 bytes, SHA-1 over sorted parts."""

from __future__ import annotations

import base64
import hashlib
import secrets
import struct
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
SALT = 16


class Wrong(Exception):
    """What was to be opened is not ours, or not whole."""


def signature(*parts: str) -> str:
    """Of the token and whatever is signed with it, in any order."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Seal:
    """What both sides know; ``aes_key`` are the 43 letters of the console, ``owner`` the app's id."""

    token: str
    aes_key: str
    owner: str

    @property
    def key(self) -> bytes:
        return base64.b64decode(self.aes_key + "=")

    def encrypt(self, text: str) -> str:
        body = text.encode()
        plain = secrets.token_bytes(SALT) + struct.pack(">I", len(body)) + body + self.owner.encode()
        pad = BLOCK - len(plain) % BLOCK
        enc = self._cipher().encryptor()
        return base64.b64encode(enc.update(plain + bytes([pad]) * pad) + enc.finalize()).decode()

    def decrypt(self, sealed: str) -> str:
        """The text.

        Raises:
            Wrong: not base64, not whole, wrongly padded, or for somebody else.
        """
        try:
            data = base64.b64decode(sealed, validate=True)
            dec = self._cipher().decryptor()
            plain = dec.update(data) + dec.finalize()
        except ValueError as error:
            raise Wrong(f"not decrypted: {error}") from None
        return self._unpack(_unpadded(plain))

    def sign(self, timestamp: str, nonce: str, sealed: str) -> str:
        return signature(self.token, timestamp, nonce, sealed)

    def _unpack(self, plain: bytes) -> str:
        if len(plain) < SALT + 4:
            raise Wrong("too short")
        end = SALT + 4 + struct.unpack(">I", plain[SALT : SALT + 4])[0]
        if plain[end:] != self.owner.encode():
            raise Wrong(f"for somebody else: {plain[end:]!r}")
        try:
            return plain[SALT + 4 : end].decode()
        except UnicodeDecodeError:
            raise Wrong("not UTF-8") from None

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self.key), modes.CBC(self.key[:16]))


def _unpadded(plain: bytes) -> bytes:
    pad = plain[-1] if plain else 0
    if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad:
        raise Wrong("wrongly padded")
    return plain[:-pad]
