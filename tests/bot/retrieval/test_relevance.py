import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ports import Chunk, Hit, SparseVector
from bot.retrieval.rarity import LOOKED_AT, Words, rarities
from bot.retrieval.relevance import Evidence, Sign, Thresholds, is_relevant, probability, weigh


def chunk(document: str) -> Chunk:
    return Chunk(document, 0, "", (), "", 0, 0, "", "all", 0.0)


def vector(tokens: dict[int, float]) -> SparseVector:
    return SparseVector(tuple(tokens), tuple(tokens.values()))


class Corpus:
    """Documents as bags of tokens, and the scores that an index would give them."""

    def __init__(self, rarity: dict[int, float], bags: dict[str, dict[int, float]]) -> None:
        self.rarity = rarity
        self.bags = bags

    def bag(self, chunk: Chunk) -> SparseVector:
        return vector(self.bags[chunk.document])

    def hits(self, question: SparseVector) -> list[Hit]:
        scores = {
            document: sum(self.rarity.get(token, 0.0) * bag.get(token, 0.0) for token in question.indices)
            for document, bag in self.bags.items()
        }
        found = [Hit(chunk(document), score) for document, score in scores.items() if score]
        return sorted(found, key=lambda hit: -hit.score)


def asking(*tokens: int) -> SparseVector:
    return vector(dict.fromkeys(tokens, 1.0))


CORPUS = Corpus(
    rarity={1: 0.5, 2: 3.0, 3: 6.0},
    bags={"a": {1: 1.0, 2: 1.4, 9: 1.0}, "b": {1: 1.3, 3: 1.0}, "c": {1: 0.7}, "d": {2: 0.8, 1: 1.1}},
)


def evidence(
    question: SparseVector, *, fused: Sequence[str] = (), dense: dict[str, list[Hit]] | None = None
) -> Evidence:
    lexical = CORPUS.hits(question)
    best = [Hit(chunk(document), 1.0) for document in fused] or lexical
    return weigh(Words(question, lexical, CORPUS.bag), dense=dense or {}, lexical=lexical, fused=best)


def test_the_rarity_of_tokens_is_learnt_from_the_scores() -> None:
    question = asking(1, 2, 3)
    assert rarities(question, CORPUS.hits(question), CORPUS.bag) == pytest.approx(CORPUS.rarity, rel=0.01)


@given(
    st.lists(st.floats(0.1, 8.0), min_size=1, max_size=6),
    st.lists(st.lists(st.floats(0.3, 2.2), min_size=6, max_size=6), min_size=3, max_size=10),
)
def test_learnt_rarities_explain_the_scores(rarity: list[float], frequencies: list[list[float]]) -> None:
    tokens = range(len(rarity))
    bags = {str(at): dict(zip(tokens, row, strict=False)) for at, row in enumerate(frequencies)}
    corpus = Corpus(dict(enumerate(rarity)), bags)
    question = asking(*tokens)
    learnt = rarities(question, corpus.hits(question), corpus.bag)
    assert set(learnt) == set(tokens)
    assert all(value >= 0 and math.isfinite(value) for value in learnt.values())


def test_a_token_that_nothing_holds_counts_as_rare_as_the_rarest() -> None:
    question = asking(1, 2, 99)
    learnt = rarities(question, CORPUS.hits(question), CORPUS.bag)
    assert learnt[99] == learnt[2]


def test_two_tokens_that_always_come_together_share_what_they_give() -> None:
    corpus = Corpus({1: 2.0, 2: 4.0}, {"a": {1: 1.0, 2: 1.0}, "b": {1: 2.0, 2: 2.0}})
    learnt = rarities(asking(1, 2), corpus.hits(asking(1, 2)), corpus.bag)
    assert learnt == pytest.approx({1: 3.0, 2: 3.0}, rel=0.01)


def test_coverage_is_the_share_of_the_questions_rarity_that_the_best_passage_holds() -> None:
    assert evidence(asking(1, 2, 3), fused=["b"]).coverage == pytest.approx(6.5 / 9.5, rel=0.01)
    assert evidence(asking(1, 2, 3), fused=["c"]).coverage == pytest.approx(0.5 / 9.5, rel=0.01)
    assert evidence(asking(1, 2, 3), fused=["c", "b"]).coverage == pytest.approx(6.5 / 9.5, rel=0.01)


def test_known_is_the_share_that_anything_found_holds() -> None:
    assert evidence(asking(1, 2, 3)).known == pytest.approx(1.0)
    assert evidence(asking(3, 99)).known == pytest.approx(0.5)


def test_only_the_first_lexical_hits_are_looked_into() -> None:
    bags = {str(at): {1: 2.0 - at / 100} for at in range(LOOKED_AT)} | {"late": {1: 1.0, 2: 0.1}}
    corpus = Corpus({1: 5.0, 2: 1.0}, bags)
    lexical = corpus.hits(asking(1, 2))
    assert lexical[-1].chunk.document == "late"
    words = Words(asking(1, 2), lexical, corpus.bag)
    assert weigh(words, dense={}, lexical=lexical, fused=[]).known == pytest.approx(0.5)


def test_the_lexical_score_is_told_in_units_of_the_rarest_token_as_well() -> None:
    assert evidence(asking(1, 2, 3)).overlap == pytest.approx((0.65 + 6.0) / 6.0, rel=0.01)


def test_the_lexical_score_is_told_as_a_share_of_what_was_possible() -> None:
    assert evidence(asking(3)).lexical == pytest.approx(1.0, rel=0.01)
    assert evidence(asking(1, 2, 3)).lexical == pytest.approx((0.65 + 6.0) / 9.5, rel=0.01)


def test_the_best_cosine_and_its_margin_are_told_by_model() -> None:
    cosines = [0.9 - at / 100 for at in range(15)]
    told = evidence(asking(1), dense={"e5": [Hit(chunk(str(at)), score) for at, score in enumerate(cosines)], "x": []})
    assert told.cosine == {"e5": 0.9}
    assert told.margin == pytest.approx({"e5": 0.09})


def test_a_short_ranking_has_its_margin_to_its_last_hit() -> None:
    assert evidence(asking(1), dense={"e5": [Hit(chunk("a"), 0.9), Hit(chunk("b"), 0.7)]}).margin == pytest.approx(
        {"e5": 0.2}
    )


def test_agreement_is_the_share_of_documents_that_rankings_have_in_common() -> None:
    dense = [Hit(chunk("a"), 0.9), Hit(chunk("z"), 0.8)]
    assert evidence(asking(1), dense={"e5": dense}).agreement == 0.5
    assert evidence(asking(1)).agreement == 0.0


def test_nothing_found_is_evidence_of_nothing() -> None:
    for question in (asking(1, 2), asking()):
        assert weigh(Words(question, [], CORPUS.bag), dense={"e5": []}, lexical=[], fused=[]) == Evidence()


def test_features_are_flat_numbers_by_name() -> None:
    told = Evidence(cosine={"e5": 0.9}, margin={"e5": 0.1}, coverage=0.5)
    assert told.features() == {
        "cosine.e5": 0.9,
        "margin.e5": 0.1,
        "overlap": 0.0,
        "lexical": 0.0,
        "coverage": 0.5,
        "known": 0.0,
        "agreement": 0.0,
    }


def test_the_probability_is_that_of_a_logistic_model() -> None:
    thresholds = Thresholds({"coverage": Sign(4.0, usual=0.25)}, bias=-1.5)
    assert probability(Evidence(coverage=0.5).features(), thresholds) == pytest.approx(1 / (1 + math.exp(0.5)))


def test_a_model_that_took_no_part_says_nothing() -> None:
    thresholds = Thresholds({"cosine.e5": Sign(18.0, usual=0.86)})
    assert probability({}, thresholds) == 0.5
    assert probability(Evidence(cosine={"e5": 0.8}).features(), thresholds) < 0.5


@pytest.mark.parametrize("bias", [-1e6, 1e6])
def test_extreme_scores_are_probabilities_too(bias: float) -> None:
    assert probability({}, Thresholds({}, bias=bias)) == (0.0 if bias < 0 else 1.0)


def test_what_reaches_the_threshold_is_relevant() -> None:
    thresholds = Thresholds({"coverage": Sign(10.0)}, bias=-5.0, least=0.5)
    assert is_relevant(Evidence(coverage=0.5), thresholds)
    assert not is_relevant(Evidence(coverage=0.49), thresholds)


@pytest.mark.parametrize(
    "told",
    [
        Evidence(cosine={"e5": 0.927, "minilm": 0.7}, overlap=3.2, coverage=1.0),  # "pivot table"
        Evidence(cosine={"e5": 0.866}, overlap=2.0, coverage=1.0),  # "záhlaví"
        Evidence(overlap=2.0, coverage=1.0),  # the same where no model is
    ],
)
def test_a_keyword_that_is_found_is_answered_from(told: Evidence) -> None:
    assert is_relevant(told)


@pytest.mark.parametrize(
    "told",
    [
        Evidence(cosine={"e5": 0.84, "minilm": 0.24}, overlap=1.9, coverage=0.5),  # "canteen menu"
        Evidence(cosine={"e5": 0.838}, overlap=1.35, coverage=0.41),  # "Jaké bude zítra počasí?"
        Evidence(),
    ],
)
def test_what_the_documents_know_nothing_of_is_not_answered_from(told: Evidence) -> None:
    assert not is_relevant(told)
