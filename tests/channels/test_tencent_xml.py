"""XML of the platform: read within bounds, written so that no text breaks out of it."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.tencent_crypto import Refusal
from bot.channels.tencent_xml import DEPTH_MAX, NODES_MAX, clean, fields, text, word

LAUGHS = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xml><A>&b;</A></xml>'


def code(xml: str | bytes) -> str:
    with pytest.raises(Refusal) as refusal:
        fields(xml)
    return refusal.value.code


def test_fields_are_read() -> None:
    """Texts, elements in elements, and what stands more than once."""
    found = fields("<xml><A><![CDATA[水]]></A>\n<B><C>1</C><D/></B><E>x</E><E>y</E><E><F>z</F></E></xml>")
    assert found == {"A": "水", "B": {"C": "1", "D": ""}, "E": ["x", "y", {"F": "z"}]}


def test_a_word_is_a_short_text() -> None:
    """What is absent, holds elements, stands twice or is too long is empty."""
    found = fields("<xml><A>x</A><B><C/></B><D>1</D><D>2</D><E>" + "e" * 200 + "</E></xml>")
    assert [word(found, name) for name in "ABDEZ"] == ["x", "", "", "", ""]
    assert word(found, "E", chars_max=200) == "e" * 200


REFUSED = {
    "entities": (LAUGHS, "doctype"),
    "a document type alone": ("<!DOCTYPE xml><xml/>", "doctype"),
    "somebody else's file": ('<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml/>', "doctype"),
    "an entity nobody declared": ("<xml>&a;</xml>", "xml"),
    "too many levels": ("<a>" * (DEPTH_MAX + 1) + "</a>" * (DEPTH_MAX + 1), "deep"),
    "a hundred thousand levels": ("<a>" * 100_000, "deep"),
    "too many elements": ("<xml>" + "<a/>" * NODES_MAX + "</xml>", "many"),
    "nothing": ("", "xml"),
    "no end": ("<xml><A>", "xml"),
    "two roots": ("<xml/><xml/>", "xml"),
    "NUL": ("<xml>\0</xml>", "xml"),
    "a control character": ("<xml>\x0b</xml>", "xml"),
    "a control character by number": ("<xml>&#8;</xml>", "xml"),
    "half a surrogate pair by number": ("<xml>&#xD800;</xml>", "xml"),
    "half a surrogate pair": ("<xml>\ud800</xml>", "xml"),
    "an unknown coding": (b"<xml>\xff</xml>", "xml"),
    "JSON": ('{"xml": 1}', "xml"),
    "a number": ("12", "xml"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_the_platforms_is_refused(name: str) -> None:
    """Nothing grows, nothing is fetched, and no error of the parser escapes."""
    xml, wanted = REFUSED[name]
    assert code(xml) == wanted


def test_the_bounds_themselves_are_allowed() -> None:
    """As many levels and elements as are allowed are read."""
    assert fields("<a>" * DEPTH_MAX + "</a>" * DEPTH_MAX) is not None
    assert fields("<xml>" + "<a/>" * (NODES_MAX - 1) + "</xml>")["a"] == [""] * (NODES_MAX - 1)


@pytest.mark.parametrize(
    "said",
    [
        "]]>",
        "]]]]>>",
        "a]]>b]]>c",
        "<b>&amp;",
        "水😀\u202e",
        "]]",
        "]",
        "",
        "\n\t ",
        "]]><MsgType>event</MsgType><![CDATA[",
    ],
)
def test_no_text_breaks_out(said: str) -> None:
    """Markup, the end of character data and right-to-left text are read as what they are."""
    assert fields(f"<xml><A>{text(said)}</A><B>1</B></xml>") == {"A": said, "B": "1"}
    assert ElementTree.fromstring(f"<xml><A>{text(said)}</A></xml>").findtext("A") == said


@given(st.text(st.characters(codec=None), max_size=200))
def test_any_text_is_read_again(said: str) -> None:
    """Whatever somebody wrote, what can be carried of it comes through unharmed, and the rest of the XML as well."""
    found = fields(f"<xml><A>{text(said)}</A><B>1</B></xml>")
    assert found == {"A": clean(said), "B": "1"}
    assert clean(clean(said)) == clean(said)


def test_what_cannot_be_carried_is_left_out() -> None:
    """Control characters, half pairs and two that are none go; ends of lines, tabs and everything else stay."""
    assert clean("a\0b\x0bc\x1fd\ud800e\ufffef\uffff\r\ng\rh\ti\x7f\u2028") == "abcdef\ng\nh\ti\x7f\u2028"
