"""Owns the choice of the engine: the one that the settings name, or with `auto` Ollama if it is there, else our own."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.composition.gates import gate_to
from bot.errors import EngineError, NoEngine
from bot.messages import Notice
from bot.models import fit, memory
from bot.models.catalogue import CATALOGUE, CatalogueModel
from bot.models.selection import can_chat
from bot.models.shelf import Shelf
from bot.ports import ChatModel
from bot.settings import Settings, child_environment

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """The engine that answers, and `why` it was taken, for the banner and the log."""

    engine: ChatModel
    why: Notice


@asynccontextmanager
async def open_engine(settings: Settings, *, required: bool) -> AsyncIterator[Taken]:
    """Open the engine that the settings ask for.

    `auto` takes Ollama when it is there and has a model that can chat, else the embedded engine when it has a model;
    `NoEngine` when there is neither. An engine named in the settings is taken whether it is there or not, unless it is
    `required`: then `EngineUnreachable`. One outside the network is refused: `LeavesTheNetwork`.
    """
    async with AsyncExitStack() as stack:
        taken = await _TAKERS[settings.engine](settings, stack)
        if required:
            await taken.engine.version()
        logger.info("engine taken: %s at %s (%s)", taken.engine.engine, taken.engine.url, taken.why.code)
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
    return Taken(embedded.engine, why)


async def _ollama(settings: Settings, stack: AsyncExitStack) -> Taken:
    from bot.backends.ollama import OllamaEngine

    engine = OllamaEngine(
        settings.ollama_url,
        context_tokens=settings.context_tokens,
        keep_alive=settings.keep_alive,
        thinking=settings.thinking,
        num_thread=settings.threads,
        first_byte_seconds=settings.load_seconds,
        next_byte_seconds=settings.next_token_seconds,
        gate=await gate_to(settings.ollama_url, setting="SOVA_OLLAMA_URL", settings=settings),
    )
    await stack.enter_async_context(engine)
    return Taken(engine, Notice("engine-taken-ollama", {"url": engine.url}))


async def _openai(settings: Settings, stack: AsyncExitStack) -> Taken:
    from bot.backends.openai_compatible import OpenAICompatibleEngine

    engine = OpenAICompatibleEngine(
        settings.openai_base_url,
        api_key=settings.openai_api_key.get_secret_value(),
        context_tokens=settings.context_tokens,
        thinking=settings.thinking,
        first_byte_seconds=settings.load_seconds,
        next_byte_seconds=settings.next_token_seconds,
        gate=await gate_to(settings.openai_base_url, setting="SOVA_OPENAI_BASE_URL", settings=settings),
    )
    await stack.enter_async_context(engine)
    return Taken(engine, Notice("engine-taken-openai", {"url": engine.url}))


async def _embedded(settings: Settings, stack: AsyncExitStack) -> Taken:
    from bot.backends.embedded import EmbeddedEngine, EmbeddedOptions

    options = EmbeddedOptions(
        context_tokens=settings.context_tokens,
        threads=settings.threads,
        gpu_layers=settings.gpu_layers,
        thinking=settings.thinking,
        start_seconds=settings.load_seconds,
        first_byte_seconds=settings.first_token_seconds,
        next_byte_seconds=settings.next_token_seconds,
    )
    log = settings.state_dir / "engine.log"
    engine = EmbeddedEngine(shelf_of(settings), log=log, environment=child_environment(), options=options)
    await stack.enter_async_context(engine)
    return Taken(engine, Notice("engine-taken-embedded"))


_TAKERS = {"auto": _auto, "ollama": _ollama, "openai": _openai, "embedded": _embedded}


def shelf_of(settings: Settings) -> Shelf:
    """The embedded engine's model files."""
    return Shelf(settings.cache_dir / "models", configured=settings.model_file)


async def suitable_model(settings: Settings) -> CatalogueModel:
    """The catalogue's model that suits the memory of this machine; `NotEnoughMemory` when none does."""
    free = await asyncio.to_thread(memory.free_bytes)
    return fit.choose(CATALOGUE, free_bytes=free, context_tokens=settings.context_tokens)


async def needs_a_model(settings: Settings) -> bool:
    """Whether the embedded engine is the one that would answer, and has no model for people yet."""
    if settings.engine not in {"auto", "embedded"} or settings.model_file:
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
