"""Owns the wiring of one running Sova: history, engine, assistant and commands, entered in order, left in reverse."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from enum import Enum, auto
from importlib import import_module
from typing import TYPE_CHECKING

from bot.access import Access
from bot.assistant import Assistant
from bot.backends.redis.connection import RedisConnection, open_redis
from bot.backends.redis.lease import RedisLease
from bot.backends.redis.valkey import open_valkey
from bot.commands.comparing.compare import Compare
from bot.commands.registry import Registry
from bot.commands.stats.gathering import Sources
from bot.composition.admittance import open_access
from bot.composition.answering import assistant_of, limits_of
from bot.composition.attachments import open_attachments
from bot.composition.charts import charts_of
from bot.composition.commands import Given, compare_of, registry_of, sources_of
from bot.composition.engines import Taken, open_engine
from bot.composition.fitting import advisor_of
from bot.composition.garbage import settled
from bot.composition.gates import gate_to
from bot.composition.measuring import keep_last, rounds_of
from bot.composition.model_care import pulls_of
from bot.composition.stores import Stores, stores_of
from bot.composition.watchers import UNWATCHED, Watching
from bot.feedback import AttributedFeedback
from bot.inbox import Inbox
from bot.models.selection import ModelSelection
from bot.personas.choosing import PersonaSelection
from bot.personas.folder import PersonaFolder
from bot.ports import History, ModelPins, PlaceSettings, SeenLog, TakesFeedback
from bot.settings import Settings
from bot.stats.rounds import Round

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
    `seen` remembers what platforms have brought. `compare` puts one question to several models.
    `statistics` are those who are asked for them, and `rounds` are done again and again by whoever runs for long.
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
    compare: Compare
    taken: Taken
    documents: "Documents | None"
    statistics: Sources
    rounds: tuple[Round, ...]


@asynccontextmanager
async def open_house(
    settings: Settings, *, required: bool, role: Role = Role.ASKED, watch: Watching = UNWATCHED
) -> AsyncIterator[House]:
    """Wire everything together. With `required` a service that isn't there is an error at once; `watch` looks on.

    Without it the house opens all the same where it can: each question then tells what is missing, and everything goes
    on by itself once it is back.
    """
    async with AsyncExitStack() as stack:
        given = await _given(settings, stack, required=required, role=role, watch=watch)
        yield _house(given, inbox=watch.inbox(given.stores.inbox))


async def _given(settings: Settings, stack: AsyncExitStack, *, required: bool, role: Role, watch: Watching) -> Given:
    """Everything of one house, each part entered on `stack` after those that it stands on."""
    access = await asyncio.to_thread(open_access, settings)
    connection = await stack.enter_async_context(open_history(settings, required=required))
    watch.store(connection)
    taken = await stack.enter_async_context(open_engine(settings, required=required))
    stores = stores_of(connection, settings, at_once=taken.parallel if taken.is_shared else 0)
    selection = _selection(settings, taken, stores)
    documents = await _documents(settings, connection, stack, warm=role is not Role.GATEWAY)
    advisor = advisor_of(settings, taken.engine)
    charts = await stack.enter_async_context(charts_of(settings))
    attachments = await stack.enter_async_context(open_attachments(settings))
    assistant = assistant_of(
        settings,
        taken,
        stores,
        access=access,
        selection=selection,
        advisor=advisor,
        attachments=attachments,
        documents=documents,
        watch=watch,
    )
    stack.push_async_callback(keep_last, stores.errors)
    stack.push_async_callback(assistant.close)
    stack.enter_context(settled())
    return Given(
        settings=settings,
        access=access,
        taken=taken,
        stores=stores,
        assistant=assistant,
        selection=selection,
        advisor=advisor,
        pulls=await stack.enter_async_context(pulls_of(settings, taken.engine)),
        charts=charts,
        limits=limits_of(settings),
        attachments=attachments,
        documents=documents,
    )


def _selection(settings: Settings, taken: Taken, stores: Stores) -> ModelSelection:
    personas = PersonaSelection(PersonaFolder(settings.personas_dir), stores.persona_pins)
    return ModelSelection(taken.engine, stores.pins, default=settings.model, personas=personas)


def _house(given: Given, *, inbox: Inbox) -> House:
    stores, compare, statistics = given.stores, compare_of(given), sources_of(given)
    return House(
        access=given.access,
        assistant=given.assistant,
        inbox=inbox,
        registry=registry_of(given, compare, statistics),
        selection=given.selection,
        pins=stores.pins,
        history=stores.history,
        feedback=AttributedFeedback(stores.feedback, stores.history),
        places=stores.places,
        seen=stores.seen,
        compare=compare,
        taken=given.taken,
        documents=given.documents,
        statistics=statistics,
        rounds=rounds_of(stores),
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
