"""Hard words on their way from a person through the database to a channel, on both engines."""

from __future__ import annotations

from bot.dispatcher import Dispatcher
from bot.parsing import storable
from domain.chat import Button, Line, Outbound, Place, Text
from messages import Catalogue, raise_fault
from storage.boxes import Outbox
from storage.database import Database
from tests.fakes import FakeChannel, Watch
from tests.words_table import LONG, SHORT, UNKEPT, meant

HANA = Place("fake", "hana")


async def test_words_come_out_of_the_outbox_as_they_went_in(database: Database) -> None:
    """Neither a database nor the catalogue changes a sign of what somebody said; what no database takes was meant by
    nobody."""
    watch, catalogue = Watch(), Catalogue.load(on_fault=raise_fault)
    channel = FakeChannel(watch)
    dispatcher = Dispatcher(database, {"fake": channel}, catalogue, watch)
    words: list[str] = [storable(said) for said in {**SHORT, **LONG, **UNKEPT}.values()]
    for at, said in enumerate(words):
        text = Text("words", {"words": said})
        owed = [Outbound(HANA, (Line(text),), ((Button(text, "menu"),),))]
        await database.transact(lambda c, at=at, owed=owed: Outbox(c).add(f"c{at}", owed, watch()))

    while await dispatcher.once():
        pass

    assert [call.text for call in channel.arrived] == words
    assert [call.message.buttons[0][0][0] for call in channel.arrived] == words


def test_what_no_database_takes_is_not_missed() -> None:
    """Without NUL; half a pair stands as a question mark, so that one sees that something was there."""
    assert [storable(said) for said in UNKEPT.values()] == ["ab", "漏?水?"]
    assert all(meant(storable(said)) == meant(said) for said in {**SHORT, **LONG}.values())
