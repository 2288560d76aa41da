"""What a homeowner's own words say: rules over the company's words, for zh-CN, zh-Hant and en."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from typing import Protocol, TypedDict

from domain.company import Company
from domain.folding import fold
from domain.fragments import Address, find_address, find_phone
from domain.quick import quick
from domain.smalltalk import SAID
from domain.topics import Topic, read_topics
from domain.triggers import Hit, Meaning, Triggers
from domain.wishes import Wish, find_wish

READ_CHARS_MAX = 4096
REMEMBERED = 64

_NOT = re.compile(
    r"(?:不|没|无|未|别|冇|唔|甭)(?:有|再|会|用|需要|是|算|怎么|太|那么|很|要|想|必|出现|发现|着)?(?:很|特别|太)?$|(?:防止|避免|以免|省得)$"
)
_NOT_EN = re.compile(
    r"(?:\b(?:not|no longer|no more|never|stopped|no|without|isnt|doesnt|nothing)|n't)"
    r"(?: (?:any|a|an|the|really|longer|more|currently|very|so|that))? $",
    re.ASCII,
)
_WHETHER = re.compile(r"(.)[不没]\1.?$")
_OVER = re.compile(
    r"^(?:的问题|的地方|的情况)?(?:已经|都|也|现在)?(?:修好|解决|搞定|处理好|弄好|好了)"
    r"|^ (?:is|was|has been|got|are|were) (?:gone|fixed|repaired|solved|ok)\b",
    re.ASCII,
)
_CANCELLED = {"symptom", "danger", "urgent", "type"}
_BARRIERS = {"symptom", "product", "urgent", "type", "greeting", "danger"}


def no_wish() -> Wish | None:
    """No time was wished for."""
    return None


class _Part(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@quick
@dataclass(frozen=True, slots=True)
class Understood:
    """What a text says; "" and None where it says nothing. Codes are those of the company file.

    ``category``, ``product`` and ``symptom`` are of the primary topic, which was written first; ``others`` are further
    faults. ``severity`` is that of the worst, 0 to 3.
    ``dangers`` are all dangers, worst first as the company file orders them, and ``danger`` is the worst. ``urgent``:
    the person says so or there is a danger. ``phone`` is E.164. ``address`` is without the ``door`` («1202室»), both in
    the person's own characters. ``is_report``: a fault or a request, not small talk, thanks or a question about
    progress. ``greeting``: it greets, whatever else it says. ``find_wish`` looks for a wished time: few ask for it, and
    it costs as much as all the rest.
    """

    type: str = ""
    category: str = ""
    product: str = ""
    symptom: str = ""
    danger: str = ""
    severity: int = 0
    dangers: tuple[str, ...] = ()
    urgent: bool = False
    phone: str = ""
    district: str = ""
    address: str = ""
    door: str = ""
    topics: tuple[Topic, ...] = ()
    is_report: bool = False
    greeting: bool = False
    find_wish: Callable[[], Wish | None] = field(default=no_wish, compare=False)

    @property
    def wish(self) -> Wish | None:
        """When a visit would suit."""
        return self.find_wish()

    @property
    def others(self) -> tuple[Topic, ...]:
        """The faults beside the primary one, in the order of the text."""
        return self.topics[1:]


class Understanding:
    """The company's words made ready for reading; built once, used for every text."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self._triggers = Triggers(_words(company))
        self._remembered = lru_cache(REMEMBERED)(self._read)

    def understand(self, text: str, now: datetime) -> Understood:
        """Read the first ``READ_CHARS_MAX`` characters; ``now`` is aware. Never raises for any text.

        The same words at the same moment are read once: in one turn several ask for them.
        """
        return self._remembered(text[:READ_CHARS_MAX], now)

    def _read(self, original: str, now: datetime) -> Understood:
        folded = fold(original)
        phone = find_phone(folded)
        folded = _blank(folded, phone)
        found = self._triggers.find(folded)
        address = find_address(folded, original, _barriers(found), _starts(found, "district"))
        folded = _blank(folded, address)
        hits = [hit for hit in found if not _inside(hit, address) and not _cancelled(hit, folded)]
        said = {kind for hit in hits for kind in hit.meanings}
        topics = read_topics(hits, folded, self.company)
        dangers = self._dangers(hits, topics)
        return Understood(
            type=_type(hits, topics, dangers),
            **self._primary(topics, dangers),
            dangers=dangers,
            urgent=bool(dangers) or "urgent" in said,
            phone=phone.text if phone else "",
            district=_district(found, address),
            address=address.text if address else "",
            door=address.door if address else "",
            topics=topics,
            is_report=_is_report(hits, said, topics, dangers),
            greeting="greeting" in said,
            find_wish=partial(find_wish, _calm(folded, hits), original, self.company, now),
        )

    def _dangers(self, hits: Sequence[Hit], topics: Sequence[Topic]) -> tuple[str, ...]:
        found = {hit.code("danger") for hit in hits} | {topic.danger for topic in topics}
        return tuple(danger.code for danger in self.company.dangers if danger.code in found)

    def _primary(self, topics: Sequence[Topic], dangers: Sequence[str]) -> _Primary:
        topic = topics[0] if topics else Topic()
        return {
            "category": topic.category,
            "product": topic.product,
            "symptom": topic.symptom,
            "danger": dangers[0] if dangers else "",
            "severity": max((one.severity for one in topics), default=0) or (3 if dangers else 0),
        }


class _Primary(TypedDict):
    category: str
    product: str
    symptom: str
    danger: str
    severity: int


def understand(text: str, company: Company, now: datetime) -> Understood:
    """Read one text; who reads many keeps an ``Understanding``."""
    return Understanding(company).understand(text, now)


def _words(company: Company) -> Iterator[tuple[str, Meaning]]:
    for kind, entries in (
        ("type", company.types),
        ("category", company.categories),
        ("product", company.products),
        ("symptom", company.symptoms),
        ("danger", company.dangers),
    ):
        for entry in entries:
            yield from ((word, (kind, entry.code)) for word in entry.words)
    for district in company.districts:
        yield from ((word, ("district", district.code)) for word in (*district.names.values(), *district.aliases))
    yield from ((word, ("urgent", "urgent")) for word in company.urgent_words)
    for kind, said in SAID.items():
        yield from ((word, (kind, kind)) for word in said)


def _blank(folded: str, *parts: _Part | None) -> str:
    """The text with these parts overwritten by bars, which no rule reads; every other place stays where it is."""
    for part in parts:
        if part is not None:
            folded = folded[: part.start] + "|" * (part.end - part.start) + folded[part.end :]
    return folded


def _calm(folded: str, hits: Sequence[Hit]) -> str:
    """Without greetings: «下午好» is no wish."""
    return _blank(folded, *(hit for hit in hits if "greeting" in hit.meanings))


def _barriers(hits: Sequence[Hit]) -> list[int]:
    """The ends of words that are not part of an address; single characters may be («天灯路»)."""
    return [hit.end for hit in hits if hit.end - hit.start > 1 and not _BARRIERS.isdisjoint(hit.meanings)]


def _starts(hits: Sequence[Hit], kind: str) -> list[int]:
    return [hit.start for hit in hits if kind in hit.meanings]


def _inside(hit: Hit, address: Address | None) -> bool:
    return address is not None and address.start < hit.end and hit.start < address.end


def _cancelled(hit: Hit, folded: str) -> bool:
    """«不漏水了», «no longer leaking», «漏水修好了»: a word that says what is not, or no longer, so."""
    if _CANCELLED.isdisjoint(hit.meanings):
        return False
    before = folded[max(0, hit.start - 24) : hit.start]
    if _NOT_EN.search(before) if before.endswith(" ") else _NOT.search(before[-6:]):
        return not _WHETHER.search(before[-6:] + folded[hit.start])
    return bool(hit.code("symptom") and _OVER.match(folded[hit.end : hit.end + 24]))


def _district(hits: Sequence[Hit], address: Address | None) -> str:
    """The district within the address, else the first one named."""
    codes = [(not _inside(hit, address), hit.code("district")) for hit in hits if hit.code("district")]
    return min(codes, key=lambda found: found[0], default=(True, ""))[1]


def _type(hits: Sequence[Hit], topics: Sequence[Topic], dangers: Sequence[str]) -> str:
    """A complaint is one whatever else is said; a fault is a repair; else the first kind of work that is named."""
    types = [hit.code("type") for hit in hits if hit.code("type")]
    if "complaint" in types:
        return "complaint"
    if dangers or any(topic.symptom for topic in topics):
        return "repair"
    return types[0] if types else ""


def _is_report(hits: Sequence[Hit], said: Set[str], topics: Sequence[Topic], dangers: Sequence[str]) -> bool:
    types = [hit for hit in hits if "type" in hit.meanings]
    if dangers or any(topic.symptom for topic in topics) or any(hit.code("type") == "complaint" for hit in types):
        return True
    if "praise" in said or "progress" in said:
        return any(hit.code("type") != "repair" for hit in types)
    asked = any(topics or hit.end - hit.start > 1 for hit in types)
    return asked or ("thanks" not in said and any(topic.product for topic in topics))
