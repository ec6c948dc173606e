"""Owns the wiring of the commands, which ask the engine itself: what monitors see are answers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.access import Access
from bot.access.audit import AUDIT_FILE, AuditFile
from bot.assistant import Assistant
from bot.assistant.comparing import Comparing
from bot.assistant.limits import Limits
from bot.attachments.reading import AttachmentReading
from bot.backends.redis.conversations import RedisHistory
from bot.commands.catalogue import Family, Parts, build_registry
from bot.commands.comparing.compare import Compare
from bot.commands.comparing.contestants import Choosing
from bot.commands.documents.knowledge import Knowledge as KnowledgeCommands
from bot.commands.documents.sources import Sources as SourcesCommands
from bot.commands.models.care import ModelCare
from bot.commands.models.fit_advisor import FitAdvisor
from bot.commands.personas.persona import PersonaCommands
from bot.commands.registry import Registry
from bot.commands.stats.gathering import Sources
from bot.commands.summarizing.summarize import Summarize
from bot.composition.benchmarks import benchmarks_of
from bot.composition.engines import Taken
from bot.composition.gates import found_contacts
from bot.composition.measuring import measured_of
from bot.composition.stores import Stores
from bot.composition.summaries import summaries_of
from bot.models.pulls import Pulls
from bot.models.selection import ModelSelection
from bot.personas.folder import PersonaFolder
from bot.ports import Charts
from bot.settings import Settings
from bot.stats.hardware import HardwareProbe

if TYPE_CHECKING:
    from bot.composition.documents import Documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the rest of the house gives to the commands."""

    settings: Settings
    access: Access
    taken: Taken
    stores: Stores
    assistant: Assistant
    selection: ModelSelection
    advisor: FitAdvisor
    pulls: Pulls
    charts: Charts
    limits: Limits
    attachments: AttachmentReading
    documents: "Documents | None"


def compare_of(given: Given) -> Compare:
    """The comparing of models, as the assistant would have each of them answer."""
    engine = given.taken.engine
    return Compare(
        Comparing(engine, given.assistant, limits=given.limits, explain=given.advisor.explain),
        Choosing(engine, given.selection, advisor=given.advisor, parallel=given.taken.parallel),
        given.stores.comparisons,
        access=given.access,
        places=given.stores.places,
    )


def sources_of(given: Given) -> Sources:
    """Everybody who is asked for statistics."""
    documents = given.documents
    indexer, index = (documents.indexer, documents.index) if documents else (None, None)
    return Sources(
        given.taken.engine,
        given.stores.latency,
        HardwareProbe(disk_of=given.settings.state_dir),
        given.stores.feedback,
        measured_of(given.stores, given.taken, indexer=indexer, index=index),
    )


def care_of(given: Given) -> ModelCare:
    """What looks after the engine's models."""
    return ModelCare(
        given.taken.engine,
        given.pulls,
        given.access,
        pins=given.stores.pins,
        advisor=given.advisor,
        configured=given.settings.model,
        selection=given.selection,
    )


def registry_of(given: Given, compare: Compare, asked: Sources) -> Registry:
    """Every command there is; `asked` are those who are asked for statistics."""
    settings, engine, stores = given.settings, given.taken.engine, given.stores
    documents, scopes = given.documents, given.documents.scopes if given.documents else None
    folder = PersonaFolder(settings.personas_dir)
    return build_registry(
        Parts(
            access=given.access,
            audit=AuditFile(settings.state_dir / AUDIT_FILE),
            engine=engine,
            pins=stores.pins,
            selection=given.selection,
            memory=given.assistant,
            latency=stores.latency,
            hardware=asked.hardware,
            answers=given.assistant,
            find_contacts=lambda: found_contacts(settings, taken=engine.engine),
            documents=_of_documents(documents, stores.history, given.access) if documents else (),
            inbox=stores.inbox,
            feedback=stores.feedback,
            places=stores.places,
            scopes=scopes,
            personas=PersonaCommands(folder, stores.persona_pins, engine, given.access, scopes),
            advisor=given.advisor,
            care=care_of(given),
            comparing=compare,
            comparisons=stores.comparisons,
            charts=given.charts,
            benchmarks=benchmarks_of(settings, engine, given.advisor),
            summaries=_summaries(given),
            measured=asked.measured,
            on_error=stores.errors.count,
        )
    )


def _summaries(given: Given) -> Summarize:
    return summaries_of(
        given.taken.engine,
        given.selection,
        history=given.stores.history,
        files=given.attachments,
        documents=given.documents,
        limits=given.limits,
    )


def _of_documents(documents: "Documents", history: RedisHistory, access: Access) -> tuple[Family, ...]:
    return (
        SourcesCommands(history, documents.index, documents.scopes),
        KnowledgeCommands(documents.index, documents.indexer, documents.keeper, documents.scopes, access),
    )
