"""Callbacks of the fake on their way: sealed, three times, in order, and what it takes for an answer."""

from __future__ import annotations

import pytest

from tests.tencent import Seal, Unsealed, xml
from tests.wecom import AGENT_ID, CORP_ID, SEAL
from tests.wecom.courier import Delivery
from tests.wecom.media import photo
from tests.wecom.stage import heard, stage

OTHER = Seal("anotherToken", SEAL.aes_key, CORP_ID)


async def test_what_a_member_says_comes_sealed() -> None:
    """A text is told with its sender and a number; the same number comes once."""
    async with stage() as here:
        await here.sam.says("漏水 ]]> <b>")
        await here.sam.photo(photo())
        text, image = await heard(here)
        assert (text["FromUserName"], text["MsgType"], text["Content"]) == ("sam", "text", "漏水 ]]> <b>")
        assert (text["ToUserName"], text["AgentID"]) == (CORP_ID, str(AGENT_ID))
        assert int(image["MsgId"]) > int(text["MsgId"])
        params = {"access_token": await here.token(), "media_id": image["MediaId"]}
        answer = await here.client.get(f"{here.fake.base_url}/cgi-bin/media/get", params=params)
        assert answer.content == photo()


async def test_an_address_that_does_not_answer_the_echo_is_not_taken() -> None:
    """The console asks first: with the wrong key, without the echo, and where nobody listens it says no."""
    async with stage() as here:
        here.fake.app.url = ""
        addresses = (f"{here.ear.url}/wecomkf", f"{here.ear.url}/else", "http://127.0.0.1:1/wecom")
        faults = [await here.fake.app.verify(url) for url in addresses]
        assert faults == ["status 500", "status 404", "ConnectError"]
        await here.sam.says("听得到吗")
        assert [one.hook for one in here.fake.journal.of("lost")] == ["wecom"]
        assert await heard(here) == []


async def test_a_callback_comes_three_times_and_never_again() -> None:
    """Anything but 200 brings it again; after the third it is lost."""
    async with stage() as here:
        here.ear.statuses = [500, 200]
        taken = await here.sam.says("一")
        await here.fake.taken()
        here.ear.statuses = [502]
        lost = await here.sam.says("二")
        await here.fake.taken()
        assert [one["Content"] for one in here.ear.heard] == ["一", "一", "二", "二", "二"]
        journal = here.fake.journal
        assert [one.status for one in journal.of("delivered", id=taken)] == [500, 200]
        assert [one.attempt for one in journal.of("delivered", id=lost)] == [1, 2, 3]
        assert [one.id for one in journal.of("confirmed")] == [taken]
        assert [one.id for one in journal.of("lost")] == [lost]


async def test_who_does_not_answer_in_time_hears_it_again() -> None:
    """After five seconds (shortened here) the platform gives up and calls anew, while the first call still runs."""
    async with stage(delivery=Delivery(answer_max_s=0.1, pause_s=0)) as here:
        here.ear.held.clear()
        id = await here.sam.says("慢")
        await here.fake.until(lambda: len(here.ear.heard) == 2)
        here.ear.held.set()
        await here.fake.taken()
        assert [one["MsgId"] for one in here.ear.heard[1:]] == [here.ear.heard[0]["MsgId"]] * (len(here.ear.heard) - 1)
        assert here.fake.journal.of("delivered", id=id)[0].status == 0
        assert here.fake.journal.of("confirmed", id=id)


async def test_an_answer_in_plain_words_is_a_violation() -> None:
    """The platform understands nothing, «success», and what is sealed for it."""
    async with stage(strict=False, delivery=Delivery(attempts=1)) as here:
        for answer in (b"success", _sealed(SEAL), b"ok", _sealed(OTHER)):
            here.ear.answers = answer
            await here.sam.says("好")
            await here.fake.taken()
        assert len(here.fake.journal.of("confirmed")) == 2
        assert len(here.fake.violations) == 2


def _sealed(seal: Seal) -> bytes:
    sealed = seal.encrypt("<xml><Content>好</Content></xml>")
    signed: dict[str, object] = {"MsgSignature": seal.sign("1", "2", sealed), "TimeStamp": "1", "Nonce": "2"}
    return xml({"Encrypt": sealed, **signed}).encode()


async def test_repeats_and_disorder_when_asked_for() -> None:
    """With repeats each callback comes twice at once; without order one that is held does not hold the next."""
    async with stage(delivery=Delivery(repeats=1.0)) as here:
        await here.sam.says("一")
        assert [one["Content"] for one in await heard(here)] == ["一", "一"]
    async with stage(delivery=Delivery(ordered=False)) as here:
        here.ear.held.clear()
        await here.sam.says("一")
        await here.sam.says("二")
        await here.fake.until(lambda: len(here.ear.heard) == 2)


def test_a_seal_opens_for_its_owner_alone() -> None:
    """Another corp id, another key, and a changed byte are told from the real thing."""
    sealed = SEAL.encrypt("漏水")
    assert SEAL.decrypt(sealed) == "漏水"
    others = (Seal(SEAL.token, SEAL.aes_key, "ww1"), Seal(SEAL.token, SEAL.aes_key[::-1], CORP_ID))
    for seal, text in (*((one, sealed) for one in others), (SEAL, sealed[:-4]), (SEAL, "漏水")):
        with pytest.raises(Unsealed):
            seal.decrypt(text)
