"""Owns what the self-examination is given of the documents: their index, opened for looking only, and search models."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module

from bot.composition.embedding import embedding_shelf_of, wanted_embedding_models
from bot.composition.gates import gate_to
from bot.doctor import DocumentIndex
from bot.errors import EmbeddingUnavailable
from bot.retrieval.reports import SearchModels
from bot.settings import Settings, child_environment


@asynccontextmanager
async def examined_index(settings: Settings) -> AsyncIterator[DocumentIndex]:
    """The index that the settings name; it must be inside the network (`LeavesTheNetwork`), and need not be there."""
    if settings.qdrant_url is None:
        await asyncio.to_thread(import_module, "bot.backends.qdrant.edge_examining")  # 0.2 s
        from bot.backends.qdrant.edge_examining import EdgeIndexExamined

        yield EdgeIndexExamined(settings.state_dir / "index" / "store", environment=child_environment())
        return
    await asyncio.to_thread(import_module, "bot.backends.qdrant.server_examining")  # 0.7 s
    from bot.backends.qdrant.server_examining import examining_server

    url, key = settings.qdrant_url, settings.qdrant_api_key.get_secret_value()
    gate = await gate_to(url, setting="SOVA_QDRANT_URL", settings=settings)
    async with examining_server(url, api_key=key, gate=gate) as index:
        yield index


def search_models(settings: Settings) -> SearchModels:
    """Which of the wanted embedding models are on this machine; touches the disk. Raises `BadSetting`."""
    shelf = embedding_shelf_of(settings)
    here: list[str] = []
    missing: list[EmbeddingUnavailable] = []
    for model in wanted_embedding_models(settings):
        try:
            shelf.open(model)
        except EmbeddingUnavailable as error:
            missing.append(error)
        else:
            here.append(model.name)
    return SearchModels(tuple(here), tuple(missing))
