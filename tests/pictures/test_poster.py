"""The poster: a phone reads its code, whoever is named on it, and nothing stands where it should not."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
import zxingcpp
from PIL import Image, ImageChops

from bot.pictures import KINDS, draw
from bot.pictures.paper import written
from bot.pictures.poster import laid_out
from domain.chat import Media
from domain.drawing import Drawing
from tests.pictures.samples import LINK, NAMES, POSTERS

SVG = "{http://www.w3.org/2000/svg}"
LONG = "一段很长的话，没有人想过海报上有多少地方 and then went on writing, " * 8


def drawn(kind: str, args: dict[str, Any]) -> Image.Image:
    with Image.open(BytesIO(draw(Drawing(kind, "zh-CN", args)).data)) as image:
        assert image.format == "PNG"
        return image.convert("RGB")


def scanned(image: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image)]


def said(args: dict[str, Any]) -> list[str]:
    """Every line of the poster, as its SVG has it."""
    root = ElementTree.fromstring(written("poster.svg", **laid_out(args)))
    assert {one.tag.removeprefix(SVG) for one in root.iter()} <= {
        *("svg", "defs", "linearGradient", "radialGradient", "stop", "clipPath"),
        *("g", "path", "rect", "circle", "use", "text"),
    }
    return [one.text or "" for one in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("locale", POSTERS)
def test_a_phone_reads_it(locale: str, name: str):
    """In each language, whatever somebody calls themselves, the code on it is the link."""
    args = {**POSTERS[locale], "name": name}

    image = drawn("poster", args)

    assert image.size == (1080, 1920)
    assert scanned(image) == [args["link"]]


@pytest.mark.parametrize("locale", POSTERS)
def test_a_phone_reads_it_after_it_was_sent_on(locale: str):
    """Small, and squeezed as chats do."""
    small, squeezed = drawn("poster", POSTERS[locale]).resize((405, 720), Image.Resampling.BILINEAR), BytesIO()
    small.save(squeezed, "JPEG", quality=40)

    with Image.open(squeezed) as image:
        assert scanned(image) == [POSTERS[locale]["link"]]


@pytest.mark.parametrize("length", [20, 120, 500])
def test_links_of_any_length_are_read(length: int):
    """A longer link makes a finer code, which is still read."""
    link = f"https://example.com/{'x1-Y' * 200}"[:length]

    assert scanned(drawn("poster", {**POSTERS["en"], "link": link})) == [link]


@pytest.mark.parametrize("link", ["", "https://example.com/" + "x" * 500])
def test_without_a_link_there_is_no_poster(link: str):
    """A poster that leads nowhere is not drawn."""
    with pytest.raises(ValueError, match="link"):
        draw(Drawing("poster", "en", {**POSTERS["en"], "link": link}))


def test_markup_is_only_words():
    """A nickname that looks like markup or like a template is read on the poster, as it is."""
    lines = said({**POSTERS["en"], "name": NAMES["markup"]})

    assert NAMES["markup"].partition(' "q')[0] in " ".join(lines)


@pytest.mark.parametrize("word", [word for word in POSTERS["en"] if word not in ("link", "name_fallback")])
def test_every_word_is_escaped(word: str):
    """There is no word among the arguments through which markup gets in."""
    lines = said({**POSTERS["en"], word: "<i>&x</i>]]>"})

    assert "<i>&x</i>]]>" in lines


@pytest.mark.parametrize("name", ["only emoji", "right to left"])
def test_whom_no_letter_is_left_of_is_somebody_all_the_same(name: str):
    """The poster falls back to its own word, whose first letter is in the circle too."""
    lines = said({**POSTERS["zh-CN"], "name": NAMES[name]})

    assert POSTERS["zh-CN"]["name_fallback"] in lines
    assert "一" in lines


def test_long_words_stay_in_their_places():
    """Between a poster with few words and one with far too many, the margins and the code do not differ."""
    few, many = ({**POSTERS["zh-CN"], **dict.fromkeys(WORDS, text)} for text in ("字", LONG))

    box = ImageChops.difference(drawn("poster", few), drawn("poster", many)).getbbox()

    assert box is not None
    assert box[0] >= 68
    assert box[2] <= 1012
    assert (box[1] >= 70, box[3] <= 1900) == (True, True)
    assert scanned(drawn("poster", many)) == [LINK]


WORDS = tuple(word for word in POSTERS["en"] if word not in ("link", "name_fallback"))


def test_long_words_do_not_touch_each_other():
    """However much is written, each block ends before the next begins."""
    places = laid_out({**POSTERS["zh-CN"], **dict.fromkeys(WORDS, LONG)})

    for names in (
        ("company", "headline", "name", "invites"),
        ("gift_label", "gift", "gift_note"),
        ("scan", "scan_note", "code_label", "code"),
    ):
        tops = {"headline_top": 192, **places}
        ends = [(tops[f"{name}_top"], tops[f"{name}_top"] + places[name].height) for name in names]
        assert all(end <= top + 1 for (_, end), (top, _) in pairwise(ends)), ends
    assert places["invites_top"] + places["invites"].height <= 580
    assert places["gift_label_top"] >= 930
    assert places["gift_note_top"] + places["gift_note"].height <= 1188
    assert places["scan_top"] >= 1190
    assert places["pill_top"] + 136 <= 1760
    assert places["fine_top"] >= 1780


@pytest.mark.parametrize("kind", ["poster", "code"])
def test_the_same_is_the_same_to_the_byte(kind: str):
    """A drawing that is drawn again is the same file."""
    one = Drawing(kind, "en", POSTERS["en"])

    assert draw(one).data == draw(one).data


def test_a_plain_code():
    """A code by itself has the white around it that its standard wants, and is large enough to print."""
    image = drawn("code", {"link": LINK})

    assert scanned(image) == [LINK]
    assert min(image.size) >= 720
    module = image.width // 41
    assert image.crop((0, 0, image.width, 4 * module)).getcolors() == [(image.width * 4 * module, (255, 255, 255))]


def test_what_is_not_known_is_not_drawn():
    """A kind or a word that is missing is a fault, not an empty picture."""
    with pytest.raises(KeyError):
        draw(Drawing("portrait", "en", {}))
    with pytest.raises(KeyError):
        draw(Drawing("poster", "en", {"link": LINK}))


def test_kinds_say_what_they_are():
    """Pictures are sent as photos, everything else as documents, each under a name with its ending."""
    found = {name: (kind.media, kind.media_type, kind.ending) for name, kind in KINDS.items()}

    assert found == {
        "poster": (Media.PHOTO, "image/png", ".png"),
        "code": (Media.PHOTO, "image/png", ".png"),
        "funnel": (Media.PHOTO, "image/png", ".png"),
        "statement": (Media.DOCUMENT, "application/pdf", ".pdf"),
        "statement-csv": (Media.DOCUMENT, "text/csv", ".csv"),
        "funnel-csv": (Media.DOCUMENT, "text/csv", ".csv"),
    }
