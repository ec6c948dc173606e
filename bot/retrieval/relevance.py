"""Owns the decision whether what was found is about the question at all.

Pure. A raw cosine says little (unrelated passages average 0.83 with e5), so several signs are gathered as evidence and
weighed together by a small logistic model, whose weights come from questions with known answers.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from bot.ports import Hit
from bot.retrieval.rarity import LOOKED_AT, Words

DEEP = 10
"""The rank that the best score is compared with, and how far down rankings are held against each other."""

_BEST = 3


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
    words: Words, *, dense: Mapping[str, Sequence[Hit]], lexical: Sequence[Hit], fused: Sequence[Hit]
) -> Evidence:
    """The evidence of one search: its `dense` rankings by model, its `lexical` one, the `fused` hits; best first."""
    best = [hit.chunk for hit in fused[:_BEST]]
    return Evidence(
        cosine={name: hits[0].score for name, hits in dense.items() if hits},
        margin={name: _margin(hits) for name, hits in dense.items() if hits},
        overlap=lexical[0].score / words.rarest if lexical and words.mass else 0.0,
        lexical=lexical[0].score / words.mass if lexical and words.mass else 0.0,
        coverage=max(map(words.share, best), default=0.0),
        known=words.share(*best, *(hit.chunk for hit in lexical[:LOOKED_AT])),
        agreement=_agreement([*dense.values(), lexical]),
    )


def _margin(hits: Sequence[Hit]) -> float:
    return hits[0].score - hits[min(DEEP, len(hits)) - 1].score


def _agreement(rankings: Sequence[Sequence[Hit]]) -> float:
    documents = [frozenset(hit.chunk.document for hit in hits[:DEEP]) for hits in rankings if hits]
    pairs = [(one, other) for at, one in enumerate(documents) for other in documents[at + 1 :]]
    return fmean(len(one & other) / min(len(one), len(other)) for one, other in pairs) if pairs else 0.0
