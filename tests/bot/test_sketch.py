import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sketch import BUCKETS, LEAST, MOST, RELATIVE_ERROR, Sketch, bucket_of

VALUES = st.floats(min_value=LEAST, max_value=MOST)
SKETCHES = st.lists(st.floats(min_value=0, max_value=1e12), max_size=30).map(Sketch.of)
SHARES = st.floats(min_value=0, max_value=1)


@given(values=st.lists(VALUES, min_size=1, max_size=60), share=SHARES)
def test_a_quantile_is_within_the_stated_error_of_the_value_of_its_rank(values: list[float], share: float) -> None:
    exact = sorted(values)[math.floor(share * (len(values) - 1))]
    told = Sketch.of(values).quantile(share)
    assert abs(told - exact) <= RELATIVE_ERROR * exact * (1 + 1e-6)


def test_the_error_is_as_small_as_stated_for_many_turns() -> None:
    random = Random(7)  # noqa: S311 - figures, no secret
    values = sorted(random.lognormvariate(8, 1.5) for _ in range(10_000))
    sketch = Sketch.of(values)
    for share in (0.5, 0.95, 0.99):
        exact = values[math.floor(share * (len(values) - 1))]
        assert sketch.quantile(share) == pytest.approx(exact, rel=RELATIVE_ERROR)


@given(one=SKETCHES, two=SKETCHES, three=SKETCHES)
def test_it_does_not_matter_in_which_order_sketches_are_merged(one: Sketch, two: Sketch, three: Sketch) -> None:
    assert (one + two) + three == one + (two + three)
    assert one + two == two + one
    assert one + Sketch() == one


@given(left=st.lists(VALUES, max_size=20), right=st.lists(VALUES, max_size=20))
def test_a_merged_sketch_is_that_of_all_values(left: list[float], right: list[float]) -> None:
    assert Sketch.of(left) + Sketch.of(right) == Sketch.of(left + right)


@given(value=st.floats(min_value=0, allow_nan=False))
def test_every_value_has_a_bucket_and_there_are_few(value: float) -> None:
    assert 0 <= bucket_of(value) < BUCKETS == 164


@given(low=VALUES, high=VALUES)
def test_buckets_keep_the_order_of_values(low: float, high: float) -> None:
    low, high = sorted((low, high))
    assert bucket_of(low) <= bucket_of(high)


def test_what_is_too_small_to_matter_counts_as_none_and_what_is_huge_as_the_most() -> None:
    assert Sketch.of([0.0, 0.9]).quantile(1) == 0.0
    assert Sketch.of([1e300]).quantile(0) == pytest.approx(MOST, rel=RELATIVE_ERROR)


def test_no_values_have_no_quantile() -> None:
    with pytest.raises(ValueError, match="no quantile"):
        Sketch().quantile(0.5)
