"""How we speak with the platform over HTTP: every answer that is none, every number that means something."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest

from bot.channels import tencent_http
from bot.channels.tencent_errors import (
    CORP,
    CORP_TOKEN,
    NO_FAULTS,
    OFFICIAL,
    OFFICIAL_TOKEN,
    Faults,
    each,
    refusal,
)
from bot.channels.tencent_http import Api, Fetched, cleaned, open_client
from bot.logs import redact
from bot.uploads import TooLarge
from domain.errors import Malformed, Permanent, SendFailed, Temporary, Throttled, WindowShut
from tests.channels.tencent_server import SECRET, Platform, serving
from tests.fakes import Watch

SEND = "/cgi-bin/message/custom/send"
UPLOAD = "/cgi-bin/media/upload"
GET = "/cgi-bin/media/get"


@dataclass
class Purse:
    """Tokens without a database: each refused one is followed by the platform's present one."""

    platform: Platform
    token: str = "token_0_of_the_tests"
    told: list[str] = field(default_factory=list)

    async def current(self) -> str:
        return self.token

    async def refused(self, token: str) -> None:
        self.told.append(f"refused {token}")
        self.token = self.platform.token or "token_1_of_the_tests"

    async def worked(self, token: str) -> None:
        self.told.append(f"worked {token}")


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    async with serving(Platform(Watch())) as one:
        one.ends["token_0_of_the_tests"] = one.clock().replace(year=2030)
        yield one


@pytest.fixture
def purse(platform: Platform) -> Purse:
    return Purse(platform)


@pytest.fixture
async def api(platform: Platform, purse: Purse) -> AsyncIterator[Api]:
    async with open_client() as client:
        yield Api(platform.base, purse, client, OFFICIAL, OFFICIAL_TOKEN)


def text(content: str) -> dict[str, object]:
    return {"touser": "o1", "msgtype": "text", "text": {"content": content}}


async def failure(api: Api, also: Faults = NO_FAULTS) -> SendFailed:
    with pytest.raises(SendFailed) as failed:
        await api.call("POST", SEND, json=text("水"), also=also)
    shown = "".join(traceback.format_exception(failed.value))
    assert failed.value.__context__ is None or failed.value.__suppress_context__
    assert "token_" not in shown
    assert "13800138000" not in shown
    return failed.value


@pytest.mark.parametrize(
    "said", ["水龙头 😀", "]]>", "a\0b\x1bc", '"\\u4f60" \\', "\u202eשלום", "水" * 10_000, "\ud800x"]
)
async def test_every_text_arrives(api: Api, platform: Platform, said: str) -> None:
    """As UTF-8 without escapes, without control characters and half pairs, and with everything else."""
    assert (await api.call("POST", SEND, json=text(said)))["msgid"] == 1
    kept = "".join(one for one in said if one not in "\0\x1b\ud800")
    assert platform.calls == [(SEND, text(kept))]


def test_json_is_cleaned_to_the_bottom() -> None:
    """Strings in lists and objects too; other values stay what they are."""
    assert cleaned({"a": ["\0b", ("c\x01",), {"d": 1}], "e": None, "f": 0.5}) == {
        "a": ["b", ["c"], {"d": 1}],
        "e": None,
        "f": 0.5,
    }


STRANGE = {
    "html": (Temporary, "reset"),
    "502": (Temporary, "502"),
    "500": (Temporary, "crash"),
    "504": (Temporary, "timeout"),
    "413": (Permanent, "too-big"),
    "half": (Temporary, "reset"),
    "reset": (Temporary, "reset"),
    "empty": (Temporary, "reset"),
    "list": (Temporary, "reset"),
    "null": (Temporary, "reset"),
    "a number": (Temporary, "reset"),
    "words for a code": (Temporary, "reset"),
    "true for a code": (Temporary, "reset"),
    "no JSON": (Temporary, "reset"),
    "deep": (Temporary, "reset"),
    "not UTF-8": (Temporary, "reset"),
    "redirect": (Temporary, "307"),
    "endless": (Temporary, "reset"),
}


@pytest.mark.parametrize("fault", STRANGE)
async def test_an_answer_that_is_none_is_a_fault_that_passes(api: Api, platform: Platform, fault: str) -> None:
    """Pages, halves, resets, wrong shapes, redirects and endless answers: tried later, and the next call works."""
    platform.faults.append(fault)
    failed = await failure(api)
    assert (type(failed), failed.code) == STRANGE[fault]
    assert (await api.call("POST", SEND, json=text("水")))["errcode"] == 0


@pytest.mark.parametrize(("fault", "wait_s"), [("429", 17), ("429 and no word", 60)])
async def test_too_many_is_a_pause(api: Api, platform: Platform, fault: str, wait_s: float) -> None:
    """A 429 says how long everybody waits; a minute if it does not."""
    platform.faults.append(fault)
    failed = await failure(api)
    assert isinstance(failed, Throttled)
    assert (failed.retry_after_s, failed.everyone) == (wait_s, True)


async def test_nobody_listens(purse: Purse) -> None:
    """A platform that cannot be reached was certainly not told anything."""
    async with open_client() as client:
        failed = await failure(Api("http://127.0.0.1:9", purse, client, OFFICIAL, OFFICIAL_TOKEN))
    assert (type(failed), failed.code) == (Temporary, "unreached")


async def test_a_platform_that_says_nothing_is_given_up(purse: Purse, platform: Platform) -> None:
    """A slow answer ends in time, as one that may have been done."""
    platform.gate.clear()
    async with httpx.AsyncClient(timeout=httpx.Timeout(0.1)) as client:
        wire = tencent_http.Wire(platform.base, client, OFFICIAL)
        with pytest.raises(Temporary) as failed:
            await wire.call("GET", "/cgi-bin/gettoken", {"corpid": "ww", "corpsecret": SECRET})
    assert failed.value.code == "timeout"


def test_all_time_outs_together_are_shorter_than_a_delivery() -> None:
    """A call ends before the dispatcher's 20 seconds; the parts of one exchange are bounded too."""
    assert tencent_http.TOTAL_S < 20
    assert None not in (tencent_http.TIMEOUT.connect, tencent_http.TIMEOUT.read, tencent_http.TIMEOUT.write)


async def test_a_call_is_cut_when_its_time_is_over(api: Api, platform: Platform, purse: Purse) -> None:
    """Whatever takes so long, a token among it, the whole call is over then."""

    class Slow(Purse):
        async def current(self) -> str:
            await asyncio.Event().wait()
            return ""

    async with open_client() as client:
        slow = Api(platform.base, Slow(platform), client, OFFICIAL, OFFICIAL_TOKEN, total_s=0.05)
        assert (await failure(slow)).code == "timeout"


CODES: tuple[tuple[Faults, int, type[SendFailed], str], ...] = (
    (OFFICIAL, -1, Temporary, "system-busy"),
    (OFFICIAL, 40003, Permanent, "blocked"),
    (OFFICIAL, 43004, Permanent, "blocked"),
    (OFFICIAL, 43019, Permanent, "blocked"),
    (OFFICIAL, 48002, Permanent, "blocked"),
    (CORP, 48002, Temporary, "48002"),
    (OFFICIAL, 45015, WindowShut, "window"),
    (OFFICIAL, 45047, WindowShut, "window"),
    (OFFICIAL, 45009, Throttled, "quota"),
    (OFFICIAL, 45011, Throttled, "quota"),
    (OFFICIAL, 40007, Permanent, "media"),
    (OFFICIAL, 45002, Permanent, "too-big"),
    (OFFICIAL, 40033, Malformed, "markup"),
    (OFFICIAL, 40164, Temporary, "40164"),
    (OFFICIAL, 48001, Temporary, "48001"),
    (OFFICIAL, 40125, Temporary, "40125"),
    (OFFICIAL, 12345, Permanent, "12345"),
    (CORP, 40001, Temporary, "40001"),
    (CORP, 40003, Permanent, "blocked"),
    (CORP, 60111, Permanent, "blocked"),
    (CORP, 81013, Permanent, "blocked"),
    (CORP, 86003, Permanent, "chat-gone"),
    (CORP, 95000, Permanent, "chat-gone"),
    (CORP, 95001, WindowShut, "window"),
    (CORP, 95002, WindowShut, "window"),
    (CORP, 95018, WindowShut, "window"),
    (CORP, 60140, Permanent, "not-editable"),
    (CORP, 60020, Temporary, "60020"),
    (CORP, 45009, Throttled, "quota"),
    (CORP, 45033, Throttled, "quota"),
    (CORP, 999_999, Permanent, "999999"),
)


@pytest.mark.parametrize(("faults", "number", "kind", "code"), CODES)
def test_a_number_has_a_meaning(faults: Faults, number: int, kind: type[SendFailed], code: str) -> None:
    """What each errcode is in our tree; one that nobody knows is final, and its number is told."""
    made = refusal(number, faults)
    assert (type(made), made.code) == (kind, code)


def test_a_refused_token_is_nothing_else() -> None:
    """No errcode means both a refused token and something about the message."""
    assert not OFFICIAL_TOKEN & set(OFFICIAL)
    assert not CORP_TOKEN & set(CORP)
    assert 40001 not in CORP_TOKEN


async def test_a_call_may_have_numbers_of_its_own(api: Api, platform: Platform) -> None:
    """What a call knows better goes before the account's table."""
    platform.errcodes.extend([45015, 45015])
    assert isinstance(await failure(api), WindowShut)
    own = await failure(api, each(Permanent, "own", 45015))
    assert (type(own), own.code) == (Permanent, "own")


async def test_a_refused_token_costs_one_more_try(api: Api, platform: Platform, purse: Purse) -> None:
    """The message goes with the next token, once."""
    purse.token, platform.token = "token_old", "token_0_of_the_tests"
    platform.ends["token_old"] = platform.clock()
    await api.call("POST", SEND, json=text("水"))
    assert purse.told == ["refused token_old", "worked token_0_of_the_tests"]
    assert len(platform.calls) == 1


async def test_tokens_that_are_always_refused_end_a_call(api: Api, platform: Platform, purse: Purse) -> None:
    """Two tries, two words to the tokens, then it passes later."""
    platform.invalid = True
    failed = await failure(api)
    assert (type(failed), failed.code) == (Temporary, "token")
    assert platform.refused == len(purse.told) == 2


async def test_a_file_is_sent_as_a_form(api: Api, platform: Platform, purse: Purse) -> None:
    """Bytes, name and kind arrive; a refused token does not cost the file."""
    purse.token, platform.token = "token_old", "token_0_of_the_tests"
    platform.ends["token_old"] = platform.clock()
    data = bytes(range(256)) * 4000
    answer = await api.upload(UPLOAD, data, "照片.jpg", "image/jpeg", params={"type": "image"})
    assert answer["media_id"] == "MEDIA"
    assert platform.calls == [(UPLOAD, ("照片.jpg", "image/jpeg", data, "image"))]


async def test_a_file_is_had(api: Api) -> None:
    """Its bytes, kind and name; a video has a link instead."""
    known = Fetched(b"\xff" * 5000, "image/jpeg", "MEDIA.jpg")
    assert await api.download(GET, params={"media_id": "5000"}, bytes_max=5000) == known
    video = await api.download(GET, params={"media_id": "video"}, bytes_max=5000)
    assert video == Fetched(b"", link="http://video.example.com/1.mp4")
    assert (await api.download(GET, params={"media_id": "words"}, bytes_max=5000)).data == b"a note"


@pytest.mark.parametrize(
    ("id", "kind", "code"),
    [
        ("gone", Permanent, "media"),
        ("gone in words", Permanent, "media"),
        ("JSON", Temporary, "reset"),
        ("half", Temporary, "reset"),
    ],
)
async def test_a_file_that_is_none(api: Api, id: str, kind: type[SendFailed], code: str) -> None:
    """What comes as JSON instead of a file, or ends too soon, is an error."""
    with pytest.raises(SendFailed) as failed:
        await api.download(GET, params={"media_id": id}, bytes_max=5000)
    assert (type(failed.value), failed.value.code) == (kind, code)


@pytest.mark.parametrize("id", ["5001", "unannounced"])
async def test_a_file_that_is_too_long_is_not_read(api: Api, id: str) -> None:
    """It says so, or shows it: no more than allowed is taken, and the next file is had."""
    with pytest.raises(TooLarge):
        await api.download(GET, params={"media_id": id}, bytes_max=5000)
    assert len((await api.download(GET, params={"media_id": "10"}, bytes_max=5000)).data) == 10


@pytest.mark.parametrize("fault", ["redirect", "502", "reset"])
async def test_no_redirect_of_a_file_is_followed(api: Api, platform: Platform, fault: str) -> None:
    """Somewhere else is nowhere."""
    platform.faults.append(fault)
    with pytest.raises(Temporary):
        await api.download(GET, params={"media_id": "10"}, bytes_max=5000)


LINES = (
    "HTTP Request: GET https://qyapi.weixin.qq.com/cgi-bin/gettoken?corpid=ww1&corpsecret=s3cr3tS3cret",
    "HTTP Request: POST https://api.weixin.qq.com/cgi-bin/message/custom/send?access_token=s3cr3tS3cret HTTP/1.1 200",
    "GET /cgi-bin/token?grant_type=client_credential&appid=wx1&secret=s3cr3tS3cret",
    "params access_token=s3cr3tS3cret, encoding_aes_key=s3cr3tS3cret",
    "https://qyapi.weixin.qq.com/cgi-bin/kf/sync_msg?Corp_Secret=s3cr3tS3cret",
)


@pytest.mark.parametrize("line", LINES)
def test_secrets_in_addresses_are_not_logged(line: str) -> None:
    """Whoever logs an address, the token and the secret in it are taken out."""
    assert "s3cr3tS3cret" not in redact(line)
    assert "[secret]" in redact(line)


async def test_no_secret_is_in_any_record(api: Api, platform: Platform, caplog: pytest.LogCaptureFixture) -> None:
    """What the client itself logs is redacted at the root: of all records of a call none shows the token."""
    with caplog.at_level(logging.DEBUG):
        await api.call("POST", SEND, json=text("水"))
        platform.faults.append("reset")
        await failure(api)
    lines = [record.getMessage() for record in caplog.records]
    assert any("token_0" in line for line in lines), "the client no longer logs addresses: nothing is shown here"
    assert not [line for line in lines if "token_0" in redact(line)]
