"""Owns dense embeddings: fastembed's models, in a process of their own, behind the port `TextEmbedder`."""

from collections.abc import Mapping, Sequence, Set

from bot.backends.embedding.fastembed_calls import Failure, Outcome, Task, Work
from bot.backends.embedding.fastembed_process import EmbeddingProcess, WorkerEnded
from bot.errors import EmbeddingUnavailable
from bot.messages import Notice
from bot.models.embedding_shelf import ShelvedEmbedding
from bot.ports import Vector

REMEMBERED_WORDS = 100_000
"""With the number of their tokens; some 10 MB."""


class FastembedEmbedder:
    """A shelved model as a `TextEmbedder`. `process` loads it with the first text, and lets it go at its own end.

    Texts are embedded one by one. With 8-bit models that is faster than in batches, which are filled up to the longest
    text (46 against 10 passages a second on two cores), and a text's vector doesn't depend on its neighbours, whose
    numbers would share its scale. It also lets a question in after a single passage, however many are waiting.
    """

    def __init__(self, shelved: ShelvedEmbedding, process: EmbeddingProcess, *, threads: int = 0) -> None:
        self._shelved = shelved
        self._process = process
        self._threads = threads
        self._tokens: dict[str, int] = {}

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
        await self.embed_query("")

    async def embed_passages(self, texts: Sequence[str]) -> Sequence[Vector]:
        """One vector a text, of length 1 and in order. Raises `EmbeddingUnavailable` when the model can't be run."""
        prefix = self._shelved.model.passage_prefix
        return [await self._embed(prefix + text, Work.PASSAGE) for text in texts]

    async def embed_query(self, text: str) -> Vector:
        """The vector of a question, of length 1. Raises `EmbeddingUnavailable` when the model can't be run."""
        return await self._embed(self._shelved.model.query_prefix + text, Work.QUESTION)

    def count_tokens(self, text: str) -> int:
        """How many tokens the model makes of `text` alone, however long it is; to be called in a thread.

        Its tokenizer goes word by word, so words are counted once and remembered: whoever cuts a document asks about
        the same words again and again. Raises `EmbeddingUnavailable` when the model can't be run.
        """
        words = text.split()
        tokens = self._tokens_of(set(words))
        return sum(tokens[word] for word in words)

    def _tokens_of(self, words: Set[str]) -> Mapping[str, int]:
        """How many tokens each of `words` is, and others."""
        if len(self._tokens) > REMEMBERED_WORDS:
            self._tokens = {}
        known = self._tokens
        if unknown := [word for word in words if word not in known]:
            known.update(zip(unknown, self._counted(unknown), strict=True))
        return known

    def _counted(self, words: Sequence[str]) -> list[int]:
        try:
            outcome = self._process.ask_now(self._task(" ".join(words), Work.COUNT))
        except (WorkerEnded, TimeoutError, OSError) as error:
            raise self._unavailable(type(error).__name__) from error
        return [int(count) for count in self._demanded(outcome)]

    async def _embed(self, text: str, work: Work) -> Vector:
        try:
            outcome = await self._process.ask(self._task(text, work))
        except (WorkerEnded, TimeoutError, OSError) as error:
            raise self._unavailable(type(error).__name__) from error
        return self._demanded(outcome)

    def _task(self, text: str, work: Work) -> Task:
        return Task(self._shelved, work, text, threads=self._threads)

    def _demanded(self, outcome: Outcome) -> list[float]:
        if isinstance(outcome, Failure):
            raise self._unavailable(outcome.error)
        return outcome

    def _unavailable(self, error: str) -> EmbeddingUnavailable:
        reason = Notice("embedding-cannot-run", {"folder": str(self._shelved.folder), "error": error})
        return EmbeddingUnavailable(model=self._shelved.model.name, reasons=(reason,))
