import math
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.models.rating import ELO_MEAN, PRIOR_DUELS, Rating, bradley_terry, rate, standard_errors
from bot.ports import Comparison, Contestant, Figures, Poll
from bot.ports.comparisons import NO_DIFFERENCE


def poll(*models: str, choices: tuple[int, ...], failed: tuple[str, ...] = ()) -> Poll:
    contestants = tuple(Contestant(model, Figures(), answered=model not in failed) for model in models)
    return Poll(Comparison("c", 0.0, contestants), choices)


def chance(apart: float) -> float:
    return 1 / (1 + math.exp(-apart))


def by_model(*polls: Poll) -> dict[str, Rating]:
    return {rating.model: rating for rating in rate(polls)}


def test_without_a_vote_there_is_no_rating() -> None:
    assert rate([]) == ()
    assert rate([poll("owl", "lark", choices=())]) == ()


def test_who_is_preferred_stands_above_the_average_and_the_other_as_far_below() -> None:
    owl, lark = rate([poll("owl", "lark", choices=(1, 1, 1))])
    assert (owl.model, lark.model) == ("owl", "lark")
    assert owl.elo - ELO_MEAN == pytest.approx(ELO_MEAN - lark.elo)
    assert owl.elo > ELO_MEAN + 50


def test_two_models_with_many_votes_differ_by_the_odds_of_their_votes() -> None:
    """300 to 100 are odds of 3: 400 · log10(3) ≈ 191 points, a little less for the prior."""
    rated = by_model(poll("owl", "lark", choices=(1,) * 300 + (2,) * 100))
    assert rated["owl"].elo - rated["lark"].elo == pytest.approx(400 * math.log10(3), abs=3)


def test_the_strengths_are_the_most_likely_ones() -> None:
    """At the maximum each model has won as often as its strength lets expect, the prior's duels counted along."""
    wins = {("a", "b"): 3.0, ("b", "c"): 4.0, ("c", "a"): 1.0, ("a", "c"): 5.0, ("b", "a"): 1.0}
    found = bradley_terry(wins)
    for model, strength in found.items():
        won = PRIOR_DUELS / 2 + math.fsum(count for (winner, _), count in wins.items() if winner == model)
        expected = PRIOR_DUELS * chance(strength)
        for pair, count in wins.items():
            if model in pair:
                rival = pair[0] if pair[1] == model else pair[1]
                expected += count * chance(strength - found[rival])
        assert expected == pytest.approx(won, rel=1e-6)


def test_no_difference_is_half_a_win_for_each() -> None:
    rated = by_model(poll("owl", "lark", choices=(NO_DIFFERENCE, NO_DIFFERENCE)))
    assert {rating.elo for rating in rated.values()} == {ELO_MEAN}
    assert [(rating.won, rating.tied, rating.lost) for rating in rated.values()] == [(0, 2, 0)] * 2


def test_one_vote_for_one_of_three_decides_two_duels() -> None:
    rated = by_model(poll("owl", "lark", "jay", choices=(2,)))
    assert {name: (one.votes, one.won, one.lost) for name, one in rated.items()} == {
        "owl": (1, 0, 1),
        "lark": (1, 2, 0),
        "jay": (1, 0, 1),
    }
    assert rated["lark"].elo > rated["owl"].elo == rated["jay"].elo


def test_who_gave_no_answer_neither_wins_nor_loses() -> None:
    assert set(by_model(poll("owl", "lark", "jay", choices=(1,), failed=("jay",)))) == {"owl", "lark"}


def test_the_order_of_votes_changes_nothing() -> None:
    votes = [poll("owl", "lark", choices=(1,)), poll("lark", "jay", choices=(1, 0)), poll("jay", "owl", choices=(2,))]
    assert len({rate(order) for order in permutations(votes)}) == 1


def test_models_that_never_met_can_be_compared() -> None:
    rated = by_model(poll("owl", "lark", choices=(1,) * 20), poll("jay", "wren", choices=(1,)))
    assert rated["owl"].elo > rated["jay"].elo > rated["wren"].elo > rated["lark"].elo


def test_more_votes_make_a_rating_narrower_and_certain() -> None:
    few = by_model(poll("owl", "lark", choices=(1, 2)))["owl"]
    many = by_model(poll("owl", "lark", choices=(1, 2) * 50))["owl"]
    assert (few.is_certain, many.is_certain) == (False, True)
    assert many.within < few.within / 1.5


def test_the_error_of_two_models_is_that_of_their_duels() -> None:
    """At even odds each duel tells 1/4 about both; the prior tells as much about each of them alone."""
    duels = 100
    told = duels / 4 * 2 + PRIOR_DUELS / 4  # about half of the way from one to the other
    errors = standard_errors({"owl": 0.0, "lark": 0.0}, {("owl", "lark"): duels / 2, ("lark", "owl"): duels / 2})
    assert errors == pytest.approx(dict.fromkeys(("owl", "lark"), math.sqrt(1 / told / 2)))


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")).filter(lambda pair: pair[0] != pair[1]),
        st.integers(0, 500).map(lambda count: count / 2),
        max_size=30,
    )
)
def test_whatever_the_votes_every_strength_is_a_number_and_every_error_positive(
    wins: dict[tuple[str, str], float],
) -> None:
    strengths = bradley_terry(wins)
    assert all(math.isfinite(strength) for strength in strengths.values())
    for (one, other), count in wins.items():
        if not any(other in pair or one in pair for pair in wins if set(pair) != {one, other}):
            back = wins.get((other, one), 0.0)
            assert (strengths[one] > strengths[other]) == (count > back)
    assert all(0 <= error < 20 for error in standard_errors(strengths, wins).values())
