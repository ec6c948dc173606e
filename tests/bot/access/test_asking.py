"""The one place that every question comes through: the assistant."""

import pytest

from bot.access import Access, Permission, Rules
from bot.access.rules import EVERYONE, Grantee, Kind
from bot.assistant import Assistant
from bot.errors import NotAllowed
from bot.messages import Author, ConversationKey, Incoming, Reply
from bot.models.selection import ModelSelection
from tests.doubles.memory import MemoryHistory, MemoryLatencyLog
from tests.doubles.scripted_engine import ScriptedEngine

ANA, BO = Author("U1", "Ana"), Author("U2", "Bo")
TALK = ConversationKey("slack", "T1", "C1")
TERMINAL = ConversationKey("terminal", "local", "here")


class ForAna:
    """Rules that let one person ask, until told otherwise."""

    def __init__(self) -> None:
        self.asks = frozenset({Grantee(Kind.USER, "U1")})
        self.switches = EVERYONE

    def rules(self) -> Rules:
        return Rules(given={"slack": {Permission.ASK: self.asks, Permission.SWITCH: self.switches}})


class House:
    def __init__(self) -> None:
        self.rules, self.engine, self.history = ForAna(), ScriptedEngine(), MemoryHistory()
        self.assistant = Assistant(
            engine=self.engine,
            history=self.history,
            selection=ModelSelection(self.engine, self.history.pins, default=None),
            latency=MemoryLatencyLog(),
            access=Access(file=self.rules),
        )

    async def ask(
        self, author: Author, *, conversation: ConversationKey = TALK, again: bool = False, model: str | None = None
    ) -> Reply:
        incoming = Incoming("e1", conversation, author, "Hello?", received_at=0.0, model=model)
        stream = self.assistant.regenerate(incoming) if again else self.assistant.answer(incoming)
        *_, last = [event async for event in stream]
        assert isinstance(last, Reply)
        return last


async def test_whoever_may_not_ask_gets_no_answer_and_leaves_no_trace() -> None:
    house = House()
    with pytest.raises(NotAllowed) as refused:
        await house.ask(BO)
    assert refused.value.needed == "ask"
    assert house.engine.asked == []
    assert house.history.kept == {}


async def test_whoever_may_not_ask_may_not_have_another_s_question_answered_again() -> None:
    house = House()
    await house.ask(ANA)
    with pytest.raises(NotAllowed):
        await house.ask(BO, again=True)
    assert len(house.engine.asked) == 1


async def test_whoever_may_not_choose_the_model_may_not_name_one_for_a_question_either() -> None:
    house = House()
    house.rules.switches = frozenset()
    with pytest.raises(NotAllowed) as refused:
        await house.ask(ANA, model="owl:7b")
    assert (refused.value.needed, refused.value.action) == ("switch", "owl:7b")
    assert (await house.ask(ANA)).text


async def test_a_question_is_answered_by_the_rules_of_its_moment() -> None:
    house = House()
    assert (await house.ask(ANA)).text
    house.rules.asks = frozenset()
    with pytest.raises(NotAllowed):
        await house.ask(ANA)


async def test_at_the_terminal_everybody_may_ask() -> None:
    assert (await House().ask(BO, conversation=TERMINAL)).text
