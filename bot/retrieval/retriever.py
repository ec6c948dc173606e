"""Owns the search: a question becomes queries, the index's rankings become passages, and the evidence for them.

One round trip to the index a search. A dense model that isn't there is left out, and the result says so.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from operator import mul

from bot.errors import EmbeddingUnavailable
from bot.messages import Language, Passage
from bot.ports import Hit, IndexQuery, PassageIndex, SparseEmbedder, SparseVector, TextEmbedder, Vector
from bot.retrieval.chunking import embedding_text
from bot.retrieval.fusion import Ranking, Shape, fuse, passages
from bot.retrieval.judging import sentences_of
from bot.retrieval.rarity import Bag, Words
from bot.retrieval.relevance import Evidence, weigh
from bot.retrieval.verbatim import words_first

logger = logging.getLogger(__name__)

SPARSE = "sparse"

REMEMBERED_VECTORS = 256

Vectors = Mapping[str, Mapping[str, Vector] | None]
"""Each model's vectors by question; None for a model that isn't there."""


@dataclass(frozen=True, slots=True)
class RankingOptions:
    """One ranking that is asked for: by the vectors `using` (an embedder's name, or `sparse`), and how much it counts.

    `asked_in` narrows it to questions in these languages (None among them: in neither of Sova's), `found_in` to
    passages in one language: for a ranking of the English passages alone beside that of all.
    """

    using: str
    weight: float = 1.0
    asked_in: frozenset[Language | None] | None = None
    found_in: Language | None = None

    def __post_init__(self) -> None:
        if self.weight <= 0:
            raise ValueError("a ranking that doesn't count is not asked for")


_ENGLISH = frozenset({Language.ENGLISH})
_OTHERS = frozenset({Language.CZECH, None})

DEFAULT_RANKINGS = (
    RankingOptions("minilm", weight=2.0, asked_in=_ENGLISH),
    RankingOptions("e5", weight=0.5, asked_in=_ENGLISH),
    RankingOptions(SPARSE, weight=0.5, asked_in=_ENGLISH),
    RankingOptions("e5", asked_in=_OTHERS),
    RankingOptions(SPARSE, weight=1.5, asked_in=_OTHERS),
)
"""Chosen on the development set, see docs/retrieval.md: MiniLM knows English best, words carry Czech."""


@dataclass(frozen=True, slots=True)
class RetrievalOptions:
    """How a search is done.

    `candidates` is the length of each ranking, `k` the constant of the fusion, `rewritten_weight` how much the
    rankings of a rewritten question count beside those of the question as it was asked. `k` is the usual 60: over 80
    questions about 840 pages it found the page among the first five for 88 % in English and 82 % in Czech, where 20
    found 88 and 80 %, and 10 found 90 and 78 % (docs/retrieval.md).
    """

    rankings: tuple[RankingOptions, ...] = DEFAULT_RANKINGS
    shape: Shape = field(default_factory=Shape)
    candidates: int = 200
    k: int = 60
    rewritten_weight: float = 2.0


@dataclass(frozen=True, slots=True)
class SearchTimes:
    """Durations in milliseconds."""

    embedding: float
    index: float
    total: float


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What a search found, best first, and what speaks for it.

    `dense` are the names of the models that took part, `degraded` of those that should have and couldn't; a search
    without any dense model was lexical only.
    """

    passages: tuple[Passage, ...]
    evidence: Evidence
    took: SearchTimes
    dense: tuple[str, ...] = ()
    degraded: tuple[str, ...] = ()

    @property
    def lexical_only(self) -> bool:
        """Whether words alone decided."""
        return not self.dense


@dataclass(frozen=True, slots=True)
class _Ask:
    """One ranking to ask for, and for which question."""

    question: str
    query: IndexQuery
    weight: float


@dataclass(frozen=True, slots=True)
class _Answer:
    """A ranking as the index gave it."""

    ask: _Ask
    hits: Sequence[Hit]


class Retriever:
    """Searches one index. `dense` may be empty: then words alone decide."""

    def __init__(
        self,
        index: PassageIndex,
        dense: Sequence[TextEmbedder],
        sparse: SparseEmbedder,
        *,
        options: RetrievalOptions | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._index = index
        self._dense = {embedder.name: embedder for embedder in dense}
        self._sparse = sparse
        self._options = options or RetrievalOptions()
        self._clock = clock
        self._vectors: OrderedDict[tuple[str, str], Vector] = OrderedDict()

    @property
    def options(self) -> RetrievalOptions:
        """How it searches."""
        return self._options

    def with_options(self, options: RetrievalOptions) -> "Retriever":
        """A retriever that searches the same index with the same models in another way."""
        return Retriever(self._index, tuple(self._dense.values()), self._sparse, options=options, clock=self._clock)

    async def search(
        self, question: str, *, scopes: frozenset[str], language: Language | None, rewritten: str | None = None
    ) -> Retrieved:
        """Find passages in `scopes` for a question in `language` (None: in neither of Sova's).

        `rewritten` is the same question so that it stands alone; both are searched. Raises `IndexUnavailable` and its
        like when the index can't answer; a failing embedding model only makes the result `degraded`.
        """
        began = self._clock()
        questions = {question: 1.0} | ({rewritten: self._options.rewritten_weight} if rewritten else {})
        wanted = [one for one in self._options.rankings if _is_for(one, language)]
        vectors = await self._embed(questions, {one.using for one in wanted})
        embedded = self._clock()
        answers = await self._ask(
            [
                replace(ask, weight=ask.weight * weight)
                for text, weight in questions.items()
                for ask in self._asks(text, wanted, vectors, scopes)
            ]
        )
        answered = self._clock()
        fused = fuse([Ranking(answer.hits, answer.ask.weight) for answer in answers], k=self._options.k)
        dense, lexical = _of(rewritten or question, answers)
        words = Words(self._sparse.query(rewritten or question), lexical, self._bag_of_passage())
        best = words_first(fused, lexical=lexical, words=words)
        return Retrieved(
            passages=passages(best, shape=self._options.shape, language=language),
            evidence=weigh(words, dense=dense, lexical=lexical, fused=best),
            took=_times(began, embedded, answered, self._clock()),
            dense=tuple(name for name, found in vectors.items() if found is not None),
            degraded=tuple(name for name, found in vectors.items() if found is None),
        )

    async def closest_sentence(self, question: str, passages: Sequence[Passage]) -> Mapping[str, float]:
        """The cosine of `question` and the sentence of `passages` that is nearest to it, by the first dense model.

        As `closest.e5` and the like, for the scale is the model's; empty without a model or a sentence.
        """
        embedder = next(iter(self._dense.values()), None)
        sentences = [sentence for passage in passages for sentence in sentences_of(passage.text)]
        if embedder is None or not sentences:
            return {}
        try:
            asked = await self._vector(embedder, question)
            vectors = await embedder.embed_passages(sentences)
        except EmbeddingUnavailable as error:
            logger.warning("judged without the embedding model %s: %s", embedder.name, error)
            return {}
        return {f"closest.{embedder.name}": max(sum(map(mul, asked, vector)) for vector in vectors)}

    async def _ask(self, asks: Sequence[_Ask]) -> list[_Answer]:
        if not asks:
            return []
        rankings = await self._index.rankings([ask.query for ask in asks])
        return [_Answer(ask, hits) for ask, hits in zip(asks, rankings, strict=True)]

    def _asks(
        self, question: str, wanted: Sequence[RankingOptions], vectors: Vectors, scopes: frozenset[str]
    ) -> Iterator[_Ask]:
        """The queries for one question: none by a model that has no vector of it."""
        for one in wanted:
            vector = self._bag(question) if one.using == SPARSE else (vectors.get(one.using) or {}).get(question)
            if vector is None:
                continue
            yield _Ask(question, self._query(vector, one, scopes), weight=one.weight)

    def _query(self, vector: Vector | SparseVector, one: RankingOptions, scopes: frozenset[str]) -> IndexQuery:
        language = one.found_in.value if one.found_in else None
        return IndexQuery(vector, scopes, self._options.candidates, using=one.using, language=language)

    def _bag(self, question: str) -> SparseVector | None:
        """The question's tokens; None when it has none, which is nothing to ask an index for."""
        bag = self._sparse.query(question)
        return bag if bag.indices else None

    async def _embed(self, questions: Collection[str], names: Collection[str]) -> Vectors:
        """The questions' vectors by model, None for a model that isn't there; all models work at the same time."""
        used = [embedder for name, embedder in self._dense.items() if name in names]
        found = await asyncio.gather(*(self._embed_with(embedder, questions) for embedder in used))
        return {embedder.name: vectors for embedder, vectors in zip(used, found, strict=True)}

    async def _embed_with(self, embedder: TextEmbedder, questions: Collection[str]) -> Mapping[str, Vector] | None:
        try:
            return {question: await self._vector(embedder, question) for question in questions}
        except EmbeddingUnavailable as error:
            logger.warning("searched without the embedding model %s: %s", embedder.name, error)
            return None

    async def _vector(self, embedder: TextEmbedder, question: str) -> Vector:
        """The question's vector, remembered: a question is often asked again at once (`/regenerate`, two platforms)."""
        key = (embedder.name, question)
        if key not in self._vectors:
            vector = await embedder.embed_query(question)
            self._vectors[key] = vector
            if len(self._vectors) > REMEMBERED_VECTORS:
                self._vectors.popitem(last=False)
            return vector
        self._vectors.move_to_end(key)
        return self._vectors[key]

    def _bag_of_passage(self) -> Bag:
        """The bags of one search's passages, each made once."""
        return cache(lambda chunk: self._sparse.passage(embedding_text(chunk)))


def _of(question: str, answers: Sequence[_Answer]) -> tuple[Mapping[str, Sequence[Hit]], Sequence[Hit]]:
    """The rankings of `question` over all languages: the dense ones by model, and the lexical one."""
    rankings = {
        answer.ask.query.using: answer.hits
        for answer in answers
        if answer.ask.question == question and answer.ask.query.language is None
    }
    lexical = rankings.pop(SPARSE, ())
    return rankings, lexical


def _is_for(one: RankingOptions, language: Language | None) -> bool:
    return one.asked_in is None or language in one.asked_in


def _times(began: float, embedded: float, answered: float, ended: float) -> SearchTimes:
    return SearchTimes(
        embedding=(embedded - began) * 1000, index=(answered - embedded) * 1000, total=(ended - began) * 1000
    )
