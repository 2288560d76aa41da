from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.webchat import WebChat, raw_message
from bot.legible import legible
from domain.chat import Attachment, Media, Place, Raw
from domain.errors import Unparseable

POSTED = {
    "id": "client-1",
    "text": "水龙头滴水",
    "files": [{"hash": "a" * 64, "media": "video", "name": "漏水.mp4"}],
    "press": "",
    "reply_to": "12",
    "album": "",
    "room": "",
    "locale": "zh-Hant",
}


def test_a_private_post_becomes_an_inbound() -> None:
    """What was posted arrives in the private chat of its account, with its files and language."""
    inbound = WebChat().parse(raw_message("w_hana", POSTED))

    assert inbound is not None
    assert (inbound.id, inbound.place, inbound.account) == (
        "webchat:w_hana:w_hana:client-1",
        Place("webchat", "w_hana"),
        "w_hana",
    )
    assert (inbound.text, inbound.reply_to, inbound.locale, inbound.group) == ("水龙头滴水", "12", "zh-Hant", False)
    assert inbound.files == (Attachment("a" * 64, Media.VIDEO, "漏水.mp4"),)


def test_a_post_in_a_room_belongs_to_the_room() -> None:
    """In a room the place is the room and the account stays its writer's."""
    inbound = WebChat().parse(raw_message("w_sam", {**POSTED, "room": "staff"}))

    assert inbound is not None
    assert (inbound.place, inbound.account, inbound.group) == (Place("webchat", "staff"), "w_sam", True)


def test_a_post_cannot_speak_for_the_clock() -> None:
    """Intent, subject, phone, name and sender cannot be posted."""
    forged = {
        "intent": "offer.expire",
        "subject": "R-1",
        "phone": "138",
        "account": "w_boss",
        "name": "主管",
        "args": {"a": 1},
    }

    inbound = WebChat().parse(raw_message("w_hana", {**POSTED, **forged}))

    assert inbound is not None
    assert (inbound.intent, inbound.subject, inbound.phone, inbound.name, dict(inbound.args)) == ("", "", "", "", {})
    assert inbound.account == "w_hana"


@pytest.mark.parametrize(
    "body", [{}, {"account": "w_x"}, {**POSTED, "account": "w_x", "group": False, "files": [{"hash": 1}]}]
)
def test_a_body_of_another_shape_is_unparseable(body: dict[str, Any]) -> None:
    """A stored body that we did not make is refused by name, not by a crash."""
    with pytest.raises(Unparseable):
        WebChat().parse(Raw("webchat:x", "webchat", body))


@given(st.text())
def test_a_clean_text_can_be_stored_anywhere(text: str) -> None:
    """Whatever was typed, what is kept can be encoded, holds no NUL, and cleaning it again changes nothing."""
    kept = legible(text)

    assert "\x00" not in kept
    assert legible(kept) == kept
    kept.encode()


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20), lambda inner: st.lists(inner, max_size=3)
)


@given(st.dictionaries(st.sampled_from([*POSTED]), ANYTHING))
def test_any_post_is_taken_or_refused(posted: dict[str, Any]) -> None:
    """Any JSON object is either refused, or stored as JSON that parses to the same words."""
    try:
        raw = raw_message("w_hana", posted)
    except Unparseable:
        return
    again = Raw(raw.id, raw.channel, json.loads(json.dumps(dict(raw.body))), raw.place)
    assert WebChat().parse(again) == WebChat().parse(raw)
