"""What WeCom posts to the app: kept before it is confirmed, once, and nothing of what is not theirs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from bot.channels.wecom_intake import Intake
from bot.webhooks import Call
from domain.chat import Raw
from storage.database import Database
from tests.channels.wecom_rig import Rig, rig
from tests.tencent import Seal, xml
from tests.wecom import CORP_ID, SEAL


async def post(here: Rig, fields: dict[str, Any], seal: Seal = SEAL) -> int:
    """A callback by hand."""
    sealed = seal.encrypt(xml(fields))
    query = seal.query(sealed, str(int(here.watch().timestamp())), "nonce1")
    body = xml({"ToUserName": CORP_ID, "Encrypt": sealed})
    async with httpx.AsyncClient() as client:
        return (await client.post(f"{here.url}/wecom", params=query, content=body.encode())).status_code


def said(here: Rig, **more: Any) -> dict[str, Any]:
    at = int(here.watch().timestamp())
    return {"ToUserName": CORP_ID, "FromUserName": "sam", "CreateTime": at, "MsgType": "text", "Content": "在", **more}


async def inbox(here: Rig) -> list[str]:
    rows = await here.store(lambda store: store.connection.all("SELECT id FROM inbox ORDER BY id"))
    return [row["id"] for row in rows]


async def test_a_message_is_kept_once(database: Database, tmp_path: Path) -> None:
    """The same message again changes nothing; the answer is the same."""
    async with rig(database, tmp_path) as here:
        assert [await post(here, said(here, MsgId=7)) for _ in range(2)] == [200, 200]
        assert await inbox(here) == ["wecom:m:sam:7"]


async def test_what_is_none_of_theirs(database: Database, tmp_path: Path) -> None:
    """A message without a number and one that is sealed with another key are refused, and nothing is kept."""
    async with rig(database, tmp_path) as here:
        other = Seal("anotherToken", SEAL.aes_key, CORP_ID)
        assert await post(here, said(here)) == 400
        assert await post(here, said(here, MsgId=7), other) in (400, 404)
        assert await inbox(here) == []


async def test_what_cannot_be_kept_comes_again(database: Database, tmp_path: Path) -> None:
    """While the database is away the platform hears 500, and delivers again."""
    async with rig(database, tmp_path) as here:

        async def fails(raw: Raw) -> None:
            raise OSError

        intake = Intake(here.wecom.door, fails)
        sealed = SEAL.encrypt(xml(said(here, MsgId=7)))
        query = SEAL.query(sealed, str(int(here.watch().timestamp())), "nonce1")
        call = Call("POST", query, {})
        assert intake.admits(call)
        answer = await intake.take(call, xml({"ToUserName": CORP_ID, "Encrypt": sealed}).encode())
        assert answer.status == 500


async def test_a_press_comes_with_a_fresh_code(database: Database, tmp_path: Path) -> None:
    """After a press the card can be changed once more, although its first code was used."""
    async with rig(database, tmp_path) as here:
        await here.joins("sam", "sue")
        await here.fake.members["sam"].says("/language")
        await here.settle()
        await here.fake.members["sam"].press("English")
        await here.settle()
        assert here.said("sam")[-1] != here.said("sam")[0]
