import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from fakeredis import FakeAsyncRedis

from bot.assistant import Assistant
from bot.assistant.limits import Limits
from bot.backends.redis.connection import RedisConnection
from bot.backends.redis.places import RedisPlaceSettings
from bot.errors import (
    BadScopes,
    EngineBusy,
    EngineError,
    EngineFailedToStart,
    EngineGarbled,
    EngineInterrupted,
    EngineRefused,
    EngineSilent,
    EngineUnreachable,
    IndexUnavailable,
    ModelFileMissing,
)
from bot.messages import (
    Author,
    ConversationKey,
    FinishReason,
    Incoming,
    Language,
    Notice,
    Passage,
    Remark,
    Reply,
    ReplyDelta,
    Turn,
)
from bot.models.selection import ModelSelection
from bot.ports import ModelInfo, PlaceChoices, PlaceLevel, PlaceSettings
from bot.retrieval.knowledge import Grounds
from bot.wording import speak
from tests.doubles.memory import MemoryHistory, MemoryLatencyLog
from tests.doubles.scripted_engine import Item, ScriptedEngine

ULA = Author("ula", "Ula")
HERE = ConversationKey("terminal", "local", "here")
PRINTER = Passage(
    document="en/office.md",
    title="The office",
    headings=("Printing",),
    text="The printer on the second floor is called Falcon. Its paper is in cabinet 12.",
    start=0,
    end=77,
    language="en",
    scope="",
    score=0.9,
    first=0,
    last=0,
)


@dataclass
class Library:
    """What the documents say to every question, or the fault that they can't be asked with."""

    grounds: Grounds | None = field(default_factory=lambda: Grounds((PRINTER,), is_relevant=True))
    down: Exception | None = None
    reading: tuple[Notice, ...] = ()
    asked: list[str] = field(default_factory=list)
    remarks: tuple[Remark, ...] = ()
    within: frozenset[str] | None = None

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
        self.asked.append(question)
        self.remarks, self.within = tuple(remarks), within
        if self.down:
            raise self.down
        return self.grounds

    async def caveats(self, question: str) -> tuple[Notice, ...]:
        return self.reading


@dataclass
class House:
    library: Library = field(default_factory=Library)
    says: Sequence[Item] = ("Its paper is ", "in cabinet 12.")
    limits: Limits = field(default_factory=Limits)
    parameters: str = "1.5B"
    judges: Sequence[Item] = ("yes", "written")
    places: PlaceSettings | None = None

    def __post_init__(self) -> None:
        offers = [ModelInfo("owl:1b", parameters=self.parameters, loaded=True)]
        scripts = [*([said] for said in self.judges), self.says]
        self.engine = ScriptedEngine(scripts=scripts, offers=offers)
        self.history = MemoryHistory()
        self.assistant = Assistant(
            engine=self.engine,
            history=self.history,
            selection=ModelSelection(self.engine, self.history.pins, default=None),
            latency=MemoryLatencyLog(),
            knowledge=self.library,
            places=self.places,
            limits=self.limits,
        )

    async def ask(
        self,
        question: str,
        *,
        id_: str = "1",
        context: tuple[Remark, ...] = (),
        conversation: ConversationKey = HERE,
    ) -> tuple[Reply, str]:
        """The reply, and everything that was streamed before it."""
        incoming = Incoming(id_, conversation, ULA, question, received_at=0.0, context=context)
        events = [event async for event in self.assistant.answer(incoming)]
        reply = events[-1]
        assert isinstance(reply, Reply)
        return reply, "".join(event.text for event in events if isinstance(event, ReplyDelta))


async def test_an_answer_cites_the_passage_that_it_rests_on() -> None:
    reply, streamed = await House().ask("Where is the paper?")
    assert reply.text == streamed == "Its paper is in cabinet 12. [1]"
    assert [(citation.n, citation.document) for citation in reply.citations] == [(1, "en/office.md")]
    assert not reply.abstained


async def test_the_model_reads_the_passage_as_data_before_the_question() -> None:
    house = House()
    await house.ask("Where is the paper?")
    prompt = house.engine.asked[-1].messages[-1].content
    assert prompt.index("cabinet 12") < prompt.index("Where is the paper?")


async def test_a_follow_up_that_tells_no_language_is_answered_in_that_of_the_question_before() -> None:
    house = House()
    await house.ask("Kde je papír do tiskárny?")
    house.engine.scripts += [["yes"], ["written"], ["V kabinetu 12."]]
    await house.ask("A Falcon?", id_="2")
    assert "česky" in house.engine.asked[-1].messages[-1].content


async def test_the_history_keeps_the_models_own_words_and_no_passages() -> None:
    house = House()
    await house.ask("Where is the paper?")
    (turn,) = await house.history.turns(HERE)
    assert (turn.question, turn.answer) == ("Where is the paper?", "Its paper is in cabinet 12.")
    assert turn.citations[0].document == "en/office.md"


async def test_what_no_passage_supports_is_marked_and_said() -> None:
    reply, _ = await House(says=["Its paper is in cabinet 12. It is in cabinet 99."]).ask("Where is the paper?")
    assert "cabinet 12. [1]" in reply.text
    assert "cabinet 99. [?]" in reply.text
    assert [notice.code for notice in reply.notices] == ["unsupported"]
    assert [citation.n for citation in reply.citations] == [1]


async def test_an_answer_of_which_nothing_is_supported_is_followed_by_the_closest_passages() -> None:
    doubtful = Library(Grounds((PRINTER,), is_relevant=True, signs={"closest.e5": 0.86}))
    house = House(doubtful, says=["Its paper is in cabinet 99."], judges=["I don't", "know"])
    reply, streamed = await house.ask("Where is the paper?")
    assert reply.text == streamed
    assert "cabinet 99. [?]" in reply.text
    assert "This answer does not rest on the documents" in reply.text
    assert "cabinet 12" in reply.text
    assert (reply.abstained, reply.citations, reply.notices) == (True, (), ())


async def test_an_answer_that_goes_round_in_circles_is_followed_by_the_closest_passages() -> None:
    reply, streamed = await House(says=["Its paper is ", *["for example "] * 5_000]).ask("Where is the paper?")
    assert reply.text == streamed
    assert reply.finish_reason is FinishReason.REPEATING
    assert "This answer does not rest on the documents" in reply.text
    assert "cabinet 12" in reply.text


async def test_an_answer_of_which_nothing_is_supported_stands_where_the_passages_are_trusted() -> None:
    reply, _ = await House(says=["Its paper is in cabinet 99."]).ask("Where is the paper?")
    assert reply.text == "Its paper is in cabinet 99. [?]"
    assert (reply.abstained, [notice.code for notice in reply.notices]) == (False, ["unsupported"])


async def test_passages_in_which_the_model_finds_no_answer_are_not_answered_from() -> None:
    house = House(judges=["no", "missing"])
    reply, streamed = await house.ask("Who repairs the printer?")
    assert len(house.engine.asked) == 2
    assert reply.text == streamed
    assert streamed.startswith("I found no clear answer in the documents.")
    assert "cabinet 12" in streamed
    assert (reply.abstained, reply.citations, reply.finish_reason) == (True, (), FinishReason.COMPLETE)
    (turn,) = await house.history.turns(HERE)
    assert turn.abstained
    assert "cabinet" not in turn.answer


async def test_passages_without_an_answer_are_forgotten_where_general_knowledge_is_allowed() -> None:
    house = House(judges=["no", "missing"], says=["It is 4."], limits=Limits(general_knowledge=True))
    reply, _ = await house.ask("What is 2+2?")
    assert reply.text == "It is 4."
    assert [notice.code for notice in reply.notices] == ["general-knowledge"]
    assert "cabinet" not in house.engine.asked[-1].messages[-1].content


async def test_judging_and_answering_share_all_of_the_prompt_but_its_end() -> None:
    house = House()
    await house.ask("Where is the paper?")
    *judged, answered = (asked.messages for asked in house.engine.asked)
    documents = answered[-1].content.index("Answer the question")
    for messages in judged:
        assert messages[:-1] == answered[:-1]
        assert messages[-1].content[:documents] == answered[-1].content[:documents]


async def test_what_the_search_knows_of_the_passages_counts_too() -> None:
    far = Library(Grounds((PRINTER,), is_relevant=True, signs={"closest.e5": 0.6}))
    near = Library(Grounds((PRINTER,), is_relevant=True, signs={"closest.e5": 0.97}))
    said = ["I don't", "know"]  # neither word, which leaves it to the search
    assert (await House(far, judges=said).ask("Where is the paper?"))[0].abstained
    assert not (await House(near, judges=said).ask("Where is the paper?"))[0].abstained


async def test_an_engine_that_is_away_when_it_should_judge_leaves_the_passages() -> None:
    house = House(judges=[EngineUnreachable("scripted", "scripted://")])
    reply, streamed = await house.ask("Where is the paper?")
    assert reply.finish_reason is FinishReason.UNANSWERED
    assert "cabinet 12" in streamed


async def test_nothing_about_it_is_said_without_asking_a_model() -> None:
    house = House(Library(Grounds((PRINTER,), is_relevant=False, documents=32)))
    reply, streamed = await house.ask("Kolik stojí jízdenka do Brna?")
    assert house.engine.asked == []
    assert reply.abstained
    assert reply.citations == ()
    assert "32" in streamed
    assert "složce" in streamed


async def test_a_model_that_declines_is_followed_by_the_closest_passages() -> None:
    reply, streamed = await House(says=["I don't know."]).ask("Who repairs the printer?")
    assert reply.abstained
    assert streamed == reply.text
    assert "cabinet 12" in reply.text
    assert "en/office.md" in reply.text
    assert reply.citations == ()


async def test_an_answer_that_breaks_off_still_keeps_what_it_rests_on() -> None:
    house = House(says=["Its paper is in cabinet 12. It is", EngineInterrupted("scripted", "owl:1b")])
    with pytest.raises(EngineInterrupted):
        await house.ask("Where is the paper?")
    (turn,) = await house.history.turns(HERE)
    assert turn.answer == "Its paper is in cabinet 12. It is"
    assert [citation.document for citation in turn.citations] == ["en/office.md"]


async def test_an_answer_of_nothing_but_made_up_citations_is_said_to_be_empty() -> None:
    reply, _ = await House(says=["[4]", " [5]"]).ask("Where is the paper?")
    assert [notice.code for notice in reply.notices] == ["empty-answer"]


async def test_without_an_engine_the_passages_are_shown_with_their_sources_and_why() -> None:
    house = House(says=[EngineUnreachable("scripted", "scripted://")])
    reply, streamed = await house.ask("Where is the paper?")
    assert reply.finish_reason is FinishReason.UNANSWERED
    assert "cabinet 12" in streamed
    assert [citation.document for citation in reply.citations] == ["en/office.md"]
    (notice,) = reply.notices
    assert (notice.code, notice.data["error"]) == ("passages-instead", "engine-unreachable")
    assert "scripted://" in speak(Language.ENGLISH).of_notice(notice)
    (turn,) = await house.history.turns(HERE)
    assert turn.answer == ""


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    "error",
    [
        EngineBusy("scripted"),
        EngineSilent("scripted", "owl:1b", 300.0),
        EngineInterrupted("scripted", "owl:1b"),
        EngineGarbled("scripted", "HTML"),
        EngineRefused("scripted", 500, "no"),
        ModelFileMissing("owl:1b", "/owl.gguf"),
        EngineFailedToStart("owl:1b", Notice("not-saved"), "/log"),
    ],
)
async def test_why_no_model_answered_is_told_in_every_language(
    error: EngineError, language: Language, caplog: pytest.LogCaptureFixture
) -> None:
    reply, _ = await House(says=[error]).ask("Where is the paper?")
    with caplog.at_level(logging.ERROR, logger="bot.wording"):
        told = [speak(language).of_notice(notice) for notice in reply.notices]
    assert len(told) == 1
    assert "{" not in told[0]
    assert not [record for record in caplog.records if record.name == "bot.wording"]


async def test_what_is_streamed_of_passages_has_no_markdown_for_those_who_cannot_draw_it() -> None:
    printer = replace(PRINTER, text="Its *own* paper is in cabinet_12.")
    library = Library(Grounds((printer,), is_relevant=True))
    for house in (
        House(library, says=[EngineUnreachable("scripted", "scripted://")]),
        House(library, judges=["no", "missing"]),
    ):
        events = [event async for event in house.assistant.answer(Incoming("1", HERE, ULA, "Paper?", received_at=0.0))]
        (shown,) = [event for event in events if isinstance(event, ReplyDelta) and event.plain]
        assert "cabinet\\_12" in shown.text
        assert "Its own paper is in cabinet_12." in shown.plain
        assert "**" not in shown.plain


@pytest.mark.parametrize("grounds", [Grounds((PRINTER,), is_relevant=True), Grounds((), is_relevant=False), None])
async def test_while_documents_are_read_every_answer_says_so(grounds: Grounds | None) -> None:
    reading = Notice("indexing", {"done": 3, "total": 40})
    reply, _ = await House(Library(grounds, reading=(reading,))).ask("Where is the paper?")
    assert reading in reply.notices


async def test_without_an_index_the_answer_is_said_to_be_uncited() -> None:
    house = House(Library(down=IndexUnavailable("embedded", "lost")), says=["Perhaps."], judges=())
    reply, _ = await house.ask("Where is the paper?")
    assert (reply.text, [notice.code for notice in reply.notices]) == ("Perhaps.", ["uncited"])


async def test_broken_scopes_show_nobody_anything() -> None:
    house = House(Library(down=BadScopes("knowledge/scopes.toml", Notice("scopes-not-text"))))
    with pytest.raises(BadScopes):
        await house.ask("Where is the paper?")
    assert house.engine.asked == []


async def test_general_knowledge_is_used_only_where_allowed_and_marked() -> None:
    nothing = Library(Grounds((), is_relevant=False, documents=32))
    house = House(nothing, says=["It is 4."], limits=Limits(general_knowledge=True), judges=())
    reply, _ = await house.ask("What is 2+2?")
    assert reply.text == "It is 4."
    assert [notice.code for notice in reply.notices] == ["general-knowledge"]


async def test_a_large_model_cites_by_itself_and_made_up_numbers_are_dropped() -> None:
    house = House(says=["Its paper is in cabinet 12 [1][7]."], parameters="8B", judges=())
    reply, _ = await house.ask("Where is the paper?")
    assert "[1]" in reply.text
    assert "7" not in reply.text


# --- what others had said before ---------------------------------------------------------------------------------

TALK = (Remark("Ana", "Let us ship on Friday."), Remark("Bo", "Rather on Monday."))
NOWHERE = Grounds((PRINTER,), is_relevant=False)


async def test_what_was_said_before_is_answered_from_where_the_documents_say_nothing_and_that_is_told() -> None:
    house = House(Library(NOWHERE), judges=())
    reply, _ = await house.ask("Who wants Monday?", context=TALK)
    assert (reply.text, reply.abstained) == ("Its paper is in cabinet 12.", False)
    assert [notice.code for notice in reply.notices] == ["from-remarks"]
    assert "Bo: Rather on Monday." in house.engine.asked[0].messages[-1].content
    assert house.library.remarks == TALK


async def test_passages_that_a_model_does_not_trust_do_not_stand_in_for_what_was_said() -> None:
    house = House(judges=("no", "none"))
    reply, _ = await house.ask("Who wants Monday?", context=TALK)
    assert [notice.code for notice in reply.notices] == ["from-remarks"]
    last = house.engine.asked[-1].messages[-1].content
    assert ("Bo: Rather on Monday." in last, PRINTER.text in last) == (True, False)


async def test_the_next_questions_may_be_about_what_was_said_too_and_later_ones_not_for_ever() -> None:
    house = House(Library(NOWHERE), judges=())
    await house.ask("Who wants Monday?", context=TALK)
    asked = [(await house.ask("And Friday?", id_=str(n)))[0].abstained for n in range(2, 6)]
    assert asked == [False, False, False, True]
    assert "Bo: Rather on Monday." in house.engine.asked[-1].messages[1].content


async def test_what_was_said_before_is_kept_with_the_turn_and_read_again_when_it_is_answered_again() -> None:
    house = House(Library(None), judges=())
    await house.ask("Who wants Monday?", context=TALK)
    (turn,) = await house.history.turns(HERE)
    assert turn.context == TALK
    again = Incoming("2", HERE, ULA, "", received_at=0.0)
    async for _ in house.assistant.regenerate(again):
        pass
    assert "Bo: Rather on Monday." in house.engine.asked[-1].messages[-1].content
    (turn,) = await house.history.turns(HERE)
    assert (turn.id, turn.context) == ("2", TALK)


async def test_what_was_said_before_goes_along_when_a_question_is_typed_again_for_it_got_no_answer() -> None:
    house = House(Library(None), says=(EngineInterrupted(engine="scripted", model="owl:1b"),), judges=())
    with pytest.raises(EngineInterrupted):
        await house.ask("Who wants Monday?", context=TALK)
    house.engine.scripts = [["Bo does."]]
    await house.ask("Who wants Monday?", id_="2")
    (turn,) = await house.history.turns(HERE)
    assert (turn.id, turn.answer, turn.context) == ("2", "Bo does.", TALK)


async def test_passages_get_half_their_room_beside_what_was_said_before() -> None:
    many = tuple(
        replace(PRINTER, document=f"en/{n}.md", text=f"Printer number {n} has its paper in cabinet {n}. " * 8)
        for n in range(6)
    )

    async def shown(context: tuple[Remark, ...]) -> int:
        house = House(Library(Grounds(many, is_relevant=True)))
        await house.ask("Where is the paper?", context=context)
        return sum(f"Printer number {n} " in house.engine.asked[-1].messages[-1].content for n in range(6))

    assert 0 < await shown(TALK) < await shown(())


# --- where an administrator has narrowed what is searched ---------------------------------------------------------


async def asked_in(conversation: ConversationKey) -> frozenset[str] | None:
    """To what a search is narrowed for a question there, where `hr` alone is set for the channel."""
    async with FakeAsyncRedis() as client:
        places = RedisPlaceSettings(RedisConnection(client, where="fakeredis"), prefix="t")
        chosen = PlaceChoices(knowledge=frozenset({"hr"}))
        await places.choose(PlaceLevel.CHANNEL, replace(conversation, channel="narrow", thread=""), chosen)
        house = House(places=places)
        await house.ask("Where is the paper?", conversation=conversation)
    assert house.library.asked
    return house.library.within


async def test_in_a_channel_that_is_narrowed_only_its_scopes_are_searched() -> None:
    narrow = ConversationKey("slack", "team", "narrow", "thread")
    assert await asked_in(narrow) == frozenset({"hr"})
    assert await asked_in(replace(narrow, channel="wide")) is None
    assert await asked_in(replace(narrow, platform="terminal")) is None
