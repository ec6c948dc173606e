from dataclasses import replace

import pytest

from bot.errors import AssistantError, BadArgument, HistoryUnavailable, MissingArgument, NotAllowed
from bot.messages import Author, ConversationKey
from bot.ports import FeedbackEntry, Vote
from tests.bot.commands.conftest import House


async def test_forget_erases_the_conversation_and_says_how_much_it_was(house: House) -> None:
    await house.ask("first?")
    await house.ask("second?")
    await house.card("/model lark")
    card = await house.card("/forget")
    assert card.text == (
        "I erased 2 questions with their answers. I also took back 1 choice of model or persona that was pinned here."
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


# --- of a person ----------------------------------------------------------------------------------------------

BO, BOSS = Author("U2", "Bo"), Author("boss", "Boss")


async def asked_by_two(house: House) -> None:
    """Two questions of Ana's in two places, and one of Bo's between them."""
    await house.ask("Ana in the channel?")
    ana = house.invocation
    house.invocation = replace(ana, author=BO)
    await house.ask("Bo in the channel?")
    house.invocation = ana
    await house.card("/model lark me")
    house.in_thread()
    await house.ask("Ana in the thread?")


async def questions(house: House) -> list[str]:
    return [turn.question for turns in house.history.kept.values() for turn in turns]


@pytest.mark.parametrize("text", ["/forget me", "/forget mě"])
async def test_everybody_may_have_their_own_questions_forgotten_everywhere(house: House, text: str) -> None:
    await asked_by_two(house)
    assert (await house.card(text)).text == (
        "Of U1 on slack I erased 2 questions with their answers in 2 conversations. "
        "I also took back 1 choice of model or persona. What others asked stays, and so does what was quoted there."
    )
    assert await questions(house) == ["Bo in the channel?"]
    assert house.pins.kept == {}


async def test_an_administrator_has_a_person_forgotten_and_that_is_written_down(house: House) -> None:
    await asked_by_two(house)
    house.invocation = replace(house.invocation, author=BOSS)
    assert "Of U1 on slack I erased 2 questions" in (await house.card("/forget person U1")).text
    assert await questions(house) == ["Bo in the channel?"]
    (entry,) = house.audit.entries
    assert (entry.author, entry.parameters, entry.allowed) == ("boss", {"what": "person", "who": "U1"}, True)


async def test_others_may_not_have_a_person_forgotten_not_even_themselves_that_way(house: House) -> None:
    await asked_by_two(house)
    with pytest.raises(NotAllowed) as refused:
        await house.card("/forget person U1")
    assert (refused.value.action, refused.value.needed) == ("/forget person …", "administer")
    assert len(await questions(house)) == 3
    assert [entry.allowed for entry in house.audit.entries] == [False]


async def test_at_the_terminal_a_person_is_named_with_their_platform(house: House) -> None:
    await asked_by_two(house)
    house.invocation = replace(house.invocation, conversation=ConversationKey("terminal", "host", "default"))
    assert "nothing to forget" in (await house.card("/forget person U1")).text
    assert "I erased 2 questions" in (await house.card("/forget person slack:U1")).text


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("/forget person", MissingArgument),
        ("/forget person discord:U1", BadArgument),
        ("/forget me U1", BadArgument),
        ("/forget here U1", BadArgument),
        ("/forget everybody", BadArgument),
    ],
)
async def test_what_nobody_can_be_sure_to_have_meant_erases_nothing(
    house: House, text: str, error: type[AssistantError]
) -> None:
    await asked_by_two(house)
    house.invocation = replace(house.invocation, author=BOSS)
    with pytest.raises(error):
        await house.card(text)
    assert len(await questions(house)) == 3


async def test_a_person_is_forgotten_in_czech(house: House) -> None:
    await house.ask("první?")
    house.in_czech()
    assert (await house.card("/forget me")).text == (
        "Vymazala jsem 1 otázku s odpovědí v 1 konverzaci (kdo: U1, platforma: slack). "
        "Žádnou volbu modelu rušit nebylo třeba. Otázky ostatních zůstávají, i s tím, co v nich citovali."
    )
    assert "Nebylo co zapomenout" in (await house.card("/forget me")).text


# --- votes ----------------------------------------------------------------------------------------------------


async def voted(house: House) -> None:
    """Bo on Ana's answer, and Ana on another's elsewhere."""
    here = house.invocation.conversation
    elsewhere = replace(here, channel="random")
    await house.feedback.record(FeedbackEntry("1", here, "U2", Vote.DOWN, 1.0, asker="U1"))
    await house.feedback.record(FeedbackEntry("2", elsewhere, "U1", Vote.UP, 1.0, asker="U2"))
    await house.feedback.record(FeedbackEntry("3", elsewhere, "U2", Vote.UP, 1.0, asker="U2"))


async def votes(house: House) -> list[str]:
    return [entry.turn async for entry in house.feedback.entries()]


async def test_the_votes_of_a_conversation_are_forgotten_with_it_and_counted(house: House) -> None:
    await voted(house)
    assert (await house.card("/forget")).text.endswith("One vote on an answer I erased as well.")
    assert await votes(house) == ["2", "3"]


async def test_a_person_s_votes_and_those_on_answers_to_them_are_forgotten_and_counted(house: House) -> None:
    await voted(house)
    assert (await house.card("/forget me")).text.endswith("2 votes on answers I erased as well.")
    assert await votes(house) == ["3"]


async def test_votes_are_forgotten_in_czech(house: House) -> None:
    await voted(house)
    house.in_czech()
    assert (await house.card("/forget me")).text.endswith("Vymazala jsem i 2 hlasy o odpovědích.")
