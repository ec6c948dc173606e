"""Owns the full set of commands, in the order of `/help`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.access import Access
from bot.benchmarks.benchmarks import Benchmarks
from bot.commands.bench import Bench
from bot.commands.command import Command
from bot.commands.comparing.compare import Compare
from bot.commands.conversations.answering import Answering, Answers
from bot.commands.conversations.forget import Forget, Forgets
from bot.commands.conversations.withdrawing import Withdrawing
from bot.commands.documents.knowledge import Knowledge
from bot.commands.documents.sources import Sources
from bot.commands.help import Help
from bot.commands.models.care import ModelCare
from bot.commands.models.fit import Fit
from bot.commands.models.fit_advisor import FitAdvisor
from bot.commands.models.model import Model
from bot.commands.personas.persona import PersonaCommands
from bot.commands.places.settings import KnowsScopes, PlaceCommands
from bot.commands.privacy import FindContacts, Privacy
from bot.commands.registry import OnError, Registry, unheard
from bot.commands.stats.gathering import Measured
from bot.commands.stats.stats import Stats
from bot.commands.summarizing.sources import Finding
from bot.commands.summarizing.summarize import Summarize
from bot.inbox import Inbox
from bot.models.selection import ModelSelection
from bot.ports import AuditLog, Charts, ChatModel, Comparisons, Feedback, LatencyLog, ModelPins, PlaceSettings
from bot.stats.hardware import HardwareProbe


class Family(Protocol):
    """Commands that belong together."""

    def commands(self) -> tuple[Command, ...]:
        """In the order of `/help`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the commands are made of; where one is None, there is no such thing here, and no command for it.

    `memory` is asked to forget; `answers` is the assistant. `find_contacts` tells whom Sova may talk to. `audit` hears
    of every use of a command that takes more than asking. `documents` are the families that need a knowledge folder.
    `inbox` is where the chat platforms' questions wait, `feedback` where votes are kept, `places` what is set for
    channels. `scopes` knows which folders have readers of their own. `personas` is the family of `/persona`. `advisor`
    knows what fits into this machine's memory, `care` looks after the models themselves. `comparing` is the family of
    `/compare`, `comparisons` where its votes are kept. `charts` draws; without it cards have no pictures. `summaries`
    is the family of `/summarize`. `measured` are those whom `/stats` may ask besides; `on_error` hears of each error
    that ends a command. `benchmarks` measures the models.
    """

    access: Access
    audit: AuditLog
    engine: ChatModel
    pins: ModelPins
    selection: ModelSelection
    memory: Forgets
    latency: LatencyLog
    hardware: HardwareProbe
    answers: Answers
    find_contacts: FindContacts
    documents: Sequence[Family] = ()
    inbox: Inbox | None = None
    feedback: Feedback | None = None
    places: PlaceSettings | None = None
    scopes: KnowsScopes | None = None
    personas: Family | None = None
    advisor: FitAdvisor | None = None
    care: ModelCare | None = None
    comparing: Family | None = None
    comparisons: Comparisons | None = None
    charts: Charts | None = None
    summaries: Family | None = None
    measured: Measured | None = None
    on_error: OnError | None = None
    benchmarks: Benchmarks | None = None


def build_registry(parts: Parts) -> Registry:
    """Every command that there are parts for, on every platform."""
    registry = Registry(parts.access, parts.audit, parts.on_error or unheard)
    for family in _families(parts, registry):
        for command in family.commands():
            registry.add(command)
    return registry


def _families(parts: Parts, registry: Registry) -> Iterator[Family]:
    """In the order of `/help`."""
    yield Help(registry)
    yield from _of_models(parts)
    yield from parts.documents
    if parts.summaries:
        yield parts.summaries
    yield Stats(
        engine=parts.engine,
        latency=parts.latency,
        hardware=parts.hardware,
        feedback=parts.feedback,
        charts=parts.charts,
        measured=parts.measured or Measured(),
    )
    yield Answering(parts.answers, parts.access, parts.inbox)
    yield Forget(parts.memory, Withdrawing(parts.inbox), parts.feedback, parts.comparisons)
    yield Privacy(parts.find_contacts)
    if parts.places:
        yield PlaceCommands(parts.places, parts.pins, parts.engine, parts.scopes)


def _of_models(parts: Parts) -> Iterator[Family]:
    """Which model answers, and as whom."""
    yield Model(
        engine=parts.engine,
        pins=parts.pins,
        selection=parts.selection,
        access=parts.access,
        advisor=parts.advisor,
        pulls=parts.care.pulls if parts.care else None,
    )
    if parts.care:
        yield parts.care
    if parts.advisor:
        yield Fit(parts.engine, parts.advisor)
    if parts.personas:
        yield parts.personas
    if parts.comparing:
        yield parts.comparing
    if parts.benchmarks:
        yield Bench(parts.benchmarks, parts.engine, parts.charts)


def outlined_commands() -> Sequence[Command]:
    """Every command that there can be, to be described where nothing runs: none of these can be run."""
    nothing: Any = object()
    parts = Parts(
        access=Access(),
        audit=nothing,
        engine=nothing,
        pins=nothing,
        selection=nothing,
        memory=nothing,
        latency=nothing,
        hardware=nothing,
        answers=nothing,
        find_contacts=nothing,
        documents=(Sources(nothing, nothing, nothing), Knowledge(nothing, nothing, nothing, nothing, nothing)),
        places=nothing,
        personas=PersonaCommands(nothing, nothing, nothing, Access()),
        summaries=Summarize(nothing, Finding(nothing, nothing, nothing), nothing, nothing),
        advisor=nothing,
        care=ModelCare(nothing, nothing, Access()),
        comparing=Compare(nothing, nothing, nothing, access=Access()),
        benchmarks=nothing,
    )
    return build_registry(parts).commands
