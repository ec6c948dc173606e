"""Owns the wiring of one running Sova: history, engine, assistant and commands, entered in order, left in reverse."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from importlib import import_module
from typing import TYPE_CHECKING

from bot.access import Access
from bot.access.audit import AUDIT_FILE, AuditFile
from bot.assistant import Assistant
from bot.assistant.limits import Limits
from bot.backends.redis.connection import RedisConnection, open_redis
from bot.backends.redis.conversations import RedisHistory, RedisLatencyLog, RedisModelPins, RedisPersonaPins
from bot.backends.redis.feedback import RedisFeedback
from bot.backends.redis.inbox import RedisInbox
from bot.backends.redis.lease import RedisLease
from bot.backends.redis.places import RedisPlaceSettings
from bot.backends.redis.seen import RedisSeenLog
from bot.backends.redis.valkey import open_valkey
from bot.commands.catalogue import Family, build_registry
from bot.commands.fit_advisor import FitAdvisor
from bot.commands.knowledge import Knowledge as KnowledgeCommands
from bot.commands.persona import PersonaCommands
from bot.commands.registry import Registry
from bot.commands.sources import Sources
from bot.composition.admittance import open_access
from bot.composition.attachments import open_attachments
from bot.composition.charts import charts_of
from bot.composition.engines import Taken, open_engine
from bot.composition.fitting import advisor_of
from bot.composition.garbage import settled
from bot.composition.gates import found_contacts, gate_to
from bot.composition.watchers import UNWATCHED, Watching
from bot.feedback import AttributedFeedback
from bot.inbox import Bounds, Inbox
from bot.models.selection import ModelSelection
from bot.personas.choosing import PersonaSelection
from bot.personas.folder import PersonaFolder
from bot.ports import Charts, History, ModelPins, PlaceSettings, SeenLog, TakesFeedback
from bot.settings import Settings
from bot.stats.hardware import HardwareProbe

if TYPE_CHECKING:
    from bot.composition.documents import Documents

logger = logging.getLogger(__name__)


class Role(Enum):
    """What a running Sova is for.

    `ASKED`: a person asks it directly. `GATEWAY`: it takes questions in that others answer. `WORKER`: it answers what
    was taken in, here or elsewhere.
    """

    ASKED = auto()
    GATEWAY = auto()
    WORKER = auto()


@dataclass(frozen=True, slots=True)
class House:
    """A running Sova, as platforms are given it. The terminal asks the `assistant`; the others use the `inbox`.

    `feedback` takes votes on answers, and `places` tells what is set for channels; see `bot.places` for what follows.
    `seen` remembers what platforms have brought.
    """

    access: Access
    assistant: Assistant
    inbox: Inbox
    registry: Registry
    selection: ModelSelection
    pins: ModelPins
    history: History
    feedback: TakesFeedback
    places: PlaceSettings
    seen: SeenLog
    taken: Taken
    documents: "Documents | None"


@asynccontextmanager
async def open_house(
    settings: Settings, *, required: bool, role: Role = Role.ASKED, watch: Watching = UNWATCHED
) -> AsyncIterator[House]:
    """Wire everything together. With `required` a service that isn't there is an error at once; `watch` looks on.

    Without it the house opens all the same where it can: each question then tells what is missing, and everything goes
    on by itself once it is back.
    """
    access = await asyncio.to_thread(open_access, settings)
    async with AsyncExitStack() as stack:
        connection = await stack.enter_async_context(open_history(settings, required=required))
        watch.store(connection)
        taken = await stack.enter_async_context(open_engine(settings, required=required))
        stores = _stores(connection, settings, at_once=taken.parallel if taken.is_shared else 0)
        personas = PersonaSelection(PersonaFolder(settings.personas_dir), stores.persona_pins)
        selection = ModelSelection(taken.engine, stores.pins, default=settings.model, personas=personas)
        documents = await _documents(settings, connection, stack, warm=role is not Role.GATEWAY)
        advisor = advisor_of(settings, taken.engine)
        charts = await stack.enter_async_context(charts_of(settings))
        assistant = Assistant(
            engine=watch.engine(taken.engine),
            history=stores.history,
            selection=selection,
            latency=stores.latency,
            knowledge=watch.knowledge(documents),
            attachments=await stack.enter_async_context(open_attachments(settings)),
            access=access,
            places=stores.places,
            limits=limits_of(settings),
            explain=advisor.explain,
        )
        stack.push_async_callback(assistant.close)
        stack.enter_context(settled())
        yield House(
            access=access,
            assistant=assistant,
            inbox=watch.inbox(stores.inbox),
            registry=_registry(settings, access, taken, stores, assistant, selection, documents, advisor, charts),
            selection=selection,
            pins=stores.pins,
            history=stores.history,
            feedback=AttributedFeedback(stores.feedback, stores.history),
            places=stores.places,
            seen=stores.seen,
            taken=taken,
            documents=documents,
        )


@dataclass(frozen=True, slots=True)
class _Stores:
    """What is kept in Redis."""

    history: RedisHistory
    pins: RedisModelPins
    persona_pins: RedisPersonaPins
    latency: RedisLatencyLog
    inbox: RedisInbox
    feedback: RedisFeedback
    places: RedisPlaceSettings
    seen: RedisSeenLog


def _stores(connection: RedisConnection, settings: Settings, *, at_once: int) -> _Stores:
    prefix, max_age = settings.redis_prefix, timedelta(days=settings.history_days)
    return _Stores(
        history=RedisHistory(connection, prefix=prefix, max_turns=settings.history_turns, max_age=max_age),
        pins=RedisModelPins(connection, prefix=prefix),
        persona_pins=RedisPersonaPins(connection, prefix=prefix),
        latency=RedisLatencyLog(connection, prefix=prefix, max_samples=settings.latency_turns, max_age=max_age),
        inbox=RedisInbox(connection, prefix=prefix, bounds=bounds_of(settings, at_once=at_once)),
        feedback=RedisFeedback(connection, prefix=prefix, max_age=max_age),
        places=RedisPlaceSettings(connection, prefix=prefix),
        seen=RedisSeenLog(connection, prefix=prefix),
    )


def _registry(
    settings: Settings,
    access: Access,
    taken: Taken,
    stores: _Stores,
    assistant: Assistant,
    selection: ModelSelection,
    documents: "Documents | None",
    advisor: FitAdvisor,
    charts: Charts,
) -> Registry:
    """The commands, which ask the engine itself: what monitors see are answers."""
    scopes = documents.scopes if documents else None
    return build_registry(
        access=access,
        audit=AuditFile(settings.state_dir / AUDIT_FILE),
        engine=taken.engine,
        pins=stores.pins,
        selection=selection,
        memory=assistant,
        latency=stores.latency,
        hardware=HardwareProbe(disk_of=settings.state_dir),
        answers=assistant,
        find_contacts=lambda: found_contacts(settings, taken=taken.engine.engine),
        documents=_document_commands(documents, stores.history, access) if documents else (),
        inbox=stores.inbox,
        feedback=stores.feedback,
        places=stores.places,
        scopes=scopes,
        personas=PersonaCommands(
            PersonaFolder(settings.personas_dir), stores.persona_pins, taken.engine, access, scopes
        ),
        advisor=advisor,
        charts=charts,
    )


def _document_commands(documents: "Documents", history: RedisHistory, access: Access) -> tuple[Family, ...]:
    return (
        Sources(history, documents.index, documents.scopes),
        KnowledgeCommands(documents.index, documents.indexer, documents.keeper, documents.scopes, access),
    )


async def _documents(
    settings: Settings, connection: RedisConnection, stack: AsyncExitStack, *, warm: bool
) -> "Documents | None":
    """The team's documents, where there is a folder for them; `warm` loads the embedding models for questions."""
    if not await asyncio.to_thread(settings.knowledge_dir.is_dir):
        return None
    await asyncio.to_thread(import_module, "bot.composition.documents")  # 0.3 s
    from bot.composition.documents import open_documents
    from bot.composition.embedding import warming

    lease = RedisLease(connection, prefix=settings.redis_prefix)
    documents = await stack.enter_async_context(open_documents(settings, required=False, alone=lease.held))
    if warm:
        await stack.enter_async_context(warming(documents.embedders))
    return documents


@asynccontextmanager
async def keeping(documents: "Documents | None") -> AsyncIterator[None]:
    """Keep the index up with the knowledge folder meanwhile."""
    if documents is None:
        yield
        return
    keeper = asyncio.create_task(documents.keeper.run())
    try:
        yield
    finally:
        keeper.cancel()
        await asyncio.wait({keeper})


@asynccontextmanager
async def open_history(settings: Settings, *, required: bool) -> AsyncIterator[RedisConnection]:
    """The configured Redis, which must be inside the network (`LeavesTheNetwork`), or a Valkey of our own."""
    if settings.redis_url is None:
        async with open_valkey(settings.state_dir, required=required) as connection:
            yield connection
        return
    url = settings.redis_url.get_secret_value()
    gate = await gate_to(url, setting="SOVA_REDIS_URL", settings=settings)
    async with open_redis(url, required=required, gate=gate) as connection:
        yield connection


def bounds_of(settings: Settings, *, at_once: int) -> Bounds:
    """The operator's bounds for what waits; all workers together answer `at_once` questions, 0: as many as they can."""
    return Bounds(
        waiting=settings.waiting,
        waiting_of_one=settings.waiting_of_one,
        at_once=at_once,
        per_minute=settings.rate_per_minute,
        lease_seconds=settings.lease_seconds,
    )


def limits_of(settings: Settings) -> Limits:
    """The operator's bounds for answers."""
    return Limits(
        answer_tokens=settings.answer_tokens,
        temperature=settings.temperature,
        question_chars=settings.question_chars,
        waiting_turns=settings.waiting_turns,
        load_seconds=settings.load_seconds,
        first_token_seconds=settings.first_token_seconds,
        next_token_seconds=settings.next_token_seconds,
        passage_tokens=settings.passage_tokens,
        citing=settings.citing,
        general_knowledge=settings.general_knowledge,
        link_hosts=settings.link_hosts,
    )
