"""What WeCom refuses: HTTP is 200 all the same, ``errcode`` says it.

Numbers as in the platform's list of global error codes. Where that list names none (a card that is not as it must be,
a response code that is unknown or too old, a msgid that was used), 40058 «invalid parameter» stands here.
"""

from __future__ import annotations

from typing import Any

# name → (errcode, errmsg)
CODES: dict[str, tuple[int, str]] = {
    # who calls, and how
    "secret": (40001, "invalid credential"),
    "corp": (40013, "invalid corpid"),
    "token": (40014, "invalid access_token"),
    "token-missing": (41001, "access_token missing"),
    "token-expired": (42001, "access_token expired"),
    "verb": (43001, "require GET or POST method"),
    "address": (60020, "not allow to access from your ip"),
    "rights": (48002, "api forbidden"),
    "often": (45009, "api freq out of limit"),
    "json": (47001, "data format error"),
    "parameter": (40058, "invalid parameter: {problem}"),
    # messages of the app
    "agent": (40056, "invalid agentid"),
    "type": (40008, "invalid message type"),
    "nobody": (81013, "user & party & tag all invalid"),
    "empty": (44004, "empty content"),
    "long": (45002, "content size out of limit"),
    "member": (60111, "userid not found"),
    "no-menu": (46003, "menu not exist"),
    # cards
    "card": (40058, "invalid template card: {problem}"),
    "task-used": (42014, "invalid task_id"),
    "code": (40058, "invalid response_code"),
    "code-used": (42022, "code been used"),
    "code-old": (40058, "response_code expired"),
    # files
    "media": (40007, "invalid media_id"),
    "media-kind": (40004, "invalid media type"),
    "media-type": (40005, "invalid type"),
    "media-size": (40006, "invalid media size"),
    "media-none": (41005, "media data missing"),
    "media-empty": (44001, "empty media data"),
    # groups
    "chat-id": (86001, "invalid chatid"),
    "chat": (86003, "chat not exist"),
    "chat-count": (86006, "chat member count out of limit"),
    "chat-member": (86216, "invalid chat member"),
    "chat-owner": (86207, "owner not in chat member list"),
    "chat-taken": (86215, "chatid already exists"),
    # customer service
    "kf": (95000, "invalid open_kfid"),
    "kf-customer": (40096, "invalid external userid"),
    "kf-count": (95001, "send msg count limit"),
    "kf-time": (95002, "send msg time limit"),
    "kf-token": (95007, "invalid msg token"),
    "kf-menu-count": (95008, "msg menu item count limit"),
    "kf-menu-type": (95009, "invalid msg menu item type"),
    "kf-code": (41050, "invalid welcome code"),
    "kf-msgid": (40058, "invalid msgid"),
    "kf-cursor": (40058, "invalid cursor"),
}


class Refusal(Exception):
    """An answer whose ``errcode`` is not 0."""

    def __init__(self, name: str, **values: Any) -> None:
        self.name = name
        self.code, text = CODES[name]
        self.text = text.format(**values)
        super().__init__(self.text)

    def body(self) -> dict[str, Any]:
        return refused(self.code, self.text)


def refused(code: int, text: str) -> dict[str, Any]:
    """As the platform words it: with an address which nobody wants to have in a log."""
    more = f"more info at https://open.work.weixin.qq.com/devtool/query?e={code}"
    return {"errcode": code, "errmsg": f"{text}, hint: [1795130000_{abs(code)}], from ip: 127.0.0.1, {more}"}
