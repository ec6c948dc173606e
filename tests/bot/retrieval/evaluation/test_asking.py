"""Drives the evaluator over real knowledge, in memory, and a real assistant with a scripted engine."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.errors import EngineInterrupted, EngineUnreachable
from bot.messages import Author, Language
from bot.models.selection import ModelSelection
from bot.ports import Chunk, DocumentRecord, IndexedChunk
from bot.retrieval.evaluation.asking import EvaluationProgress, Evaluator, Wanted, is_traceable, wanted_answers
from bot.retrieval.evaluation.figures import Outcome
from bot.retrieval.evaluation.questions import EvaluationQuestion
from bot.retrieval.knowledge import Knowledge
from bot.retrieval.relevance import Sign, Thresholds
from bot.retrieval.retriever import Retriever
from bot.retrieval.scopes import ScopesFile
from bot.retrieval.sparse import FoldedStems
from tests.bot.retrieval.evaluation.outcomes import citation, outcome, passage, question
from tests.doubles.memory import MemoryHistory, MemoryLatencyLog
from tests.doubles.memory_index import MemoryIndex
from tests.doubles.scripted_engine import Item, ScriptedEngine

BAGS = FoldedStems()
ULA = Author(id="ula", name="Ula")
PAGES = {
    "en/printer.md": "The printer takes its paper from the lower tray.",
    "en/canteen.md": "The canteen opens at noon and serves soup.",
    "en/travel.md": "Book trains in second class with the travel office.",
}
PRINTER = EvaluationQuestion("printer", Language.ENGLISH, "Where is the printer's paper?", frozenset({"printer"}))
SOUP = EvaluationQuestion("soup", Language.ENGLISH, "When does the canteen serve soup?", frozenset({"canteen"}))
WEATHER = EvaluationQuestion("weather", Language.ENGLISH, "Will it rain in Peru tomorrow?", frozenset())
AND_SOUP = EvaluationQuestion("and", Language.ENGLISH, "and when does it open?", frozenset({"canteen"}), SOUP.question)


@dataclass
class House:
    """Three documents, and what the engine says to each question in turn."""

    folder: Path
    says: list[Sequence[Item]] = field(default_factory=lambda: [["The printer takes its paper from the lower tray."]])
    told: list[EvaluationProgress] = field(default_factory=list)
    index: MemoryIndex = field(default_factory=MemoryIndex)

    def __post_init__(self) -> None:
        thresholds = Thresholds({"coverage": Sign(20.0, usual=0.3)})
        scopes = ScopesFile(self.folder)
        self.knowledge = Knowledge(self.index, Retriever(self.index, [], BAGS), scopes, thresholds=thresholds)
        self.engine = ScriptedEngine(scripts=self.says)
        self.history = MemoryHistory()
        self.assistant = Assistant(
            engine=self.engine,
            history=self.history,
            selection=ModelSelection(self.engine, self.history.pins, default=None),
            latency=MemoryLatencyLog(),
            knowledge=self.knowledge,
        )
        self.evaluator = Evaluator(self.knowledge, scopes, author=ULA)

    async def search(self, *questions: EvaluationQuestion) -> tuple[Outcome, ...]:
        return await self.evaluator.search(questions, tell=self.told.append)

    async def answer(self, *questions: EvaluationQuestion, wanted: Wanted = Wanted.NEEDED) -> tuple[Outcome, ...]:
        return await self.evaluator.answer(
            await self.search(*questions),
            assistant=self.assistant,
            model="owl:1b",
            wanted=wanted,
            tell=self.told.append,
        )


@pytest.fixture
async def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    await fill(house.index)
    return house


async def fill(index: MemoryIndex) -> None:
    for document, text in PAGES.items():
        chunk = Chunk(document, 0, document, (), text, 0, len(text), "en", "", 0.0)
        record = DocumentRecord(document, "digest", 1, "", 0.0)
        await index.replace(record, [IndexedChunk(chunk, {}, BAGS.passage(text))])


async def test_the_documents_are_asked_each_question(house: House) -> None:
    printer, soup, weather = await house.search(PRINTER, SOUP, WEATHER)
    assert (printer.rank, soup.rank) == (1, 1)
    assert printer.is_relevant
    assert not weather.is_relevant
    assert house.told[0] == EvaluationProgress(0, 3)
    assert house.told[-1] == EvaluationProgress(3, 3)


async def test_a_followup_comes_after_its_first_question(house: House) -> None:
    followup, alone = await house.search(AND_SOUP, replace(AND_SOUP, id="alone", first=None, question="but how so?"))
    assert followup.rank == 1
    assert alone.rank is None


async def test_what_is_declined_and_what_is_answered_is_noted_with_its_sources(house: House) -> None:
    printer, weather = await house.answer(PRINTER, WEATHER)
    assert printer.answered
    assert weather.answered
    assert not printer.answered.abstained
    assert [one.document for one in printer.answered.citations] == ["en/printer.md"]
    assert printer.answered.untraceable == 0
    assert weather.answered.abstained
    assert house.told[-1] == EvaluationProgress(2, 2, "owl:1b")


async def test_sentences_without_support_are_counted(tmp_path: Path) -> None:
    house = House(tmp_path, says=[["The printer takes its paper from the lower tray. It costs 4711 crowns a month."]])
    await fill(house.index)
    printer, _ = await house.answer(PRINTER, WEATHER)
    assert printer.answered
    assert printer.answered.unsupported == 1


async def test_a_followup_is_answered_after_its_first_question_in_one_conversation(house: House) -> None:
    (followup,) = await house.answer(AND_SOUP, wanted=Wanted.ALL)
    assert followup.answered
    (turns,) = house.history.kept.values()
    assert [turn.question for turn in turns] == [SOUP.question, AND_SOUP.question]


async def test_each_question_has_a_conversation_of_its_own(house: House) -> None:
    await house.answer(PRINTER, SOUP, WEATHER)
    assert [len(turns) for turns in house.history.kept.values()] == [1, 1, 1]


async def test_an_engine_that_fails_is_no_figure_but_an_error(tmp_path: Path) -> None:
    gone = EngineUnreachable("scripted", "scripted://")
    house = House(tmp_path, says=[[gone]])
    await fill(house.index)
    with pytest.raises(EngineInterrupted):
        await house.answer(PRINTER, WEATHER)


def test_a_model_is_asked_only_what_tells_how_it_declines() -> None:
    found, missed = outcome(question(1)), outcome(question(2), rank=6)
    followup, unanswerable = outcome(question(3, first="Why?")), outcome(question(4, gold=()), rank=None)
    everything = (found, missed, followup, unanswerable)
    assert wanted_answers(everything, Wanted.NEEDED) == (found, unanswerable)
    assert wanted_answers((found, missed, followup), Wanted.NEEDED) == ()
    assert wanted_answers(everything, Wanted.NONE) == ()
    assert wanted_answers(everything, Wanted.ALL) == everything


def test_a_source_is_traced_to_the_passage_that_holds_its_chunks() -> None:
    shown = [passage("en/a.md", first=2, last=4)]
    assert is_traceable(citation("en/a.md", first=3, last=4), shown)
    assert not is_traceable(citation("en/a.md", first=4, last=5), shown)
    assert not is_traceable(citation("en/b.md", first=3, last=3), shown)
    assert not is_traceable(replace(citation("en/a.md", first=3, last=4), place=None), shown)
