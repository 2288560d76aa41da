"""What a template card must be like, and how much of it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from tests.wecom.platform import IDS, Platform
from tests.wecom.refusals import Refusal

BUTTONS_MAX = 6
FACTS_MAX = 6
KEY_BYTES_MAX = 1024
# where → characters that are shown
SHOWN = {
    ("source", "desc"): 13,
    ("main_title", "title"): 36,
    ("main_title", "desc"): 44,
    ("", "sub_title_text"): 160,
    ("horizontal_content_list", "keyname"): 5,
    ("horizontal_content_list", "value"): 30,
    ("button_list", "text"): 10,
}


def check_card(card: dict[str, Any]) -> None:
    """Raises:
    Refusal: the platform does not take it.
    """
    for problem in (*_common(card), *KINDS[card["card_type"]](card)):
        raise Refusal("card", problem=problem)


def _common(card: dict[str, Any]) -> Iterator[str]:
    title = card.get("main_title", {})
    if not (title.get("title") or card.get("sub_title_text")):
        yield "main_title and sub_title_text are both empty"
    task = card.get("task_id", "")
    if (task or card.get("action_menu")) and not IDS.fullmatch(task):
        yield "task_id"
    if len(card.get("horizontal_content_list", ())) > FACTS_MAX:
        yield "horizontal_content_list size"
    if not 1 <= len(card.get("action_menu", {"action_list": [1]})["action_list"]) <= 3:
        yield "action_menu size"
    for jump in (card.get("card_action", {}), *card.get("jump_list", ())):
        yield from _jump(jump)


def _jump(jump: dict[str, Any]) -> Iterator[str]:
    if jump.get("type") == 1 and not urlsplit(jump.get("url", "")).netloc:
        yield "url"
    if jump.get("type") == 2 and not jump.get("appid"):
        yield "appid"


def _notice(card: dict[str, Any]) -> Iterator[str]:
    if card.get("card_action", {}).get("type") not in (1, 2):
        yield "text_notice needs card_action with type 1 or 2"
    if "button_list" in card or "replace_text" in card:
        yield "text_notice has no buttons"


def _interaction(card: dict[str, Any]) -> Iterator[str]:
    buttons = card.get("button_list", [])
    if not card.get("task_id"):
        yield "task_id missing"
    if not 1 <= len(buttons) <= BUTTONS_MAX:
        yield "button_list size"
    if not all(button["text"] for button in buttons):
        yield "button text"
    keys = [button.get("key", "") for button in buttons if button.get("type", 0) == 0]
    if not all(keys) or len(set(keys)) < len(keys):
        yield "button key"
    if not all(urlsplit(button.get("url", "")).netloc for button in buttons if button.get("type") == 1):
        yield "button url"


KINDS: dict[str, Callable[[dict[str, Any]], Iterator[str]]] = {
    "text_notice": _notice,
    "button_interaction": _interaction,
}


def shown(here: Platform, card: dict[str, Any]) -> dict[str, Any]:
    """The card as people see it: what is too long ends in «…»."""
    if not here.options.fold:
        return dict(card)
    return {name: _fold(here, name, part) for name, part in card.items()}


def _fold(here: Platform, name: str, part: Any) -> Any:
    if isinstance(part, list):
        return [_fold(here, name, one) for one in part]
    if isinstance(part, dict):
        return {field: _short(here, (name, field), one) for field, one in part.items()}
    return _short(here, ("", name), part)


def _short(here: Platform, where: tuple[str, str], words: Any) -> Any:
    chars_max = SHOWN.get(where)
    if chars_max is None or not isinstance(words, str) or len(words) <= chars_max:
        return words
    here.journal.write("folded", where=".".join(where).strip("."))
    return words[: chars_max - 1] + "…"
