"""Callbacks which the platform never made: whatever the app answers, it must not take them."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from typing import Any

import httpx

from tests.wechat.crypto import Seal, signature
from tests.wechat.delivery import Letter, Postman, enveloped, letter_of
from tests.wechat.envelope import written
from tests.wechat.followers import Follower
from tests.wechat.platform import Platform

STALE_S = 301
SEALED = re.compile(rb"<Encrypt><!\[CDATA\[(.*?)]]></Encrypt>")
KINDS = ("forged", "unsigned", "other-key", "other-app", "replayed", "stale", "early", "resplit", "truncated",
         "short", "plain", "plain-signed", "doctype", "huge", "empty", "changed")  # fmt: skip


@dataclass
class Hostile:
    """``await fake.hostile.attack("forged", hana, "我要退款")``: the app's answer."""

    here: Platform
    postman: Postman

    async def attack(self, kind: str, who: Follower, text: str = "冒名") -> httpx.Response:
        return await self.postman.post(self.letter(kind, who, text))

    async def replay(self) -> httpx.Response:
        """The last letter that was really sent, byte for byte."""
        letter = next(act.letter for act in reversed(self.postman.acts) if act.letter)
        return await self.postman.post(letter)

    def letter(self, kind: str, who: Follower, text: str = "冒名") -> Letter:
        """One that is false in this way alone. «replayed» is a true one: post it twice."""
        xml = self.xml(who, text)
        true = letter_of(self.here, xml, who.openid)
        makers: dict[str, Any] = {
            "forged": lambda: self._sealed(replace(self.here.seal, token="another"), xml),
            "unsigned": lambda: Letter({**true.query, "msg_signature": "", "signature": ""}, true.body),
            "other-key": lambda: self._sealed(replace(self.here.seal, aes_key="x" * 42 + "E"), xml),
            "other-app": lambda: self._sealed(replace(self.here.seal, owner="wxffffffffffffffff"), xml),
            "replayed": lambda: true,
            "stale": lambda: self._sealed(self.here.seal, xml, -STALE_S),
            "early": lambda: self._sealed(self.here.seal, xml, STALE_S),
            "resplit": lambda: self._resplit(xml, who),
            "truncated": lambda: Letter(true.query, true.body[: len(true.body) // 2]),
            "short": lambda: self._signed(sealed_in(true)[:-64]),
            "plain": lambda: Letter(self._plain_query(who), xml.encode()),
            "plain-signed": lambda: Letter({**self._plain_query(who), "encrypt_type": "raw"}, xml.encode()),
            "doctype": lambda: Letter(true.query, b'<!DOCTYPE xml [<!ENTITY a "b">]>' + true.body),
            "huge": lambda: self._signed(self.here.seal.encrypt(self.xml(who, "长" * 100_000))),
            "empty": lambda: Letter(true.query, b""),
            "changed": lambda: Letter(true.query, enveloped(self.here, self.here.seal.encrypt(xml))),
        }
        made: Letter = makers[kind]()
        return made

    def xml(self, who: Follower, text: str) -> str:
        at = int(self.here.clock().timestamp())
        head = {"ToUserName": self.here.name, "FromUserName": who.openid, "CreateTime": at, "MsgType": "text"}
        return written({**head, "Content": text, "MsgId": self.here.next_number()})

    def _sealed(self, seal: Seal, xml: str, later_s: int = 0) -> Letter:
        return self._signed(seal.encrypt(xml), seal, later_s)

    def _signed(self, sealed: str, seal: Seal | None = None, later_s: int = 0) -> Letter:
        seal = seal or self.here.seal
        timestamp, nonce = str(int(self.here.clock().timestamp()) + later_s), secrets.token_hex(5)
        signed = {"signature": signature(seal.token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
        sign = seal.sign(timestamp, nonce, sealed)
        return Letter({**signed, "encrypt_type": "aes", "msg_signature": sign}, enveloped(self.here, sealed))

    def _plain_query(self, who: Follower) -> dict[str, str]:
        """As in the plain mode, which signs no body."""
        query = dict(self._signed("").query)
        return {name: query[name] for name in ("signature", "timestamp", "nonce")} | {"openid": who.openid}

    def _resplit(self, xml: str, who: Follower) -> Letter:
        """The same signature over other parts: the nonce swallows the first blocks of what is sealed.

        The signature is over sorted parts without anything between them, so that their borders can be moved as
        long as their order stays: all but the first blocks decrypts to what it was.
        """
        while True:
            true = letter_of(self.here, xml, who.openid, nonce=str(secrets.randbelow(10**10)))
            sealed, nonce = sealed_in(true), true.query["nonce"]
            moved, rest = nonce + sealed[:64], sealed[64:]
            if self.here.seal.sign(true.query["timestamp"], moved, rest) == true.query["msg_signature"]:
                sign = signature(self.here.seal.token, true.query["timestamp"], moved)
                return Letter({**true.query, "nonce": moved, "signature": sign}, enveloped(self.here, rest))


def sealed_in(letter: Letter) -> str:
    found = SEALED.search(letter.body)
    assert found
    return found[1].decode()
