"""Owns the full set of commands, in the order of `/help`."""

from collections.abc import Sequence
from typing import Any, Protocol

from bot.access import Access
from bot.commands.answering import Answering, Answers
from bot.commands.fit import Fit
from bot.commands.fit_advisor import FitAdvisor
from bot.commands.forget import Forget, Forgets
from bot.commands.help import Help
from bot.commands.knowledge import Knowledge
from bot.commands.model import Model
from bot.commands.persona import PersonaCommands
from bot.commands.privacy import FindContacts, Privacy
from bot.commands.registry import Command, Registry
from bot.commands.settings import KnowsScopes, PlaceCommands
from bot.commands.sources import Sources
from bot.commands.stats import Stats
from bot.commands.withdrawing import Withdrawing
from bot.inbox import Inbox
from bot.models.selection import ModelSelection
from bot.ports import AuditLog, Charts, ChatModel, Feedback, LatencyLog, ModelPins, PlaceSettings
from bot.stats.hardware import HardwareProbe


class Family(Protocol):
    """Commands that belong together."""

    def commands(self) -> tuple[Command, ...]:
        """In the order of `/help`."""
        ...


def build_registry(
    *,
    access: Access,
    audit: AuditLog,
    engine: ChatModel,
    pins: ModelPins,
    selection: ModelSelection,
    memory: Forgets,
    latency: LatencyLog,
    hardware: HardwareProbe,
    answers: Answers,
    find_contacts: FindContacts,
    documents: Sequence[Family] = (),
    inbox: Inbox | None = None,
    feedback: Feedback | None = None,
    places: PlaceSettings | None = None,
    scopes: KnowsScopes | None = None,
    personas: Family | None = None,
    advisor: FitAdvisor | None = None,
    charts: Charts | None = None,
) -> Registry:
    """Every command on every platform. `memory` is asked to forget; `answers` is the assistant.

    `find_contacts` tells whom Sova may talk to. `audit` is told of every use of a command that takes more than asking.
    `documents` are the families that need a knowledge folder; none where there is none. `inbox` is where the chat
    platforms' questions wait, `feedback` where votes are kept, `places` what is set for channels; None where there is
    no such thing. `scopes` knows which folders have readers of their own. `personas` is the family of `/persona`.
    `advisor` knows what fits into this machine's memory. `charts` draws; without it cards have no pictures.
    """
    registry = Registry(access, audit)
    families: tuple[Family, ...] = (
        Help(registry),
        Model(engine=engine, pins=pins, selection=selection, access=access, advisor=advisor),
        *([Fit(engine, advisor)] if advisor else []),
        *([personas] if personas else []),
        *documents,
        Stats(engine=engine, latency=latency, hardware=hardware, feedback=feedback, charts=charts),
        Answering(answers, access, inbox),
        Forget(memory, Withdrawing(inbox), feedback),
        Privacy(find_contacts),
        *([PlaceCommands(places, pins, engine, scopes)] if places else []),
    )
    for family in families:
        for command in family.commands():
            registry.add(command)
    return registry


def outlined_commands() -> Sequence[Command]:
    """Every command that there can be, to be described where nothing runs: none of these can be run."""
    nothing: Any = object()
    registry = build_registry(
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
        advisor=nothing,
    )
    return registry.commands
