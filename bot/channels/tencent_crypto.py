"""Messages as Tencent seals them: AES-CBC with the key of the console, signed with its token.

The library does the cipher; what it leaves out is done here. A signature is compared in constant time, and the frame
inside is read to the byte: sixteen bytes of chance, four of length, the text, the id of whom it is for, and a padding
of 1 to 32 equal bytes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import string
import struct
from collections.abc import Callable
from typing import Final

from wechatpy.crypto import PrpCrypto

CHANCE_BYTES: Final = 16
HEAD_BYTES: Final = CHANCE_BYTES + 4
BLOCK_BYTES: Final = 16
PADDING_MAX: Final = 32
KEY_CHARS: Final = 43
LETTERS: Final = string.ascii_letters + string.digits

FAULTS = (ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, OverflowError, struct.error)
"""What the library, base64 and the decoding of text raise on bytes that are none of Tencent's."""

ANSWER = (
    "<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
    "<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
)


class Refusal(Exception):
    """What came in is not taken. ``code`` is short, one of a few, and holds nothing of what came."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


Chance = Callable[[], bytes]
"""Sixteen bytes that nobody can foresee: they are what makes equal texts look different."""


def letters() -> bytes:
    """Sixteen letters and digits by chance."""
    return "".join(secrets.choice(LETTERS) for _ in range(CHANCE_BYTES)).encode()


class Sealer(PrpCrypto):  # type: ignore[misc]  # the library has no types
    """The library's cipher with our chance; its own can be foreseen."""

    def __init__(self, key: bytes, chance: Chance) -> None:
        super().__init__(key)
        self.get_random_string = chance


class Crypto:
    """Opens and seals what goes between us and one account.

    ``token`` and ``aes_key`` (43 characters) are those of the console, ``receiver`` is the app id of an Official
    Account or the corp id of a company.

    Raises:
        ValueError: one of them is empty, or the key is none.
    """

    def __init__(self, token: str, aes_key: str, receiver: str, chance: Chance = letters) -> None:
        if not token or not receiver or len(aes_key) != KEY_CHARS:
            raise ValueError("token, key and receiver must be set, the key with 43 characters")
        self._token = token
        self._receiver = receiver.encode()
        self._sealer = Sealer(base64.b64decode(aes_key + "=", validate=True), chance)

    def __repr__(self) -> str:
        return "Crypto()"

    def sign(self, timestamp: str, nonce: str, encrypted: str) -> str:
        """The signature as 40 hex digits in lower case; without ``encrypted`` the one of a plain GET."""
        parts = sorted(part.encode() for part in (self._token, timestamp, nonce, encrypted))
        return hashlib.sha1(b"".join(parts), usedforsecurity=False).hexdigest()

    def check(self, signature: str, timestamp: str, nonce: str, encrypted: str) -> None:
        """Whether the platform signed this.

        Raises:
            Refusal: «signature».
        """
        try:
            made = self.sign(timestamp, nonce, encrypted)
            ours = hmac.compare_digest(made.encode(), signature.encode())
        except UnicodeEncodeError:
            ours = False
        if not ours:
            raise Refusal("signature")

    def open(self, signature: str, timestamp: str, nonce: str, encrypted: str) -> str:
        """What was sealed, once the signature is found right.

        Raises:
            Refusal: «signature», «cipher», «padding», «length», «receiver» or «encoding».
        """
        self.check(signature, timestamp, nonce, encrypted)
        content = _unpadded(self._deciphered(encrypted))
        length = int.from_bytes(content[CHANCE_BYTES:HEAD_BYTES], "big")
        body = content[HEAD_BYTES:]
        if len(content) < HEAD_BYTES or length > len(body):
            raise Refusal("length")
        if not hmac.compare_digest(body[length:], self._receiver):
            raise Refusal("receiver")
        try:
            return body[:length].decode()
        except UnicodeDecodeError:
            raise Refusal("encoding") from None

    def encrypt(self, text: str) -> str:
        """Sealed and not signed, as base64; equal texts come out differently each time."""
        return bytes(self._sealer.encrypt(text, self._receiver.decode())).decode()

    def seal(self, text: str, nonce: str, timestamp: str) -> str:
        """The XML by which a callback is answered. ``nonce`` and ``timestamp`` (seconds since 1970) are ours to choose;
        they are not escaped."""
        encrypted = self.encrypt(text)
        signature = self.sign(timestamp, nonce, encrypted)
        return ANSWER.format(encrypted=encrypted, signature=signature, timestamp=timestamp, nonce=nonce)

    def _deciphered(self, encrypted: str) -> bytes:
        try:
            sealed = base64.b64decode(encrypted, validate=True)
            if not sealed or len(sealed) % BLOCK_BYTES:
                raise Refusal("cipher")
            return bytes(self._sealer.cipher.decrypt(sealed))
        except FAULTS:
            raise Refusal("cipher") from None


def _unpadded(plain: bytes) -> bytes:
    count = plain[-1]
    if not 1 <= count <= min(PADDING_MAX, len(plain)) or plain[-count:] != bytes([count]) * count:
        raise Refusal("padding")
    return plain[:-count]
