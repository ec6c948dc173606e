"""Owns what `/stats` asks, all at once: each part is what was told, or the error that came instead."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from bot.commands.cards import Table
from bot.commands.documents.knowledge import Indexing
from bot.commands.parts import attempt, promptly
from bot.errors import AssistantError
from bot.inbox import Inbox
from bot.ports import (
    ChatModel,
    CountedErrors,
    EngineHost,
    Feedback,
    HasHosts,
    LatencyLog,
    LoadedModel,
    MachineLog,
    MachineSample,
    PassageIndex,
    TurnDigests,
    Votes,
)
from bot.retrieval.reports import Standing
from bot.stats.digests import stages_over, summaries
from bot.stats.hardware import Hardware, HardwareProbe
from bot.stats.latency import ModelLatency, summarize
from bot.stats.spans import Span
from bot.stats.stages import ModelStages, stages
from bot.wording import Wording

Part = TypeVar("Part")
Told: TypeAlias = Part | AssistantError | None
"""What was told; the error that came instead; None where there is nobody to ask."""
Machines = Mapping[str, Sequence[MachineSample]]
"""What each machine told lately, by its name, newest first."""
Ratings = Callable[[Wording], Awaitable[Sequence[Table]]]
"""The table of how models did in comparisons; none where nobody has voted."""

ERRORS_OVER = Span(24, "h")
"""What errors are counted over where nobody says: what went wrong long ago is of little use."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Who may be asked besides the engine and this machine; where one is None there is no such thing here.

    `digests` knows what turns took over a span, `errors` what went wrong, `machines` how busy machines were, of which
    this one is called `machine`. `inbox` knows how many wait, and `parallel` is how many are answered at once.
    `indexing` and `index` know how the documents stand, and `ratings` how models did in comparisons.
    """

    digests: TurnDigests | None = None
    errors: CountedErrors | None = None
    machines: MachineLog | None = None
    machine: str = ""
    inbox: Inbox | None = None
    parallel: int | None = None
    indexing: Indexing | None = None
    index: PassageIndex | None = None
    ratings: Ratings | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """Everybody who is asked."""

    engine: ChatModel
    latency: LatencyLog
    hardware: HardwareProbe
    feedback: Feedback | None
    measured: Measured


@dataclass(frozen=True, slots=True)
class EngineState:
    """How the engine does. `hosts` is empty where it has no several; `waiting` is None where nothing can wait."""

    version: str | AssistantError | None
    loaded: Sequence[LoadedModel] | AssistantError
    hosts: Sequence[EngineHost] | AssistantError
    waiting: Told[int]
    parallel: int | None


@dataclass(frozen=True, slots=True)
class Answers:
    """What answers took, by model: of the newest ones, or over `span`."""

    span: Span | None
    summaries: Sequence[ModelLatency]
    stages: Sequence[ModelStages]


@dataclass(frozen=True, slots=True)
class IndexState:
    """How the documents stand: those in the index (None: not counted), its chunks and bytes, and the models."""

    standing: Standing
    documents: int | AssistantError | None
    size: tuple[int, int] | AssistantError
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything that was told."""

    hardware: Hardware
    machines: Told[Machines]
    engine: EngineState
    answers: Answers | AssistantError
    votes: Told[Mapping[str, Votes]]
    errors: Told[Mapping[str, int]]
    index: IndexState | None


async def gather(sources: Sources, span: Span | None, *, now: float) -> Gathered:
    """Ask everybody at once; the documents in the index aren't counted, for that takes long where there are many."""
    (here, told, engine), (took, voted, wrong), documents = await asyncio.gather(
        asyncio.gather(sources.hardware.read(), machines(sources), engine_state(sources)),
        asyncio.gather(answers(sources, span, now=now), votes(sources), errors(sources, span, now=now)),
        index_state(sources, counted=False),
    )
    return Gathered(here, told, engine, took, voted, wrong, documents)


async def engine_state(sources: Sources) -> EngineState:
    """Ask the engine, and whoever knows how many wait."""
    engine, measured = sources.engine, sources.measured
    version, loaded, hosts, waiting = await asyncio.gather(
        attempt(promptly(engine, engine.version())),
        attempt(promptly(engine, engine.loaded())),
        attempt(promptly(engine, _hosts(engine))),
        _waiting(measured.inbox),
    )
    return EngineState(version, loaded, hosts, waiting, measured.parallel)


async def answers(sources: Sources, span: Span | None, *, now: float) -> Answers | AssistantError:
    """What answers took over `span`; of the newest ones without, and where spans aren't kept."""
    kept = sources.measured.digests
    if span is None or kept is None:
        samples = await attempt(sources.latency.samples())
        return samples if isinstance(samples, AssistantError) else Answers(None, summarize(samples), stages(samples))
    digests = await attempt(kept.digests(since=now - span.seconds, until=now))
    return digests if isinstance(digests, AssistantError) else Answers(span, summaries(digests), stages_over(digests))


async def machines(sources: Sources) -> Told[Machines]:
    """How busy each machine was lately."""
    log = sources.measured.machines
    return None if log is None else await attempt(log.samples())


async def votes(sources: Sources) -> Told[Mapping[str, Votes]]:
    """The votes on answers, by model."""
    return None if sources.feedback is None else await attempt(sources.feedback.counts())


async def errors(sources: Sources, span: Span | None, *, now: float) -> Told[Mapping[str, int]]:
    """How often which error was told within `span`, or within a day."""
    kept, since = sources.measured.errors, now - (span or ERRORS_OVER).seconds
    return None if kept is None else await attempt(kept.counts(since=since, until=now))


async def index_state(sources: Sources, *, counted: bool) -> IndexState | None:
    """How the documents stand, those in the index `counted` or not; None where there are none."""
    indexing, index = sources.measured.indexing, sources.measured.index
    if indexing is None or index is None:
        return None
    standing, documents, size = await asyncio.gather(
        indexing.standing(), attempt(_documents(index, counted=counted)), attempt(index.size())
    )
    return IndexState(standing, documents, size, indexing.models)


async def ratings(sources: Sources, say: Wording) -> Told[Sequence[Table]]:
    """How models did in comparisons."""
    rated = sources.measured.ratings
    return None if rated is None else await attempt(rated(say))


async def _waiting(inbox: Inbox | None) -> Told[int]:
    return None if inbox is None else await attempt(inbox.waiting())


async def _hosts(engine: ChatModel) -> Sequence[EngineHost]:
    """How each host of the engine does; none where it has no several."""
    return await engine.hosts() if isinstance(engine, HasHosts) else ()


async def _documents(index: PassageIndex, *, counted: bool) -> int | None:
    return len(await index.documents()) if counted else None
