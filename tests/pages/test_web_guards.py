from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from tests.pages.office import Site, running


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with running() as site:
        yield site


async def test_a_session_cookie_is_http_only_and_lax(site: Site) -> None:
    """A first visit opens a session whose cookie scripts cannot read and foreign pages cannot send."""
    page = await site.client.get("/chat")

    cookie = page.headers["set-cookie"]

    assert cookie.startswith("jiangdao=w_")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


async def test_behind_https_the_cookie_is_bound_to_the_host() -> None:
    """With an https address the cookie is Secure and carries the __Host- prefix; in frames it is partitioned."""
    async with running(public_url="https://chat.example.com", embed_origins=("https://tiles.example.com",)) as site:
        page = await site.client.get("/chat")

    cookie = page.headers["set-cookie"]

    assert cookie.startswith("__Host-jiangdao=w_")
    assert {"Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert "frame-ancestors 'self' https://tiles.example.com" in page.headers["content-security-policy"]


async def test_a_session_is_kept(site: Site) -> None:
    """Who comes back with a good cookie is the same account and gets no new cookie until the next day."""
    account = await site.open()

    again = await site.client.get("/chat")
    site.office.now += timedelta(days=2)
    later = await site.client.get("/chat")

    assert "set-cookie" not in again.headers
    assert later.headers["set-cookie"].startswith(f"jiangdao={account}.")


@pytest.mark.parametrize(
    "spoil", [lambda v: v[:-2], lambda v: "w_sam" + v[v.index(".") :], lambda v: v + "x", lambda v: ".."]
)
async def test_a_forged_session_is_none(site: Site, spoil: Callable[[str], str]) -> None:
    """A cookie that was changed in any part opens nothing."""
    await site.open()
    forged = spoil(site.client.cookies["jiangdao"])

    answer = await site.cold("/chat/history", Cookie=f"jiangdao={forged}")

    assert (answer.status_code, answer.json()["error"]) == (401, "session")


async def test_a_session_ends(site: Site) -> None:
    """A cookie older than 400 days opens nothing."""
    await site.open()
    site.office.now += timedelta(days=401)

    answer = await site.client.get("/chat/history")

    assert answer.status_code == 401


@pytest.mark.parametrize(
    "origin", ["", "null", "https://evil.example", "http://127.0.0.1", "http://127.0.0.1:1", "https://127.0.0.1"]
)
@pytest.mark.parametrize("path", ["/chat/messages", "/chat/files", "/chat/seen"])
async def test_a_foreign_page_cannot_post(site: Site, origin: str, path: str) -> None:
    """A change is refused unless it comes from a page of our own origin."""
    await site.open()

    answer = await site.client.post(path, json={}, headers={**site.headers(), "Origin": origin})

    assert (answer.status_code, answer.json()["error"]) == (403, "origin")
    assert site.office.raws == {}


@pytest.mark.parametrize("token", ["", "x", "%ff"])
@pytest.mark.parametrize("path", ["/chat/messages", "/chat/files", "/chat/seen"])
async def test_a_change_needs_the_pages_token(site: Site, token: str, path: str) -> None:
    """A change without the token of this very session is refused."""
    await site.open()

    answer = await site.client.post(path, json={}, headers={**site.headers(), "X-CSRF": token})

    assert (answer.status_code, answer.json()["error"]) == (403, "csrf")


async def test_anothers_token_is_not_ones_own(site: Site) -> None:
    """The token of one session does not open another."""
    await site.open("homeowner")
    await site.open("installer")
    site.csrf["installer"] = site.csrf["homeowner"]

    answer = await site.post("installer", text="接单")

    assert (answer.status_code, answer.json()["error"]) == (403, "csrf")


ADDRESSES = (
    ("GET", "/"),
    ("GET", "/chat"),
    ("GET", "/chat?seat=staff&room=staff"),
    ("GET", "/chat?room=staff"),
    ("GET", "/chat/history"),
    ("GET", "/chat/words"),
    ("GET", "/chat/files/" + "0" * 64),
    ("GET", "/nowhere"),
    ("GET", "/static/main.js"),
    ("GET", "/static/nothing.js"),
    ("GET", "/livez"),
    ("GET", "/readyz"),
    ("GET", "/favicon.ico"),
    ("POST", "/chat/messages"),
    ("DELETE", "/chat/messages"),
)


@pytest.mark.parametrize(("method", "address"), ADDRESSES)
async def test_every_answer_carries_the_security_headers(site: Site, method: str, address: str) -> None:
    """Whatever the answer, it forbids inline code, sniffing and foreign frames."""
    answer = await site.client.request(method, address)

    policy = answer.headers["content-security-policy"]

    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'self';" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_a_fault_tells_nothing(site: Site) -> None:
    """A bug behind the doors is an answer in words, with the security headers and without a detail."""
    await site.open()
    site.office.broken = True

    answer = await site.post(text="水管爆了")

    assert (answer.status_code, answer.json()["error"]) == (500, "server")
    assert "139" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("page", ["/", "/chat", "/chat?seat=staff&room=staff", "/chat?start=INVITE-1"])
async def test_pages_hold_no_inline_code_and_no_foreign_address(site: Site, page: str) -> None:
    """A page brings no script or style of its own, no event attribute and nothing from elsewhere."""
    html = (await site.client.get(page)).text

    assert "<style" not in html
    assert " style=" not in html
    assert " on" not in html.replace(" one", "").split("<body")[0]
    assert "http" not in html.replace(site.origin, "").replace("http-equiv", "")


async def test_what_a_link_carries_is_escaped() -> None:
    """A name with markup in it is shown as text, and a start payload of another shape is dropped."""
    async with running(company='<b>"x"</b>') as site:
        html = (await site.client.get("/chat", params={"start": '"><script>1</script>'})).text

    assert "<b>" not in html
    assert "<script>1" not in html


async def test_demo_seats_need_the_demo() -> None:
    """Without demo mode no seat can be taken and the front page leads to the chat."""
    async with running(demo=False) as site:
        seat = await site.client.get("/chat?seat=staff")
        front = await site.client.get("/")

    assert seat.status_code == 404
    assert (front.status_code, front.headers["location"]) == (303, "/chat")


async def test_demo_seats_are_not_for_foreign_names(site: Site) -> None:
    """A name that somebody points at this machine does not open the seats."""
    answer = await site.client.get("/chat?seat=staff", headers={"Host": "rebound.example"})
    unknown = await site.client.get("/chat?seat=boss")

    assert (answer.status_code, unknown.status_code) == (404, 404)
    assert "set-cookie" not in answer.headers


async def test_each_seat_has_its_own_session(site: Site) -> None:
    """Three seats in one browser are three accounts."""
    accounts = [await site.open(seat) for seat in ("homeowner", "staff", "installer")]

    assert accounts == ["w_hana", "w_sam", "w_ivan"]


async def test_a_seats_cookie_is_worth_nothing_elsewhere(site: Site) -> None:
    """The cookie of one seat, renamed, opens neither another seat nor the ordinary chat."""
    await site.open("staff")
    value = site.client.cookies["jiangdao-staff"]

    for name, query in (("jiangdao", ""), ("jiangdao-homeowner", "?seat=homeowner")):
        answer = await site.cold(f"/chat/history{query}", Cookie=f"{name}={value}")
        assert answer.status_code == 401


@pytest.mark.parametrize(
    ("accepts", "locale"),
    [
        ("zh-TW,zh;q=0.9", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh", "zh-CN"),
        ("en-GB,en;q=0.9", "en"),
        ("fr,en;q=0.5,zh;q=0.8", "zh-CN"),
        ("fr", "zh-CN"),
        ("", "zh-CN"),
        (";;q=x,,", "zh-CN"),
    ],
)
async def test_the_page_speaks_the_browsers_language(site: Site, accepts: str, locale: str) -> None:
    """The page is in the first language of the browser that is spoken here."""
    page = await site.client.get("/chat", headers={"Accept-Language": accepts})

    assert f'<html lang="{locale}">' in page.text


async def test_static_files_are_kept_for_ever_under_their_version(site: Site) -> None:
    """An address with the version never changes; the plain address, for embedding, is asked again."""
    html = (await site.client.get("/chat")).text
    address = html.partition('type="module" src="')[2].partition('"')[0]

    versioned = await site.client.get(address)
    plain = await site.client.get("/static/embed.js")
    again = await site.client.get("/static/embed.js", headers={"If-None-Match": plain.headers["etag"]})

    assert versioned.headers["content-type"].startswith("text/javascript")
    assert "immutable" in versioned.headers["cache-control"]
    assert "immutable" not in plain.headers["cache-control"]
    assert "联系客服" in plain.text
    assert again.status_code == 304
