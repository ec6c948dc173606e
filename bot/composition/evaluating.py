"""Owns the wiring of an evaluation: the documents as they are indexed, and where it is needed a model to answer."""

import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

from bot.assistant import Assistant
from bot.assistant.limits import Limits
from bot.commands.documents.evaluation import Evaluated
from bot.composition.answering import limits_of
from bot.composition.documents import Documents, open_documents
from bot.composition.engines import open_engine
from bot.composition.scratch import NoLatencyLog, NoPins, ScratchHistory
from bot.errors import BadComparison, NothingIndexed
from bot.messages import Author, ConversationKey
from bot.models.selection import ModelSelection
from bot.retrieval.evaluation.asking import Evaluator, Tell, Wanted, wanted_answers
from bot.retrieval.evaluation.figures import Evaluation, evaluate
from bot.retrieval.evaluation.metrics import MRR_DEPTH
from bot.retrieval.evaluation.questions import EvaluationQuestion
from bot.retrieval.knowledge import Knowledge
from bot.retrieval.relevance import CALIBRATED
from bot.retrieval.retriever import RetrievalOptions
from bot.settings import PREFIX, Settings

logger = logging.getLogger(__name__)

RETRIEVAL = "retrieval."
"""Before a name in `--compare`: it is one of `RetrievalOptions`, which nobody should need as settings."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What an evaluation is made with: the settings, and how is searched where that differs from the default."""

    settings: Settings
    options: RetrievalOptions | None = None

    def with_other(self, given: str) -> "Configuration":
        """The same with one thing changed: `NAME=VALUE`, a setting or one of the retrieval options.

        Raises `BadComparison` for a name that doesn't exist, `BadSetting` for a value that can't be.
        """
        name, equals, value = given.partition("=")
        if not equals:
            raise BadComparison(given)
        if name.lower().startswith(RETRIEVAL):
            return replace(self, options=_other_options(name.lower().removeprefix(RETRIEVAL), value, given))
        field = name.upper().removeprefix(PREFIX).lower()
        if field not in Settings.model_fields:
            raise BadComparison(given)
        return replace(self, settings=self.settings.with_other(field, value))


async def evaluate_all(
    settings: Settings,
    questions: Sequence[EvaluationQuestion],
    *,
    compare: str | None,
    wanted: Wanted,
    author: Author,
    tell: Tell,
) -> tuple[Evaluated, ...]:
    """Ask the questions with the settings as they are, and a second time with the one changed that `compare` names.

    `wanted` is which of them a model answers as well. Raises `BadComparison`, `NothingIndexed`,
    and an `EngineError` when a model is needed and there is none.
    """
    as_is = Configuration(settings)
    configurations = {"": as_is} | ({compare: as_is.with_other(compare)} if compare else {})
    return tuple(
        [
            Evaluated(given, await _evaluate(configuration, questions, wanted=wanted, author=author, tell=tell))
            for given, configuration in configurations.items()
        ]
    )


async def _evaluate(
    configuration: Configuration,
    questions: Sequence[EvaluationQuestion],
    *,
    wanted: Wanted,
    author: Author,
    tell: Tell,
) -> Evaluation:
    async with AsyncExitStack() as stack:
        documents = await stack.enter_async_context(open_documents(configuration.settings, required=True))
        if not await documents.index.documents():
            raise NothingIndexed(str(configuration.settings.knowledge_dir))
        options = configuration.options or documents.retriever.options
        evaluator = Evaluator(_knowledge(documents, _deep(options)), documents.scopes, author=author)
        outcomes = await evaluator.search(questions, tell=tell)
        if not wanted_answers(outcomes, wanted):
            return evaluate(outcomes)
        answers = await _assistant(configuration.settings, _knowledge(documents, options), stack, author)
        outcomes = await evaluator.answer(
            outcomes, assistant=answers.assistant, model=answers.model, wanted=wanted, tell=tell
        )
        return evaluate(outcomes, model=answers.model)


@dataclass(frozen=True, slots=True)
class _Answerer:
    assistant: Assistant
    model: str


async def _assistant(settings: Settings, knowledge: Knowledge, stack: AsyncExitStack, author: Author) -> _Answerer:
    taken = await stack.enter_async_context(open_engine(settings, required=True))
    selection = ModelSelection(taken.engine, NoPins(), default=settings.model)
    chosen = await selection.choose(ConversationKey("", "", ""), author)
    assistant = Assistant(
        engine=taken.engine,
        history=ScratchHistory(),
        selection=selection,
        latency=NoLatencyLog(),
        knowledge=knowledge,
        limits=_repeatable(limits_of(settings)),
    )
    stack.push_async_callback(assistant.close)
    return _Answerer(assistant, chosen.model)


def _knowledge(documents: Documents, options: RetrievalOptions) -> Knowledge:
    retriever = documents.retriever.with_options(options)
    return Knowledge(documents.index, retriever, documents.scopes, thresholds=CALIBRATED)


def _deep(options: RetrievalOptions) -> RetrievalOptions:
    """As many passages as the figures look at; the first ones are the same."""
    passages = max(options.shape.passages, MRR_DEPTH)
    return replace(options, shape=replace(options.shape, passages=passages))


def _repeatable(limits: Limits) -> Limits:
    """The same answer to the same question every time."""
    return replace(limits, temperature=0.0)


def _other_options(name: str, value: str, given: str) -> RetrievalOptions:
    """The default options with one changed: `k`, `candidates`, `rewritten_weight`, or `weight.e5` and the like."""
    options = RetrievalOptions()
    try:
        match name.split("."):
            case ["k"]:
                return replace(options, k=int(value))
            case ["candidates"]:
                return replace(options, candidates=int(value))
            case ["rewritten_weight"]:
                return replace(options, rewritten_weight=float(value))
            case ["weight", using] if using in {ranking.using for ranking in options.rankings}:
                return _reweighted(options, using, float(value))
            case _:
                raise BadComparison(given)
    except ValueError as error:
        raise BadComparison(given) from error


def _reweighted(options: RetrievalOptions, using: str, weight: float) -> RetrievalOptions:
    rankings = tuple(replace(one, weight=weight) if one.using == using else one for one in options.rankings)
    return replace(options, rankings=rankings)
