"""What the fake Official Account and the fake WeCom share: the crypto of their callbacks, without wechatpy.

From the description of the «safe mode» (AES-256-CBC, PKCS#7 to 32 bytes, SHA-1 over the sorted parts). The plain text
is 16 random bytes, the length of the message in 4 bytes, the message, and whom it is for.
"""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

BLOCK = 32
HEAD = 16


class Unsealed(Exception):
    """It was not sealed for us, or was changed on the way."""


@dataclass(frozen=True, slots=True)
class Seal:
    """``owner`` is the app id or corp id, ``aes_key`` the 43 characters of the console."""

    token: str
    aes_key: str
    owner: str

    def encrypt(self, text: str, head: bytes = b"") -> str:
        """The content of ``Encrypt``; ``head`` are its 16 random bytes, if they must be known."""
        message, head = text.encode(), head or os.urandom(HEAD)
        plain = head + len(message).to_bytes(4, "big") + message + self.owner.encode()
        rest = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([rest]) * rest) + encryptor.finalize()).decode()

    def decrypt(self, sealed: str) -> str:
        """Raises:
        Unsealed: it is damaged, or for somebody else.
        """
        try:
            decryptor = self._cipher().decryptor()
            padded = decryptor.update(base64.b64decode(sealed, validate=True)) + decryptor.finalize()
            plain = padded[: -padded[-1]]
            size = int.from_bytes(plain[HEAD : HEAD + 4], "big")
            message, owner = plain[HEAD + 4 : HEAD + 4 + size], plain[HEAD + 4 + size :]
            words = message.decode()
        except (ValueError, IndexError) as error:
            raise Unsealed(type(error).__name__) from None
        if not 1 <= padded[-1] <= BLOCK or len(message) != size or owner != self.owner.encode():
            raise Unsealed("padding, length or owner")
        return words

    def sign(self, timestamp: str, nonce: str, sealed: str) -> str:
        """``msg_signature``."""
        return hashlib.sha1("".join(sorted((self.token, timestamp, nonce, sealed))).encode()).hexdigest()

    def query(self, sealed: str, timestamp: str, nonce: str) -> dict[str, str]:
        """The parameters of the address a sealed message is posted to."""
        return {"msg_signature": self.sign(timestamp, nonce, sealed), "timestamp": timestamp, "nonce": nonce}

    def opened(self, body: str) -> str:
        """The plain XML of a sealed answer.

        Raises:
            Unsealed: it is none, or its signature is wrong.
        """
        try:
            tree = ElementTree.fromstring(body)
        except ElementTree.ParseError:
            raise Unsealed("no XML") from None
        sealed, signature, timestamp, nonce = (
            tree.findtext(name) or "" for name in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")
        )
        if signature != self.sign(timestamp, nonce, sealed):
            raise Unsealed("signature")
        return self.decrypt(sealed)

    def _cipher(self) -> Cipher[CBC]:
        key = base64.b64decode(self.aes_key + "=")
        return Cipher(AES(key), CBC(key[:16]))


def xml(fields: dict[str, object], root: str = "xml") -> str:
    """An element with these children in order: text as CDATA, numbers bare, dictionaries as elements of their own.

    A list is the same element again and again. Characters that no XML may hold are handed on as somebody typed them.
    """
    return f"<{root}>{''.join(_element(name, value) for name, value in fields.items())}</{root}>"


def _element(name: str, value: object) -> str:
    if isinstance(value, dict):
        return xml(value, name)
    if isinstance(value, list):
        return "".join(_element(name, one) for one in value)
    if isinstance(value, int | float):
        return f"<{name}>{value}</{name}>"
    words = str(value)
    return f"<{name}>{escape(words)}</{name}>" if "]]>" in words else f"<{name}><![CDATA[{words}]]></{name}>"


def read_xml(text: str) -> dict[str, str]:
    """The children of the root by name, of which each may come once."""
    return {child.tag: child.text or "" for child in ElementTree.fromstring(text)}
