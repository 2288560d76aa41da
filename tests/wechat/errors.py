"""What the platform refuses: a code and words, as its list of return codes has them."""

from __future__ import annotations

from typing import Any

# name → (errcode, errmsg); braces are filled in
TEXTS: dict[str, tuple[int, str]] = {
    "busy": (-1, "system error"),
    # who calls
    "token": (40001, "invalid credential, access_token is invalid or not latest"),
    "grant": (40002, "invalid grant_type"),
    "app-id": (40013, "invalid appid"),
    "token-shape": (40014, "invalid access_token"),
    "secret": (40125, "invalid appsecret"),
    "address": (40164, "invalid ip {ip} ipv6 ::ffff:{ip}, not in whitelist"),
    "token-missing": (41001, "access_token missing"),
    "app-id-missing": (41002, "appid missing"),
    "secret-missing": (41004, "appsecret missing"),
    "token-expired": (42001, "access_token expired"),
    "quota": (45009, "reach max api daily quota limit"),
    "minute-quota": (45011, "api minute-quota reach limit, must slower, retry next minute"),
    # how
    "path": (40066, "invalid url"),
    "escaped": (40033, "invalid charset. please check your request, if include \\uxxxx will create fail!"),
    "get": (43001, "require GET method"),
    "post": (43002, "require POST method"),
    "body-empty": (44002, "empty post data"),
    "body": (47001, "data format error: {problem}"),
    # to whom
    "openid": (40003, "invalid openid"),
    "unfollowed": (43004, "require subscribe"),
    "window": (45015, "response out of time limit or subscription is canceled"),
    "count": (45047, "out of response count limit"),
    "consent": (43101, "user refuse to accept the msg"),
    # what
    "message-kind": (40008, "invalid message type"),
    "text-empty": (44004, "empty content"),
    "text-long": (45002, "content size out of limit"),
    "title-long": (45003, "title size out of limit"),
    "template": (40037, "invalid template_id"),
    "template-data": (47003, "argument invalid! {problem}"),
    # files
    "media-kind": (40004, "invalid media type"),
    "file-kind": (40005, "invalid file type"),
    "file-size": (40006, "invalid meida size"),
    "media-id": (40007, "invalid media_id"),
    "media-missing": (41005, "media data missing"),
    "file-empty": (44001, "empty media data"),
    # menus
    "buttons": (40016, "invalid button size"),
    "button-kind": (40017, "invalid button type"),
    "button-name": (40018, "invalid button name size"),
    "button-key": (40019, "invalid button key size"),
    "button-url": (40020, "invalid button url size"),
    "sub-buttons": (40023, "invalid sub button size"),
    "sub-button-kind": (40024, "invalid sub button type"),
    "sub-button-name": (40025, "invalid sub button name size"),
    "sub-button-key": (40026, "invalid sub button key size"),
    "sub-button-url": (40027, "invalid sub button url size"),
    "no-menu": (46003, "menu no exist"),
    # codes
    "code-kind": (40052, "invalid action name"),
    "code-scene": (40053, "invalid action info"),
}


class Refusal(Exception):
    """An answer whose errcode is not 0; HTTP says 200 all the same."""

    def __init__(self, name: str, **values: object) -> None:
        self.name = name
        self.code, text = TEXTS[name]
        self.words = text.format(**values) if values else text
        super().__init__(self.words)

    def body(self) -> dict[str, Any]:
        return {"errcode": self.code, "errmsg": f"{self.words} rid: 65a1b2c3-0d4e5f60-1a2b3c4d"}
