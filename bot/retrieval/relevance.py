"""Owns the decision whether what was found is about the question at all.

Pure. A raw cosine says little (unrelated passages average 0.83 with e5), so several signs are gathered as evidence and
weighed together by a small logistic model, whose weights come from questions with known answers.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from bot.ports import Chunk, Hit, SparseVector

Bag = Callable[[Chunk], SparseVector]
"""The bag of tokens that the index holds for a chunk."""

DEEP = 10
"""The rank that the best score is compared with, and how far down rankings are held against each other."""

LOOKED_AT = 12
"""How many of the lexical hits are looked into. A token of the question that none of them holds counts as missing; with
30 more common words count as held, and telling questions without an answer got worse (AUC .62 for .70 in English)."""

_BEST = 3
_RIDGE = 1e-4


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the hits of one search.

    By dense model: `cosine` is its best score, `margin` how far that lies above its tenth. `overlap` is the best sparse
    score in units of the question's rarest token (it grows with the question's length); `lexical` is the same as a
    share of what a passage with every token of the question once would get. `coverage` is the share of the question's
    tokens, weighted by rarity, that the best of the first passages holds, `known` the share that any passage looked at
    holds. `agreement` is the mean share of documents that two rankings have in common among their first ten; 0 with
    one ranking.
    """

    cosine: Mapping[str, float] = field(default_factory=dict)
    margin: Mapping[str, float] = field(default_factory=dict)
    overlap: float = 0.0
    lexical: float = 0.0
    coverage: float = 0.0
    known: float = 0.0
    agreement: float = 0.0

    def features(self) -> dict[str, float]:
        """The evidence as flat numbers by name (`cosine.e5`, `margin.e5`, `coverage`, …), for weights and for dumps."""
        by_model = {f"cosine.{name}": value for name, value in self.cosine.items()}
        by_model |= {f"margin.{name}": value for name, value in self.margin.items()}
        return by_model | {
            "overlap": self.overlap,
            "lexical": self.lexical,
            "coverage": self.coverage,
            "known": self.known,
            "agreement": self.agreement,
        }


@dataclass(frozen=True, slots=True)
class Sign:
    """How much a feature says: `weight` for each unit above `usual`. A feature that isn't there says nothing."""

    weight: float
    usual: float = 0.0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A logistic model: `bias` plus what each feature says, by name.

    What was found is relevant when the probability reaches `least`.
    """

    signs: Mapping[str, Sign]
    bias: float = 0.0
    least: float = 0.5


CALIBRATED = Thresholds(
    signs={
        "cosine.e5": Sign(26.4, usual=0.856),
        "cosine.minilm": Sign(2.4, usual=0.4),
        "overlap": Sign(0.46, usual=3.09),
        "coverage": Sign(2.45, usual=0.461),
    },
    bias=0.185,
    least=0.28,
)
"""A logistic model (ridge 3, classes balanced) of questions to two folders, 840 pages of office help and the sample
handbook of 32: 101 with an answer whose page was found, and 233 titles and headings, so that a keyword will do; against
those, 22 without an answer, 126 that belong to the other folder, its titles, and 96 short ones about anything else.

It leans towards answering: who is refused an answer that is there stands before a wall, while a model may still
decline. Each left out of its own fit, 2 of the 101 are refused; of those without an answer, 7 of 9 are declined that
are about something else, and 1 of 13 about something near: these signs can't tell them. See docs/retrieval.md."""


def probability(features: Mapping[str, float], thresholds: Thresholds) -> float:
    """How likely it is that what was found answers the question, from 0 to 1."""
    score = thresholds.bias + sum(
        sign.weight * (features[name] - sign.usual) for name, sign in thresholds.signs.items() if name in features
    )
    return 1 / (1 + math.exp(-score)) if score > 0 else math.exp(score) / (1 + math.exp(score))


def is_relevant(evidence: Evidence, thresholds: Thresholds = CALIBRATED) -> bool:
    """Whether what was found is good enough to answer from."""
    return probability(evidence.features(), thresholds) >= thresholds.least


def weigh(
    question: SparseVector,
    *,
    dense: Mapping[str, Sequence[Hit]],
    lexical: Sequence[Hit],
    fused: Sequence[Hit],
    bag: Bag,
) -> Evidence:
    """The evidence of one search: its `dense` rankings by model, its `lexical` one, the `fused` hits; best first."""
    bags = [_tokens(bag(hit.chunk)) for hit in fused[:_BEST]]
    looked_at = lexical[:LOOKED_AT]
    rarity = rarities(question, looked_at, bag)
    mass = sum(rarity.values())
    held = frozenset[int]().union(*bags, *(_tokens(bag(hit.chunk)) for hit in looked_at))
    return Evidence(
        cosine={name: hits[0].score for name, hits in dense.items() if hits},
        margin={name: _margin(hits) for name, hits in dense.items() if hits},
        overlap=lexical[0].score / max(rarity.values()) if lexical and mass else 0.0,
        lexical=lexical[0].score / mass if lexical and mass else 0.0,
        coverage=max((_share(rarity, tokens) for tokens in bags), default=0.0),
        known=_share(rarity, held),
        agreement=_agreement([*dense.values(), lexical]),
    )


def rarities(question: SparseVector, lexical: Sequence[Hit], bag: Bag) -> dict[int, float]:
    """How rare each token of the question is in the whole index: its IDF, learnt from the scores of the hits alone.

    The index knows each token's IDF and doesn't tell, but a hit's score is the sum of IDF times term frequency, and
    the term frequencies are known. So the IDFs are the solution of a small linear system (least squares, with a ridge
    for tokens that always come together). A token that no hit holds counts as rare as the rarest one that was found.
    """
    asked = dict(zip(question.indices, question.values, strict=True))
    rows = [_contributions(asked, bag(hit.chunk)) for hit in lexical]
    seen = [token for token in asked if any(token in row for row in rows)]
    solved = _least_squares([[row.get(token, 0.0) for token in seen] for row in rows], [hit.score for hit in lexical])
    known = dict(zip(seen, (max(value, 0.0) for value in solved), strict=True))
    rarest = max(known.values(), default=1.0)
    return {token: known.get(token, rarest) for token in asked}


def _contributions(asked: Mapping[int, float], bag: SparseVector) -> dict[int, float]:
    return {i: asked[i] * value for i, value in zip(bag.indices, bag.values, strict=True) if i in asked}


def _tokens(bag: SparseVector) -> frozenset[int]:
    return frozenset(bag.indices)


def _margin(hits: Sequence[Hit]) -> float:
    return hits[0].score - hits[min(DEEP, len(hits)) - 1].score


def _share(rarity: Mapping[int, float], held: frozenset[int]) -> float:
    mass = sum(rarity.values())
    return sum(weight for token, weight in rarity.items() if token in held) / mass if mass else 0.0


def _agreement(rankings: Sequence[Sequence[Hit]]) -> float:
    documents = [frozenset(hit.chunk.document for hit in hits[:DEEP]) for hits in rankings if hits]
    pairs = [(one, other) for at, one in enumerate(documents) for other in documents[at + 1 :]]
    return fmean(len(one & other) / min(len(one), len(other)) for one, other in pairs) if pairs else 0.0


# --- linear algebra -------------------------------------------------------------------------------------------


def _least_squares(rows: Sequence[Sequence[float]], values: Sequence[float]) -> list[float]:
    """The x that makes |rows · x − values|² + ridge · |x|² smallest; the systems are too small for a library."""
    width = len(rows[0]) if rows else 0
    columns = list(zip(*rows, strict=True)) if width else []
    system = [[_dot(one, other) for other in columns] for one in columns]
    for at in range(width):
        system[at][at] += _RIDGE
    return _solved(system, [_dot(column, values) for column in columns])


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def _solved(matrix: list[list[float]], values: list[float]) -> list[float]:
    """Gaussian elimination; no pivoting, because the matrix is symmetric and positive definite."""
    size = len(values)
    for at in range(size):
        for below in range(at + 1, size):
            factor = matrix[below][at] / matrix[at][at]
            matrix[below] = [b - factor * a for a, b in zip(matrix[at], matrix[below], strict=True)]
            values[below] -= factor * values[at]
    solution = [0.0] * size
    for at in reversed(range(size)):
        rest = sum(matrix[at][after] * solution[after] for after in range(at + 1, size))
        solution[at] = (values[at] - rest) / matrix[at][at]
    return solution
