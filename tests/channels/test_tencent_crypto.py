"""What is sealed for us and by us: as two other implementations do it, to the byte, and nothing else is taken."""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.tencent_crypto import Crypto, Refusal
from bot.channels.tencent_xml import fields
from tests.channels.tencent_vectors import hashed, vectors
from tests.tencent import Seal, Unsealed

TOKEN, KEY, APP = "tokenOfTheTests", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wx0123456789abcdef"
STAMP, NONCE = "1790000000", "1372623149"
CRYPTO = Crypto(TOKEN, KEY, APP)
SEAL = Seal(TOKEN, KEY, APP)


def sealed(plain: bytes) -> tuple[str, str]:
    """Whole blocks as they are, and the signature which the platform would give them."""
    key = base64.b64decode(KEY + "=")
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    encrypted = base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()
    return CRYPTO.sign(STAMP, NONCE, encrypted), encrypted


def framed(text: bytes = b"<xml/>", receiver: bytes = APP.encode(), length: int | None = None) -> bytes:
    return b"r" * 16 + (len(text) if length is None else length).to_bytes(4, "big") + text + receiver


def padded(content: bytes, block: int = 32) -> bytes:
    rest = block - len(content) % block
    return content + bytes([rest]) * rest


def refused(signature: str, encrypted: str, crypto: Crypto = CRYPTO) -> str:
    with pytest.raises(Refusal) as refusal:
        crypto.open(signature, STAMP, NONCE, encrypted)
    return refusal.value.code


def test_there_are_vectors_of_two_others() -> None:
    """Some 200 texts of every kind of length, sealed by two implementations in another language."""
    known = vectors()
    assert len(known) >= 190
    assert {one.by for one in known} == {"@wecom/crypto", "wechat-crypto"}
    assert {len(one.text.encode()) % 32 for one in known} == set(range(32))
    assert {"", "a" * 10_000, "水" * 10_000, "😀" * 40} <= {one.text for one in known}


def test_what_others_sealed_is_opened_here() -> None:
    """Every vector is found signed and says what was put into it."""
    for one in vectors():
        assert one.crypto().open(one.signature, one.timestamp, one.nonce, one.encrypted) == one.text


def test_what_is_sealed_here_is_what_others_seal() -> None:
    """With the same chance our ciphertext is theirs to the byte, and so is the signature."""
    for one in vectors():
        assert one.crypto().encrypt(one.text) == one.encrypted
        assert one.crypto().sign(one.timestamp, one.nonce, one.encrypted) == one.signature


def test_what_is_sealed_here_was_read_by_others() -> None:
    """Both read our ciphertext when the vectors were made; it is the same today, and they read the text in it."""
    for one in vectors():
        assert hashed(one.crypto().encrypt(one.text)) == one.ours
        assert hashed(f"{one.account['receiver']}\n{one.text}") == one.read


@given(st.text(max_size=300))
def test_any_text_goes_through(text: str) -> None:
    """What is sealed here says the same there, and the other way round."""
    encrypted = CRYPTO.encrypt(text)
    assert SEAL.decrypt(encrypted) == text
    theirs = SEAL.encrypt(text)
    assert CRYPTO.open(CRYPTO.sign(STAMP, NONCE, theirs), STAMP, NONCE, theirs) == text


def test_an_answer_is_signed_and_sealed() -> None:
    """The XML of an answer is read, found signed and opened by whoever has the same keys; nobody else."""
    answer = CRYPTO.seal("<xml><Content>好的 ]]> 👍</Content></xml>", NONCE, STAMP)
    assert SEAL.opened(answer) == "<xml><Content>好的 ]]> 👍</Content></xml>"
    assert fields(answer)["Nonce"] == NONCE
    assert fields(answer)["TimeStamp"] == STAMP
    with pytest.raises(Unsealed):
        Seal("another", KEY, APP).opened(answer)


def test_equal_texts_do_not_look_equal() -> None:
    """Each sealing has chance of its own."""
    assert len({CRYPTO.encrypt("好") for _ in range(50)}) == 50


def test_the_frame_of_these_tests_is_opened() -> None:
    """What the following cases spoil is right as it is, with a padding to 16 bytes as to 32."""
    for block in (16, 32):
        assert (
            CRYPTO.open(sealed(padded(framed(), block))[0], STAMP, NONCE, sealed(padded(framed(), block))[1])
            == "<xml/>"
        )


SPOILED = {
    "padding of 0": (padded(framed())[:-1] + b"\0", "padding"),
    "padding of 33": (framed(b"x" * 90)[:-1] + b"!", "padding"),
    "33 equal bytes of padding": (framed(b"x" * 9) + b"!" * 33, "padding"),
    "padding of 255": (framed(b"x" * 90)[:-1] + b"\xff", "padding"),
    "padding of unequal bytes": (padded(framed(b"x" * 20))[:-2] + b"\x01" + padded(framed(b"x" * 20))[-1:], "padding"),
    "padding longer than all": (b"\x20" * 16, "padding"),
    "nothing but padding": (b"\x20" * 32, "length"),
    "no room for a length": (padded(b"r" * 16), "length"),
    "length beyond the content": (padded(framed(length=5000)), "length"),
    "length of four gigabytes": (padded(framed(length=2**32 - 1)), "length"),
    "length into the receiver": (padded(framed(length=9)), "receiver"),
    "length too short": (padded(framed(length=2)), "receiver"),
    "another app's": (padded(framed(receiver=b"wxfedcba9876543210")), "receiver"),
    "no receiver": (padded(framed(receiver=b"")), "receiver"),
    "a longer receiver": (padded(framed(receiver=APP.encode() + b"0")), "receiver"),
    "a receiver in other letters": (padded(framed(receiver=APP.upper().encode())), "receiver"),
    "text that is no UTF-8": (padded(framed(b"\xff\xfe<xml/>")), "encoding"),
    "half a character": (padded(framed("水".encode()[:2])), "encoding"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_frame_is_refused(name: str) -> None:
    """Rightly signed and wrong inside: one code each, and no error of a library."""
    plain, code = SPOILED[name]
    assert refused(*sealed(plain)) == code


@pytest.mark.parametrize(
    "encrypted", ["", "A", "====", "AAAA", "水", "A" * 63 + "\n", "AA AA", "\0" * 64, "A" * 30 + "\ud800", "-_" * 32]
)
def test_what_is_no_ciphertext_is_refused(encrypted: str) -> None:
    """Nothing, no base64, half blocks and half characters are refused, even where they are signed."""
    try:
        signature = CRYPTO.sign(STAMP, NONCE, encrypted)
    except UnicodeEncodeError:
        signature = "0" * 40
    assert refused(signature, encrypted) in ("cipher", "signature")


def test_base64_has_no_spaces() -> None:
    """The same bytes written another way are refused, even where they are signed so."""
    encrypted = SEAL.encrypt("<xml/>")
    for other in (encrypted[:20] + "\n" + encrypted[20:], encrypted + "\n", encrypted[:4] + " -" + encrypted[4:]):
        assert refused(CRYPTO.sign(STAMP, NONCE, other), other) == "cipher"


def test_another_key_opens_nothing() -> None:
    """With the right signature and another key there is a refusal every time."""
    other = Seal(TOKEN, KEY[::-1], APP)
    for _ in range(200):
        encrypted = other.encrypt("<xml/>")
        assert refused(CRYPTO.sign(STAMP, NONCE, encrypted), encrypted) in ("padding", "length", "receiver")


@pytest.mark.parametrize("signature", ["", "0" * 40, "水" * 40, "0" * 39, "\ud800", "0" * 4000])
def test_a_wrong_signature_is_refused(signature: str) -> None:
    """Whatever stands for the signature, nothing is deciphered before it is found right."""
    assert refused(signature, SEAL.encrypt("<xml/>")) == "signature"


def test_no_byte_of_a_message_can_be_changed() -> None:
    """Each character of what is sealed is signed."""
    encrypted = SEAL.encrypt("<xml/>")
    signature = CRYPTO.sign(STAMP, NONCE, encrypted)
    for index in range(len(encrypted)):
        other = "A" if encrypted[index] != "A" else "B"
        assert refused(signature, encrypted[:index] + other + encrypted[index + 1 :]) == "signature"


def test_the_signature_is_the_platforms() -> None:
    """SHA-1 over the sorted parts; without a ciphertext the one of a plain GET."""
    parts = "".join(sorted((TOKEN, STAMP, NONCE)))
    assert CRYPTO.sign(STAMP, NONCE, "") == hashlib.sha1(parts.encode()).hexdigest()


@pytest.mark.parametrize(
    ("token", "key", "receiver"),
    [("", KEY, APP), (TOKEN, "", APP), (TOKEN, KEY[:-1], APP), (TOKEN, KEY + "=", APP), (TOKEN, KEY, "")],
)
def test_an_incomplete_account_opens_nothing(token: str, key: str, receiver: str) -> None:
    """Without a token, a whole key or an id there is no crypto at all."""
    with pytest.raises(ValueError, match="must be set"):
        Crypto(token, key, receiver)


def test_the_keys_are_not_shown() -> None:
    """Neither its name nor a refusal holds a secret."""
    assert repr(CRYPTO) == "Crypto()"
    assert refused("0" * 40, SEAL.encrypt("<xml/>")) == "signature"
