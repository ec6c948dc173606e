import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.evaluation.metrics import Share, ranking, share


def test_recall_counts_the_questions_whose_right_page_is_among_the_first() -> None:
    figures = ranking([1, 2, 4, 6, None])
    assert figures.n == 5
    assert {k: one.hits for k, one in figures.recall.items()} == {1: 1, 3: 2, 5: 3}


def test_the_reciprocal_rank_looks_at_ten_passages() -> None:
    assert ranking([1, 2, 10, 11, None]).mrr == pytest.approx((1 + 1 / 2 + 1 / 10) / 5)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(8, 10, 0.490, 0.943), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (35, 40, 0.739, 0.945)],
)
def test_the_interval_is_wilsons(hits: int, of: int, low: float, high: float) -> None:
    """By hand from the formula; 8 of 10 is the usual example."""
    assert Share(hits, of).interval == pytest.approx((low, high), abs=0.001)


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_share_and_stays_between_none_and_all(counts: tuple[int, int]) -> None:
    one = Share(*counts)
    low, high = one.interval
    assert 0 <= low <= one.value <= high <= 1


def test_more_questions_make_a_narrower_interval() -> None:
    few, many = Share(8, 10).interval, Share(80, 100).interval
    assert many[1] - many[0] < few[1] - few[0]


def test_there_is_no_share_of_nothing() -> None:
    assert share([]) is None
    with pytest.raises(ValueError, match="share"):
        Share(0, 0)


def test_a_share_is_at_most_all() -> None:
    assert share([True, False, True]) == Share(2, 3)
    with pytest.raises(ValueError, match="share"):
        Share(3, 2)
