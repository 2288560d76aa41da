"""A button is a token: good in its own chat, for its own question, for who has the right at the press."""

from __future__ import annotations

import asyncio

from domain.chat import Button, Place, Text
from domain.states import State
from tests.conversations.cast import ABSENT, DOOR, ID, KEPT, PHONE, Cast, dismiss, file, gather, said
from tests.conversations.rules import (
    NO_STATE,
    UNSEEN,
    refusal,
    seat,
)
from tests.conversations.seats import SEATS, Seat
from tests.world import GROUP, World


async def test_a_foreign_token_is_a_stale_one(world: World):
    """A button shown in one chat does nothing from any other, and is answered like one that never was."""
    cast = await gather(world, State.SCHEDULED)
    told, kept = await cast.dump(), await cast.dump(KEPT)
    shown = {chat: await cast.asking(chat) for chat in sorted({one.chat for one in SEATS})}
    cells = [
        (one, token)
        for one in SEATS
        for chat, tokens in shown.items()
        for token in (tokens["accept"], tokens["reschedule"], tokens["cancel"], "nothing")
        if chat != one.chat
    ]

    answers = await asyncio.gather(*[cast.press(one, token) for one, token in cells])

    assert all(owed == refusal(one, "button-stale") for (one, _), owed in zip(cells, answers, strict=True))
    assert await cast.dump() == told
    assert await cast.dump(KEPT) == kept


async def test_a_forged_token_is_a_stale_one(world: World):
    """What looks like a token and is none, beside or behind the buttons of a message, is answered alike."""
    cast = await gather(world, State.SCHEDULED)
    told = await cast.dump()
    for one in SEATS:
        stem = (await cast.asking(one.chat))["cancel"].rpartition(".")[0]
        nothing = await cast.press(one, "nothing")
        more = forged(stem)
        answers = await asyncio.gather(*[cast.press(one, token) for token in more])
        assert [token for token, owed in zip(more, answers, strict=True) if owed != nothing] == []
    assert await cast.dump() == told


def forged(stem: str) -> tuple[str, ...]:
    """What looks like the token of the first button of a message, and is none."""
    numbers = ("", "99", "-1", "1e0", "٣", "0.0", "0" * 60)
    return (stem, *(f"{stem}.{number}" for number in numbers), f"{stem[:-1]}.0", "%.0", "'.0", "." * 64)


async def test_another_account_in_the_same_chat_has_its_own_rights(world: World):
    """A token is no key: whoever presses somebody's own button in that very chat is judged by their own account."""
    cast = await gather(world, State.SCHEDULED)
    told = await cast.dump()
    for chat, action in (("hana", "cancel"), ("zhang", "hand_over"), ("li", "accept"), ("sam", "override")):
        tokens, nowhere = await cast.asking(chat), await cast.asking(chat, ABSENT)
        for account in ("otto", "", "yi", "wu", "sol"):
            one = Seat(f"{account} in {chat}", account, chat)
            owed = await cast.press(one, tokens[action])
            assert said(owed) == [UNSEEN], one.name
            assert owed == await cast.press(one, nowhere[action])
    assert await cast.dump() == told


async def test_an_older_card_is_judged_by_what_is_true_now(world: World):
    """Buttons of every older state press for nothing once the request has moved on, and say where it stands."""
    cast = await gather(world, State.NEW)
    older = {chat: await cast.asking(chat) for chat in ("hana", GROUP)}
    await cast.press(seat("staff@bound"), older[GROUP]["reject"])
    told = await cast.dump()
    assert (await cast.request()).state is State.REJECTED

    for one, action in (("homeowner@private", "urge"), ("homeowner@private", "cancel"), ("staff@bound", "claim")):
        owed = await cast.press(seat(one), older[seat(one).chat][action])
        assert said(owed) == [NO_STATE]
    assert await cast.dump() == told


async def test_an_answer_belongs_to_its_own_question(world: World):
    """A tapped answer counts for the question it stands under: not for another request's, not for a colleague's,
    not for one that was given up."""
    cast = await gather(world, State.TRIAGED)
    sam, sue = seat("staff@bound"), Seat("sue@bound", "sue", GROUP)
    await cast.press(sam, (await bare(cast, GROUP, "cancel"))[0])
    answers = await offered(cast, GROUP)
    told = await cast.dump()

    assert said(await cast.press(sue, answers[0])) == ["form-stale"]
    await cast.press(sue, (await bare(cast, GROUP, "cancel"))[0])
    assert said(await cast.press(sue, answers[0])) == ["form-stale"]
    await cast.press(sam, (await bare(cast, GROUP, "reject"))[0])
    assert said(await cast.press(sam, answers[0])) == ["form-stale"]
    assert await cast.dump() == told


async def test_an_answer_belongs_to_its_own_request(world: World):
    """An old question about one request is not answered for another about which the same is asked now."""
    cast = await gather(world, State.TRIAGED)
    sam = seat("staff@private")
    await cast.press(sam, (await bare(cast, "sam", "cancel"))[0])
    answers = await offered(cast, "sam")
    await file(world)
    await cast.press(sam, (await bare(cast, "sam", "cancel", "R-1002"))[0])
    told = await cast.dump()

    assert said(await cast.press(sam, answers[0])) == ["form-stale"]
    assert await cast.dump() == told


async def bare(cast: Cast, chat: str, action: str, subject: str = ID) -> list[str]:
    """A button as cards have it: with nothing answered yet."""
    return await cast.mint(chat, [Button(Text("words"), f"request.{action}", subject)])


async def offered(cast: Cast, chat: str) -> list[str]:
    """The tokens of the newest question in a chat."""
    last = await cast.world.store(lambda store: store.outbox.last(Place("fake", chat), 1))
    return list(last[-1].tokens)


async def test_who_left_files_for_nobody(world: World):
    """Staff who leave while they file for a caller read nothing more of the caller, and file nothing."""
    cast = await gather(world, State.NEW)
    sam = seat("staff@private")
    await cast.receive(sam, "/new")
    await cast.receive(sam, PHONE.removeprefix("+86"))
    await world.store(lambda store: dismiss(store, "sam"))
    told = await cast.dump()

    for words in ("厨房水龙头滴水", "1", "done", "1", "yes", "1"):
        assert DOOR not in repr(await cast.receive(sam, words))
    assert await cast.dump() == told


async def test_rights_are_looked_up_again_at_every_answer(world: World):
    """Who loses a role in the middle of a question can no longer answer it: nothing is done, nobody invited."""
    cast = await gather(world, State.TRIAGED)
    sam, max_ = seat("staff@private"), seat("manager@private")
    await cast.press(sam, (await bare(cast, "sam", "cancel"))[0])
    await cast.receive(max_, "/invite")
    await cast.press(max_, (await offered(cast, "max"))[1])
    assert said(await cast.receive(max_, "小新"))[-1] == "invite-ask-number"
    for one in ("sam", "max"):
        await world.store(lambda store, one=one: dismiss(store, one))
    told, codes = await cast.dump(), await cast.dump(["codes"])

    await cast.press(sam, (await offered(cast, "sam"))[0])
    for said_next in ("W09", "13900139088", "done", "done", "done"):
        await cast.receive(max_, said_next)
    assert await cast.dump() == told
    assert await cast.dump(["codes"]) == codes
