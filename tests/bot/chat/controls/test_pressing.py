"""What presses do, on a platform whose ids are no numbers."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.access.rules import Grantee, Kind, Permission, Rules
from bot.chat.controls.presses import Action, Press
from bot.chat.controls.pressing import Pressing
from bot.chat.controls.private import is_private
from bot.commands.command import Invocation
from bot.errors import HistoryUnavailable, NotAllowed, NotTheirs, NotTheNewest, TooBusy
from bot.messages import Author, Citation, ConversationKey, Incoming, Language, Place
from bot.ports import Vote
from tests.doubles.behind import LARK, OWL, Behind, behind

HERE = ConversationKey("slack", "T1", "C1", "1712345678.000100")
ANA, BOB, BOSS = Author("U0ANA", "Ana"), Author("U0BOB", "Bob"), Author("U0BOSS", "Boss")
LEAVE = "Everybody has 25 days of leave."
CITED = Citation(1, "hr/leave.md", "Holidays", 0.9, Place(0, len(LEAVE), 0, 0))
ANSWER = Press(Action.AGAIN, turn="1712345678.000100", asker=ANA.id)


@pytest.fixture
def made(tmp_path: Path) -> Behind:
    return behind(tmp_path, admins={f"slack:{BOSS.id}"})


@pytest.fixture
def pressing(made: Behind) -> Pressing:
    return made.pressing()


def by(author: Author, *, place: ConversationKey = HERE) -> Invocation:
    return Invocation("event-1", place, author, 7.0, Language.CZECH)


def only_leads_may(permission: Permission) -> Rules:
    return Rules(given={"slack": {permission: frozenset({Grantee.of(Kind.ROLE, "Leads")})}})


# --- Stop -----------------------------------------------------------------------------------------------------------


async def test_stop_takes_back_what_its_asker_asked_there(made: Behind, pressing: Pressing) -> None:
    made.room.waiting = (Incoming("1", HERE, ANA, "?", 1.0),)

    assert await pressing.stop(ANSWER, by(ANA)) is None

    assert made.room.stops == [(HERE, ANA.id)]


async def test_an_administrator_stops_for_the_asker(made: Behind, pressing: Pressing) -> None:
    await pressing.stop(ANSWER, by(BOSS))

    assert made.room.stops == [(HERE, ANA.id)]


async def test_stopping_what_has_ended_is_said_in_the_persons_language(pressing: Pressing) -> None:
    said = await pressing.stop(ANSWER, by(ANA))

    assert said == by(ANA).say("stop-nothing")


async def test_stop_is_not_for_others(made: Behind, pressing: Pressing) -> None:
    with pytest.raises(NotTheirs):
        await pressing.stop(ANSWER, by(BOB))

    assert made.room.stops == []


# --- Regenerate -----------------------------------------------------------------------------------------------------


async def test_an_answer_is_asked_for_again_in_its_place(made: Behind, pressing: Pressing) -> None:
    await made.answered(HERE, ANSWER.turn)

    assert await pressing.again(ANSWER, by(ANA), replaces="C1:2", model=LARK.name) is None

    assert made.received == [
        Incoming(
            id="event-1",
            conversation=HERE,
            author=ANA,
            text="",
            received_at=7.0,
            language=Language.CZECH,
            model=LARK.name,
            again=True,
            turn=ANSWER.turn,
            replaces="C1:2",
        )
    ]


async def test_what_an_administrator_has_answered_again_stays_its_askers(made: Behind, pressing: Pressing) -> None:
    await made.answered(HERE, ANSWER.turn)

    await pressing.again(ANSWER, by(BOSS), replaces="C1:2")

    (asked,) = made.received
    assert (asked.author, asked.asker, asked.owner) == (BOSS, ANA.id, ANA.id)


async def test_where_the_answer_can_not_be_replaced_it_is_said_that_the_new_one_comes_below(
    made: Behind, pressing: Pressing
) -> None:
    await made.answered(HERE, ANSWER.turn)

    said = await pressing.again(ANSWER, by(ANA), replaces=None)

    assert said == by(ANA).say("button-given-below")
    assert [(asked.again, asked.replaces) for asked in made.received] == [(True, None)]


async def test_an_answer_for_one_person_is_given_again_in_that_persons_own_conversation(
    made: Behind, pressing: Pressing
) -> None:
    own = replace(HERE, thread=f"private:{ANA.id}", direct=True)
    await made.answered(own, ANSWER.turn)

    assert await pressing.again(replace(ANSWER, private=True), by(ANA), replaces=None, reply="thinking") is None

    (asked,) = made.received
    assert (asked.conversation, asked.reply) == (own, "thinking")
    assert asked.conversation.direct
    assert is_private(asked.conversation)


async def test_only_the_askers_and_only_the_newest_answer_is_given_again(made: Behind, pressing: Pressing) -> None:
    with pytest.raises(NotTheNewest):
        await pressing.again(ANSWER, by(ANA), replaces="C1:2")
    await made.answered(HERE, ANSWER.turn)
    with pytest.raises(NotTheirs):
        await pressing.again(ANSWER, by(BOB), replaces="C1:2")
    await made.answered(HERE, "1712345679.000200")
    with pytest.raises(NotTheNewest):
        await pressing.again(ANSWER, by(ANA), replaces="C1:2")

    assert made.received == []


async def test_a_question_that_is_not_taken_in_again_is_refused(made: Behind, pressing: Pressing) -> None:
    await made.answered(HERE, ANSWER.turn)
    made.refusal = TooBusy(waiting=9, whose="all")

    with pytest.raises(TooBusy):
        await pressing.again(ANSWER, by(ANA), replaces="C1:2")


async def test_naming_a_model_takes_the_permission_to_switch(made: Behind, pressing: Pressing) -> None:
    await made.answered(HERE, ANSWER.turn)
    made.written.now = only_leads_may(Permission.SWITCH)

    with pytest.raises(NotAllowed):
        await pressing.models(ANSWER, by(ANA), most=25, longest=100)
    with pytest.raises(NotAllowed):
        await pressing.again(ANSWER, by(ANA), replaces="C1:2", model=LARK.name)
    await pressing.again(ANSWER, by(ANA), replaces="C1:2")

    assert [asked.model for asked in made.received] == [None]


async def test_as_many_models_are_offered_as_a_menu_shows_and_with_names_that_fit(
    made: Behind, pressing: Pressing
) -> None:
    await made.answered(HERE, ANSWER.turn)
    made.engine.offers = [replace(OWL, name="o" * 76), replace(OWL, name="p" * 76), OWL, LARK]

    assert await pressing.models(ANSWER, by(ANA), most=100, longest=75) == [OWL.name, LARK.name]
    assert await pressing.models(ANSWER, by(ANA), most=1, longest=75) == [OWL.name]
    made.engine.offers = []
    assert await pressing.models(ANSWER, by(ANA), most=100, longest=75) == []


async def test_models_are_offered_for_ones_own_newest_answer_alone(made: Behind, pressing: Pressing) -> None:
    await made.answered(HERE, ANSWER.turn)

    with pytest.raises(NotTheirs):
        await pressing.models(ANSWER, by(BOB), most=25, longest=100)


# --- Sources --------------------------------------------------------------------------------------------------------


async def test_sources_are_those_of_the_answer_for_whoever_asks(made: Behind, pressing: Pressing) -> None:
    await made.hold("hr/leave.md", LEAVE)
    await made.answered(HERE, ANSWER.turn, CITED)
    await made.answered(HERE, "1712345679.000200")

    assert LEAVE in (await pressing.sources(ANSWER, by(BOB))).text


# --- 👍 👎 ----------------------------------------------------------------------------------------------------------


async def test_a_vote_is_kept_with_who_gave_it_on_whose_answer(made: Behind, pressing: Pressing) -> None:
    assert await pressing.vote(ANSWER, by(BOB), Vote.DOWN, reason="It is 30.") == by(BOB).say("feedback-thanks")

    (entry,) = made.ballot.entries
    assert (entry.turn, entry.conversation, entry.author, entry.asker) == (ANSWER.turn, HERE, BOB.id, ANA.id)
    assert (entry.vote, entry.reason, entry.at) == (Vote.DOWN, "It is 30.", 7.0)


async def test_who_may_not_ask_may_not_vote(made: Behind, pressing: Pressing) -> None:
    made.written.now = only_leads_may(Permission.ASK)

    with pytest.raises(NotAllowed):
        pressing.demand_vote(ANSWER, by(BOB))
    with pytest.raises(NotAllowed):
        await pressing.vote(ANSWER, by(BOB), Vote.UP)

    assert made.ballot.entries == []


async def test_a_vote_that_can_not_be_kept_is_no_thanks(made: Behind, pressing: Pressing) -> None:
    made.ballot.down = HistoryUnavailable(where="redis", reason="refused")

    with pytest.raises(HistoryUnavailable):
        await pressing.vote(ANSWER, by(BOB), Vote.UP)


# --- a private answer that had to be shown elsewhere ----------------------------------------------------------------


async def test_what_is_pressed_elsewhere_under_a_private_answer_is_about_where_it_was_asked(
    made: Behind, pressing: Pressing
) -> None:
    private = replace(ANSWER, private=True, beside=("T1", "C1"))
    elsewhere = by(ANA, place=ConversationKey("slack", "T2", "D9", "1.2", direct=True))
    asked_in = ConversationKey("slack", "T1", "C1", f"private:{ANA.id}", direct=True)
    await made.answered(asked_in, ANSWER.turn)

    await pressing.again(private, elsewhere, replaces=None, reply="a message of its own")

    assert made.received[0].conversation == asked_in


async def test_the_private_conversation_is_the_one_of_whoever_presses(made: Behind, pressing: Pressing) -> None:
    private = replace(ANSWER, private=True, beside=("T1", "C1"))
    elsewhere = by(BOSS, place=ConversationKey("slack", "T1", "D9", direct=True))
    await made.answered(ConversationKey("slack", "T1", "C1", f"private:{ANA.id}", direct=True), ANSWER.turn)

    with pytest.raises(NotTheNewest):
        await pressing.again(private, elsewhere, replaces=None)
