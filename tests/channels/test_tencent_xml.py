"""XML of the platform: read within bounds, written so that no text breaks out of it."""

from __future__ import annotations

from functools import partial
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.tencent_crypto import Refusal
from bot.channels.tencent_xml import DEPTH_MAX, NODES_MAX, clean, fields, fit, text, word
from tests.pace import timed

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


FIT = {
    "vertical": ("<A><![CDATA[厨房\x0b漏水]]></A>", "厨房漏水"),
    "NUL": ("<A><![CDATA[厨\0房]]></A>", "厨房"),
    "none but such": ("<A><![CDATA[\x08\ufffe]]></A>", ""),
    "without character data": ("<A>厨\x14房 &amp;lt;</A>", "厨房 &lt;"),
    "by number": (
        "<A>厨&#8;房&#x8;水&#0;&#xD800;&#x110000;&#x000000000000b;&#99999999999;&#65;&#x6f0f;</A>",
        "厨房水A漏",
    ),
    "by number, typed": ("<A><![CDATA[&#8;\x08&#x8;]]></A>", "&#8;&#x8;"),
    "an end that was none": (
        "<A><![CDATA[]\x08]>]\x01]\x02>]]\0><B>9</B><![CDATA[]]></A>",
        "]]>]]>]]><B>9</B><![CDATA[",
    ),
    "a number that was none": ("<A><![CDATA[&#]]>8;<![CDATA[\x08]]></A>", "&#8;"),
}


@pytest.mark.parametrize("name", FIT)
def test_what_people_type_is_made_fit(name: str) -> None:
    """Without what no XML can carry, as it is or by number, the rest is read as it was typed and breaks out of
    nothing."""
    xml, wanted = FIT[name]
    assert fields(fit(f"<xml>{xml}<B>1</B></xml>")) == {"A": wanted, "B": "1"}


def test_what_is_fit_stays_as_it_is() -> None:
    """Not a sign of it is changed, and what is no XML stays none."""
    for xml in (
        "<xml><A><![CDATA[水\t\r\n😀\u202e&#65;]]>&#65;&amp;</A></xml>",
        "<xml><![CDATA[&#8;",
        "<xml>&#65;</",
        "",
    ):
        assert fit(xml) == xml
    assert code(fit("<xml>\x0b<A>")) == code(fit("<!--\x0b--><xml>&#8;&a;</xml>")) == "xml"
    assert code(fit("<!DOCTYPE\x0b x><xml/>")) == "doctype"


HUNG_S = 0.5


@pytest.mark.parametrize(
    "many", ["<![CDATA[", "<![CDATA[\x08", "&#", "&#" + "0" * 60_000, "]\x08", "&#8;", "&#x8", "]]>"]
)
def test_much_of_it_takes_no_time(many: str) -> None:
    """64 KiB of what is looked at closely are done in some 20 ms: with the square it would be half a minute."""
    xml = (many * 65_536)[:65_536] + "\x08"
    assert timed(partial(fit, xml), HUNG_S)[1] < HUNG_S


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("]]>\x00\x08\x0b\ufffe&#8;<![CDATA["), max_size=60))
def test_any_text_within_character_data_is_made_fit(said: str) -> None:
    """Whatever somebody typed, as the platform writes it down."""
    typed = "<![CDATA[" + said.replace("]]>", "]]]]><![CDATA[>") + "]]>"
    assert fields(fit(f"<xml><A>{typed}</A><B>1</B></xml>")) == {"A": clean(said), "B": "1"}
