"""What a persona changes of an answer, and what it never can."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from bot.access import Access
from bot.assistant import Assistant
from bot.assistant.limits import Limits
from bot.assistant.opening import RULES
from bot.errors import UnknownModel
from bot.messages import Author, ConversationKey, Incoming, Message, Notice, Remark, Reply, Turn
from bot.models.selection import ModelSelection
from bot.personas.choosing import InForce
from bot.personas.parameters import Parameters
from bot.personas.persona import Persona
from bot.ports import (
    ChosenHere,
    CompletionRequest,
    ModelInfo,
    PinScope,
    PlaceChoices,
    PlaceLevel,
    PlaceOption,
    PlaceSettings,
    Sampling,
)
from bot.retrieval.knowledge import Grounds
from tests.doubles.memory import MemoryHistory, MemoryLatencyLog
from tests.doubles.scripted_engine import ScriptedEngine

HERE, ULA = ConversationKey("slack", "T1", "C1"), Author("U1", "Ula")


@dataclass
class Library:
    """Documents that say nothing; keeps in which scopes was looked."""

    within: list[frozenset[str] | None] = field(default_factory=list)

    async def consult(
        self,
        question: str,
        *,
        turns: Sequence[Turn],
        conversation: ConversationKey,
        author: Author,
        remarks: Sequence[Remark] = (),
        within: frozenset[str] | None = None,
    ) -> Grounds | None:
        self.within.append(within)
        return None

    async def caveats(self, question: str) -> tuple[Notice, ...]:
        return ()


@dataclass
class Answers:
    """Always the same persona."""

    persona: Persona

    async def in_force(self, conversation: ConversationKey, author: Author) -> InForce:
        return InForce(self.persona, PinScope.CHANNEL)


@dataclass
class Narrowed:
    """A channel in which an administrator lets only some documents be searched."""

    knowledge: frozenset[str]

    async def chosen(self, conversation: ConversationKey) -> ChosenHere:
        return ChosenHere(channel=PlaceChoices(knowledge=self.knowledge))

    async def choose(self, level: PlaceLevel, conversation: ConversationKey, choices: PlaceChoices) -> None:
        raise NotImplementedError

    async def reset(
        self, level: PlaceLevel, conversation: ConversationKey, options: Collection[PlaceOption] = ()
    ) -> int:
        raise NotImplementedError


@dataclass
class House:
    persona: Persona
    places: PlaceSettings | None = None
    limits: Limits = field(default_factory=Limits)
    models: Sequence[str] = ("sova:1b", "owl:1b")
    context: int = 4096

    def __post_init__(self) -> None:
        offers = [ModelInfo(name, loaded=True) for name in self.models]
        self.engine = ScriptedEngine(offers=offers, context=self.context)
        self.history, self.library = MemoryHistory(), Library()
        self.assistant = Assistant(
            engine=self.engine,
            history=self.history,
            selection=ModelSelection(self.engine, self.history.pins, default=None, personas=Answers(self.persona)),
            latency=MemoryLatencyLog(),
            knowledge=self.library,
            access=Access(),
            places=self.places,
            limits=self.limits,
        )

    async def ask(self, question: str, **given: str) -> tuple[Reply, CompletionRequest]:
        asked = Incoming(question, HERE, ULA, question, received_at=0.0, **given)  # type: ignore[arg-type]
        *_, reply = [event async for event in self.assistant.answer(asked)]
        assert isinstance(reply, Reply)
        return reply, self.engine.asked[-1]


def owl(**given: object) -> Persona:
    return Persona("owl", system="You are an owl.", **given)  # type: ignore[arg-type]


def parameters(**given: object) -> Mapping[str, Parameters]:
    return {"parameters": Parameters.of(given, strict=True)}


async def test_the_engine_is_asked_as_the_persona_wants_it() -> None:
    wanted = parameters(temperature=1.5, seed=7, top_p=0.5, stop=["END"])
    _, asked = await House(owl(model="owl:1b", **wanted)).ask("Hello?")
    assert (asked.model, asked.temperature, asked.seed) == ("owl:1b", 1.5, 7)
    assert asked.sampling == Sampling(top_p=0.5, stop=("END",))


async def test_what_a_persona_leaves_open_is_as_the_operator_has_set_it() -> None:
    _, asked = await House(owl(), limits=Limits(temperature=0.1, answer_tokens=99)).ask("Hello?")
    assert (asked.temperature, asked.max_tokens, asked.seed, asked.sampling) == (0.1, 99, None, Sampling())


@pytest.mark.parametrize(("wanted", "most"), [(50, 50), (5_000, 99), (-1, 99), (-2, 99)])
async def test_an_answer_is_never_longer_than_the_operator_allows(wanted: int, most: int) -> None:
    _, asked = await House(owl(**parameters(num_predict=wanted)), limits=Limits(answer_tokens=99)).ask("Hello?")
    assert asked.max_tokens == most


async def test_a_narrower_context_bounds_the_prompt_and_not_the_engine() -> None:
    wide, narrow = House(owl()), House(owl(**parameters(num_ctx=512)), limits=Limits(answer_tokens=100))
    question = "What is an owl? " * 300
    assert len((await wide.ask(question))[1].messages[-1].content) == len(question) - 1
    reply, asked = await narrow.ask(question)
    assert len(asked.messages[-1].content) < len(question) / 3
    assert "question-cut" in [notice.code for notice in reply.notices]


async def test_every_turn_begins_with_the_same_bytes() -> None:
    house = House(owl(messages=(Message("user", "Hoo?"), Message("assistant", "Hoo."))))
    _, first = await house.ask("Hello?")
    _, second = await house.ask("And then?")
    assert second.messages[: len(first.messages)] == first.messages
    assert [message.content for message in first.messages] == [f"You are an owl.\n\n{RULES}", "Hoo?", "Hoo.", "Hello?"]


@pytest.mark.parametrize(
    ("knowledge", "searched"),
    [
        (None, [None]),
        (frozenset({"hr"}), [frozenset({"hr"})]),
        (frozenset({"hr", "."}), [frozenset({"hr", ".", ""})]),
        (frozenset(), []),
    ],
)
async def test_a_persona_narrows_what_is_searched(
    knowledge: frozenset[str] | None, searched: list[frozenset[str] | None]
) -> None:
    house = House(owl(knowledge=knowledge))
    await house.ask("Where is the paper for the printer?")
    assert house.library.within == searched


@pytest.mark.parametrize(
    ("knowledge", "searched"),
    [
        (None, frozenset({"hr", "it"})),
        (frozenset({"it", "legal"}), frozenset({"it"})),
        (frozenset({"legal"}), frozenset()),
    ],
)
async def test_no_persona_searches_more_than_an_administrator_allows_here(
    knowledge: frozenset[str] | None, searched: frozenset[str]
) -> None:
    house = House(owl(knowledge=knowledge), places=Narrowed(frozenset({"hr", "it"})))
    await house.ask("Where is the paper for the printer?")
    assert house.library.within == [searched]


async def test_a_model_that_is_named_for_one_question_answers_it_as_the_persona() -> None:
    reply, asked = await House(owl(model="owl:1b")).ask("Hello?", model="sova:1b")
    assert (reply.model, asked.messages[0].content[:15]) == ("sova:1b", "You are an owl.")


async def test_when_its_model_is_gone_another_answers_as_the_persona_and_says_so() -> None:
    reply, asked = await House(owl(model="gone:1b")).ask("Hello?")
    assert reply.model == "sova:1b"
    assert asked.messages[0].content.startswith("You are an owl.")
    assert reply.notices == (
        Notice("persona-model-gone", {"persona": "owl", "model": "gone:1b", "instead": "sova:1b"}),
    )


async def test_a_model_that_was_named_is_not_replaced_by_the_persona_s() -> None:
    with pytest.raises(UnknownModel):
        await House(owl(model="owl:1b")).ask("Hello?", model="gone:1b")


async def test_no_persona_switches_off_what_makes_answers_safe() -> None:
    house = House(owl(), models=("sova:1b",))
    house.engine.scripts = [["Hi <!channel>", " ![x](http://evil.example/a.png) [y](http://evil.example)"]]
    reply, _ = await house.ask("Hello?")
    assert "![x]" not in reply.text
    assert "](http://evil.example)" not in reply.text


async def test_instructions_longer_than_any_model_s_context_leave_room_for_the_question() -> None:
    huge = Persona("huge", system="Be kind to everyone who asks you. " * 10_000)
    reply, asked = await House(huge, context=1024, limits=Limits(answer_tokens=200)).ask("What is an owl?")
    assert asked.messages[-1].content == "What is an owl?"
    assert asked.messages[0].content.endswith(RULES)
    assert [notice.code for notice in reply.notices] == ["persona-cut"]
