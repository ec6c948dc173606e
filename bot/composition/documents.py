"""Owns the wiring of the team's documents: embedding models, index, retriever, and what keeps the index up."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass

from bot.backends.embedding.fastembed import FastembedEmbedder
from bot.backends.qdrant.edge import open_edge_index
from bot.backends.qdrant.points import IndexSchema
from bot.composition.embedding import open_embedders
from bot.composition.gates import gate_to
from bot.errors import EmbeddingUnavailable
from bot.ports import PassageIndex, SparseEmbedder, TextEmbedder
from bot.retrieval.chunking import TokenCounter
from bot.retrieval.indexer import Alone, Indexer
from bot.retrieval.keeping import FolderKeeper
from bot.retrieval.knowledge import Knowledge
from bot.retrieval.loading import DocumentLoader
from bot.retrieval.preparing import DenseModel, Preparation
from bot.retrieval.relevance import CALIBRATED
from bot.retrieval.retriever import Retriever
from bot.retrieval.scopes import ScopesFile
from bot.retrieval.sparse import FoldedStems
from bot.retrieval.unread import holds_unread
from bot.settings import Settings, child_environment
from bot.tokens import rough_tokens


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents of one knowledge folder, ready to be asked and to be kept up.

    `missing` are the embedding models that aren't here.
    """

    knowledge: Knowledge
    index: PassageIndex
    indexer: Indexer
    keeper: FolderKeeper
    scopes: ScopesFile
    retriever: Retriever
    embedders: tuple[FastembedEmbedder, ...]
    missing: tuple[EmbeddingUnavailable, ...]


@asynccontextmanager
async def open_documents(settings: Settings, *, required: bool, alone: Alone = nullcontext) -> AsyncIterator[Documents]:
    """Open the index and what fills it. An embedding model that isn't here is left out: then words alone decide.

    `alone` keeps others from filling the same index meanwhile, on whichever machine they are.
    """
    from bot.backends.documents.folder_watch import WatchedFolder
    from bot.backends.documents.process import DocumentProcesses

    async with AsyncExitStack() as stack:
        opened = await stack.enter_async_context(open_embedders(settings))
        embedders = opened.dense
        sparse = FoldedStems()
        index = await stack.enter_async_context(_open_index(settings, embedders, sparse, required=required))
        scopes = ScopesFile(settings.knowledge_dir)
        loader = await stack.enter_async_context(
            DocumentProcesses(settings.knowledge_dir, environment=child_environment())
        )
        indexer = Indexer(
            settings.knowledge_dir,
            index=index,
            preparation=_preparation(loader, embedders, sparse),
            scopes=scopes,
            state=settings.state_dir / "index",
            alone=alone,
        )
        retriever = Retriever(index, embedders, sparse)
        yield Documents(
            knowledge=_knowledge(settings, index, retriever, scopes, indexer),
            index=index,
            indexer=indexer,
            keeper=FolderKeeper(indexer, WatchedFolder(settings.knowledge_dir)),
            scopes=scopes,
            retriever=retriever,
            embedders=embedders,
            missing=opened.missing,
        )


def _preparation(loader: DocumentLoader, embedders: Sequence[FastembedEmbedder], sparse: SparseEmbedder) -> Preparation:
    return Preparation(
        loader=loader,
        dense=[DenseModel(embedder, embedder.languages) for embedder in embedders],
        sparse=sparse,
        count_tokens=_counter(embedders),
    )


def _knowledge(
    settings: Settings, index: PassageIndex, retriever: Retriever, scopes: ScopesFile, indexer: Indexer
) -> Knowledge:
    return Knowledge(
        index,
        retriever,
        scopes,
        thresholds=CALIBRATED,
        unread=indexer.unread,
        waiting=lambda: holds_unread(settings.knowledge_dir, indexer.standing),
    )


def _open_index(
    settings: Settings, embedders: Sequence[TextEmbedder], sparse: SparseEmbedder, *, required: bool
) -> AbstractAsyncContextManager[PassageIndex]:
    """The configured Qdrant, or an index of our own in the state folder."""
    schema = IndexSchema.of(embedders, sparse)
    if settings.qdrant_url is None:
        folder = settings.state_dir / "index" / "store"
        return open_edge_index(folder, schema, environment=child_environment(), required=required)
    return _open_server(settings, settings.qdrant_url, schema, required=required)


@asynccontextmanager
async def _open_server(
    settings: Settings, url: str, schema: IndexSchema, *, required: bool
) -> AsyncIterator[PassageIndex]:
    from bot.backends.qdrant.server import open_server_index

    gate = await gate_to(url, setting="SOVA_QDRANT_URL", settings=settings)
    key = settings.qdrant_api_key.get_secret_value()
    async with open_server_index(url, schema, api_key=key, required=required, gate=gate) as index:
        yield index


def _counter(embedders: Sequence[FastembedEmbedder]) -> TokenCounter:
    """Counts as the main model does, roughly without it: its documents are indexed again once it is there."""

    def count(text: str) -> int:
        try:
            return embedders[0].count_tokens(text) if embedders else round(rough_tokens(text))
        except EmbeddingUnavailable:
            return round(rough_tokens(text))

    return count
