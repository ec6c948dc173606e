import pytest

from bot.errors import HistoryUnavailable
from tests.bot.commands.conftest import House


async def test_forget_erases_the_conversation_and_says_how_much_it_was(house: House) -> None:
    await house.ask("first?")
    await house.ask("second?")
    await house.card("/model lark")
    card = await house.card("/forget")
    assert card.text == (
        "I erased 2 questions with their answers. I also took back 1 choice of model that was pinned here."
    )
    assert await house.history.turns(house.invocation.conversation) == ()
    assert house.pins.kept == {}


async def test_forget_leaves_others_conversations_and_one_s_own_pins_alone(house: House) -> None:
    await house.ask("in the channel?")
    await house.card("/model lark user")
    channel = house.invocation.conversation
    house.in_thread()
    await house.ask("in the thread?")
    await house.card("/forget")
    assert len(await house.history.turns(channel)) == 1
    assert [pin.model for pin in await house.pins.pins(channel, house.invocation.author)] == ["lark:latest"]


async def test_forget_says_when_there_was_nothing(house: House) -> None:
    assert "nothing to forget" in (await house.card("/forget")).text


async def test_forget_counts_in_czech(house: House) -> None:
    for question in ("první?", "druhá?", "třetí?"):
        await house.ask(question)
    house.in_czech()
    assert (await house.card("/forget")).text == ("Vymazala jsem 3 otázky s odpověďmi. Žádný model tu připnutý nebyl.")


async def test_what_cannot_be_erased_is_not_said_to_be(house: House) -> None:
    house.history.down = HistoryUnavailable(where="redis", reason="refused")
    with pytest.raises(HistoryUnavailable):
        await house.card("/forget")
