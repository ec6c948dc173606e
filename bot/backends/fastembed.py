"""Owns dense embeddings: fastembed's models behind the port `TextEmbedder`, one text at a time in a thread."""

import asyncio
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from bot.backends.fastembed_models import load, load_tokenizer
from bot.errors import EmbeddingUnavailable
from bot.messages import Notice
from bot.models.embedding_shelf import ShelvedEmbedding
from bot.ports import Vector

if TYPE_CHECKING:
    from fastembed import TextEmbedding
    from tokenizers import Tokenizer

logger = logging.getLogger(__name__)


class FastembedEmbedder:
    """A shelved model as a `TextEmbedder`. It is loaded into memory by the first text, and leaves it with the context.

    Texts are embedded one by one. With 8-bit models that is faster than in batches, which are filled up to the longest
    text (46 against 10 passages a second on two cores), and a text's vector doesn't depend on its neighbours, whose
    numbers would share its scale. It also lets a question in after a single passage, however many are waiting.
    """

    def __init__(self, shelved: ShelvedEmbedding, *, threads: int = 0) -> None:
        self._shelved = shelved
        self._threads = threads
        self._turn = asyncio.Lock()  # first come, first served
        self._loaded: TextEmbedding | None = None
        self._tokenizer: Tokenizer | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Let the model go, after the text that is being embedded."""
        async with self._turn:
            self._loaded = None
            self._tokenizer = None

    @property
    def name(self) -> str:
        """A short name for the vectors."""
        return self._shelved.model.short

    @property
    def model(self) -> str:
        """The model's full name and variant."""
        return self._shelved.identity

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return self._shelved.model.dimension

    @property
    def languages(self) -> frozenset[str]:
        """The languages that the model was trained for; empty when it knows (nearly) all."""
        return self._shelved.model.languages

    @property
    def token_limit(self) -> int:
        """How many tokens of a text are read, its prefix and special tokens included; the rest is ignored."""
        return self._shelved.model.token_limit

    async def warm(self) -> None:
        """Load the model now, so that the first question doesn't wait for it."""
        async with self._turn:
            await asyncio.to_thread(self._model)

    async def embed_passages(self, texts: Sequence[str]) -> Sequence[Vector]:
        """One vector a text, of length 1 and in order. Raises `EmbeddingUnavailable` when the model can't be run."""
        prefix = self._shelved.model.passage_prefix
        return [await self._embed(prefix + text, as_query=False) for text in texts]

    async def embed_query(self, text: str) -> Vector:
        """The vector of a question, of length 1. Raises `EmbeddingUnavailable` when the model can't be run."""
        return await self._embed(self._shelved.model.query_prefix + text, as_query=True)

    def count_tokens(self, text: str) -> int:
        """How many tokens the model makes of `text` alone. The first call loads the tokenizer (half a second)."""
        if self._tokenizer is None:
            self._tokenizer = load_tokenizer(self._shelved.folder)
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    async def _embed(self, text: str, *, as_query: bool) -> Vector:
        async with self._turn:
            return await asyncio.to_thread(self._vector, text, as_query=as_query)

    def _vector(self, text: str, *, as_query: bool) -> Vector:
        model = self._model()
        readable = text.encode("utf-8", errors="replace").decode()  # lone surrogates, which tokenizers refuse
        try:
            vectors = model.query_embed(readable) if as_query else model.passage_embed([readable])
            return [float(number) for number in next(iter(vectors))]
        except Exception as error:  # onnxruntime has one of its own for each status
            raise self._failed(error) from error

    def _model(self) -> "TextEmbedding":
        if self._loaded is None:
            logger.info("loading the embedding model %s", self.model)
            try:
                self._loaded = load(self._shelved.model, self._shelved.folder, threads=self._threads)
            except Exception as error:  # fastembed, tokenizers and onnxruntime raise what they like
                raise self._failed(error) from error
        return self._loaded

    def _failed(self, error: Exception) -> EmbeddingUnavailable:
        folder = str(self._shelved.folder)
        reason = Notice("embedding-cannot-run", {"folder": folder, "error": type(error).__name__})
        return EmbeddingUnavailable(model=self._shelved.model.name, reasons=(reason,))
