import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from fakeredis import FakeAsyncRedis, FakeServer

from bot.access import Access
from bot.access.rules import Permission
from bot.assistant import Assistant
from bot.assistant.comparing import SEED, Comparing
from bot.backends.redis.comparisons import RedisComparisons
from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.places import RedisPlaceSettings
from bot.commands.cards import Card, LiveCard, Pane
from bot.commands.command import Invocation, Result
from bot.commands.comparing.compare import Compare
from bot.commands.comparing.contestants import Choosing, Way
from bot.commands.conversations.forget import Forget
from bot.commands.registry import Registry
from bot.errors import (
    BadArgument,
    CannotChat,
    ComparisonGone,
    EmptyQuestion,
    EngineBusy,
    EngineFailedToStart,
    EngineUnreachable,
    HistoryUnavailable,
    NoSuchAnswer,
    NotAllowed,
    NotAnsweredHere,
    SameModelTwice,
    StillComparing,
    TooFewModels,
    TooManyComparisons,
    TooManyModels,
    UnknownModel,
)
from bot.messages import Author, ConversationKey, Language, Notice
from bot.models.selection import ModelSelection
from bot.ports import Capability, CompletionDelta, CompletionEnd, CompletionRequest, ModelInfo, PlaceChoices, PlaceLevel
from bot.retrieval.knowledge import Grounds
from tests.bot.assistant.test_grounded_answers import PRINTER, Library
from tests.bot.commands.conftest import values
from tests.doubles.memory import MemoryHistory, MemoryLatencyLog
from tests.doubles.scripted_engine import Item, ScriptedEngine

CHANNEL = ConversationKey("slack", "team", "general")
ANA, BOB, EVE = Author("U1", "Ana"), Author("U2", "Bob"), Author("U3", "Eve")
OWL = ModelInfo("owl:1b", parameters="1.5B", loaded=True)
LARK = ModelInfo("lark:latest", parameters="8B", loaded=False)
JAY = ModelInfo("jay:2b", loaded=True)
WREN = ModelInfo("wren:1b", loaded=False)
EMBEDDER = ModelInfo("embedder", capabilities=frozenset({Capability.EMBEDDING}))
QUESTION = 'compare "Why is it blue?"'


@dataclass
class Choir(ScriptedEngine):
    """Each model says what is its own; `broken` ones can't be loaded."""

    voices: dict[str, Sequence[Item]] = field(default_factory=dict)
    broken: dict[str, Exception] = field(default_factory=dict)
    warmed: list[str] = field(default_factory=list)

    async def warm(self, name: str) -> None:
        self.warmed.append(name)
        if error := self.broken.get(name):
            raise error
        await super().warm(name)

    async def complete(self, request: CompletionRequest) -> AsyncGenerator[CompletionDelta | CompletionEnd, None]:
        self.asked.append(request)
        voice = ScriptedEngine([self.voices.get(request.model, [f"I am {request.model}."])], offers=self.offers)
        try:
            async with aclosing(voice.complete(request)) as items:
                async for item in items:
                    yield item
        finally:
            self.closed += 1


@dataclass
class Stage:
    """A Sova that compares, with everything in memory."""

    redis: FakeAsyncRedis
    engine: Choir = field(default_factory=lambda: Choir(offers=[OWL, LARK, EMBEDDER, JAY, WREN]))
    library: Library | None = None
    access: Access = field(default_factory=Access)
    parallel: int = 1

    def __post_init__(self) -> None:
        connection = RedisConnection(self.redis, where="fakeredis")
        self.places = RedisPlaceSettings(connection, prefix="t")
        self.comparisons = RedisComparisons(connection, prefix="t", max_age=timedelta(days=1))
        history = MemoryHistory()
        self.pins = history.pins
        selection = ModelSelection(self.engine, history.pins, default=None)
        self.assistant = Assistant(
            engine=self.engine,
            history=history,
            selection=selection,
            latency=MemoryLatencyLog(),
            knowledge=self.library,
            access=self.access,
        )
        self.compare = Compare(
            Comparing(self.engine, self.assistant),
            Choosing(self.engine, selection, advisor=None, parallel=self.parallel),
            self.comparisons,
            access=self.access,
            places=self.places,
        )
        self.registry = Registry(self.access)
        for command in self.compare.commands():
            self.registry.add(command)

    async def type(self, text: str, *, author: Author = ANA, language: Language = Language.ENGLISH) -> Result:
        command, given = self.registry.parse(text)
        invocation = Invocation("c1", CHANNEL, author, at=1_800_000_000.0, language=language)
        return await self.registry.run(invocation, command, given)

    async def live(self, text: str, *, author: Author = ANA) -> AsyncGenerator[Card, None]:
        result = await self.type(text, author=author)
        assert isinstance(result, LiveCard)
        return result.cards

    async def cards(self, text: str, *, author: Author = ANA) -> list[Card]:
        async with aclosing(await self.live(text, author=author)) as cards:
            return [card async for card in cards]

    async def last(self, text: str = QUESTION) -> Card:
        return (await self.cards(text))[-1]

    async def card(self, text: str, *, author: Author = ANA) -> Card:
        result = await self.type(text, author=author)
        assert isinstance(result, Card)
        return result


@pytest.fixture
async def redis() -> AsyncIterator[FakeAsyncRedis]:
    async with FakeAsyncRedis() as client:
        yield client


@pytest.fixture
async def stage(redis: FakeAsyncRedis) -> Stage:
    return Stage(redis)


def texts(card: Card) -> dict[str, str]:
    return {pane.title: pane.text for pane in card.panes}


def below(pane: Pane) -> dict[str, str]:
    return {shown.name: shown.value for shown in pane.fields}


async def test_each_model_s_answer_stands_beside_the_others(stage: Stage) -> None:
    card = await stage.last('compare "Why is it blue?" owl:1b lark')
    assert texts(card) == {"1 · owl:1b": "I am owl:1b.", "2 · lark:latest": "I am lark:latest."}
    assert values(card) == {"Question": "Why is it blue?"}


async def test_all_are_asked_the_same_in_the_same_words_with_the_same_dice(redis: FakeAsyncRedis) -> None:
    stage = Stage(redis, library=Library())
    stage.engine.voices = {"owl:1b": ["yes"], "lark:latest": ["yes"]}
    await stage.last('compare "Where is the paper?" owl:1b lark')
    of_owl, of_lark = ([one for one in stage.engine.asked if one.model == name] for name in ("owl:1b", "lark:latest"))
    assert PRINTER.text in of_owl[-1].messages[-1].content
    assert [replace(one, model="") for one in of_owl] == [replace(one, model="") for one in of_lark]
    assert (of_owl[-1].seed, of_lark[-1].seed) == (SEED, SEED)


async def test_an_answer_has_its_own_sources(redis: FakeAsyncRedis) -> None:
    stage = Stage(redis, library=Library())
    stage.engine.voices = {
        "owl:1b": ["yes"],
        "lark:latest": ["Its paper is ", "in cabinet 12."],
    }
    card = await stage.last('compare "Where is the paper?" owl:1b lark')
    assert below(card.panes[1])["Sources"] == "[1] en/office.md › Printing"
    assert "Sources" not in below(card.panes[0])


async def test_where_the_documents_say_nothing_no_model_is_asked(redis: FakeAsyncRedis) -> None:
    stage = Stage(redis, library=Library(grounds=Grounds((), is_relevant=False)))
    (card,) = await stage.cards(QUESTION)
    assert "asked no model" in card.text
    assert (stage.engine.asked, stage.engine.warmed, card.actions) == ([], [], ())


async def test_what_is_amiss_with_the_documents_is_said_once(redis: FakeAsyncRedis) -> None:
    stage = Stage(redis, library=Library(grounds=None, reading=(Notice("uncited", {"reason": "index-unavailable"}),)))
    card = await stage.last()
    assert card.text.count("documents") == 1
    assert all("Note" not in below(pane) for pane in card.panes)


async def test_a_model_that_isn_t_in_memory_is_loaded_before_it_is_timed(stage: Stage) -> None:
    card = await stage.last('compare "Why so?" owl:1b lark')
    assert stage.engine.warmed == ["lark:latest"]
    owl, lark = map(below, card.panes)
    assert owl["Loading"] == "was in memory already"
    assert lark["Loading"].endswith(" s")
    assert {"First word after", "Tokens", "Answered in"} <= owl.keys() & lark.keys()


async def test_the_card_grows_while_they_answer_one_after_the_other(stage: Stage) -> None:
    goes_on = asyncio.Event()
    stage.engine.voices = {"owl:1b": ["It ", goes_on, "scatters."]}
    async with asyncio.timeout(5), aclosing(await stage.live('compare "Why so?" owl:1b lark')) as cards:
        async for card in cards:
            if card.panes[0].text == "It ":
                break
        assert [below(pane)["State"] for pane in card.panes] == ["is answering", "waits for its turn"]
        assert card.actions == ()
        goes_on.set()
        rest = [card async for card in cards]
    assert rest[-1].panes[0].text == "It scatters."
    assert stage.engine.closed == len(stage.engine.asked) == 2


async def test_closing_it_stops_the_one_that_answers_and_the_others_never_begin(stage: Stage) -> None:
    stage.engine.voices = {"owl:1b": ["It ", asyncio.Event()]}
    async with asyncio.timeout(5), aclosing(await stage.live('compare "Why so?" owl:1b lark')) as cards:
        async for card in cards:
            if card.panes[0].text:
                break
    assert [one.model for one in stage.engine.asked] == ["owl:1b"]
    assert stage.engine.closed == 1
    stage.engine.voices = {}
    assert await stage.cards(QUESTION), "the seat is free again"


async def test_where_nobody_names_models_the_one_that_answers_and_those_in_memory_come_first(stage: Stage) -> None:
    assert [pane.title for pane in (await stage.last()).panes] == ["1 · owl:1b", "2 · jay:2b", "3 · lark:latest"]


@pytest.mark.parametrize(
    "text",
    [
        'compare "Why is it blue?" owl:1b,lark',
        'compare "Why is it blue?" "owl:1b, lark"',
        'compare "Why is it blue?" owl:1b lark',
        "compare Why is it blue? owl:1b lark",
        "compare Why is it blue? owl:1b, LARK:latest",
    ],
)
async def test_models_are_named_with_commas_or_spaces_after_the_question(stage: Stage, text: str) -> None:
    card = await stage.last(text)
    assert values(card)["Question"] == "Why is it blue?"
    assert [pane.title for pane in card.panes] == ["1 · owl:1b", "2 · lark:latest"]


async def test_a_question_may_end_with_the_name_of_one_model(stage: Stage) -> None:
    card = await stage.last("compare What do you think of owl:1b")
    assert values(card)["Question"] == "What do you think of owl:1b"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('compare "Why so?" owl:1b', TooFewModels),
        ('compare "Why so?" owl:1b nobody', UnknownModel),
        ('compare "Why so?" owl:1b embedder', CannotChat),
        ('compare "Why so?" owl:1b OWL:1B', SameModelTwice),
        ('compare "Why so?" owl:1b,lark,jay:2b,wren:1b,owl', UnknownModel),
        ('compare "Why so?" owl:1b lark "jay:2b wren:1b" x y z', BadArgument),
    ],
)
async def test_what_can_t_be_compared_is_refused_before_anybody_is_asked(
    stage: Stage, text: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await stage.type(text)
    assert stage.engine.asked == []


async def test_five_models_are_too_many(stage: Stage) -> None:
    stage.engine.offers.append(ModelInfo("kite"))
    with pytest.raises(TooManyModels):
        await stage.type('compare "Why so?" owl:1b,lark,jay:2b,wren:1b,kite')


async def test_alone_no_model_can_be_compared(stage: Stage) -> None:
    stage.engine.offers = [OWL, EMBEDDER]
    with pytest.raises(TooFewModels) as raised:
        await stage.type(QUESTION)
    assert raised.value.there == ("owl:1b",)


async def test_what_is_no_question_is_none_here_either(stage: Stage) -> None:
    with pytest.raises(EmptyQuestion):
        await stage.cards('compare "? ?"')


async def test_a_model_that_can_t_be_loaded_is_marked_and_the_others_go_on(stage: Stage) -> None:
    stage.engine.broken = {"lark:latest": EngineFailedToStart("lark", Notice("engine-died"), "x.log")}
    card = await stage.last('compare "Why so?" lark,owl:1b,jay:2b')
    assert "Failed" in below(card.panes[0])
    assert [pane.text for pane in card.panes] == ["", "I am owl:1b.", "I am jay:2b."]
    assert [action.command[-1] for action in card.actions[:-1]] == ["2", "3"]


async def test_a_model_that_fails_in_the_middle_keeps_what_it_said_and_can_t_be_voted_for(stage: Stage) -> None:
    stage.engine.voices = {"owl:1b": ["It ", EngineBusy("scripted")]}
    card = await stage.last('compare "Why so?" owl:1b lark')
    assert card.panes[0].text == "It "
    assert "Failed" in below(card.panes[0])
    assert card.actions == ()
    assert "nothing to vote for" in card.text


async def test_what_a_model_writes_is_disarmed(stage: Stage) -> None:
    stage.engine.voices = {"owl:1b": ["@everyone [here](http://evil.example)"]}
    card = await stage.last('compare "Why so?" owl:1b lark')
    assert "@everyone" not in card.panes[0].text
    assert "](http" not in card.panes[0].text


async def test_the_buttons_vote_for_an_answer_or_for_none(stage: Stage) -> None:
    card = await stage.last('compare "Why so?" owl:1b lark')
    assert [action.label for action in card.actions] == ["1 · owl:1b", "2 · lark:latest", "No difference"]
    told = await stage.card(card.actions[1].command)
    assert "2 · lark:latest" in told.text
    (table,) = told.tables
    assert [(row[0], row[-1]) for row in table.rows] == [
        ("1 · owl:1b", "0"),
        ("2 · lark:latest", "1"),
        ("No difference", "0"),
    ]
    assert "no difference" in (await stage.card(card.actions[2].command)).text
    assert all(len(action.command) <= 95 for action in card.actions)


async def test_a_vote_is_told_to_the_voter_alone_and_the_answers_to_everybody(stage: Stage) -> None:
    compare, vote = stage.registry.commands
    assert compare.concerns_others({"question": "Why?"})
    assert not compare.concerns_others({})
    assert not vote.concerns_others({"comparison": "x", "answer": "1"})


async def test_votes_make_the_table_that_is_shown_without_a_question(stage: Stage) -> None:
    assert "Nobody has voted yet" in (await stage.card("compare")).text
    card = await stage.last('compare "Why so?" owl:1b lark')
    for author in (ANA, BOB, EVE):
        await stage.card(card.actions[1].command, author=author)
    await stage.card(card.actions[1].command, author=BOB)
    (table,) = (await stage.card("compare")).tables
    assert [(row[0], *row[3:]) for row in table.rows] == [
        ("lark:latest", "3", "3", "0", "0"),
        ("owl:1b", "3", "0", "0", "3"),
    ]
    assert all(row[2].endswith("*") for row in table.rows), "three votes are few"


async def test_a_vote_for_what_isn_t_there_counts_for_nobody(stage: Stage) -> None:
    card = await stage.last('compare "Why so?" owl:1b lark')
    name, id_, _ = card.actions[0].command.split()
    with pytest.raises(NoSuchAnswer):
        await stage.card(f"{name} {id_} 3")
    with pytest.raises(BadArgument):
        await stage.card(f"{name} {id_} 9")
    with pytest.raises(ComparisonGone):
        await stage.card(f"{name} feed00 1")
    assert [poll.choices async for poll in stage.comparisons.polls()] == [()]


async def test_blind_nothing_gives_a_model_away_until_somebody_votes(stage: Stage) -> None:
    stage.engine.voices = {"owl:1b": ["It scatters."], "lark:latest": ["It scatters."]}
    stage.engine.broken = {"jay:2b": UnknownModel("jay:2b", "scripted")}
    stage.engine.offers = [replace(one, loaded=False) for one in stage.engine.offers]
    cards = await stage.cards('compare "Why so?" owl:1b,lark,jay:2b blind')
    assert not [card for card in cards for name in ("owl", "lark", "jay") if name in repr(card)]
    card = cards[-1]
    assert "First word after" not in {name for pane in card.panes for name in below(pane)}
    told = await stage.card(card.actions[0].command)
    number = int(card.actions[0].command[-1])
    names = [row[0] for row in told.tables[0].rows]
    assert names[number - 1] in told.text
    assert {name.partition(" · ")[2] or name for name in names} == {"owl:1b", "lark:latest", "jay:2b", "No difference"}


async def test_blind_no_model_has_a_place_of_its_own(stage: Stage) -> None:
    first = set()
    for _ in range(30):
        card = await stage.last('compare "Why so?" owl:1b lark naslepo')
        first.add(card.panes[0].text)
    assert first == {"I am owl:1b.", "I am lark:latest."}


async def test_where_nobody_can_vote_nothing_stays_hidden(stage: Stage) -> None:
    stage.engine.broken = {"lark:latest": UnknownModel("lark:latest", "scripted")}
    card = await stage.last('compare "Why so?" owl:1b lark blind')
    assert {pane.title.partition(" · ")[2] for pane in card.panes} == {"owl:1b", "lark:latest"}


async def test_a_person_compares_one_thing_at_a_time_and_a_process_two(stage: Stage) -> None:
    stage.engine.voices = {"owl:1b": [asyncio.Event()]}
    anas, bobs = await stage.live(QUESTION), await stage.live(QUESTION, author=BOB)
    async with aclosing(anas), aclosing(bobs):
        await anext(anas)
        with pytest.raises(StillComparing):
            await stage.cards(QUESTION)
        await anext(bobs)
        with pytest.raises(TooManyComparisons):
            await stage.cards(QUESTION, author=EVE)
    stage.engine.voices = {}
    assert await stage.cards(QUESTION, author=EVE)


async def test_why_they_take_turns_is_said(stage: Stage) -> None:
    card = await stage.last('compare "Why so?" owl:1b lark')
    assert "so that their speeds can be compared" in card.text


async def test_naming_models_takes_what_choosing_one_does(redis: FakeAsyncRedis) -> None:
    class OnlyAsking(Access):
        def demand(self, permission: Permission, *_: object, **__: object) -> None:
            if permission is Permission.SWITCH:
                raise NotAllowed(action="", needed="switch")

    stage = Stage(redis, access=OnlyAsking())
    with pytest.raises(NotAllowed):
        await stage.type("compare Why is it blue? owl:1b lark")
    assert (await stage.last(QUESTION)).panes


async def test_where_sova_keeps_quiet_she_compares_nothing(stage: Stage) -> None:
    await stage.places.choose(PlaceLevel.WORKSPACE, CHANNEL, PlaceChoices(channels=frozenset({"elsewhere"})))
    with pytest.raises(NotAnsweredHere):
        await stage.type(QUESTION)


async def test_without_a_store_the_answers_are_shown_and_nobody_can_vote() -> None:
    server = FakeServer()
    async with FakeAsyncRedis(server=server) as redis:
        stage = Stage(redis)
        before = await stage.last('compare "Why so?" owl:1b lark')
        live = await stage.live('compare "Why so?" owl:1b lark')
        server.connected = False
        async with aclosing(live) as cards:
            *_, card = [card async for card in cards]
        assert texts(card) == texts(before)
        assert card.actions == ()
        assert "Nobody can vote" in card.text
        with pytest.raises(HistoryUnavailable):
            await stage.card(before.actions[0].command)
        server.connected = True


async def test_of_one_model_s_names_those_that_are_given_already_are_not_offered_again(stage: Stage) -> None:
    compare = stage.registry.commands[0]
    invocation = Invocation("c1", CHANNEL, ANA, at=0.0, given={"first": "owl:1b"})
    offered = await stage.registry.completions(invocation, compare, "second")
    assert set(offered) == {"lark:latest", "jay:2b", "wren:1b"}


async def test_at_once_all_answer_side_by_side(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(*_: object) -> Way:
        return Way.AT_ONCE

    monkeypatch.setattr(Choosing, "way", at_once)
    goes_on = asyncio.Event()
    stage.engine.voices = {"owl:1b": ["It ", goes_on, "scatters."], "jay:2b": ["Air ", goes_on, "does."]}
    async with asyncio.timeout(5), aclosing(await stage.live('compare "Why so?" owl:1b jay:2b')) as cards:
        async for card in cards:
            if all(pane.text for pane in card.panes):
                break
        goes_on.set()
        *_, card = [card async for card in cards]
    assert [pane.text for pane in card.panes] == ["It scatters.", "Air does."]
    assert "at once" in card.text


async def test_at_once_closing_stops_all_of_them(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(*_: object) -> Way:
        return Way.AT_ONCE

    monkeypatch.setattr(Choosing, "way", at_once)
    stage.engine.voices = {"owl:1b": ["It ", asyncio.Event()], "jay:2b": ["Air ", asyncio.Event()]}
    async with asyncio.timeout(5), aclosing(await stage.live('compare "Why so?" owl:1b jay:2b')) as cards:
        async for card in cards:
            if all(pane.text for pane in card.panes):
                break
    assert stage.engine.closed == len(stage.engine.asked) == 2


async def test_an_engine_that_goes_in_mid_way_is_told_of_each_model_that_it_fails(stage: Stage) -> None:
    gone = EngineUnreachable("scripted", "scripted://")
    stage.engine.voices = {"owl:1b": ["It ", gone]}
    stage.engine.broken = {"lark:latest": gone}
    card = await stage.last('compare "Why so?" owl:1b lark')
    assert all("scripted://" in below(pane)["Failed"] for pane in card.panes)
    assert card.actions == ()


async def test_forgetting_a_person_erases_their_votes_and_says_so(stage: Stage) -> None:
    for command in Forget(MemoryHistory(), comparisons=stage.comparisons).commands():
        stage.registry.add(command)
    card = await stage.last('compare "Why so?" owl:1b lark')
    for author in (ANA, BOB):
        await stage.card(card.actions[0].command, author=author)
    told = await stage.card("forget me")
    assert "one vote" in told.text.lower() or "1 vote" in told.text
    assert [poll.choices async for poll in stage.comparisons.polls()] == [(1,)]
