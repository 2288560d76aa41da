"""What people do, in a word: press, answer, and bring a request as far as a test needs it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from domain.chat import Text
from domain.people import INSIDE
from domain.requests import Request
from messages import LOCALES
from tests.fakes import Call
from tests.world import GROUP, Heard, World

DRIP = "厨房水龙头一直滴水，明天下午有空"
STAFF = ("sam", "sue", "max", "ada")


def chat_of(who: str) -> str:
    """Where somebody works: staff in their group, the others in private."""
    return GROUP if who in STAFF else who


def speech(world: World, id: str, /, **args: Any) -> list[str]:
    """A text in each language."""
    return [world.catalogue.render(locale, Text(id, args), world.watch()) for locale in LOCALES]


def phrase(world: World, id: str, /, **args: Any) -> str:
    """A text as it is said in zh-CN."""
    return speech(world, id, **args)[LOCALES.index("zh-CN")]


async def tap(world: World, who: str, id: str, chat: str = "", channel: str = "fake", **args: Any) -> list[Heard]:
    """Somebody presses the newest button which says this, in whatever language."""
    token = newest(world, chat or chat_of(who), speech(world, id, **args), channel)
    return await world.says(who, press=token, chat=chat or chat_of(who), channel=channel)


def newest(world: World, chat: str, labels: Sequence[str], channel: str = "fake") -> str:
    """The token of the newest button in a chat with one of these labels."""
    for call in reversed(standing(world, chat, channel)):
        for row in call.message.buttons:
            for label, token, _ in row:
                if label in labels:
                    return token
    raise AssertionError(f"{chat} has no button {labels}, but {asked(world, chat, channel).buttons}")


def standing(world: World, chat: str, channel: str = "fake") -> list[Call]:
    """The messages of a chat as they stand there now, the one that changed last at the end."""
    found: dict[str, Call] = {}
    for number, call in enumerate(world.channels[channel].arrived, start=1):
        external = call.edits or f"m{number}"
        found.pop(external, None)
        found[external] = call
    return [call for call in found.values() if call.chat == chat]


async def act(world: World, who: str, action: str, **more: Any) -> list[Heard]:
    """Somebody presses what a card offers."""
    return await tap(world, who, f"action-{action}", **more)


async def rarely(world: World, who: str, action: str) -> list[Heard]:
    """Staff press what stands behind «more»."""
    await act(world, who, "more")
    return await act(world, who, action)


async def pick(world: World, who: str, place: int = 0, chat: str = "", channel: str = "fake") -> list[Heard]:
    """Somebody presses the button at this place, from 0, of the newest message with buttons."""
    where = chat or chat_of(who)
    rows = asked(world, where, channel).message.buttons
    token = [token for row in rows for _, token, _ in row][place]
    return await world.says(who, press=token, chat=where, channel=channel)


def asked(world: World, chat: str, channel: str = "fake") -> Heard:
    """The newest message in a chat that has buttons."""
    found = [one for one in world.shown if one.chat == chat and one.message.to.channel == channel and one.buttons]
    assert found, f"{chat} was never asked anything"
    return found[-1]


def to(heard: Sequence[Heard], chat: str) -> str:
    """All the words that a chat was shown, and nothing of the others."""
    return "\n".join(one.text for one in heard if one.chat == chat)


def labels(heard: Sequence[Heard], chat: str) -> tuple[str, ...]:
    """The buttons of the newest message in a chat."""
    return [one for one in heard if one.chat == chat][-1].buttons


def offers(world: World, heard: Sequence[Heard], chat: str, action: str) -> bool:
    """Whether the newest message in a chat has a button for this action."""
    return phrase(world, f"action-{action}") in labels(heard, chat)


async def external(world: World, chat: str, words: str) -> str:
    """The platform's id of the newest message with these words, as somebody would reply to it."""
    for number, call in reversed(list(enumerate(world.channels["fake"].arrived, start=1))):
        if call.chat == chat and words in call.text:
            return call.edits or f"m{number}"
    raise AssertionError(f"{words} was never said in {chat}")


# ---- the story


async def say_all(world: World, who: str = "hana") -> list[Heard]:
    """A known homeowner answers what is asked after the problem, tapping the first of everything."""
    for _ in range(7):
        question = asked(world, who)
        if phrase(world, "form-confirm") in question.buttons:
            return [question]
        await pick(world, who)
    raise AssertionError(f"no summary, but {asked(world, who)}")


async def file(world: World, who: str = "hana", text: str = DRIP) -> list[Heard]:
    """A known homeowner writes, answers what is asked, and confirms."""
    await world.says(who, text)
    await say_all(world, who)
    return await tap(world, who, "form-confirm")


async def claimed(world: World, who: str = "hana", text: str = DRIP) -> list[Heard]:
    """…and staff take it."""
    await file(world, who, text)
    return await act(world, "sam", "claim")


async def offer(world: World, installer: str = "") -> list[Heard]:
    """Staff offer the newest request to one installer, or to the pool."""
    await act(world, "sam", "offer")
    return await choose_installer(world, installer)


async def choose_installer(world: World, installer: str = "") -> list[Heard]:
    """Staff answer whom."""
    if not installer:
        return await pick(world, "sam", place_of_pool(world))
    person = await world.store(lambda store: store.people.get(installer))
    return await tap(world, "sam", "installer", name=person.name, number=person.number)


def place_of_pool(world: World) -> int:
    """Where the pool stands among the choices: behind the installers."""
    shown = asked(world, GROUP).buttons
    return max(place for place, label in enumerate(shown) if "JD-" in label) + 1


async def accepted(world: World, who: str = "hana", text: str = DRIP, by: str = "zhang") -> list[Heard]:
    """…an installer takes the job."""
    await claimed(world, who, text)
    await offer(world, by)
    return await act(world, by, "accept")


async def scheduled(world: World, who: str = "hana", text: str = DRIP, by: str = "zhang") -> list[Heard]:
    """…the homeowner picks the first window, tomorrow from two to four."""
    await accepted(world, who, text, by)
    await act(world, who, "schedule")
    return await pick(world, who)


async def before_window(world: World, id: str = "R-1001", hours: float = 1.0) -> None:
    """Time goes by until so long before the window."""
    request = await world.request(id)
    assert request.window_start
    await world.passes(seconds=(request.window_start - timedelta(hours=hours) - world.watch()).total_seconds())


async def departed(world: World, by: str = "zhang") -> list[Heard]:
    """…the installer sets out an hour before the window."""
    await scheduled(world, by=by)
    await before_window(world)
    return await act(world, by, "depart")


async def arrive(world: World, by: str = "zhang", id: str = "R-1001") -> list[Heard]:
    """The installer is at the door and types the code."""
    await act(world, by, "arrive")
    return await world.says(by, (await world.request(id)).code)


async def working(world: World, by: str = "zhang") -> list[Heard]:
    """…and is at work."""
    await departed(world, by)
    return await arrive(world, by)


async def finish(world: World, by: str = "zhang", report: str = "换了阀芯，不滴了") -> list[Heard]:
    """The installer sends two photos, says what was done, and confirms what is asked."""
    await act(world, by, "finish")
    for name in ("a", "b"):
        await world.says(by, files=[await world.photo(by, f"{by}{name}")])
    await tap(world, by, "form-photos-done")
    await world.says(by, report)
    return await tap(world, by, "checks-all")


async def done(world: World, by: str = "zhang") -> list[Heard]:
    """…the work is done."""
    await working(world, by)
    return await finish(world, by)


async def closed(world: World, by: str = "zhang") -> list[Heard]:
    """…and the homeowner agrees; the rating is asked."""
    await done(world, by)
    return await act(world, "hana", "confirm")


async def rate(world: World, score: int, review: str = "") -> list[Heard]:
    """The homeowner answers the rating's questions."""
    await tap(world, "hana", "rating-score", score=score)
    await tap(world, "hana", "form-done")
    return await world.says("hana", review) if review else await tap(world, "hana", "form-skip")


async def events(world: World, id: str = "R-1001") -> list[str]:
    """The actions of a request so far."""
    return [event.action for event in await history(world, id)]


async def history(world: World, id: str = "R-1001") -> Any:
    """The events of a request so far."""
    return await world.store(lambda store: store.requests.events(id, INSIDE))


async def requests_of(world: World, who: str = "hana") -> list[Request]:
    """All requests of a homeowner."""
    found: list[Request] = await world.store(lambda store: store.requests.of(who, limit=100))
    return found


async def draft_of(world: World, who: str = "hana") -> Any:
    """What is open with somebody: form, asked field and answers; None if nothing is."""

    async def look(store: Any) -> Any:
        return await store.connection.one("SELECT form, asked, answers FROM conversations WHERE id = :id", id=who)

    return await world.store(look)
