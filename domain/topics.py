"""What is wrong with which thing: the words that were found, sorted into faults."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from domain.company import Company
from domain.trade import Product, Symptom
from domain.triggers import Hit

TOPICS_MAX = 5

_AND = re.compile(r"^ ?(?:和|跟|与|还有|及|以及|,|&|and|plus) ?(?:the |my |our |a )?$")
_BREAK = re.compile(r"[,。.;;!?\n ]|还有|另外|而且|同时|然后|and|also|plus")


@dataclass(frozen=True, slots=True)
class Topic:
    """One fault or wish about one thing; codes of the company file, "" where the text does not say."""

    category: str = ""
    product: str = ""
    symptom: str = ""
    danger: str = ""
    severity: int = 0


@dataclass(slots=True)
class _Draft:
    """A fault while its words are being read."""

    room: str = ""
    products: list[str] = field(default_factory=list)
    symptoms: list[Symptom] = field(default_factory=list)
    end: int = 0


def read_topics(hits: Sequence[Hit], folded: str, company: Company) -> tuple[Topic, ...]:
    """The faults in the order they were written, at most ``TOPICS_MAX``.

    A thing of which no fault is told counts only if there is no fault, or after it beside other work («装个灯»).
    """
    if not hits:
        return ()
    drafts = _drafts(hits, folded, company)
    topics = [topic for draft in drafts for topic in _finished(draft, company)]
    topics = list(dict.fromkeys(topics))
    first = next((index for index, topic in enumerate(topics) if topic.symptom), 0)
    work = any(hit.code("type") not in ("", "repair") for hit in hits) or not any(topic.symptom for topic in topics)
    told = [topic for topic in topics[first:] if topic.symptom or (topic.product and work)]
    return tuple(told[:TOPICS_MAX] or topics[:1])


def _drafts(hits: Sequence[Hit], folded: str, company: Company) -> list[_Draft]:
    drafts = [_Draft()]
    for hit, follows in zip(hits, _following(hits), strict=True):
        between = folded[drafts[-1].end : hit.start]
        if code := hit.code("product"):
            _add_product(drafts, code, between, follows == "symptom", company)
        if symptom := company.symptom(hit.code("symptom")):
            _add_symptom(drafts, symptom, between, company)
        elif code := hit.code("category"):
            _add_room(drafts, code, follows)
        drafts[-1].end = hit.end
    return drafts


def _add_product(drafts: list[_Draft], code: str, between: str, symptom_follows: bool, company: Company) -> None:
    draft = drafts[-1]
    if code in draft.products:
        return
    if not draft.symptoms and draft.products and not _AND.search(between):
        draft.products[-1] = code  # «the cabinet's faucet»: the later word is what it is about
    elif not draft.symptoms or (not draft.products and not _apart(draft, code, between, symptom_follows, company)):
        draft.products.append(code)
    else:
        drafts.append(_Draft(draft.room, [code]))


def _apart(draft: _Draft, code: str, between: str, symptom_follows: bool, company: Company) -> bool:
    """Whether a product after «it leaks» begins another fault."""
    product = company.product(code)
    fits = product is not None and any(set(product.categories) & set(one.categories) for one in draft.symptoms)
    return not fits or (symptom_follows and bool(_BREAK.search(between)))


def _following(hits: Sequence[Hit]) -> list[str]:
    """For each hit which comes first after it, a «symptom» or a «product»; "" if neither does."""
    follows, found = "", []
    for hit in reversed(hits):
        found.append(follows)
        follows = next((kind for kind in ("symptom", "product") if kind in hit.meanings), follows)
    return found[::-1]


def _add_symptom(drafts: list[_Draft], symptom: Symptom, between: str, company: Company) -> None:
    draft = drafts[-1]
    if draft.symptoms and _BREAK.search(between) and not set(symptom.categories) & _scope(draft, company):
        drafts.append(_Draft(draft.room, [], [symptom]))
    elif symptom not in draft.symptoms:
        draft.symptoms.append(symptom)


def _scope(draft: _Draft, company: Company) -> set[str]:
    products = [product for code in draft.products if (product := company.product(code))]
    found = {category for product in products for category in product.categories}
    return found or {category for symptom in draft.symptoms for category in symptom.categories}


def _add_room(drafts: list[_Draft], code: str, follows: str) -> None:
    draft = drafts[-1]
    if not draft.symptoms or not (draft.room or draft.products or follows == "symptom"):
        draft.room = code
        return
    if not draft.room:
        draft.room = code
    drafts.append(_Draft(code))


def _finished(draft: _Draft, company: Company) -> Iterator[Topic]:
    symptom = _chosen(draft.symptoms, company)
    danger = next((one.danger for one in draft.symptoms if one.danger), "")
    severity = max((one.severity for one in draft.symptoms), default=0)
    for code in draft.products or [""]:
        category = _category(draft.room, company.product(code), symptom)
        if category or symptom:
            yield Topic(category, code, symptom.code if symptom else "", danger, severity)


def _chosen(symptoms: Sequence[Symptom], company: Company) -> Symptom | None:
    """The worst; a word that fits everything («broken») only if there is nothing better."""
    everything = len(company.categories)
    return max(symptoms, key=lambda one: (len(one.categories) < everything, one.severity), default=None)


def _category(room: str, product: Product | None, symptom: Symptom | None) -> str:
    """A product decides, between its categories the room; without one the room if the fault can be there."""
    if product:
        return room if room in product.categories else product.category
    if symptom is None or room in symptom.categories:
        return room
    if len(symptom.categories) == 1 or symptom.severity == 3:
        return symptom.categories[0]
    return room
